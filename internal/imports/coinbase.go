package imports

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

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
			name: "coinbase-pro-fills", exchange: "coinbase", read: readPro,
			header: []string{
				"?portfolio", "trade id", "product", "side", "created at", "size", "size unit", "price", "fee",
				"total", "price/fee/total unit",
			},
		},
	}
}

// The patterns of the notes: what an advanced trade was paid in, and where a
// coin was sent.
//

var (
	inNotes = regexp.MustCompile(`^(?:Bought|Sold) [\d,.]+ \w+ for \D?([\d,.]+) (\w+)`)
	sentTo  = regexp.MustCompile(`^Sent [\d,.]+ \w+ to (\S+)`)
)

// stampForms are how reports write times.
func stampForms() []string { return []string{"2006-01-02 15:04:05 MST", time.RFC3339} }

// readCoinbase reads a report of all transactions. The price is what was paid
// by what was traded: the column of the price is rounded to cents.
func readCoinbase(t *table, out *Import) error {
	out.HasOutflows = true
	unknown := map[string]int{}
	err := t.each(func(r row) error {
		kind := r.text("Transaction Type")
		switch kind {
		case "Buy", "Advanced Trade Buy", "Advance Trade Buy":
			return r.coinbaseTrade(out, trace.Buy)
		case "Sell", "Advanced Trade Sell", "Advance Trade Sell":
			return r.coinbaseTrade(out, trace.Sell)
		case "Send", "Withdrawal":
			return r.coinbaseSend(out)
		case "Convert", "Deposit", "Receive", "Exchange Deposit", "Pro Deposit", "Exchange Withdrawal", "Pro Withdrawal",
			"Coinbase Earn", "Learning Reward", "Rewards Income", "Reward Income", "Inflation Reward", "Staking Income",
			"Interest payout", "Subscription Rebate", "Subscription Rebates (24 Hours)", "Vault Withdrawal", "Cash to Savings":
			return nil // no trade on the market: income, own wallets, conversions at the exchange's price
		}
		unknown[strings.Clone(kind)]++
		return nil
	})
	for _, kind := range slices.Sorted(maps.Keys(unknown)) {
		out.Unread = append(out.Unread, fmt.Sprintf("%d rows of the unknown type %.60q", unknown[kind], kind))
	}
	return err
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
	currency := r.text("Price Currency") + r.text("Spot Price Currency")
	paid, err := r.parse("Subtotal", withoutSign(r.text("Subtotal")))
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
