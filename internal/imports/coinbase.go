package imports

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"rekey/internal/trace"
)

// coinbaseLayouts are the exports of Coinbase and of Coinbase Pro, in UTC.
func coinbaseLayouts() []layout {
	quantity := []string{"Timestamp", "Transaction Type", "Asset", "Quantity Transacted"}
	form := func(columns ...string) []string { return append(slices.Clone(quantity), columns...) }
	return []layout{
		{
			name: "coinbase-report", exchange: "coinbase", read: readCoinbase,
			header: append([]string{"?ID"}, form("Price Currency", "Price at Transaction", "Subtotal",
				"Total (inclusive of fees and/or spread)", "Fees and/or Spread", "Notes")...),
		}, {
			name: "coinbase-report-2023", exchange: "coinbase", read: readCoinbase,
			header: form("Spot Price Currency", "Spot Price at Transaction", "Subtotal",
				"Total (inclusive of fees and/or spread)", "Fees and/or Spread", "Notes"),
		}, {
			name: "coinbase-report-2021", exchange: "coinbase", read: readCoinbase,
			header: form("Spot Price Currency", "Spot Price at Transaction", "Subtotal", "Total (inclusive of fees)", "Fees",
				"Notes"),
		}, {
			name: "coinbase-report-2020", exchange: "coinbase", read: readCoinbase,
			header: form("¤ Spot Price at Transaction", "¤ Subtotal", "¤ Total (inclusive of fees)", "¤ Fees", "Notes"),
		}, {
			name: "coinbase-transfers", exchange: "coinbase", read: readCoinbaseTransfers,
			header: []string{
				"Timestamp", "Type", "¤", "Subtotal", "Fees", "Total", "Currency", "Price Per Coin", "Payment Method", "ID",
				"Share",
			},
		}, {
			name: "coinbase-pro-account", exchange: "coinbase", read: readProAccount,
			header: []string{
				"?portfolio", "type", "time", "amount", "balance", "amount/balance unit", "transfer id", "trade id", "order id",
			},
		}, {
			name: "coinbase-pro-fills", exchange: "coinbase", read: readPro,
			header: []string{
				"?portfolio", "trade id", "product", "side", "created at", "size", "size unit", "price", "fee",
				"total", "price/fee/total unit",
			},
		},
	}
}

// The patterns of the notes: what an advanced trade was paid in, what a
// conversion brought, and where a coin was sent.
var (
	converted = regexp.MustCompile(`^Converted [\d,.]+ \w+ to ([\d,.]+) (\w+) *$`)
	inNotes   = regexp.MustCompile(`^(?:Bought|Sold) [\d,.]+ \w+ for \D?([\d,.]+) (\w+)`)
	sentTo    = regexp.MustCompile(`^Sent [\d,.]+ \w+ to (\S+)`)
)

// stampForms are how reports write times.
func stampForms() []string { return []string{"2006-01-02 15:04:05 MST", time.RFC3339} }

// readCoinbase reads a report of all transactions. The price is what was paid
// by what was traded: the column of the price is rounded to cents.
func readCoinbase(t *table, out *Import) error {
	out.HasOutflows = true
	unknown, unclear := map[string]int{}, 0
	err := t.each(func(r row) error {
		kind := r.text("Transaction Type")
		switch kind {
		case "Buy", "Advanced Trade Buy", "Advance Trade Buy":
			return r.coinbaseTrade(out, trace.Buy)
		case "Sell", "Advanced Trade Sell", "Advance Trade Sell":
			return r.coinbaseTrade(out, trace.Sell)
		case "Send", "Withdrawal":
			return r.coinbaseSend(out)
		case "Convert":
			swapped, err := r.coinbaseConvert(out)
			if !swapped {
				unclear++
			}
			return err
		case "Deposit", "Receive", "Exchange Deposit", "Pro Deposit", "Exchange Withdrawal", "Pro Withdrawal",
			"Coinbase Earn", "Learning Reward", "Rewards Income", "Reward Income", "Inflation Reward", "Staking Income",
			"Interest payout", "Subscription Rebate", "Subscription Rebates (24 Hours)", "Vault Withdrawal", "Cash to Savings":
			return nil // no trade: income, and own wallets
		}
		unknown[strings.Clone(kind)]++
		return nil
	})
	for _, kind := range slices.Sorted(maps.Keys(unknown)) {
		out.Unread = append(out.Unread, fmt.Sprintf("%d rows of the unknown type %.60q", unknown[kind], kind))
	}
	if unclear > 0 {
		out.Unread = append(out.Unread, fmt.Sprintf("%d conversions whose notes do not say what was got", unclear))
	}
	return err
}

// coinbaseConvert takes a conversion as a trade, with the exchange itself. What
// was got for it stands in the notes alone; false when they do not say it.
func (r row) coinbaseConvert(out *Import) (bool, error) {
	at, err := r.time("Timestamp", stampForms()...)
	if err != nil {
		return true, err
	}
	m := converted.FindStringSubmatch(r.text("Notes"))
	if m == nil {
		return false, nil
	}
	sent, got := r.text("Asset"), m[2]
	amount := strings.TrimPrefix(r.text("Quantity Transacted"), "-")
	base, quote := sent, got
	if trace.QuoteRank(base) < trace.QuoteRank(quote) {
		base, quote = quote, base
	}
	n := len(out.Fills)
	err = r.addSwap(out, at, swap{"Quantity Transacted", amount, sent, "Notes", m[1], got})
	if err == nil && len(out.Fills) > n {
		out.Fills[n].Symbol = r.t.once(symbolOf("coinbase", base, quote))
		out.Fills[n].TradeID = strings.Clone(r.text("ID"))
	}
	return true, err
}

func (r row) coinbaseTrade(out *Import, side trace.Side) error {
	at, err := r.time("Timestamp", stampForms()...)
	if err != nil {
		return err
	}
	quantity, err := r.number("Quantity Transacted")
	if err != nil {
		return err
	}
	currency, subtotal := r.text("Price Currency")+r.text("Spot Price Currency"), "Subtotal"
	if currency == "" { // the forms of 2020: it stands in the names of the columns
		currency = r.t.unitOf("¤ Subtotal")
		subtotal = currency + " Subtotal"
	}
	paid, err := r.parse("Subtotal", withoutSign(r.text(subtotal)))
	if err != nil {
		return err
	}
	quote := currency
	if m := inNotes.FindStringSubmatch(r.text("Notes")); m != nil && m[2] != currency {
		quote = m[2] // an advanced trade in another coin: what was paid of it stands only here
		if paid, err = r.parse("Notes", m[1]); err != nil {
			return err
		}
	}
	quantity, paid = quantity.Abs(), paid.Abs()
	f := trace.Fill{
		Time: at, Symbol: symbolOf("coinbase", r.text("Asset"), quote), Side: side, Quantity: quantity, TradeID: r.text("ID"),
	}
	if quantity.Sign() > 0 {
		f.Price = trace.NumberOf(paid.Decimal().DivRound(quantity.Decimal(), 16))
	}
	return r.add(out, f)
}

func (r row) coinbaseSend(out *Import) (err error) {
	m := trace.Movement{Kind: "withdrawal", Asset: r.text("Asset")}
	if m.Time, err = r.time("Timestamp", stampForms()...); err != nil {
		return err
	}
	if m.Amount, err = r.number("Quantity Transacted"); err != nil {
		return err
	}
	if to := sentTo.FindStringSubmatch(r.text("Notes")); to != nil {
		m.Address = to[1]
	}
	r.addOutflow(out, m)
	return nil
}

// withoutSign takes the sign of a currency off an amount.
func withoutSign(s string) string {
	for _, sign := range []string{"$", "£", "€"} {
		s = strings.Replace(s, sign, "", 1)
	}
	return s
}

func readPro(t *table, out *Import) error {
	return t.each(func(r row) (err error) {
		f := trace.Fill{Symbol: r.text("product"), TradeID: r.text("trade id")}
		if f.Time, err = r.time("created at", time.RFC3339); err != nil {
			return err
		}
		if f.Side, err = r.side("side"); err != nil {
			return err
		}
		if f.Quantity, err = r.number("size"); err != nil {
			return err
		}
		if f.Price, err = r.number("price"); err != nil {
			return err
		}
		if f.Fee, err = r.fee("fee", r.text("price/fee/total unit")); err != nil {
			return err
		}
		return r.add(out, f)
	})
}

// readCoinbaseTransfers reads purchases and sales for money of a bank. The
// third column has the name of the coin.
func readCoinbaseTransfers(t *table, out *Import) error {
	out.HasOutflows = true
	unknown := map[string]int{}
	err := t.each(func(r row) error {
		coin, money := t.header[2], r.text("Currency")
		at, err := r.time("Timestamp", append(stampForms(), "2006-01-02 15:04:05 -0700")...)
		if err != nil {
			return err
		}
		n := len(out.Fills)
		switch kind := r.text("Type"); kind {
		case "Buy":
			err = r.addSwap(out, at, swap{"Subtotal", r.text("Subtotal"), money, coin, r.cell(2), coin})
		case "Sell":
			err = r.addSwap(out, at, swap{coin, r.cell(2), coin, "Subtotal", r.text("Subtotal"), money})
		case "Withdrawal":
			m := trace.Movement{Time: at, Kind: "withdrawal", Asset: money}
			if m.Amount, err = r.number("Total"); err == nil {
				r.addOutflow(out, m)
			}
		case "Deposit":
		default:
			unknown[strings.Clone(kind)]++
		}
		if err == nil && len(out.Fills) > n {
			out.Fills[n].Symbol = t.once(symbolOf("coinbase", coin, money))
			out.Fills[n].TradeID = strings.Clone(r.text("ID"))
		}
		return err
	})
	for _, kind := range slices.Sorted(maps.Keys(unknown)) {
		out.Unread = append(out.Unread, fmt.Sprintf("%d rows of the unknown type %.60q", unknown[kind], kind))
	}
	return err
}

// A proTrade is what an account's statement says of one trade id.
type proTrade struct {
	at    int64
	order string
	coins map[string]decimal.Decimal
}

// readProAccount reads the statement of a Pro account. A trade has a row for
// each coin, with its trade id; a fee is a row of its own.
func readProAccount(t *table, out *Import) error {
	out.HasOutflows = true
	trades, fees, ids, unknown := map[string]*proTrade{}, map[string]*trace.Fee{}, []string(nil), map[string]int{}
	err := t.each(func(r row) error {
		at, err := r.time("time", time.RFC3339)
		if err != nil {
			return err
		}
		amount, err := r.number("amount")
		if err != nil {
			return err
		}
		unit, id := t.once(r.text("amount/balance unit")), strings.Clone(r.text("trade id"))
		switch kind := r.text("type"); kind {
		case "match", "conversion":
			key := kind + id
			if id == "" { // a conversion has none: its rows have one moment
				key = kind + r.text("time")
			}
			p := trades[key]
			if p == nil {
				p = &proTrade{at, strings.Clone(r.text("order id")), map[string]decimal.Decimal{}}
				trades[key], ids = p, append(ids, key)
			}
			p.coins[unit] = p.coins[unit].Add(amount.Decimal())
		case "fee":
			fees["match"+id] = &trace.Fee{Amount: amount.Abs(), Asset: unit}
		case "withdrawal":
			r.addOutflow(out, trace.Movement{Time: at, Kind: "withdrawal", Asset: unit, Amount: amount})
		case "deposit", "rebate":
		default:
			unknown[strings.Clone(kind)]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	unclear := 0
	for _, id := range ids {
		f, ok := fillOf(trades[id].coins)
		if !ok {
			unclear++
			continue
		}
		base, quote, _ := strings.Cut(f.Symbol, "|")
		f.Time, f.Symbol = trades[id].at, t.once(symbolOf("coinbase", base, quote))
		f.TradeID, _ = strings.CutPrefix(id, "match")
		f.OrderID, f.Fee = trades[id].order, fees[id]
		out.Fills = append(out.Fills, f)
	}
	if unclear > 0 {
		out.Unread = append(out.Unread, fmt.Sprintf("%d trades without the row of the other coin", unclear))
	}
	for _, kind := range slices.Sorted(maps.Keys(unknown)) {
		out.Unread = append(out.Unread, fmt.Sprintf("%d rows of the unknown type %.60q", unknown[kind], kind))
	}
	return nil
}
