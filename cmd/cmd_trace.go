package cmd

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rekey/internal/imports"
	"rekey/internal/nearest"
	"rekey/internal/report"
	"rekey/internal/text"
	"rekey/internal/trace"
)

// traceOptions are the flags of trace.
type traceOptions struct {
	output
	files     []string
	as        string
	timezone  string
	candles   string
	equity    string
	currency  string
	since     string
	until     string
	failOn    string
	mine      []string
	evidence  string
	sign      []string
	ownLogs   []string
	threshold string
	schema    bool
}

func newTraceCmd(a *App) *cobra.Command {
	o := &traceOptions{output: output{formats: report.TraceFormats()}}
	c := &cobra.Command{
		Use:   "trace --import FILE --candles DIR --equity AMOUNT",
		Short: "Were my trades mine: what went to the other side, and how much",
		Long: `Look at an account's own trades for a theft: runs of trades (clusters) that
gave money to the other side, measured against the price before each began.

The trades come from files: exports of exchanges, of Koinly and CoinTracking,
databases of freqtrade, hummingbot and bbgo, or a CSV with the header
time_ms,symbol,side,price,quantity,trade_id (also .gz). Several files of one
account are merged. Nothing is sent, and no configuration is needed.

--candles names a folder of public five-minute candles (SYMBOL-5m.csv, also .gz,
with open_time_ms,open,high,low,close,volume). Without them only what was bought
and sold again within a cluster is seen. --equity is what the account was worth
at the start, all wallets together: the verdicts are shares of it. When unsure,
give the larger figure.

A trace never says that an account is safe. Thefts below 2 % of the equity and
slow ones are mostly not seen; docs/trace.md has the figures.`,
		Example: `  rekey trace --import trades.csv --candles candles --equity 48210 --currency USDT
  rekey trace --import okx.csv --timezone +08:00 --candles none --equity 1.5 --currency BTC
  rekey trace --import trades.csv --candles candles --equity 48210 --mine c-3f1a9b
  rekey trace --import trades.csv --candles candles --equity 48210 --evidence case-1`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.schema {
				_, err := a.Stdout.Write(report.TraceSchema)
				return err
			}
			if err := o.check(); err != nil {
				return err
			}
			return traceRun(cmd.Context(), a, o)
		},
	}
	f := c.Flags()
	o.add(f)
	f.StringArrayVar(&o.files, "import", nil, "own trades from `FILE`, several times for several files of one account")
	f.StringVar(&o.as, "import-as", "", "the `LAYOUT` of the files, where it is not recognised")
	f.StringVar(&o.timezone, "timezone", "", "the `ZONE` of files that do not say theirs: UTC, +08:00, Asia/Singapore")
	f.StringVar(&o.candles, "candles", "", "public candles from `DIR`, or none")
	f.StringVar(&o.equity, "equity", "", "what the account was worth at the start, an `AMOUNT` of --currency")
	f.StringVar(&o.currency, "currency", "",
		"the `COIN` in which sums are said (default USDT, for coinbase and kraken USD)")
	f.StringVar(&o.since, "since", "", "look from `T`, a day or a time in RFC 3339 (default: the first trade)")
	f.StringVar(&o.until, "until", "", "look until `T` (default: the last trade)")
	f.StringVar(&o.failOn, "fail-on", trace.Levels()[0], "exit 3 from this `LEVEL`: "+strings.Join(trace.Levels(), ", "))
	f.StringArrayVar(&o.mine, "mine", nil, "this cluster was me: an `ID` of a report, several times for several")
	f.StringArrayVar(&o.ownLogs, "own-log", nil, "what your bot knows of its orders, a database or export in `FILE`")
	f.StringVar(&o.threshold, "threshold", "",
		"call a cluster suspicious from a `SHARE` of the equity on, such as 0.5%; likely from twice that (default 2%)")
	f.StringVar(&o.evidence, "evidence", "", "write a folder for the exchange, the police and the insurer to `DIR`")
	f.StringArrayVar(&o.sign, "sign", nil, "sign it with a `KEY`: ssh:PATH or minisign:PATH")
	c.AddCommand(newTraceVerifyCmd(a))
	f.BoolVar(&o.schema, "schema", false, "print the JSON Schema of the JSON document and stop")
	return c
}

const traceGCPercent = 20

// traceRun reads the files, judges and prints. Nothing is sent.
func traceRun(ctx context.Context, a *App, o *traceOptions) error {
	// A history of a million fills is to fit into 300 MB: the collector runs
	// sooner than it would.
	defer debug.SetGCPercent(debug.SetGCPercent(traceGCPercent))
	plan, err := a.planEvidence(o.evidence, o.sign)
	if err != nil {
		return err
	}
	in, err := o.input(a)
	if err != nil {
		return err
	}
	folder, err := o.openCandles(a)
	if err != nil {
		return err
	}
	in.Candles = imports.NoCandles{}
	if folder != nil {
		in.Candles = folder
	}
	out, err := o.open(a)
	if err != nil {
		return err
	}
	defer out.discard()
	result := trace.Run(ctx, in)
	if ctx.Err() != nil {
		return &exitError{code: exitInterrupted, text: "interrupted before everything was judged; nothing was written"}
	}
	if err := o.unknownMine(result); err != nil {
		return err
	}
	result.Finish(a.Now())
	if plan != nil {
		if err := plan.write(ctx, a, o.evidenceOf(a, in, result)); err != nil {
			return err
		}
	}
	if err := a.writeTrace(out, o.format, result, a.flags.verbose); err != nil {
		return err
	}
	return silently(result.Summary.ExitCode)
}

// input checks the flags and reads the files.
func (o *traceOptions) input(a *App) (trace.Input, error) {
	in := trace.Input{Tool: a.tool(), Started: a.Now(), FailOn: trace.Level(o.failOn), Mine: o.mine}
	if !slices.Contains(trace.Levels(), o.failOn) {
		return in, usage(fmt.Sprintf("--fail-on: there is no level %s (%s)", quote(o.failOn), strings.Join(trace.Levels(),
			", ")))
	}
	if len(o.files) == 0 {
		return in, usage("name your trades: --import FILE", "see: rekey trace --help")
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
	if o.equity == "" {
		return in, nil
	}
	amount, err := trace.ParseNumber(o.equity)
	if err != nil || amount.Sign() <= 0 {
		return in, usage("--equity is an amount above 0 without unit, such as 48210.33: the coin goes to --currency")
	}
	if len(in.Accounts) > 1 {
		return in, usage("--equity is of one account, and the files are of several",
			"trace the files of each account by themselves")
	}
	in.Accounts[0].Equity = &trace.Equity{
		Value: amount.Decimal(), Currency: in.Currency, At: in.Window.From, Basis: "user",
	}
	return in, nil
}

// A readFile is a file with what it held.
type readFile struct {
	name string
	imports.Import
}

// zone is how files are read that do not say theirs. The flag was checked.
func (o *traceOptions) zone() imports.Options {
	zone, err := imports.ParseZone(o.timezone)
	if o.timezone == "" || err != nil {
		return imports.Options{}
	}
	return imports.Options{Zone: zone}
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
	if o.candles == "none" {
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

// window is what the flags say, and what the files hold where they say nothing.
func (o *traceOptions) window(accounts []trace.Account) (trace.Window, error) {
	w := trace.Span(accounts)
	w.Why = "the imported files"
	for _, flag := range []struct {
		name, value string
		to          *time.Time
		end         bool
	}{{"--since", o.since, &w.From, false}, {"--until", o.until, &w.To, true}} {
		if flag.value == "" {
			continue
		}
		at, err := parseMoment(flag.value, flag.end)
		if err != nil {
			return w, usage(flag.name + " is a day as 2022-12-25 or a time as 2022-12-25T10:00:00Z")
		}
		*flag.to, w.Why = at, "--since, --until"
	}
	if w.To.Before(w.From) {
		return w, usage("the time to look at ends before it begins")
	}
	return w, nil
}

// parseMoment reads a time or a day; the end of a day is its last millisecond.
func parseMoment(word string, end bool) (time.Time, error) {
	if at, err := time.Parse(time.DateOnly, word); err == nil {
		if end {
			at = at.AddDate(0, 0, 1).Add(-time.Millisecond)
		}
		return at, nil
	}
	return time.Parse(time.RFC3339, word)
}

// unknownMine refuses an id that names no cluster: it would be believed to
// have been marked.
func (o *traceOptions) unknownMine(r trace.Result) error {
	var known []string
	for _, c := range r.Clusters {
		known = append(known, c.ID)
	}
	for _, id := range o.mine {
		if slices.Contains(known, id) {
			continue
		}
		hints := []string{"rekey trace prints the ids of clusters"}
		if near := nearest.Word(id, known); near != "" {
			hints = []string{"did you mean " + near + "?"}
		}
		return usage("--mine: no cluster is called "+quote(id), hints...)
	}
	return nil
}
