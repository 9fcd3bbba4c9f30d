package change

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"rekey/internal/journal"
	"rekey/internal/rotate"
)

// A runLog is what a command keeps of its runs: the journal, the store, and the
// outcomes. It is safe for concurrent use.
type runLog struct {
	engine *rotate.Engine
	log    *journal.Journal // nil where none can be written and that was accepted
	memory *memoryJournal   // nil unless that was accepted

	mu       sync.Mutex
	outcomes map[journal.RunID]rotate.Outcome
}

// A LostJournalError says that the store holds secrets of runs that the journal
// does not know: somebody removed it, or put an earlier one back.
type LostJournalError struct {
	Dir  string
	Runs []journal.RunID
}

func (e *LostJournalError) Error() string {
	words := make([]string, len(e.Runs))
	for i, id := range e.Runs {
		words[i] = string(id)
	}
	return "the store in " + e.Dir + " holds secrets of " + counted(len(e.Runs), "run") +
		" that the journal there does not know (" + strings.Join(words, ", ") +
		"): it is gone, or of an earlier day; nothing was sent"
}

// open opens the journal for writing and the store beside it. The errors are
// those of journal.Open, the store's, and *LostJournalError.
func (r *Runner) open(ctx context.Context) (*runLog, error) {
	b := &runLog{
		outcomes: map[journal.RunID]rotate.Outcome{},
		engine:   &rotate.Engine{Sleep: r.Sleep, Marker: newMarker},
	}
	mayLack := r.mayLackJournal()
	if err := r.lostJournal(ctx, true); err != nil && !mayLack { // before a new one is begun
		return nil, err
	}
	holder := journal.Holder{Command: "rekey " + string(r.Kind)}
	log, remarks, err := journal.Open(r.StateDir, journal.Options{Now: r.Now, Holder: holder})
	if err == nil && !mayLack {
		if lost := r.lostJournal(ctx, false); lost != nil {
			_ = log.Close() // nothing was written
			return nil, lost
		}
	}
	switch {
	case err == nil:
		b.log = log
	case mayLack && unusable(err):
		r.Terminal.Remark("%s; going on without a journal, as accepted", err)
	default:
		return nil, err
	}
	for _, remark := range remarks {
		r.Terminal.Remark("%s", remark.Text)
	}
	var unfinished []journal.Run
	if b.log != nil {
		unfinished = b.log.Unfinished()
	}
	vault, err := r.Vault(ctx, unfinished)
	if err != nil && !mayLack {
		b.close()
		return nil, err
	}
	b.engine.Journal, b.engine.Vault = announcing{b.log, r.Terminal}, vault
	if mayLack {
		b.memory = &memoryJournal{
			terminal: r.Terminal, now: r.Now, log: b.log, vault: vault, held: map[string]rotate.Entry{},
		}
		b.engine.Journal, b.engine.Vault = announcing{b.memory, r.Terminal}, b.memory
	}
	return b, nil
}

// lostJournal fails when the store holds secrets of runs that the journal does
// not know. absent asks about a journal that is not there alone: what is in one
// that is there changes until its lock is held.
func (r *Runner) lostJournal(ctx context.Context, absent bool) error {
	view, err := journal.Read(r.StateDir)
	if err != nil || absent && !view.Absent {
		return nil //nolint:nilerr // opening it says so
	}
	if lost := r.Lost(ctx, view); len(lost) > 0 {
		return &LostJournalError{r.StateDir, lost}
	}
	return nil
}

// unusable reports whether a journal cannot be used: it cannot be written, or it
// is damaged. Another rekey that holds it is no such trouble.
func unusable(err error) bool {
	return errors.As(err, new(*journal.WriteError)) || errors.As(err, new(*journal.DamageError)) ||
		errors.As(err, new(*journal.UnsafeError))
}

func (b *runLog) close() {
	if b.log != nil {
		_ = b.log.Close() // every record was synced
	}
}

func (b *runLog) runs() []journal.Run {
	if b.memory != nil {
		return journal.RunsOf(b.memory.Records())
	}
	return b.log.Runs()
}

func (b *runLog) unfinished() []journal.Run {
	return slices.DeleteFunc(b.runs(), func(r journal.Run) bool { return r.Ended })
}

// run is what is known of a run, the zero Run when nothing is.
func (b *runLog) run(id journal.RunID) journal.Run {
	for _, r := range b.runs() {
		if r.ID == id {
			return r
		}
	}
	return journal.Run{}
}

func (b *runLog) note(id journal.RunID, out rotate.Outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.outcomes[id] = out
}

func (b *runLog) outcome(id journal.RunID) rotate.Outcome {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.outcomes[id]
}

// newMarker makes the label of a new key: 16 letters and digits.
func newMarker() string { return "rekey" + randomWord(11) }
