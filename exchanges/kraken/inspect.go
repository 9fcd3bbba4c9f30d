package kraken

import (
	"context"
	"errors"
	"time"

	"rekey/exchanges"
)

// deathPause is waited before a key that a working answer was seen of is asked
// about once more: Kraken was seen to say "Invalid key" in passing (ccxt#8634,
// #6002). There is never a third time: Kraken locks the address out.
const deathPause = time.Minute

// noncePause is waited before a call whose nonce was refused is made once more:
// another program used the same key at that moment.
const noncePause = time.Second

// Inspect asks the spot API what this key is, and, where that does not know it,
// the derivatives API. Which answer a key gets that may not be used from here is
// documented nowhere, so a key is dead only where it worked before in this look,
// without a list of addresses.
func (a *adapter) Inspect(ctx context.Context) (exchanges.Key, error) {
	k := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: a.credential.AccessKey, Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status: exchanges.StatusUndetermined, Algorithm: "hmac",
	}
	before := a.remembered()
	if before.at.URL != "" && !before.spot {
		return a.again(ctx, k, before, func() (exchanges.Key, error) { return a.futures(ctx, k, before.at) })
	}
	found, err := a.spot(ctx, k)
	if exchanges.KindOf(err) != exchanges.KindNoSuchKey {
		return found, err
	}
	if before.at.URL != "" {
		return a.again(ctx, k, before, func() (exchanges.Key, error) { return a.spot(ctx, k) })
	}
	for _, at := range a.env.Caller.Hosts(roleFutures) {
		found, trouble := a.futures(ctx, k, at)
		switch {
		case found.Status != exchanges.StatusUndetermined:
			return found, located(at, a.env.Caller.Endpoint(roleFutures), trouble)
		case exchanges.KindOf(trouble) != exchanges.KindNoSuchKey:
			return k, trouble
		}
	}
	return k, undetermined(err)
}

// again is what follows for a key that a working answer was seen of: it is dead
// when the exchange does not know it, and does not know it a minute later,
// beside a working control call.
func (a *adapter) again(
	ctx context.Context, k exchanges.Key, before lived, ask func() (exchanges.Key, error),
) (exchanges.Key, error) {
	if !before.spot { // the spot API has been asked once already
		found, err := ask()
		if exchanges.KindOf(err) != exchanges.KindNoSuchKey {
			return found, err
		}
	}
	if !before.fromAnywhere {
		return k, undetermined(nil)
	}
	if err := a.env.Caller.Sleep(ctx, deathPause); err != nil {
		return k, &exchanges.Error{Exchange: Name, Op: opSpot, Kind: exchanges.KindCanceled, Detail: "interrupted"}
	}
	if _, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opTime, Build: a.public(pathTime)}); err != nil {
		return k, err
	}
	found, err := ask()
	if exchanges.KindOf(err) != exchanges.KindNoSuchKey {
		return found, err
	}
	k.Status = exchanges.StatusDead
	k.Proof = "it worked before, from here, and is not known now, twice with a minute between"
	return k, nil
}

// undetermined is the error for a key that Kraken does not know and that was not
// seen to work before in this look.
func undetermined(err error) error {
	e := &exchanges.Error{Exchange: Name, Op: opSpot, Status: 200}
	if refused := (*exchanges.Error)(nil); errors.As(err, &refused) {
		e.Code, e.Status = refused.Code, refused.Status
	}
	e.Kind = exchanges.KindUndetermined
	e.Detail = "says \"Invalid key\", at the spot and the derivatives API: the key was deleted or has ended, or this " +
		"address " +
		"may not use it, for which no other words are documented. That proves nothing: look at it on its page"
	return e
}

// spot asks the spot API for the key.
func (a *adapter) spot(ctx context.Context, k exchanges.Key) (exchanges.Key, error) {
	call := exchanges.Call{Op: opSpot, User: a.user, Serial: true, Build: a.signedSpot(pathSpot)}
	res, err := a.env.Caller.Call(ctx, call)
	if codeOf(err) == codeNonce {
		if a.env.Caller.Sleep(ctx, noncePause) == nil {
			res, err = a.env.Caller.Call(ctx, call)
		}
	}
	if err != nil {
		k.Status = statusOf(err)
		return k, err
	}
	var w wireAnswer[describedKey]
	if err := exchanges.Decode(res.Body, &w); err != nil || w.Result == nil {
		return k, exchanges.Malformed(Name, opSpot, res, err)
	}
	v := w.Result.Value
	switch told := first(v.Key, v.Key2); {
	case told == "" && v.Words == nil: // some other document
		return k, exchanges.Malformed(Name, opSpot, res, nil)
	case told != "" && told != a.credential.AccessKey:
		return k, exchanges.Malformed(Name, opSpot, res, errors.New("it is about another key"))
	}
	k.Status = exchanges.StatusAlive
	v.apply(&k)
	if len(w.Result.Strange) > 0 {
		k.Permissions = k.Permissions.Doubt()
	}
	k.AddStrange(w.Result.Strange)
	here := exchanges.Host{URL: a.env.Caller.Endpoint(roleSpot)}
	a.remember(lived{at: here, spot: true, fromAnywhere: isFalse(k.Whitelist.Restricted)})
	return k, nil
}

// futures asks a host of the derivatives API for the key.
func (a *adapter) futures(ctx context.Context, k exchanges.Key, at exchanges.Host) (exchanges.Key, error) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{
		Op: opFutures, User: a.user, Serial: true, Build: a.signedFutures(at.URL, pathFutures),
	})
	if err != nil {
		k.Status = statusOf(err)
		return k, err
	}
	var w exchanges.Described[wireFuturesKey]
	if err := exchanges.Decode(res.Body, &w); err != nil || w.Value.Permissions == nil {
		return k, exchanges.Malformed(Name, opFutures, res, err)
	}
	if v := w.Value; v.APIKey != "" && v.APIKey != a.credential.AccessKey {
		return k, exchanges.Malformed(Name, opFutures, res, errors.New("it is about another key"))
	}
	k.Status = exchanges.StatusAlive
	k.Ref.Account.ID = w.Value.AccountUID
	if created, err := time.Parse(time.RFC3339, w.Value.CreatedAt); err == nil {
		k.CreatedAt = exchanges.MilliTime(created.UnixMilli())
	}
	k.Permissions, k.Raw = readLevels(w.Value.Permissions)
	if len(w.Strange) > 0 {
		k.Permissions = k.Permissions.Doubt()
	}
	k.AddStrange(w.Strange)
	k.Whitelist = readWhitelist(w.Value.Blocks)
	if w.Value.Blocks == nil && w.Value.Block != nil {
		k.Whitelist = readWhitelist(&[]string{*w.Value.Block})
	}
	a.remember(lived{at: at, fromAnywhere: isFalse(k.Whitelist.Restricted)})
	return k, nil
}

// located says of a key that lives in an environment other than the configured
// one what rekey.yaml needs.
func located(at exchanges.Host, configured string, err error) error {
	if at.URL == configured || err != nil {
		return err
	}
	return &exchanges.Error{
		Exchange: Name, Op: opFutures, Kind: exchanges.KindUndetermined,
		Detail: "the key lives, in environment " + at.Environment + ": rekey.yaml needs \"exchanges: kraken: {environment: " +
			at.Environment + "}\"",
	}
}

func isFalse(f exchanges.Fact[bool]) bool {
	on, told := f.Get()
	return told && !on
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func codeOf(err error) string {
	var e *exchanges.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Code
}

// statusOf says what a refusal proves about the key: errors.go marks the words
// that Kraken has only for keys that it knows.
func statusOf(err error) exchanges.Status {
	if m, known := meaningOf(codeOf(err)); known && m.alive {
		return exchanges.StatusAlive
	}
	return exchanges.StatusUndetermined
}
