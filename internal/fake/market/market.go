// Package market is a thin pair on a fake exchange: a book on which a few
// resting orders far from what the coin is worth are all there is, and the
// wallets that trade on it. Whoever can make somebody else's key trade against
// their own resting orders takes the difference; the right to trade is enough.
//
// Amounts are decimals and never floats. There are no fees.
package market

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// What a book refuses. The exchanges have words of their own for each.
var (
	ErrEmpty   = errors.New("no resting orders")
	ErrStep    = errors.New("the size is no multiple of the step")
	ErrSmall   = errors.New("the order is too small")
	ErrBalance = errors.New("the balance is too small")
)

// A Side is that of the taker.
type Side string

// The sides.
const (
	Buy  Side = "buy"
	Sell Side = "sell"
)

// A Wallet is what an account holds, by asset.
type Wallet map[string]decimal.Decimal

// A Pair is what is traded for what.
type Pair struct {
	Base, Quote string
	Fair        decimal.Decimal // what one base is worth anywhere else, in quote
	Step        decimal.Decimal // sizes in base are multiples of it
	Least       decimal.Decimal // the least worth of an order, in quote
}

// Worth is what a wallet is worth, in quote, at the fair price.
func (p Pair) Worth(w Wallet) decimal.Decimal { return w[p.Quote].Add(w[p.Base].Mul(p.Fair)) }

// A Market is a pair with its book. It has no lock: the exchange has one.
type Market struct {
	Pair
	resting []resting
	trades  []Trade
}

type resting struct {
	side        Side // of whom it waits for
	price, size decimal.Decimal
	owner       Wallet
}

// An Order is a market order, by the amount of base or of quote; the other is
// zero.
type Order struct {
	Side        Side
	Base, Quote decimal.Decimal
}

// A Trade is an order that was carried out.
type Trade struct {
	At          time.Time
	By          string // the access key
	Side        Side
	Base, Quote decimal.Decimal
	Lost        decimal.Decimal // what the taker paid too much or got too little, in quote
}

// Rest puts an order into the book that waits for a taker of the given side,
// and takes what it needs from its owner's wallet.
func (m *Market) Rest(owner Wallet, waitsFor Side, price, size decimal.Decimal) error {
	asset, amount := m.Base, size
	if waitsFor == Sell {
		asset, amount = m.Quote, size.Mul(price)
	}
	if owner[asset].LessThan(amount) {
		return ErrBalance
	}
	owner[asset] = owner[asset].Sub(amount)
	m.resting = append(m.resting, resting{waitsFor, price, size, owner})
	slices.SortStableFunc(m.resting, func(a, b resting) int {
		return cmp.Or(cmp.Compare(a.side, b.side), a.best(b))
	})
	return nil
}

// best orders the resting orders of one side, the one that is taken first first.
func (r resting) best(other resting) int {
	if r.side == Buy {
		return r.price.Cmp(other.price)
	}
	return other.price.Cmp(r.price)
}

// Take carries out a market order, or changes nothing and returns one of the
// errors above. What the book cannot fill of an order is not carried out.
func (m *Market) Take(at time.Time, by string, taker Wallet, o Order) (Trade, error) {
	if !o.Base.Mod(m.Step).IsZero() {
		return Trade{}, ErrStep
	}
	t := Trade{At: at, By: by, Side: o.Side}
	taken := make([]decimal.Decimal, len(m.resting))
	some := false
	for i, r := range m.resting {
		if r.side != o.Side {
			continue
		}
		some = true
		want := o.Base.Sub(t.Base)
		if o.Base.IsZero() {
			steps, _ := o.Quote.Sub(t.Quote).QuoRem(r.price.Mul(m.Step), 0) // Div would round
			want = steps.Mul(m.Step)
		}
		taken[i] = decimal.Min(want, r.size)
		t.Base, t.Quote = t.Base.Add(taken[i]), t.Quote.Add(taken[i].Mul(r.price))
	}
	pays, amount := m.Base, t.Base
	if o.Side == Buy {
		pays, amount = m.Quote, t.Quote
	}
	switch {
	case !some || t.Base.IsZero() && o.Quote.GreaterThanOrEqual(m.Least):
		return Trade{}, ErrEmpty
	case t.Quote.LessThan(m.Least):
		return Trade{}, ErrSmall
	case taker[pays].LessThan(amount) || o.Side == Buy && taker[pays].LessThan(o.Quote):
		return Trade{}, ErrBalance
	}
	m.settle(taker, taken, &t)
	m.trades = append(m.trades, t)
	return t, nil
}

func (m *Market) settle(taker Wallet, taken []decimal.Decimal, t *Trade) {
	for i := range m.resting {
		r := &m.resting[i]
		if taken[i].IsZero() {
			continue
		}
		base, quote := taken[i], taken[i].Mul(r.price)
		r.size = r.size.Sub(base)
		if t.Side == Buy {
			r.owner[m.Quote] = r.owner[m.Quote].Add(quote)
		} else {
			r.owner[m.Base] = r.owner[m.Base].Add(base)
		}
	}
	worth := t.Base.Mul(m.Fair)
	if t.Side == Buy {
		taker[m.Quote], taker[m.Base] = taker[m.Quote].Sub(t.Quote), taker[m.Base].Add(t.Base)
		t.Lost = t.Quote.Sub(worth)
	} else {
		taker[m.Quote], taker[m.Base] = taker[m.Quote].Add(t.Quote), taker[m.Base].Sub(t.Base)
		t.Lost = worth.Sub(t.Quote)
	}
	m.resting = slices.DeleteFunc(m.resting, func(r resting) bool { return r.size.IsZero() })
}

// Trades returns what was carried out so far, the oldest first.
func (m *Market) Trades() []Trade { return slices.Clone(m.trades) }
