package okx

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"rekey/internal/fake"
	"rekey/internal/fake/market"
)

// The calls are "Place order" and "Get balance" of okx.com/docs-v5/en. rekey has
// no operation for an order: it is what a thief does with a key, in the drill.

var amountForm = regexp.MustCompile(`^[0-9]{1,20}(\.[0-9]{1,20})?$`)

func (who caller) wallet() market.Wallet {
	if who.sub != nil {
		return who.sub.Wallet
	}
	return who.account.Wallet
}

// order carries out market orders on spot; the fake knows no other type. What
// the book refuses comes with HTTP 200, the code 1, and the reason in the row
// (okxapi/python-okx#110, burakoner/OKEx.Net#94).
func (x *Exchange) order(w http.ResponseWriter, f map[string]string, who caller) {
	o, refused := x.readOrder(f)
	if refused != nil {
		refused.write(w)
		return
	}
	row := map[string]any{
		"clOrdId": f["clOrdId"],
		"ordId":   "",
		"tag":     f["tag"],
		"ts":      millis(x.Server.Now()),
		"sCode":   "0",
		"sMsg":    "",
	}
	code, msg := "51001", "Instrument ID, Instrument ID code, or Spread ID doesn't exist."
	if x.Market != nil && f["instId"] == x.Market.Base+"-"+x.Market.Quote {
		code, msg = x.take(o, who)
	}
	answer := map[string]any{"code": "0", "msg": "", "data": []any{row}}
	if code == "0" {
		x.orders++
		row["ordId"], row["sMsg"] = strconv.FormatInt(680800019749904384+x.orders, 10), "Order placed"
	} else {
		answer["code"], answer["msg"], row["sCode"], row["sMsg"] = "1", "All operations failed", code, msg
	}
	fake.JSON(w, http.StatusOK, answer)
}

func (x *Exchange) take(o market.Order, who caller) (code, msg string) {
	if who.sub != nil && who.sub.Frozen { // code chosen: documented for suspended accounts
		return "51024", "Trading account is blocked."
	}
	_, err := x.Market.Take(x.Server.Now(), who.key.AccessKey, who.wallet(), o)
	switch {
	case errors.Is(err, market.ErrBalance):
		pays := x.Market.Base
		if o.Side == market.Buy {
			pays = x.Market.Quote
		}
		return "51008", "Order failed. Insufficient " + pays + " balance in account."
	case errors.Is(err, market.ErrStep):
		return "51121", "Order quantity must be a multiple of the lot size."
	case err != nil:
		return "51020", "Order amount should be greater than the minimum available amount."
	default:
		return "0", ""
	}
}

// readOrder reads a market order. The standard of tgtCcy is quote_ccy for
// buying and base_ccy for selling.
func (x *Exchange) readOrder(f map[string]string) (market.Order, *refusal) {
	o := market.Order{Side: market.Side(f["side"])}
	if o.Side != market.Buy && o.Side != market.Sell {
		return o, badParameter("side")
	}
	if f["tdMode"] != "cash" {
		return o, badParameter("tdMode")
	}
	if f["ordType"] != "market" {
		return o, badParameter("ordType")
	}
	if f["px"] != "" {
		return o, badParameter("px")
	}
	if !amountForm.MatchString(f["sz"]) {
		return o, badParameter("sz")
	}
	amount, err := decimal.NewFromString(f["sz"])
	if err != nil || !amount.IsPositive() {
		return o, badParameter("sz")
	}
	target := f["tgtCcy"]
	if target == "" {
		target = map[market.Side]string{market.Buy: "quote_ccy", market.Sell: "base_ccy"}[o.Side]
	}
	switch target {
	case "base_ccy":
		o.Base = amount
	case "quote_ccy":
		o.Quote = amount
	default:
		return o, badParameter("tgtCcy")
	}
	return o, nil
}

// balance shows the trading account, in the fields that an account of spot
// mode has.
func (x *Exchange) balance(w http.ResponseWriter, q url.Values, who caller) {
	if f := who.may("read_only"); f != nil {
		f.write(w)
		return
	}
	details, wallet := []any{}, who.wallet()
	for _, currency := range slices.Sorted(maps.Keys(wallet)) {
		if q.Get("ccy") != "" && q.Get("ccy") != currency {
			continue
		}
		amount := wallet[currency].String()
		details = append(
			details,
			map[string]any{
				"ccy":       currency,
				"cashBal":   amount,
				"availBal":  amount,
				"eq":        amount,
				"frozenBal": "0",
				"uTime":     millis(x.Server.Now()),
			},
		)
	}
	answer(w, map[string]any{"uTime": millis(x.Server.Now()), "details": details})
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
