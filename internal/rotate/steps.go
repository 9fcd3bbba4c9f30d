package rotate

import (
	"context"
	"errors"
	"fmt"

	"rekey/exchanges"
)

// A step is one part of a run. It is left out when the journal has its Did
// record.
type step struct {
	stage Stage
	do    func(*run, context.Context) error
}

// steps returns the steps of a kind, in order. The old key of a rotation dies
// after the new one is in use; the old key of a replacement dies first.
func steps(k Kind) []step {
	issue, prove := step{Stored, (*run).issue}, step{Proved, (*run).prove}
	deploy, settle := step{Deployed, (*run).deploy}, step{Settling, (*run).settle}
	retire := step{Retiring, (*run).retire}
	switch k {
	case Rotate:
		return []step{issue, prove, deploy, settle, retire}
	case Replace:
		return []step{retire, issue, prove, deploy}
	case Revoke:
		return []step{retire}
	default:
		return nil
	}
}

// A run is a job with what the journal knows of it.
type run struct {
	*Engine
	Job
	records []Record
}

// Run carries out a job, or goes on with it where an earlier process stopped.
// An error means that the run has not ended and can be resumed; the Outcome
// beside it says how far it came.
func (e *Engine) Run(ctx context.Context, j Job) (Outcome, error) {
	r, err := e.load(j)
	if err != nil {
		return Outcome{Run: j.ID, Why: err.Error()}, err
	}
	if r.ended() {
		return r.outcome(r.stage(), ""), nil
	}
	if r.started(Abandoned) {
		return e.Abandon(ctx, j)
	}
	if len(r.records) == 0 {
		if err := r.note(Planned, Did, map[string]string{"old": exchanges.Fingerprint(j.Old.AccessKey)}); err != nil {
			return r.outcome(Planned, err.Error()), err
		}
	}
	for _, s := range steps(j.Kind) {
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
		out, back := r.takeBack(ctx, Failed)
		if back != nil {
			return r.outcome(r.stage(), fmt.Sprintf("%v; and taking it back: %v", err, back)), back
		}
		out.Why = err.Error()
		return out, nil
	}
	if person := (errPerson{}); errors.As(err, &person) {
		if e := r.note(NeedsPerson, Did, nil); e != nil {
			return r.outcome(r.stage(), e.Error()), e
		}
		return r.outcome(NeedsPerson, err.Error()), err
	}
	return r.outcome(r.stage(), err.Error()), err
}

// finish ends a run whose steps are all done.
func (r *run) finish(ctx context.Context) (Outcome, error) {
	// The journal says which key stays, not the vault: that may have forgotten
	// it already, in a life before this one.
	err := r.sweep(ctx, r.data(Stored, Did)["marker"])
	if err == nil {
		err = r.Vault.Forget(ctx, r.ID)
	}
	if err != nil {
		return r.outcome(r.stage(), err.Error()), err
	}
	stage := Done
	if r.data(Retiring, Did)["dead"] != "proven" {
		stage = Unconfirmed
	}
	if err := r.note(stage, Did, nil); err != nil {
		return r.outcome(r.stage(), err.Error()), err
	}
	return r.outcome(stage, ""), nil
}
