package cmd

import (
	"context"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/survey"
)

// A hit is a key that a response is about, and why.
type hit struct {
	subject audit.Subject
	why     string
}

// affected returns the keys of a scope, the most dangerous first, and with them
// the keys that nobody declared, in the same accounts.
func (a *App) affected(d *desk, result survey.Result, s scope, now time.Time) ([]hit, error) {
	var out []hit
	add := func(subject audit.Subject, why string) {
		if !slices.ContainsFunc(out, func(h hit) bool { return h.subject.DisplayName() == subject.DisplayName() }) {
			out = append(out, hit{subject, why})
		}
	}
	found, err := a.findings(d, result, now)
	if err != nil {
		return nil, err
	}
	for _, subject := range result.Subjects {
		name := subject.DisplayName()
		switch {
		case slices.Contains(s.keys, name):
			add(subject, "it was named")
		case s.vendor != "" && slices.ContainsFunc(subject.Inventory.SharedWith, func(v string) bool { return audit.VendorName(v) == s.vendor }):
			add(subject, "it was given to "+s.vendor)
		case s.vendor != "" && heldBy(result, s.vendor, name):
			add(subject, s.vendor+" holds it")
		}
		for _, f := range found {
			if s.incident != "" && string(f.Incident) == s.incident && f.Key == name {
				add(subject, f.Title)
			}
		}
	}
	for _, subject := range intruders(result, out) {
		add(subject, "nobody declared it, and its account is concerned")
	}
	slices.SortStableFunc(out, func(x, y hit) int { return audit.CompareDanger(x.subject, y.subject) })
	return out, nil
}

// findings judges a survey. Waived findings count: an incident that somebody
// waived last year may be tonight's.
func (a *App) findings(d *desk, result survey.Result, now time.Time) ([]audit.Finding, error) {
	incidents, err := a.incidents("")
	if err != nil {
		return nil, err
	}
	judged, err := audit.Run(audit.Input{
		Now: now, Subjects: result.Subjects, Gaps: result.Gaps, Vendors: result.Vendors, VendorRanges: result.Ranges,
		Policy: d.policy, Incident: incidents, Expiry: expiryRules(a.Registry),
	})
	return judged.Findings, err
}

// heldBy reports whether a vendor told that it holds a key.
func heldBy(result survey.Result, vendor, key string) bool {
	for _, v := range result.Vendors {
		if audit.VendorName(v.Vendor) == vendor && slices.ContainsFunc(v.Connections, func(c audit.VendorConnection) bool { return c.Key == key && key != "" }) {
			return true
		}
	}
	return false
}

// intruders returns the keys that nobody declared, in the accounts of keys that
// are concerned and in those that such keys manage.
func intruders(result survey.Result, concerned []hit) []audit.Subject {
	var out []audit.Subject
	for _, subject := range result.Subjects {
		if subject.Origin != audit.FromExchange {
			continue
		}
		for _, h := range concerned {
			if reaches(result, h.subject, subject) {
				out = append(out, subject)
				break
			}
		}
	}
	return out
}

// reaches reports whether whoever holds one key may have made another: in the
// same account, or through a master key that lists it.
func reaches(result survey.Result, h, other audit.Subject) bool {
	a, b := h.Key.Ref, other.Key.Ref
	if a.Exchange != b.Exchange {
		return false
	}
	if a.Account.Name != "" && a.Account.Name == b.Account.Name {
		return true
	}
	m, manages := result.Managers[h.Name]
	return manages && m.Lists[b.AccessKey]
}

// affectedLines are the hits as the report shows them.
func affectedLines(hits []hit) []report.AffectedLine {
	var out []report.AffectedLine
	for _, h := range hits {
		out = append(out, report.AffectedLine{Key: audit.NewKey(h.subject), Why: h.why})
	}
	return out
}

// entryOf is the entry of a run: of rekey.yaml, or for a key that nobody
// declared, made from what the journal keeps.
func (d *desk) entryOf(run journal.Run) (survey.Entry, bool) {
	for _, e := range d.entries {
		if e.Name == run.Key {
			return e, true
		}
	}
	if len(run.Records) == 0 || !strings.Contains(run.Key, "/") {
		return survey.Entry{}, false
	}
	plan := run.Records[0].Data
	return undeclared(run.Key, plan.Exchange, plan.Manager, plan.Account), true
}

// undeclared is the entry of a key that nobody declared.
func undeclared(name, exchange, manager, account string) survey.Entry {
	return survey.Entry{Name: name, Exchange: exchange, Inventory: audit.Inventory{Manager: manager, Account: account}}
}

// managerThatLists names a declared manager whose list holds a key.
func managerThatLists(_ context.Context, result survey.Result, k exchanges.Key) string {
	var names []string
	for name, m := range result.Managers {
		if m.Lists[k.Ref.AccessKey] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if len(names) == 0 {
		return ""
	}
	return names[0]
}
