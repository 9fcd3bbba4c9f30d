package trace

import (
	"math"

	"github.com/shopspring/decimal"
)

// A diverted is what went to the other side in one cluster, in the quote coin.
type diverted struct {
	bought, sold, notional decimal.Decimal
	value                  decimal.Decimal // net diverted value: the larger of the two losses
	bars                   int             // that have fills
	fees                   map[string]decimal.Decimal
}

// divertedIn measures a cluster against its reference, and against nothing but
// itself where there is none: then only what was bought dear and sold cheap
// inside the cluster counts.
func divertedIn(fills []Fill, r reference, known bool) diverted {
	var d diverted
	var within matched
	flow := decimal.Zero        // what was paid less what was received
	atReference := decimal.Zero // what the net quantity of each bar was worth
	inBar, open := decimal.Zero, int64(math.MinInt64)
	endBar := func() {
		if known && !inBar.IsZero() {
			atReference = atReference.Add(inBar.Mul(r.at(open)))
		}
	}
	for _, f := range fills {
		price, quantity := f.Price.Decimal(), f.Quantity.Decimal()
		value := price.Mul(quantity)
		d.notional = d.notional.Add(value)
		if b := barOf(f.Time); b != open {
			endBar()
			d.bars, inBar, open = d.bars+1, decimal.Zero, b
		}
		if f.Side == Buy {
			d.bought, flow, inBar = d.bought.Add(quantity), flow.Add(value), inBar.Add(quantity)
		} else {
			d.sold, flow, inBar = d.sold.Add(quantity), flow.Sub(value), inBar.Sub(quantity)
		}
		within.add(f.Side, price, quantity)
		if f.Fee != nil {
			if d.fees == nil {
				d.fees = map[string]decimal.Decimal{}
			}
			d.fees[f.Fee.Asset] = d.fees[f.Fee.Asset].Add(f.Fee.Amount.Decimal())
		}
	}
	endBar()
	d.value = within.loss
	if !known {
		return d
	}
	if against := flow.Sub(atReference); against.GreaterThan(d.value) {
		d.value = against
	}
	return d
}

// half is half the width of the interval: how far an honest price may have
// wandered from the reference, for what the cluster kept, and how far single
// bars may have, for all that it traded. Sigma is that of the five-minute
// returns before it.
func (r reference) half(d diverted, first, last int64, sigma float64) decimal.Decimal {
	net, gross := d.bought.Sub(d.sold).InexactFloat64(), d.bought.Add(d.sold).InexactFloat64()
	length := float64(last-first) / bar
	wandered := math.Abs(net) * sigma * math.Sqrt(middleOfHour+length/3)
	single := gross * sigma / math.Sqrt(float64(d.bars))
	return decimalOf(calibration * normal95 * r.price * math.Hypot(wandered, single))
}

// A matched adds up the loss of what was bought and sold again inside one
// cluster, the first bought sold first.
type matched struct {
	loss decimal.Decimal
	lots []lot
}

type lot struct{ quantity, price decimal.Decimal }

func (m *matched) add(side Side, price, quantity decimal.Decimal) {
	if side == Buy {
		m.lots = append(m.lots, lot{quantity, price})
		return
	}
	for len(m.lots) > 0 && quantity.IsPositive() {
		first := &m.lots[0]
		part := decimal.Min(quantity, first.quantity)
		m.loss = m.loss.Add(first.price.Sub(price).Mul(part))
		quantity = quantity.Sub(part)
		if first.quantity = first.quantity.Sub(part); !first.quantity.IsPositive() {
			m.lots = m.lots[1:]
		}
	}
}
