package trace

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

// The branches of TR-01 that an incident opens, and other levels.
func TestCircumstances(t *testing.T) {
	never, twice := habit{known: true}, habit{known: true, days: 2}
	usual := circumstances{level: usualLevel()}
	exposed := circumstances{level: usualLevel(), incident: "3commas-2022"}
	abused := circumstances{level: usualLevel(), incident: "3commas-2022", abused: true}
	low := circumstances{level: decimal.RequireFromString("0.005")}
	for _, c := range []struct {
		story, share string
		habit        habit
		around       circumstances
		want         Verdict
	}{
		{"1 % in a new symbol, no incident", "0.01", never, usual, Suspicious},
		{"1 % in a new symbol, in its time", "0.01", never, exposed, Likely},
		{"less than 1 % there", "0.0099", never, exposed, Suspicious},
		{"1 % in a symbol traded before, in its time", "0.01", twice, exposed, Suspicious},
		{"1 % there, nobody knows what was traded before", "0.01", habit{}, exposed, None},
		{"0.3 % in an abused symbol", "0.003", habit{}, abused, Likely},
		{"less than 0.3 % there", "0.0029", habit{}, abused, None},
		{"1 % at the level of 0.5 %", "0.01", habit{}, low, Likely},
		{"0.5 % at the level of 0.5 %", "0.005", habit{}, low, Suspicious},
		{"less than that", "0.0049", habit{}, low, None},
	} {
		if got := judge(decimal.RequireFromString(c.share), c.habit, c.around); got.verdict != c.want {
			t.Errorf("%s: %s, want %s (%s)", c.story, got.verdict, c.want, got.reason)
		}
	}
}

// A cluster lies in the time of an incident or not; of two the one that names
// its symbol counts.
func TestAround(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2022, 12, day, 0, 0, 0, 0, time.UTC) }
	a := &Account{Abuses: []Abuse{
		{Incident: "first", From: at(1), Until: at(20)},
		{Incident: "second", From: at(10), Until: at(20), Symbols: []string{"AKRO", "VIABTC"}},
	}}
	r := &run{}
	for _, c := range []struct {
		symbol   string
		day      int
		incident string
		abused   bool
	}{
		{"AKROBTC", 5, "first", false},
		{"AKROBTC", 15, "second", true},
		{"akro-usdt", 15, "second", true},
		{"AKRO-USDT", 15, "second", true},
		{"VIA-BTC", 15, "second", true},
		{"VIAUSDT", 15, "first", false},
		{"AKROBTC", 25, "", false},
	} {
		got := r.around(a, c.symbol, at(c.day).UnixMilli(), at(c.day).UnixMilli()+1)
		if got.incident != c.incident || got.abused != c.abused {
			t.Errorf("%s on the %dth: %+v", c.symbol, c.day, got)
		}
	}
}

// Elimination leaves the keys that lived then. It never says that it is
// certain.
func TestAttributed(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2022, 12, day, 0, 0, 0, 0, time.UTC) }
	a := &Account{Keys: []Key{
		{Name: "old", Died: at(5)}, {Name: "new", Born: at(20)}, {Name: "unknown"}, {Name: "both", Born: at(1), Died: at(15)},
	}}
	for _, c := range []struct {
		day  int
		want string
	}{{3, "both old unknown"}, {10, "both unknown"}, {16, "unknown"}, {25, "new unknown"}} {
		got := a.attributed(at(c.day).UnixMilli(), at(c.day).UnixMilli())
		if !slices.Equal(got.Keys, strings.Fields(c.want)) || got.Certain {
			t.Errorf("on the %dth: %v", c.day, got)
		}
	}
	if got := (&Account{}).attributed(1, 2); got != nil {
		t.Errorf("no key is known, and %v", got)
	}
	a.Keys = a.Keys[:1]
	if got := a.attributed(at(10).UnixMilli(), at(10).UnixMilli()); len(got.Keys) != 0 ||
		!strings.Contains(got.Basis, "no key of this account") {
		t.Errorf("all are dead, and %v", got)
	}
}

// The log of the owner's bot is held against ids, and says nothing where there
// are none.
func TestNotInLog(t *testing.T) {
	a := &Account{OwnLog: &OwnLog{Orders: map[string]bool{"o1": true}, Trades: map[string]bool{"7": true}}}
	f := func(order, trade string) Fill { return Fill{OrderID: order, TradeID: trade} }
	for _, c := range []struct {
		story string
		fills []Fill
		want  string
	}{
		{"all are there", []Fill{f("o1", "1"), f("", "7")}, "0 of 2 fills are not in your bot's log"},
		{"an order is not", []Fill{f("o1", ""), f("o2", "")}, "1 of 2 fills are not in your bot's log"},
		{"a trade is not", []Fill{f("", "8")}, "1 of 1 fill are not in your bot's log"},
		{"nothing to compare", []Fill{f("", "")}, ""},
	} {
		got := ""
		if s := a.notInLog(c.fills); s != nil {
			got = s.Detail
			if s.Alarm {
				t.Errorf("%s: it alarms", c.story)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q", c.story, got)
		}
	}
	if s := (&Account{}).notInLog([]Fill{f("o1", "1")}); s != nil {
		t.Error("without a log there is an answer")
	}
}
