package rotate

import (
	"context"
	"errors"
	"fmt"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// ErrTooLate says that a run can only be finished: its old key is already being
// destroyed.
var ErrTooLate = errors.New("the old key is already being destroyed; the run can only be resumed")

// Abandon takes a run back: the old credential returns to every place, and the
// new key is destroyed. It can be repeated.
func (e *Engine) Abandon(ctx context.Context, j Job) (Outcome, error) {
	r, err := e.load(ctx, j)
	if err != nil {
		return Outcome{Run: j.ID, Why: err.Error()}, err
	}
	if r.ended() {
		return r.outcome(r.stage(), ""), nil
	}
	end := journal.Stage(r.data(journal.Abandoned, journal.Will).Result) // of an earlier attempt
	if end == "" {
		if r.started(journal.Retiring) {
			return r.outcome(r.stage(), ErrTooLate.Error()), ErrTooLate
		}
		end = journal.Abandoned
	}
	out, err := r.takeBack(ctx, end)
	if err != nil {
		return r.outcome(r.stage(), err.Error()), err
	}
	return out, nil
}

// takeBack undoes what was done, the last thing first, and ends the run at the
// given stage. A replacement whose old key is dead has nothing to go back to:
// its new key is destroyed, and the places are left as they are.
func (r *run) takeBack(ctx context.Context, end journal.Stage) (Outcome, error) {
	still := func(err error) (Outcome, error) {
		out := r.outcome(r.stage(), err.Error())
		if errors.As(err, new(errPerson)) {
			out.Waits = true
			if e := r.note(journal.NeedsPerson, journal.Did, journal.Data{}); e != nil {
				return r.outcome(r.stage(), e.Error()), e
			}
			out.Stage = journal.NeedsPerson
		}
		return out, err
	}
	if !r.started(journal.Abandoned) {
		if err := r.note(journal.Abandoned, journal.Will, journal.Data{Result: string(end)}); err != nil {
			return still(err)
		}
	}
	entry, ok, err := r.Vault.Get(ctx, r.newSlot())
	if err != nil {
		return still(fmt.Errorf("the store could not be read: %w", err))
	}
	if ok && entry.made() && r.started(journal.Deployed) && !r.started(journal.Retiring) {
		if err := r.putBack(ctx, entry.Credential); err != nil {
			return still(err)
		}
	}
	if err := r.sweep(ctx, "", entry.Credential.Passphrase); err != nil {
		return still(err)
	}
	if ok && entry.made() && entry.Credential.AccessKey != r.Old.AccessKey {
		if err := r.destroyNew(ctx, entry.Credential); err != nil {
			return still(fmt.Errorf("the new key could not be destroyed: %w", err))
		}
	}
	if err := r.forget(ctx); err != nil {
		return still(err)
	}
	if err := r.note(end, journal.Did, journal.Data{}); err != nil {
		return still(err)
	}
	return r.outcome(end, ""), nil
}

// destroyNew destroys a new key, whose proof of death nobody waits for where an
// API said that it is gone.
func (r *run) destroyNew(ctx context.Context, c exchanges.Credential) error {
	if r.byHand() {
		_, err := r.deleteByHand(ctx, c)
		return err
	}
	ref := exchanges.KeyRef{Exchange: r.Exchange, Account: r.Account, AccessKey: c.AccessKey}
	return r.Manager.RevokeKey(ctx, exchanges.RevokeRequest{Ref: ref, Passphrase: c.Passphrase})
}

// putBack returns the old credential to every place.
func (r *run) putBack(ctx context.Context, instead exchanges.Credential) error {
	r.deploying.Lock()
	defer r.deploying.Unlock()
	for _, p := range r.Places {
		if err := p.Write(ctx, r.Old, instead); err != nil {
			return fmt.Errorf("%s could not be put back: %w", p.Name(), err)
		}
	}
	if r.Reload == nil {
		return nil
	}
	if err := r.Reload(ctx, instead, r.Old); err != nil {
		return fmt.Errorf("the reload command failed: %w", err)
	}
	return nil
}
