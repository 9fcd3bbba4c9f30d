package change

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/internal/journal"
	"rekey/internal/rotate"
)

// A manager dies after the keys that it manages: what it signs for must have
// ended, and while it has not, the manager is left alone.
func TestManagerDiesLast(t *testing.T) {
	for _, c := range []struct {
		story string
		ends  bool // the run of the managed key
		want  []string
	}{
		{"the run of its key ends", true, []string{"bot", "grid", "master"}},
		{"the run of its key does not end", false, []string{"bot", "grid"}},
	} {
		memory := &memoryJournal{terminal: &screen{}, now: func() time.Time { return now }, held: map[string]rotate.Entry{}}
		b := &runLog{memory: memory, outcomes: map[journal.RunID]rotate.Outcome{}}
		w := worldOf("okx")
		var jobs []job
		for i, name := range []string{"master", "bot", "grid"} { // grid is managed by nobody here
			d := Decision{Key: name, Kind: journal.Revoke}
			d.Entry, _ = (&Workspace{Entries: w.Entries}).Entry(name)
			jobs = append(jobs, job{d, jobOf(i)})
			jobs[i].run.Key = name
		}
		var mu sync.Mutex
		var began []string
		do := func(_ *rotate.Engine, _ context.Context, j rotate.Job) (rotate.Outcome, error) {
			if j.Key == "bot" {
				time.Sleep(20 * time.Millisecond) // whoever did not wait would be first
			}
			mu.Lock()
			defer mu.Unlock()
			began = append(began, j.Key)
			record := journal.Record{Run: j.ID, Kind: journal.Revoke, Key: j.Key, Stage: journal.Done, Phase: journal.Did}
			if !c.ends && j.Key == "bot" {
				record.Stage = journal.Retiring
			}
			return rotate.Outcome{Run: j.ID, Stage: record.Stage}, memory.AppendAll(record)
		}
		together(t.Context(), b, jobs, do)
		if last := began[len(began)-1]; c.ends != (last == "master") {
			t.Errorf("%s: carried out in the order %v", c.story, began)
		}
		slices.Sort(began)
		if !slices.Equal(began, c.want) {
			t.Errorf("%s: carried out %v, want %v", c.story, began, c.want)
		}
		why := b.outcome(jobs[0].run.ID).Why
		if c.ends != (why == "") || !c.ends && !strings.Contains(why, "it manages bot, whose run has not ended") {
			t.Errorf("%s: of the manager: %q", c.story, why)
		}
	}
}
