package trace

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

// The markets of the generator: ten deep ones that follow each other, with a
// crash in the second week, and a thin twin of each. All prices are made up.
const (
	genBars   = 20 * barsOfADay
	genStart  = int64(1_700_006_400_000) // a midnight
	genJudged = 8 * barsOfADay           // accounts are judged from here on
)

type genMarket struct {
	open, high, low, last []float64
	volume                []float64 // in base
}

type generator struct {
	*rand.Rand
	deep, thin []string
	markets    map[string]*genMarket
	leader     Leader
}

func newGenerator(seed uint64) *generator {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 1)), markets: map[string]*genMarket{}}
	common := make([]float64, genBars)
	calm := 1.0
	for i := range common {
		calm = 0.98*calm + 0.02*math.Exp(g.NormFloat64()*0.9)
		common[i] = 0.0016 * calm * g.fat()
		if i > 9*barsOfADay && i < 9*barsOfADay+150 { // a third of the value within half a day
			common[i] = 3*common[i] - 0.0027
		}
	}
	returns := make([][]float64, genBars)
	for n := range 10 {
		name := fmt.Sprintf("DEEP%cBTC", 'A'+n)
		g.deep = append(g.deep, name)
		m := g.deepMarket(common)
		g.markets[name] = m
		for i := 1; i < genBars; i++ {
			returns[i] = append(returns[i], math.Log(m.last[i]/m.last[i-1]))
		}
		thin := fmt.Sprintf("THIN%cBTC", 'A'+n)
		g.thin = append(g.thin, thin)
		g.markets[thin] = g.thinMarket(m)
	}
	log, moves := 0.0, []Move{}
	for i := range genBars {
		if i > 0 {
			log += median(returns[i])
		}
		moves = append(moves, Move{genStart + int64(i)*bar, log})
	}
	g.leader = NewLeader("LEADER", moves)
	return g
}

// fat is a normal number, now and then a large one.
func (g *generator) fat() float64 {
	if g.Float64() < 0.01 {
		return 4 * g.NormFloat64()
	}
	return g.NormFloat64()
}

func (g *generator) deepMarket(common []float64) *genMarket {
	m := &genMarket{}
	price := math.Exp(g.Float64()*6 - 8)
	for i := range genBars {
		first := price
		high, low := price, price
		for range 4 {
			price *= math.Exp(common[i]/4 + 0.0011*g.fat())
			high, low = max(high, price), min(low, price)
		}
		m.add(first, high, low, price, 12*math.Exp(g.NormFloat64())*(1+200*math.Abs(common[i]))/price)
	}
	return m
}

// thinMarket is a twin with little volume, a wide bounce, and a third of its
// bars empty.
func (g *generator) thinMarket(of *genMarket) *genMarket {
	m := &genMarket{}
	bounce := []float64{0.002, 0.004, 0.008}[g.IntN(3)]
	share := []float64{0.003, 0.01, 0.02}[g.IntN(3)]
	wander, before := 0.0, of.open[0]
	for i := range genBars {
		wander = 0.97*wander + 0.4*bounce*g.NormFloat64()
		if g.Float64() < 0.33 {
			m.add(before, before, before, before, 0)
			continue
		}
		k := math.Exp(wander)
		price := of.last[i] * k * (1 + bounce*(2*g.Float64()-1))
		high := max(of.high[i]*k*(1+bounce*g.Float64()), price, before)
		low := min(of.low[i]*k*(1-bounce*g.Float64()), price, before)
		m.add(before, high, low, price, of.volume[i]*share*math.Exp(g.NormFloat64()))
		before = price
	}
	return m
}

func (m *genMarket) add(first, high, low, last, volume float64) {
	m.open, m.high, m.low = append(m.open, first), append(m.high, high), append(m.low, low)
	m.last, m.volume = append(m.last, last), append(m.volume, volume)
}

func (m *genMarket) dayValue(i int) float64 {
	from, sum := i/barsOfADay*barsOfADay, 0.0
	for j := from; j < min(from+barsOfADay, genBars); j++ {
		sum += m.volume[j] * m.last[j]
	}
	return sum
}

// A genAccount is one made-up account.
type genAccount struct {
	g      *generator
	kind   string
	equity float64
	fills  []Fill
	used   map[string]bool
	stolen float64                    // what the theft cost, by the price without it
	bars   map[string]map[int]float64 // closes that the theft moved
}

func (a *genAccount) fill(i int, symbol string, side Side, price, quantity float64) {
	if i < 0 || i >= genBars || quantity <= 0 {
		return
	}
	a.used[symbol] = true
	a.fills = append(a.fills, Fill{
		Time: genStart + int64(i)*bar + a.g.Int64N(bar), Symbol: symbol, Side: side,
		Price: genNumber(price), Quantity: genNumber(quantity), TradeID: fmt.Sprint(len(a.fills) + 1),
	})
}

func genNumber(f float64) Number {
	return NumberOf(decimal.NewFromFloat(f).Round(int32(9 - int(math.Floor(math.Log10(f))))))
}

// market is an honest market order. It pays for its size, at most 25 %.
func (a *genAccount) market(i int, symbol string, side Side, value float64) {
	if i = min(i, genBars-1); value <= 0 {
		return
	}
	m := a.g.markets[symbol]
	hourly := 1e-6
	for j := max(0, i-12); j <= i; j++ {
		hourly += m.volume[j] * m.last[j]
	}
	parts := 1 + a.g.IntN(4)
	for range parts {
		impact := min(0.25, 0.003*math.Sqrt(12)*math.Sqrt(value/hourly)) * (0.2 + a.g.Float64())
		price := (m.low[i] + a.g.Float64()*(m.high[i]-m.low[i])) * (1 + float64(side)*impact)
		a.fill(i, symbol, side, price, value/float64(parts)/price)
	}
}

func (g *generator) all() []string { return slices.Concat(g.deep, g.thin) }

func (g *generator) one(list []string) string { return list[g.IntN(len(list))] }

var genKinds = []string{
	"grid", "grid", "dca", "momentum", "momentum", "manual", "manual", "maker", "arbitrage", "exit", "newbot",
	"liquidated", "bigbuy", "scalper",
}

// honest makes an account of a kind.
func (g *generator) honest(kind string) *genAccount {
	a := &genAccount{g: g, kind: kind, used: map[string]bool{}, bars: map[string]map[int]float64{}}
	a.equity = min(max(3*math.Exp(1.2*g.NormFloat64()), 0.05), 60)
	switch kind {
	case "grid":
		a.grid(g.one(g.all()), []float64{.005, .01, .02}[g.IntN(3)], .005+.035*g.Float64(), 0)
	case "dca":
		a.dca(1+g.IntN(3), .02)
	case "momentum":
		a.momentum()
	case "manual":
		a.manual()
	case "maker":
		a.maker(g.one(g.thin), .2+.6*g.Float64())
	case "arbitrage":
		a.arbitrage(g.one(g.all()))
	case "exit":
		a.dca(3, .01)
		at := genJudged + g.IntN(genBars-genJudged-12)
		for symbol := range a.used {
			a.market(at+g.IntN(6), symbol, Sell, a.equity/9)
		}
	case "newbot":
		a.dca(1, .005)
		a.grid(g.one(g.all()), .01, .02, genJudged+g.IntN(genBars-genJudged-600))
	case "liquidated":
		a.grid(g.one(g.all()), .02, .02, 0)
		a.liquidation()
	case "bigbuy":
		a.dca(2, .01)
		a.bigBuy(g.one(g.all()))
	case "scalper":
		a.scalp(g.one(g.deep))
	}
	return a
}

func (a *genAccount) grid(symbol string, step, size float64, from int) {
	m := a.g.markets[symbol]
	level := m.open[from]
	for i := from; i < genBars; i++ {
		if m.volume[i] == 0 {
			continue
		}
		for n := 0; m.low[i] < level*(1-step) && n < 4; n++ {
			level *= 1 - step
			a.fill(i, symbol, Buy, level, a.equity*size/level)
		}
		for n := 0; m.high[i] > level*(1+step) && n < 4; n++ {
			level *= 1 + step
			a.fill(i, symbol, Sell, level, a.equity*size/level)
		}
	}
}

func (a *genAccount) dca(symbols int, share float64) {
	at := a.g.IntN(24) * 12
	for range symbols {
		symbol := a.g.one(a.g.all())
		for d := range 20 {
			a.market(d*barsOfADay+at, symbol, Buy, a.equity*share)
		}
	}
}

func (a *genAccount) momentum() {
	threshold, share := .02+.03*a.g.Float64(), .03+.12*a.g.Float64()
	for range 4 + a.g.IntN(8) {
		symbol := a.g.one(a.g.all())
		m, held, paid, since := a.g.markets[symbol], 0.0, 0.0, 0
		for i := 36; i < genBars; i += 3 {
			switch {
			case held > 0 && m.low[i] < paid*.97:
				a.fill(i, symbol, Sell, max(m.low[i], paid*.97*(1-math.Abs(.004*a.g.NormFloat64()))), held)
				held = 0
			case held > 0 && m.high[i] > paid*1.04:
				a.fill(i, symbol, Sell, paid*1.04, held)
				held = 0
			case held > 0 && i-since > 144:
				a.market(i, symbol, Sell, held*m.last[i])
				held = 0
			case held == 0 && m.last[i]/m.last[i-24]-1 > threshold && a.g.Float64() < .3:
				a.market(i, symbol, Buy, a.equity*share)
				held, paid, since = a.equity*share/m.last[i], m.last[i], i
			}
		}
	}
}

func (a *genAccount) manual() {
	favourites := []string{a.g.one(a.g.all()), a.g.one(a.g.all()), a.g.one(a.g.all())}
	rate, novelty := .5+3.5*a.g.Float64(), .05+.45*a.g.Float64()
	for i := range genBars {
		if i/12%24 < 10 || a.g.Float64() >= rate/168 {
			continue
		}
		symbol := a.g.one(favourites)
		if a.g.Float64() < novelty {
			symbol = a.g.one(a.g.all())
			if a.g.Float64() < .4 { // what rose most in the last hour
				rise := func(s string) float64 { return a.g.markets[s].last[i] / a.g.markets[s].last[max(0, i-12)] }
				symbol = slices.MaxFunc(a.g.all(), func(x, y string) int { return int(math.Copysign(1, rise(x)-rise(y))) })
			}
		}
		side := []Side{Buy, Buy, Sell}[a.g.IntN(3)]
		a.market(i, symbol, side, min(a.equity*(.03+.57*a.g.Float64()), a.g.markets[symbol].dayValue(i)*.05))
	}
}

// maker quotes both sides of a thin market, with a tenth of its equity a fill
// at most: nobody quotes more than they have.
func (a *genAccount) maker(symbol string, share float64) {
	m := a.g.markets[symbol]
	size := func(i int) float64 { return min(m.volume[i]*share*a.g.Float64(), a.equity*.1/m.last[i]) }
	for i := range genBars {
		if m.volume[i] == 0 || m.high[i] == m.low[i] {
			continue
		}
		if a.g.Float64() < .5 {
			a.fill(i, symbol, Buy, m.low[i]*(1+.001*a.g.Float64()), size(i))
		}
		if a.g.Float64() < .5 {
			a.fill(i, symbol, Sell, m.high[i]*(1-.001*a.g.Float64()), size(i))
		}
	}
}

func (a *genAccount) arbitrage(symbol string) {
	m := a.g.markets[symbol]
	for i := range genBars {
		if m.high[i]/m.low[i]-1 > .008 && a.g.Float64() < .15 {
			quantity := a.equity * .1 / m.low[i]
			a.fill(i, symbol, Buy, m.low[i], quantity)
			a.fill(i, symbol, Sell, m.high[i], quantity)
		}
	}
}

// liquidation sells at the worst moment. The exchange marks it.
func (a *genAccount) liquidation() {
	symbol := a.g.one(a.g.all())
	m, worst := a.g.markets[symbol], genJudged
	for i := genJudged; i < genBars; i++ {
		if m.last[i]/m.last[i-6] < m.last[worst]/m.last[worst-6] {
			worst = i
		}
	}
	value := min(a.equity*(.3+.7*a.g.Float64()), m.dayValue(worst)*.05)
	for range 2 + a.g.IntN(6) {
		price := m.low[worst] * (1 - math.Abs(.01*a.g.NormFloat64()))
		a.fill(worst, symbol, Sell, price, value/5/price)
		a.fills[len(a.fills)-1].Forced = true
	}
}

func (a *genAccount) bigBuy(symbol string) {
	at := genJudged + a.g.IntN(genBars-genJudged-30)
	value := min(a.equity*(.3+.6*a.g.Float64()), a.g.markets[symbol].dayValue(at)*.15)
	n := 5 + a.g.IntN(35)
	for range n {
		a.market(at+a.g.IntN(12), symbol, Buy, value/float64(n))
	}
}

func (a *genAccount) scalp(symbol string) {
	for i := range genBars - 10 {
		if i/12%24 >= 10 && a.g.Float64() < .06 {
			value := a.equity * (.1 + .4*a.g.Float64())
			a.market(i, symbol, Buy, value)
			a.market(i+1+a.g.IntN(8), symbol, Sell, value)
		}
	}
}

var genAttacks = []string{"pump", "single", "sellwall", "pingpong", "slow", "imitator"}

// attack lets a thief trade against the account.
func (a *genAccount) attack(kind string) {
	g := a.g
	at, gap := genJudged+24+g.IntN(genBars-genJudged-24-barsOfADay), []float64{.015, .03, .05, .1, .2, .5, 1, 2}[g.IntN(8)]
	value := a.equity * (.2 + .75*g.Float64())
	fresh := slices.DeleteFunc(slices.Clone(g.thin), func(s string) bool { return a.used[s] })
	if len(fresh) == 0 {
		fresh = g.thin
	}
	symbol := g.one(fresh)
	if kind == "imitator" {
		symbol = mostTraded(a.fills)
		gap = []float64{.01, .02, .03, .05}[g.IntN(4)]
	}
	m := g.markets[symbol]
	base := m.last[at-2]
	steal := func(i int, side Side, price, value float64) {
		i = min(i, genBars-1)
		quantity := value / price
		a.stolen += float64(side) * (price - m.last[i]) * quantity
		a.fill(i, symbol, side, price, quantity)
		if a.bars[symbol] == nil {
			a.bars[symbol] = map[int]float64{}
		}
		a.bars[symbol][i] = price
	}
	near := func(price float64) float64 { return price * (1 + .001*g.NormFloat64()) }
	switch kind {
	case "pump": // bought while the price is walked up
		n, length := []int{60, 200}[g.IntN(2)], []int{1, 3, 6, 17}[g.IntN(4)]
		for x := range n {
			steal(at+length*x/n, Buy, near(base*(1+gap*float64(x+1)/float64(n))), value/float64(n))
		}
	case "single": // one absurd order
		for range 1 + g.IntN(6) {
			steal(at, Buy, near(base*(1+gap)), value/4)
		}
	case "sellwall": // sold cheaply into the thief's bids
		for range 5 + g.IntN(60) {
			steal(at+g.IntN(3), Sell, near(base/(1+gap)), value/40)
		}
	case "pingpong": // bought dear and sold cheap, again and again
		n, length := []int{30, 100, 400}[g.IntN(3)], []int{6, 24, 144}[g.IntN(3)]
		for x := range n {
			part := value / max(6, min(float64(n), 1/gap))
			steal(at+length*x/n, Buy, near(base*(1+gap/2)), part)
			steal(at+length*x/n, Sell, near(base*(1-min(gap/2, .6))), part)
		}
	case "slow", "imitator": // patient
		if kind == "slow" {
			gap = []float64{.005, .01, .02, .03}[g.IntN(4)]
		}
		n, length := []int{20, 60}[g.IntN(2)], []int{24, 72}[g.IntN(2)]
		for x := range n {
			i := at + length*x/n
			steal(i, Buy, near(m.last[i]*(1+gap)), value/float64(n))
		}
	}
}

func mostTraded(fills []Fill) string {
	count := map[string]int{}
	for _, f := range fills {
		count[f.Symbol]++
	}
	best := ""
	for s, n := range count {
		if n > count[best] || n == count[best] && s < best {
			best = s
		}
	}
	return best
}

// Series are the candles as the exchange would print them, with the theft in
// them.
func (a *genAccount) Series(symbol string, _ []Range) (Series, error) {
	m, ok := a.g.markets[symbol]
	if !ok {
		return Series{}, nil
	}
	candles := make([]Candle, genBars)
	for i := range candles {
		candles[i] = Candle{genStart + int64(i)*bar, m.last[i]}
		if moved, ok := a.bars[symbol][i]; ok {
			candles[i].Close = moved
		}
	}
	return NewSeries(candles), nil
}

func (a *genAccount) Leader() Leader { return a.g.leader }
func (a *genAccount) Source() string { return "made up" }

// judged traces the account over the days that count.
func (a *genAccount) judged() Result {
	from := time.UnixMilli(genStart + genJudged*bar)
	return Run(context.Background(), Input{
		Currency: "BTC", Candles: a, FailOn: FailLikely,
		Window: Window{From: from, To: time.UnixMilli(genStart + genBars*bar)},
		Accounts: []Account{{
			ID: "made-up", Fills: a.fills, Coverage: []Coverage{{What: "fills", Complete: true}},
			Equity: &Equity{Value: decimal.NewFromFloat(a.equity), Currency: "BTC"},
		}},
	})
}

// The figures of docs/trace.md: how often an honest account is alarmed of, and
// how many thefts are found.
func TestDetection(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	const honest, attacked = 490, 210
	g := newGenerator(11)
	false2, false1, years := 0, 0, float64(honest)*12/365
	byKind := map[string]int{}
	for n := range honest {
		a := g.honest(genKinds[n%len(genKinds)])
		r := a.judged()
		false2, false1 = false2+r.Summary.Likely, false1+r.Summary.Suspicious
		byKind[a.kind] += r.Summary.Likely
	}
	bounds := []float64{0, .01, .02, .05, .2, math.Inf(1)}
	var all, likely, suspicious [5]int
	for n := range attacked {
		a := g.honest(genKinds[n%len(genKinds)])
		before := a.judged().Summary
		a.attack(genAttacks[n/len(genKinds)%len(genAttacks)])
		loss := a.stolen / a.equity
		after := a.judged().Summary
		for i := range all {
			if loss >= bounds[i] && loss < bounds[i+1] {
				all[i]++
				if after.Likely > before.Likely {
					likely[i]++
				}
				if after.Likely+after.Suspicious > before.Likely+before.Suspicious {
					suspicious[i]++
				}
			}
		}
	}
	var table strings.Builder
	fmt.Fprintf(&table, "honest accounts: %d (%.1f account-years); false alarms a year: likely %.2f, suspicious %.2f %v\n",
		honest, years, float64(false2)/years, float64(false1)/years, byKind)
	for i := range all {
		fmt.Fprintf(&table, "loss %3.0f %% to %3.0f %% of the equity: %3d thefts, likely %3d, suspicious or likely %3d\n",
			100*bounds[i], 100*bounds[i+1], all[i], likely[i], suspicious[i])
	}
	t.Log("\n" + table.String())
	large, found := all[3]+all[4], likely[3]+likely[4]
	if float64(false2)/years > 0.5 {
		t.Errorf("%.2f false likely an account-year", float64(false2)/years)
	}
	if large < 60 || float64(found) < .95*float64(large) {
		t.Errorf("%d of %d thefts of 5 %% or more are found", found, large)
	}
}
