package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"rekey/audit"
	"rekey/internal/trace"
)

// stagedTrace is a trace with one of everything: a theft, what the owner
// claims, an outflow, a gap.
func stagedTrace() trace.Result {
	at := func(minute int) audit.Time {
		return audit.NewTime(time.Date(2022, 12, 25, 11, minute, 0, 0, time.UTC))
	}
	amount := decimal.RequireFromString
	share := amount("0.0786")
	low, high := amount("0.074"), amount("0.083")
	mine := true
	from, to := at(0), at(59)
	cluster := trace.Cluster{
		ID: "c-a3b556", Account: "binance/import", Market: "spot", Symbol: "AKROBTC", From: at(1), To: at(2), Orders: 3,
		Fills: 4, Bought: amount("140"), Sold: amount("10"), Notional: trace.Money{Value: amount("0.23"), Currency: "BTC"},
		NetDiverted: trace.Diverted{Value: amount("0.0786"), Low: &low, High: &high, Currency: "BTC"}, OfEquity: &share,
		Verdict: trace.Likely, Signals: []trace.Signal{{ID: "TR-01", Alarm: true, Value: share, Detail: "4 % of the equity"}},
		Fees: []trace.Holding{}, OrderIDs: []string{}, TradeIDs: []string{"2", "5"},
	}
	claimed := cluster
	claimed.ID, claimed.From, claimed.To, claimed.Mine = "c-000001", at(30), at(31), &mine
	return trace.Result{
		SchemaVersion: audit.SchemaVersion, Tool: audit.Tool{Name: "rekey", Version: "test"}, StartedAt: at(0),
		FinishedAt: at(1), Window: trace.WindowDoc{From: &from, To: &to, Why: "the imported files"},
		Accounts: []trace.AccountResult{{
			ID: "binance/import", Account: trace.Owner{Kind: "unknown"}, Keys: []string{}, History: trace.History{Fills: 8},
			Coverage: []trace.Coverage{{What: "fills", Market: "spot", Source: "fills.csv", Complete: true}},
		}},
		Clusters: []trace.Cluster{cluster, claimed},
		Outflows: []trace.Outflow{{
			ID: "o-000001", Account: "binance/import", Kind: "withdrawal", At: at(40), Asset: "BTC", Amount: amount("0.5"),
			Address: "=cmd|'/c calc'!A1", TxID: "beef", Verdict: trace.Likely,
		}},
		Losses: trace.Losses{
			Currency: "BTC", NetDiverted: trace.LossInterval{Value: amount("0.0786"), Low: low, High: high},
			LeftOver: []trace.LeftOver{}, Unpriced: []trace.Holding{{Asset: "BTC", Amount: amount("0.5")}},
		},
		Findings: []trace.Finding{}, Unknowns: []trace.Unknown{{
			Rule:    "TR-04",
			Account: "binance/import", Detail: "not told",
		}},
		Gaps:    []trace.Gap{{Account: "binance/import", Kind: "other", What: "<script>alert(1)</script>", Detail: "cut"}},
		Summary: trace.Summary{Accounts: 1, Clusters: 9, Likely: 1, Mine: 1, Outflows: 1, Gaps: 1, ExitCode: 3},
	}
}

func printedTrace(t *testing.T, format string, r trace.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteTrace(&b, format, r, Options{Width: 80}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A saved trace is read back as it was; one that was changed is refused, and an
// audit is not taken for one.
func TestSavedTrace(t *testing.T) {
	want := stagedTrace()
	saved := printedTrace(t, "json", want)
	if !IsTrace([]byte(saved)) || !IsTrace([]byte(saved)[:400]) {
		t.Error("it is not recognised")
	}
	got, err := ReadTrace(strings.NewReader(saved))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for story, change := range map[string][2]string{
		"a theft that is not counted":                    {`"likely": 1`, `"likely": 0`},
		"another verdict":                                {`"verdict": "likely"`, `"verdict": "none"`},
		"no such verdict":                                {`"verdict": "likely"`, `"verdict": "perhaps"`},
		"an exit code of an account that was seen whole": {`"exit_code": 3`, `"exit_code": 0`},
		"a newer rekey":                                  {`"schema_version": 1`, `"schema_version": 9`},
		"an end":                                         {"\n}\n", "\n"},
		"more behind":                                    {"\n}\n", "\n}\n{}"},
	} {
		if _, err := ReadTrace(strings.NewReader(strings.Replace(saved, change[0], change[1], 1))); err == nil {
			t.Errorf("%s: it is read", story)
		}
	}
	for _, other := range []string{
		"", "[]", `{"keys": []}`,
		`{"schema_version": 1, "tool": {}, "config": "x", "window": {}}`,
	} {
		if IsTrace([]byte(other)) {
			t.Errorf("%q is taken for a trace", other)
		}
	}
}

// Nothing of what others wrote becomes a formula, a tag or a second line.
func TestTraceFormatsAreClean(t *testing.T) {
	r := stagedTrace()
	r.Outflows[0].Kind = "=HYPERLINK(\"x\")\nnext \u202e line"
	rows, err := csv.NewReader(strings.NewReader(printedTrace(t, "csv", r))).ReadAll()
	if err != nil || len(rows) != 6 { // the head, two ends of two clusters, what left
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	last := rows[5]
	if !strings.HasPrefix(last[0], "'=HYPERLINK") || strings.Contains(last[0], "\n") || last[8] != "TR-02" {
		t.Errorf("%q", last)
	}
	if page := printedTrace(t, "html", r); strings.Contains(page, "<script>") || strings.Contains(page, "\u202e") ||
		!strings.Contains(page, "&lt;script&gt;") {
		t.Error("the page holds what others wrote as it came")
	}
	if page := printedTrace(t, "markdown", r); strings.Contains(page, "<script>") {
		t.Error("the Markdown holds what others wrote as it came")
	}
	for cell, want := range map[string]string{"-5": "-5", "-5-3": "'-5-3", "0.5": "0.5", "-": "'-", "@x": "'@x", "": ""} {
		var b bytes.Buffer
		if err := WriteCSV(&b, [][]string{{cell, "x"}}); err != nil || b.String() != want+",x\n" {
			t.Errorf("%q is written as %q", cell, b.String())
		}
	}
}

// The answer of a page: the worst comes first, what is missing is said, and
// nothing is called safe.
func TestTraceVerdict(t *testing.T) {
	r := stagedTrace()
	for _, c := range []struct {
		story, want string
		change      func()
	}{
		{"a theft", "Likely theft in 1 cluster of trades: at least 0.0786 BTC. Not everything", func() {}},
		{"what left", "Money left to places not used before: look at 1 outflow.", func() { r.Summary.Likely = 0 }},
		{"suspicious", "Look at 2 suspicious clusters.", func() { r.Outflows, r.Summary.Suspicious = nil, 2 }},
		{"nothing", "No loss of 2 % of the equity or more was seen. Smaller", func() { r.Summary.Suspicious = 0 }},
	} {
		c.change()
		if got := traceVerdict(r); !strings.HasPrefix(got, c.want) || !strings.HasSuffix(got, "looked at.") {
			t.Errorf("%s: %q", c.story, got)
		}
	}
}
