package imports

import "rekey/internal/trace"

// kucoinLayouts are the exports of KuCoin. The newer ones say the zone in the
// name of a column; of the older ones nobody knows it.
func kucoinLayouts() []layout {
	return []layout{
		{
			name: "kucoin-orders", exchange: "kucoin", read: readKucoinOrders,
			header: []string{
				"UID", "Account Type", "Order ID", "Symbol", "Side", "Order Type", "Avg. Filled Price",
				"Filled Amount", "Filled Volume", "Filled Volume (USDT)", "Filled Time(UTC±)", "Fee", "?Tax",
				"Maker/Taker", "Fee Currency", "?Account Mode",
			},
		}, {
			name: "kucoin-2020", exchange: "kucoin", zoneAsked: true,
			header: []string{
				"tradeCreatedAt", "orderId", "symbol", "side", "price", "size", "funds", "fee",
				"liquidity", "feeCurrency", "orderType",
			},
			read: kucoinReader(kucoinColumns{
				at: "tradeCreatedAt", order: "orderId", side: "side", price: "price",
				quantity: "size", fee: "fee", feeCoin: "feeCurrency",
			}),
		}, {
			name: "kucoin-2019", exchange: "kucoin", zoneAsked: true,
			header: []string{"oid", "symbol", "dealPrice", "dealValue", "amount", "fee", "direction", "createdDate"},
			read: kucoinReader(kucoinColumns{
				at: "createdDate", order: "oid", side: "direction", price: "dealPrice",
				quantity: "amount",
			}),
		}, {
			name: "kucoin-2018", exchange: "kucoin", zoneAsked: true,
			header: []string{"uid", "symbol", "order_type", "price", "amount_coin", "direction", "funds", "fee", "created_at"},
			read:   kucoinReader(kucoinColumns{at: "created_at", side: "direction", price: "price", quantity: "amount_coin"}),
		}, {
			name: "kucoin-2017", exchange: "kucoin", zoneAsked: true,
			header: []string{"uid", "symbol", "direction", "deal_price", "amount", "deal_value", "created_at"},
			read:   kucoinReader(kucoinColumns{at: "created_at", side: "direction", price: "deal_price", quantity: "amount"}),
		},
	}
}

// kucoinColumns are the names of the columns of one form.
type kucoinColumns struct{ at, order, side, price, quantity, fee, feeCoin string }

func kucoinReader(c kucoinColumns) func(*table, *Import) error {
	return func(t *table, out *Import) error {
		return t.each(func(r row) (err error) {
			f := trace.Fill{Symbol: r.text("symbol"), OrderID: r.text(c.order)}
			if f.Time, err = r.time(c.at, dateTime); err != nil {
				return err
			}
			if f.Side, err = r.side(c.side); err != nil {
				return err
			}
			if f.Price, err = r.number(c.price); err != nil {
				return err
			}
			if f.Quantity, err = r.number(c.quantity); err != nil {
				return err
			}
			if f.Fee, err = r.fee(c.fee, r.text(c.feeCoin)); err != nil {
				return err
			}
			return r.add(out, f)
		})
	}
}

// readKucoinOrders: a row is an order with the average of its fills.
func readKucoinOrders(t *table, out *Import) error {
	filled := ""
	for _, h := range t.header {
		if zoneInName.MatchString(h) {
			filled = h
		}
	}
	return kucoinReader(kucoinColumns{
		at: filled, order: "Order ID", side: "Side", price: "Avg. Filled Price",
		quantity: "Filled Amount", fee: "Fee", feeCoin: "Fee Currency",
	})(renamed(t, "Symbol", "symbol"), out)
}

// renamed gives a column a second name.
func renamed(t *table, from, to string) *table {
	t.column[to] = t.column[from]
	return t
}
