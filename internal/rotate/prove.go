package rotate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// prove asks with the new key what it may do. It must work from here, and be
// neither wider nor narrower than wanted; else the run is taken back. Where the
// old key is gone already, there is nothing to go back to: then the new key
// stays sealed and a person decides. What the exchange does not tell is no
// reason to refuse the key, and the journal says what that is.
func (r *run) prove(ctx context.Context) error {
	c, err := r.credential(ctx)
	if err != nil {
		return err
	}
	a, err := r.waitFor(ctx, c, 0, r.fits)
	if err != nil {
		return err
	}
	switch {
	case r.fits(a):
	case a.key.Status == exchanges.StatusUndetermined:
		return errors.Join(errors.New("the exchange gives no clear answer"), a.err)
	default:
		why := errors.Join(fmt.Errorf("the new key does not work from here: it is %s", a.key.Status), a.err)
		return r.unusable(c, why, a.key.Status.MayLive())
	}
	if misfit := r.Want.misfit(a.key, r.accepted(RiskWiderKey)); misfit != "" {
		return r.unusable(c, errors.New("the new key is not what was asked for: "+misfit), true)
	}
	data := r.evidence(a.call)
	data.Permissions, data.Restricted = r.Want.untold(a.key)
	r.queue(journal.Proved, journal.Did, data)
	return nil
}

// unusable says what follows from a new key that must not be put to use.
func (r *run) unusable(c exchanges.Credential, why error, lives bool) error {
	if !r.did(journal.Retiring) || !lives {
		return errGiveUp{why}
	}
	return errPerson{fmt.Errorf(
		"%w. The old key is gone already, so the new key %s is kept: it is in no place yet, "+
			"and its secret is saved encrypted. Change it on the exchange's page, then: rekey runs resume %s; "+
			"or delete it: rekey runs abandon %s",
		why, exchanges.MaskAccessKey(c.AccessKey), r.ID, r.ID)}
}

// An answer is what the exchange says of a key.
type answer struct {
	key  exchanges.Key
	err  error
	call exchanges.AnsweredCall // the call that shows it
}

// waitFor asks about a key until good says so, least at the earliest, for as long
// as patience lasts, and returns the last answer. An error says that it could not be asked at all,
// or an interruption.
func (r *run) waitFor(
	ctx context.Context, c exchanges.Credential, least time.Duration, good func(answer) bool,
) (answer, error) {
	for waited := interval * 0; ; waited += interval {
		a := r.ask(ctx, c)
		if waited >= least && good(a) {
			return a, nil
		}
		if errors.As(a.err, new(errSetup)) {
			return a, a.err
		}
		if waited >= r.patience() {
			return a, nil
		}
		if err := r.Sleep(ctx, interval); err != nil {
			return a, err
		}
	}
}

// errSetup marks an error before anything could be asked.
type errSetup struct{ err error }

func (e errSetup) Error() string { return e.err.Error() }

func (e errSetup) Unwrap() error { return e.err }

// ask asks about a key with its own credential; about one whose secret nobody
// here has, an intruder's, its manager's list is asked. That it is not listed is
// no proof of its death.
func (r *run) ask(ctx context.Context, c exchanges.Credential) answer {
	ctx, calls := exchanges.WithCalls(ctx)
	k, err := r.inspect(ctx, c)
	return answer{key: k, err: err, call: calls.LastRefused()}
}

func (r *run) inspect(ctx context.Context, c exchanges.Credential) (exchanges.Key, error) {
	unknown := exchanges.Key{Status: exchanges.StatusUndetermined}
	if !c.Secret.IsZero() {
		a, err := r.opened(c)
		if err != nil {
			return unknown, errSetup{err}
		}
		return a.Inspect(ctx)
	}
	if r.byHand() {
		return unknown, errSetup{errors.New("nobody here has the key's secret, so the exchange cannot be asked about it")}
	}
	k, listed, err := r.listed(ctx, c.AccessKey)
	if err != nil || !listed {
		return unknown, err
	}
	k.Status = exchanges.StatusAlive
	return k, nil
}

// opened returns the adapter of a credential, the same one for all questions of
// a run in this process: what an adapter saw of a key is part of the proof of its
// death at exchanges that have no words of their own for one.
func (r *run) opened(c exchanges.Credential) (exchanges.Adapter, error) {
	for _, o := range r.adapters {
		if o.credential.AccessKey == c.AccessKey && o.credential.Secret.Equal(c.Secret) &&
			o.credential.Passphrase.Equal(c.Passphrase) {
			return o.adapter, nil
		}
	}
	a, err := r.Open(c)
	if err != nil {
		return nil, err
	}
	r.adapters = append(r.adapters, openedKey{c, a})
	return a, nil
}

// listed looks for a key in its manager's list.
func (r *run) listed(ctx context.Context, accessKey string) (exchanges.Key, bool, error) {
	for k, err := range r.Manager.ListKeys(ctx, exchanges.ListRequest{Account: r.Account.Name}) {
		if err != nil {
			return exchanges.Key{}, false, err
		}
		if k.Ref.AccessKey == accessKey {
			return k, true, nil
		}
	}
	return exchanges.Key{}, false, nil
}
