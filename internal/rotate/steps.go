package rotate

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"rekey/internal/journal"
)

// A step is one part of a run. It is left out when the journal has its Did
// record.
type step struct {
	stage journal.Stage
	do    func(*run, context.Context) error
}

// steps returns the steps of a job, in order. The old key of a rotation dies
// after the new one is in use; when it is compromised, it dies first.
func (j Job) steps() []step {
	retire := step{journal.Retiring, (*run).retire}
	switch j.Kind {
	case journal.Revoke:
		return []step{retire}
	case journal.Contain:
		return []step{{journal.Deployed, (*run).narrow}, {journal.Proved, (*run).proveNarrow}}
	case journal.Rotate:
	}
	renew := []step{
		{journal.Stored, (*run).issue}, {journal.Proved, (*run).prove}, {journal.Deployed, (*run).deploy},
	}
	if j.Compromised {
		return append([]step{retire}, renew...)
	}
	return append(renew, step{journal.Settling, (*run).settle}, retire)
}

// A run is a job with what the journal knows of it.
type run struct {
	*Engine
	Job
	records []journal.Record
}

// Run carries out a job, or goes on with it where an earlier process stopped.
// An error means that the run has not ended and can be resumed; the Outcome
// beside it says how far it came.
func (e *Engine) Run(ctx context.Context, j Job) (Outcome, error) {
	r, err := e.load(ctx, j)
	if err != nil {
		return Outcome{Run: j.ID, Why: err.Error()}, err
	}
	if r.ended() {
		return r.outcome(r.stage(), ""), nil
	}
	if r.started(journal.Abandoned) {
		return e.Abandon(ctx, j)
	}
	if len(r.records) == 0 {
		if err := r.Vault.Put(ctx, r.oldSlot(), Entry{Credential: j.Old}); err != nil {
			err = fmt.Errorf("the store could not be written, nothing was sent: %w", err)
			return r.outcome(journal.Planned, err.Error()), err
		}
		if err := r.note(journal.Planned, journal.Did, j.plan()); err != nil {
			return r.outcome(journal.Planned, err.Error()), err
		}
	}
	for _, s := range j.steps() {
		if r.did(s.stage) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return r.outcome(r.stage(), "interrupted"), err
		}
		if err := s.do(r, ctx); err != nil {
			return r.stop(ctx, err)
		}
	}
	return r.finish(ctx)
}

// errGiveUp marks an error after which the run is taken back: the new key must
// not stay.
type errGiveUp struct{ err error }

func (e errGiveUp) Error() string { return e.err.Error() }

func (e errGiveUp) Unwrap() error { return e.err }

// errPerson marks an error that only a person can mend.
type errPerson struct{ err error }

func (e errPerson) Error() string { return e.err.Error() }

func (e errPerson) Unwrap() error { return e.err }

// stop decides what follows a step that failed.
func (r *run) stop(ctx context.Context, err error) (Outcome, error) {
	if giveUp := (errGiveUp{}); errors.As(err, &giveUp) {
		out, back := r.takeBack(ctx, journal.Failed)
		if out.Waits {
			out.Why = fmt.Sprintf("%v; taking it back waits: %s", err, out.Why)
			return out, back
		}
		if back != nil {
			return r.outcome(r.stage(), fmt.Sprintf("%v; and taking it back: %v", err, back)), back
		}
		out.Why = err.Error()
		return out, nil
	}
	if person := (errPerson{}); errors.As(err, &person) {
		if e := r.note(journal.NeedsPerson, journal.Did, journal.Data{}); e != nil {
			return r.outcome(r.stage(), e.Error()), e
		}
		out := r.outcome(journal.NeedsPerson, err.Error())
		out.Waits = true
		return out, err
	}
	if ctx.Err() != nil {
		return r.outcome(r.stage(), "interrupted"), err
	}
	return r.outcome(r.stage(), err.Error()), err
}

// finish ends a run whose steps are all done.
func (r *run) finish(ctx context.Context) (Outcome, error) {
	// The journal says which key stays, not the vault: that may have forgotten
	// it already, in a life before this one.
	entry, _, err := r.Vault.Get(ctx, r.newSlot())
	if err == nil {
		err = r.sweep(ctx, r.data(journal.Stored, journal.Did).Marker, entry.Credential.Passphrase)
	}
	if err == nil {
		err = r.forget(ctx)
	}
	if err != nil {
		return r.outcome(r.stage(), err.Error()), err
	}
	stage := journal.Done
	if proof := cmp.Or(r.data(journal.Retiring, journal.Did).Result, r.data(journal.Proved, journal.Did).Result); proof != proven {
		stage = journal.Unconfirmed
	}
	if err := r.note(stage, journal.Did, journal.Data{}); err != nil {
		return r.outcome(r.stage(), err.Error()), err
	}
	return r.outcome(stage, ""), nil
}
