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
