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
var ErrTooLate = errors.New("the old key is already being deleted; the run can only be resumed")

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
		// Where a compromised key is gone and the new one lies in no place yet,
		// giving up the new one breaks nothing that works.
		unused := r.Compromised && r.did(journal.Retiring) && !r.started(journal.Deployed)
		if r.started(journal.Retiring) && !unused {
			return r.outcome(r.stage(), ErrTooLate.Error()), ErrTooLate
		}
		end = journal.Abandoned
	}
	return r.takeBack(ctx, end)
}

// takeBack undoes what was done, the last thing first, and ends the run at the
// given stage; at unconfirmed, where a key may live that nobody has seen. A
// replacement whose old key is dead has nothing to go back to: its new key is
// destroyed, and the places are left as they are.
func (r *run) takeBack(ctx context.Context, end journal.Stage) (Outcome, error) {
	still := func(err error) (Outcome, error) {
		err = errors.Join(err, r.flush())
		out := r.outcome(r.stage(), err.Error())
		if errors.As(err, new(errPerson)) || exchanges.KindOf(err) == exchanges.KindSecondFactor {
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
	if err := r.flush(); err != nil {
		return still(err)
	}
	entry, _, err := r.Vault.Get(ctx, r.newSlot())
	if err != nil {
		return still(fmt.Errorf("the store could not be read: %w", err))
	}
	passphrase, err := r.passphraseOf(ctx, r.ID)
	if err != nil {
		return still(err)
	}
	made := entry.made()
	if made && r.started(journal.Deployed) && !r.started(journal.Retiring) {
		if err := r.putBack(ctx, entry.Credential); err != nil {
			return still(err)
		}
	}
	if made && entry.Credential.AccessKey != r.Old.AccessKey {
		if err := r.destroyNew(ctx, entry); err != nil {
			return still(err)
		}
	}
	if !made {
		if err := r.destroyStored(ctx, passphrase); err != nil {
			return still(err)
		}
	}
	if err := r.sweep(ctx, passphrase); err != nil {
		return still(err)
	}
	if err := r.forget(ctx, passphrase); err != nil {
		return still(err)
	}
	data := journal.Data{}
	actual := endOfTakingBack(end, r.records)
	if actual != end {
		data.Result = string(end)
	}
	if err := r.note(actual, journal.Did, data); err != nil {
		return still(err)
	}
	return r.outcome(actual, ""), nil
}

// destroyNew destroys a new key, whose proof of death nobody waits for where an
// API said that it is gone. It is noted, so that nobody looks for it later.
func (r *run) destroyNew(ctx context.Context, e Entry) error {
	if r.byHand() {
		if _, _, err := r.deleteByHand(ctx, e.Credential); err != nil {
			return fmt.Errorf("the new key could not be deleted: %w", err)
		}
		gone := journal.Data{New: journal.NameKey(e.Credential.AccessKey), Result: destroyed}
		return r.note(journal.Issuing, journal.Note, gone)
	}
	ref := exchanges.KeyRef{Exchange: r.Exchange, Account: r.Account, AccessKey: e.Credential.AccessKey}
	data, err := r.destroyMarked(ctx, e.Marker, ref, e.Credential.Passphrase)
	if err != nil {
		return fmt.Errorf("the new key could not be deleted: %w", err)
	}
	return r.note(journal.Issuing, journal.Note, data)
}

// destroyStored destroys the new key of a run whose secret the store does not
// hold, by its name in the journal.
func (r *run) destroyStored(ctx context.Context, passphrase exchanges.Secret) error {
	stored := r.data(journal.Stored, journal.Did)
	switch {
	case stored.New.IsZero() || isDestroyed(r.records, stored.New):
		return nil
	case r.byHand():
		return errPerson{fmt.Errorf("the store does not hold the new key %s: it is not known whether it lives; "+
			"delete it on the exchange's page, then: rekey runs close %s", stored.New, r.ID)}
	}
	for k, err := range r.Manager.ListKeys(ctx, exchanges.ListRequest{Account: r.Account.Name}) {
		if err != nil {
			return fmt.Errorf("it is not known whether the new key %s lives: %w", stored.New, err)
		}
		if stored.New.Names(k.Ref.AccessKey) {
			ref := exchanges.KeyRef{Exchange: r.Exchange, Account: r.Account, AccessKey: k.Ref.AccessKey}
			data, err := r.destroyMarked(ctx, stored.Marker, ref, passphrase)
			if err != nil {
				return fmt.Errorf("the new key could not be deleted: %w", err)
			}
			return r.note(journal.Issuing, journal.Note, data)
		}
	}
	return fmt.Errorf("the store does not hold the new key %s, and its manager's list does not name it: "+
		"it is not known whether it lives", stored.New)
}

// putBack returns the old credential to every place.
func (r *run) putBack(ctx context.Context, instead exchanges.Credential) error {
	r.deploying.Lock()
	defer r.deploying.Unlock()
	if place, err := r.writePlaces(ctx, journal.Abandoned, r.Old, instead); err != nil {
		return fmt.Errorf("%s could not be put back: %w", place, err)
	}
	if r.Reload == nil {
		return nil
	}
	if err := r.Reload(ctx, instead, r.Old); err != nil {
		return fmt.Errorf("the reload command failed: %w", err)
	}
	return nil
}
