package cmd

import (
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/catalogue"
	"rekey/internal/config"
	"rekey/internal/evidence"
	"rekey/internal/imports"
	"rekey/internal/journal"
	"rekey/internal/text"
	"rekey/internal/trace"
)

// traceConfig is the rekey.yaml that says which keys an account had; nil
// without one. No credential is read.
func (a *App) traceConfig() (*config.Config, error) {
	names, err := a.names()
	if err != nil {
		return nil, err
	}
	file, ok, err := config.Find(a.flags.config, a.getenv, a.Dir)
	if err != nil {
		return nil, usage(err.Error())
	}
	if !ok {
		return nil, nil //nolint:nilnil // none is needed
	}
	c, err := config.Load(file, names)
	if err != nil {
		return nil, usage(err.Error())
	}
	return c, nil
}

// addKeys tells each account which keys of its exchange there were, when each
// lived, and in the time of which incidents others may have had them.
func (a *App) addKeys(accounts []trace.Account, c *config.Config) error {
	if c == nil {
		return nil
	}
	incidents, err := catalogue.Embedded()
	if err != nil {
		return err
	}
	died := a.deaths()
	for i := range accounts {
		account := &accounts[i]
		for _, k := range c.Keys {
			if account.Exchange == "" || k.Exchange != account.Exchange {
				continue
			}
			born, _ := k.Created.Get()
			account.Keys = append(account.Keys, trace.Key{Name: k.Name, Born: born, Died: died[k.Name]})
			for _, in := range incidents.Incidents {
				if w, ok := abuseOf(in, k, a.Now()); ok && !slices.ContainsFunc(account.Abuses, func(o trace.Abuse) bool {
					return o.Incident == w.Incident
				}) {
					account.Abuses = append(account.Abuses, w)
				}
			}
		}
	}
	return nil
}

// deaths is when keys died, as far as the journal has it proven. What it cannot
// say is not dead.
func (a *App) deaths() map[string]time.Time {
	died := map[string]time.Time{}
	view, err := journal.Read(a.stateDir())
	if err != nil {
		return died
	}
	for _, r := range view.Runs() {
		if r.Kind == journal.Revoke && r.Ended && r.Stage == journal.Done && !r.Doubtful {
			died[r.Key] = r.Updated
		}
	}
	return died
}

// afterDisclosure is how long after an incident was made known its keys are
// taken to be used: many are not dead by then. It is a choice, not measured.
const afterDisclosure = 28 * 24 * time.Hour

// abuseOf is the time in which an incident's keys may have been used, if the
// key is linked with it.
func abuseOf(in audit.Incident, k config.Key, now time.Time) (trace.Abuse, bool) {
	subject := audit.Subject{
		Name: k.Name, Inventory: inventory(k), Key: exchanges.Key{Ref: exchanges.KeyRef{Exchange: k.Exchange}},
	}
	if outcome, _ := audit.Match(subject, in, now); outcome == audit.NotExposed {
		return trace.Abuse{}, false
	}
	w := trace.Abuse{Incident: in.ID, Symbols: in.Symbols[k.Exchange]}
	for _, at := range []time.Time{in.ReviewFrom, in.FirstAbuse, in.From} {
		if w.From.IsZero() {
			w.From = at
		}
	}
	for _, at := range []time.Time{in.Disclosed, in.Until, in.FirstAbuse} {
		if at.After(w.Until) {
			w.Until = at
		}
	}
	if w.From.IsZero() || w.Until.IsZero() {
		return w, false // nobody knows when
	}
	w.Until = w.Until.Add(afterDisclosure)
	return w, true
}

// addOwnLog reads what the owner's bot knows of its orders.
func (o *traceOptions) addOwnLog(a *App, accounts []trace.Account, options imports.Options) error {
	if len(o.ownLogs) == 0 {
		return nil
	}
	log := &trace.OwnLog{Orders: map[string]bool{}, Trades: map[string]bool{}}
	for _, name := range o.ownLogs {
		read, err := imports.Read(a.path(name), imports.Options{Zone: options.Zone})
		if err != nil {
			return importError("--own-log: "+name, err)
		}
		for _, f := range read.Fills {
			if f.OrderID != "" {
				log.Orders[f.OrderID] = true
			}
			if f.TradeID != "" {
				log.Trades[f.TradeID] = true
			}
		}
	}
	if len(log.Orders)+len(log.Trades) == 0 {
		return usage("--own-log: it names no order and no trade, so nothing can be compared with it")
	}
	if len(accounts) > 1 {
		return usage("--own-log is of one account, and the files are of several",
			"trace the files of each account by themselves")
	}
	for i := range accounts {
		accounts[i].OwnLog = log
	}
	return nil
}

// level reads --threshold: "0.5%".
func (o *traceOptions) level() (decimal.Decimal, error) {
	if o.threshold == "" {
		return decimal.Zero, nil
	}
	wrong := usage("--threshold is a share of the equity between 0.1% and 20%, such as 0.5%")
	number, ok := strings.CutSuffix(strings.ReplaceAll(o.threshold, " ", ""), "%")
	n, err := trace.ParseNumber(number)
	if !ok || err != nil {
		return decimal.Zero, wrong
	}
	share := n.Decimal().Shift(-2)
	if share.LessThan(decimal.New(1, -3)) || share.GreaterThan(decimal.New(2, -1)) {
		return decimal.Zero, wrong
	}
	return share, nil
}

// evidenceKeys are what a folder says of the keys of its accounts, and whoever
// else had them, without showing one.
func (a *App) evidenceKeys(c *evidence.Case, conf *config.Config, known map[string]exchanges.Credential) {
	if conf == nil {
		return
	}
	names := map[string]bool{}
	for _, account := range c.Result.Accounts {
		for _, k := range account.Keys {
			names[k] = true
		}
	}
	died := a.deaths()
	for _, k := range conf.Keys {
		if !names[k.Name] {
			continue
		}
		line := evidence.Key{
			Name: k.Name, Exchange: k.Exchange, SharedWith: text.Sentence(strings.Join(k.SharedWith, " ")),
			State: "not known to be dead",
		}
		if credential := known[k.Name]; credential.AccessKey != "" {
			line.AccessKey = exchanges.MaskAccessKey(credential.AccessKey)
			line.Fingerprint = exchanges.Fingerprint(credential.AccessKey)
		}
		if at, ok := k.Created.Get(); ok {
			line.Created = at.Format(time.DateOnly)
			c.Events = append(c.Events, trace.Event{
				At: at, What: "Key created", Object: k.Name, Message: "key " + k.Name + " was made, as rekey.yaml says",
				Actor: k.Owner, File: "data/keys.csv", Record: k.Name,
			})
		}
		if at := died[k.Name]; !at.IsZero() {
			line.State = "proven dead " + at.UTC().Format(time.RFC3339)
			c.Events = append(c.Events, trace.Event{
				At: at, What: "Key revoked", Object: k.Name, Message: "key " + k.Name + " was proven dead by rekey",
				File: "data/keys.csv", Record: k.Name,
			})
		}
		for _, v := range k.SharedWith {
			if !slices.Contains(c.Vendors, v) {
				c.Vendors = append(c.Vendors, v)
			}
		}
		c.Keys = append(c.Keys, line)
	}
}
