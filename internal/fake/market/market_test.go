package market

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func d(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// thin is a pair whose coin is worth 0.50: somebody offers it at 2, and would
// take it at 0.25.
func thin(t *testing.T) (*Market, Wallet) {
	t.Helper()
	m := &Market{Pair: Pair{Base: "THIN", Quote: "USDT", Fair: d("0.5"), Step: d("0.1"), Least: d("5")}}
	owner := Wallet{"THIN": d("1000"), "USDT": d("1000")}
	for _, r := range []struct {
		side        Side
		price, size string
	}{{Buy, "2", "100"}, {Sell, "0.25", "400"}, {Buy, "2.5", "50"}} {
		if err := m.Rest(owner, r.side, d(r.price), d(r.size)); err != nil {
			t.Fatal(err)
		}
	}
	return m, owner
}

func TestTake(t *testing.T) {
	for _, c := range []struct {
		story             string
		order             Order
		err               error
		base, quote, lost string
	}{
		{"a purchase for an amount of money", Order{Side: Buy, Quote: d("100")}, nil, "50", "100", "75"},
		{"what is no multiple of the step stays", Order{Side: Buy, Quote: d("10.15")}, nil, "5", "10", "7.5"},
		{"a purchase of so many coins, beyond the first offer", Order{Side: Buy, Base: d("110")}, nil, "110", "225", "170"},
		{"a purchase for money, beyond the first offer", Order{Side: Buy, Quote: d("225")}, nil, "110", "225", "170"},
		{"a sale", Order{Side: Sell, Base: d("40")}, nil, "40", "10", "10"},
		{"a sale of more than is asked for", Order{Side: Sell, Base: d("500")}, nil, "400", "100", "100"},
		{"half a step", Order{Side: Sell, Base: d("40.05")}, ErrStep, "", "", ""},
		{"too small", Order{Side: Buy, Quote: d("4.99")}, ErrSmall, "", "", ""},
		{"a sale that is too small", Order{Side: Sell, Base: d("19.9")}, ErrSmall, "", "", ""},
		{"more money than there is", Order{Side: Buy, Quote: d("300.01")}, ErrBalance, "", "", ""},
		{"more coins than there are money for", Order{Side: Buy, Base: d("141")}, ErrBalance, "", "", ""},
	} {
		m, _ := thin(t)
		taker := Wallet{"USDT": d("300"), "THIN": d("600")}
		before := m.Worth(taker)
		got, err := m.Take(noon, "key", taker, c.order)
		if !errors.Is(err, c.err) {
			t.Errorf("%s: %v, want %v", c.story, err, c.err)
			continue
		}
		if err != nil {
			if !m.Worth(taker).Equal(before) || len(m.Trades()) > 0 {
				t.Errorf("%s: it was refused, and done", c.story)
			}
			continue
		}
		if !got.Base.Equal(d(c.base)) || !got.Quote.Equal(d(c.quote)) || !got.Lost.Equal(d(c.lost)) {
			t.Errorf("%s: %s for %s, lost %s", c.story, got.Base, got.Quote, got.Lost)
		}
		if lost := before.Sub(m.Worth(taker)); !lost.Equal(got.Lost) {
			t.Errorf("%s: the wallet lost %s, the trade says %s", c.story, lost, got.Lost)
		}
	}
}

func TestEmptyBook(t *testing.T) {
	m, _ := thin(t)
	taker := Wallet{"USDT": d("1000000"), "THIN": d("1000000")}
	if _, err := m.Take(noon, "key", taker, Order{Side: Buy, Base: d("150")}); err != nil {
		t.Fatal(err)
	}
	for _, o := range []Order{{Side: Buy, Base: d("10")}, {Side: Buy, Quote: d("100")}} {
		if _, err := m.Take(noon, "key", taker, o); !errors.Is(err, ErrEmpty) {
			t.Errorf("%v", err)
		}
	}
}

// Nobody rests what they have not.
func TestRestNeedsABalance(t *testing.T) {
	m, owner := thin(t)
	for _, side := range []Side{Buy, Sell} {
		if err := m.Rest(owner, side, d("2"), d("10000")); !errors.Is(err, ErrBalance) {
			t.Errorf("%s: %v", side, err)
		}
	}
}

// Whatever is traded, coins and money are neither made nor lost.
func TestNothingIsMadeOrLost(t *testing.T) {
	m, owner := thin(t)
	random := rand.New(rand.NewPCG(1, 2))
	taker := Wallet{"USDT": d("300"), "THIN": d("100")}
	sum := func() (base, quote decimal.Decimal) {
		base, quote = owner["THIN"].Add(taker["THIN"]), owner["USDT"].Add(taker["USDT"])
		for _, r := range m.resting {
			if r.side == Buy {
				base = base.Add(r.size)
			} else {
				quote = quote.Add(r.size.Mul(r.price))
			}
		}
		return base, quote
	}
	base, quote := sum()
	done := 0
	for range 500 {
		o := Order{Side: []Side{Buy, Sell}[random.IntN(2)]}
		amount := decimal.New(random.Int64N(1000), -1)
		if o.Base = amount; random.IntN(2) == 0 {
			o.Base, o.Quote = decimal.Zero, amount
		}
		if _, err := m.Take(noon, "key", taker, o); err == nil {
			done++
		}
		if b, q := sum(); !b.Equal(base) || !q.Equal(quote) {
			t.Fatalf("after %+v there are %s and %s, before %s and %s", o, b, q, base, quote)
		}
		if taker["USDT"].IsNegative() || taker["THIN"].IsNegative() {
			t.Fatalf("after %+v the taker owes: %v", o, taker)
		}
	}
	if done < 10 {
		t.Fatalf("only %d orders were carried out", done)
	}
}
