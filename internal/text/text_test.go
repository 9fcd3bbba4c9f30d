package text

import (
	"strings"
	"testing"
	"time"

	"rekey/internal/text/texttest"
)

func TestMarkdownTextKeepsTheWords(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"error -2008 on /sapi", "error -2008 on /sapi"},
		{"- not a list", `\- not a list`},
		{"2. not a list", `2\. not a list`},
		{"## no heading", `\## no heading`},
		{"api_key and _this_", `api_key and \_this\_`},
		{"above `trade_days` or *", "above `trade_days` or \\*"},
		{"one ` alone", "one \\` alone"},
		{"``` <b> `", "\\`\\`\\` &lt;b&gt; \\`"},
		{"see https://a.example/b_c_(d).", "see <https://a.example/b_c_(d>)."},
		{"a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"},
		{`https://a.example/"onclick=x`, `https://a.example/"onclick=x`},
		{"two\n lines", "two lines"},
		{"", ""},
	} {
		if got := MarkdownText(c.text); got != c.want {
			t.Errorf("MarkdownText(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestCellsOfATableStayInTheirRow(t *testing.T) {
	m := &Markdown{}
	m.Table([]string{"a", "b"}, [][]string{{MarkdownText("x | y"), MarkdownCode("p|q")}})
	want := "| a | b |\n| --- | --- |\n| x \\| y | `p\\|q` |\n"
	if got := m.out.String(); got != want {
		t.Errorf("table is %q, want %q", got, want)
	}
}

func FuzzProseLines(f *testing.F) {
	f.Add("error -2008 on 2026-11-22 at https://alpha.example/a/very/long/address/that/fits/no/line", 20)
	f.Add(texttest.Wipes+" "+texttest.Links, 40)
	f.Add("\x7f", 20) // of which nothing is left
	f.Add("漢字漢字漢字漢字漢字漢字漢字漢字 e\u0301", 21)
	f.Fuzz(func(t *testing.T, text string, columns int) {
		columns = min(max(columns, 20), 300)
		lines := Lines(text, columns)
		for _, l := range lines {
			if Width(l) > columns && !strings.Contains(l, "://") || l == "" || strings.TrimSpace(l) != l {
				t.Errorf("line of %d columns, want at most %d: %q", Width(l), columns, l)
			}
		}
		// Lines break at blanks and cut long words: no letter is lost.
		want := strings.Join(strings.Fields(Sentence(text)), "")
		if got := strings.ReplaceAll(strings.Join(lines, ""), " ", ""); got != want {
			t.Errorf("lines hold %q, want %q", got, want)
		}
	})
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		30 * 24 * time.Hour: "30 days", 24 * time.Hour: "1 day", 36 * time.Hour: "36 hours", time.Minute: "1 minute",
		2 * time.Second: "2 seconds", 1500 * time.Millisecond: "1.5s", 0: "0s",
	} {
		if got := Span(d); got != want {
			t.Errorf("Span(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 180000: "180,000", 1234567: "1,234,567", -999: "-999", -1000: "-1,000"} {
		if got := Grouped(n); got != want {
			t.Errorf("Grouped(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestAnchor(t *testing.T) {
	for heading, want := range map[string]string{"LIFE-01": "life-01", "3commas-2023-10": "3commas-2023-10", "bot_maker v2": "bot_maker-v2", "a.b": "ab"} {
		if got := Anchor(heading); got != want {
			t.Errorf("Anchor(%q) = %q, want %q", heading, got, want)
		}
	}
}

func TestARowWithoutProseIsStillThere(t *testing.T) {
	for _, columns := range []int{40, 80} {
		sink := NewWriter(nil, Options{Width: columns})
		sink.Listing(Table{Head: []string{"A", "B"}, Rows: [][]string{{"one", ""}, {"two", "words"}}})
		if !strings.Contains(sink.out.String(), "one\n") || !strings.Contains(sink.out.String(), "two  words\n") {
			t.Errorf("at %d columns the table is:\n%s", columns, sink.out.String())
		}
	}
}
