package drill

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/shopspring/decimal"

	"rekey/exchanges"
	"rekey/internal/drill/thief"
	"rekey/internal/fake"
)

// How fast a thief is. The real ones were quicker: 4,200 orders in 84 minutes
// (3Commas, December 2022).
const (
	HeadStart = 20 * time.Second // from the leak to their first order
	Pace      = 5 * time.Second  // between two orders of one key
)

// leaked are the keys that the bot service had, as far as their exchange still
// exists, by the prefix of the trader's credential. The keys that the trader
// does not hold leaked too.
func leaked() []string { return []string{"MAIN_BINANCE", "GRID_BOT", "KUCOIN_BOT", "OKX_MAIN"} }

// A Play is a desk on which a thief uses the leaked keys. It may be used by
// several goroutines.
type Play struct {
	Began time.Time // when the keys leaked

	desk  *Desk
	mu    sync.Mutex // over thief
	thief *thief.Thief
	names []string // of the leaked keys, in the order in which the thief holds them
}

// Play opens the thin pair on the exchanges, with the thief's orders on it, and
// gives them the leaked keys. They come in from another address than the trader.
func (d *Desk) Play(ctx context.Context) (*Play, error) {
	doors := map[string]string{}
	for name, h := range d.houses {
		m, err := thinMarket()
		if err != nil {
			return nil, err
		}
		h.open(m)
		if doors[name], err = d.Server(name).Door(ctx, netip.MustParseAddr("198.51.100.66")); err != nil {
			return nil, err
		}
	}
	pair := thinPair()
	other, err := thief.New(
		thief.Pair{Base: coin, Quote: money, Step: pair.Step, Least: pair.Least, Bid: bids()},
		doors,
		d.now,
	)
	if err != nil {
		return nil, err
	}
	p := &Play{Began: d.now(), desk: d, thief: other}
	for _, prefix := range leaked() {
		for _, c := range d.credentials {
			if c.prefix == prefix {
				exchange := d.exchangeOf(c.accessKey)
				p.take(nameOf(c.prefix), exchange, c)
			}
		}
	}
	for _, s := range d.strays {
		p.take(longName(s.exchange, s.account, s.accessKey), s.exchange, s.credential)
	}
	return p, nil
}

func (p *Play) take(name, exchange string, c credential) {
	p.names = append(p.names, name)
	p.thief.Take(
		exchange,
		exchanges.Credential{
			AccessKey:  c.accessKey,
			Secret:     exchanges.NewSecret(c.secret),
			Passphrase: exchanges.NewSecret(c.passphrase),
		},
	)
}

// exchangeOf is the staged exchange that a key is alive at, "" for none.
func (d *Desk) exchangeOf(accessKey string) string {
	for name, h := range d.houses {
		for _, k := range h.Live() {
			if k.AccessKey == accessKey {
				return name
			}
		}
	}
	return ""
}

// nameOf is the name in rekey.yaml of a credential.
func nameOf(prefix string) string { return strings.ToLower(strings.ReplaceAll(prefix, "_", "-")) }

// longName is the name that reports give to a key that rekey.yaml does not name.
func longName(exchange, account, accessKey string) string {
	if account == "" {
		account = "-"
	}
	return exchange + "/" + account + "/" + exchanges.MaskAccessKey(accessKey)
}

// Act lets the thief use each of their keys once, if their head start is over.
func (p *Play) Act(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.desk.now().Before(p.Began.Add(HeadStart)) {
		p.thief.Act(ctx)
	}
}

// A Row is one key that the thief holds.
type Row struct {
	Name, Exchange, AccessKey string
	Planted                   bool      // the thief made it
	Since                     time.Time // when they got it
	First, Last               time.Time // when it first and last did what they wanted, zero for never
	Shut                      time.Time // when the exchange first refused them, zero while it does not
	Word                      string    // the exchange's code for that
	Dead                      time.Time // when the exchange destroyed it, zero while it is alive
	ByHand                    bool      // how
	Orders                    int
	LastLoss                  time.Time // zero for none
	Lost                      decimal.Decimal
	Left                      decimal.Decimal // what its account is worth, which another key may trade on too
}

// Rows returns what became of each key, by the word of the exchanges: a key is
// dead when its exchange does not have it any more.
func (p *Play) Rows() []Row {
	p.mu.Lock()
	hands := p.thief.Hands()
	p.mu.Unlock()
	var out []Row
	for i, h := range hands {
		access := h.Credential.AccessKey
		r := Row{
			Exchange: h.Exchange, AccessKey: access, Planted: h.Planted, Since: h.Since, First: h.First, Last: h.Last,
			Shut: h.Shut, Word: h.Word,
			Orders: h.Orders, Name: longName(h.Exchange, h.Account, access),
		}
		if i < len(p.names) {
			r.Name = p.names[i]
		}
		r.look(p.desk.houses[h.Exchange])
		out = append(out, r)
	}
	return out
}

// look asks the exchange what became of the key.
func (r *Row) look(h house) {
	alive := false
	for _, k := range h.Live() {
		alive = alive || k.AccessKey == r.AccessKey
	}
	for _, e := range h.Ledger() {
		if !alive && e.Deed == fake.Deleted && e.AccessKey == r.AccessKey {
			r.Dead, r.ByHand = e.At, e.What == fake.ByHand
		}
	}
	for _, t := range h.Trades() {
		if t.By == r.AccessKey {
			r.Lost, r.LastLoss = r.Lost.Add(t.Lost), t.At
		}
	}
	for _, w := range h.withdrawn() {
		if w.accessKey == r.AccessKey {
			r.Lost, r.LastLoss = r.Lost.Add(w.amount), w.at
		}
	}
	r.Left = thinPair().Worth(h.Holdings(r.AccessKey))
}

// Over reports whether all keys that the thief holds are dead.
func (p *Play) Over() bool {
	for _, r := range p.Rows() {
		if r.Dead.IsZero() {
			return false
		}
	}
	return true
}
