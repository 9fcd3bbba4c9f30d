package rotate

import (
	"slices"
	"strings"

	"rekey/internal/journal"
	"rekey/internal/store"
)

// The slots of the vault in which a run keeps its new and its old credential.
const (
	slotStart = "run-"
	oldEnd    = "-old"
)

// RunOf returns the run that keeps a credential in the slot, and whether the
// slot is one of a run.
func RunOf(slot string) (journal.RunID, bool) {
	id, ok := strings.CutPrefix(slot, slotStart)
	if !ok {
		return "", false
	}
	return journal.ParseRunID(strings.TrimSuffix(id, oldEnd))
}

// LostRuns returns the runs that keep a credential in one of these slots and
// whose records the journal lost: it was removed or put back to an earlier day.
// Beside a journal that is there, a run that keeps its old credential alone is
// not among them: a process that dies before its first record leaves that, and
// has sent nothing. A damaged journal may hold the records where it cannot be
// read.
func LostRuns(v journal.View, slots []store.Slot) []journal.RunID {
	known := map[journal.RunID]bool{}
	for r := range v.Records() {
		known[r.Run] = true
	}
	var lost []journal.RunID
	for _, s := range slots {
		id, ok := RunOf(s.Name)
		begun := !strings.HasSuffix(s.Name, oldEnd)
		if ok && !known[id] && (begun || v.Absent) && !slices.Contains(lost, id) {
			lost = append(lost, id)
		}
	}
	return lost
}
