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
	if r.Kind == journal.Rotate && !r.Compromised && !r.started(journal.Retiring) {
		if err := r.deployAgain(ctx); err != nil {
			return err
		}
	}
	control, err := r.control(ctx)
	if err != nil {
		return err
	}
	if r.byHand() {
		dead, call, err := r.deleteByHand(ctx, r.Old)
		if err != nil {
			return err
		}
		return r.buried(dead && answered(control), call)
	}
	if err := r.destroyOld(ctx); err != nil {
		// Somebody else may have destroyed it, or its manager is gone: what the
		// exchange says of the key itself counts.
		if a := r.ask(ctx, r.Old); ctx.Err() == nil && judge(a) == saysDead {
			return r.buryLater(ctx, a, control)
		}
		return err
	}
	dead, call, err := r.proveDead(ctx, control)
	if err != nil {
		return err
	}
	return r.buried(dead, call)
}

// control is the control call of the proof: what the exchange says of the old
// key before it is touched. It is asked once in the life of a run, because
// after the first attempt to destroy the key it would no longer be "before".
func (r *run) control(ctx context.Context) (exchanges.Status, error) {
	if noted := r.data(journal.Retiring, journal.Will).Result; noted != "" {
		return exchanges.Status(noted), nil
	}
	a := r.ask(ctx, r.Old)
	if errors.As(a.err, new(errSetup)) || exchanges.KindOf(a.err) == exchanges.KindCanceled {
		return "", a.err
	}
	data := r.evidence(a.call)
	data.Result = string(a.key.Status)
	return a.key.Status, r.note(journal.Retiring, journal.Will, data)
}

// destroyOld destroys the old key. It can be repeated.
func (r *run) destroyOld(ctx context.Context) error {
	calling, calls := exchanges.WithCalls(ctx)
	ref := exchanges.KeyRef{Exchange: r.Exchange, Account: r.Account, AccessKey: r.Old.AccessKey}
	err := r.Manager.RevokeKey(calling, exchanges.RevokeRequest{Ref: ref, Passphrase: r.Old.Passphrase})
	sure := !mayHaveHappened(err)
	if exchanges.KindOf(err) == exchanges.KindUncertain {
		// It may be gone. Destroying is the one write that is safe to repeat
		// after a look, because the key is named by its whole access key.
		err = r.revokeAgain(calling, ref)
	}
	data := r.evidence(calls.LastWrite())
	data.Result = resultOf(err)
	r.queue(journal.Retiring, journal.Note, data)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("the old key could not be deleted: %w", err)
	if r.Kind == journal.Revoke && sure { // nothing else hangs on it, and nothing was changed
		return refusedForGood(err)
	}
	return err
}

func (r *run) revokeAgain(ctx context.Context, ref exchanges.KeyRef) error {
	_, listed, err := r.listed(ctx, ref.AccessKey)
	switch {
	case err != nil:
		return fmt.Errorf("it is not known whether it is gone: %w", err)
	case !listed:
		return nil
	default:
		return r.Manager.RevokeKey(ctx, exchanges.RevokeRequest{Ref: ref, Passphrase: r.Old.Passphrase})
	}
}

// buryLater notes the end of an old key that the exchange calls dead, once it does
// so after the time that changes may take there.
func (r *run) buryLater(ctx context.Context, a answer, control exchanges.Status) error {
	if r.Takes == 0 {
		return r.buried(answered(control), a.call)
	}
	dead, call, err := r.proveDead(ctx, control)
	if err != nil {
		return err
	}
	return r.buried(dead, call)
}

// buried notes the end of the old key, with proof or without, and the call that
// shows it.
func (r *run) buried(proof bool, call exchanges.AnsweredCall) error {
	data := r.evidence(call)
	data.Result = unproven
	if proof {
		data.Result = proven
	}
	return r.note(journal.Retiring, journal.Did, data)
}

// answered reports whether a control call before a deletion said something of
// the key, so that another answer after it is proof.
func answered(control exchanges.Status) bool {
	switch control {
	case exchanges.StatusAlive, exchanges.StatusDead, exchanges.StatusIPRefused, exchanges.StatusDisabled,
		exchanges.StatusExpired:
		return true
	default:
		return false
	}
}

// A verdict is what an answer after a deletion says of the old key. The zero
// value is no proof of anything.
type verdict int

const (
	saysNothing verdict = iota // it answered, in words that deletion shares with other reasons
	saysDead
	saysLives
	saysTrouble // it was not asked, or did not answer: asking later may tell more
)

// judge says what an answer means for a key that was to be destroyed.
func judge(a answer) verdict {
	switch a.key.Status {
	case exchanges.StatusDead:
		return saysDead
	case exchanges.StatusAlive, exchanges.StatusIPRefused, exchanges.StatusDisabled:
		return saysLives
	default:
		if a.err == nil || withoutReason(a.key, a.err) {
			return saysNothing
		}
		return saysTrouble
	}
}

const wasTold = "the exchange was told to delete the old key"

// proveDead reports whether the exchange says that the old key is dead. A key
// that could not be asked about before cannot be proven dead after: then the
// run ends unconfirmed. Where the exchange documents that changes take a while, no
// answer before that counts. A key that still answers after all patience, or that its
// manager still lists, is an error, and so is trouble on the way: the run stays
// unfinished.
func (r *run) proveDead(ctx context.Context, before exchanges.Status) (bool, exchanges.AnsweredCall, error) {
	a, err := r.waitFor(ctx, r.Old, r.Takes, func(a answer) bool {
		unlisted := r.Old.Secret.IsZero() && a.key.Status == exchanges.StatusUndetermined && a.err == nil
		return judge(a) == saysDead || unlisted
	})
	if err != nil {
		return false, a.call, err
	}
	switch judge(a) {
	case saysDead:
		return answered(before), a.call, nil
	case saysLives:
		return false, a.call, fmt.Errorf("%s, and it says that the key is %s", wasTold, a.key.Status)
	case saysTrouble:
		return false, a.call, fmt.Errorf("%s, and could not be asked whether it is dead: %w", wasTold, a.err)
	case saysNothing:
	}
	if _, listed, err := r.listed(ctx, r.Old.AccessKey); err == nil && listed {
		return false, a.call, errors.New(wasTold + ", and its manager's list still names it")
	}
	return false, a.call, nil
}
