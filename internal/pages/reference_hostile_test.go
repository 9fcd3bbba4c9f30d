package pages

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"rekey/audit"
	"rekey/internal/text"
)

// hostile is what a file of incidents may hold: an escape sequence, a carriage
// return, an order reversed, markup, and bytes that are no text.
const hostile = "\x1b]0;owned\x07\x1b[31mred\r\u202egnirts\u202c\u009b2J <img src=x> [go](javascript:x) a|b `c \xff"

func TestHostileIncidentsStayText(t *testing.T) {
	in := audit.Incident{
		ID: hostile, Title: hostile, Category: hostile, Vendor: hostile, Aliases: []string{hostile},
		Exchanges: []string{hostile}, Exposure: hostile,
		Leaked: []string{hostile}, Links: []audit.Link{{Type: hostile, Value: hostile}}, Actions: []string{hostile},
		Symbols: map[string][]string{
			hostile: {hostile},
		}, Basis: hostile, Sources: []audit.IncidentSource{{Kind: hostile, URL: hostile}}, Notes: hostile,
	}
	catalogue := audit.Catalogue{Incidents: []audit.Incident{in}}
	for _, format := range []string{"text", "markdown", "json"} {
		for _, full := range []bool{false, true} {
			var out bytes.Buffer
			if err := WriteIncidents(&out, format, catalogue, full, text.Options{Width: 80}); err != nil {
				t.Fatal(err)
			}
			got := out.String()
			if !strings.Contains(got, "red") || !strings.Contains(got, "gnirts") {
				t.Fatalf("%s lost the words of the text", format)
			}
			for _, r := range got {
				if r != '\n' && text.Unsafe(r) {
					t.Errorf("%s, full %v, shows %U", format, full, r)
				}
			}
			if !utf8.ValidString(got) {
				t.Errorf("%s, full %v, is not UTF-8", format, full)
			}
			if format == "markdown" &&
				(strings.Contains(withoutCode(got), "<img") || strings.Contains(withoutCode(got), "[go](")) {
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
