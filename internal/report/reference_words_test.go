package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"rekey/audit"
)

func TestRulesWithoutACheckAreListed(t *testing.T) {
	deferred := audit.Deferred()[0]
	for _, format := range []string{"text", "markdown", "json"} {
		var list, one bytes.Buffer
		if err := WriteRules(&list, format, stagedRules(), false, Options{Width: 80}); err != nil {
			t.Fatal(err)
		}
		if err := WriteRules(&one, format, stagedRules(), true, Options{Width: 80}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(list.String(), deferred.ID) {
			t.Errorf("the list as %s does not name %s", format, deferred.ID)
		}
		if strings.Contains(one.String(), deferred.ID) {
			t.Errorf("named rules as %s: %s is there too", format, deferred.ID)
		}
		checkLines(t, "rules as text", 80, []byte(map[bool]string{true: list.String()}[format == "text"]))
	}
}

func TestUnknownTimesAreSaidSo(t *testing.T) {
	at := time.Date(2022, 12, 29, 18, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		story string
		in    audit.Incident
		label string
		want  string
	}{
		{"no start", audit.Incident{}, "from", "not known"},
		{"no end", audit.Incident{}, "until", "no key is clear"},
		{"an end", audit.Incident{Until: at}, "until", "2022-12-29 18:00 UTC"},
		{"an end that a machine outlives", audit.Incident{Until: at, Actions: []string{"HOST"}}, "until", "machine was rebuilt, also after 2022-12-29"},
		{"no abuse", audit.Incident{}, "first abuse", "not known"},
		{"no exchanges", audit.Incident{}, "exchanges", "none is named"},
		{"an exposure that nobody knows", audit.Incident{}, "exposure", "not known"},
	} {
		found := false
		for _, f := range incidentFacts(c.in) {
			if f.label == c.label {
				found = strings.Contains(f.text, c.want)
			}
		}
		if !found {
			t.Errorf("%s: %q does not say %q: %+v", c.story, c.label, c.want, incidentFacts(c.in))
		}
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		30 * 24 * time.Hour: "30 days", 24 * time.Hour: "1 day", 36 * time.Hour: "36 hours", time.Minute: "1 minute",
		2 * time.Second: "2 seconds", 1500 * time.Millisecond: "1.5s", 0: "0s",
	} {
		if got := span(d); got != want {
			t.Errorf("span(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 180000: "180,000", 1234567: "1,234,567", -999: "-999", -1000: "-1,000"} {
		if got := grouped(n); got != want {
			t.Errorf("grouped(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestAnchor(t *testing.T) {
	for heading, want := range map[string]string{"LIFE-01": "life-01", "3commas-2023-10": "3commas-2023-10", "bot_maker v2": "bot_maker-v2", "a.b": "ab"} {
		if got := anchor(heading); got != want {
			t.Errorf("anchor(%q) = %q, want %q", heading, got, want)
		}
	}
}

func TestARowWithoutProseIsStillThere(t *testing.T) {
	for _, columns := range []int{40, 80} {
		sink := newText(nil, Options{Width: columns})
		sink.printListing(listing{head: []string{"A", "B"}, rows: [][]string{{"one", ""}, {"two", "words"}}})
		if !strings.Contains(sink.out.String(), "one\n") || !strings.Contains(sink.out.String(), "two  words\n") {
			t.Errorf("at %d columns the table is:\n%s", columns, sink.out.String())
		}
	}
}
