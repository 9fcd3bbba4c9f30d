package report

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"rekey/audit"
)

// hostile is what a file of incidents may hold: an escape sequence, a carriage
// return, an order reversed, markup, and bytes that are no text.
const hostile = "\x1b]0;owned\x07\x1b[31mred\r\u202egnirts\u202c\u009b2J <img src=x> [go](javascript:x) a|b `c \xff"

func TestHostileIncidentsStayText(t *testing.T) {
	in := audit.Incident{
		ID: hostile, Title: hostile, Category: hostile, Vendor: hostile, Aliases: []string{hostile}, Exchanges: []string{hostile}, Exposure: hostile,
		Leaked: []string{hostile}, Links: []audit.Link{{Type: hostile, Value: hostile}}, Actions: []string{hostile},
		Symbols: map[string][]string{hostile: {hostile}}, Basis: hostile, Sources: []audit.IncidentSource{{Kind: hostile, URL: hostile}}, Notes: hostile,
	}
	catalogue := audit.Catalogue{Incidents: []audit.Incident{in}}
	for _, format := range []string{"text", "markdown", "json"} {
		for _, full := range []bool{false, true} {
			var out bytes.Buffer
			if err := WriteIncidents(&out, format, catalogue, full, Options{Width: 80}); err != nil {
				t.Fatal(err)
			}
			got := out.String()
			if !strings.Contains(got, "red") || !strings.Contains(got, "gnirts") {
				t.Fatalf("%s lost the words of the text", format)
			}
			for _, r := range got {
				if r != '\n' && unsafeRune(r) {
					t.Errorf("%s, full %v, shows %U", format, full, r)
				}
			}
			if !utf8.ValidString(got) {
				t.Errorf("%s, full %v, is not UTF-8", format, full)
			}
			if format == "markdown" && (strings.Contains(withoutCode(got), "<img") || strings.Contains(withoutCode(got), "[go](")) {
				t.Errorf("markup of an incident comes through:\n%s", got)
			}
		}
	}
}

// withoutCode drops the code spans, in which markup is text.
func withoutCode(page string) string {
	var out []string
	for i, part := range strings.Split(strings.ReplaceAll(page, "\\`", ""), "`") {
		if i%2 == 0 {
			out = append(out, part)
		}
	}
	return strings.Join(out, "")
}

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
		if got := markdownText(c.text); got != c.want {
			t.Errorf("markdownText(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestCellsOfATableStayInTheirRow(t *testing.T) {
	m := &markdown{}
	m.table([]string{"a", "b"}, [][]string{{markdownText("x | y"), markdownCode("p|q")}})
	want := "| a | b |\n| --- | --- |\n| x \\| y | `p\\|q` |\n"
	if got := m.out.String(); got != want {
		t.Errorf("table is %q, want %q", got, want)
	}
}

func FuzzProseLines(f *testing.F) {
	f.Add("error -2008 on 2026-11-22 at https://alpha.example/a/very/long/address/that/fits/no/line", 20)
	f.Add(hostile, 40)
	f.Add("\x7f", 20) // of which nothing is left
	f.Add("漢字漢字漢字漢字漢字漢字漢字漢字 e\u0301", 21)
	f.Fuzz(func(t *testing.T, prose string, columns int) {
		columns = min(max(columns, 20), 300)
		lines := proseLines(prose, columns)
		for _, l := range lines {
			if width(l) > columns && !strings.Contains(l, "://") || l == "" || strings.TrimSpace(l) != l {
				t.Errorf("line of %d columns, want at most %d: %q", width(l), columns, l)
			}
		}
		// Lines break at blanks and cut long words: no letter is lost.
		want := strings.Join(strings.Fields(Sentence(prose)), "")
		if got := strings.ReplaceAll(strings.Join(lines, ""), " ", ""); got != want {
			t.Errorf("lines hold %q, want %q", got, want)
		}
	})
}
