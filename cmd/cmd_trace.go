package cmd

import (
	"context"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rekey/internal/imports"
	"rekey/internal/nearest"
	"rekey/internal/report"
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

	readWith   string
	incident   string
	allSymbols bool
}

func newTraceCmd(a *App) *cobra.Command {
	o := &traceOptions{output: output{formats: report.TraceFormats()}}
	c := &cobra.Command{
		Use:   "trace [KEY | EXCHANGE/ACCOUNT]...",
		Short: "Were my trades mine: what went to the other side, and how much",
		Long: `Look at an account's own trades for a theft: runs of trades (clusters) that
gave money to the other side, measured against the price before each began.

The trades are read from the exchanges, with the keys of rekey.yaml: the last 90
days of every account, or of those named. A dead key reads nothing: name a living
one of the account with --read-with. Every answer is kept in the state folder; a
look that was cut short goes on where it stopped, for a day. What could not be
read is a gap, and exit 4. Exchanges that want a symbol are asked for the coins
that the account shows; --all-symbols asks them all, which can take ten minutes.

With --import they come from files, and nothing is sent: exports of exchanges, of
Koinly and CoinTracking, databases of freqtrade, hummingbot and bbgo, or a CSV
with the header time_ms,symbol,side,price,quantity,trade_id (also .gz). Several
files of one account are merged. No configuration is needed.

--candles names a folder of public five-minute candles (SYMBOL-5m.csv, also .gz,
with open_time_ms,open,high,low,close,volume). Without them the exchange is asked
for its own; with files, or with none, only what was bought and sold again within
a cluster is seen. --equity is what the account was worth at the start, all
wallets together: the verdicts are shares of it. The exchange's balances stand in
for it. When unsure, give the larger figure.

A trace never says that an account is safe. Thefts below 2 % of the equity and
slow ones are mostly not seen; docs/trace.md has the figures.`,
		Example: `  rekey trace
  rekey trace grid-bot --read-with reader --incident 3commas-2022
  rekey trace --import trades.csv --candles candles --equity 48210 --currency USDT
  rekey trace --import okx.csv --timezone +08:00 --candles none --equity 1.5 --currency BTC
  rekey trace --import trades.csv --candles candles --equity 48210 --mine c-3f1a9b
  rekey trace --import trades.csv --candles candles --equity 48210 --evidence case-1`,
		ValidArgsFunction: a.completeKeys,
		RunE: func(cmd *cobra.Command, words []string) error {
			if o.schema {
				_, err := a.Stdout.Write(report.TraceSchema)
				return err
			}
			if err := o.check(); err != nil {
				return err
			}
			return traceRun(cmd.Context(), a, o, words)
		},
	}
	f := c.Flags()
	o.add(f)
	f.StringArrayVar(&o.files, "import", nil, "own trades from `FILE`, several times for several files of one account")
	f.StringVar(&o.as, "import-as", "", "the `LAYOUT` of the files, where it is not recognised")
	f.StringVar(&o.timezone, "timezone", "", "the `ZONE` of files that do not say theirs: UTC, +08:00, Asia/Singapore")
	f.StringVar(&o.candles, "candles", "", "public candles from `DIR`, or none")
	f.StringVar(&o.readWith, "read-with", "", "read the account with this `KEY` of rekey.yaml")
	f.StringVar(&o.incident, "incident", "", "look from when the `ID` says that trades are to be reviewed, until now")
	f.BoolVar(&o.allSymbols, "all-symbols", false, "ask every symbol that the exchange lists, not only those touched")
	f.StringVar(&o.equity, "equity", "", "what the account was worth at the start, an `AMOUNT` of --currency")
	f.StringVar(&o.currency, "currency", "",
		"the `COIN` in which sums are said (default USDT, for coinbase and kraken USD)")
	f.StringVar(&o.since, "since", "",
		"look from `T`, a day or a time in RFC 3339 (default: 90 days ago, the first trade of files)")
	f.StringVar(&o.until, "until", "", "look until `T` (default: now, the last trade of files)")
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

// traceRun reads the exchanges, or the files, judges and prints.
func traceRun(ctx context.Context, a *App, o *traceOptions, words []string) error {
	// A history of a million fills is to fit into 300 MB: the collector runs
	// sooner than it would.
	defer debug.SetGCPercent(debug.SetGCPercent(traceGCPercent))
	plan, err := a.planEvidence(o.evidence, o.sign)
	if err != nil {
		return err
	}
	in, ended, err := o.read(ctx, a, words)
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
	if err := ended(); err != nil {
		a.remark("the next look asks for everything again: %s", plain(err))
	}
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

// read returns what is judged, and what is left to do when it was: candles are
// asked for until then.
func (o *traceOptions) read(
	ctx context.Context, a *App, words []string,
) (in trace.Input, ended func() error, err error) {
	if len(o.files) == 0 {
		return o.readAccounts(ctx, a, words)
	}
	switch {
	case len(words) > 0:
		err = usage("--import reads files alone: name no key beside it")
	case o.readWith != "" || o.incident != "" || o.allSymbols:
		err = usage("--read-with, --incident and --all-symbols are for the exchanges' own history: leave --import out")
	default:
		in, err = o.input(a)
	}
	return in, func() error { return nil }, err
}

// equityGiven is that of --equity, nil without one. It is of one account.
func (o *traceOptions) equityGiven(currency string, at time.Time, accounts int) (*trace.Equity, error) {
	if o.equity == "" {
		return nil, nil //nolint:nilnil // none was given
	}
	amount, err := trace.ParseNumber(o.equity)
	if err != nil || amount.Sign() <= 0 {
		return nil, usage("--equity is an amount above 0 without unit, such as 48210.33: the coin goes to --currency")
	}
	if accounts > 1 {
		return nil, usage("--equity is of one account, and these are several", "trace each account by itself")
	}
	return &trace.Equity{Value: amount.Decimal(), Currency: currency, At: at, Basis: "user"}, nil
}

// zone is how files are read that do not say theirs. The flag was checked.
func (o *traceOptions) zone() imports.Options {
	zone, err := imports.ParseZone(o.timezone)
	if o.timezone == "" || err != nil {
		return imports.Options{}
	}
	return imports.Options{Zone: zone}
}

// window is what the flags say, and what the files hold where they say nothing.
func (o *traceOptions) window(accounts []trace.Account) (trace.Window, error) {
	w := trace.Span(accounts)
	w.Why = "the imported files"
	return o.narrow(w)
}

// narrow is a window with the ends that the flags give.
func (o *traceOptions) narrow(w trace.Window) (trace.Window, error) {
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
