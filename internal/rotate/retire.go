package rotate

import (
	"context"
	"errors"
	"fmt"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// What the journal says of the old key's death.
const (
	proven   = "proven"
	unproven = "unproven"
)

// retire destroys the old key and asks the exchange for the proof, with the
// same credential and from the same address as before.
func (r *run) retire(ctx context.Context) error {
	control := r.data(journal.Retiring, journal.Will).Result
	if control == "" {
		before, err := r.status(ctx)
		if err != nil {
			return err
		}
		control = string(before)
		if err := r.note(journal.Retiring, journal.Will, journal.Data{Result: control}); err != nil {
			return err
		}
	}
	if r.byHand() {
		dead, err := r.deleteByHand(ctx, r.Old)
		if err != nil {
			return err
		}
		return r.buried(dead && answered(exchanges.Status(control)))
	}
	ref := exchanges.KeyRef{Exchange: r.Exchange, Account: r.Account, AccessKey: r.Old.AccessKey}
	err := r.Manager.RevokeKey(ctx, exchanges.RevokeRequest{Ref: ref, Passphrase: r.Old.Passphrase})
	if exchanges.KindOf(err) == exchanges.KindUncertain {
		// It may be gone. Destroying is the one write that is safe to repeat
		// after a look, because the key is named by its whole access key.
		err = r.revokeAgain(ctx, ref)
	}
	if err != nil {
		err = fmt.Errorf("the old key could not be destroyed: %w", err)
		if r.Kind == journal.Revoke { // nothing else hangs on it
			return refusedForGood(err)
		}
		return err
	}
	dead, err := r.proveDead(ctx, exchanges.Status(control))
	if err != nil {
		return err
	}
	return r.buried(dead)
}

// buried notes the end of the old key, with proof or without.
func (r *run) buried(proof bool) error {
	result := unproven
	if proof {
		result = proven
	}
	return r.note(journal.Retiring, journal.Did, journal.Data{Result: result})
}

// answered reports whether a control call before a deletion said something of
// the key, so that another answer after it is proof.
func answered(control exchanges.Status) bool {
	switch control {
	case exchanges.StatusAlive, exchanges.StatusDead, exchanges.StatusIPRefused, exchanges.StatusDisabled, exchanges.StatusExpired:
		return true
	default:
		return false
	}
}

// status is what the exchange says of the old key before it is touched: the
// control call of the proof.
func (r *run) status(ctx context.Context) (exchanges.Status, error) {
	k, err := r.ask(ctx, r.Old)
	if err != nil && (errors.As(err, new(errSetup)) || exchanges.KindOf(err) == exchanges.KindCanceled) {
		return "", err
	}
	return k.Status, nil
}

// errSetup marks an error before anything could be asked.
type errSetup struct{ err error }

func (e errSetup) Error() string { return e.err.Error() }

func (e errSetup) Unwrap() error { return e.err }

// ask asks about a key with its own credential; about one whose secret nobody
// here has, an intruder's, its manager's list is asked. That it is not listed is
// no proof of its death.
func (r *run) ask(ctx context.Context, c exchanges.Credential) (exchanges.Key, error) {
	if !c.Secret.IsZero() {
		a, err := r.Open(c)
		if err != nil {
			return exchanges.Key{Status: exchanges.StatusUndetermined}, errSetup{err}
		}
		return a.Inspect(ctx)
	}
	for k, err := range r.Manager.ListKeys(ctx, exchanges.ListRequest{Account: r.Account.Name}) {
		if err != nil {
			return exchanges.Key{Status: exchanges.StatusUndetermined}, err
		}
		if k.Ref.AccessKey == c.AccessKey {
			k.Status = exchanges.StatusAlive
			return k, nil
		}
	}
	return exchanges.Key{Status: exchanges.StatusUndetermined}, nil
}

func (r *run) revokeAgain(ctx context.Context, ref exchanges.KeyRef) error {
	for k, err := range r.Manager.ListKeys(ctx, exchanges.ListRequest{Account: r.Account.Name}) {
		if err != nil {
			return fmt.Errorf("it is not known whether it is gone: %w", err)
		}
		if k.Ref.AccessKey == ref.AccessKey {
			return r.Manager.RevokeKey(ctx, exchanges.RevokeRequest{Ref: ref, Passphrase: r.Old.Passphrase})
		}
	}
	return nil
}

// proveDead reports whether the exchange says that the old key is dead. A key
// that could not be asked about before cannot be proven dead after: then the
// run ends unconfirmed. A key that still answers after all patience is an
// error, and the run stays unfinished.
func (r *run) proveDead(ctx context.Context, before exchanges.Status) (bool, error) {
	unlisted := false
	k, err := r.waitFor(ctx, r.Old, func(k exchanges.Key, err error) bool {
		unlisted = r.Old.Secret.IsZero() && k.Status == exchanges.StatusUndetermined && err == nil
		return k.Status == exchanges.StatusDead || unlisted
	})
	switch {
	case k.Status == exchanges.StatusDead:
		return answered(before), nil
	case k.Status == exchanges.StatusAlive && before == exchanges.StatusAlive:
		return false, errors.New("the exchange was told to destroy the old key, and the key still works")
	case ctx.Err() != nil:
		return false, err
	default:
		return false, nil
	}
}
