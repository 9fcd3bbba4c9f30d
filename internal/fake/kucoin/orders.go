package kucoin

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"

	"github.com/shopspring/decimal"

	"rekey/internal/fake"
	"rekey/internal/fake/market"
)

// The calls are "Add Order" and "Get Account List - Spot" of the specification.
// rekey has no operation for an order: it is what a thief does with a key, in
// the drill.

var (
	amountForm = regexp.MustCompile(`^[0-9]{1,20}(\.[0-9]{1,20})?$`)
	clientForm = regexp.MustCompile(`^[A-Za-z0-9_-]{0,40}$`)
)

func (c caller) wallet() market.Wallet {
	if c.sub != nil {
		return c.sub.Wallet
	}
	return c.account.Wallet
}

// order carries out market orders; the fake knows no other type. It answers
// with the order's number alone, as documented.
func (x *Exchange) order(w http.ResponseWriter, r *http.Request, who caller) {
	if !who.may("Spot") {
		fail(w, http.StatusForbidden, 400007, "Access denied, require more permission.")
		return
	}
	body, err := fake.Body(r)
	if err != nil {
		wrong(w)
		return
	}
	f, strange, err := fake.Fields(
		body,
		"clientOid",
		"symbol",
		"type",
		"side",
		"stp",
		"tags",
		"remark",
		"size",
		"price",
		"timeInForce",
		"funds",
	)
	o, ok := x.readOrder(f)
	if err != nil || strange != "" || !ok {
		wrong(w)
		return
	}
	_, err = x.Market.Take(x.Server.Now(), who.key.AccessKey, who.wallet(), o)
	switch {
	case errors.Is(err, market.ErrBalance):
		// The code and text are those of JKorf/Kucoin.Net#31 and ccxt#15220; no
		// status was seen, and 200 is the harder one.
		fail(w, http.StatusOK, 200004, "Balance insufficient!")
	case err != nil: // documented texts differ, the code is the same
		fail(w, http.StatusBadRequest, 400100, "Order size below the minimum requirement.")
	default:
		x.orders++
		client := f["clientOid"]
		if client == "" {
			client = fake.HexOf(fmt.Sprintf("kucoin client %d", x.orders), 24)
		}
		succeed(w, map[string]any{"orderId": fake.HexOf(fmt.Sprintf("kucoin order %d", x.orders), 24), "clientOid": client})
	}
}

// readOrder reports whether all fields are in form. A price or a time in force
// belongs to limit orders alone.
func (x *Exchange) readOrder(f map[string]string) (market.Order, bool) {
	o := market.Order{Side: market.Side(f["side"])}
	_, price := f["price"]
	_, inForce := f["timeInForce"]
	if x.Market == nil || f["symbol"] != x.Market.Base+"-"+x.Market.Quote || f["type"] != "market" || price || inForce ||
		o.Side != market.Buy && o.Side != market.Sell || !clientForm.MatchString(f["clientOid"]) {
		return o, false
	}
	size, funds := f["size"], f["funds"]
	if (size == "") == (funds == "") || !amountForm.MatchString(size+funds) {
		return o, false
	}
	amount, err := decimal.NewFromString(size + funds) // one of them is empty
	if o.Base = amount; size == "" {
		o.Base, o.Quote = decimal.Zero, amount
	}
	return o, err == nil && amount.IsPositive()
}

// accountsOf lists the trade account, the one kind that is staged.
func (x *Exchange) accountsOf(w http.ResponseWriter, r *http.Request, who caller) {
	q, rows := r.URL.Query(), []any{}
	wallet := who.wallet()
	for i, currency := range slices.Sorted(maps.Keys(wallet)) {
		if q.Get("currency") != "" && q.Get("currency") != currency || q.Get("type") != "" && q.Get("type") != "trade" {
			continue
		}
		amount := wallet[currency].String()
		rows = append(rows, map[string]any{
			"id": fmt.Sprintf(
				"%s%02d",
				who.user(),
				i,
			), "currency": currency, "type": "trade", "balance": amount, "available": amount, "holds": "0",
		})
	}
	succeed(w, rows)
}

// Trades returns what was traded so far.
func (x *Exchange) Trades() []market.Trade {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	if x.Market == nil {
		return nil
	}
	return x.Market.Trades()
}

// Holdings returns what the account of a key holds, empty for a key that nobody
// made. It goes on to answer when the key is deleted.
func (x *Exchange) Holdings(access string) market.Wallet {
	x.Mu.Lock()
	defer x.Mu.Unlock()
	who, ok := x.keys[access]
	if !ok {
		return nil
	}
	return maps.Clone(who.wallet())
}
