package audit

import (
	"net/netip"

	"rekey/exchanges"
)

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
