package trace

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

// The moment of the tests: the beginning of a bar.
const noon = int64(1_700_006_400_000) + 12*hour

type fixedCandles map[string]Series

func (c fixedCandles) Series(symbol string) (Series, error) { return c[symbol], nil }
func (c fixedCandles) Leader() Leader                       { return Leader{} }
func (c fixedCandles) Source() string                       { return "a test" }

// flat are candles of one price around noon.
func flat(price float64) Series {
	var candles []Candle
	for i := int64(-300); i < 300; i++ {
		candles = append(candles, Candle{noon + i*bar, price})
	}
	return NewSeries(candles)
}

func number(t *testing.T, s string) Number {
	t.Helper()
	n, err := ParseNumber(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// fill is a fill of AKROBTC some seconds after noon.
func fill(t *testing.T, seconds int64, side Side, price, quantity string, id int) Fill {
	t.Helper()
	return Fill{
		Time: noon + seconds*1000, Symbol: "AKROBTC", Side: side, Price: number(t, price), Quantity: number(t, quantity),
		TradeID: strconv.Itoa(id),
	}
}

func inputOf(equity string, candles Candles, fills ...Fill) Input {
	a := Account{ID: "a", Fills: fills, Coverage: []Coverage{{What: "fills", Complete: true}}}
	if equity != "" {
		a.Equity = &Equity{Value: decimal.RequireFromString(equity), Currency: "BTC"}
	}
	return Input{Window: Span([]Account{a}), Currency: "BTC", Candles: candles, FailOn: FailLikely, Accounts: []Account{a}}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-1.50": "-1.5", "+7": "7", "0.00000018": "0.00000018", "25000.0000000000": "25000", ".5": "0.5",
		"123456789012345678901234.000000001": "123456789012345678901234.000000001", "1e-5": "0.00001", "2.5E3": "2500",
	} {
		if got := number(t, text).String(); !decimal.RequireFromString(got).Equal(decimal.RequireFromString(want)) {
			t.Errorf("%s is %s", text, got)
		}
	}
	for _, text := range []string{
		"", "-", ".", "1,5", "1.2.3", "e5", "NaN", "Inf", "1e999", "0x1", " 1", "1 ",
		strings.Repeat("1", 61),
	} {
		if n, err := ParseNumber(text); err == nil {
			t.Errorf("%q is %s", text, n)
		}
	}
}

// Where clusters end: a pause of more than 15 minutes, a length of two hours.
func TestClusters(t *testing.T) {
	for _, c := range []struct {
		seconds []int64
		want    []int
	}{
		{[]int64{0, 900, 1800}, []int{3}},
		{[]int64{0, 901}, []int{1, 1}},
		{[]int64{0, 900, 1800, 2700, 3600, 4500, 5400, 6300, 7200, 7201}, []int{9, 1}},
	} {
		var fills []Fill
		for i, s := range c.seconds {
			fills = append(fills, fill(t, s, Buy, "1", "1", i))
		}
		var got []int
		for _, cluster := range clustersOf(fills) {
			got = append(got, len(cluster))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.seconds, got, c.want)
		}
	}
}

// The thresholds of TR-01, each on it and just below. What is not known does
// not count.
func TestJudge(t *testing.T) {
	strange, usual, fast := habit{known: true, days: 2}, habit{known: true, days: 3}, habit{known: true, days: 3, pace: 2}
	for _, c := range []struct {
		share string
		habit habit
		want  Verdict
	}{
		{"0.04", usual, Likely},
		{"0.039999", usual, Suspicious},
		{"0.02", usual, Suspicious},
		{"0.019999", usual, None},
		{"0.02", strange, Likely},
		{"0.019999", strange, Suspicious},
		{"0.005", strange, Suspicious},
		{
			"0.004999", strange,
			None,
		},
		{"0.003", fast, Suspicious},
		{"0.002999", fast, None},
		{"0.003", habit{known: true, days: 3, pace: 1.99}, None},
		{"0.02", habit{days: 0, pace: 9}, Suspicious},
		{"0.019999", habit{days: 0, pace: 9}, None},
		{"0.04", habit{}, Likely},
		{"-1", strange, None},
	} {
		if got := judge(decimal.RequireFromString(c.share), c.habit,
			circumstances{level: usualLevel()}); got.verdict != c.want {
			t.Errorf("%s %+v: %s, want %s", c.share, c.habit, got.verdict, c.want)
		}
	}
}

// The reference needs six of the twelve closes, and never sees the cluster.
func TestReferenceIsFrozen(t *testing.T) {
	for closes, want := range map[int]bool{5: false, 6: true, 12: true} {
		var candles []Candle
		for i := range closes {
			candles = append(candles, Candle{noon - int64(2+i)*bar, 2})
		}
		for i := int64(-1); i < 30; i++ { // what the cluster itself did
			candles = append(candles, Candle{noon + i*bar, 99})
		}
		r, ok := freeze(NewSeries(candles), Leader{}, noon+17)
		if ok != want || ok && r.price != 2 {
			t.Errorf("%d closes: %v, %v", closes, r.price, ok)
		}
	}
	lead := NewLeader("L", []Move{{noon - 7*bar, 0}, {noon, math.Log(1.5)}})
	r, _ := freeze(flat(2), lead, noon)
	if got := r.at(noon).String(); got != "3" {
		t.Errorf("moved with the leader it is %s", got)
	}
	if _, known := lead.at(noon + hour + bar); known {
		t.Error("a leader of more than an hour ago is still known")
	}
}

// What is bought at the reference diverts nothing; what is bought above it
// diverts the difference, what is sold below it too.
func TestDiverted(t *testing.T) {
	for _, c := range []struct {
		story string
		fills []Fill
		want  string
	}{
		{"bought at the reference", []Fill{fill(t, 0, Buy, "2", "10", 1)}, "0"},
		{"bought above", []Fill{fill(t, 0, Buy, "2.5", "10", 1)}, "5"},
		{"bought below", []Fill{fill(t, 0, Buy, "1.5", "10", 1)}, "0"},
		{"sold below", []Fill{fill(t, 0, Sell, "1.5", "10", 1)}, "5"},
		{"bought dear and sold cheap", []Fill{fill(t, 0, Buy, "3", "10", 1), fill(t, 1, Sell, "1", "10", 2)}, "20"},
		{"only the round trip", []Fill{fill(t, 0, Buy, "1.5", "10", 1), fill(t, 1, Sell, "1", "4", 2)}, "2"},
		{"a bar later", []Fill{fill(t, 0, Buy, "2.5", "10", 1), fill(t, 400, Buy, "2.25", "4", 2)}, "6"},
	} {
		r, ok := freeze(flat(2), Leader{}, noon)
		if got := divertedIn(c.fills, r, ok).value; !got.Equal(decimal.RequireFromString(c.want)) {
			t.Errorf("%s: %s, want %s", c.story, got, c.want)
		}
	}
}

// What could not be judged is never "none": the exit code says it.
func TestNothingIsClearWithout(t *testing.T) {
	theft := []Fill{fill(t, 0, Buy, "3", "10", 1)}
	fair := []Fill{fill(t, 0, Buy, "2", "10", 1)}
	candles := fixedCandles{"AKROBTC": flat(2)}
	unread := inputOf("100", candles, fair...)
	unread.Accounts[0].Gaps = []Gap{{"a", "other", "file", "a row"}}
	partly := inputOf("100", candles, fair...)
	partly.Accounts[0].Coverage[0].Complete = false
	never := inputOf("100", candles, fair...)
	never.Accounts[0].Coverage = nil
	tether := inputOf("100", candles, fair...)
	tether.Accounts[0].Equity.Currency = "USDT"
	mine := inputOf("100", candles, theft...)
	mine.Mine = []string{clusterID("a", theft[0])}
	quiet := inputOf("100", candles, theft...)
	quiet.FailOn = FailNever
	strict := inputOf("400", candles, theft...)
	strict.FailOn = FailSuspicious
	outflow := inputOf("100", candles, fair...)
	outflow.Accounts[0].Outflows = []Movement{{
		Time: noon, Kind: "withdrawal", Asset: "BTC", Amount: number(t, "1"),
		Address: "x",
	}}
	swept := inputOf("100", candles, fair...)
	swept.Accounts[0].Outflows = []Movement{{
		Time: noon, Kind: "withdrawal", Asset: "BTC", Amount: number(t, "30"),
		Address: "x",
	}}
	forced := inputOf("100", candles, Fill{
		Time: noon, Symbol: "AKROBTC", Side: Sell, Price: number(t, "1"),
		Quantity: number(t, "10"), Forced: true,
	})
	for _, c := range []struct {
		story string
		in    Input
		want  int
	}{
		{"fair trades", inputOf("100", candles, fair...), 0},
		{"a theft", inputOf("100", candles, theft...), 3},
		{"a theft that is small for the equity", inputOf("10000", candles, theft...), 0},
		{"no equity", inputOf("", candles, fair...), 4},
		{"no candles", inputOf("100", fixedCandles{}, fair...), 4},
		{"no candles, and nothing that could matter", inputOf("100000", fixedCandles{}, fair...), 0},
		{"no price of the quote coin", tether, 4},
		{"a gap", unread, 4},
		{"a range that is not complete", partly, 4},
		{"no range at all", never, 4},
		{"no account", Input{Candles: candles, FailOn: FailLikely}, 4},
		{"it was the owner", mine, 0},
		{"fail on nothing", quiet, 0},
		{"suspicious, by default", inputOf("400", candles, theft...), 0},
		{"suspicious, when asked", strict, 3},
		{"an outflow to a new place", outflow, 0},
		{"nearly a third of the equity left", swept, 3},
		{"the exchange liquidated", forced, 0},
	} {
		got := Run(t.Context(), c.in)
		if got.Summary.ExitCode != c.want {
			t.Errorf("%s: exit %d, want %d: %+v %v", c.story, got.Summary.ExitCode, c.want, got.Summary, got.Gaps)
		}
	}
}

// A destination is known a day after it was first used, and not before: a
// thief's second withdrawal is not excused by the first.
func TestOutflows(t *testing.T) {
	at := func(d, h int64) int64 { return noon + d*day + h*hour }
	move := func(ms int64, amount, to string) Movement {
		return Movement{Time: ms, Kind: "withdrawal", Asset: "BTC", Amount: number(t, amount), Address: to}
	}
	for _, c := range []struct {
		story string
		moves []Movement
		want  []Verdict
	}{
		{"known after a day", []Movement{move(at(0, 0), "1", "x"), move(at(1, 1), "1", "x")}, []Verdict{Suspicious, None}},
		{"not within a day", []Movement{move(at(0, 0), "1", "x"), move(at(0, 24), "1", "x")}, []Verdict{
			Suspicious,
			Suspicious,
		}},
		{"no destination", []Movement{move(at(0, 0), "1", ""), move(at(9, 1), "1", "")}, []Verdict{Suspicious, Suspicious}},
		{"a probe", []Movement{move(at(0, 0), "0.01", "x"), move(at(0, 0)+1000, "1", "x")}, []Verdict{Suspicious, Likely}},
		{"a sweep in parts", []Movement{move(at(0, 0), "16", "x"), move(at(0, 2), "15", "y")}, []Verdict{Likely, Likely}},
		{"a sweep too slow", []Movement{move(at(0, 0), "16", "x"), move(at(0, 4), "15", "y")}, []Verdict{
			Suspicious,
			Suspicious,
		}},
	} {
		in := inputOf("100", fixedCandles{"AKROBTC": flat(2)}, fill(t, 0, Buy, "2", "1", 1))
		in.Accounts[0].Outflows = c.moves
		in.Window = Span(in.Accounts)
		var got []Verdict
		for _, o := range Run(t.Context(), in).Outflows {
			got = append(got, o.Verdict)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.story, got, c.want)
		}
	}
	in := inputOf("100", fixedCandles{"AKROBTC": flat(2)}, fill(t, 0, Buy, "3", "10", 1))
	in.Accounts[0].Outflows = []Movement{move(at(0, 23), "1", "x")}
	in.Window = Span(in.Accounts)
	if got := Run(t.Context(), in).Outflows[0].Verdict; got != Likely {
		t.Errorf("within a day of a theft: %s", got)
	}
}

// Files and pages: their order and their borders change nothing, a fill of two
// pages counts once, two equal rows without id are two fills.
func TestMerge(t *testing.T) {
	bare := func(f Fill) Fill { f.TradeID = ""; return f }
	a, b := fill(t, 0, Buy, "2", "1", 1), fill(t, 5, Buy, "2", "1", 2)
	self := a
	self.Side = Sell
	for _, c := range []struct {
		story   string
		sources [][]Fill
		want    int
	}{
		{"two pages that overlap", [][]Fill{{a, b}, {b}}, 2},
		{"equal rows of one file", [][]Fill{{bare(a), bare(a)}, {bare(a)}}, 2},
		{"one file without ids", [][]Fill{{bare(a)}, {a}}, 1},
		{"two fills of one second, and their ids elsewhere", [][]Fill{{bare(a), bare(a)}, {a}}, 2},
		{"a trade with oneself", [][]Fill{{a, self}, {self, a}}, 2},
	} {
		if got := Merge(c.sources...); len(got) != c.want {
			t.Errorf("%s: %d fills, want %d", c.story, len(got), c.want)
		}
	}
}

func TestOrderOfInputChangesNothing(t *testing.T) {
	g := newGenerator(3)
	a, want := (*genAccount)(nil), Result{}
	for want.Summary.Likely == 0 {
		a = g.honest("scalper")
		a.attack("pingpong")
		want = a.judged()
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(a.fills), func(i, j int) { a.fills[i], a.fills[j] = a.fills[j], a.fills[i] })
	a.fills = append(a.fills, a.fills[7]) // a page border repeats one
	got := a.judged()
	if !reflect.DeepEqual(got, want) {
		t.Error("the order of fills, or a repeated one, changes the result")
	}
	ten := decimal.NewFromInt(10)
	for _, c := range clustersOf(markets(a.fills)[0]) {
		big := slices.Clone(c)
		for i := range big {
			big[i].Price = NumberOf(big[i].Price.Decimal().Mul(ten))
		}
		if one, tenfold := divertedIn(c, reference{}, false).value, divertedIn(big, reference{},
			false).value; !one.Mul(ten).Equal(tenfold) {
			t.Errorf("ten times the prices divert %s, not ten times %s", tenfold, one)
		}
	}
}

// What the owner did elsewhere changes no cluster.
func TestAnotherAccountChangesNothing(t *testing.T) {
	in := inputOf("100", fixedCandles{"AKROBTC": flat(2)}, fill(t, 0, Buy, "3", "10", 1))
	alone := Run(t.Context(), in)
	in.Accounts = append(in.Accounts, Account{
		ID: "b", Fills: []Fill{fill(t, 3, Buy, "2", "10", 9)},
		Coverage: in.Accounts[0].Coverage,
	})
	if both := Run(t.Context(), in); !reflect.DeepEqual(both.Clusters, alone.Clusters) {
		t.Errorf("%+v\n%+v", both.Clusters, alone.Clusters)
	}
}

func TestSplit(t *testing.T) {
	for symbol, want := range map[string]string{
		"AKROBTC": "AKRO BTC", "1INCHUSDT": "1INCH USDT", "BTC-USD": "BTC USD", "ETH/BTC": "ETH BTC", "BTCFDUSD": "BTC FDUSD",
	} {
		if base, quote, ok := Split(symbol); !ok || base+" "+quote != want {
			t.Errorf("%s is %s %s", symbol, base, quote)
		}
	}
	if _, _, ok := Split("USDT"); ok {
		t.Error("a coin is a pair")
	}
}

// The cases of the evaluation, where they lie beside the checkout.
const shared = "../../../shared/trace-data"

func TestSharedCases(t *testing.T) {
	cases, _ := filepath.Glob(shared + "/cases/*")
	if len(cases) == 0 {
		t.Skip("no cases beside the checkout")
	}
	for _, dir := range cases {
		var truth struct {
			Equity float64 `json:"equity_btc"`
		}
		var want struct {
			Total    int `json:"clusters_total"`
			Missing  int `json:"clusters_without_reference"`
			Clusters []struct {
				Symbol  string  `json:"symbol"`
				From    int     `json:"from_id"`
				Fills   int     `json:"fills"`
				ND      float64 `json:"net_diverted"`
				Verdict Verdict `json:"verdict"`
			} `json:"clusters"`
		}
		readJSON(t, dir+"/truth.json", &truth)
		readJSON(t, dir+"/expected.json", &want)
		candles := &sharedCandles{dir: dir}
		var fills []Fill
		for _, r := range readCSV(t, dir+"/fills.csv.gz") {
			at, _ := strconv.ParseInt(r["time_ms"], 10, 64)
			f := Fill{Time: at, Symbol: r["symbol"], Side: Buy, Price: number(t, r["price"]), Quantity: number(t,
				r["quantity"]), TradeID: r["trade_id"]}
			if r["side"] == "sell" {
				f.Side = Sell
			}
			fills = append(fills, f)
		}
		got := Run(t.Context(), inputOf(fmt.Sprint(truth.Equity), candles, fills...))
		if got.Summary.Clusters != want.Total || len(got.Clusters) != len(want.Clusters) ||
			got.Summary.Unjudged != want.Missing {
			t.Errorf("%s: %+v, want %d clusters, %d flagged, %d without reference", dir, got.Summary, want.Total,
				len(want.Clusters), want.Missing)
			continue
		}
		for i, w := range want.Clusters {
			c := got.Clusters[i]
			nd := c.NetDiverted.Value.InexactFloat64()
			if c.Symbol != w.Symbol || c.TradeIDs[0] != strconv.Itoa(w.From) || c.Fills != w.Fills || c.Verdict != w.Verdict ||
				math.Abs(nd/w.ND-1) > .005 {
				t.Errorf("%s: %+v, want %+v", dir, c, w)
			}
		}
	}
}

// The fills of two real bots raise no alarm, with their own earlier prices as
// the public ones.
func TestRealFills(t *testing.T) {
	files, _ := filepath.Glob(shared + "/real/bbgo-*-fills.csv.gz")
	if len(files) == 0 {
		t.Skip("no real fills beside the checkout")
	}
	for _, file := range files {
		var fills []Fill
		closes := map[int64]float64{}
		held, most := decimal.Zero, decimal.Zero
		rows := readCSV(t, file)
		for _, r := range rows { // one of the two names its columns differently
			r["time"], r["symbol"] = cmp.Or(r["time"], r["created_at"]), cmp.Or(r["symbol"], r["product_id"])
			r["quantity"] = cmp.Or(r["quantity"], r["size"])
		}
		slices.SortStableFunc(rows, func(a, b map[string]string) int { return strings.Compare(a["time"], b["time"]) })
		for _, r := range rows {
			at, err := time.Parse(time.RFC3339, r["time"])
			if err != nil {
				t.Fatal(err)
			}
			f := Fill{Time: at.UnixMilli(), Symbol: r["symbol"], Side: Buy, Price: number(t, r["price"]), Quantity: number(t,
				r["quantity"]), TradeID: r["trade_id"]}
			value := f.Price.Decimal().Mul(f.Quantity.Decimal())
			if r["side"] == "sell" {
				f.Side, value = Sell, value.Neg()
			}
			if held = held.Add(value); held.Abs().GreaterThan(most) {
				most = held.Abs()
			}
			closes[barOf(f.Time)] = f.Price.Decimal().InexactFloat64()
			fills = append(fills, f)
		}
		var candles []Candle
		for open, price := range closes {
			candles = append(candles, Candle{open, price})
		}
		in := inputOf(most.String(), fixedCandles{fills[0].Symbol: NewSeries(candles)}, fills...)
		_, in.Currency, _ = Split(fills[0].Symbol)
		in.Accounts[0].Equity.Currency = in.Currency
		got := Run(t.Context(), in)
		t.Logf("%s: %+v", filepath.Base(file), got.Summary)
		if got.Summary.Likely+got.Summary.Suspicious > 0 || got.Summary.Clusters == 0 {
			t.Errorf("%s: %+v", file, got.Clusters)
		}
	}
}

func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatal(err)
	}
}

func readCSV(t *testing.T, path string) []map[string]string {
	t.Helper()
	rows, err := csvRows(path)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func csvRows(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c := csv.NewReader(f)
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(f)
		if err != nil {
			return nil, err
		}
		c = csv.NewReader(z)
	}
	all, err := c.ReadAll()
	var rows []map[string]string
	for _, cells := range all[1:] {
		r := map[string]string{}
		for i, name := range all[0] {
			r[name] = cells[i]
		}
		rows = append(rows, r)
	}
	return rows, err
}

// sharedCandles are the candles of a case, its overlay in them.
type sharedCandles struct{ dir string }

func (c *sharedCandles) Series(symbol string) (Series, error) {
	rows, err := csvRows(shared + "/candles/" + symbol + "-5m.csv.gz")
	if err != nil {
		return Series{}, nil //nolint:nilerr // no such market: a price that is asked for in vain
	}
	if over, err := csvRows(c.dir + "/candles_overlay.csv"); err == nil {
		for _, r := range over {
			if r["symbol"] == symbol {
				rows = append(rows, r)
			}
		}
	}
	var candles []Candle
	for _, r := range rows {
		at, _ := strconv.ParseInt(r["open_time_ms"], 10, 64)
		last, _ := strconv.ParseFloat(r["close"], 64)
		candles = append(candles, Candle{at, last})
	}
	return NewSeries(candles), nil
}

func (c *sharedCandles) Leader() Leader {
	rows, _ := csvRows(shared + "/candles/LEADER-5m.csv.gz")
	var moves []Move
	for _, r := range rows {
		at, _ := strconv.ParseInt(r["open_time_ms"], 10, 64)
		log, _ := strconv.ParseFloat(r["log_move"], 64)
		moves = append(moves, Move{at, log})
	}
	return NewLeader("LEADER", moves)
}

func (c *sharedCandles) Source() string { return "the cases" }

// Each thing that is missing is said by itself: a gap with its name, and the
// count of what was not judged.
func TestWhatIsMissingIsNamed(t *testing.T) {
	fair := []Fill{fill(t, 0, Buy, "2", "10", 1), fill(t, 5, Sell, "2", "1", 2)}
	tether := inputOf("100", fixedCandles{"AKROBTC": flat(2)}, fair...)
	tether.Accounts[0].Equity.Currency = "USDT"
	for _, c := range []struct {
		story string
		in    Input
		what  string
	}{
		{"no equity", inputOf("", fixedCandles{"AKROBTC": flat(2)}, fair...), "equity"},
		{"no candles", inputOf("100", fixedCandles{}, fair...), "candles of AKROBTC"},
		{"no price", tether, "price of BTC"},
	} {
		r := Run(t.Context(), c.in)
		if len(r.Gaps) != 1 || r.Gaps[0].What != c.what || r.Summary.Unjudged != 1 {
			t.Errorf("%s: %v, %+v", c.story, r.Gaps, r.Summary)
		}
	}
	unjudged := Result{Summary: Summary{Unjudged: 1}, Accounts: []AccountResult{{Coverage: []Coverage{{
		What:     "fills",
		Complete: true,
	}}}}}
	if count(&unjudged, FailLikely); unjudged.Summary.ExitCode != 4 {
		t.Errorf("one not judged: exit %d", unjudged.Summary.ExitCode)
	}
}

// What lies outside the window is habit, and is not judged.
func TestWindow(t *testing.T) {
	theft := []Fill{fill(t, 0, Buy, "3", "10", 1), fill(t, 60, Buy, "3", "10", 2)}
	for _, c := range []struct {
		from, to int64
		want     int
	}{{-100, -1, 0}, {-100, 0, 1}, {30, 30, 1}, {60, 100, 1}, {61, 100, 0}} {
		in := inputOf("100", fixedCandles{"AKROBTC": flat(2)}, theft...)
		in.Window = Window{From: time.UnixMilli(noon + c.from*1000), To: time.UnixMilli(noon + c.to*1000)}
		if r := Run(t.Context(), in); r.Summary.Clusters != c.want || r.Summary.Likely != c.want {
			t.Errorf("from %d to %d: %+v", c.from, c.to, r.Summary)
		}
	}
}
