package trace

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"rekey/audit"
)

// A market is the fills of one symbol while they are judged.
type market struct {
	run      *run
	account  *Account
	calendar calendar
	symbol   string
	quote    string // "" when the symbol does not say it
	clusters [][]Fill
	days     []int // before each cluster
}

// A marketResult is what became of the clusters of one symbol.
type marketResult struct {
	listed     []Cluster
	losses     []loss
	counted    int
	unjudged   int
	noHabit    int // clusters with too little history before them
	noPrice    bool
	noEquity   bool
	candlesErr error
	missing    int // clusters without a reference
}

// A loss is one likely cluster, in the currency of the sums.
type loss struct {
	value, half decimal.Decimal
	left        Holding
	unpriced    *Holding
}

// judge judges every cluster of the market that lies in the window.
func (m *market) judge() marketResult {
	var out marketResult
	inside := make([]bool, len(m.clusters))
	wanted := false
	for i, c := range m.clusters {
		inside[i] = m.run.window.meets(c[0].Time, c[len(c)-1].Time)
		wanted = wanted || inside[i] && m.worthCandles(c)
	}
	var series Series
	if wanted {
		series, out.candlesErr = m.run.in.Candles.Series(m.symbol)
	}
	for i, c := range m.clusters {
		if inside[i] {
			m.judgeCluster(c, m.days[i], series, &out)
		}
	}
	return out
}

// worthCandles reports whether a cluster could divert enough to be alarmed of.
// What only bought cannot divert more than it paid.
func (m *market) worthCandles(fills []Fill) bool {
	paid := decimal.Zero
	for _, f := range fills {
		if f.Side == Sell {
			return true
		}
		paid = paid.Add(f.Price.Decimal().Mul(f.Quantity.Decimal()))
	}
	share, ok := m.shareOfEquity(paid, fills[0].Time)
	return !ok || share.GreaterThanOrEqual(shareOf(3).Mul(m.run.level()).Div(usualLevel()))
}

// shareOfEquity returns an amount of the quote coin by the account's equity;
// false when there is no equity, or no price of the quote coin.
func (m *market) shareOfEquity(value decimal.Decimal, t int64) (decimal.Decimal, bool) {
	e := m.account.Equity
	if e == nil || !e.Value.IsPositive() || m.quote == "" {
		return decimal.Zero, false
	}
	rate, ok := m.run.rates.at(m.quote, e.Currency, t)
	if !ok {
		return decimal.Zero, false
	}
	return value.Mul(rate).DivRound(e.Value, sharePlaces+4), true
}

const (
	amountPlaces = 8
	sharePlaces  = 6
	mostIDs      = 200
)

func (m *market) judgeCluster(fills []Fill, daysBefore int, series Series, out *marketResult) {
	out.counted++
	first, last := fills[0], fills[len(fills)-1]
	r, known := freeze(series, m.run.leader, first.Time)
	d := divertedIn(fills, r, known)
	h := m.calendar.habitBefore(fills, daysBefore)
	share, priced := m.shareOfEquity(d.value, first.Time)
	j, around := judgement{verdict: None}, m.run.around(m.account, m.symbol, first.Time, last.Time)
	switch {
	case first.Forced: // the exchange's own doing
	case priced:
		j = judge(share, h, around)
	case m.account.Equity == nil:
		out.noEquity = true
	default:
		out.noPrice = true
	}
	if !h.known {
		out.noHabit++
	}
	if !known && !first.Forced && m.worthCandles(fills) {
		out.missing++
	}
	if !first.Forced && (!priced || !known && m.worthCandles(fills)) && j.verdict != Likely {
		out.unjudged++
	}
	id := clusterID(m.account.ID, first)
	mine := m.run.mine(id)
	if j.verdict == None && !mine && !first.Forced {
		return
	}
	half := decimal.Zero
	if known {
		half = r.half(d, first.Time, last.Time, sigmaOf(series, r.start))
	}
	c := Cluster{
		ID: id, Account: m.account.ID, Market: "spot", Symbol: m.symbol,
		From: moment(first.Time), To: moment(last.Time), Orders: h.orders, Fills: len(fills),
		Bought: d.bought, Sold: d.sold, Notional: Money{d.notional.Round(amountPlaces), m.quote},
		Reference: m.reference(r, known, last.Time), NetDiverted: m.diverted(d, half, known, first.Time),
		Fees: holdings(d.fees), Verdict: j.verdict, Signals: signals(d, h, j, share, priced, m, first.Time),
		OrderIDs: ids(fills, func(f Fill) string { return f.OrderID }),
		TradeIDs: ids(fills, func(f Fill) string { return f.TradeID }), Liquidation: first.Forced,
		Attribution: m.account.attributed(first.Time, last.Time), Incident: audit.Text(around.incident),
	}
	if s := m.account.notInLog(fills); s != nil {
		c.Signals = append(c.Signals, *s)
	}
	if priced {
		rounded := share.Round(sharePlaces)
		c.OfEquity = &rounded
	}
	if mine {
		c.Mine = &mine
	}
	out.listed = append(out.listed, c)
	if j.verdict == Likely && !mine {
		out.losses = append(out.losses, m.loss(d, half, first.Time))
	}
}

// loss says what a likely cluster cost in the currency of the sums.
func (m *market) loss(d diverted, half decimal.Decimal, t int64) loss {
	base, _, _ := Split(m.symbol)
	l := loss{left: Holding{base, d.bought.Sub(d.sold)}}
	rate, ok := m.run.rates.at(m.quote, m.run.in.Currency, t)
	if !ok {
		l.unpriced = &Holding{m.quote, d.value.Round(amountPlaces)}
		return l
	}
	l.value, l.half = d.value.Mul(rate), half.Mul(rate)
	return l
}

func (m *market) reference(r reference, known bool, end int64) *Reference {
	if !known {
		return nil
	}
	doc := &Reference{
		Price: decimalOf(r.price), Method: "frozen-60m", At: moment(r.start - middleOfHour*bar),
		Source: m.run.in.Candles.Source(),
	}
	if now, ok := r.lead.at(barOf(end)); ok && r.led {
		move := decimalOf(now - r.from).Round(sharePlaces)
		doc.Leader, doc.LeaderMove = audit.Text(r.lead.Name), &move
	}
	return doc
}

func (m *market) diverted(d diverted, half decimal.Decimal, known bool, t int64) Diverted {
	out := Diverted{Value: d.value.Round(amountPlaces), Currency: m.quote, USD: m.run.rates.dollars(d.value, m.quote, t)}
	if known {
		low, high := d.value.Sub(half).Round(amountPlaces), d.value.Add(half).Round(amountPlaces)
		out.Low, out.High = &low, &high
	}
	return out
}

// signals are the words of the explanation: TR-01 alarms, the others do not.
func signals(d diverted, h habit, j judgement, share decimal.Decimal, priced bool, m *market, t int64) []Signal {
	list := []Signal{}
	if priced {
		threshold := j.threshold
		list = append(list, Signal{
			ID: "TR-01", Alarm: j.verdict != None, Value: share.Round(sharePlaces), Threshold: &threshold, Detail: j.reason,
		})
	}
	if h.known {
		two := decimal.NewFromInt(fastPace)
		list = append(list, Signal{
			ID: "TR-11", Value: decimal.NewFromFloat(h.pace).Round(3), Threshold: &two,
			Detail: fmt.Sprintf("pace of orders, by the account's own 99th percentile: %s",
				decimal.NewFromFloat(h.pace).Round(1)),
		})
	}
	if funnel, ok := m.shareOfEquity(d.notional, t); ok {
		list = append(list, Signal{
			ID: "TR-14", Value: funnel.Round(sharePlaces), Detail: "traded value by equity",
		})
	}
	return list
}

func moment(ms int64) audit.Time { return audit.NewTime(time.UnixMilli(ms)) }

// ids lists the ids of fills, each once, the first 200; fills without one have
// none.
func ids(fills []Fill, of func(Fill) string) []string {
	list, seen := []string{}, map[string]bool{}
	for _, f := range fills {
		if id := of(f); id != "" && !seen[id] && len(list) < mostIDs {
			seen[id] = true
			list = append(list, id)
		}
	}
	return list
}
