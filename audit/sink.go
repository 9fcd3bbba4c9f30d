package audit

import (
	"time"

	"rekey/exchanges"
)

// A Header opens a report.
type Header struct {
	StartedAt time.Time
	Catalogue Catalogue
}

// A KeyReport is a key as the report shows it.
type KeyReport struct {
	Subject
	// Derived is an end that no answer states and a published rule implies.
	Derived *DerivedExpiry
	// Place is its place in the order in which to deal with the keys, from 1;
	// 0 when there is nothing to do about it.
	Place int
	// Known counts its findings that the baseline has too, and that are not
	// reported again.
	Known int
}

// A DerivedExpiry is an end of a key, or of its trading rights, that follows
// from an exchange's published rule.
type DerivedExpiry struct {
	At     time.Time
	Rule   string // ID of the exchanges.ExpiryRule
	Source string
	// IfIdle says that the end comes only if the key is not used until then.
	IfIdle bool
}

// A Sink is shown an audit. Keys, findings, unknowns and gaps come sorted, in
// that order, after Header and before Flush. A sink that drops what it does
// not print is fine.
type Sink interface {
	Header(Header) error
	Key(KeyReport) error
	Finding(Finding) error
	Unknown(Unsaid) error
	Gap(Gap) error
	// Flush ends the report. The exit code is the caller's, from the same
	// summary, whatever the sink prints.
	Flush(Summary, time.Time, int) error
}

// Progress is shown while keys are looked at. Dropping all of it leaves the
// report complete.
type Progress struct {
	Exchange    string
	Done, Total int
	Accounts    exchanges.ListProgress
}
