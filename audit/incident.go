package audit

import "time"

// A Catalogue is the list of incidents that an audit knows.
type Catalogue struct {
	Compiled  time.Time // the day it was last brought up to date
	Incidents []Incident
}

// An Exposure says what happened to exchange keys in an incident.
type Exposure string

// The exposures of an incident.
const (
	Confirmed Exposure = "confirmed"
	Probable  Exposure = "probable"
	Possible  Exposure = "possible"
	NoKeys    Exposure = "none" // no exchange key was reported taken
)

// An Incident is one entry of the catalogue. Zero times are unknown, which
// never means "no limit" in the user's favour.
type Incident struct {
	ID        string
	Title     string
	Category  string
	Vendor    string
	Aliases   []string
	Exchanges []string // "*" for all
	Exposure  Exposure
	// Suspected marks an incident that exchanges or victims report and the
	// vendor denies.
	Suspected   bool
	Leaked      []string
	Links       []Link
	From, Until time.Time
	// CreatedBefore is the cut-off that a source states; zero means Until.
	CreatedBefore time.Time
	FirstAbuse    time.Time
	Disclosed     time.Time
	ReviewFrom    time.Time
	Severity      Severity
	Actions       []string
	Symbols       map[string][]string // abused symbols by exchange
	Basis         string              // where the window comes from
	Sources       []IncidentSource
	Notes         string
}

// A Link is a fact about a key that connects it with an incident.
type Link struct {
	Type  string // shared_with, stored_in, stored_in_ci_using, exchange_key, ...
	Value string
}

// An IncidentSource is where an entry was read.
type IncidentSource struct{ Kind, URL string }

// A LinkType is a kind of fact that connects a key with an incident.
type LinkType struct {
	Name string
	// Checkable says whether an audit can see it. The others are for people
	// to read in `rekey incidents`.
	Checkable bool
	Doc       string
}

const (
	linkSharedWith  = "shared_with"
	linkStoredIn    = "stored_in"
	linkCI          = "stored_in_ci_using"
	linkExchangeKey = "exchange_key"
	linkOwner       = "owner"
	linkUnknownKey  = "unknown_key_at_exchange"
)

// LinkTypes returns every kind of link that a catalogue may use.
func LinkTypes() []LinkType {
	return []LinkType{
		{linkSharedWith, true, "the inventory's shared_with names the vendor, or the vendor says that it holds the key"},
		{linkStoredIn, true, "the inventory's stored_in names the store"},
		{linkCI, true, "the inventory's stored_in names the CI system or its tool"},
		{linkExchangeKey, true, "the key is one of that exchange"},
		{linkOwner, true, "the inventory names that owner"},
		{linkUnknownKey, true, "the exchange lists a key that rekey.yaml does not name"},
		{"package", false, "a package was installed on the machine, as a package URL"},
		{"github_action", false, "a workflow used that action"},
		{"repo_cloned", false, "that repository was cloned and run"},
		{"browser_extension", false, "that extension was installed in the browser"},
		{"agent_skill_registry", false, "skills of that registry were installed"},
		{"file_held_key", false, "that file held the key"},
		{"found_in_public_repo", false, "the key was found in a public repository"},
		{"domain_contacted", false, "the machine spoke to that domain"},
		{"ip_contacted", false, "the machine spoke to that address"},
		{"self_hosted", false, "that software ran on the machine that held the key"},
		{"artefact", false, "that trace was found"},
	}
}
