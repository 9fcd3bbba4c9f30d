package change

import (
	"context"
	"errors"
	"slices"
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

// A LostJournalError says that there is no journal, and the store holds secrets
// of runs: somebody removed it, or the state directory is another one.
type LostJournalError struct {
	Dir   string
	Slots []string
}

func (e *LostJournalError) Error() string {
	return "there is no journal in " + e.Dir + ", and the store there holds " + counted(len(e.Slots), "secret") +
		" of runs that it was to tell of; nothing was sent"
}

// open opens the journal for writing and the store beside it. The errors are
// those of journal.Open, the store's, and *LostJournalError.
func (r *Runner) open(ctx context.Context) (*runLog, error) {
	b := &runLog{
		outcomes: map[journal.RunID]rotate.Outcome{},
		engine:   &rotate.Engine{Sleep: r.Sleep, Marker: newMarker},
	}
	mayLack := r.Kind == journal.Revoke && r.accepted(RiskNoJournal)
	holder := journal.Holder{Command: "rekey " + string(r.Kind)}
	log, remarks, err := journal.Open(r.StateDir, journal.Options{Now: r.Now, Holder: holder})
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
