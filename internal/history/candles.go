package history

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"rekey/exchanges"
	"rekey/internal/trace"
)

// barLength is that of the candles that a trace wants.
const barLength = 5 * time.Minute

// candles are those of one exchange, asked for when a cluster is worth it.
type candles struct {
	exchange string
	bars     int
	fetch    func(symbol string, from, to time.Time) ([]exchanges.Candle, error)
	markets  map[string]exchanges.Market

	mu   sync.Mutex
	held map[string]*heldCandles
}

type heldCandles struct {
	mu    sync.Mutex
	asked []trace.Range
	bars  []trace.Candle
}

func newCandles(ctx context.Context, exchange string, r exchanges.CandleReader) (*candles, error) {
	markets, err := r.Markets(ctx)
	if err != nil {
		return nil, err
	}
	c := &candles{
		exchange: exchange, bars: r.CandleBars(), markets: map[string]exchanges.Market{}, held: map[string]*heldCandles{},
		fetch: func(symbol string, from, to time.Time) ([]exchanges.Candle, error) {
			return r.Candles(ctx, symbol, from, to)
		},
	}
	for _, m := range markets {
		c.markets[m.Symbol] = m
	}
	return c, nil
}

// Source names the exchange.
func (c *candles) Source() string { return c.exchange + " candles 5m" }

// Leader is none: the reference stands still. Which pair leads is a decision for
// each symbol, and is not taken yet.
func (c *candles) Leader() trace.Leader { return trace.Leader{} }

// Series asks for what is not there yet. A symbol that the exchange does not
// list has no candles, and nothing is asked.
func (c *candles) Series(symbol string, ranges []trace.Range) (trace.Series, error) {
	if _, listed := c.markets[symbol]; !listed {
		return trace.Series{}, nil
	}
	c.mu.Lock()
	h := c.held[symbol]
	if h == nil {
		h = &heldCandles{}
		c.held[symbol] = h
	}
	c.mu.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range batches(ranges, h.asked, c.bars) {
		rows, err := c.fetch(symbol, time.UnixMilli(r.From), time.UnixMilli(r.To))
		if err != nil {
			return trace.NewSeries(h.bars), err
		}
		h.asked = append(h.asked, r)
		for _, row := range rows {
			price, err := strconv.ParseFloat(string(row.Close), 64)
			if err == nil {
				h.bars = append(h.bars, trace.Candle{Open: row.Open.UnixMilli(), Close: price})
			}
		}
	}
	return trace.NewSeries(h.bars), nil
}

// batches puts ranges together, so that each is in one request of so many bars
// with as many of its neighbours as have room; those that were asked for are
// left out. A range that has no room in one request is cut.
func batches(ranges, asked []trace.Range, bars int) []trace.Range {
	within := func(r trace.Range) bool {
		return slices.ContainsFunc(asked, func(a trace.Range) bool { return a.From <= r.From && r.To <= a.To })
	}
	wanted := slices.DeleteFunc(slices.Clone(ranges), within)
	slices.SortFunc(wanted, func(a, b trace.Range) int { return int(a.From/1000 - b.From/1000) })
	room := int64(bars-1) * barLength.Milliseconds()
	var out []trace.Range
	for _, r := range wanted {
		if n := len(out); n > 0 && r.To <= out[n-1].From+room {
			out[n-1].To = max(out[n-1].To, r.To)
			continue
		}
		for r.To-r.From > room {
			out = append(out, trace.Range{From: r.From, To: r.From + room})
			r.From += room + barLength.Milliseconds()
		}
		out = append(out, r)
	}
	return out
}
