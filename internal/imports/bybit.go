package imports

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"rekey/internal/trace"
)

// bybitLayouts are the transaction log of Bybit's unified account, and its
// older lists of deposits and withdrawals, all in UTC.
func bybitLayouts() []layout {
	return []layout{
		{
			name: "bybit", exchange: "bybit", read: readBybit,
			header: []string{
				"Time", "Currency", "Contract", "Type", "Direction", "Quantity", "Position", "Filled Price",
				"Funding", "Fee Paid", "Cash Flow", "Change", "Wallet Balance", "Fee Rate", "Trade ID", "Order ID",
			},
		}, {
			name: "bybit-assets", exchange: "bybit", read: bybitAssets("Date & Time(UTC)", "QTY", "Description"),
			header: []string{"Date & Time(UTC)", "Coin", "QTY", "Type", "Account Balance", "Description"},
		}, {
			name: "bybit-assets-old", exchange: "bybit", read: bybitAssets("Time(UTC)", "Amount", "Type"),
			header: []string{"Type", "Coin", "Amount", "Wallet Balance", "Time(UTC)"},
		},
	}
}

// A bybitLog is what was read of a transaction log so far.
type bybitLog struct {
	trades  map[string]int // where the fill of a trade stands
	legs    []leg          // of conversions
	unknown map[string]int
}

// readBybit takes trades, liquidations, conversions and withdrawals.
func readBybit(t *table, out *Import) error {
	out.HasOutflows = true
	log := &bybitLog{trades: map[string]int{}, unknown: map[string]int{}}
	err := t.each(func(r row) error {
		switch kind := strings.ToLower(r.text("Type")); kind {
		case "trade", "liquidation":
			return log.trade(r, out, kind == "liquidation")
		case "withdraw":
			return r.bybitWithdrawal(out)
		case "exchangein", "exchangeout":
			at, err := r.time("Time", dateTime)
			if err != nil {
				return err
			}
			change, err := r.number("Change")
			log.legs = append(log.legs, leg{at, "", r.t.once(r.text("Currency")), change.Decimal()})
			return err
		case "deposit", "transferin", "transferout", "transfer_in", "transfer_out", "funding", "settlement":
			return nil // no trade: money that came, own wallets, what positions cost
		default:
			log.unknown[strings.Clone(r.text("Type"))]++
			return nil
		}
	})
	if err != nil {
		return err
	}
	for _, kind := range slices.Sorted(maps.Keys(log.unknown)) {
		out.Unread = append(out.Unread, fmt.Sprintf("%d rows of the unknown type %.60q", log.unknown[kind], kind))
	}
	joinLegs(t, "bybit", log.legs, out)
	return nil
}

// trade takes a row of a trade. A spot trade has a row for either coin, with
// one trade id; that of the base coin says how much of it was traded.
func (b *bybitLog) trade(r row, out *Import, forced bool) (err error) {
	f := trace.Fill{
		Symbol: r.text("Contract"), TradeID: r.text("Trade ID"), OrderID: r.text("Order ID"), Forced: forced,
	}
	base, _, _ := trace.Split(f.Symbol)
	key := f.Symbol + "|" + f.TradeID
	place, twice := b.trades[key]
	if twice && f.TradeID != "" && r.text("Currency") != base {
		return nil
	}
	if f.Time, err = r.time("Time", dateTime); err != nil {
		return err
	}
	if f.Side, err = r.bybitSide(); err != nil {
		return err
	}
	if f.Quantity, err = r.number("Quantity"); err != nil {
		return err
	}
	f.Quantity = f.Quantity.Abs()
	if f.Price, err = r.number("Filled Price"); err != nil {
		return err
	}
	if f.Fee, err = r.fee("Fee Paid", r.text("Currency")); err != nil {
		return err
	}
	n := len(out.Fills)
	if err := r.add(out, f); err != nil || len(out.Fills) == n {
		return err
	}
	if twice && f.TradeID != "" {
		if out.Fills[n].Fee == nil {
			out.Fills[n].Fee = out.Fills[place].Fee
		}
		out.Fills[place] = out.Fills[n]
		out.Fills = out.Fills[:n]
		return nil
	}
	b.trades[strings.Clone(key)] = n
	return nil
}

func (r row) bybitWithdrawal(out *Import) (err error) {
	m := trace.Movement{Kind: "withdrawal", Asset: r.text("Currency")}
	if m.Time, err = r.time("Time", dateTime); err != nil {
		return err
	}
	if m.Amount, err = r.number("Cash Flow"); err != nil {
		return err
	}
	if m.Fee, err = r.optional("Fee Paid"); err != nil {
		return err
	}
	m.Fee = m.Fee.Abs()
	r.addOutflow(out, m)
	return nil
}

// bybitSide reads the direction; older logs say what became of a position.
func (r row) bybitSide() (trace.Side, error) {
	switch strings.ToLower(r.text("Direction")) {
	case "open long", "close short":
		return trace.Buy, nil
	case "open short", "close long":
		return trace.Sell, nil
	}
	return r.side("Direction")
}

// bybitAssets reads a list of deposits and withdrawals.
func bybitAssets(at, amount, kind string) func(*table, *Import) error {
	return func(t *table, out *Import) error {
		out.HasOutflows = true
		unknown := map[string]int{}
		err := t.each(func(r row) (err error) {
			switch r.text(kind) {
			case "Withdrawal", "userWithdrawal":
			case "Deposit", "userDeposit", "Transfer to Derivatives Account", "Transfer from Derivatives Account",
				"internalAccountTransferDeposit", "internalAccountTransferWithdrawal":
				return nil
			default:
				unknown[strings.Clone(r.text(kind))]++
				return nil
			}
			m := trace.Movement{Kind: "withdrawal", Asset: r.text("Coin")}
			if m.Time, err = r.time(at, dateTime); err != nil {
				return err
			}
			if m.Amount, err = r.number(amount); err != nil {
				return err
			}
			r.addOutflow(out, m)
			return nil
		})
		for _, word := range slices.Sorted(maps.Keys(unknown)) {
			out.Unread = append(out.Unread, fmt.Sprintf("%d rows of the unknown type %.60q", unknown[word], word))
		}
		return err
	}
}
