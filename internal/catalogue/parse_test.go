package catalogue

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rekey/audit"
)

// entry is a user's own incident, with lines to be replaced.
const entry = `schema_version: 1
incidents:
  - id: own-2026
    title: our bot host was open
    exchanges: [kucoin]
    key_exposure: probable
    applies_if:
      - {type: owner, value: desk-a}
    exposure: {from: 2026-05, until: 2026-06, basis: our own log}
    severity: high
    actions: [ROTATE, REVIEW]
`

func TestParseOwnEntry(t *testing.T) {
	c, err := Parse("own.yaml", []byte(entry))
	if err != nil {
		t.Fatal(err)
	}
	in := c.Incidents[0]
	if want := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC); !in.From.Equal(want) {
		t.Errorf("a month as from: %v, want %v", in.From, want)
	}
	if want := time.Date(2026, 6, 30, 23, 59, 59, 0, time.UTC); !in.Until.Equal(want) {
		t.Errorf("a month as until: %v, want %v", in.Until, want)
	}
	if !c.Compiled.IsZero() || in.Suspected || in.Exposure != audit.Probable {
		t.Errorf("compiled %v, suspected %t, exposure %s", c.Compiled, in.Suspected, in.Exposure)
	}
}

func TestParseDates(t *testing.T) {
	tests := []struct{ word, first, last string }{
		{"2022", "2022-01-01T00:00:00Z", "2022-12-31T23:59:59Z"},
		{"2024-02", "2024-02-01T00:00:00Z", "2024-02-29T23:59:59Z"},
		{"2022-12-28", "2022-12-28T00:00:00Z", "2022-12-28T23:59:59Z"},
		{`"2022-12-28"`, "2022-12-28T00:00:00Z", "2022-12-28T23:59:59Z"},
		{"2022-12-28T00:01:00Z", "2022-12-28T00:01:00Z", "2022-12-28T00:01:00Z"},
		{"2022-12-28T09:01:00+09:00", "2022-12-28T00:01:00Z", "2022-12-28T00:01:00Z"},
	}
	for _, tt := range tests {
		text := strings.Replace(
			entry,
			"{from: 2026-05, until: 2026-06",
			fmt.Sprintf("{from: %s, until: %s", tt.word, tt.word),
			1,
		)
		c, err := Parse("own.yaml", []byte(text))
		if err != nil {
			t.Errorf("%s: %v", tt.word, err)
			continue
		}
		in := c.Incidents[0]
		if got := in.From.Format(time.RFC3339); got != tt.first {
			t.Errorf("%s as from: %s, want %s", tt.word, got, tt.first)
		}
		if got := in.Until.Format(time.RFC3339); got != tt.last {
			t.Errorf("%s as until: %s, want %s", tt.word, got, tt.last)
		}
	}
	for _, word := range []string{"null", "~", ""} {
		text := strings.Replace(entry, "until: 2026-06", "until: "+word, 1)
		if c, err := Parse("own.yaml", []byte(text)); err != nil || !c.Incidents[0].Until.IsZero() {
			t.Errorf("until: %s: %v", word, err)
		}
	}
}

func TestParseStates(t *testing.T) {
	for word, want := range map[string]bool{"suspected": true, "confirmed": false} {
		c, err := Parse("own.yaml", []byte(entry+"    state: "+word+"\n"))
		if err != nil || c.Incidents[0].Suspected != want {
			t.Errorf("state %s: suspected is not %t (%v)", word, want, err)
		}
	}
}

// A slip in a list of incidents would clear keys, so nothing is read around.
func TestParseRefuses(t *testing.T) {
	with := func(old, replacement string) string {
		if !strings.Contains(entry, old) {
			t.Fatalf("the entry has no %q", old)
		}
		return strings.Replace(entry, old, replacement, 1)
	}
	tests := []struct{ story, text, want string }{
		{"an empty file", "", "own.yaml: the file is empty"},
		{"a comment alone", "# nothing\n", "own.yaml: the file is empty"},
		{"no YAML", "a: [", "own.yaml:1: "},
		{"a list at the top", "- 1\n", "own.yaml:1:1: expected fields"},
		{"a second document", entry + "---\na: 1\n", "own.yaml:12:1: a catalogue is one YAML document"},
		{"another version", with("schema_version: 1", "schema_version: 2"), `own.yaml:1:17: schema_version is "2"`},
		{
			"a misspelt field",
			with("exchanges: [kucoin]", "exchange: [kucoin]"),
			`own.yaml:5:5: no field is called "exchange"`,
		},
		{"a field twice", with("title: our", "id: x\n    title: our"), `own.yaml:4:5: field "id" is here twice`},
		{"a field missing", with("    severity: high\n", ""), `own.yaml:3:5: field "severity" is missing`},
		{"an end left out", with("until: 2026-06, ", ""), `field "until" is missing`},
		{"a title left empty", with("our bot host was open", `""`), "own.yaml:4:12: a text is missing"},
		{"a list where a text belongs", with("our bot host was open", "[a]"), "own.yaml:4:12: expected a text, found a list"},
		{"a text where a list belongs", with("[kucoin]", "kucoin"), "own.yaml:5:16: expected a list, found a text"},
		{"no exchange", with("[kucoin]", "[]"), "exchanges is empty"},
		{"an exchange in capitals", with("[kucoin]", "[KuCoin]"), `write "KuCoin" in lower case`},
		{"an unknown link", with("type: owner", "type: ownr"), `no link is of type "ownr"`},
		{"no link", with("applies_if:\n      - {type: owner, value: desk-a}", "applies_if: []"), "applies_if is empty"},
		{"an unknown exposure", with("probable", "likely"), `key_exposure is "likely"`},
		{"an unknown severity", with("severity: high", "severity: none"), "severity is one of"},
		{"an unknown action", with("[ROTATE, REVIEW]", "[ROTATE, REVIEWS]"), `own.yaml:11:23: no action is called "REVIEWS"`},
		{"no action", with("[ROTATE, REVIEW]", "[]"), "actions is empty"},
		{"an unknown state", entry + "    state: rumoured\n", `state is "rumoured"`},
		{"an ID with blanks", with("own-2026", `"own 2026"`), "an id is made of"},
		{
			"the same ID twice",
			entry + strings.TrimPrefix(entry, "schema_version: 1\nincidents:\n"),
			`incident "own-2026" is also on line 3`,
		},
		{"no date", with("2026-05", "May 2026"), `"May 2026" is no date`},
		{"a day that is none", with("2026-05", "2026-02-30"), `"2026-02-30" is no date`},
		{"an end before the beginning", with("from: 2026-05", "from: 2026-07"), "ends before it begins"},
		{
			"an alias",
			with("title: our bot host was open", "title: &t x\n    notes: *t"),
			"own.yaml:4:12: anchors and aliases are not read",
		},
		{"a merge key", with("title: our", "<<: {title: x}\n    title: our"), `no field is called "<<"`},
		{"a tag", with("our bot host was open", "!!binary aGk="), "tags are not read"},
		{
			"a source that is no address",
			entry + "    sources: [{kind: press, url: 'javascript:alert(1)'}]\n",
			"a source is an https address",
		},
		{"a text too long", with("our bot host was open", strings.Repeat("x", maxText+1)), "is too long"},
		{
			"a list too long",
			with("[ROTATE, REVIEW]", "["+strings.Repeat("ROTATE, ", maxItems)+"REVIEW]"),
			"items are too many",
		},
		{"a file too long", strings.Repeat("#", maxBytes+1), "too many for a catalogue"},
	}
	for _, tt := range tests {
		c, err := Parse("own.yaml", []byte(tt.text))
		switch {
		case err == nil:
			t.Errorf("%s: accepted", tt.story)
		case !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "own.yaml:"):
			t.Errorf("%s: %v, want %s", tt.story, err, tt.want)
		case len(err.Error()) > 600:
			t.Errorf("%s: an error of %d bytes", tt.story, len(err.Error()))
		case len(c.Incidents) != 0:
			t.Errorf("%s: something was kept after the error", tt.story)
		}
	}
}

// Whatever the bytes, Parse answers with a catalogue that the matcher can use,
// or with an error that names the file.
func FuzzParse(f *testing.F) {
	f.Add([]byte(entry))
	f.Add([]byte("a: &a [*a]\n"))
	f.Add([]byte("schema_version: 1\nincidents: null\n"))
	f.Add([]byte("? {a: b}\n: c\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("f.yaml", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f.yaml:") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		seen := map[string]bool{}
		for _, in := range c.Incidents {
			if in.ID == "" || seen[in.ID] || in.Severity == audit.None || len(in.Links) == 0 || in.Exposure == "" {
				t.Errorf("half an incident: %+v", in)
			}
			seen[in.ID] = true
			if !in.Until.IsZero() && in.Until.Before(in.From) {
				t.Errorf("%s ends before it begins", in.ID)
			}
			audit.Match(audit.Subject{Name: "x", Origin: audit.FromInventory}, in, time.Now())
		}
	})
}
