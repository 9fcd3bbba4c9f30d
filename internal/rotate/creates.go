package rotate

import (
	"rekey/exchanges"
	"rekey/internal/journal"
)

// What the journal says became of an attempt to make a key.
const (
	refused   = "refused"   // the exchange said no: there is no key
	unclear   = "unclear"   // the answer was lost: there may be one
	unseen    = "unseen"    // it was looked for with patience, and no list named one
	destroyed = "destroyed" // its key was found, and destroyed
)

// A create is one attempt to make a key, as the journal knows it.
type create struct {
	will   journal.Record // announces the attempt and names its marker
	state  createState
	unseen bool // it was looked for with patience
}

func (c create) marker() string { return c.will.Data.Marker }

// A createState is what became of a create. The zero value is not known: a key
// may live whose secret nobody has.
type createState int

const (
	createOpen createState = iota
	createRefused
	createStored
	createDestroyed
)

// createsOf returns the attempts of one run to make a key by API, in their
// order. Keys that a person makes are none of them.
func createsOf(records []journal.Record) []create {
	var out []create
	for _, rec := range records {
		d := rec.Data
		switch {
		case rec.Stage == journal.Planned && d.Person:
			return nil
		case d.Marker == "":
			continue
		case rec.Stage == journal.Issuing && rec.Phase == journal.Will:
			out = append(out, create{will: rec})
			continue
		}
		for i := range out {
			if out[i].marker() == d.Marker {
				out[i].state = out[i].state.after(rec)
				out[i].unseen = out[i].unseen || d.Result == unseen
			}
		}
	}
	return out
}

// after is the state of a create after a later record that names its marker.
func (s createState) after(rec journal.Record) createState {
	switch {
	case rec.Stage == journal.Stored && rec.Phase == journal.Did:
		return createStored
	case rec.Stage == journal.Issuing && rec.Phase == journal.Note && rec.Data.Result == refused:
		return createRefused
	case rec.Stage == journal.Issuing && rec.Phase == journal.Note && rec.Data.Result == destroyed:
		return createDestroyed
	case rec.Stage == journal.Issuing && rec.Phase == journal.Note && rec.Data.Result == unclear:
		return createOpen
	case rec.Stage == journal.Closed && !rec.Data.New.IsZero(): // named, with its secret in the store
		return createStored
	default:
		return s
	}
}

// openMarkers returns the markers of creates of which nobody knows whether they
// made a key.
func openMarkers(records []journal.Record) []string {
	var out []string
	for _, c := range createsOf(records) {
		if c.state == createOpen {
			out = append(out, c.marker())
		}
	}
	return out
}

// notLookedFor returns those of the open markers that were not looked for with
// patience yet.
func notLookedFor(records []journal.Record) []string {
	var out []string
	for _, c := range createsOf(records) {
		if c.state == createOpen && !c.unseen {
			out = append(out, c.marker())
		}
	}
	return out
}

// stateOf returns what became of the create with this marker.
func stateOf(records []journal.Record, marker string) createState {
	for _, c := range createsOf(records) {
		if c.marker() == marker {
			return c.state
		}
	}
	return createOpen
}

// mayHaveHappened reports whether a change that returned err may have been made
// all the same. An error that does not say what it is may hide one.
func mayHaveHappened(err error) bool {
	switch exchanges.KindOf(err) {
	case exchanges.KindRejected, exchanges.KindForbidden, exchanges.KindIPRefused, exchanges.KindBadSignature,
		exchanges.KindBadPassphrase, exchanges.KindNoSuchKey, exchanges.KindNotMaster, exchanges.KindNotFound, exchanges.KindRefused,
		exchanges.KindRateLimited, exchanges.KindClock, exchanges.KindGeoBlocked, exchanges.KindCredential, "":
		return false
	default:
		return true
	}
}
