package imports

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"rekey/internal/trace"
)

// binanceLayouts are the exports of Binance. Their times are UTC: the name of
// the column says so.
func binanceLayouts() []layout {
	return []layout{
		{
			name: "binance-trades-old", exchange: "binance", read: readBinanceOld,
			header: []string{"Date(UTC)", "Market", "Type", "Price", "Amount", "Total", "Fee", "Fee Coin"},
		}, {
			name: "binance-trades", exchange: "binance", read: readBinance,
			header: []string{"Date(UTC)", "Pair", "Side", "Price", "Executed", "Amount", "Fee"},
		}, {
			name: "binance-statement", exchange: "binance", read: readStatement,
			header: []string{"?User_ID", "UTC_Time", "Account", "Operation", "Coin", "Change", "Remark"},
		}, {
			name: "binance-withdrawals", exchange: "binance", read: readBinanceWithdrawals,
			header: []string{"Date(UTC+0)", "Coin", "Network", "Amount", "Fee", "Address", "TXID", "Status"},
		}, {
			name: "binance-withdrawals-old", exchange: "binance", read: readBinanceWithdrawals,
			header: []string{
				"Date(UTC)", "Coin", "?Network", "Amount", "TransactionFee", "Address", "TXID",
				"?SourceAddress", "?PaymentID", "Status",
			},
		},
	}
}

// readBinanceOld: whole seconds and no ids, so two equal rows are two fills.
func readBinanceOld(t *table, out *Import) error {
	return t.each(func(r row) (err error) {
		f := trace.Fill{Symbol: r.text("Market")}
		if f.Time, err = r.time("Date(UTC)", dateTime); err != nil {
			return err
		}
		if f.Side, err = r.side("Type"); err != nil {
			return err
		}
		if f.Price, err = r.number("Price"); err != nil {
			return err
		}
		if f.Quantity, err = r.number("Amount"); err != nil {
			return err
		}
		if f.Fee, err = r.fee("Fee", r.text("Fee Coin")); err != nil {
			return err
		}
		return r.add(out, f)
	})
}

// readBinance: the coin is glued to the amount, and may begin with a digit, so
// the pair says where it begins.
func readBinance(t *table, out *Import) error {
	return t.each(func(r row) (err error) {
		f := trace.Fill{Symbol: r.text("Pair")}
		if f.Time, err = r.time("Date(UTC)", dateTime); err != nil {
			return err
		}
		if f.Side, err = r.side("Side"); err != nil {
			return err
		}
		if f.Price, err = r.number("Price"); err != nil {
			return err
		}
		base, quote := gluedCoins(f.Symbol, r.text("Executed"), r.text("Amount"))
		if base == "" {
			return r.wrong("Executed", "it does not end with the coin of the pair")
		}
		if f.Quantity, err = r.parse("Executed", strings.TrimSuffix(r.text("Executed"), base)); err != nil {
			return err
		}
		if f.Fee, err = r.gluedFee(base, quote); err != nil {
			return err
		}
		return r.add(out, f)
	})
}

// gluedCoins splits a pair where its ends are those of the two amounts.
func gluedCoins(pair, executed, amount string) (base, quote string) {
	for i := 1; i < len(pair); i++ {
		if strings.HasSuffix(executed, pair[:i]) && strings.HasSuffix(amount, pair[i:]) && i > len(base) {
			base, quote = pair[:i], pair[i:]
		}
	}
	return base, quote
}

// gluedFee reads a fee in either coin of the pair, or in one that begins with a
// letter.
func (r row) gluedFee(base, quote string) (*trace.Fee, error) {
	cell := r.text("Fee")
	if cell == "" {
		return nil, nil //nolint:nilnil // no fee is not an error
	}
	coin := strings.TrimLeft(cell, "0123456789.,")
	for _, c := range []string{base, quote} {
		if strings.HasSuffix(cell, c) {
			coin = c
			break
		}
	}
	n, err := r.parse("Fee", strings.TrimSuffix(cell, coin))
	if err != nil || n.Sign() == 0 || coin == "" {
		return nil, err
	}
	return &trace.Fee{Amount: n, Asset: r.t.once(coin)}, nil
}

func readBinanceWithdrawals(t *table, out *Import) error {
	out.HasOutflows = true
	date, fee := "Date(UTC+0)", "Fee"
	if _, old := t.column["TransactionFee"]; old {
		date, fee = "Date(UTC)", "TransactionFee"
	}
	return t.each(func(r row) (err error) {
		m := trace.Movement{
			Kind: "withdrawal", Asset: r.text("Coin"), Network: r.text("Network"), Address: r.text("Address"),
			TxID: r.text("TXID"), Status: strings.ToLower(r.text("Status")),
		}
		if m.Time, err = r.time(date, dateTime); err != nil {
			return err
		}
		if m.Amount, err = r.number("Amount"); err != nil {
			return err
		}
		if m.Fee, err = r.optional(fee); err != nil {
			return err
		}
		r.addOutflow(out, m)
		return nil
	})
}

// addOutflow takes what left the account; what was cancelled or failed did not.
func (r row) addOutflow(out *Import, m trace.Movement) {
	switch m.Status {
	case "cancelled", "canceled", "rejected", "failed", "failure":
		return
	}
	m.Amount = m.Amount.Abs()
	m.Asset, m.Address, m.TxID = strings.Clone(m.Asset), strings.Clone(m.Address), strings.Clone(m.TxID)
	m.Network, m.Status = strings.Clone(m.Network), strings.Clone(m.Status)
	out.Outflows = append(out.Outflows, m)
}

// A leg is one row of a statement: one coin of a trade.
type leg struct {
	at      int64
	account string
	coin    string
	change  decimal.Decimal
}

// readStatement joins the legs of trades again: a statement has one row for
// each coin and no prices. Legs of one trade have the same second and account,
// or the next second.
func readStatement(t *table, out *Import) error {
	out.HasOutflows = true
	var legs []leg
	unknown := map[string]int{}
	err := t.each(func(r row) error {
		at, err := r.time("UTC_Time", dateTime)
		if err != nil {
			return err
		}
		change, err := r.number("Change")
		if err != nil {
			return err
		}
		l := leg{at, strings.Clone(r.text("Account")), t.once(r.text("Coin")), change.Decimal()}
		switch operation := r.text("Operation"); {
		case slices.Contains(statementTrades(), operation):
			legs = append(legs, l)
		case slices.Contains(statementConversions(), operation):
			l.account += "|" + operation // its coins are not those of a trade of the same second
			legs = append(legs, l)
		case operation == "Withdraw" || operation == "Fiat Withdraw" || operation == "Send":
			r.addOutflow(out, trace.Movement{Time: at, Kind: "withdrawal", Asset: l.coin, Amount: change})
		case l.change.IsNegative() && !slices.Contains(statementOwn(), operation):
			unknown[strings.Clone(operation)]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, operation := range slices.Sorted(maps.Keys(unknown)) {
		out.Unread = append(out.Unread, fmt.Sprintf("%d rows that took money, of the unknown operation %.60q",
			unknown[operation], operation))
	}
	joinLegs(t, "binance", legs, out)
	return nil
}

// statementTrades are the operations that are the coins of a trade.
func statementTrades() []string {
	return []string{
		"Buy", "Sell", "Transaction Related", "Transaction Buy", "Transaction Spend", "Transaction Sold",
		"Transaction Revenue",
	}
}

// statementConversions are trades with the exchange itself, at its price. They
// are judged like others: a thief may convert too, and what was converted dear
// is lost.
func statementConversions() []string {
	return []string{"Binance Convert", "Small assets exchange BNB", "Small Assets Exchange BNB"}
}

// statementOwn are the operations that take money and are no trade: fees, and
// moves between own wallets.
func statementOwn() []string {
	return []string{
		"Fee", "Transaction Fee", "BNB Fee Deduction",
		"Transfer Between Main and Funding Wallet", "Transfer Between Main Account/Futures and Margin Account",
		"Transfer Between Spot Account and UM Futures Account", "Transfer Between Spot Account and CM Futures Account",
		"transfer_out", "transfer_in", "Main and Funding Account Transfer", "Simple Earn Flexible Subscription",
		"Simple Earn Locked Subscription", "Staking Purchase", "Savings purchase", "POS savings purchase",
		"Launchpool Subscription",
	}
}

// joinLegs makes fills of the legs of one second. With more than two coins
// nobody knows which paid for which: they are left out, and said.
func joinLegs(t *table, exchange string, legs []leg, out *Import) {
	slices.SortStableFunc(legs, func(a, b leg) int {
		return cmp.Or(strings.Compare(a.account, b.account), cmp.Compare(a.at, b.at))
	})
	unclear := 0
	for from := 0; from < len(legs); {
		to := sameTime(legs, from, 0)
		if coins := sums(legs[from:to]); !settles(coins) {
			if wider := sameTime(legs, from, 1000); wider > to && settles(sums(legs[from:wider])) {
				to = wider
			}
		}
		if f, ok := fillOf(sums(legs[from:to])); ok {
			f.Time = legs[from].at
			base, quote, _ := strings.Cut(f.Symbol, "|")
			f.Symbol = t.once(symbolOf(exchange, base, quote))
			out.Fills = append(out.Fills, f)
		} else {
			unclear++
		}
		from = to
	}
	if unclear > 0 {
		out.Unread = append(out.Unread, fmt.Sprintf(
			"%d seconds in which the coins of the trades do not say what paid for what: their trades are left out", unclear))
	}
}

// sameTime returns where the legs end that are of the account and the moment
// of legs[from], or at most so many milliseconds later.
func sameTime(legs []leg, from int, later int64) int {
	to := from
	for to < len(legs) && legs[to].account == legs[from].account && legs[to].at-legs[from].at <= later {
		to++
	}
	return to
}

func sums(legs []leg) map[string]decimal.Decimal {
	coins := map[string]decimal.Decimal{}
	for _, l := range legs {
		coins[l.coin] = coins[l.coin].Add(l.change)
	}
	return coins
}

// settles reports whether two coins were swapped.
func settles(coins map[string]decimal.Decimal) bool {
	_, ok := fillOf(coins)
	return ok
}

// fillOf is the trade that swapped two coins; its symbol has a bar between them.
func fillOf(coins map[string]decimal.Decimal) (trace.Fill, bool) {
	names := slices.Sorted(maps.Keys(coins))
	if len(names) != 2 || coins[names[0]].Sign()*coins[names[1]].Sign() >= 0 {
		return trace.Fill{}, false
	}
	base, quote := names[0], names[1]
	if trace.QuoteRank(base) < trace.QuoteRank(quote) {
		base, quote = quote, base
	}
	f := trace.Fill{Side: trace.Buy, Symbol: base + "|" + quote}
	if coins[base].IsNegative() {
		f.Side = trace.Sell
	}
	f.Quantity = trace.NumberOf(coins[base].Abs())
	f.Price = trace.NumberOf(coins[quote].Abs().DivRound(coins[base].Abs(), 16))
	return f, f.Price.Sign() > 0
}
