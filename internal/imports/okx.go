package imports

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"rekey/internal/trace"
)

// okxLayouts are the exports of OKX. None says the zone of its times.
func okxLayouts() []layout {
	return []layout{
		{
			name: "okx-trading", exchange: "okx", zoneAsked: true, read: readOKX,
			header: []string{
				"id", "Order id", "Time", "Trade Type", "Instrument", "Type", "Amount", "Unit", "PL", "Fee",
				"Position Change", "Position Balance", "Balance Change", "Balance", "Unit",
			},
		}, {
			name: "okx-funding", exchange: "okx", zoneAsked: true, read: readOKXFunding,
			header: []string{"id", "Time", "Type", "Amount", "Before Balance", "After Balance", "Fee", "Symbol"},
		},
	}
}

// okxTrade are the rows of one order at one moment: each fill has one row for
// either coin.
type okxTrade struct {
	order, instrument string
	at                int64
}

type okxRow struct {
	id, kind string
	amount   decimal.Decimal
}

func readOKX(t *table, out *Import) error {
	bases, quotes := map[okxTrade][]okxRow{}, map[okxTrade][]okxRow{}
	var trades []okxTrade
	other := map[string]int{}
	err := t.each(func(r row) error {
		if kind := r.text("Trade Type"); kind != "Spot" {
			if kind != "Transfer" {
				other[strings.Clone(kind)]++
			}
			return nil
		}
		at, err := r.time("Time", dateTime)
		if err != nil {
			return err
		}
		amount, err := r.number("Amount")
		if err != nil {
			return err
		}
		base, quote, ok := strings.Cut(r.text("Instrument"), "-")
		if !ok {
			return r.wrong("Instrument", "it is not a pair of coins")
		}
		if _, err := r.side("Type"); err != nil {
			return err
		}
		k := okxTrade{strings.Clone(r.text("Order id")), t.once(r.text("Instrument")), at}
		one := okxRow{strings.Clone(r.text("id")), strings.ToLower(r.text("Type")), amount.Decimal().Abs()}
		if len(bases[k])+len(quotes[k]) == 0 {
			trades = append(trades, k)
		}
		switch unit := r.cell(7); unit { // the first of the two columns called Unit
		case base:
			bases[k] = append(bases[k], one)
		case quote:
			quotes[k] = append(quotes[k], one)
		default:
			return r.wrong("Unit", "it is neither coin of the instrument")
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, kind := range slices.Sorted(maps.Keys(other)) {
		out.Unread = append(out.Unread, fmt.Sprintf("%d rows of the trade type %.40q: only spot trades are read",
			other[kind], kind))
	}
	unclear := 0
	for _, k := range trades {
		unclear += pairOKX(t, k, bases[k], quotes[k], out)
	}
	if unclear > 0 {
		out.Unread = append(out.Unread, fmt.Sprintf("%d rows without the row of the other coin", unclear))
	}
	return nil
}

// pairOKX makes a fill of each pair of rows, and returns how many rows have no
// other.
func pairOKX(t *table, k okxTrade, bases, quotes []okxRow, out *Import) int {
	n := min(len(bases), len(quotes))
	for i := range n {
		f := trace.Fill{Time: k.at, Symbol: k.instrument, Side: trace.Buy, OrderID: k.order, TradeID: bases[i].id}
		if bases[i].kind == "sell" {
			f.Side = trace.Sell
		}
		if bases[i].amount.IsZero() || quotes[i].amount.IsZero() || bases[i].kind == quotes[i].kind {
			t.zeros++
			continue
		}
		f.Quantity = trace.NumberOf(bases[i].amount)
		f.Price = trace.NumberOf(quotes[i].amount.DivRound(bases[i].amount, 16))
		out.Fills = append(out.Fills, f)
	}
	return len(bases) + len(quotes) - 2*n
}

func readOKXFunding(t *table, out *Import) error {
	out.HasOutflows = true
	return t.each(func(r row) (err error) {
		if !strings.EqualFold(r.text("Type"), "Withdrawal") {
			return nil
		}
		m := trace.Movement{Kind: "withdrawal", Asset: r.text("Symbol")}
		if m.Time, err = r.time("Time", dateTime); err != nil {
			return err
		}
		if m.Amount, err = r.number("Amount"); err != nil {
			return err
		}
		if m.Fee, err = r.optional("Fee"); err != nil {
			return err
		}
		r.addOutflow(out, m)
		return nil
	})
}
