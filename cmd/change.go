package cmd

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/httpx"
	"rekey/internal/journal"
	"rekey/internal/location"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// A change is what a plan says about one key: a job, something for a person,
// or nothing.
type change struct {
	entry  survey.Entry
	job    *rotate.Job
	plan   []string // the steps, for the person who is asked
	person *report.PersonLine
	skip   string
	risks  []string // that must be accepted by name
}

// planned makes the plan for the named keys. It looks and changes nothing.
func (a *App) planned(ctx context.Context, d *desk, o *changeOptions) ([]change, error) {
	d.selected = o.keys
	result, err := a.survey(ctx, d)
	if err != nil {
		return nil, err
	}
	if result.Interrupted {
		return nil, silently(exitInterrupted)
	}
	var out []change
	for _, name := range o.keys {
		i := slices.IndexFunc(result.Subjects, func(s audit.Subject) bool { return s.Name == name })
		g := slices.IndexFunc(result.Gaps, func(g audit.Gap) bool { return g.Key == name })
		e := d.entries[slices.IndexFunc(d.entries, func(e survey.Entry) bool { return e.Name == name })]
		c := change{entry: e}
		switch {
		case o.due && !a.isDue(e, result.Subjects[i], &c):
		case g >= 0 && result.Subjects[i].Key.Status == exchanges.StatusUndetermined:
			c.person = &report.PersonLine{Key: name, Why: "it could not be looked at: " + result.Gaps[g].Detail}
		default:
			if err := a.planKey(ctx, d, o, result.Subjects[i].Key, &c); err != nil {
				return nil, err
			}
		}
		out = append(out, c)
	}
	o.metrics.saw(result.Subjects, out, o.due, a.Now())
	return out, nil
}

// isDue reports whether a key is older than its rotate.every. The age that
// nobody tells is due: a key is never skipped on a guess.
func (a *App) isDue(e survey.Entry, s audit.Subject, c *change) bool {
	if e.Inventory.Rotation == 0 {
		c.skip = "it has no rotate.every"
		return false
	}
	created, known := s.Key.CreatedAt.Or(e.Inventory.Created).Get()
	if due := created.Add(e.Inventory.Rotation); known && due.After(a.Now()) {
		c.skip = "not due before " + due.UTC().Format(time.DateOnly)
		return false
	}
	return true
}

// planKey decides how one key is dealt with.
func (a *App) planKey(ctx context.Context, d *desk, o *changeOptions, k exchanges.Key, c *change) error {
	e := c.entry
	x, _ := a.Registry.Lookup(e.Exchange)
	if k.Status == exchanges.StatusDead && o.kind == journal.Revoke {
		c.skip = "the exchange says that it does not exist"
		return nil
	}
	if why := a.notByAPI(d, x, e, k); why != "" {
		c.person = byHand(x, o.kind, k, e.Name, why)
		return nil
	}
	reading, err := e.Location.Read(ctx, d.location)
	if err != nil {
		return failed(err.Error() + "; nothing was sent")
	}
	j := &rotate.Job{
		ID: journal.NewRunID(a.Now()), Kind: o.kind, Compromised: o.compromised, Key: e.Name, Exchange: e.Exchange,
		Account: accountOf(k, e), Old: reading.Credential, Settle: o.settle,
	}
	if j.Account.Name == "" {
		c.person = byHand(x, o.kind, k, e.Name, "the sub-account is not known: set `account` in rekey.yaml")
		return nil
	}
	var remarks []string
	if o.kind == journal.Rotate {
		if why := a.want(e, k, j); why != "" {
			c.person = byHand(x, o.kind, k, e.Name, why)
			return nil
		}
		if other := twin(ctx, d, e, reading.Credential.AccessKey); other != "" {
			c.person = &report.PersonLine{Key: e.Name, Why: other + " holds the same key and would be left with a dead one: declare it as a copy of this key (copies); no key was made"}
			return nil
		}
		at := d.location
		at.AcceptLooseFile = slices.Contains(o.accept, "loose-file")
		var why string
		if remarks, why = tryPlaces(ctx, e, at); why != "" {
			c.person = &report.PersonLine{Key: e.Name, Why: why + "; no key was made"}
			return nil
		}
		if len(d.reloads[e.Name]) == 0 {
			c.risks = append(c.risks, "bot-still-running")
		}
	}
	c.job, c.plan = j, append(describeJob(j, e, d.reloads[e.Name]), remarks...)
	return nil
}

// twin names another key of rekey.yaml that holds the same access key, "" when
// there is none. Its place would not be written.
func twin(ctx context.Context, d *desk, e survey.Entry, accessKey string) string {
	for _, other := range d.entries {
		if other.Name == e.Name || other.Exchange != e.Exchange {
			continue
		}
		if reading, err := other.Location.Read(ctx, d.location); err == nil && reading.Credential.AccessKey == accessKey {
			return other.Name
		}
	}
	return ""
}

// tryPlaces prepares a change of each place to the credential that it holds, so
// that a place which cannot be written is known before a key is made. It returns
// what the user should know of them, and why one cannot be written, "" when all can.
func tryPlaces(ctx context.Context, e survey.Entry, at location.Env) (remarks []string, why string) {
	for _, l := range append([]location.Location{e.Location}, e.Copies...) {
		reading, err := l.Read(ctx, at)
		if err != nil {
			return nil, err.Error()
		}
		change, err := l.Prepare(ctx, at, reading.Credential)
		if err != nil {
			return nil, err.Error()
		}
		remarks = append(remarks, change.Remarks()...)
	}
	return remarks, ""
}

// notByAPI says why a key cannot be changed by API, "" when it can.
func (a *App) notByAPI(d *desk, x exchanges.Exchange, e survey.Entry, k exchanges.Key) string {
	can := slices.ContainsFunc(x.Card.Capabilities, func(c exchanges.Capability) bool {
		return c.Action == exchanges.ActRevoke && c.Reach == exchanges.SubKeys && c.InRekey
	})
	switch {
	case !can:
		return e.Exchange + " has no API for it"
	case k.Ref.Account.Kind == exchanges.AccountMaster:
		return e.Exchange + " has no API for keys of the master account"
	case e.Inventory.Manager == "":
		return "rekey.yaml names no manager for it, whose key could change it by API"
	case !slices.ContainsFunc(d.entries, func(m survey.Entry) bool { return m.Name == e.Inventory.Manager }):
		return "its manager is no key of rekey.yaml"
	default:
		return ""
	}
}

func accountOf(k exchanges.Key, e survey.Entry) exchanges.Account {
	account := k.Ref.Account
	if account.Name == "" {
		account.Name = e.Inventory.Account
	}
	account.Kind = exchanges.AccountSub
	return account
}

// want decides what the new key shall be: what the old one is, for the
// addresses of rotate.ip_whitelist where that is declared. It says why that is
// not known, "" when it is.
func (a *App) want(e survey.Entry, k exchanges.Key, j *rotate.Job) string {
	granted, known := k.Permissions.Granted()
	if !known {
		return "what the old key may do is not known, so a new one could be wider"
	}
	if slices.Contains(granted, exchanges.Unmapped) {
		return "the old key has a permission that rekey does not know"
	}
	j.Want.Permissions = granted
	for _, p := range e.Inventory.Whitelist {
		j.Want.Whitelist = append(j.Want.Whitelist, p.String())
	}
	restricted, told := k.Whitelist.Restricted.Get()
	entries, listed := k.Whitelist.Entries.Get()
	switch {
	case len(j.Want.Whitelist) > 0:
	case told && restricted && listed:
		for _, p := range entries {
			j.Want.Whitelist = append(j.Want.Whitelist, p.String())
		}
	case told && !restricted:
	default:
		return e.Exchange + " does not show the addresses of the old key: set rotate.ip_whitelist in rekey.yaml"
	}
	for i, w := range j.Want.Whitelist { // exchanges write single addresses without their bits
		j.Want.Whitelist[i] = strings.TrimSuffix(strings.TrimSuffix(w, "/32"), "/128")
	}
	if !j.Old.Passphrase.IsZero() {
		j.Want.Passphrase = newPassphrase
	}
	return ""
}

// newPassphrase makes a passphrase that every exchange takes: 24 characters
// with digit, upper, lower and special ones.
func newPassphrase() exchanges.Secret {
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
	out := make([]byte, 20)
	for i := range out {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
		if err != nil {
			panic(err) // crypto/rand never fails
		}
		out[i] = letters[n.Int64()]
	}
	return exchanges.NewSecret(string(out) + "a7B!")
}

// byHand is what a person does in place of the API.
func byHand(x exchanges.Exchange, kind journal.Kind, k exchanges.Key, name, why string) *report.PersonLine {
	p := &report.PersonLine{Key: name, Why: why, Steps: []string{}}
	actions := []exchanges.Action{exchanges.ActRevoke}
	if kind == journal.Rotate {
		actions = []exchanges.Action{exchanges.ActIssue, exchanges.ActRevoke}
	}
	for _, action := range actions {
		for _, row := range x.Card.Capabilities {
			if row.Action != action || row.Page == "" || row.Reach == exchanges.SubKeys && k.Ref.Account.Kind != exchanges.AccountSub {
				continue
			}
			p.Page = row.Page
			steps := row.Steps
			if len(steps) == 0 {
				steps = []string{"Open " + row.Page}
			}
			p.Steps = append(p.Steps, steps...)
			break
		}
	}
	if k.Ref.AccessKey != "" {
		p.Steps = append(p.Steps, "The access key of the old key is "+exchanges.MaskAccessKey(k.Ref.AccessKey))
	}
	return p
}

// describeJob is the plan of a job in words.
func describeJob(j *rotate.Job, e survey.Entry, reload []string) []string {
	kill := fmt.Sprintf("destroy %s of %s through %s, and prove it dead", exchanges.MaskAccessKey(j.Old.AccessKey), j.Account.Name, e.Inventory.Manager)
	if j.Kind == journal.Revoke {
		return []string{kill}
	}
	var powers []string
	for _, p := range j.Want.Permissions {
		powers = append(powers, string(p))
	}
	from := "any address, as the old one"
	if len(j.Want.Whitelist) > 0 {
		from = strings.Join(j.Want.Whitelist, ", ")
	}
	places := []string{e.Location.Display()}
	for _, c := range e.Copies {
		places = append(places, c.Display())
	}
	steps := []string{
		fmt.Sprintf("make a key for %s with %s, for %s, and keep its secret in the encrypted store", j.Account.Name, strings.Join(powers, ", "), from),
		"prove that it works from here and is no wider",
		"write it to " + strings.Join(places, ", "),
	}
	if len(reload) > 0 {
		steps = append(steps, "run "+strings.Join(reload, " "))
	}
	if j.Compromised {
		return append([]string{kill}, steps...)
	}
	return append(steps, fmt.Sprintf("wait %s, then %s", j.Settle, kill))
}

// equip gives a job what it acts with: the manager's key over a client that may
// write, the places, the reload command.
func (a *App) equip(ctx context.Context, d *desk, e survey.Entry, j *rotate.Job, loose bool) error {
	x, _ := a.Registry.Lookup(e.Exchange)
	s := d.settings[e.Exchange]
	client, err := a.clientFor(x, s, func(o *httpx.Options) { o.AllowWrites = true })
	if err != nil {
		return usage(err.Error())
	}
	env := exchanges.Env{Caller: client, Region: s.Region, Environment: environment(x, s)}
	j.Open = func(c exchanges.Credential) (exchanges.Adapter, error) { return x.Open(c, env) }
	m := slices.IndexFunc(d.entries, func(m survey.Entry) bool { return m.Name == e.Inventory.Manager })
	if m < 0 {
		return usage(e.Name + ": its manager is no key of rekey.yaml any more")
	}
	reading, err := d.entries[m].Location.Read(ctx, d.location)
	if err != nil {
		return failed(err.Error() + "; nothing was sent")
	}
	adapter, err := j.Open(reading.Credential)
	if err != nil {
		return failed(err.Error() + "; nothing was sent")
	}
	manager, ok := adapter.(rotate.Manager)
	if !ok {
		return failed(e.Exchange + " keys cannot be changed by API; nothing was sent")
	}
	j.Manager = manager
	if j.Kind == journal.Revoke {
		return nil
	}
	at := d.location
	at.AcceptLooseFile = loose
	j.Places = []rotate.Place{rotate.At(e.Location, at)}
	for _, c := range e.Copies {
		j.Places = append(j.Places, rotate.At(c, at))
	}
	if reload := d.reloads[e.Name]; len(reload) > 0 {
		j.Reload = func(ctx context.Context) error { return a.reload(ctx, d.location.Dir, reload) }
	}
	return nil
}
