package cmd

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/config"
	"rekey/internal/history"
	"rekey/internal/nearest"
	"rekey/internal/parallel"
	"rekey/internal/survey"
	"rekey/internal/text"
	"rekey/internal/trace"
)

// traceDays is how far back a trace looks when nobody says.
const traceDays = 90

// An accountKeys is an account of an exchange, with the keys of rekey.yaml that
// are its own.
type accountKeys struct {
	id       string
	exchange string
	keys     []survey.Entry
	asked    []string // the names of the keys that are asked about
	declared bool     // rekey.yaml says which account it is, or --read-with which key reads it
}

// unproven are the keys that are asked about and may be of another account than
// the one that was read.
func (a accountKeys) unproven(readWith string) []string {
	if a.declared {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(a.asked), func(name string) bool { return name == readWith })
}

// readAccounts reads the history of accounts from their exchanges.
func (o *traceOptions) readAccounts(
	ctx context.Context, a *App, words []string,
) (in trace.Input, ended func() error, err error) {
	r, accounts, err := o.prepare(ctx, a, words)
	if err != nil {
		return in, nil, err
	}
	in = r.in
	in.Accounts = make([]trace.Account, len(accounts))
	indices := make([]int, len(accounts))
	for i := range indices {
		indices[i] = i
	}
	// Candles are asked for after this, so the context is not that of the workers.
	parallel.Each(ctx, len(accounts), indices, func(_ context.Context, i int) {
		in.Accounts[i] = r.read(ctx, accounts[i])
	})
	in.Window.To = r.said.earliest(in.Window.To)
	if err := a.addKeys(in.Accounts, r.conf); err != nil {
		return in, nil, err
	}
	if err := o.addOwnLog(a, in.Accounts, o.zone()); err != nil {
		return in, nil, err
	}
	for _, remark := range r.said.sorted() {
		a.remark("%s", text.Sentence(remark))
	}
	return in, r.said.end, nil
}

// prepare checks everything that can be checked before anything is sent.
func (o *traceOptions) prepare(ctx context.Context, a *App, words []string) (*accountReader, []accountKeys, error) {
	in := trace.Input{Tool: a.tool(), Started: a.Now(), FailOn: trace.Level(o.failOn), Mine: o.mine}
	d, err := a.loadWorkspace(ctx)
	if err != nil {
		return nil, nil, err
	}
	accounts, err := accountsNamed(d, words)
	if err != nil {
		return nil, nil, err
	}
	if err := preferReader(d, accounts, o.readWith); err != nil {
		return nil, nil, err
	}
	if o.readWith != "" && len(words) > 0 { // who names both says that they belong together
		for i := range accounts {
			accounts[i].declared = true
		}
	}
	incident, err := o.incidentOf(a)
	if err != nil {
		return nil, nil, err
	}
	if in.Window, err = o.apiWindow(in.Started, incident); err != nil {
		return nil, nil, err
	}
	if in.Currency = strings.ToUpper(o.currency); in.Currency == "" {
		in.Currency = currencyOf(accounts)
	}
	equity, err := o.equityGiven(in.Currency, in.Window.From, len(accounts))
	if err != nil {
		return nil, nil, err
	}
	for _, e := range a.Registry.All() { // bad endpoints end the run before anything is sent
		if _, err := a.client(e, d.Settings[e.Card.Name]); err != nil {
			return nil, nil, usage(err.Error())
		}
	}
	if err := a.unlock(ctx, d); err != nil {
		return nil, nil, err
	}
	conf, err := a.traceConfig()
	if err != nil {
		return nil, nil, err
	}
	if in.Threshold, err = o.level(); err != nil {
		return nil, nil, err
	}
	r := &accountReader{
		app: a, desk: d, in: in, equity: equity, incident: incident, options: o, conf: conf,
		callers: map[string]exchanges.Caller{},
	}
	return r, accounts, r.makeCallers(accounts)
}

// accountsNamed groups the keys of a workspace by account. Keys of which rekey.yaml
// names no account stand together: one of them reads, and the others are a gap,
// because they may be of other accounts. Words are names of keys, or accounts as EXCHANGE/ACCOUNT; without any
// it is all of them.
func accountsNamed(d *workspace, words []string) ([]accountKeys, error) {
	var all []accountKeys
	for _, e := range d.Entries {
		id := accountID(e.Exchange, e.Inventory.Account)
		i := slices.IndexFunc(all, func(a accountKeys) bool { return a.id == id })
		if i < 0 {
			i, all = len(all), append(all, accountKeys{
				id: id, exchange: e.Exchange, declared: e.Inventory.Account != "",
			})
		}
		all[i].keys = append(all[i].keys, e)
		all[i].asked = append(all[i].asked, e.Name)
	}
	if len(words) == 0 {
		return all, nil
	}
	var known []string
	wanted := map[string]bool{}
	for _, a := range all {
		known = append(known, a.id)
		for _, k := range a.keys {
			known = append(known, k.Name)
			wanted[a.id] = wanted[a.id] || slices.Contains(words, k.Name) || slices.Contains(words, a.id)
		}
	}
	for _, word := range words {
		if slices.Contains(known, word) {
			continue
		}
		hints := []string{"name keys of " + d.Source + ", or accounts as binance/main"}
		if near := nearest.Word(word, known); near != "" {
			hints = []string{"did you mean " + near + "?"}
		}
		return nil, usage("no key and no account is called "+quote(word), hints...)
	}
	all = slices.DeleteFunc(all, func(a accountKeys) bool { return !wanted[a.id] })
	for i := range all {
		all[i].named(words)
	}
	return all, nil
}

// named has the keys that were named read the account before others, and answers
// for them alone, where the account itself was not named.
func (a *accountKeys) named(words []string) {
	isNamed := func(e survey.Entry) bool { return slices.Contains(words, e.Name) }
	others := slices.DeleteFunc(slices.Clone(a.keys), isNamed)
	a.keys = slices.DeleteFunc(a.keys, func(e survey.Entry) bool { return !isNamed(e) })
	if !slices.Contains(words, a.id) {
		a.asked = nil
		for _, e := range a.keys {
			a.asked = append(a.asked, e.Name)
		}
	}
	a.keys = append(a.keys, others...)
}

// accountID names an account of an exchange.
func accountID(exchange, account string) string { return exchange + "/" + cmp.Or(account, "main") }

// preferReader puts the key of --read-with first in its account.
func preferReader(d *workspace, accounts []accountKeys, name string) error {
	if name == "" {
		return nil
	}
	entry, ok := d.Entry(name)
	if !ok {
		return usage("--read-with: no key is called " + quote(name))
	}
	read := false
	for i, a := range accounts {
		if a.exchange == entry.Exchange && (len(accounts) == 1 ||
			slices.ContainsFunc(a.keys, func(e survey.Entry) bool { return e.Name == name })) {
			accounts[i].keys = append([]survey.Entry{entry}, slices.DeleteFunc(slices.Clone(a.keys),
				func(e survey.Entry) bool { return e.Name == name })...)
			read = true
		}
	}
	if !read {
		return usage("--read-with: " + name + " is of none of the accounts to read")
	}
	return nil
}

func (o *traceOptions) incidentOf(a *App) (*audit.Incident, error) {
	if o.incident == "" {
		return nil, nil //nolint:nilnil // none was named
	}
	catalogue, err := a.incidents("")
	if err != nil {
		return nil, err
	}
	var ids []string
	for i := range catalogue.Incidents {
		if in := &catalogue.Incidents[i]; in.ID == o.incident || slices.Contains(in.Aliases, o.incident) {
			return in, nil
		}
		ids = append(ids, catalogue.Incidents[i].ID)
	}
	hints := []string{"see: rekey incidents"}
	if near := nearest.Word(o.incident, ids); near != "" {
		hints = []string{"did you mean " + near + "?"}
	}
	return nil, usage("--incident: there is no incident "+quote(o.incident), hints...)
}

// apiWindow is the time to look at: the flags', the incident's, or 90 days.
func (o *traceOptions) apiWindow(now time.Time, incident *audit.Incident) (trace.Window, error) {
	w := trace.Window{
		From: now.AddDate(0, 0, -traceDays), To: now, Why: fmt.Sprintf("the last %d days", traceDays),
	}
	if incident != nil && !incident.ReviewFrom.IsZero() {
		w.From, w.Why = incident.ReviewFrom, incident.ID+": review_from"
	}
	return o.narrow(w)
}

// windowWords are those of the window: a look goes on only where they are the
// same.
func (o *traceOptions) windowWords() string {
	return strings.Join([]string{o.incident, o.since, o.until}, "|")
}

func currencyOf(accounts []accountKeys) string {
	for _, a := range accounts {
		if a.exchange != "coinbase" && a.exchange != "kraken" {
			return "USDT"
		}
	}
	return "USD"
}

// An accountReader reads accounts side by side.
type accountReader struct {
	app      *App
	desk     *workspace
	in       trace.Input // without the accounts
	equity   *trace.Equity
	incident *audit.Incident
	conf     *config.Config // nil without one
	options  *traceOptions
	callers  map[string]exchanges.Caller // by exchange

	said said
}

// makeCallers makes one client for each exchange: limits and bans are shared by
// all its keys.
func (r *accountReader) makeCallers(accounts []accountKeys) error {
	for _, a := range accounts {
		x, ok := r.app.Registry.Lookup(a.exchange)
		if !ok || x.Open == nil || r.callers[a.exchange] != nil {
			continue
		}
		c, err := r.app.client(x, r.desk.Settings[a.exchange])
		if err != nil {
			return usage(err.Error())
		}
		r.callers[a.exchange] = c
	}
	return nil
}

// read reads one account with the first of its keys that its exchange lets in.
func (r *accountReader) read(ctx context.Context, account accountKeys) trace.Account {
	out := trace.Account{ID: account.id, Exchange: account.exchange, Equity: r.equity}
	folder, err := history.Open(filepath.Join(r.app.stateDir(), "trace"), history.Look{
		Account: account.id, Window: r.options.windowWords(), AllSymbols: r.all(), ReadWith: account.keys[0].Name,
	}, r.in.Started)
	if err != nil {
		return failedAccount(out, "answers could not be kept, so nothing was asked: "+plain(err))
	}
	if folder.Resumed {
		r.said.add(account.id + ": going on with the look of " + folder.Begun.UTC().Format(time.RFC3339) +
			" that was cut short; what was answered then is not asked again")
	}
	recorder := history.NewRecorder(r.callers[account.exchange], folder, r.app.Now)
	opened, with, gaps := r.open(ctx, account, recorder)
	if opened == nil {
		out.Gaps = gaps
		return failedAccount(out, "no key of this account can read it: name one with --read-with, or export the trades "+
			"and use --import")
	}
	to := r.in.Started
	if folder.Resumed {
		to = folder.Begun
		r.said.until(to)
	}
	read := history.Read(ctx, opened, history.Request{
		Account: account.id, Exchange: account.exchange, ReadWith: with, From: r.from(folder),
		To: to, Currency: r.in.Currency, Coins: r.coins(account.exchange), AllSymbols: r.all(),
		Public: r.options.candles == "", Equity: r.equity,
	})
	for _, name := range account.unproven(with) {
		read.Gaps = append(read.Gaps, trace.Gap{Account: account.id, Kind: "other", What: "key " + name, Detail: fmt.Sprintf(
			"%s was read with %s, and whether %s is of that account is not told: give both an account in rekey.yaml, or: "+
				"rekey trace %s --read-with %s", account.id, with, name, name, name)})
	}
	if err := recorder.Unkept(); err != nil {
		r.said.add(account.id + ": not every answer could be kept: " + plain(err))
	}
	r.later(ctx, folder, recorder)
	return read
}

// later notes what the folder needs to know when the run ends: candles are asked
// for until then.
func (r *accountReader) later(ctx context.Context, folder *history.Folder, recorder *history.Recorder) {
	r.said.finish(func() error {
		if ctx.Err() == nil && !recorder.Broken() {
			return folder.Finish()
		}
		return nil
	})
}

// from is the start of the window: a look that goes on began earlier.
func (r *accountReader) from(folder *history.Folder) time.Time {
	if folder.Resumed && r.options.since == "" && r.incident == nil {
		return folder.Begun.AddDate(0, 0, -traceDays)
	}
	return r.in.Window.From
}

// all reports whether every symbol is asked for: when it was said, and when an
// incident is under way.
func (r *accountReader) all() bool {
	return r.options.allSymbols || r.incident != nil && r.options.until == ""
}

// coins are those that the incident's thieves traded.
func (r *accountReader) coins(exchange string) []string {
	if r.incident == nil {
		return nil
	}
	var coins []string
	for _, symbol := range r.incident.Symbols[exchange] {
		base, _, _ := trace.Split(symbol)
		coins = append(coins, base)
	}
	return coins
}

// open tries the keys of an account until one may read it. Why others may not is
// a remark, and a gap where none may.
func (r *accountReader) open(
	ctx context.Context, account accountKeys, recorder *history.Recorder,
) (adapter exchanges.Adapter, with string, gaps []trace.Gap) {
	refused := func(key string, err error) {
		r.said.add(key + ": not used to read " + account.id + ": " + err.Error())
		gaps = append(gaps, trace.Gap{
			Account: account.id, Kind: string(exchanges.KindOf(err).Gap()), What: "key " + key, Detail: err.Error(),
		})
	}
	for _, e := range account.keys {
		settings := r.desk.Settings[e.Exchange]
		opened := survey.Open(ctx, survey.Options{
			Registry: r.app.Registry, Location: r.desk.Location, Now: r.app.Now,
			Env: func(x exchanges.Exchange) (exchanges.Env, error) {
				return exchanges.Env{Caller: recorder, Region: settings.Region, Environment: environment(x, settings)}, nil
			},
		}, e)
		for _, remark := range opened.Remarks {
			r.said.add(remark)
		}
		switch {
		case opened.Err != nil:
			refused(e.Name, opened.Err)
		case exchanges.IsFalse(exchanges.Flag{Fact: opened.Key.Permissions.Has(exchanges.Read)}):
			refused(e.Name, &exchanges.Error{
				Exchange: e.Exchange, Kind: exchanges.KindForbidden, Detail: "says that this key may not read",
			})
		default:
			return opened.Adapter, e.Name, nil
		}
	}
	return nil, "", gaps
}

func failedAccount(out trace.Account, detail string) trace.Account {
	out.Gaps = append(out.Gaps, trace.Gap{Account: out.ID, Kind: "credential", What: "fills", Detail: detail})
	return out
}
