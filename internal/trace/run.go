package trace

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"rekey/audit"
	"rekey/internal/parallel"
)

// The exit codes of a trace.
const (
	exitDone       = 0
	exitFindings   = 3
	exitIncomplete = 4
)

// A run is one trace under way.
type run struct {
	in     Input
	window Window
	leader Leader
	rates  *rates
}

func (r *run) mine(id string) bool { return slices.Contains(r.in.Mine, id) }

// Run judges what was read. The result lists everything in the same order
// whatever the order of the input. Once ctx has ended it means nothing: not all
// markets were judged.
func Run(ctx context.Context, in Input) Result {
	r := &run{in: in, window: in.Window, leader: in.Candles.Leader(), rates: &rates{
		candles: in.Candles,
		series:  map[string]Series{},
	}}
	out := Result{
		SchemaVersion: audit.SchemaVersion, Tool: in.Tool, StartedAt: audit.NewTime(in.Started),
		Window: windowDoc(in.Window), Accounts: []AccountResult{}, Clusters: []Cluster{}, Outflows: []Outflow{},
		Losses:   Losses{Currency: in.Currency, LeftOver: []LeftOver{}, Unpriced: []Holding{}},
		Findings: []Finding{}, Unknowns: []Unknown{}, Gaps: []Gap{},
	}
	var losses []loss
	for i := range in.Accounts {
		losses = append(losses, r.account(ctx, &in.Accounts[i], &out)...)
	}
	sum(&out, losses)
	sortResult(&out)
	count(&out, in.FailOn)
	return out
}

// account judges one account, and returns what its likely clusters cost.
func (r *run) account(ctx context.Context, a *Account, out *Result) []loss {
	forced, own := partition(a.Fills)
	groups := markets(own)
	var all []marketResult
	c := calendar{p99: []int{0}}
	if len(groups) > 0 {
		c = newCalendar(groups)
	}
	list := make([]*market, 0, len(groups))
	for _, fills := range groups {
		list = append(list, r.market(a, c, fills))
	}
	for _, fills := range markets(forced) {
		list = append(list, r.market(a, c, fills))
	}
	all = judgeAll(ctx, list)
	doc := AccountResult{
		ID: a.ID, Exchange: audit.Text(a.Exchange), Account: Owner{Kind: "unknown"}, Keys: keyNames(a.Keys),
		Equity: equityDoc(a.Equity), History: history(groups), Coverage: a.Coverage,
	}
	out.Accounts = append(out.Accounts, doc)
	out.Gaps = append(out.Gaps, a.Gaps...)
	var losses []loss
	noHabit, noPrice, noEquity := 0, map[string]bool{}, false
	for i, m := range all {
		out.Clusters = append(out.Clusters, m.listed...)
		losses = append(losses, m.losses...)
		out.Summary.Clusters += m.counted
		out.Summary.Unjudged += m.unjudged
		noHabit += m.noHabit
		noEquity = noEquity || m.noEquity
		if m.noPrice {
			noPrice[cmp.Or(list[i].quote, list[i].symbol)] = true
		}
		out.Gaps = append(out.Gaps, m.candleGaps(list[i])...)
	}
	r.unjudged(a, out, noEquity, slices.Sorted(maps.Keys(noPrice)))
	r.unknowns(a, out, c.first, noHabit)
	r.outflows(a, out)
	return losses
}

func keyNames(keys []Key) []string {
	names := []string{}
	for _, k := range keys {
		names = append(names, k.Name)
	}
	slices.Sort(names)
	return names
}

// market prepares the fills of one symbol.
func (r *run) market(a *Account, c calendar, fills []Fill) *market {
	_, quote, _ := Split(fills[0].Symbol)
	if e := a.Equity; e != nil && strings.HasSuffix(fills[0].Symbol, e.Currency) && fills[0].Symbol != e.Currency {
		quote = e.Currency
	}
	clusters := clustersOf(fills)
	return &market{
		run: r, account: a, calendar: c, symbol: fills[0].Symbol, quote: quote, clusters: clusters,
		days: daysBefore(clusters),
	}
}

// judgeAll judges the markets side by side.
func judgeAll(ctx context.Context, list []*market) []marketResult {
	results, places := make([]marketResult, len(list)), make([]int, len(list))
	for i := range places {
		places[i] = i
	}
	parallel.Each(ctx, runtime.GOMAXPROCS(0), places, func(ctx context.Context, i int) {
		if ctx.Err() == nil {
			results[i] = list[i].judge()
		}
	})
	return results
}

// partition separates what the exchange did by itself.
func partition(fills []Fill) (forced, own []Fill) {
	if !slices.ContainsFunc(fills, func(f Fill) bool { return f.Forced }) {
		return nil, fills
	}
	for _, f := range fills {
		if f.Forced {
			forced = append(forced, f)
		} else {
			own = append(own, f)
		}
	}
	return forced, own
}

// candleGaps says which clusters had no candles to be measured against.
func (m marketResult) candleGaps(at *market) []Gap {
	switch {
	case m.candlesErr != nil:
		return []Gap{{at.account.ID, "other", "candles of " + at.symbol, m.candlesErr.Error()}}
	case m.missing > 0:
		return []Gap{{at.account.ID, "other", "candles of " + at.symbol, fmt.Sprintf(
			"%s with fewer than 6 closes in the hour before: only what was bought and sold again inside was judged",
			counted(m.missing, "cluster"))}}
	}
	return nil
}

// unjudged says what could not be compared with the equity.
func (r *run) unjudged(a *Account, out *Result, noEquity bool, noPrice []string) {
	if noEquity {
		out.Gaps = append(out.Gaps, Gap{
			a.ID, "other", "equity",
			"what the account was worth is not known, so nothing was judged: give --equity and --currency",
		})
	}
	for _, coin := range noPrice {
		out.Gaps = append(out.Gaps, Gap{a.ID, "other", "price of " + coin, fmt.Sprintf(
			"the candles do not say what %s was worth in %s: its clusters were not judged", coin, a.Equity.Currency)})
	}
}

// unknowns says what no rule could know of this account.
func (r *run) unknowns(a *Account, out *Result, first int64, noHabit int) {
	add := func(rule, detail string) {
		out.Unknowns = append(out.Unknowns, Unknown{rule, a.ID, detail})
	}
	if noHabit > 0 {
		add("TR-01", fmt.Sprintf("%s within 8 days of the first fill that was read (%s): whether the symbol was new to "+
			"the account, and its own pace, are not known there and did not count",
			counted(noHabit, "cluster"), time.UnixMilli(first).UTC().Format(time.DateOnly)))
	}
	if a.Outflows == nil {
		add("TR-02", "withdrawals and transfers were not read")
	}
	out.Unknowns = append(out.Unknowns, r.unknownLevel(a.ID)...)
	add("TR-03", "ledgers were not read: a first borrow or a raised leverage would not be seen")
	add("TR-04", "which order was on the other side is not in what was read")
}

// sum adds up the losses. The errors of clusters are independent: their
// squares add up.
func sum(out *Result, losses []loss) {
	value, squares := decimal.Zero, 0.0
	left, unpriced := map[string]decimal.Decimal{}, map[string]decimal.Decimal{}
	for _, l := range losses {
		value = value.Add(l.value)
		squares += math.Pow(l.half.InexactFloat64(), 2)
		left[l.left.Asset] = left[l.left.Asset].Add(l.left.Amount)
		if l.unpriced != nil {
			unpriced[l.unpriced.Asset] = unpriced[l.unpriced.Asset].Add(l.unpriced.Amount)
		}
	}
	half := decimalOf(math.Sqrt(squares))
	out.Losses.NetDiverted = LossInterval{
		value.Round(amountPlaces), value.Sub(half).Round(amountPlaces),
		value.Add(half).Round(amountPlaces),
	}
	out.Losses.Unpriced = append(out.Losses.Unpriced, holdings(unpriced)...)
	for _, h := range holdings(left) {
		if h.Amount.IsPositive() {
			out.Losses.LeftOver = append(out.Losses.LeftOver, LeftOver{Asset: h.Asset, Amount: h.Amount})
		}
	}
}

func holdings(amounts map[string]decimal.Decimal) []Holding {
	list := []Holding{}
	for _, asset := range slices.Sorted(maps.Keys(amounts)) {
		list = append(list, Holding{asset, amounts[asset]})
	}
	return list
}

// sortResult puts everything in an order of its own: the worst first, then by
// time.
func sortResult(out *Result) {
	slices.SortFunc(out.Accounts, func(a, b AccountResult) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(out.Clusters, func(a, b Cluster) int {
		return cmp.Or(a.From.Compare(b.From.Time), strings.Compare(a.Account, b.Account),
			strings.Compare(a.Symbol, b.Symbol), strings.Compare(a.ID, b.ID))
	})
	slices.SortFunc(out.Outflows, func(a, b Outflow) int {
		return cmp.Or(a.At.Compare(b.At.Time), strings.Compare(a.ID, b.ID))
	})
	for _, c := range out.Clusters {
		if f, ok := findingOf(c); ok {
			out.Findings = append(out.Findings, f)
		}
	}
	for _, o := range out.Outflows {
		if f, ok := findingOfOutflow(o); ok {
			out.Findings = append(out.Findings, f)
		}
	}
	slices.SortStableFunc(out.Findings, func(a, b Finding) int { return cmp.Compare(b.Severity, a.Severity) })
	slices.SortFunc(out.Unknowns, func(a, b Unknown) int {
		return cmp.Or(strings.Compare(a.Rule, b.Rule), strings.Compare(a.Account, b.Account), strings.Compare(a.Detail,
			b.Detail))
	})
	slices.SortFunc(out.Gaps, func(a, b Gap) int {
		return cmp.Or(strings.Compare(a.Account, b.Account), strings.Compare(a.What, b.What), strings.Compare(a.Detail,
			b.Detail))
	})
}

// count fills the summary, the exit code last.
func count(out *Result, on Level) {
	s := &out.Summary
	s.Accounts, s.Outflows, s.Findings, s.Gaps = len(out.Accounts), len(out.Outflows), len(out.Findings), len(out.Gaps)
	failing := false
	for _, c := range out.Clusters {
		c.count(s)
		failing = failing || c.Mine == nil && on.failsOn(c.Verdict)
	}
	for _, o := range out.Outflows {
		failing = failing || on.failsOn(o.Verdict) || on == FailOutflow
	}
	s.ExitCode = exitCode(failing, s.Gaps > 0 || s.Unjudged > 0 || incomplete(out.Accounts))
}

func (l Level) failsOn(v Verdict) bool {
	switch l {
	case FailNever:
		return false
	case FailSuspicious, FailOutflow:
		return v.AtLeast(Suspicious)
	case FailLikely:
		return v.AtLeast(Likely)
	}
	return v.AtLeast(Suspicious)
}

func exitCode(failing, incomplete bool) int {
	switch {
	case failing:
		return exitFindings
	case incomplete:
		return exitIncomplete
	}
	return exitDone
}

// incomplete reports whether a range was not read whole. That no fills of an
// account were looked for at all is not complete either.
func incomplete(accounts []AccountResult) bool {
	for _, a := range accounts {
		fills := false
		for _, c := range a.Coverage {
			if !c.Complete {
				return true
			}
			fills = fills || c.What == "fills"
		}
		if !fills {
			return true
		}
	}
	return len(accounts) == 0
}

func windowDoc(w Window) WindowDoc {
	doc := WindowDoc{Why: w.Why}
	if !w.From.IsZero() || !w.To.IsZero() {
		from, to := audit.NewTime(w.From), audit.NewTime(w.To)
		doc.From, doc.To = &from, &to
	}
	return doc
}

func equityDoc(e *Equity) *EquityDoc {
	if e == nil {
		return nil
	}
	doc := &EquityDoc{Value: e.Value, Currency: e.Currency, Basis: e.Basis}
	if !e.At.IsZero() {
		at := audit.NewTime(e.At)
		doc.At = &at
	}
	return doc
}

func history(groups [][]Fill) History {
	var h History
	first, last := int64(math.MaxInt64), int64(math.MinInt64)
	for _, g := range groups {
		h.Fills += len(g)
		first, last = min(first, g[0].Time), max(last, g[len(g)-1].Time)
	}
	if h.Fills > 0 {
		at := moment(first)
		h.FirstFill, h.Days = &at, int((last-first)/day)
	}
	return h
}

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Finish sets when the trace ended.
func (r *Result) Finish(now time.Time) { r.FinishedAt = audit.NewTime(now) }

// Span is the time from the first fill or outflow of all accounts to the last.
func Span(accounts []Account) Window {
	first, last := int64(math.MaxInt64), int64(math.MinInt64)
	take := func(t int64) { first, last = min(first, t), max(last, t) }
	for _, a := range accounts {
		for i := range a.Fills {
			take(a.Fills[i].Time)
		}
		for i := range a.Outflows {
			take(a.Outflows[i].Time)
		}
	}
	if first > last {
		return Window{}
	}
	return Window{From: time.UnixMilli(first), To: time.UnixMilli(last)}
}

// CoverageOf says what of an account's fills a file covered.
func CoverageOf(source string, fills []Fill, complete bool) Coverage {
	c := Coverage{What: "fills", Market: "spot", Source: source, Complete: complete, Records: len(fills)}
	if len(fills) > 0 {
		w := Span([]Account{{Fills: fills}})
		from, to := audit.NewTime(w.From), audit.NewTime(w.To)
		c.From, c.To = &from, &to
	}
	if !complete {
		c.Limit = "partly unreadable"
	}
	return c
}
