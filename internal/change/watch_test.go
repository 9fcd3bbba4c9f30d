package change

import (
	"strings"
	"testing"
	"time"

	"rekey/exchanges/all"
	"rekey/internal/journal"
	"rekey/internal/report"
)

// lostRun is the run of a rotation whose key was asked for at that time and got
// no answer; it has ended when its records say so.
func lostRun(at time.Time, more ...journal.Record) journal.Run {
	asked := journal.Record{
		Stage: journal.Issuing, Phase: journal.Will, At: at, Data: journal.Data{Marker: "rekeyabcdefghij"},
	}
	return runOf(journal.Rotate, "bot", append([]journal.Record{begun(botKey), asked}, more...)...)
}

// A key whose making got no answer is looked for through its day when its run has
// ended; before that the run looks itself.
func TestWatching(t *testing.T) {
	over := did(journal.Unconfirmed)
	for _, c := range []struct {
		story string
		runs  []journal.Run
		want  bool
	}{
		{"nothing is watched for", nil, false},
		{"its run has ended", []journal.Run{lostRun(now.Add(-time.Hour), over)}, true},
		{"its run is unfinished", []journal.Run{lostRun(now.Add(-time.Hour))}, false},
		{"its day is over", []journal.Run{lostRun(now.Add(-25*time.Hour), over)}, false},
		{"one of two has ended", []journal.Run{lostRun(now.Add(-time.Hour)), lostRun(now.Add(-time.Hour), over)}, true},
	} {
		r := &Runner{Now: func() time.Time { return now }}
		if got := r.watching(c.runs); got != c.want {
			t.Errorf("%s: %v", c.story, got)
		}
	}
}

// A lost key that cannot be looked for is a step for a person, never silence.
func TestLostKeyThatCannotBeLookedFor(t *testing.T) {
	for _, c := range []struct {
		story string
		run   journal.Run
		says  string // of the step, "" for none
	}{
		{
			"its manager is no key of rekey.yaml", lostRun(now.Add(-time.Hour), did(journal.Unconfirmed)),
			"whether a key labelled rekeyabcdefghij was made is not known: its manager is no key of rekey.yaml any more",
		},
		{"its run looks itself", lostRun(now.Add(-time.Hour)), ""},
	} {
		r := &Runner{
			Workspace: &Workspace{}, Registry: all.Registry(), Terminal: &screen{}, Now: func() time.Time { return now },
		}
		var doc report.Changes
		r.destroyLost(t.Context(), &runLog{memory: newMemory(&screen{}, c.run)}, &doc)
		switch {
		case c.says == "" && len(doc.Person) > 0, c.says != "" && len(doc.Person) != 1:
			t.Errorf("%s: %+v", c.story, doc.Person)
		case c.says != "" && !strings.HasPrefix(doc.Person[0].Why, c.says):
			t.Errorf("%s: %q", c.story, doc.Person[0].Why)
		}
		if c.says != "" && EndOf(doc, false) != NeedsPerson {
			t.Errorf("%s: ends with %v", c.story, EndOf(doc, false))
		}
	}
}
