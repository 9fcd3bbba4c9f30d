package okx

import (
	"net/http"
	"testing"

	"github.com/shopspring/decimal"

	"rekey/internal/fake"
	"rekey/internal/fake/market"
)

const orderPath = "/api/v5/trade/order"

// startMarket adds a thin pair to startBound: the coin is worth 0.50, offered at
// 2, and asked for at 0.25.
func startMarket(t *testing.T) (*fake.Server, *Exchange) {
	t.Helper()
	s, x := startBound(t)
	num := decimal.RequireFromString
	x.Do(func() {
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
		x.Market = m
		x.accounts[0].Wallet = market.Wallet{"USDT": num("1000")}
		x.accounts[0].Subs[0].Wallet = market.Wallet{"USDT": num("100"), "THIN": num("50")}
		x.accounts[0].Subs[1].Keys = append(x.accounts[0].Subs[1].Keys, key(13, "read_only", "trade"))
	})
	return s, x
}

func order(n int, fields ...string) probe {
	return by(n, orderPath, append([]string{"instId", "THIN-USDT", "tdMode", "cash", "ordType", "market"}, fields...)...)
}

// Trade is enough, and no whitelist is needed, as it is for making keys.
func TestOrder(t *testing.T) {
	s, x := startMarket(t)
	for _, p := range []probe{
		order(1, "side", "buy", "sz", "100"),
		order(1, "side", "buy", "sz", "10", "tgtCcy", "base_ccy"),
		order(7, "side", "sell", "sz", "40"),
	} {
		if got := p.send(t, s); got.Status != http.StatusOK || got.Code != "0" || got.Data[0]["sCode"] != "0" ||
			got.Data[0]["ordId"] == "" {
			t.Errorf("HTTP %d %+v", got.Status, got)
		}
	}
	var lost []string
	for _, tr := range x.Trades() {
		lost = append(lost, tr.Lost.String())
	}
	if len(lost) != 3 || lost[0] != "75" || lost[1] != "15" || lost[2] != "10" {
		t.Errorf("lost: %v", lost)
	}
	p := good(1)
	p.target = "/api/v5/account/balance?ccy=USDT"
	got := p.send(t, s)
	details, _ := got.Data[0]["details"].([]any)
	if len(details) != 1 || details[0].(map[string]any)["availBal"] != "880" {
		t.Errorf("balances: %+v", got)
	}
}

func TestOrderRefusals(t *testing.T) {
	forged := order(1, "side", "buy", "sz", "10")
	forged.secret = "CANARY-other"
	demo := order(10, "side", "buy", "sz", "10")
	for _, c := range []struct {
		story  string
		probe  probe
		status int
		code   string
		row    string
	}{
		{"a key that only reads", order(9, "side", "buy", "sz", "10"), 200, "50120", ""},
		{"a key that is bound elsewhere", order(3, "side", "buy", "sz", "10"), 401, "50110", ""},
		{"a key of demo trading", demo, 401, "50101", ""},
		{"another's signature", forged, 401, "50113", ""},
		{"a side in upper case", order(1, "side", "BUY", "sz", "10"), 400, "51000", ""},
		{"on margin", order(1, "tdMode", "cross", "side", "buy", "sz", "10"), 400, "51000", ""},
		{"a limit order", order(1, "ordType", "limit", "side", "buy", "sz", "10", "px", "1"), 400, "51000", ""},
		{"a price", order(1, "side", "buy", "sz", "10", "px", "1"), 400, "51000", ""},
		{"no size", order(1, "side", "buy"), 400, "50014", ""},
		{"a float with an exponent", order(1, "side", "buy", "sz", "1e1"), 400, "51000", ""},
		{"nothing", order(1, "side", "buy", "sz", "0"), 400, "51000", ""},
		{"another currency", order(1, "side", "buy", "sz", "10", "tgtCcy", "eur"), 400, "51000", ""},
		{"an unknown field", order(1, "side", "buy", "sz", "10", "free", "1"), 400, "51000", ""},
		{"another instrument", order(1, "instId", "BTC-USDT", "side", "buy", "sz", "10"), 200, "1", "51001"},
		{"a frozen sub-account", order(13, "side", "buy", "sz", "10"), 200, "1", "51024"},
		{"too little", order(1, "side", "buy", "sz", "4.9"), 200, "1", "51020"},
		{"half a step", order(7, "side", "sell", "sz", "20.05"), 200, "1", "51121"},
		{"more than there is", order(1, "side", "buy", "sz", "1000.1"), 200, "1", "51008"},
	} {
		s, x := startMarket(t)
		got := c.probe.send(t, s)
		row := ""
		if len(got.Data) > 0 {
			row, _ = got.Data[0]["sCode"].(string)
		}
		if got.Status != c.status || got.Code != c.code || row != c.row {
			t.Errorf("%s: HTTP %d %+v, want HTTP %d, code %q, row %q", c.story, got.Status, got, c.status, c.code, c.row)
		}
		if n := len(x.Trades()); n > 0 {
			t.Errorf("%s: it was traded", c.story)
		}
	}
}

func TestDeleteByHand(t *testing.T) {
	s, x := startMarket(t)
	if !x.DeleteByHand(accessKey(7)) || x.DeleteByHand(accessKey(7)) || x.DeleteByHand("nobody") {
		t.Error("a key could be deleted twice, or never, or was none")
	}
	if got := order(7, "side", "sell", "sz", "40").send(t, s); got.Code != "50119" {
		t.Errorf("a deleted key: %+v", got)
	}
	if e := x.Ledger(); len(e) != 1 || e[0].What != fake.ByHand || e[0].By != "" || e[0].Account != "grid1" {
		t.Errorf("the ledger has %+v", e)
	}
}
