package change

import (
	"strings"
	"testing"
	"time"

	"rekey/internal/journal"
)

// What a response that is asked to go on finds in the journal: those that are
// unfinished and whole, else the last one, never one whose plan was not written.
func TestResponsesToGoOnWith(t *testing.T) {
	plan := []journal.PlannedKey{
		{Key: "grid-bot", ID: journal.NameKey("GRIDKEY000000"), Exchange: "binance", Decision: journal.Left, Why: "x"},
	}
	type step struct {
		id    journal.RunID
		cause string
		stage journal.Stage
		phase journal.Phase
	}
	begun := func(id journal.RunID, cause string) step { return step{id, cause, journal.Planned, journal.Will} }
	whole := func(id journal.RunID, cause string) step { return step{id, cause, journal.Planned, journal.Did} }
	over := func(id journal.RunID, cause string) step { return step{id, cause, journal.Done, journal.Did} }
	const one, two = journal.RunID("01m7knhxr4k7q"), journal.RunID("01m7knhyq8w2c")
	for _, c := range []struct {
		story      string
		steps      []step
		open, last string // ids
		says       string
	}{
		{story: "nothing was begun"},
		{
			story: "cut while its plan was written", steps: []step{begun(one, "a")},
			says: "the response to a was cut short before its plan was written",
		},
		{story: "unfinished", steps: []step{begun(one, "a"), whole(one, "a")}, open: string(one), last: string(one)},
		{story: "over", steps: []step{begun(one, "a"), whole(one, "a"), over(one, "a")}, last: string(one)},
		{
			story: "over, and another was cut while its plan was written",
			steps: []step{begun(one, "a"), whole(one, "a"), over(one, "a"), begun(two, "b")}, last: string(one),
			says: "the response to b was cut short before its plan was written",
		},
		{
			story: "cut while its plan was written, and begun again",
			steps: []step{begun(one, "a"), begun(two, "a"), whole(two, "a")}, open: string(two), last: string(two),
		},
	} {
		t.Run(c.story, func(t *testing.T) {
			dir := t.TempDir()
			log, _, err := journal.Open(dir, journal.Options{Now: time.Now})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range c.steps {
				r := journal.Record{Run: s.id, Kind: journal.Respond, Key: s.cause, Stage: s.stage, Phase: s.phase}
				if s.phase == journal.Will {
					r.Data.Plan = plan
				}
				if err := log.AppendAll(r); err != nil {
					t.Fatal(err)
				}
			}
			if err := log.Close(); err != nil {
				t.Fatal(err)
			}
			v, err := journal.Read(dir)
			if err != nil || v.Err() != nil {
				t.Fatal(err, v.Err())
			}
			if got := idsOf(openResponses(v, Request{Resume: true})); got != c.open {
				t.Errorf("open are %q, want %q", got, c.open)
			}
			if got := idsOf(lastWhole(v)); got != c.last {
				t.Errorf("the last is %q, want %q", got, c.last)
			}
			s := &screen{}
			(&response{Runner: &Runner{Terminal: s}}).sayUnplanned(v)
			if got := s.String(); (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
				t.Errorf("it says %q, want %q", got, c.says)
			}
		})
	}
}

func idsOf(list []journal.Response) string {
	var ids []string
	for _, o := range list {
		ids = append(ids, string(o.ID))
	}
	return strings.Join(ids, " ")
}
