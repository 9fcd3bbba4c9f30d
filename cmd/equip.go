package cmd

import (
	"context"
	"fmt"
	"slices"

	"rekey/exchanges"
	"rekey/internal/httpx"
	"rekey/internal/journal"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// equip gives a job what it acts with: a client that may write and the
// manager's key, or a person; the places; the reload command.
func (a *App) equip(ctx context.Context, d *desk, o *changeOptions, w *walker, c *change) error {
	e, j := c.entry, c.job
	x, _ := a.Registry.Lookup(e.Exchange)
	s := d.settings[e.Exchange]
	client, err := a.writer(d, x, !c.byHand)
	if err != nil {
		return usage(err.Error())
	}
	env := exchanges.Env{Caller: client, Region: s.Region, Environment: environment(x, s)}
	j.Open = func(c exchanges.Credential) (exchanges.Adapter, error) { return x.Open(c, env) }
	if c.byHand {
		j.Person = w.of(c, x)
	} else if j.Manager, err = a.managerOf(ctx, d, e, j.Open); err != nil {
		return err
	}
	if j.Kind != journal.Rotate {
		return nil
	}
	at := d.location
	at.AcceptLooseFile = o.accepted(riskLooseFile)
	j.Places = []rotate.Place{rotate.At(e.Location, at)}
	for _, copied := range e.Copies {
		j.Places = append(j.Places, rotate.At(copied, at))
	}
	swaps, err := a.vendorPlaces(ctx, d, c)
	if err != nil {
		return err
	}
	j.Places = append(j.Places, swaps...)
	if argv := d.reloads[e.Name]; len(argv) > 0 {
		j.Reload = func(ctx context.Context, hide ...exchanges.Credential) error {
			return a.reload(ctx, d.location.Dir, argv, hide)
		}
	}
	return nil
}

// writer makes the client of an exchange for runs: one for all of them, since
// they share the exchange's limits.
func (a *App) writer(d *desk, x exchanges.Exchange, writes bool) (*httpx.Client, error) {
	name := fmt.Sprint(x.Card.Name, writes)
	if c, ok := d.clients[name]; ok {
		return c, nil
	}
	c, err := a.clientFor(x, d.settings[x.Card.Name], func(o *httpx.Options) { o.AllowWrites = writes })
	if err == nil {
		if d.clients == nil {
			d.clients = map[string]*httpx.Client{}
		}
		d.clients[name] = c
	}
	return c, err
}

// managerOf opens the key that manages another.
func (a *App) managerOf(ctx context.Context, d *desk, e survey.Entry, open func(exchanges.Credential) (exchanges.Adapter, error)) (rotate.Manager, error) {
	m := slices.IndexFunc(d.entries, func(m survey.Entry) bool { return m.Name == e.Inventory.Manager })
	if m < 0 {
		return nil, usage(e.Name + ": its manager is no key of rekey.yaml any more")
	}
	reading, err := d.entries[m].Location.Read(ctx, d.location)
	if err != nil {
		return nil, failed(err.Error() + "; nothing was sent")
	}
	adapter, err := open(reading.Credential)
	if err != nil {
		return nil, failed(err.Error() + "; nothing was sent")
	}
	manager, ok := adapter.(rotate.Manager)
	if !ok {
		return nil, failed(e.Exchange + " keys cannot be changed by API; nothing was sent")
	}
	return manager, nil
}
