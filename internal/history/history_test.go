package history

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"rekey/exchanges"
	"rekey/internal/trace"
)

const bar = int64(5 * 60 * 1000)

func TestBatches(t *testing.T) {
	r := func(from, to int64) trace.Range { return trace.Range{From: from * bar, To: to * bar} }
	for name, c := range map[string]struct {
		ranges, asked, want []trace.Range
	}{
		"nothing":        {},
		"one":            {ranges: []trace.Range{r(0, 5)}, want: []trace.Range{r(0, 5)}},
		"neighbours":     {ranges: []trace.Range{r(6, 9), r(0, 3)}, want: []trace.Range{r(0, 9)}},
		"no room":        {ranges: []trace.Range{r(0, 3), r(8, 10)}, want: []trace.Range{r(0, 3), r(8, 10)}},
		"inside another": {ranges: []trace.Range{r(0, 9), r(2, 3)}, want: []trace.Range{r(0, 9)}},
		"asked before": {
			ranges: []trace.Range{r(2, 3), r(20, 21)}, asked: []trace.Range{r(0, 9)}, want: []trace.Range{r(20, 21)},
		},
		"longer than one": {ranges: []trace.Range{r(0, 12)}, want: []trace.Range{r(0, 9), r(10, 12)}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, batches(c.ranges, c.asked, 10)); d != "" {
				t.Error(d)
			}
		})
	}
}

// No cluster costs more than one request, and those of one symbol share them.
func TestOneRequestForEachCluster(t *testing.T) {
	var ranges []trace.Range
	for i := range int64(40) {
		ranges = append(ranges, trace.Range{From: i * 97 * bar, To: i*97*bar + 310*bar})
	}
	got := batches(ranges, nil, 1000)
	if len(got) > len(ranges) || len(got) > 10 {
		t.Errorf("%d requests for %d clusters", len(got), len(ranges))
	}
	for _, r := range ranges {
		inside := false
		for _, b := range got {
			inside = inside || b.From <= r.From && r.To <= b.To
		}
		if !inside {
			t.Errorf("%v is in none of them", r)
		}
	}
}

func amount(text string) trace.Number {
	n, err := trace.ParseNumber(text)
	if err != nil {
		panic(err)
	}
	return n
}

func TestRollBack(t *testing.T) {
	d := decimal.RequireFromString
	now := holding{"BTC": d("1.5"), "USDT": d("100")}
	fills := []trace.Fill{
		{Time: 10, Symbol: "BTCUSDT", Side: trace.Buy, Price: amount("200"), Quantity: amount("9")}, // before
		{
			Time: 100, Symbol: "BTCUSDT", Side: trace.Buy, Price: amount("200"), Quantity: amount("1"),
			Fee: &trace.Fee{Amount: amount("0.01"), Asset: "BTC"},
		},
		{Time: 110, Symbol: "BTCUSDT", Side: trace.Sell, Price: amount("150"), Quantity: amount("0.5")},
	}
	at := time.UnixMilli(120)
	moves := []exchanges.Movement{
		{Time: at, Kind: "withdrawal", Asset: "USDT", Amount: "30", Fee: "1"},
		{Time: at, Kind: "withdrawal", Asset: "USDT", Amount: "9999", Canceled: true},
		{Time: at, Kind: "deposit", Asset: "ETH", Amount: "2"},
		{Time: time.UnixMilli(1), Kind: "deposit", Asset: "USDT", Amount: "7"}, // before
	}
	split := func(string) (string, string) { return "BTC", "USDT" }
	then := now.rollBack(50, fills, split, moves)
	for asset, want := range map[string]string{"BTC": "1.01", "USDT": "256", "ETH": "-2"} {
		if !then[asset].Equal(d(want)) {
			t.Errorf("%s is %s, want %s", asset, then[asset], want)
		}
	}
	if got := then.unexplained(); !cmp.Equal(got, []string{"2 ETH"}) {
		t.Errorf("unexplained: %v", got)
	}
	value, unpriced := holding{"BTC": d("1"), "XYZ": d("5"), "ETH": d("-2")}.worth(0,
		func(asset string, _ int64) (decimal.Decimal, bool) { return d("3"), asset == "BTC" })
	if !value.Equal(d("3")) || !cmp.Equal(unpriced, []string{"XYZ"}) {
		t.Errorf("worth %s, without a price %v", value, unpriced)
	}
	if !now["BTC"].Equal(d("1.5")) {
		t.Error("what the account holds now was changed")
	}
}

// A caller that answers with a count of the calls, or refuses.
type counting struct {
	exchanges.Caller

	calls  int
	refuse error
}

func (c *counting) Call(context.Context, exchanges.Call) (exchanges.Response, error) {
	c.calls++
	if c.refuse != nil {
		return exchanges.Response{}, c.refuse
	}
	return exchanges.Response{
		Status: http.StatusOK, Header: http.Header{}, Body: []byte(strconv.Itoa(c.calls)),
	}, nil
}

const canary = "CANARYCANARYCANARY"

func asking(page string) exchanges.Call {
	return exchanges.Call{Op: "spot trades", Build: func(now time.Time) (*http.Request, error) {
		req, err := http.NewRequest(http.MethodGet, "http://127.0.0.1:1/trades?page="+page+"&timestamp="+
			strconv.FormatInt(now.UnixMilli(), 10)+"&signature="+canary, http.NoBody)
		if err == nil {
			req.Header.Set("X-KEY", canary)
		}
		return req, err
	}}
}

func TestRecorder(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	look := Look{Account: "binance/main"}
	open := func(look Look, at time.Time) *Folder {
		t.Helper()
		f, err := Open(dir, look, at)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f, c := open(look, now), &counting{}
	ask := func(f *Folder, page, want string) {
		t.Helper()
		res, err := NewRecorder(c, f, func() time.Time { return now }).Call(t.Context(), asking(page))
		if err != nil || string(res.Body) != want {
			t.Errorf("page %s: %q, %v, want %q", page, res.Body, err, want)
		}
	}
	ask(f, "1", "1")
	ask(f, "1", "1") // kept
	ask(f, "2", "2")
	again := open(look, now.Add(time.Hour))
	if !again.Resumed || !again.Begun.Equal(now) {
		t.Errorf("resumed %v, begun %v", again.Resumed, again.Begun)
	}
	ask(again, "2", "2")
	for name, other := range map[string]*Folder{
		"something else": open(Look{Account: "binance/main", AllSymbols: true}, now.Add(time.Hour)),
		"a day later":    open(look, now.Add(25*time.Hour)),
	} {
		if other.Resumed {
			t.Errorf("%s: goes on with the old look", name)
		}
	}

	// An answer that was changed since is none.
	files, _ := filepath.Glob(filepath.Join(f.Dir(), "*spot-trades.json"))
	if len(files) != 2 {
		t.Fatalf("kept: %v", files)
	}
	if err := os.WriteFile(files[1], []byte("[]"), 0o600); err != nil {
		t.Fatal(err)
	}
	ask(open(look, now.Add(time.Hour)), "2", "3")

	// Refusals are not kept, and those that may pass leave the look open.
	for kind, broken := range map[exchanges.Kind]bool{
		exchanges.KindRateLimited: true, exchanges.KindForbidden: false, exchanges.KindTimeout: true,
	} {
		r := NewRecorder(&counting{refuse: &exchanges.Error{Kind: kind}}, f, func() time.Time { return now })
		if _, err := r.Call(t.Context(), asking("9")); err == nil || r.Broken() != broken {
			t.Errorf("%s: %v, broken %v", kind, err, r.Broken())
		}
	}
	if err := f.Finish(); err != nil {
		t.Fatal(err)
	}
	if open(look, now.Add(2*time.Hour)).Resumed {
		t.Error("a whole look goes on")
	}
	_ = filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			if data, _ := os.ReadFile(path); strings.Contains(string(data), canary) {
				t.Errorf("%s holds what belongs to the key", path)
			}
		}
		return err
	})
}

// An adapter whose history is two parts, one of which was not read.
type staged struct{ parts []exchanges.HistoryPart }

func (staged) Card() exchanges.Card { return exchanges.Card{} }

func (staged) Inspect(context.Context) (exchanges.Key, error) { return exchanges.Key{}, nil }

func (s staged) History(context.Context, exchanges.HistoryRequest) iter.Seq[exchanges.HistoryPart] {
	return func(yield func(exchanges.HistoryPart) bool) {
		for _, p := range s.parts {
			if !yield(p) {
				return
			}
		}
	}
}

func TestRead(t *testing.T) {
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	fills := func(symbol string, err error, rows ...exchanges.Fill) exchanges.HistoryPart {
		return exchanges.HistoryPart{
			What: exchanges.RecordFills, Market: "spot", Symbol: symbol, From: at, To: at.Add(time.Hour), Fills: rows, Err: err,
			Requests: 1,
		}
	}
	banned := &exchanges.Error{Exchange: "binance", Kind: exchanges.KindRateLimited, Detail: "has banned this address"}
	account := Read(t.Context(), staged{[]exchanges.HistoryPart{
		{What: exchanges.RecordWithdrawals, Err: errors.New("no")},
		fills("A", nil, exchanges.Fill{Time: at, Symbol: "A", TradeID: "1", Buy: true, Price: "2", Quantity: "3"}),
		fills("B", nil, exchanges.Fill{Time: at, Symbol: "B", TradeID: "2", Price: "0", Quantity: "3"}),
		fills("C", banned), fills("D", banned),
	}}, Request{Account: "binance/main", Exchange: "binance"})
	if len(account.Fills) != 1 || account.Fills[0].Side != trace.Buy {
		t.Errorf("fills: %+v", account.Fills)
	}
	if account.Outflows != nil {
		t.Error("withdrawals that could not be read are none")
	}
	var got []string
	for _, g := range account.Gaps {
		got = append(got, g.Kind+" "+g.What)
	}
	want := []string{"other withdrawals", "other spot fills of B", "rate_limited spot fills of C, D"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, c := range account.Coverage {
		if c.Complete {
			t.Errorf("%s is complete", c.What)
		}
	}
	none := Read(t.Context(), struct{ exchanges.Adapter }{}, Request{Account: "x/main", Exchange: "x"})
	if len(none.Gaps) != 1 || none.Outflows != nil {
		t.Errorf("an adapter that reads no history: %+v", none.Gaps)
	}
}
