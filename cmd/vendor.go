package cmd

import (
	"context"
	"fmt"
	"slices"
	"time"

	"rekey/exchanges"
	"rekey/internal/httpx"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/survey"
	"rekey/internal/vendorplace"
)

// vendorPatience is how long a vendor's ban is waited out: 3Commas bans for 300
// seconds.
const vendorPatience = 6 * time.Minute

// A vendorSwap is a vendor whose connections get a new credential.
type vendorSwap struct {
	name        string
	connections []exchanges.Connection
}

// planVendors looks at the vendors of rotate.vendors: which of their connections
// hold the key, and what follows for the plan. What cannot be asked or done by
// API is for a person, and no key is made.
func (a *App) planVendors(ctx context.Context, d *desk, o *changeOptions, c *change, j *rotate.Job) (remarks []string) {
	order := vendorplace.Renew
	if o.compromised {
		order = vendorplace.Replace
	}
	for _, name := range d.swaps[c.entry.Name] {
		x, _ := a.Registry.Lookup(name)
		v, err := a.vendor(ctx, d, name, false)
		var found vendorplace.Report
		if err != nil {
			found.Person = vendorplace.ByHand(x.Card, err.Error())
		} else {
			found = vendorplace.Look(ctx, v, vendorplace.Question{AccessKey: j.Old.AccessKey, Order: order, Whitelist: j.Want.Whitelist})
		}
		if found.Person != nil {
			c.person = &report.PersonLine{Key: c.entry.Name, Why: found.Person.Why + "; no key was made", Page: found.Person.Page, Steps: found.Person.Steps}
			return nil
		}
		remarks = append(append(remarks, found.Steps...), found.Remarks...)
		if len(found.Connections) == 0 {
			continue
		}
		c.swaps = append(c.swaps, vendorSwap{name, found.Connections})
		if found.Busy && !o.compromised {
			c.risks = append(c.risks, risk{riskBotRunning, name + " says that something runs on the connection, or does not say: stop it first"})
		}
		if found.LockedOut {
			c.risks = append(c.risks, risk{riskLockOut, "the new key's addresses hold none of those that " + name + " calls from"})
		}
	}
	return remarks
}

// unswapped are remarks on vendors that the key was given to and that keep the
// old one.
func (a *App) unswapped(d *desk, e survey.Entry) (remarks []string) {
	for _, v := range e.Inventory.SharedWith {
		x, known := a.Registry.Lookup(v)
		if known && x.OpenVendor != nil && !slices.Contains(d.swaps[e.Name], v) {
			remarks = append(remarks, fmt.Sprintf("%s was given this key and keeps the old one: what runs there stops when it dies (rotate.vendors: [%s] swaps it)", v, v))
		}
	}
	return remarks
}

// vendor opens a vendor of rekey.yaml.
func (a *App) vendor(ctx context.Context, d *desk, name string, writes bool) (exchanges.Vendor, error) {
	x, known := a.Registry.Lookup(name)
	i := slices.IndexFunc(d.vendors, func(v survey.VendorEntry) bool { return v.Name == name })
	if !known || x.OpenVendor == nil || i < 0 {
		return nil, fmt.Errorf("rotate.vendors names %s, which is no vendor of %s that rekey knows", name, d.source)
	}
	reading, err := d.vendors[i].Location.Read(ctx, d.location)
	if err != nil {
		return nil, err
	}
	s := d.settings[name]
	client, err := a.clientFor(x, s, func(o *httpx.Options) { o.AllowWrites, o.MaxWait = writes, vendorPatience })
	if err != nil {
		return nil, err
	}
	return x.OpenVendor(reading.Credential, exchanges.Env{Caller: client, Region: s.Region, Environment: environment(x, s)})
}

// vendorPlaces are the places at vendors. For a run that is taken up again the
// journal says how many places it had.
func (a *App) vendorPlaces(ctx context.Context, d *desk, c *change) ([]rotate.Place, error) {
	swaps := c.swaps
	if more := c.places - 1 - len(c.entry.Copies); more > 0 {
		for _, name := range d.swaps[c.entry.Name] {
			swaps = append(swaps, vendorSwap{name: name})
		}
		if len(swaps) != more {
			return nil, usage(fmt.Sprintf("%s: the run had %s, and rekey.yaml declares others now: put them back", c.entry.Name, number(c.places, "place")))
		}
	}
	var out []rotate.Place
	for _, s := range swaps {
		v, err := a.vendor(ctx, d, s.name, true)
		if err != nil {
			return nil, failed(err.Error() + "; nothing was sent")
		}
		p, err := vendorplace.At(v, s.connections, a.Sleep)
		if err != nil {
			return nil, failed(s.name + ": " + err.Error() + "; nothing was sent")
		}
		out = append(out, rotate.AtVendor(p))
	}
	return out, nil
}
