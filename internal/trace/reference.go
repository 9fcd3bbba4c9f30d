package trace

import (
	"math"
	"slices"

	"github.com/shopspring/decimal"
)

// A reference is what a fair price was before a cluster began. It is frozen:
// nothing that the cluster did is in it.
type reference struct {
	price float64 // the median of the closes
	start int64   // of the cluster's first bar
	lead  Leader
	from  float64 // the leader's logarithm when the reference was true
	led   bool    // the leader is known there
}

// The measures of the reference. They are those of the experiment that
// docs/trace.md describes.
const (
	newestClose  = 2  // bars before the cluster's first: five minutes lie between
	oldestClose  = 13 // 12 bars in all
	leastCloses  = 6
	middleOfHour = 7 // bars before the cluster's first: where the reference is true
	barsOfADay   = 288
	leastReturns = 50
	sigmaUnknown = 0.003  // with fewer returns
	sigmaFloor   = 0.0005 // of a market that stands still
	madIsSigma   = 1.4826 // the median deviation of a normal distribution
	normal95     = 1.96
	calibration  = 2 // measured: with 1 the interval held the truth in 85 % of thefts, with 2 in 94 %
	priceDigits  = 12
)

// freeze returns the reference of a cluster that begins at t; false when fewer
// than six of the twelve closes are there.
func freeze(s Series, lead Leader, t int64) (reference, bool) {
	start := barOf(t)
	var closes []float64
	for _, c := range s.between(start-oldestClose*bar, start-newestClose*bar) {
		closes = append(closes, c.Close)
	}
	if len(closes) < leastCloses {
		return reference{}, false
	}
	r := reference{price: median(closes), start: start, lead: lead}
	r.from, r.led = lead.at(start - middleOfHour*bar)
	return r, true
}

// at is the reference moved along with the leader to the bar of t.
func (r reference) at(t int64) decimal.Decimal {
	price := r.price
	if r.led {
		if now, known := r.lead.at(barOf(t)); known {
			price *= math.Exp(now - r.from)
		}
	}
	return decimalOf(price)
}

// sigmaOf is the robust deviation of five-minute returns in the day before the
// bar that begins at start.
func sigmaOf(s Series, start int64) float64 {
	bars := s.between(start-barsOfADay*bar, start)
	if len(bars) > 0 {
		bars = bars[:len(bars)-1] // the newest may hold the cluster itself
	}
	var returns []float64
	for i := 1; i < len(bars); i++ {
		returns = append(returns, math.Abs(math.Log(bars[i].Close/bars[i-1].Close)))
	}
	if len(returns) < leastReturns {
		return sigmaUnknown
	}
	return max(madIsSigma*median(returns), sigmaFloor)
}

// median sorts the values and returns the middle one, or the mean of the two.
func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	if n%2 == 1 {
		return values[n/2]
	}
	return (values[n/2-1] + values[n/2]) / 2
}

// decimalOf is an estimate as a decimal of twelve significant digits.
func decimalOf(f float64) decimal.Decimal {
	if f == 0 || math.IsNaN(f) || math.IsInf(f, 0) {
		return decimal.Zero
	}
	places := priceDigits - 1 - int(math.Floor(math.Log10(math.Abs(f))))
	if places < -40 || places > 40 {
		return decimal.NewFromFloat(f)
	}
	return decimal.New(int64(math.Round(f*math.Pow10(places))), -int32(places))
}
