package audit

import (
	"net/netip"
	"slices"
	"time"

	"rekey/exchanges"
)

// A Rule is one opinion about a key, with its own proof.
type Rule struct {
	ID       string // stable for ever: waivers, policies and SARIF name it
	Title    string
	Brief    string   // the problem in one or two words, for a narrow screen
	Severity Severity // the default; a check may compute its own
	Why      string   // why it matters, one or two sentences
	Remedy   string   // what to do about it
	When     string   // the exact condition, with the names of the parameters
	// Refs are entries of CWE, OWASP NHI and CCSS that a finding touches. The
	// mapping is a judgement of this project; CCSS was written for wallet keys
	// and applies by analogy.
	Refs   []string
	Params []Param
	// Check judges one subject. No verdict at all means not applicable.
	Check func(s Subject, d *Desk) []Verdict
	// CheckDesk is set instead of Check by a rule that is about no key of the
	// desk. Its verdicts name what they are about.
	CheckDesk func(d *Desk) []Verdict
	// Fires are subjects the rule must report, Silent those it must leave
	// alone, Unsure those it must call unknown. A test runs every one; the
	// docs show them.
	Fires, Silent, Unsure []Example
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
	About    string // what it is about, "" for the subject
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
	Incidents    Catalogue
	Policy       Policy
	VendorRanges map[string][]netip.Prefix
	Expiry       []exchanges.ExpiryRule // of the subject's exchange
	Baseline     *Baseline
	// Severity, when not None, is the severity that the finding must have.
	Severity Severity
}

// Rules returns all rules in the order of the documentation. IDs are stable:
// one is never given to another rule.
func Rules() []Rule {
	return slices.Concat(
		permissionRules(),
		networkRules(),
		whitelistRules(),
		vendorAddressRules(),
		lifetimeRules(),
		incidentRules(),
		inventoryRules(),
		driftRules(),
		runRules(),
		storageRules(),
		cryptoRules(),
		exchangeRules(),
		vendorRules(),
		policyRules(),
	)
}

// A DeferredRule has an ID and a meaning already, and no check yet.
type DeferredRule struct{ ID, Title, Needs string }

// Deferred returns the rules that this version does not check, with what they
// need. A policy may name them; a report never does.
func Deferred() []DeferredRule {
	return []DeferredRule{
		{"LIFE-08", "dormant key came alive", "the account's order history"},
		{"INC-05", "the machine ran a listed malicious package", "a scan of lockfiles and site-packages"},
		{
			"INC-08",
			"revoked after the first abuse, and no trade review recorded",
			"the journal, and a place to record reviews",
		},
		{
			"STO-06",
			"secret in shell history, process arguments or an exported environment",
			"a scan of the machine: `rekey scan` reports it",
		},
		{"ROT-03", "new key not verified after a rotation", "the journal of rotations"},
	}
}
