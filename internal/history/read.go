package history

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/trace"
)

// A Request says what is read of an account.
type Request struct {
	Account  string
	Exchange string
	ReadWith string
	From, To time.Time
	Currency string
	// Coins are such as the account may have traded.
	Coins      []string
	AllSymbols bool
	Public     bool          // candles may be asked for
	Equity     *trace.Equity // what the owner says
}

// before is how long before the window movements of money are read, so that
// places that were used before are known: 30 days and more (TR-02).
const before = 30 * 24 * time.Hour

// Read reads an account with an adapter. What could not be read is a gap in what
// it returns.
func Read(ctx context.Context, adapter exchanges.Adapter, req Request) trace.Account {
	r := &reading{Request: req, account: trace.Account{
		ID: req.Account, Exchange: req.Exchange, ReadWith: req.ReadWith, Equity: req.Equity,
	}}
	historian, ok := adapter.(exchanges.Historian)
	if !ok {
		r.gap("fills", "other", "rekey does not read the history of "+req.Exchange+" by API yet: export it there, and "+
			"trace the files with --import")
		return r.account
	}
	for part := range historian.History(ctx, exchanges.HistoryRequest{
		From: req.From, To: req.To, Before: before, Coins: req.Coins, AllSymbols: req.AllSymbols,
	}) {
		r.take(part)
	}
	r.finishCoverage()
	r.candles(ctx, adapter)
	if r.account.Equity == nil {
		r.equity(ctx, adapter)
	}
	return r.account
}

// A reading is one account while it is read.
type reading struct {
	Request

	account trace.Account
	moves   []exchanges.Movement
	covered []*covered
	source  *candles
}

// A covered is what was read of one kind of records in one market.
type covered struct {
	trace.Coverage

	from, to time.Time
	problems []problem
}

// A problem is why something was not read, with the symbols that it is about.
type problem struct {
	kind, detail string
	symbols      []string
}

func (r *reading) gap(what, kind, detail string) {
	r.account.Gaps = append(r.account.Gaps, trace.Gap{Account: r.account.ID, Kind: kind, What: what, Detail: detail})
}

// take adds a part to what was read.
func (r *reading) take(part exchanges.HistoryPart) {
	c := r.coverage(part)
	c.Requests += part.Requests
	c.Records += len(part.Fills) + len(part.Moves)
	switch {
	case part.Err != nil:
		c.fail(string(exchanges.KindOf(part.Err).Gap()), part.Err.Error(), part.Symbol)
	case part.Limit != "":
		c.fail("other", part.Limit, part.Symbol)
	}
	for _, f := range part.Fills {
		fill, err := fillOf(f)
		if err != nil {
			c.fail("other", "a trade could not be read: its price or quantity is no number above 0", part.Symbol)
			continue
		}
		r.account.Fills = append(r.account.Fills, fill)
	}
	r.moves = append(r.moves, part.Moves...)
	if part.What == exchanges.RecordWithdrawals && (part.Err == nil || len(part.Moves) > 0) {
		out, unread := outflowsOf(part.Moves)
		if unread > 0 {
			c.fail("other", fmt.Sprintf("%d of them have an amount that could not be read", unread), "")
		}
		r.account.Outflows = append(r.account.Outflows, out...)
		if r.account.Outflows == nil {
			r.account.Outflows = []trace.Movement{} // asked, and there are none
		}
	}
}

func (r *reading) coverage(part exchanges.HistoryPart) *covered {
	for _, c := range r.covered {
		if c.What == part.What && c.Market == part.Market {
			if part.From.Before(c.from) {
				c.from = part.From
			}
			return c
		}
	}
	c := &covered{
		Coverage: trace.Coverage{What: part.What, Market: part.Market, Source: "api", Complete: true},
		from:     part.From, to: part.To,
	}
	r.covered = append(r.covered, c)
	return c
}

func (c *covered) fail(kind, detail, symbol string) {
	c.Complete = false
	for i := range c.problems {
		if p := &c.problems[i]; p.kind == kind && p.detail == detail {
			p.symbols = append(p.symbols, symbol)
			return
		}
	}
	c.problems = append(c.problems, problem{kind, detail, []string{symbol}})
}

// finishCoverage makes the rows of the document, and a gap for each problem.
func (r *reading) finishCoverage() {
	for _, c := range r.covered {
		from, to := audit.NewTime(c.from), audit.NewTime(c.to)
		c.From, c.To = &from, &to
		for i, p := range c.problems {
			if i == 0 {
				c.Limit = audit.Text(p.detail)
			}
			what := strings.TrimSpace(c.Market + " " + c.What)
			if named := slices.DeleteFunc(p.symbols, func(s string) bool { return s == "" }); len(named) > 0 {
				what += " of " + someOf(named)
			}
			r.gap(what, p.kind, p.detail)
		}
		r.account.Coverage = append(r.account.Coverage, c.Coverage)
	}
}

// someOf names the first of a list, and how many more there are.
func someOf(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

func fillOf(f exchanges.Fill) (trace.Fill, error) {
	price, err := trace.ParseNumber(string(f.Price))
	quantity, err2 := trace.ParseNumber(string(f.Quantity))
	if err != nil || err2 != nil || price.Sign() <= 0 || quantity.Sign() <= 0 {
		return trace.Fill{}, fmt.Errorf("trade %s", f.TradeID)
	}
	out := trace.Fill{
		Time: f.Time.UnixMilli(), Symbol: f.Symbol, Side: trace.Sell, Forced: f.Forced, Price: price, Quantity: quantity,
		TradeID: f.TradeID, OrderID: f.OrderID,
	}
	if f.Buy {
		out.Side = trace.Buy
	}
	if fee, err := trace.ParseNumber(string(f.Fee)); err == nil && fee.Sign() != 0 && f.FeeAsset != "" {
		out.Fee = &trace.Fee{Amount: fee, Asset: f.FeeAsset}
	}
	return out, nil
}

// outflowsOf are the movements that took place, and how many of them could not be
// read.
func outflowsOf(moves []exchanges.Movement) (out []trace.Movement, unread int) {
	for _, m := range moves {
		if m.Canceled {
			continue
		}
		amount, err := trace.ParseNumber(string(m.Amount))
		if err != nil {
			unread++
			continue
		}
		fee, _ := trace.ParseNumber(string(m.Fee)) // none where it is not told
		out = append(out, trace.Movement{
			Time: m.Time.UnixMilli(), Kind: m.Kind, Asset: m.Asset, Amount: amount, Fee: fee, Address: m.Address,
			Network: m.Network, TxID: m.TxID, Status: m.Status,
		})
	}
	return out, unread
}

// candles opens the exchange's own candles.
func (r *reading) candles(ctx context.Context, adapter exchanges.Adapter) {
	reader, ok := adapter.(exchanges.CandleReader)
	if !r.Public || !ok {
		return
	}
	source, err := newCandles(ctx, r.Exchange, reader)
	if err != nil {
		r.gap("candles", string(exchanges.KindOf(err).Gap()), err.Error())
		return
	}
	r.source, r.account.Candles = source, source
}

// equity is what the account was worth at the start of the window, or at its
// end where that is more: too small a figure makes false alarms.
func (r *reading) equity(ctx context.Context, adapter exchanges.Adapter) {
	reader, ok := adapter.(exchanges.BalanceReader)
	if !ok {
		return
	}
	wallets, err := reader.Balances(ctx)
	if err != nil {
		r.gap("balances", string(exchanges.KindOf(err).Gap()), err.Error())
		return
	}
	now, known := r.held(wallets)
	if !known {
		return
	}
	from, to := r.From.UnixMilli(), r.To.UnixMilli()
	then := now.rollBack(from, r.account.Fills, r.split, r.moves)
	for _, what := range then.unexplained() {
		r.gap("balances", "other", "unexplained: the account would have held "+what+" less than nothing at the start; "+
			"something that moved it was not read (TR-05)")
	}
	value, unpriced := then.worth(from, r.price)
	later, more := now.worth(to, r.price)
	if later.GreaterThan(value) {
		value = later
	}
	unpriced = append(unpriced, more...)
	slices.Sort(unpriced)
	if unpriced = slices.Compact(unpriced); len(unpriced) > 0 {
		r.gap("equity", "other", "no price of "+someOf(unpriced)+" in "+r.Currency+
			": the equity is larger than what was judged with")
	}
	if value.IsPositive() {
		r.account.Equity = &trace.Equity{
			Value: value.Round(2), Currency: r.Currency, At: r.From, Basis: "balances_rolled_back",
		}
	}
}

// held adds up the wallets; false when the one that trades could not be read.
func (r *reading) held(wallets []exchanges.Wallet) (holding, bool) {
	sum, known := holding{}, false
	for _, w := range wallets {
		if w.Err != nil {
			r.gap("balance of "+w.Name, string(exchanges.KindOf(w.Err).Gap()), w.Err.Error())
			continue
		}
		known = known || w.Kind == exchanges.WalletSpot
		for _, b := range w.Balances {
			amount, err := decimal.NewFromString(string(b.Amount))
			if err != nil {
				r.gap("balance of "+w.Name, "other", "an amount could not be read, so the equity is larger than what was "+
					"judged with")
				continue
			}
			sum.add(b.Asset, amount)
		}
		switch amount, err := decimal.NewFromString(string(w.Sum)); {
		case w.SumAsset == "":
		case err != nil:
			r.gap("balance of "+w.Name, "other", "its value could not be read, so the equity is larger than what was "+
				"judged with")
		default:
			sum.add(w.SumAsset, amount)
		}
	}
	return sum, known
}

func (r *reading) split(symbol string) (base, quote string) {
	if r.source != nil {
		if m, ok := r.source.markets[symbol]; ok {
			return m.Base, m.Quote
		}
	}
	base, quote, _ = trace.Split(symbol)
	return base, quote
}

// price is what a coin was worth in the currency, by the exchange's candles.
func (r *reading) price(asset string, at int64) (decimal.Decimal, bool) {
	one := decimal.NewFromInt(1)
	if asset == r.Currency {
		return one, true
	}
	if r.source == nil {
		return one, false
	}
	return trace.PriceAt(r.source, asset, r.Currency, at)
}
