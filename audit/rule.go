package audit

import "time"

// A Rule is one opinion about a key, with its own proof.
type Rule struct {
	ID       string // stable for ever: waivers, policies and SARIF name it
	Title    string
	Severity Severity // the default; a check may compute its own
	Why      string   // why it matters, one or two sentences
	Remedy   string   // what to do about it
	When     string   // the exact condition, with the names of the parameters
	Refs     []string // CWE, OWASP, CCSS, ...
	Params   []Param
	// Check judges one subject. No verdict at all means not applicable.
	Check func(s Subject, d *Desk) []Verdict
	// Fires are subjects the rule must report, Silent those it must leave
	// alone. A test runs every one; the docs show them.
	Fires, Silent []Example
}

// A Param is a number that a policy may change.
type Param struct {
	Name    string // "trade_days"
	Default int
	Doc     string
}

// A Verdict is what a rule says about one subject.
type Verdict struct {
	Outcome  Outcome
	Severity Severity // None means the rule's own
	Title    string   // "" means the rule's own
	Detail   string
	Remedy   string // "" means the rule's own
	Incident string
}

// An Example is a subject with the words that a person reads about it, and the
// desk around it.
type Example struct {
	Words   string
	Subject Subject
	Others  []Subject // further keys of the desk
	Vendors []VendorReport
	Now     time.Time // zero means the examples' own day
	// Incidents replaces the empty catalogue of examples.
	Incidents Catalogue
	// Severity, when not None, is the severity that the finding must have.
	Severity Severity
}

// A Desk is the whole of what is judged, for rules that compare keys.
type Desk struct {
	Input
	params map[string]map[string]int // by rule, by name
}
