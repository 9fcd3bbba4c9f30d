package rotate

import (
	"context"
	"errors"
	"fmt"

	"rekey/exchanges"
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
	case journal.Rotate, journal.Respond:
	}
	renew := []step{
		{journal.Stored, (*run).issue}, {journal.Proved, (*run).prove}, {journal.Deployed, (*run).deploy},
	}
	if j.Compromised {
		return append([]step{retire}, renew...)
	}
	return append(renew, step{journal.Settling, (*run).settle}, retire)
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
		r.queue(journal.Planned, journal.Did, j.plan())
	}
	for _, s := range j.steps() {
		if r.did(s.stage) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return r.stop(ctx, err)
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
	if e := r.flush(); e != nil {
		err = errors.Join(err, e)
		return r.outcome(r.stage(), err.Error()), err
	}
	if giveUp := (errGiveUp{}); errors.As(err, &giveUp) {
		out, back := r.takeBack(ctx, journal.Failed)
		if out.Waits {
			out.Why = fmt.Sprintf("%v; taking it back waits: %s", err, out.Why)
			return out, back
		}
		if back != nil {
			return r.outcome(r.stage(), fmt.Sprintf("%v; and taking it back: %v", err, back)), back
		}
		if out.Why != "" {
			out.Why = fmt.Sprintf("%v; %s", err, out.Why)
			return out, nil
		}
		out.Why = err.Error()
		return out, nil
	}
	if exchanges.KindOf(err) == exchanges.KindSecondFactor { // resumed, the run looks what became of it
		err = errPerson{err}
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

// finish ends a run whose steps are all done. It looks once more for keys of
// creates whose answer was lost, which may have come into being since.
func (r *run) finish(ctx context.Context) (Outcome, error) {
	stopped := func(err error) (Outcome, error) { return r.outcome(r.stage(), err.Error()), err }
	if err := r.flush(); err != nil {
		return stopped(err)
	}
	passphrase, err := r.passphraseOf(ctx, r.ID)
	if err == nil {
		err = r.sweep(ctx, passphrase)
	}
	if err == nil {
		err = r.forget(ctx, passphrase)
	}
	if err != nil {
		return stopped(err)
	}
	end := endOf(r.Kind, r.records)
	if err := r.note(end, journal.Did, journal.Data{}); err != nil {
		return stopped(err)
	}
	return r.outcome(end, ""), nil
}
