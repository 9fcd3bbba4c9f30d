package report

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"rekey/audit"
	"rekey/exchanges"
)

// check finds what no rekey would have written. A document that passes can be
// printed in every format.
func (d *Document) check() error {
	if err := errors.Join(timed("started_at", d.StartedAt), timed("finished_at", d.FinishedAt)); err != nil {
		return err
	}
	for i, k := range d.Keys {
		if err := k.check(); err != nil {
			return fmt.Errorf("keys[%d]: %w", i, err)
		}
	}
	findings := d.Findings
	if d.Baseline != nil {
		if err := timed("baseline: started_at", d.Baseline.StartedAt); err != nil {
			return err
		}
		findings = slices.Concat(findings, d.Baseline.Fixed, d.Baseline.Unseen)
	}
	for i, f := range findings {
		if err := f.check(); err != nil {
			return fmt.Errorf("findings[%d]: %w", i, err)
		}
	}
	for i, g := range d.Gaps {
		if k := exchanges.Kind(g.Kind); k.Gap() != k {
			return fmt.Errorf("gaps[%d]: there is no such kind", i)
		}
	}
	for i, in := range d.Incidents {
		for _, at := range []*string{in.From, in.Until, in.Disclosed} {
			if at != nil && timed("", *at) != nil {
				return fmt.Errorf("incidents[%d]: a time is none", i)
			}
		}
	}
	return d.checkSummary()
}

// checkSummary counts again. A report must not say less than it shows.
func (d *Document) checkSummary() error {
	if d.Summary.FailOn == "" { // of a rekey before this field
		d.Summary.FailOn = audit.High.String()
		for _, f := range d.Findings {
			if d.fails(f) {
				d.Summary.AtOrAbove++
			}
		}
	}
	if _, err := audit.ParseSeverity(d.Summary.FailOn); err != nil {
		return errors.New("summary: fail_on is no severity")
	}
	want := summaryDoc{
		Keys: len(d.Keys), Unknowns: len(d.Unknowns), Gaps: len(d.Gaps), Known: d.Summary.Known, FailOn: d.Summary.FailOn, ExitCode: d.Summary.ExitCode,
	}
	for _, f := range d.Findings {
		if f.Waived != nil {
			want.Waived++
			continue
		}
		*map[string]*int{"critical": &want.Critical, "high": &want.High, "medium": &want.Medium, "low": &want.Low, "info": &want.Info}[f.Severity]++
		if d.fails(f) {
			want.AtOrAbove++
		}
	}
	if want != d.Summary || d.Summary.Known < 0 {
		return errors.New("its summary does not count what it holds: it was changed after it was written")
	}
	code := d.summary().ExitCode()
	if c := d.Summary.ExitCode; c != code && c != interrupted {
		return errors.New("its exit code does not fit its summary: it was changed after it was written")
	}
	return nil
}

// interrupted is the exit code of an audit that was ended early.
const interrupted = 130

func (k keyDoc) check() error {
	if k.Origin != audit.FromInventory && k.Origin != audit.FromExchange {
		return errors.New("origin is neither inventory nor exchange")
	}
	statuses := []exchanges.Status{
		exchanges.StatusAlive, exchanges.StatusDead, exchanges.StatusIPRefused, exchanges.StatusExpired, exchanges.StatusDisabled, exchanges.StatusDefunct, exchanges.StatusUndetermined,
	}
	if !slices.Contains(statuses, exchanges.Status(k.Status)) {
		return errors.New("there is no such status")
	}
	if k.Place != nil && *k.Place < 1 || k.Known < 0 {
		return errors.New("place or known is no count")
	}
	moments := []*string{k.CreatedAt, k.ExpiresAt, k.LastUsedAt}
	if k.DerivedExpiry != nil {
		moments = append(moments, &k.DerivedExpiry.At)
	}
	if k.Declared != nil {
		moments = append(moments, k.Declared.CreatedAt)
	}
	for _, m := range moments {
		if m != nil && timed("", *m) != nil {
			return errors.New("a time is none")
		}
	}
	for _, e := range k.Whitelist.Entries {
		if _, err := netip.ParsePrefix(e); err != nil {
			return errors.New("an entry of the IP whitelist is no CIDR")
		}
	}
	return nil
}

func (f findingDoc) check() error {
	if s, err := audit.ParseSeverity(f.Severity); err != nil || s == audit.None {
		return errors.New("there is no such severity")
	}
	if f.Was != nil {
		if _, err := audit.ParseSeverity(*f.Was); err != nil {
			return errors.New("was: there is no such severity")
		}
	}
	if f.Waived != nil {
		if _, err := time.Parse(time.DateOnly, f.Waived.Until); err != nil {
			return errors.New("waived: until is no day")
		}
	}
	return nil
}

func timed(what, stamp string) error {
	if _, err := time.Parse(time.RFC3339, stamp); err != nil {
		return fmt.Errorf("%s is no time", what)
	}
	return nil
}
