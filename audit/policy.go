package audit

import (
	"fmt"
	"maps"
	"slices"
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
