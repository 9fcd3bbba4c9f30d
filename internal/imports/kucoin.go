package imports

import (
	"slices"
	"strings"

	"rekey/internal/trace"
)

// kucoinLayouts are the exports of KuCoin. The newer ones say the zone in the
// name of a column; of the older ones nobody knows it.
func kucoinLayouts() []layout {
	return slices.Concat(kucoinTrades(), kucoinWithdrawals())
}

func kucoinTrades() []layout {
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

// kucoinWithdrawals are the exports of what left KuCoin. Of the oldest nobody
// knows the zone. The oldest lists deposits too, which are left out.
func kucoinWithdrawals() []layout {
	address := "?Withdrawal Address/Account"
	return []layout{
		{
			name: "kucoin-withdrawals", exchange: "kucoin", read: readKucoinWithdrawals,
			header: []string{
				"UID", "Account Type", "Time(UTC±)", "Coin", "Amount", "Fee", "?Hash", address, "Transfer Network",
				"Status", "Remarks",
			},
		}, {
			name: "kucoin-withdrawals-2023", exchange: "kucoin", read: readKucoinWithdrawals,
			header: []string{
				"UID", "Account Type", "Time(UTC±)", "Remarks", "Status", "Fee", "Amount", "Coin", "Transfer Network", address,
			},
		}, {
			name: "kucoin-withdrawals-2022", exchange: "kucoin", zoneAsked: true, read: readKucoinWithdrawals,
			header: []string{
				"UID", "Account Type", "Time", "Coin", "Amount", "Fee", address, "Transfer Network", "Status", "Remarks",
			},
		}, {
			name: "kucoin-withdrawals-2021", exchange: "kucoin", zoneAsked: true, read: readKucoinWithdrawals,
			header: []string{
				"Time", "Coin", "?Network", "Amount", "Type", "?Wallet Address/Account", "?Wallet Address", "Remark",
			},
		}, {
			name: "kucoin-withdrawals-2018", exchange: "kucoin", zoneAsked: true, read: readKucoinWithdrawals,
			header: []string{"coin_type", "type", "add", "hash", "vol", "created_at"},
		},
	}
}

// readKucoinWithdrawals reads what left the account. A file of deposits has
// nearly the same header; it is refused, for nothing left by them.
func readKucoinWithdrawals(t *table, out *Import) error {
	at := t.columnOf("Time", "created_at")
	to := t.columnOf("Withdrawal Address/Account", "Wallet Address/Account", "Wallet Address", "add")
	if to == "" {
		return refused("import the export of withdrawals", "it is a list of deposits, and nothing left by them")
	}
	out.HasOutflows = true
	return t.each(func(r row) (err error) {
		if r.text("type") == "DEPOSIT" {
			return nil
		}
		m := trace.Movement{
			Kind: "withdrawal", Asset: r.text(t.columnOf("Coin", "coin_type")), Address: r.text(to),
			Network: r.text(t.columnOf("Transfer Network", "Network")), TxID: r.text(t.columnOf("Hash", "hash")),
			Status: strings.ToLower(r.text("Status")),
		}
		if m.Time, err = r.time(at, dateTime); err != nil {
			return err
		}
		if m.Amount, err = r.number(t.columnOf("Amount", "vol")); err != nil {
			return err
		}
		if m.Fee, err = r.optional("Fee"); err != nil {
			return err
		}
		r.addOutflow(out, m)
		return nil
	})
}

// columnOf returns the first of the columns that the table has, a zone in its
// name or not; "" when it has none.
func (t *table) columnOf(names ...string) string {
	for _, name := range names {
		for _, h := range t.header {
			if h == name || sameColumn(name+"(UTC±)", h) {
				return h
			}
		}
	}
	return ""
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
	out.Orders = true
	return kucoinReader(kucoinColumns{
		at: t.columnOf("Filled Time"), order: "Order ID", side: "Side", price: "Avg. Filled Price",
		quantity: "Filled Amount", fee: "Fee", feeCoin: "Fee Currency",
	})(renamed(t, "Symbol", "symbol"), out)
}

// renamed gives a column a second name.
func renamed(t *table, from, to string) *table {
	t.column[to] = t.column[from]
	return t
}
