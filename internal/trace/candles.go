package trace

import (
	"math"
	"slices"
)

// The lengths of the definitions, in milliseconds.
const (
	bar  = 5 * 60 * 1000
	hour = 60 * 60 * 1000
	day  = 24 * hour
)

// A Candle is one five-minute bar of public trading. Prices of the market are
// estimates of what was fair, not amounts of the owner: they are floats.
type Candle struct {
	Open  int64 // when it begins, Unix milliseconds
	Close float64
}

// A Series are the candles of one symbol. Bars may be absent.
type Series struct {
	bars []Candle // by Open, each once
}

// NewSeries sorts candles. Of two for one bar the later in the list stands:
// so corrections replace what they correct. Bars without a positive price are
// left out.
func NewSeries(candles []Candle) Series {
	bars := slices.DeleteFunc(slices.Clone(candles), func(c Candle) bool {
		return !(c.Close > 0) || math.IsInf(c.Close, 0)
	})
	slices.SortStableFunc(bars, func(a, b Candle) int { return compare(a.Open, b.Open) })
	kept := bars[:0]
	for _, c := range bars {
		if n := len(kept); n > 0 && kept[n-1].Open == c.Open {
			kept[n-1] = c
			continue
		}
		kept = append(kept, c)
	}
	return Series{kept}
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (s Series) search(open int64) (int, bool) {
	return slices.BinarySearchFunc(s.bars, open, func(c Candle, at int64) int { return compare(c.Open, at) })
}

// between returns the bars that begin in [from, to].
func (s Series) between(from, to int64) []Candle {
	i, _ := s.search(from)
	j, found := s.search(to)
	if found {
		j++
	}
	return s.bars[i:max(i, j)]
}

// Leader is the movement of the market that a symbol follows: the logarithm of
// its price against any fixed price, by five-minute bars.
type Leader struct {
	Name  string // what is said to lead, "" when there is none
	moves []Move
}

// A Move is the leader's logarithm in one bar.
type Move struct {
	Open int64
	Log  float64
}

// NewLeader sorts the moves of a leader.
func NewLeader(name string, moves []Move) Leader {
	moves = slices.Clone(moves)
	slices.SortStableFunc(moves, func(a, b Move) int { return compare(a.Open, b.Open) })
	return Leader{name, moves}
}

// mostStale is how old the last move may be before it is not known any more.
const mostStale = hour

// at returns the leader's logarithm in a bar; a bar that is absent has that of
// the last before it, an hour back at most.
func (l Leader) at(open int64) (float64, bool) {
	i, found := slices.BinarySearchFunc(l.moves, open, func(m Move, at int64) int { return compare(m.Open, at) })
	if !found {
		i--
	}
	if i < 0 || open-l.moves[i].Open > mostStale {
		return 0, false
	}
	return l.moves[i].Log, true
}

// barOf returns when the bar of a moment begins.
func barOf(t int64) int64 {
	open := t - t%bar
	if open > t {
		open -= bar
	}
	return open
}

// Around returns the bars that a cluster between two moments is measured
// against and those in which it traded, in Unix milliseconds.
func (s Series) Around(first, last int64) []Candle {
	start := barOf(first)
	return s.between(start-oldestClose*bar, barOf(last))
}
