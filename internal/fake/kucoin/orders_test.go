package kucoin

import (
	"net/http"
	"testing"

	"github.com/shopspring/decimal"

	"rekey/internal/fake"
	"rekey/internal/fake/market"
)

const orderPath = "/api/v1/hf/orders"

// startMarket adds a thin pair to a desk: the coin is worth 0.50, offered at 2,
// and asked for at 0.25.
func startMarket(t *testing.T) *desk {
	t.Helper()
	d := startDesk(t)
	num := decimal.RequireFromString
	d.x.Do(func() {
		m := &market.Market{
			Pair: market.Pair{Base: "THIN", Quote: "USDT", Fair: num("0.5"), Step: num("0.1"), Least: num("5")},
		}
		stranger := market.Wallet{"THIN": num("1000"), "USDT": num("1000")}
		if err := m.Rest(stranger, market.Buy, num("2"), num("1000")); err != nil {
			t.Error(err)
		}
		if err := m.Rest(stranger, market.Sell, num("0.25"), num("4000")); err != nil {
			t.Error(err)
		}
		d.x.Market = m
		d.account.Subs[0].Wallet = market.Wallet{"USDT": num("100"), "THIN": num("50")}
	})
	return d
}

// order is one of the bot's key.
func order(fields ...string) call {
	c := post(orderPath, append([]string{"clientOid", "a-1", "symbol", "THIN-USDT", "type", "market"}, fields...)...)
	c.access, c.secret, c.passphrase = botKey, secret, botPassphrase
	return c
}

func TestOrder(t *testing.T) {
	d := startMarket(t)
	if a, data := d.send(t, order("side", "buy", "funds", "50")); a.status != 200 || data["clientOid"] != "a-1" ||
		len(data["orderId"].(string)) != 24 {
		t.Errorf("HTTP %d %s", a.status, a.text)
	}
	if a, _ := d.send(t, order("side", "sell", "size", "40")); a.Code != "200000" {
		t.Errorf("HTTP %d %s", a.status, a.text)
	}
	trades := d.x.Trades()
	if len(trades) != 2 || trades[0].Lost.String() != "37.5" || trades[1].Lost.String() != "10" || trades[0].By != botKey {
		t.Errorf("traded: %+v", trades)
	}
	c := call{
		method:     http.MethodGet,
		path:       "/api/v1/accounts",
		query:      []string{"type", "trade", "currency", "USDT"},
		access:     botKey,
		secret:     secret,
		passphrase: botPassphrase,
	}
	a, _ := d.send(t, c)
	if string(a.Data) != `[{"available":"60","balance":"60","currency":"USDT","holds":"0","id":"201","type":"trade"}]` {
		t.Errorf("balances: %s", a.text)
	}
}

func TestOrderRefusals(t *testing.T) {
	reader := order("side", "buy", "funds", "10")
	reader.access, reader.secret, reader.passphrase = masterKey, secret, passphrase
	forged := order("side", "buy", "funds", "10")
	forged.secret = "CANARY-other"
	for _, c := range []struct {
		story  string
		call   call
		status int
		code   string
	}{
		{"a key with General alone", reader, 403, "400007"},
		{"another's signature", forged, 401, "400005"},
		{"another symbol", order("symbol", "BTC-USDT", "side", "buy", "funds", "10"), 400, "400100"},
		{"a side in upper case", order("side", "BUY", "funds", "10"), 400, "400100"},
		{"a limit order", order("type", "limit", "side", "buy", "size", "10", "price", "1"), 400, "400100"},
		{"a price", order("side", "buy", "funds", "10", "price", "1"), 400, "400100"},
		{"both amounts", order("side", "buy", "funds", "10", "size", "10"), 400, "400100"},
		{"no amount", order("side", "buy"), 400, "400100"},
		{"a float with an exponent", order("side", "buy", "funds", "1e1"), 400, "400100"},
		{"nothing", order("side", "buy", "funds", "0"), 400, "400100"},
		{"too little", order("side", "buy", "funds", "4.9"), 400, "400100"},
		{"half a step", order("side", "sell", "size", "20.05"), 400, "400100"},
		{"a number of the client's with a blank", order("clientOid", "a b", "side", "buy", "funds", "10"), 400, "400100"},
		{"an unknown field", order("side", "buy", "funds", "10", "free", "1"), 400, "400100"},
		{"more than there is", order("side", "buy", "funds", "100.1"), 200, "200004"},
	} {
		d := startMarket(t)
		d.refuses(t, c.story, c.call, c.status, c.code)
		if n := len(d.x.Trades()); n > 0 {
			t.Errorf("%s: it was traded", c.story)
		}
	}
}

func TestDeleteByHand(t *testing.T) {
	d := startMarket(t)
	if !d.x.DeleteByHand(botKey) || d.x.DeleteByHand(botKey) || d.x.DeleteByHand("nobody") {
		t.Error("a key could be deleted twice, or never, or was none")
	}
	d.refuses(t, "a deleted key", order("side", "buy", "funds", "10"), 401, "400003")
	if e := d.x.Ledger(); len(e) != 1 || e[0].What != fake.ByHand || e[0].By != "" || e[0].Account != "grid 1" {
		t.Errorf("the ledger has %+v", e)
	}
}
