package binance

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"rekey/internal/fake"
	"rekey/internal/fake/market"
)

const orderPath = "/api/v3/order"

// startMarket adds a thin pair to a desk: the coin is worth 0.50, offered at 2,
// and asked for at 0.25.
func startMarket(t *testing.T) *desk {
	t.Helper()
	d := start(t)
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
		d.account.Wallet = market.Wallet{"USDT": num("1000")}
		d.account.Subs[0].Wallet = market.Wallet{"USDT": num("100"), "THIN": num("50")}
		d.account.Subs = append(
			d.account.Subs,
			&Sub{
				ID:     10,
				Email:  "cold@desk.example",
				Frozen: true,
				Keys:   []*Key{key("cold", "enableReading", "enableSpotAndMarginTrading")},
			},
		)
		d.account.MarginKeys = []MarginKey{
			{Name: "special", AccessKey: accessKey("special"), Secret: secret("special"), Mode: "TRADE"},
		}
	})
	return d
}

func buy(name, amount string, more ...string) call {
	return by(
		name,
		http.MethodPost,
		orderPath,
		append([]string{"symbol", "THINUSDT", "side", "BUY", "type", "MARKET", "quoteOrderQty", amount}, more...)...)
}

func TestOrder(t *testing.T) {
	d := startMarket(t)
	a := d.send(t, buy("manager", "100.5"))
	fills, _ := a.fields["fills"].([]any)
	if a.status != http.StatusOK || a.fields["executedQty"] != "50.20000000" ||
		a.fields["cummulativeQuoteQty"] != "100.40000000" ||
		len(fills) != 1 {
		t.Errorf("HTTP %d %s", a.status, a.text)
	}
	// A sub-account's key trades on its own wallet.
	if a := d.send(t, by("bot", http.MethodPost, orderPath, "symbol", "THINUSDT", "side", "SELL", "type", "MARKET",
		"quantity", "40", "newOrderRespType", "ACK")); a.status != http.StatusOK ||
		a.fields["status"] != nil {
		t.Errorf("HTTP %d %s", a.status, a.text)
	}
	var lost []string
	for _, tr := range d.x.Trades() {
		lost = append(lost, strings.TrimRight(tr.By, "0")+" "+tr.Lost.String())
	}
	if got := strings.Join(lost, ", "); got != "manager 75.3, bot 10" {
		t.Errorf("lost: %s", got)
	}
	balances, _ := d.send(t, by("manager", http.MethodGet, "/api/v3/account")).fields["balances"].([]any)
	if len(balances) != 2 || balances[1].(map[string]any)["free"] != "899.60000000" {
		t.Errorf("balances: %v", balances)
	}
}

func TestOrderRefusals(t *testing.T) {
	plain := func(parameters ...string) call { return by("manager", http.MethodPost, orderPath, parameters...) }
	for _, c := range []struct {
		story string
		call  call
		want  told
	}{
		{"a key that only reads", buy("reader", "10"), told{401, -2015}},
		{"a margin special key", buy("special", "10"), told{401, -2015}},
		{"another's signature", func() call {
			c := buy("manager",
				"10")
			c.secret = secret("reader")
			return c
		}(), told{400, -1022}},
		{"a frozen sub-account", buy("cold", "10"), told{400, -2010}},
		{"another symbol", plain("symbol", "BTCUSDT", "side", "BUY", "type", "MARKET", "quantity", "1"), told{400, -1121}},
		{"no symbol", plain("side", "BUY", "type", "MARKET", "quantity", "1"), told{400, -1102}},
		{"a side in lower case", plain("symbol", "THINUSDT", "side", "buy", "type", "MARKET",
			"quantity", "1"), told{400, -1117}},
		{"a type that nobody knows", plain("symbol", "THINUSDT", "side", "BUY", "type", "FREE",
			"quantity", "1"), told{400, -1116}},
		{"a price", buy("manager", "10", "price", "1"), told{400, -1106}},
		{"both amounts", buy("manager", "10", "quantity", "1"), told{400, -1128}},
		{"no amount", plain("symbol", "THINUSDT", "side", "BUY", "type", "MARKET"), told{400, -1102}},
		{"a float with an exponent", buy("manager", "1e1"), told{400, -1100}},
		{"nothing", buy("manager", "0"), told{400, -1013}},
		{"too little", buy("manager", "4.9"), told{400, -1013}},
		{"half a step", plain("symbol", "THINUSDT", "side", "SELL", "type", "MARKET", "quantity", "20.05"), told{400, -1013}},
		{"more than there is", buy("manager", "1000.1"), told{400, -2010}},
		{"an unknown parameter", buy("manager", "10", "free", "1"), told{400, -1103}},
	} {
		d := startMarket(t)
		d.refuses(t, c.story, c.call, c.want)
		if n := len(d.x.Trades()); n > 0 {
			t.Errorf("%s: it was traded", c.story)
		}
	}
	d := start(t)
	d.refuses(t, "an exchange without a market", buy("manager", "10"), told{400, -1121})
}

// A whitelist keeps a stranger out, who comes in by a door of their own.
func TestOrderFromElsewhere(t *testing.T) {
	d := startMarket(t)
	url, err := d.Door(t.Context(), netip.MustParseAddr("198.51.100.66"))
	if err != nil {
		t.Fatal(err)
	}
	d.refuses(t, "at home", buy("bot", "10"), told{200, 0})
	d.URL = url
	d.refuses(t, "a bound key", buy("bot", "10"), told{401, -2015})
	d.refuses(t, "a key that is not bound", buy("manager", "10"), told{200, 0})
}

func TestDeleteByHand(t *testing.T) {
	d := startMarket(t)
	for _, name := range []string{"manager", "bot"} {
		if !d.x.DeleteByHand(accessKey(name)) || d.x.DeleteByHand(accessKey(name)) {
			t.Errorf("%s could be deleted twice, or never", name)
		}
		d.refuses(t, name, buy(name, "10"), told{401, -2015})
	}
	if d.x.DeleteByHand(accessKey("nobody")) {
		t.Error("a key that nobody made was deleted")
	}
	e := d.x.Ledger()
	if len(e) != 2 || e[0].What != fake.ByHand || e[0].By != "" || e[1].Account != email {
		t.Errorf("the ledger has %+v", e)
	}
}
