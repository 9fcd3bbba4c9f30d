package thief

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"rekey/exchanges"
	"rekey/internal/fake"
	"rekey/internal/fake/binance"
	"rekey/internal/fake/kucoin"
	"rekey/internal/fake/market"
	"rekey/internal/fake/okx"
)

var (
	noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	num  = decimal.RequireFromString
)

// A clock that the test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func pair() Pair {
	return Pair{Base: "THIN", Quote: "USDT", Step: num("0.1"), Least: num("5"), Bid: num("0.25")}
}

// book is a market with their orders on it. The coin is worth 0.50.
func book(t *testing.T) *market.Market {
	t.Helper()
	m := &market.Market{
		Pair: market.Pair{Base: "THIN", Quote: "USDT", Fair: num("0.5"), Step: num("0.1"), Least: num("5")},
	}
	own := market.Wallet{"THIN": num("1000000"), "USDT": num("1000000")}
	if err := m.Rest(own, market.Buy, num("2"), num("1000000")); err != nil {
		t.Fatal(err)
	}
	if err := m.Rest(own, market.Sell, num("0.25"), num("1000000")); err != nil {
		t.Fatal(err)
	}
	return m
}

func secret(text string) exchanges.Secret { return exchanges.NewSecret(text) }

// A scene is a thief with one key of one exchange.
type scene struct {
	*Thief
	clock  *clock
	lost   func() decimal.Decimal // by the exchange's word
	kill   func() bool
	worth  func() decimal.Decimal
	server *fake.Server
}

func sum(trades []market.Trade, by string) decimal.Decimal {
	out := decimal.Zero
	for _, tr := range trades {
		if tr.By == by {
			out = out.Add(tr.Lost)
		}
	}
	return out
}

// enter lets them in by a door of their own.
func enter(t *testing.T, s *scene, exchange string, c exchanges.Credential) *scene {
	t.Helper()
	t.Cleanup(s.server.Close)
	door, err := s.server.Door(t.Context(), netip.MustParseAddr("198.51.100.66"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Thief, err = New(pair(), map[string]string{exchange: door}, s.clock.now); err != nil {
		t.Fatal(err)
	}
	s.Take(exchange, c)
	return s
}

func atBinance(t *testing.T, whitelist []string, flags ...string) *scene {
	t.Helper()
	c := exchanges.Credential{AccessKey: strings.Repeat("k", 64), Secret: secret(strings.Repeat("CANARY12", 8))}
	a := &binance.Account{
		ID: "1", Wallet: market.Wallet{"USDT": num("1000")},
		Keys: []*binance.Key{{AccessKey: c.AccessKey, Secret: c.Secret.Reveal(), Whitelist: whitelist, Flags: flags}},
		Subs: []*binance.Sub{
			{ID: 6, Email: "cold@desk.example", Frozen: true},
			{ID: 7, Email: "grid@desk.example", Wallet: market.Wallet{"USDT": num("500")}},
		},
	}
	s := &scene{clock: &clock{noon}}
	server, x, err := binance.Start(s.clock.now, a)
	if err != nil {
		t.Fatal(err)
	}
	m := book(t)
	x.Do(func() { x.Market = m })
	s.server, s.lost, s.kill = server, func() decimal.Decimal {
		return sum(x.Trades(),
			c.AccessKey)
	}, func() bool { return x.DeleteByHand(c.AccessKey) }
	s.worth = func() decimal.Decimal { return m.Worth(x.Holdings(c.AccessKey)) }
	return enter(t, s, "binance", c)
}

func atKuCoin(t *testing.T, whitelist []string, permission string) *scene {
	t.Helper()
	c := exchanges.Credential{
		AccessKey:  "65e6bc8712ab340001c0ffee",
		Secret:     secret("CANARY-s"),
		Passphrase: secret("CANARY-p"),
	}
	s := &scene{clock: &clock{noon}}
	server, x, err := kucoin.Start(
		s.clock.now,
		&kucoin.Account{UID: 1, Wallet: market.Wallet{"USDT": num("1000")}, Keys: []*kucoin.Key{
			{AccessKey: c.AccessKey, Secret: "CANARY-s", Passphrase: "CANARY-p", Permission: permission, Whitelist: whitelist},
		}},
	)
	if err != nil {
		t.Fatal(err)
	}
	m := book(t)
	x.Do(func() { x.Market = m })
	s.server, s.lost, s.kill = server, func() decimal.Decimal {
		return sum(x.Trades(),
			c.AccessKey)
	}, func() bool { return x.DeleteByHand(c.AccessKey) }
	s.worth = func() decimal.Decimal { return m.Worth(x.Holdings(c.AccessKey)) }
	return enter(t, s, "kucoin", c)
}

func atOKX(t *testing.T, whitelist []string, perms ...string) *scene {
	t.Helper()
	c := exchanges.Credential{
		AccessKey:  "00000001-0000-4000-8000-000000000000",
		Secret:     secret("CANARY-s"),
		Passphrase: secret("CANARY-p"),
	}
	s := &scene{clock: &clock{noon}}
	server, x, err := okx.Start(
		s.clock.now,
		&okx.Account{ID: "1", Wallet: market.Wallet{"USDT": num("1000")}, Keys: []*okx.Key{
			{AccessKey: c.AccessKey, Secret: "CANARY-s", Passphrase: "CANARY-p", Perms: perms, Whitelist: whitelist},
		}},
	)
	if err != nil {
		t.Fatal(err)
	}
	m := book(t)
	x.Do(func() { x.Market = m })
	s.server, s.lost, s.kill = server, func() decimal.Decimal {
		return sum(x.Trades(),
			c.AccessKey)
	}, func() bool { return x.DeleteByHand(c.AccessKey) }
	s.worth = func() decimal.Decimal { return m.Worth(x.Holdings(c.AccessKey)) }
	return enter(t, s, "okx", c)
}

func (s *scene) rounds(t *testing.T, n int) Hand {
	t.Helper()
	for range n {
		s.clock.at = s.clock.at.Add(5 * time.Second)
		s.Act(t.Context())
	}
	return s.Hands()[0]
}

// A key that may trade, from anywhere, loses money until it is dead, and not a
// cent more.
func TestContraTrading(t *testing.T) {
	for name, s := range map[string]*scene{
		"binance": atBinance(t, nil, "enableReading", "enableSpotAndMarginTrading"),
		"kucoin":  atKuCoin(t, nil, "General,Spot"),
		"okx":     atOKX(t, nil, "read_only", "trade"),
	} {
		h := s.rounds(t, 4)
		// 5 % of the money at four times its worth, and what is left of that at half.
		if want := num("85.58"); !s.lost().Round(2).Equal(want) || h.Orders != 4 || !h.First.Equal(noon.Add(5*time.Second)) ||
			!h.Shut.IsZero() {
			t.Errorf("%s: lost %s, want %s; %+v", name, s.lost(), want, h)
		}
		if left := s.worth(); !left.Add(s.lost()).Equal(num("1000")) {
			t.Errorf("%s: %s are lost and %s left", name, s.lost(), left)
		}
		lost := s.lost()
		if !s.kill() {
			t.Fatalf("%s: there is no key to kill", name)
		}
		h = s.rounds(t, 3)
		if !s.lost().Equal(lost) || !h.Shut.Equal(noon.Add(25*time.Second)) || !h.Last.Equal(noon.Add(20*time.Second)) {
			t.Errorf("%s: after its death it lost %s; %+v", name, s.lost().Sub(lost), h)
		}
		if word := map[string]string{"binance": "-2015", "kucoin": "400003", "okx": "50119"}[name]; h.Word != word {
			t.Errorf("%s: refused with %q, want %q", name, h.Word, word)
		}
	}
}

// A whitelist that they are not on, and a key that only reads, are worth nothing.
func TestKeptOut(t *testing.T) {
	here := []string{"127.0.0.1"}
	for name, s := range map[string]*scene{
		"binance, bound": atBinance(t, here, "enableReading", "enableSpotAndMarginTrading"),
		"kucoin, bound":  atKuCoin(t, here, "General,Spot"),
		"okx, bound":     atOKX(t, here, "read_only", "trade"),
		"binance, reads": atBinance(t, nil, "enableReading"),
		"kucoin, reads":  atKuCoin(t, nil, "General"),
		"okx, reads":     atOKX(t, nil, "read_only"),
	} {
		if h := s.rounds(t, 3); !s.lost().IsZero() || h.Orders > 0 || !h.First.IsZero() || h.Shut.IsZero() ||
			!s.worth().Equal(num("1000")) {
			t.Errorf("%s: lost %s; %+v", name, s.lost(), h)
		}
	}
}

// Trouble that is not about the key does not stop them.
func TestTrouble(t *testing.T) {
	s := atBinance(t, nil, "enableReading", "enableSpotAndMarginTrading")
	s.server.Break(fake.Fault{Times: 2, Do: fake.Reset()})
	s.server.Break(fake.Fault{Times: 1, Do: fake.Firewall()})
	if h := s.rounds(t, 2); h.Orders != 0 || !h.Shut.IsZero() {
		t.Errorf("in trouble: %+v", h)
	}
	if h := s.rounds(t, 4); h.Orders == 0 {
		t.Errorf("afterwards: %+v", h)
	}
}

// A master key that manages gives them one that nobody knows of.
func TestPlanted(t *testing.T) {
	s := atBinance(t, nil, "enableReading", "enableSpotAndMarginTrading")
	s.rounds(t, 3)
	hands := s.Hands()
	if len(hands) != 2 || !hands[1].Planted || hands[1].Account != "grid@desk.example" || hands[1].Orders != 2 {
		t.Fatalf("they hold %+v", hands)
	}
	s.kill()
	s.rounds(t, 2)
	if hands = s.Hands(); hands[0].Shut.IsZero() || hands[1].Orders != 4 || len(hands) != 2 {
		t.Errorf("the planted key ended with the one that made it: %+v", hands)
	}
}

func TestWithdrawal(t *testing.T) {
	s := atBinance(t, nil, "enableReading", "enableWithdrawals")
	if h := s.rounds(t, 1); !s.worth().IsZero() || h.First.IsZero() {
		t.Errorf("left %s; %+v", s.worth(), h)
	}
	s = atBinance(t, []string{"127.0.0.1"}, "enableReading", "enableWithdrawals")
	if h := s.rounds(t, 2); !s.worth().Equal(num("1000")) || !h.First.IsZero() {
		t.Errorf("left %s; %+v", s.worth(), h)
	}
}

// When nothing is left they do nothing, and the key is still alive.
func TestNothingLeft(t *testing.T) {
	s := atKuCoin(t, nil, "General,Spot")
	h := s.rounds(t, 600)
	if h.Orders >= 600 || !h.Shut.IsZero() || h.Last.Equal(s.clock.at) || s.worth().GreaterThan(num("20")) {
		t.Errorf("left %s; %+v", s.worth(), h)
	}
}

func TestLoopbackAlone(t *testing.T) {
	for _, door := range []string{
		"https://api.binance.com", "http://192.0.2.1:80", "http://localhost:80",
		"http://127.0.0.1", ":", "",
	} {
		if _, err := New(pair(), map[string]string{"binance": door}, time.Now); err == nil {
			t.Errorf("%q is a way for them", door)
		}
	}
}

func TestSecretsStayHis(t *testing.T) {
	s := atBinance(t, nil, "enableReading", "enableSpotAndMarginTrading")
	s.rounds(t, 3)
	s.server.Close()
	err := s.use(t.Context(), s.hands[0])
	if err == nil {
		t.Error("a closed exchange answered")
	}
	if text := fmt.Sprintf("%v %+v %#v %v", s.Hands(), s.Hands(), s.Hands(), err); strings.Contains(text, "CANARY") ||
		strings.Contains(text, "signature") {
		t.Errorf("printed: %s", text)
	}
}
