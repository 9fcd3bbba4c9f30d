package text

import (
	"errors"
	"io"
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
	for n, want := range map[int]string{
		0: "0", 999: "999", 1000: "1,000", 180000: "180,000", 1234567: "1,234,567",
		-999: "-999", -1000: "-1,000",
	} {
		if got := Grouped(n); got != want {
			t.Errorf("Grouped(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestAnchor(t *testing.T) {
	for heading, want := range map[string]string{
		"LIFE-01": "life-01", "3commas-2023-10": "3commas-2023-10",
		"bot_maker v2": "bot_maker-v2", "a.b": "ab",
	} {
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

// What is written value by value is byte for byte what is written at once.
func TestJSONStreamIsWriteJSON(t *testing.T) {
	type row struct {
		Name string   `json:"name"`
		List []string `json:"list"`
	}
	type doc struct {
		Version int            `json:"version"`
		Empty   []row          `json:"empty"`
		None    *row           `json:"none"`
		Rows    []row          `json:"rows"`
		Inner   map[string]any `json:"inner"`
	}
	rows := []row{{"<a> & \x1b[2J\u202e", nil}, {texttest.Backwards, []string{}}, {"b", []string{"x", texttest.Wipes}}}
	var want, got strings.Builder
	if err := WriteJSON(&want, doc{1, []row{}, nil, rows, map[string]any{"list": []row{}}}); err != nil {
		t.Fatal(err)
	}
	s := NewJSONStream(&got)
	s.Object("", func() {
		s.Value("version", 1)
		s.List("empty", func() {})
		s.Value("none", nil)
		s.List("rows", func() {
			for _, r := range rows {
				s.Value("", r)
			}
		})
		s.Object("inner", func() { s.List("list", func() {}) })
	})
	if err := s.Flush(); err != nil || got.String() != want.String() {
		t.Errorf("%v, written value by value it is\n%s\nand at once\n%s", err, got.String(), want.String())
	}
	if strings.ContainsAny(got.String(), "\x1b\u202e") {
		t.Error("a terminal would obey the document")
	}
}

// A full disk is an error, whichever write met it.
func TestJSONWritersTellOfAFullDisk(t *testing.T) {
	for room := range 3 {
		s := NewJSONStream(&full{room: room})
		s.Object("", func() { s.Value("a", strings.Repeat("x", 1<<14)); s.Value("b", 1) })
		if err := s.Flush(); err == nil {
			t.Errorf("room for %d writes: no error", room)
		}
		l := NewJSONLines(&full{room: room})
		l.Add("a", map[string]string{"x": strings.Repeat("x", 1<<14)})
		l.Add("b", map[string]string{"x": strings.Repeat("x", 1<<14)})
		if err := l.Flush(); err == nil {
			t.Errorf("room for %d writes: no error of lines", room)
		}
	}
	s := NewJSONStream(io.Discard)
	s.Object("", func() { s.Value("a", func() {}) })
	if s.Flush() == nil {
		t.Error("what is no JSON is no error")
	}
}

// A full disk takes so many writes.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room--; f.room < 0 {
		return 0, errors.New("no space left on device")
	}
	return len(p), nil
}
