// Package thief plays the one who got the leaked keys, in the drill: they trade
// with them against their own resting orders, as the thieves of the 3Commas leak
// did, withdraw where a key lets them, and make a key of their own where one can.
//
// They are the only code of this repository that trades. The drill alone imports
// them, they send through a client that reaches loopback alone, and rekey's
// adapters have no operation for anything that they do.
package thief

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"rekey/exchanges"
	"rekey/internal/drill/loopback"
)

// A Pair is the thin pair that they trade on, with their own orders on the book.
type Pair struct {
	Base, Quote string
	Step, Least decimal.Decimal // of sizes in base; the least worth of an order
	Bid         decimal.Decimal // the price at which their orders take coins back
}

// A Hand is one key that they hold, and what became of it.
type Hand struct {
	Exchange   string
	Credential exchanges.Credential
	Since      time.Time
	Planted    bool   // they made it themselves
	Account    string // of a key that they made: the sub-account that it is for

	First, Last time.Time // when it first and last did what they wanted, zero for never
	Shut        time.Time // when the exchange refused the key, zero while it does not
	Word        string    // the exchange's code for that
	Orders      int

	looked, tried bool // at its rights; to make a key
}

// A Thief uses what they stole. Act is for one caller at a time.
type Thief struct {
	pair   Pair
	doors  map[string]string
	now    func() time.Time
	client *http.Client
	hands  []*Hand
}

// New makes a thief without keys, who knows the base URLs of exchanges. It
// fails for an URL that is not on loopback.
func New(pair Pair, doors map[string]string, now func() time.Time) (*Thief, error) {
	for name, door := range doors {
		u, err := url.Parse(door)
		if err != nil {
			return nil, fmt.Errorf("the thief's way to %s is no URL", name)
		}
		at, err := netip.ParseAddrPort(u.Host)
		if err != nil || !at.Addr().IsLoopback() {
			return nil, fmt.Errorf("the thief's way to %s is not on loopback", name)
		}
	}
	return &Thief{pair: pair, doors: doors, now: now, client: loopback.Client()}, nil
}

// Take gives them a key.
func (t *Thief) Take(exchange string, c exchanges.Credential) {
	t.hands = append(t.hands, &Hand{Exchange: exchange, Credential: c, Since: t.now()})
}

// Hands returns what they hold, in the order in which they got it.
func (t *Thief) Hands() []Hand {
	var out []Hand
	for _, h := range t.hands {
		out = append(out, *h)
	}
	return out
}

// refused is an exchange's word that a key is not let in, or not to this.
type refused struct{ code string }

func (r refused) Error() string { return "refused with " + r.code }

// Act uses each key once that was not refused yet. Trouble that is not about
// the key is nothing to them: they come back.
func (t *Thief) Act(ctx context.Context) {
	for _, h := range slices.Clone(t.hands) { // without those that they make now
		if !h.Shut.IsZero() || ctx.Err() != nil {
			continue
		}
		var no refused
		switch err := t.use(ctx, h); {
		case errors.As(err, &no):
			h.Shut, h.Word = t.now(), no.code
		case err == nil:
			h.Last = t.now()
			if h.First.IsZero() {
				h.First = h.Last
			}
		}
	}
}

// use does what hurts most first: they empty what they may withdraw, then they
// make sure of a key that nobody knows, and else they trade. It returns
// errNothing where there is nothing to take.
func (t *Thief) use(ctx context.Context, h *Hand) error {
	v := t.venue(h)
	if v == nil {
		return errNothing
	}
	held, err := v.balances(ctx)
	if err != nil {
		return err
	}
	if d, ok := v.(drainer); ok && !h.looked && held[t.pair.Quote].IsPositive() {
		if gone, err := d.drain(ctx, held[t.pair.Quote]); err != nil || gone {
			h.looked = err == nil
			return err
		}
		h.looked = true
	}
	if err := t.trade(ctx, h, v, held); err != nil {
		return err
	}
	if p, ok := v.(planter); ok && !h.tried {
		h.tried = true
		if c, account, err := p.plant(ctx); err == nil {
			t.hands = append(
				t.hands,
				&Hand{Exchange: h.Exchange, Credential: c, Since: t.now(), Planted: true, Account: account},
			)
		}
	}
	return nil
}

var errNothing = errors.New("there is nothing to take")

// trade sells them the coins back that the key bought, far below their worth,
// or buys with a twentieth of the money, far above.
func (t *Thief) trade(ctx context.Context, h *Hand, v venue, held map[string]decimal.Decimal) error {
	coins := held[t.pair.Base].Sub(held[t.pair.Base].Mod(t.pair.Step))
	money := decimal.Max(held[t.pair.Quote].DivRound(decimal.New(20, 0), 2), t.pair.Least.Mul(decimal.New(2, 0)))
	var err error
	switch {
	case coins.Mul(t.pair.Bid).GreaterThanOrEqual(t.pair.Least):
		err = v.order(ctx, t.pair, "sell", coins)
	case held[t.pair.Quote].GreaterThanOrEqual(money):
		err = v.order(ctx, t.pair, "buy", money)
	default:
		return errNothing
	}
	if err == nil {
		h.Orders++
	}
	return err
}

// A venue is an exchange as one key sees it.
type venue interface {
	balances(ctx context.Context) (map[string]decimal.Decimal, error)
	// order buys for an amount of quote, or sells an amount of base.
	order(ctx context.Context, p Pair, side string, amount decimal.Decimal) error
}

// A drainer withdraws an amount of quote, if the key may.
type drainer interface {
	drain(ctx context.Context, amount decimal.Decimal) (gone bool, err error)
}

// A planter makes a key for a sub-account.
type planter interface {
	plant(ctx context.Context) (c exchanges.Credential, account string, err error)
}

func (t *Thief) venue(h *Hand) venue {
	w := wire{t, t.doors[h.Exchange], h.Credential}
	switch h.Exchange {
	case "binance":
		return onBinance{w}
	case "kucoin":
		return onKuCoin{w}
	case "okx":
		return onOKX{w}
	default:
		return nil
	}
}
