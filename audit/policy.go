package audit

// A Policy is what a team decided: the threshold, the rules, the waivers.
// Package config reads it from YAML.
type Policy struct {
	FailOn  Severity // None means that findings never fail the audit
	Rules   map[string]RulePolicy
	Waivers []Waiver
}

// A RulePolicy changes one rule.
type RulePolicy struct {
	Off      bool
	Severity Severity       // None means the rule's own
	Params   map[string]int // by name
}
