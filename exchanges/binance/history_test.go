package binance

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"rekey/exchanges"
	"rekey/internal/fake"
	fakebinance "rekey/internal/fake/binance"
	"rekey/internal/fake/market"
)

// past gives the account a history: 2,300 trades in a symbol that it still
// holds, a few in one of which nothing is left, and withdrawals of two years.
func past(x *fakebinance.Exchange, now time.Time) {
	one := decimal.New(1, 0)
	x.Do(func() {
		a := x.Main()
		a.Wallet = market.Wallet{"BTC": one}
		for i := range 2300 {
			a.History.Fills = append(a.History.Fills, fakebinance.Fill{
				At: now.Add(-time.Duration(2300-i) * time.Hour), Symbol: "BTCUSDT", Side: market.Buy, Price: one, Base: one,
			})
		}
		a.History.Fills = append(a.History.Fills,
			fakebinance.Fill{At: now.Add(-time.Hour), Symbol: "GONEUSDT", Side: market.Sell, Price: one, Base: one})
		for _, days := range []int{1, 89, 90, 91, 200, 700} {
			a.History.Withdrawals = append(a.History.Withdrawals, fakebinance.Withdrawal{
				At: now.AddDate(0, 0, -days), Coin: "BTC", Amount: one, Address: "bc1staged",
			})
		}
		x.Listed = []fakebinance.Listing{
			{Base: "BTC", Quote: "USDT", Fair: one}, {Base: "GONE", Quote: "USDT", Fair: one, Status: "BREAK"},
		}
	})
}

func historyOf(
	t *testing.T, change func(*fake.Server, *fakebinance.Exchange), req exchanges.HistoryRequest,
) (parts []exchanges.HistoryPart, server *fake.Server) {
	t.Helper()
	server, x, client := bench(t)
	past(x, server.Now())
	if change != nil {
		change(server, x)
	}
	k := key("master", created, nil)
	a, err := open(exchanges.Credential{AccessKey: k.AccessKey, Secret: exchanges.NewSecret(k.Secret)},
		exchanges.Env{Caller: client, Environment: "live"})
	if err != nil {
		t.Fatal(err)
	}
	req.To = server.Now()
	req.From = req.To.AddDate(0, 0, -400)
	for part := range a.(exchanges.Historian).History(t.Context(), req) {
		parts = append(parts, part)
	}
	return parts, server
}

func partOf(parts []exchanges.HistoryPart, what, symbol string) exchanges.HistoryPart {
	for _, p := range parts {
		if p.What == what && p.Symbol == symbol {
			return p
		}
	}
	return exchanges.HistoryPart{}
}

func TestHistory(t *testing.T) {
	parts, _ := historyOf(t, nil, exchanges.HistoryRequest{Before: 30 * 24 * time.Hour})
	btc := partOf(parts, exchanges.RecordFills, "BTCUSDT")
	if btc.Err != nil || len(btc.Fills) != 2300 || btc.Requests != 3 {
		t.Errorf("%d fills in %d requests, %v", len(btc.Fills), btc.Requests, btc.Err)
	}
	ids := map[string]bool{}
	for _, f := range btc.Fills {
		ids[f.TradeID] = true
	}
	if len(ids) != 2300 {
		t.Errorf("%d different trades", len(ids))
	}
	if gone := partOf(parts, exchanges.RecordFills, "GONEUSDT"); gone.What != "" {
		t.Error("a symbol that the account does not show was asked for")
	}
	if partOf(parts, exchanges.RecordFills, "").Limit == "" {
		t.Error("that some symbols were not asked for is not said")
	}
	// 430 days in windows of less than 90, and none lost at their borders.
	w := partOf(parts, exchanges.RecordWithdrawals, "")
	if w.Err != nil || len(w.Moves) != 5 || w.Requests != 5 {
		t.Errorf("%d withdrawals in %d requests, %v", len(w.Moves), w.Requests, w.Err)
	}

	parts, _ = historyOf(t, nil, exchanges.HistoryRequest{AllSymbols: true})
	if gone := partOf(parts, exchanges.RecordFills, "GONEUSDT"); len(gone.Fills) != 1 || gone.Fills[0].Buy {
		t.Errorf("a symbol that is not traded any more: %+v", gone)
	}
	if limit := partOf(parts, exchanges.RecordFills, "").Limit; limit != "" {
		t.Errorf("all symbols are not all: %s", limit)
	}
	parts, _ = historyOf(t, nil, exchanges.HistoryRequest{Coins: []string{"GONE"}})
	if gone := partOf(parts, exchanges.RecordFills, "GONEUSDT"); len(gone.Fills) != 1 {
		t.Error("a coin that was named was not asked for")
	}
}

// Wallets that were never opened hold no trades; one that was is named.
func TestOtherMarkets(t *testing.T) {
	parts, _ := historyOf(t, nil, exchanges.HistoryRequest{})
	unread := func(p exchanges.HistoryPart) bool { return strings.Contains(p.Limit, "not read") }
	if n := slices.IndexFunc(parts, unread); n >= 0 {
		t.Errorf("%s is named", parts[n].Market)
	}
	parts, _ = historyOf(t, func(_ *fake.Server, x *fakebinance.Exchange) {
		x.Do(func() {
			x.Main().History.Purses = []fakebinance.Purse{{Name: "Cross Margin", Open: true}, {Name: "Earn", Open: true}}
		})
	}, exchanges.HistoryRequest{})
	var named []string
	for _, p := range parts {
		if unread(p) {
			named = append(named, p.Market)
		}
	}
	if !slices.Equal(named, []string{"Cross Margin"}) {
		t.Errorf("named: %v", named)
	}
}

// What could not be read is never taken for what there is.
func TestHistoryInTrouble(t *testing.T) {
	row := `{"symbol":"BTCUSDT","id":7,"orderId":1,"price":"1","qty":"1","time":1700000000000,"isBuyer":true}`
	for name, body := range map[string]string{
		"another symbol": strings.Replace(row, "BTCUSDT", "ETHUSDT", 1),
		"no side":        strings.Replace(row, `,"isBuyer":true`, "", 1),
		"no time":        strings.Replace(row, "1700000000000", "0", 1), "no price": strings.Replace(row, `"price":"1",`,
			"", 1),
		"backwards": row + "," + strings.Replace(row, `"id":7`, `"id":6`, 1),
		"exponent":  strings.Replace(row, `"qty":"1"`, `"qty":"1e99"`, 1),
	} {
		parts, _ := historyOf(t, func(s *fake.Server, _ *fakebinance.Exchange) {
			s.Break(fake.Fault{Path: pathTrades, Do: fake.Answer(http.StatusOK, "application/json", "["+body+"]")})
		}, exchanges.HistoryRequest{})
		if p := partOf(parts, exchanges.RecordFills, "BTCUSDT"); p.Err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	parts, server := historyOf(t, func(s *fake.Server, _ *fakebinance.Exchange) {
		s.Break(fake.Fault{Path: pathTrades, Skip: 1, Do: fake.Answer(http.StatusTeapot, "application/json", "{}",
			"Retry-After", "7200")})
	}, exchanges.HistoryRequest{AllSymbols: true})
	btc, gone := partOf(parts, exchanges.RecordFills, "BTCUSDT"), partOf(parts, exchanges.RecordFills, "GONEUSDT")
	if exchanges.KindOf(btc.Err) != exchanges.KindRateLimited || len(btc.Fills) != 1000 {
		t.Errorf("in the middle: %d fills, %v", len(btc.Fills), btc.Err)
	}
	if exchanges.KindOf(gone.Err) != exchanges.KindRateLimited {
		t.Errorf("after the ban: %v", gone.Err)
	}
	n := 0
	for _, r := range server.Requests() {
		if r.Path == pathTrades {
			n++
		}
	}
	if n != 2 {
		t.Errorf("asked %d times, a ban is not to be heeded less", n)
	}
}

func TestWallets(t *testing.T) {
	server, x, client := bench(t)
	past(x, server.Now())
	x.Do(func() {
		x.Main().History.Purses = []fakebinance.Purse{{Name: "Funding", Value: decimal.New(12, 0), Open: true}}
	})
	k := key("master", created, nil)
	a, err := open(exchanges.Credential{AccessKey: k.AccessKey, Secret: exchanges.NewSecret(k.Secret)},
		exchanges.Env{Caller: client, Environment: "live"})
	if err != nil {
		t.Fatal(err)
	}
	reader := a.(exchanges.BalanceReader)
	wallets, err := reader.Balances(t.Context())
	if err != nil || len(wallets) != 2 || wallets[1].Sum != "12" || wallets[1].Kind != exchanges.WalletFunding {
		t.Errorf("%+v, %v", wallets, err)
	}
	server.Break(fake.Fault{Path: pathWallets, Do: fake.Firewall()})
	wallets, err = reader.Balances(t.Context())
	if err != nil || len(wallets) != 2 || wallets[0].Err != nil || wallets[1].Err == nil {
		t.Errorf("a wallet that could not be read: %+v, %v", wallets, err)
	}
}
