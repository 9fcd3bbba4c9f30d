package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"rekey/internal/imports"
	"rekey/internal/text"
	"rekey/internal/trace"
)

// input checks the flags and reads the files.
func (o *traceOptions) input(a *App) (trace.Input, error) {
	in := trace.Input{Tool: a.tool(), Started: a.Now(), FailOn: trace.Level(o.failOn), Mine: o.mine}
	if !slices.Contains(trace.Levels(), o.failOn) {
		return in, usage(fmt.Sprintf("--fail-on: there is no level %s (%s)", quote(o.failOn), strings.Join(trace.Levels(),
			", ")))
	}
	if o.timezone != "" {
		if _, err := imports.ParseZone(o.timezone); err != nil {
			return in, usage("--timezone: " + plain(err))
		}
	}
	level, err := o.level()
	if err != nil {
		return in, err
	}
	in.Threshold = level
	if o.candles == "" {
		return in, usage("name the public candles: --candles DIR, or --candles none to go without",
			"without candles only trades that were bought and sold again within two hours are judged")
	}
	read, err := o.readFiles(a)
	if err != nil {
		return in, err
	}
	in.Accounts = accountsOf(read)
	conf, err := a.traceConfig()
	if err != nil {
		return in, err
	}
	if err := a.addKeys(in.Accounts, conf); err != nil {
		return in, err
	}
	if err := o.addOwnLog(a, in.Accounts, o.zone()); err != nil {
		return in, err
	}
	if in.Currency = strings.ToUpper(o.currency); in.Currency == "" {
		in.Currency = defaultCurrency(in.Accounts)
	}
	if in.Window, err = o.window(in.Accounts); err != nil {
		return in, err
	}
	equity, err := o.equityGiven(in.Currency, in.Window.From, len(in.Accounts))
	if err == nil && equity != nil {
		in.Accounts[0].Equity = equity
	}
	return in, err
}

// A readFile is a file with what it held.
type readFile struct {
	name string
	imports.Import
}

func (o *traceOptions) readFiles(a *App) ([]readFile, error) {
	options := o.zone()
	options.As = o.as
	var list []readFile
	for i, name := range o.files {
		for _, other := range o.files[:i] {
			if sameFile(a.path(name), a.path(other)) {
				return nil, usage("--import: " + name + " is named twice")
			}
		}
		read, err := imports.Read(a.path(name), options)
		if err != nil {
			return nil, importError("--import: "+name, err)
		}
		list = append(list, readFile{name, read})
	}
	return list, nil
}

// importError words why a file was not read.
func importError(where string, err error) error {
	var e *imports.RefusedError
	if !errors.As(err, &e) {
		return usage(where + ": " + plain(err))
	}
	if e.Hint == "" {
		return usage(where + ": " + text.Sentence(e.Problem))
	}
	return usage(where+": "+text.Sentence(e.Problem), text.Sentence(e.Hint))
}

func (o *traceOptions) openCandles(a *App) (*imports.CandleFolder, error) {
	if o.candles == "none" || o.candles == "" {
		return nil, nil //nolint:nilnil // no folder is not an error
	}
	folder, err := imports.OpenCandles(a.path(o.candles))
	if err != nil {
		return nil, importError("--candles", err)
	}
	return folder, nil
}

// accountsOf merges files into accounts: one for each exchange, for the files
// of an exchange are of one account.
func accountsOf(files []readFile) []trace.Account {
	var names []string
	by := map[string][]readFile{}
	for _, f := range files {
		if len(by[f.Exchange]) == 0 {
			names = append(names, f.Exchange)
		}
		by[f.Exchange] = append(by[f.Exchange], f)
	}
	var accounts []trace.Account
	for _, name := range names {
		id := "import"
		if name != "" {
			id = name + "/import"
		}
		accounts = append(accounts, accountOf(id, name, by[name]))
	}
	return accounts
}

func accountOf(id, exchange string, files []readFile) trace.Account {
	account := trace.Account{ID: id, Exchange: exchange}
	var sources, orders [][]trace.Fill
	for _, f := range files {
		if f.Orders {
			orders = append(orders, f.Fills)
		} else {
			sources = append(sources, f.Fills)
		}
		account.Coverage = append(account.Coverage, trace.CoverageOf(f.name, f.Fills, len(f.Unread) == 0))
		if f.HasOutflows {
			account.Outflows = append(append([]trace.Movement{}, account.Outflows...), f.Outflows...)
		}
		for _, problem := range f.Unread {
			account.Gaps = append(account.Gaps, trace.Gap{Account: id, Kind: "other", What: f.name, Detail: problem})
		}
	}
	account.Fills = trace.Merge(sources...)
	if len(orders) > 0 {
		unclear := 0
		if account.Fills, unclear = trace.WithOrders(account.Fills, trace.Merge(orders...)); unclear > 0 {
			account.Gaps = append(account.Gaps, trace.Gap{Account: id, Kind: "other", What: "fills", Detail: fmt.Sprintf(
				"%d orders of one file may be the trades of another, which names no orders: what is in both counts twice",
				unclear)})
		}
	}
	if len(account.Fills) == 0 {
		account.Gaps = append(account.Gaps, trace.Gap{
			Account: id, Kind: "other", What: "fills",
			Detail: "the files hold no trade",
		})
	}
	return account
}

func defaultCurrency(accounts []trace.Account) string {
	for _, account := range accounts {
		if account.Exchange != "coinbase" && account.Exchange != "kraken" {
			return "USDT"
		}
	}
	return "USD"
}
