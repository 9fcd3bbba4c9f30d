package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rekey/exchanges"
)

// Run judges in. The result has started and ended at in.Now, and its exit code
// is that of its findings and gaps; see [Result.Finish]. An error says that the
// policy is wrong.
func Run(in Input) (Result, error) {
	if err := in.Policy.Validate(); err != nil {
		return Result{}, err
	}
	rules := Rules()
	d := newDesk(in, rules)
	findings, unknowns := d.judge(rules)
	gaps := d.gaps()
	sortFound(findings, unknowns, gaps)
	d.identify(findings)
	findings, against, known := d.against(findings, unknowns, gaps)

	r := Result{
		SchemaVersion: SchemaVersion, Tool: in.Tool, StartedAt: NewTime(in.Now), Config: Text(valid(in.Config)),
		Keys: d.keys(in.Subjects, findings, known), Findings: shown(findings), Unknowns: append([]Unknown{}, unknowns...),
		Gaps: append([]Gap{}, gaps...), Baseline: against,
	}
	for i, u := range r.Unknowns {
		r.Unknowns[i].Key, r.Unknowns[i].Detail = valid(u.Key), valid(u.Detail)
	}
	for i, g := range r.Gaps {
		r.Gaps[i].Key, r.Gaps[i].Detail = valid(g.Key), valid(g.Detail)
	}
	named := [][]Finding{r.Findings}
	if against != nil {
		named = append(named, against.Fixed, against.Unseen)
	}
	r.Incidents = windows(in.Incident, named...)
	r.Summary = r.Count(in.Policy.FailOn)
	for _, n := range known {
		r.Summary.Known += n
	}
	r.FinishedAt = r.StartedAt
	return r, nil
}

// shown are findings as a document holds them: valid text, and never nil.
func shown(findings []Finding) []Finding {
	out := make([]Finding, len(findings))
	for i, f := range findings {
		f.Key, f.Title, f.Detail, f.Remedy = valid(f.Key), valid(f.Title), valid(f.Detail), valid(f.Remedy)
		out[i] = f
	}
	return out
}

// judge runs the rules. Those about waivers come last, when it is known which
// waivers were needed.
func (d *Desk) judge(rules []Rule) ([]Finding, []Unknown) {
	var findings []Finding
	var unknowns []Unknown
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
func (d *Desk) apply(r Rule) (findings []Finding, unknowns []Unknown) {
	take := func(key string, verdicts []Verdict) {
		for _, v := range verdicts {
			about := cmp.Or(v.About, key)
			switch v.Outcome {
			case Fail:
				findings = append(findings, d.finding(r, about, v))
			case CannotTell:
				unknowns = append(unknowns, Unknown{Rule: r.ID, Key: about, Detail: v.Detail})
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
		Rule: r.ID, Severity: v.Severity, Key: key, Title: v.Title, Detail: v.Detail, Remedy: v.Remedy,
		Incident: Text(v.Incident),
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

// keys are the subjects as the result shows them: with what the inventory
// declares, not with what vendors added to it, each with its place by [Rank].
// known counts findings by display name that the baseline has too.
func (d *Desk) keys(subjects []Subject, findings []Finding, known map[string]int) []Key {
	sorted := slices.SortedStableFunc(slices.Values(subjects), compareSubjects)
	places := map[string]int{}
	for i, name := range Rank(sorted, findings) {
		places[name] = i + 1
	}
	out := make([]Key, len(sorted))
	for i, s := range sorted {
		k, name := newKey(s, DeriveExpiry(s, d.Expiry[s.Key.Ref.Exchange], d.Now)), s.DisplayName()
		if place := places[name]; place > 0 {
			k.Place = exchanges.Known(place)
		}
		k.Known = known[name]
		out[i] = k
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

// sortFound puts what was found into the order of the report. The order depends
// on what was found alone, never on the order in which it came.
func sortFound(findings []Finding, unknowns []Unknown, gaps []Gap) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(b.Severity, a.Severity),
			strings.Compare(a.Key, b.Key), strings.Compare(a.Rule, b.Rule), cmp.Compare(a.Incident, b.Incident),
			strings.Compare(a.Detail, b.Detail), strings.Compare(a.Title, b.Title))
	})
	slices.SortStableFunc(unknowns, func(a, b Unknown) int {
		return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Detail, b.Detail))
	})
	SortGaps(gaps)
}

// SortGaps puts gaps into the order of the report.
func SortGaps(gaps []Gap) {
	slices.SortStableFunc(gaps, func(a, b Gap) int {
		return cmp.Or(strings.Compare(a.Key, b.Key), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Detail, b.Detail))
	})
}

func compareSubjects(a, b Subject) int {
	ra, rb := a.Key.Ref, b.Key.Ref
	return cmp.Or(
		strings.Compare(a.DisplayName(), b.DisplayName()),
		strings.Compare(ra.Exchange, rb.Exchange), strings.Compare(ra.AccessKey, rb.AccessKey),
		strings.Compare(ra.Account.ID, rb.Account.ID), strings.Compare(ra.Account.Name, rb.Account.Name),
		strings.Compare(string(a.Origin), string(b.Origin)), strings.Compare(string(a.Key.Status), string(b.Key.Status)),
		strings.Compare(a.Key.Label, b.Key.Label))
}

// CompareDanger orders keys by what a thief could do with each: those that may
// live first, then those without an IP whitelist, by power; then by how wide
// the list is. What is not known counts as open, and as trading.
func CompareDanger(a, b Subject) int {
	ca, _ := capabilityOf(a.Key)
	cb, _ := capabilityOf(b.Key)
	return cmp.Or(
		-compareBools(a.Key.Status.MayLive(), b.Key.Status.MayLive()),
		-compareBools(opennessOf(a.Key) == NoList, opennessOf(b.Key) == NoList),
		cmp.Compare(cb, ca), cmp.Compare(opennessOf(b.Key), opennessOf(a.Key)), compareSubjects(a, b))
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// Rank returns the display names of the keys to deal with, the most urgent
// first: by the worst finding that is not waived, then by what the key can do,
// then by how open it is, then by name. Keys without such a finding, or with
// information only, are left out.
func Rank(subjects []Subject, findings []Finding) []string {
	worst := map[string]Severity{}
	for _, f := range findings {
		if f.Waived == nil {
			worst[f.Key] = max(worst[f.Key], f.Severity)
		}
	}
	urgent := slices.DeleteFunc(slices.Clone(subjects), func(s Subject) bool { return worst[s.DisplayName()] <= Info })
	slices.SortStableFunc(urgent, func(a, b Subject) int {
		ca, _ := capabilityOf(a.Key)
		cb, _ := capabilityOf(b.Key)
		return cmp.Or(
			cmp.Compare(worst[b.DisplayName()], worst[a.DisplayName()]),
			cmp.Compare(cb, ca), cmp.Compare(opennessOf(b.Key), opennessOf(a.Key)), compareSubjects(a, b))
	})
	names := make([]string, len(urgent))
	for i, s := range urgent {
		names[i] = s.DisplayName()
	}
	return slices.Compact(names)
}
