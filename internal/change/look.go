package change

import (
	"context"
	"net/netip"
	"slices"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/location"
	"rekey/internal/survey"
	"rekey/internal/vendorplace"
)

// Look gathers what a plan for the named keys needs beside a survey: their
// credentials, whether their places can be written, what vendors hold of them,
// and the addresses that exchanges see. Places and vendors are looked at for the
// keys that get a replacement alone. It changes nothing. The credentials stay in
// the Runner. The error is the context's.
func (r *Runner) Look(
	ctx context.Context,
	result survey.Result,
	names, replaced []string,
	runs []journal.Run,
) (*Seen, error) {
	s := &Seen{
		Now: r.Now(), Registry: r.Registry, Entries: r.Entries, Survey: result, Facts: map[string]Facts{},
		Egress: map[string]netip.Addr{}, Runs: runs, Reloads: r.Reloads, Swaps: r.Swaps, Person: r.Person.Present(),
	}
	if r.credentials == nil {
		r.credentials = map[string]exchanges.Credential{}
	}
	p := newPlanner(s, r.Options, names)
	holders := r.holders(ctx, len(replaced) > 0)
	for _, name := range names {
		subject, ok := p.subjects[name]
		if !ok {
			continue
		}
		s.Facts[name] = r.factsOf(ctx, p, subject)
		if e, ok := p.entries[subject.Name]; ok && slices.Contains(replaced, name) {
			s.Facts[name] = r.placesOf(ctx, e, s.Facts[name], holders)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	for _, name := range names { // the address first: it decides on new lists
		subject := p.subjects[name]
		x, known := r.Registry.Lookup(subject.Key.Ref.Exchange)
		if _, asked := s.Egress[x.Card.Name]; !known || asked || x.SeenAddress == nil {
			continue
		}
		if seen, ok := r.seenAddress(ctx, x); ok {
			s.Egress[x.Card.Name] = seen
		}
	}
	p.Kind = journal.Rotate
	for _, name := range replaced {
		r.askVendors(ctx, p, name)
	}
	return s, nil
}

// A holder is an access key at an exchange.
type holder struct{ exchange, accessKey string }

// holders finds the names of rekey.yaml that hold each access key.
func (r *Runner) holders(ctx context.Context, wanted bool) map[holder][]string {
	if !wanted {
		return nil
	}
	out := map[holder][]string{}
	for _, e := range r.Entries {
		if reading, err := e.Location.Read(ctx, r.Location); err == nil {
			id := holder{e.Exchange, reading.Credential.AccessKey}
			out[id] = append(out[id], e.Name)
		}
	}
	return out
}

func (r *Runner) factsOf(ctx context.Context, p *planner, subject audit.Subject) Facts {
	e, declared := p.entries[subject.Name]
	if subject.Name == "" || !declared { // of a key that nobody declared the access key alone is known
		return Facts{Credential: Held{AccessKey: subject.Key.Ref.AccessKey}}
	}
	var f Facts
	reading, err := e.Location.Read(ctx, r.Location)
	if err != nil {
		f.Credential.Problem = "its credential could not be read: " + err.Error()
		return f
	}
	c := reading.Credential
	r.credentials[e.Name] = c
	f.Credential = Held{AccessKey: c.AccessKey, Secret: !c.Secret.IsZero(), Passphrase: !c.Passphrase.IsZero()}
	f.Credential.Problem, _ = survey.Misplaced(r.Registry, e.Exchange, c)
	return f
}

// placesOf adds who else holds the credential, and whether its places can be
// written.
func (r *Runner) placesOf(ctx context.Context, e survey.Entry, f Facts, holders map[holder][]string) Facts {
	for _, other := range holders[holder{e.Exchange, f.Credential.AccessKey}] {
		if other != e.Name {
			f.Twin = other
			break
		}
	}
	f.Places = r.tryPlaces(ctx, e)
	return f
}

// tryPlaces prepares a change of each place to the credential that it holds, so
// that a place which cannot be written is known before a key is made.
func (r *Runner) tryPlaces(ctx context.Context, e survey.Entry) []Place {
	at := r.Location
	at.AcceptLooseFile = r.accepted(RiskLooseFile)
	var out []Place
	for _, l := range append([]location.Location{e.Location}, e.Copies...) {
		place := Place{Name: l.Display()}
		reading, err := l.Read(ctx, at)
		if err == nil {
			var change location.Change
			if change, err = l.Prepare(ctx, at, reading.Credential); err == nil {
				place.Remarks = change.Remarks()
			}
		}
		if err != nil {
			place.Problem = err.Error()
		}
		out = append(out, place)
	}
	return out
}

// askVendors looks at the vendors of rotate.vendors: which of their connections
// hold the key.
func (r *Runner) askVendors(ctx context.Context, p *planner, name string) {
	facts := p.Facts[name]
	d := p.named(name)
	if !d.Verdict.Acts() || len(r.Swaps[name]) == 0 {
		return
	}
	order := vendorplace.Renew
	if r.Compromised {
		order = vendorplace.Replace
	}
	for _, vendor := range r.Swaps[name] {
		x, _ := r.Registry.Lookup(vendor)
		v, err := r.vendor(ctx, vendor, false)
		var found vendorplace.Report
		if err != nil {
			found.Person = vendorplace.ByHand(x.Card, err.Error())
		} else {
			found = vendorplace.Look(ctx, v, vendorplace.Question{
				AccessKey: facts.Credential.AccessKey, Order: order, Whitelist: d.Want.Whitelist,
			})
		}
		fact := VendorFact{
			Vendor: vendor, Connections: found.Connections, Steps: found.Steps, Remarks: found.Remarks,
			Busy: found.Busy, LockedOut: found.LockedOut,
		}
		if found.Person != nil {
			fact.Problem, fact.Page, fact.ByHand = found.Person.Why, found.Person.Page, found.Person.Steps
		}
		facts.Vendors = append(facts.Vendors, fact)
	}
	p.Facts[name] = facts
}

// seenAddress asks the exchange for the address that it sees, where it tells.
func (r *Runner) seenAddress(ctx context.Context, x exchanges.Exchange) (netip.Addr, bool) {
	client, err := r.writer(x, false)
	if err != nil {
		return netip.Addr{}, false
	}
	op, _ := x.Protocol.Operation(x.SeenAddress.Operation)
	res, err := client.Call(ctx, client.Unsigned(op))
	if err != nil {
		return netip.Addr{}, false
	}
	text, ok := x.SeenAddress.Of(res)
	if !ok {
		return netip.Addr{}, false
	}
	address, err := netip.ParseAddr(text)
	return address.Unmap(), err == nil
}
