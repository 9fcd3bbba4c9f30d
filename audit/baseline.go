package audit

import (
	"net/netip"
	"slices"
	"time"

	"rekey/exchanges"
)

// A Baseline is what an earlier audit recorded. Rules about drift compare keys
// with it, and a report against it names what is new, worse and fixed.
type Baseline struct {
	At       time.Time // when that audit began
	Keys     []Recorded
	Findings []Finding // with their IDs
}

// A Recorded is a key as a baseline holds it. It has no access key, only the
// fingerprint of one.
type Recorded struct {
	Name        string // "" for a key that only the exchange listed
	Display     string // as the findings of then name it
	Exchange    string
	Fingerprint string // "" when the credential could not be read then
	Permissions exchanges.Fact[[]exchanges.Permission]
	Raw         []string // the exchange's own words for them
	Restricted  exchanges.Fact[bool]
	Entries     exchanges.Fact[[]netip.Prefix]
	// Seen says that the exchange answered about the key then.
	Seen bool
}

// recordOf finds what the baseline holds about a key: about this very key
// where it does, else about the one that had its name then. The second result
// says that the key was replaced since; ok is false where there is nothing.
func (b *Baseline) recordOf(s Subject) (r Recorded, replaced, ok bool) {
	if b == nil {
		return Recorded{}, false, false
	}
	ref := s.Key.Ref
	if ref.AccessKey != "" {
		this := exchanges.Fingerprint(ref.AccessKey)
		i := slices.IndexFunc(b.Keys, func(r Recorded) bool { return r.Exchange == ref.Exchange && r.Fingerprint == this })
		if i >= 0 {
			return b.Keys[i], false, true
		}
	}
	if s.Name == "" {
		return Recorded{}, false, false
	}
	i := slices.IndexFunc(b.Keys, func(r Recorded) bool { return r.Exchange == ref.Exchange && r.Name == s.Name })
	if i < 0 {
		return Recorded{}, false, false
	}
	return b.Keys[i], ref.AccessKey != "" && b.Keys[i].Fingerprint != "", true
}

// then says which audit a detail speaks of, and of which key.
func (b *Baseline) then(replaced bool) string {
	if replaced {
		return "the key that had this name at the audit of " + day(startOfDay(b.At))
	}
	return "at the audit of " + day(startOfDay(b.At)) + " it"
}
