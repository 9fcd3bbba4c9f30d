package audit

import (
	"cmp"
	"fmt"

	"rekey/exchanges"
)

// Run judges in and shows the result to sink: Header, then keys, findings,
// unknowns and gaps, each sorted. It does not call Flush, since the exit code
// and the end time are the caller's. An error is the sink's, or says that the
// policy is wrong, in which case the sink has seen nothing.
func Run(in Input, sink Sink) (Summary, error) {
	if err := in.Policy.Validate(); err != nil {
		return Summary{}, err
	}
	rules := Rules()
	d := newDesk(in, rules)
	findings, unknowns := d.judge(rules)
	gaps := d.gaps()
	keys := d.keys(in.Subjects)
	sortResults(keys, findings, unknowns, gaps)
	d.identify(findings)
	findings, against := d.against(findings, unknowns, gaps, keys)
	placed(keys, findings)

	if err := sink.Header(Header{StartedAt: in.Now, Catalogue: in.Incident}); err != nil {
		return Summary{}, err
	}
	for _, k := range keys {
		if err := sink.Key(k); err != nil {
			return Summary{}, err
		}
	}
	for _, f := range findings {
		if err := sink.Finding(f); err != nil {
			return Summary{}, err
		}
	}
	for _, u := range unknowns {
		if err := sink.Unknown(u); err != nil {
			return Summary{}, err
		}
	}
	for _, g := range gaps {
		if err := sink.Gap(g); err != nil {
			return Summary{}, err
		}
	}
	summary := summarise(in.Policy, len(keys), findings, len(unknowns), len(gaps))
	summary.Against = against
	return summary, nil
}

// judge runs the rules. Those about waivers come last, when it is known which
// waivers were needed.
func (d *Desk) judge(rules []Rule) ([]Finding, []Unsaid) {
	var findings []Finding
	var unknowns []Unsaid
	run := func(rules []Rule) {
		for _, r := range rules {
			if d.Policy.Rules[r.ID].Off {
				continue
			}
			f, u := d.apply(r)
			findings, unknowns = append(findings, f...), append(unknowns, u...)
		}
	}
	about := func(r Rule) bool { return r.ID == ruleExpiredWaiver || r.ID == ruleUnusedWaiver }
	var keyRules, waiverRules []Rule
	for _, r := range rules {
		if about(r) {
			waiverRules = append(waiverRules, r)
		} else {
			keyRules = append(keyRules, r)
		}
	}
	run(keyRules)
	d.idle = d.waive(findings, unknowns)
	run(waiverRules)
	return findings, unknowns
}

// apply runs one rule over the desk.
func (d *Desk) apply(r Rule) (findings []Finding, unknowns []Unsaid) {
	take := func(key string, verdicts []Verdict) {
		for _, v := range verdicts {
			about := cmp.Or(v.About, key)
			switch v.Outcome {
			case Fail:
				findings = append(findings, d.finding(r, about, v))
			case CannotTell:
				unknowns = append(unknowns, Unsaid{Rule: r.ID, Key: about, Detail: v.Detail})
			case Pass, NotApplicable:
			}
		}
	}
	if r.CheckDesk != nil {
		take("", r.CheckDesk(d))
		return findings, unknowns
	}
	for _, s := range d.Subjects {
		take(s.DisplayName(), r.Check(s, d))
	}
	return findings, unknowns
}

// finding fills in what a verdict leaves to its rule.
func (d *Desk) finding(r Rule, key string, v Verdict) Finding {
	f := Finding{
		Rule: r.ID, Severity: v.Severity, Key: key, Title: v.Title, Detail: v.Detail, Remedy: v.Remedy, Incident: v.Incident,
	}
	if wanted := d.Policy.Rules[r.ID].Severity; wanted != None && v.Severity != Info {
		f.Severity = wanted
	}
	if f.Severity == None {
		f.Severity = r.Severity
	}
	if f.Title == "" {
		f.Title = r.Title
	}
	if f.Remedy == "" {
		f.Remedy = r.Remedy
	}
	return f
}

// keys are the subjects as the report shows them: with what the inventory
// declares, not with what vendors added to it.
func (d *Desk) keys(subjects []Subject) []KeyReport {
	out := make([]KeyReport, len(subjects))
	for i, s := range subjects {
		out[i] = KeyReport{Subject: s, Derived: DeriveExpiry(s, d.Expiry[s.Key.Ref.Exchange], d.Now)}
	}
	return out
}

// gaps are those of the input in the words of the contract, and one for every
// key that nobody could judge and nobody gave a reason for: an audit that did
// not see a key never ends as if it had.
func (d *Desk) gaps() []Gap {
	var out []Gap
	explained := map[string]bool{}
	for _, g := range d.Gaps {
		g.Kind = g.Kind.Gap()
		explained[g.Key] = true
		out = append(out, g)
	}
	for _, s := range d.Subjects {
		undetermined := s.Key.Status == exchanges.StatusUndetermined || s.Key.Status == ""
		if name := s.DisplayName(); undetermined && !explained[name] {
			explained[name] = true
			detail := fmt.Sprintf("nothing that %s answered proves whether the key lives", exchangeOf(s))
			out = append(out, Gap{Key: name, Kind: exchanges.KindUndetermined, Detail: detail})
		}
	}
	return out
}

func summarise(p Policy, keys int, findings []Finding, unknowns, gaps int) Summary {
	sum := Summary{Keys: keys, BySeverity: map[Severity]int{}, Unknowns: unknowns, Gaps: gaps, FailOn: p.FailOn}
	for _, f := range findings {
		if f.Waived != nil {
			sum.Waived++
			continue
		}
		sum.BySeverity[f.Severity]++
		if p.FailOn != None && f.Severity >= p.FailOn {
			sum.AtOrAbove++
		}
	}
	return sum
}
