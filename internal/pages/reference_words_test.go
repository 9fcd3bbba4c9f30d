package pages

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"rekey/audit"
	"rekey/internal/text"
	"rekey/internal/text/texttest"
)

func TestRulesWithoutACheckAreListed(t *testing.T) {
	deferred := audit.Deferred()[0]
	for _, format := range []string{"text", "markdown", "json"} {
		var list, one bytes.Buffer
		if err := WriteRules(&list, format, stagedRules(), false, text.Options{Width: 80}); err != nil {
			t.Fatal(err)
		}
		if err := WriteRules(&one, format, stagedRules(), true, text.Options{Width: 80}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(list.String(), deferred.ID) {
			t.Errorf("the list as %s does not name %s", format, deferred.ID)
		}
		if strings.Contains(one.String(), deferred.ID) {
			t.Errorf("named rules as %s: %s is there too", format, deferred.ID)
		}
		texttest.Lines(t, "rules as text", 80, []byte(map[bool]string{true: list.String()}[format == "text"]))
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
		{
			"an end that a machine outlives",
			audit.Incident{Until: at, Actions: []string{"HOST"}},
			"until",
			"machine was rebuilt, also after 2022-12-29",
		},
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
