package trace

import (
	"slices"

	"github.com/shopspring/decimal"
)

// A Verdict is what a cluster looks like. The zero Verdict is no judgement.
type Verdict string

// The verdicts, least first.
const (
	None       Verdict = "none"
	Suspicious Verdict = "suspicious"
	Likely     Verdict = "likely"
)

// AtLeast reports whether the verdict is the other or worse.
func (v Verdict) AtLeast(other Verdict) bool { return v.rank() >= other.rank() }

func (v Verdict) rank() int { return slices.Index([]Verdict{None, Suspicious, Likely}, v) }

// A habit is what the account did before a cluster began. Unknown habits never
// count against the account, nor for it.
type habit struct {
	known  bool // there are eight days of history before the cluster
	days   int  // on which the symbol was traded before
	pace   float64
	orders int
}

// The thresholds of TR-01, shares of the equity. The table of docs/trace.md
// says how often each is wrong.
const (
	leastHistory = 8 * day
	fewDays      = 2
	fastPace     = 2
	leastOrders  = 3 // an hour, that pace is measured against
)

func shareOf(perMille int64) decimal.Decimal { return decimal.New(perMille, -3) }

// A judgement is a verdict with the threshold that was passed.
type judgement struct {
	verdict   Verdict
	threshold decimal.Decimal
	reason    string
}

// judge is rule TR-01: share is net diverted value by equity.
func judge(share decimal.Decimal, h habit, c circumstances) judgement {
	strange := h.known && h.days <= fewDays
	scale := c.level.Div(usualLevel())
	for _, rule := range []struct {
		verdict  Verdict
		perMille int64
		applies  bool
		reason   string
	}{
		{Likely, 40, true, "% of the equity"},
		{Likely, 20, strange, "% of the equity in a symbol that was traded on two earlier days at most"},
		{
			Likely, 10, h.known && h.days == 0 && c.incident != "",
			"% of the equity in a symbol never traded before, in the time of " + c.incident,
		},
		{Likely, 3, c.abused, "% of the equity in a symbol that was abused in " + c.incident},
		{Suspicious, 20, true, "% of the equity"},
		{Suspicious, 5, strange, "% of the equity in a symbol that was traded on two earlier days at most"},
		{Suspicious, 3, h.known && h.pace >= fastPace, "% of the equity at twice the account's own pace"},
	} {
		if threshold := shareOf(rule.perMille).Mul(scale); rule.applies && share.GreaterThanOrEqual(threshold) {
			return judgement{rule.verdict, threshold, threshold.Shift(2).String() + " " + rule.reason}
		}
	}
	return judgement{None, c.level, "below " + c.level.Shift(2).String() + " % of the equity"}
}

// A calendar knows how many orders the account placed in each hour.
type calendar struct {
	first int64 // the account's first fill
	hours []int64
	p99   []int // of the hours before hours[i]; one more for those after the last
}

// newCalendar counts the orders of all markets. A fill whose order is not
// named is an order of its own.
func newCalendar(groups [][]Fill) calendar {
	c := calendar{}
	counts := map[int64]int{}
	for i, fills := range groups {
		if i == 0 || fills[0].Time < c.first {
			c.first = fills[0].Time
		}
		for at, n := range ordersByHour(fills) {
			counts[at] += n
		}
	}
	for at := range counts {
		c.hours = append(c.hours, at)
	}
	slices.Sort(c.hours)
	var sorted []int
	for _, at := range c.hours {
		c.p99 = append(c.p99, percentile99(sorted))
		i, _ := slices.BinarySearch(sorted, counts[at])
		sorted = slices.Insert(sorted, i, counts[at])
	}
	c.p99 = append(c.p99, percentile99(sorted))
	return c
}

func percentile99(sorted []int) int {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, len(sorted)*99/100)]
}

// ordersByHour counts the orders of one market's fills in the hour in which
// each first traded.
func ordersByHour(fills []Fill) map[int64]int {
	counts, seen := map[int64]int{}, map[string]bool{}
	for _, f := range fills {
		if f.OrderID != "" {
			if seen[f.OrderID] {
				continue
			}
			seen[f.OrderID] = true
		}
		counts[floorDiv(f.Time, hour)]++
	}
	return counts
}

// orders counts the orders of a cluster.
func orders(fills []Fill) int {
	if !slices.ContainsFunc(fills, func(f Fill) bool { return f.OrderID != "" }) {
		return len(fills)
	}
	n := 0
	for _, c := range ordersByHour(fills) {
		n += c
	}
	return n
}

// before returns the 99th percentile of the orders an hour in which there was
// any, up to the hour of t.
func (c calendar) before(t int64) int {
	i, _ := slices.BinarySearch(c.hours, floorDiv(t, hour))
	return c.p99[i]
}

// habitBefore says what the account did before a cluster.
func (c calendar) habitBefore(fills []Fill, daysBefore int) habit {
	h := habit{known: fills[0].Time-c.first >= leastHistory, days: daysBefore, orders: orders(fills)}
	hours := max(1, float64(fills[len(fills)-1].Time-fills[0].Time)/hour)
	h.pace = float64(h.orders) / hours / float64(max(c.before(fills[0].Time), leastOrders))
	return h
}

// daysBefore returns for each cluster of one market on how many days of UTC
// the symbol was traded before it began.
func daysBefore(clusters [][]Fill) []int {
	days := make([]int, len(clusters))
	n, last := 0, int64(0)
	for i, c := range clusters {
		days[i] = n
		for _, f := range c {
			if d := floorDiv(f.Time, day); n == 0 || d != last {
				n, last = n+1, d
			}
		}
	}
	return days
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
