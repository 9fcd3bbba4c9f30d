package audit

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// A Policy is what a team decided: the threshold, the rules, the waivers.
// Package config reads it from YAML.
type Policy struct {
	FailOn  Severity // None means that findings never fail the audit
	Rules   map[string]RulePolicy
	Waivers []Waiver
}

// A RulePolicy changes one rule.
type RulePolicy struct {
	Off bool
	// Severity replaces that of every finding of the rule, None means the
	// rule's own. What a rule computes to be mere information stays so.
	Severity Severity
	Params   map[string]int // by name
}

// Validate reports the first thing in p that no rule knows: a rule, a
// parameter, or a parameter below zero. Rules that [Deferred] lists may be
// named already.
func (p Policy) Validate() error {
	params := map[string][]Param{}
	for _, r := range Rules() {
		params[r.ID] = r.Params
	}
	for _, r := range Deferred() {
		params[r.ID] = nil
	}
	for _, id := range slices.Sorted(maps.Keys(p.Rules)) {
		known, ok := params[id]
		if !ok {
			return fmt.Errorf("policy: no rule is called %q (`rekey rules` lists them)", id)
		}
		for _, name := range slices.Sorted(maps.Keys(p.Rules[id].Params)) {
			if !slices.ContainsFunc(known, func(k Param) bool { return k.Name == name }) {
				return fmt.Errorf("policy: rule %s has no parameter %q (`rekey rules %s` lists them)", id, name, id)
			}
			if v := p.Rules[id].Params[name]; v < 0 {
				return fmt.Errorf("policy: rule %s: %s is %d, and must not be below 0", id, name, v)
			}
		}
	}
	return nil
}

// holds reports whether w still silences findings: through the whole of its
// last day, in UTC. A waiver without a last day holds never.
func (w Waiver) holds(now time.Time) bool {
	return !w.Until.IsZero() && now.Before(startOfDay(w.Until).AddDate(0, 0, 1))
}

// waive marks the findings that a waiver silences, each with the first waiver
// that holds, and returns the waivers in force that had nothing to silence. A
// waiver whose rule could not judge the key this time may still be needed, and
// is not returned.
func (d *Desk) waive(findings []Finding, unknowns []Unknown) []Waiver {
	type about struct{ rule, key string }
	waivers := map[about][]Waiver{}
	idle := map[about]bool{}
	for _, w := range d.Policy.Waivers {
		if w.holds(d.Now) {
			id := about{w.Rule, w.Key}
			waivers[id] = append(waivers[id], w)
			idle[id] = true
		}
	}
	for i, f := range findings {
		id := about{f.Rule, f.Key}
		if ws := waivers[id]; len(ws) > 0 {
			w := ws[0]
			findings[i].Waived = &Waived{Day{w.Until}, valid(w.Owner), valid(w.Reason)}
			idle[id] = false
		}
	}
	for _, u := range unknowns {
		idle[about{u.Rule, u.Key}] = false
	}
	return slices.DeleteFunc(slices.Clone(d.Policy.Waivers), func(w Waiver) bool {
		unseen := slices.ContainsFunc(d.Gaps, func(g Gap) bool { return g.Key == w.Key })
		return unseen || !w.holds(d.Now) || !idle[about{w.Rule, w.Key}]
	})
}
