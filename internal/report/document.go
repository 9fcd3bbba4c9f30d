package report

import "rekey/audit"

// SchemaVersion is the version of the JSON documents. It is raised when a
// meaning changes; a new field does not raise it.
const SchemaVersion = 1

// Document is the JSON document of `rekey audit`.
type Document struct {
	SchemaVersion int          `json:"schema_version"`
	Tool          Tool         `json:"tool"`
	StartedAt     string       `json:"started_at"`
	FinishedAt    string       `json:"finished_at"`
	Config        *string      `json:"config"` // the rekey.yaml, null for an audit without one
	Keys          []keyDoc     `json:"keys"`
	Findings      []findingDoc `json:"findings"`
	Unknowns      []unknownDoc `json:"unknowns"`
	Gaps          []gapDoc     `json:"gaps"`
	Incidents     []windowDoc  `json:"incidents"` // those that a finding names
	Baseline      *baselineDoc `json:"baseline"`  // null without --baseline
	Summary       summaryDoc   `json:"summary"`
}

type keyDoc struct {
	Place          *int         `json:"place"` // null when there is nothing to do about the key
	Known          int          `json:"known"` // findings that the baseline has too
	Name           *string      `json:"name"`
	Origin         audit.Origin `json:"origin"`
	Exchange       string       `json:"exchange"`
	AccessKey      *string      `json:"access_key"` // null when the credential could not be read
	Fingerprint    *string      `json:"fingerprint"`
	Account        accountDoc   `json:"account"`
	Label          *string      `json:"label"`
	Status         string       `json:"status"`
	Permissions    []string     `json:"permissions"`
	PermissionsRaw []string     `json:"permissions_raw"`
	Whitelist      whitelistDoc `json:"ip_whitelist"`
	CreatedAt      *string      `json:"created_at"`
	ExpiresAt      *string      `json:"expires_at"`
	DerivedExpiry  *expiryDoc   `json:"derived_expiry"`
	EndsTrading    bool         `json:"ends_trading"` // expires_at ends the trading permissions alone
	LastUsedAt     *string      `json:"last_used_at"`
	SpecialMargin  bool         `json:"special_margin"`
	SharedWith     []string     `json:"shared_with"`
	Declared       *declaredDoc `json:"declared"` // null for a key that the inventory does not know
}

type declaredDoc struct {
	Owner     *string  `json:"owner"`
	CreatedAt *string  `json:"created_at"`
	Purpose   []string `json:"purpose"`
	StoredIn  []string `json:"stored_in"`
	Manager   *string  `json:"manager"`
	File      *string  `json:"file"`
	Line      int      `json:"line"` // from 1; 0 when not known
	Column    int      `json:"column"`
}

type accountDoc struct {
	ID   *string `json:"id"`
	Name *string `json:"name"`
	Kind string  `json:"kind"`
	// Frozen says whether the exchange froze the (sub-)account.
	Frozen *bool `json:"frozen"`
}

type whitelistDoc struct {
	Restricted *bool    `json:"restricted"`
	Entries    []string `json:"entries"`
}

type expiryDoc struct {
	At     string `json:"at"`
	Rule   string `json:"rule"`
	Source string `json:"source"`
	IfIdle bool   `json:"if_idle"` // the end comes only if the key is not used until then
}

type findingDoc struct {
	ID       string     `json:"id"`
	Rule     string     `json:"rule"`
	Severity string     `json:"severity"`
	Key      string     `json:"key"`
	Title    string     `json:"title"`
	Detail   string     `json:"detail"`
	Remedy   string     `json:"remedy"`
	Incident *string    `json:"incident"`
	Waived   *waiverDoc `json:"waived"`
	Change   *string    `json:"change"` // "new", "worse", null without a baseline
	Was      *string    `json:"was"`    // the severity in the baseline of what is worse
}

type waiverDoc struct {
	Until  string `json:"until"`
	Owner  string `json:"owner"`
	Reason string `json:"reason"`
}

type unknownDoc struct {
	Rule   string `json:"rule"`
	Key    string `json:"key"`
	Detail string `json:"detail"`
}

type gapDoc struct {
	Key    string `json:"key"`
	Kind   string `json:"kind"`
	Detail string `json:"detail"`
}

type summaryDoc struct {
	Keys     int `json:"keys"`
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
	Info     int `json:"info"`
	Waived   int `json:"waived"`
	Unknowns int `json:"unknowns"`
	Gaps     int `json:"gaps"`
	// Known counts findings that the baseline has too.
	Known     int    `json:"known"`
	FailOn    string `json:"fail_on"`
	AtOrAbove int    `json:"at_or_above"` // findings that reach fail_on
	ExitCode  int    `json:"exit_code"`
}

// A baselineDoc says what became of the findings of the baseline.
type baselineDoc struct {
	StartedAt string       `json:"started_at"`
	Fixed     []findingDoc `json:"fixed"`
	Unseen    []findingDoc `json:"unseen"` // not there now, and not judged either
}

// A windowDoc is an incident with the time in which keys were exposed.
type windowDoc struct {
	ID        string  `json:"id"`
	Title     string  `json:"title"`
	Vendor    *string `json:"vendor"`
	From      *string `json:"from"`
	Until     *string `json:"until"`
	Disclosed *string `json:"disclosed"`
}
