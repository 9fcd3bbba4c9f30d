package cmd

import (
	"context"
	"errors"
	"slices"
	"sync"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/rotate"
)

// The books are what a command keeps of its runs: the journal, the store, and
// the outcomes. It is safe for concurrent use.
type books struct {
	engine *rotate.Engine
	log    *journal.Journal // nil where none can be written and that was accepted
	loose  *unkept          // nil unless that was accepted

	mu       sync.Mutex
	outcomes map[journal.RunID]rotate.Outcome
	left     map[journal.RunID]bool // of a countdown
	say      func(format string, args ...any)
}

// openBooks opens the journal for writing and the store beside it.
func (a *App) openBooks(ctx context.Context, o *changeOptions) (*books, error) {
	b := &books{outcomes: map[journal.RunID]rotate.Outcome{}, engine: &rotate.Engine{Sleep: a.Sleep, Marker: newMarker}}
	mayLack := o.kind == journal.Revoke && o.accepted(riskNoJournal)
	log, remarks, err := journal.Open(a.stateDir(), journal.Options{Now: a.Now, Holder: journal.Holder{Command: "rekey " + string(o.kind)}})
	var unwritable *journal.WriteError
	switch {
	case err == nil:
		b.log = log
	case mayLack && errors.As(err, &unwritable):
		a.remark("%s; going on without a journal, as accepted", err)
	default:
		return nil, a.journalError(err, o)
	}
	for _, r := range remarks {
		a.remark("%s", r.Text)
	}
	vault, err := a.openVault(ctx, b.log)
	if err != nil && !mayLack {
		b.close()
		return nil, err
	}
	b.engine.Journal, b.engine.Vault = told{b.log, a}, vault
	if mayLack {
		b.loose = &unkept{app: a, log: b.log, vault: vault, held: map[string]rotate.Entry{}}
		b.engine.Journal, b.engine.Vault = told{b.loose, a}, b.loose
	}
	return b, nil
}

// openVault opens the store for the secrets of runs, and makes one where there
// is none.
func (a *App) openVault(ctx context.Context, log *journal.Journal) (rotate.Vault, error) {
	var unfinished []journal.Run
	if log != nil {
		unfinished = log.Unfinished()
	}
	s, err := a.makeStore(ctx, unfinished, exchanges.Secret{})
	if err != nil {
		return nil, err
	}
	return rotate.Sealed(s, a.Now), nil
}

func (b *books) close() {
	if b.log != nil {
		_ = b.log.Close() // every record was synced
	}
}

func (b *books) runs() []journal.Run {
	switch {
	case b.loose != nil:
		return journal.RunsOf(b.loose.Records())
	default:
		return b.log.Runs()
	}
}

func (b *books) unfinished() []journal.Run {
	return slices.DeleteFunc(b.runs(), func(r journal.Run) bool { return r.Ended })
}

// run is what is known of a run, the zero Run when nothing is.
func (b *books) run(id journal.RunID) journal.Run {
	for _, r := range b.runs() {
		if r.ID == id {
			return r
		}
	}
	return journal.Run{}
}

// countdown says after each of these jobs how many keys may still live.
func (b *books) countdown(a *App, jobs []change) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = map[journal.RunID]bool{}
	for _, c := range jobs {
		b.left[c.job.ID] = true
	}
	if len(b.left) > 0 {
		b.say = a.remark
		b.say("%s to kill", number(len(b.left), "key"))
	}
}

func (b *books) note(id journal.RunID, out rotate.Outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.outcomes[id] = out
	if b.left[id] && (out.Dead || out.Stage == journal.Unconfirmed || out.Stage == journal.Done) {
		delete(b.left, id)
		switch len(b.left) {
		case 0:
			b.say("none is left")
		default:
			b.say("%s may still live", number(len(b.left), "key"))
		}
	}
}

func (b *books) outcome(id journal.RunID) rotate.Outcome {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.outcomes[id]
}

// journalError is an error of opening the journal, as the command ends with it.
func (a *App) journalError(err error, o *changeOptions) error {
	var held *journal.HeldError
	var damage *journal.DamageError
	var unwritable *journal.WriteError
	switch {
	case errors.As(err, &held):
		return &exitError{code: exitUnfinished, text: held.Error() + "; nothing was sent", hints: []string{held.Hint()}}
	case errors.As(err, &damage):
		return &exitError{code: exitUnfinished, text: damage.Error() + "; nothing was sent", hints: []string{damage.Hint()}}
	case errors.As(err, &unwritable) && o != nil && o.kind == journal.Revoke:
		return &exitError{code: exitFailed, text: err.Error() + "; nothing was sent", hints: []string{"--accept-risk=" + riskNoJournal + " kills the key all the same, with the record on stderr"}}
	default:
		return failed(err.Error() + "; nothing was sent")
	}
}
