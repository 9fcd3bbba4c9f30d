package audit

import (
	"net/netip"
	"time"

	"rekey/exchanges"
)

// A Baseline is what an earlier audit recorded. Rules about drift compare keys
// with it, and a report against it names what is new, worse and fixed.
type Baseline struct {
	At       time.Time // when that audit began
	Keys     []Recorded
	Findings []Finding // with their IDs
	// Only names the keys that the audit looks at, all when empty. What the
	// baseline says of others is neither fixed nor unseen.
	Only []string
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

// A recordIndex finds what a baseline holds about a key.
type recordIndex struct {
	byKey, byName, byDisplay map[string]*Recorded // the first two below their exchange
}

func indexOf(b *Baseline) recordIndex {
	x := recordIndex{map[string]*Recorded{}, map[string]*Recorded{}, map[string]*Recorded{}}
	if b == nil {
		return x
	}
	for i := range b.Keys {
		r := &b.Keys[i]
		if r.Fingerprint != "" {
			x.byKey[r.Exchange+"\x00"+r.Fingerprint] = r
		}
		if r.Name != "" {
			x.byName[r.Exchange+"\x00"+r.Name] = r
		}
		x.byDisplay[r.Display] = r
	}
	return x
}

// recordOf finds what the baseline holds about a key: about this very key
// where it does, else about the one that had its name then, and then replaced
// says that the key is another one since. It is nil where there is nothing.
func (d *Desk) recordOf(s Subject) (r *Recorded, replaced bool) {
	ref := s.Key.Ref
	if ref.AccessKey != "" {
		if r := d.records.byKey[ref.Exchange+"\x00"+exchanges.Fingerprint(ref.AccessKey)]; r != nil {
			return r, false
		}
	}
	if s.Name == "" {
		return nil, false
	}
	r = d.records.byName[ref.Exchange+"\x00"+s.Name]
	return r, r != nil && ref.AccessKey != "" && r.Fingerprint != ""
}

// then says which audit a detail speaks of, and of which key.
func (b *Baseline) then(replaced bool) string {
	if replaced {
		return "the key that had this name at the audit of " + day(startOfDay(b.At))
	}
	return "at the audit of " + day(startOfDay(b.At)) + " it"
}

// AsBaseline is the result as a later audit compares itself with it.
func (r *Result) AsBaseline() *Baseline {
	b := &Baseline{At: r.StartedAt.Time, Findings: r.Findings}
	for _, k := range r.Keys {
		rec := Recorded{
			Name: string(k.Name), Display: k.DisplayName(), Exchange: k.Exchange, Fingerprint: string(k.Fingerprint),
			Raw: k.PermissionsRaw, Restricted: k.Whitelist.Restricted, Seen: k.Status != exchanges.StatusUndetermined,
		}
		if granted, known := k.Granted(); known {
			rec.Permissions = exchanges.Known(granted)
		}
		if k.Whitelist.Entries != nil {
			rec.Entries = exchanges.Known([]netip.Prefix(k.Whitelist.Entries))
		}
		b.Keys = append(b.Keys, rec)
	}
	return b
}

// KeepFacts fills in what an earlier audit recorded of keys about which this
// one was told nothing, so that a baseline does not forget them.
func (r *Result) KeepFacts(earlier *Result) {
	then := map[string]Key{}
	for _, e := range earlier.Keys {
		then[e.identity()] = e
	}
	for i, k := range r.Keys {
		e, ok := then[k.identity()]
		if !ok || k.Fingerprint != "" && k.Fingerprint != e.Fingerprint { // replaced since
			continue
		}
		if k.Permissions == nil && e.Permissions != nil {
			r.Keys[i].Permissions, r.Keys[i].PermissionsRaw, r.Keys[i].NotTold = e.Permissions, e.PermissionsRaw, e.NotTold
		}
		if !k.Whitelist.Restricted.IsKnown() {
			r.Keys[i].Whitelist = e.Whitelist
		}
	}
}

// identity is the key's name, or what else tells it from others.
func (k Key) identity() string {
	if k.Name != "" {
		return "name\x00" + k.Exchange + "\x00" + string(k.Name)
	}
	return "listed\x00" + k.Exchange + "\x00" + string(k.Fingerprint)
}
