package rotate

import (
	"slices"
	"testing"

	"rekey/internal/journal"
	"rekey/internal/store"
)

// The slots of a run lead back to it, and no other slot leads to one.
func TestRunOf(t *testing.T) {
	r := &run{Job: Job{ID: "01jd9x00000aa"}}
	for slot, want := range map[string]bool{
		r.newSlot(): true, r.oldSlot(): true, lostSlot(r.ID): true,
		"store:run-01jd9x00000aa": false, "run-": false, "run-x": false,
		"run-01jd9x00000aa-new": false, "01jd9x00000aa": false,
	} {
		id, ok := RunOf(slot)
		if ok != want || ok && id != r.ID {
			t.Errorf("%s: %q %v", slot, id, ok)
		}
	}
}

// A run that the journal does not know is lost, once; one that it knows is not,
// whether it has ended or not, and what a person put there is of no run. One that
// died before its first record is lost only where the whole journal is.
func TestLostRuns(t *testing.T) {
	const known, ended, lost, young = "01jd9x00000aa", "01jd9x00000bb", "01jd9x00000cc", "01jd9x00000dd"
	record := func(id journal.RunID, stage journal.Stage) journal.Line {
		return journal.Line{
			Readable: true,
			Record:   journal.Record{Run: id, Kind: journal.Rotate, Stage: stage, Phase: journal.Did},
		}
	}
	v := journal.View{Lines: []journal.Line{record(known, journal.Planned), record(ended, journal.Done)}}
	var slots []store.Slot
	for _, name := range []string{
		"run-" + known, "run-" + ended + "-old", "run-" + lost, "run-" + lost + "-old",
		"store:run-" + lost, "run-" + young + "-old",
	} {
		slots = append(slots, store.Slot{Name: name})
	}
	if got := LostRuns(v, slots); !slices.Equal(got, []journal.RunID{lost}) {
		t.Errorf("got %v", got)
	}
	if got := LostRuns(journal.View{Absent: true}, slots); !slices.Equal(got, []journal.RunID{known, ended, lost, young}) {
		t.Errorf("without a journal: %v", got)
	}
	if got := LostRuns(v, slots[:2]); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}
