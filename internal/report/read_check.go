package report

import (
	"errors"
	"fmt"
	"slices"

	"rekey/audit"
	"rekey/exchanges"
)

// check finds what no rekey would have written. A result that passes can be
// printed in every format.
func check(r *audit.Result) error {
	if r.StartedAt.IsZero() || r.FinishedAt.IsZero() {
		return errors.New("started_at or finished_at is missing")
	}
	for i, k := range r.Keys {
		if err := checkKey(k); err != nil {
			return fmt.Errorf("keys[%d]: %w", i, err)
		}
	}
	findings := r.Findings
	if b := r.Baseline; b != nil {
		if b.StartedAt.IsZero() {
			return errors.New("baseline: started_at is missing")
		}
		findings = slices.Concat(findings, b.Fixed, b.Unseen)
	}
	for i, f := range findings {
		if f.Severity == audit.None {
			return fmt.Errorf("findings[%d]: there is no such severity", i)
		}
	}
	for i, g := range r.Gaps {
		if g.Kind.Gap() != g.Kind {
			return fmt.Errorf("gaps[%d]: there is no such kind", i)
		}
	}
	return checkSummary(r)
}

// checkSummary counts again. A report must not say less than it shows.
func checkSummary(r *audit.Result) error {
	old := r.Summary.FailOn == notStated
	if old { // of a rekey before this field
		r.Summary.FailOn = audit.High
	}
	want := r.Count(r.Summary.FailOn)
	if old {
		r.Summary.AtOrAbove = want.AtOrAbove
	}
	code := want.ExitCode
	want.Known, want.ExitCode = r.Summary.Known, r.Summary.ExitCode
	if want != r.Summary || r.Summary.Known < 0 {
		return errors.New("its summary does not count what it holds: it was changed after it was written")
	}
	if c := r.Summary.ExitCode; c != code && c != audit.Interrupted {
		return errors.New("its exit code does not fit its summary: it was changed after it was written")
	}
	return nil
}

func checkKey(k audit.Key) error {
	if k.Origin != audit.FromInventory && k.Origin != audit.FromExchange {
		return errors.New("origin is neither inventory nor exchange")
	}
	switch k.Status {
	case exchanges.StatusAlive, exchanges.StatusDead, exchanges.StatusIPRefused, exchanges.StatusExpired,
		exchanges.StatusDisabled, exchanges.StatusDefunct, exchanges.StatusUndetermined:
	default:
		return errors.New("there is no such status")
	}
	if place, placed := k.Place.Get(); placed && place < 1 || k.Known < 0 {
		return errors.New("place or known is no count")
	}
	for _, p := range k.NotTold {
		if _, known := exchanges.ParsePermission(string(p)); !known {
			return errors.New("permissions_not_told: there is no such permission")
		}
	}
	switch k.ManagerList {
	case "", audit.ListRead, audit.ListRefused, audit.ListNotMaster:
		return nil
	}
	return errors.New("manager_list: there is no such word")
}
