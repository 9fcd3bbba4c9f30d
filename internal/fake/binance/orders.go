package binance

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

// The call is that of binance-spot-api-docs a5e0bc3, rest-api.md "New order",
// with the errors of errors.md. rekey has no operation for it: it is what a
// thief does with a key, in the drill.

// decimalForm is the "legal range" that errors of -1100 quote.
var decimalForm = regexp.MustCompile(`^([0-9]{1,20})(\.[0-9]{1,20})?$`)

func orderParams() []string {
	return []string{
		"symbol", "side", "type", "timeInForce", "quantity", "quoteOrderQty", "price", "newClientOrderId",
		"strategyId", "strategyType",
		"stopPrice", "trailingDelta", "icebergQty", "newOrderRespType", "selfTradePreventionMode",
	}
}

// wallet is the spot wallet that a key trades on.
func (c caller) wallet() market.Wallet {
	if c.sub != nil {
		return c.sub.Wallet
	}
	return c.account.Wallet
}

// order carries out market orders; the fake knows no other type. Orders that
// are filled at once do not add to the count of unfilled orders
// (faqs/order_count_decrement.md), so nothing is counted but weight.
func (x *Exchange) order(w http.ResponseWriter, q url.Values, who caller) {
	// The right to trade is the key's; margin special keys do not trade spot.
	if who.special || !who.may("enableSpotAndMarginTrading") {
		fail(w, http.StatusUnauthorized, -2015, "Invalid API-key, IP, or permissions for action.")
		return
	}
	o, refused := x.readOrder(q)
	if refused == nil && who.sub != nil && who.sub.Frozen {
		refused = rejected("This account may not place or cancel orders.")
	}
	if refused != nil {
		refused.write(w)
		return
	}
	t, err := x.Market.Take(x.Server.Now(), who.key.AccessKey, who.wallet(), o)
	if err != nil {
		orderRefused(err).write(w)
		return
	}
	x.orders++
	fake.JSON(w, http.StatusOK, x.describeOrder(q, t))
}

func (x *Exchange) readOrder(q url.Values) (market.Order, *refusal) {
	var o market.Order
	for _, name := range []string{"symbol", "side", "type"} {
		if q.Get(name) == "" {
			return o, missing(name)
		}
	}
	bad := func(code int, msg string) (market.Order, *refusal) {
		return o, &refusal{http.StatusBadRequest, code, msg}
	}
	switch q.Get("side") {
	case "BUY":
		o.Side = market.Buy
	case "SELL":
		o.Side = market.Sell
	default:
		return bad(-1117, "Invalid side.")
	}
	if q.Get("type") != "MARKET" {
		return bad(-1116, "Invalid orderType.")
	}
	for _, name := range []string{"timeInForce", "price", "stopPrice", "trailingDelta", "icebergQty"} {
		if q.Has(name) {
			return bad(-1106, "Parameter '"+name+"' sent when not required.")
		}
	}
	if !slices.Contains([]string{"", "ACK", "RESULT", "FULL"}, q.Get("newOrderRespType")) {
		return o, invalid("newOrderRespType")
	}
	if q.Has("quantity") == q.Has("quoteOrderQty") {
		if q.Has("quantity") {
			return bad(-1128, "Combination of optional parameters invalid.")
		}
		return bad(-1102, "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!")
	}
	for name, amount := range map[string]*decimal.Decimal{"quantity": &o.Base, "quoteOrderQty": &o.Quote} {
		if !q.Has(name) {
			continue
		}
		if !decimalForm.MatchString(q.Get(name)) {
			return bad(-1100, "Illegal characters found in parameter '"+name+"'; legal range is '"+decimalForm.String()+"'.")
		}
		*amount, _ = decimal.NewFromString(q.Get(name)) // its form was checked
		if !amount.IsPositive() {
			return bad(-1013, "Invalid quantity.")
		}
	}
	if x.Market == nil || q.Get("symbol") != x.Market.Base+x.Market.Quote {
		return bad(-1121, "Invalid symbol.")
	}
	return o, nil
}

func rejected(msg string) *refusal { return &refusal{http.StatusBadRequest, -2010, msg} }

func orderRefused(err error) *refusal {
	switch {
	case errors.Is(err, market.ErrStep):
		return &refusal{http.StatusBadRequest, -1013, "Filter failure: LOT_SIZE"}
	case errors.Is(err, market.ErrSmall):
		return &refusal{http.StatusBadRequest, -1013, "Filter failure: NOTIONAL"}
	case errors.Is(err, market.ErrBalance):
		return rejected("Account has insufficient balance for requested action.")
	default:
		return rejected("Order book liquidity is less than symbol minimum quantity.")
	}
}

// describeOrder answers in the form that was asked for; FULL is the standard of
// market orders. Its fills are given as one, at the mean price.
func (x *Exchange) describeOrder(q url.Values, t market.Trade) map[string]any {
	at, id := t.At.UnixMilli(), strconv.FormatInt(x.orders, 10)
	client := q.Get("newClientOrderId")
	if client == "" {
		client = fake.HexOf("binance order "+id, 22)
	}
	out := map[string]any{
		"symbol":        q.Get("symbol"),
		"orderId":       x.orders,
		"orderListId":   -1,
		"clientOrderId": client,
		"transactTime":  at,
	}
	form := q.Get("newOrderRespType")
	if form == "ACK" {
		return out
	}
	asked := decimal.Zero
	if q.Has("quoteOrderQty") {
		asked, _ = decimal.NewFromString(q.Get("quoteOrderQty"))
	}
	for name, v := range map[string]any{
		"price": "0.00000000", "origQty": t.Base.StringFixed(8), "executedQty": t.Base.StringFixed(8),
		"origQuoteOrderQty":   asked.StringFixed(8),
		"cummulativeQuoteQty": t.Quote.StringFixed(8), "status": "FILLED", "timeInForce": "GTC",
		"type": "MARKET", "side": q.Get("side"),
		"workingTime": at, "selfTradePreventionMode": "NONE",
	} {
		out[name] = v
	}
	if form != "RESULT" {
		out["fills"] = []any{map[string]any{
			"price": t.Quote.DivRound(t.Base, 8).StringFixed(8), "qty": t.Base.StringFixed(8), "commission": "0.00000000",
			"commissionAsset": x.Market.Quote, "tradeId": x.orders,
		}}
	}
	return out
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
