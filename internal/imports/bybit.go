package imports

import (
	"strings"

	"rekey/internal/trace"
)

// bybitLayouts is the transaction log of Bybit's unified account, in UTC.
func bybitLayouts() []layout {
	return []layout{{
		name: "bybit", exchange: "bybit", read: readBybit,
		header: []string{
			"Time", "Currency", "Contract", "Type", "Direction", "Quantity", "Position", "Filled Price",
			"Funding", "Fee Paid", "Cash Flow", "Change", "Wallet Balance", "Fee Rate", "Trade ID", "Order ID",
		},
	}}
}

// readBybit takes the trades and the liquidations. A spot trade has a row for
// either coin: the one of the quote coin repeats the other, and is left out.
func readBybit(t *table, out *Import) error {
	seen := map[string]bool{}
	return t.each(func(r row) (err error) {
		kind := strings.ToLower(r.text("Type"))
		if kind != "trade" && kind != "liquidation" {
			return nil
		}
		f := trace.Fill{
			Symbol: r.text("Contract"), TradeID: r.text("Trade ID"), OrderID: r.text("Order ID"), Forced: kind == "liquidation",
		}
		if f.TradeID != "" {
			if key := f.Symbol + "|" + f.TradeID; seen[key] {
				return nil
			}
			seen[f.Symbol+"|"+strings.Clone(f.TradeID)] = true
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
		return r.add(out, f)
	})
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
