package trace

import (
	"sync"

	"github.com/shopspring/decimal"
)

// rates are prices of coins in other coins, from the candles.
type rates struct {
	candles Candles
	mu      sync.Mutex
	series  map[string]Series
	ranges  []Range // when a price is asked for
}

// mostStaleRate is how old a close may be to be the price of a coin.
const mostStaleRate = day

// rateBars is how many bars before a moment are asked for as the price of a
// coin. An exchange gives bars of quiet markets too; where it does not, a bar
// of the last day stands.
const rateBars = 6

// at returns what one coin was worth in another before t; false when the
// candles have no market of the two. No coin is taken for another: a dollar
// coin is worth what it was traded for.
func (r *rates) at(from, to string, t int64) (decimal.Decimal, bool) {
	if from == to {
		return decimal.NewFromInt(1), true
	}
	if price, ok := r.last(from, to, t); ok {
		return decimalOf(price), true
	}
	if price, ok := r.last(to, from, t); ok {
		return decimalOf(1 / price), true
	}
	return decimal.Zero, false
}

// last is the close of the last bar that ended before t.
func (r *rates) last(base, quote string, t int64) (float64, bool) {
	for _, symbol := range []string{base + quote, base + "-" + quote} {
		bars := r.of(symbol).between(t-mostStaleRate, t-bar)
		if len(bars) > 0 {
			return bars[len(bars)-1].Close, true
		}
	}
	return 0, false
}

func (r *rates) of(symbol string) Series {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, known := r.series[symbol]
	if !known {
		var err error
		if s, err = r.candles.Series(symbol, r.ranges); err != nil {
			s = Series{} // no price: what needs it is listed as unpriced
		}
		r.series[symbol] = s
	}
	return s
}

// dollars returns the value in dollars, or in the first dollar coin that there
// is a price in.
func (r *rates) dollars(value decimal.Decimal, currency string, t int64) *decimal.Decimal {
	for _, dollar := range []string{"USD", "USDT", "USDC"} {
		if rate, ok := r.at(currency, dollar, t); ok {
			v := value.Mul(rate).Round(2)
			return &v
		}
	}
	return nil
}

// PriceAt is what one coin was worth in another before a moment, in Unix
// milliseconds; false when the candles have no market of the two.
func PriceAt(candles Candles, from, to string, at int64) (decimal.Decimal, bool) {
	r := &rates{
		candles: candles, series: map[string]Series{}, ranges: []Range{{barOf(at) - rateBars*bar, barOf(at)}},
	}
	return r.at(from, to, at)
}
