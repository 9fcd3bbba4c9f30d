package imports

import (
	"strconv"

	"rekey/internal/trace"
)

// plainLayouts is the layout for who has trades from anywhere.
func plainLayouts() []layout {
	return []layout{{
		name: "fills", header: []string{"time_ms", "symbol", "side", "price", "quantity", "trade_id"}, read: readPlain,
	}}
}

func readPlain(t *table, out *Import) error {
	return t.each(func(r row) error {
		at, err := strconv.ParseInt(r.text("time_ms"), 10, 64)
		if err != nil || at < 1e12 || at > 7e12 { // 2001 to 2191: seconds and nanoseconds are not taken for it
			return r.wrong("time_ms", "it is not a time in milliseconds since 1970")
		}
		f := trace.Fill{Time: at, Symbol: r.text("symbol"), TradeID: r.text("trade_id")}
		if f.Side, err = r.side("side"); err != nil {
			return err
		}
		if f.Price, err = r.number("price"); err != nil {
			return err
		}
		if f.Quantity, err = r.number("quantity"); err != nil {
			return err
		}
		return r.add(out, f)
	})
}
