package deribit

import (
	"context"
	"errors"
	"time"

	"rekey/exchanges"
)

// deathPause is waited before a key that worked before is asked about once more.
const deathPause = 2 * time.Second

// Inspect asks what this key may do. 13004 has many reasons, so a key is dead only
// where the configured host let it in before in this look and does not now, twice,
// beside a working control call.
func (a *adapter) Inspect(ctx context.Context) (exchanges.Key, error) {
	k := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: a.credential.AccessKey, Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status: exchanges.StatusUndetermined, Algorithm: "hmac",
	}
	here := exchanges.Host{URL: a.env.Caller.Endpoint(roleREST), Environment: a.env.Environment}
	found, err := a.lookAt(ctx, k, here)
	if found.Status == exchanges.StatusAlive {
		a.lived.Store(true)
	}
	if codeOf(err) != codeNotLetIn {
		return found, err
	}
	if a.lived.Load() {
		return a.again(ctx, k, here)
	}
	for _, at := range a.env.Caller.Hosts(roleREST) {
		if at.URL == here.URL {
			continue
		}
		if other, _ := a.lookAt(ctx, k, at); other.Status == exchanges.StatusAlive {
			return other, &exchanges.Error{
				Exchange: Name, Op: opAuth, Kind: exchanges.KindUndetermined,
				Detail: "the key lives, in environment " + at.Environment + ": rekey.yaml needs \"exchanges: deribit: " +
					"{environment: " + at.Environment + "}\"",
			}
		}
	}
	return k, err
}

// again is what follows when a key that was let in is let in no more.
func (a *adapter) again(ctx context.Context, k exchanges.Key, here exchanges.Host) (exchanges.Key, error) {
	if err := a.env.Caller.Sleep(ctx, deathPause); err != nil {
		return k, &exchanges.Error{Exchange: Name, Op: opAuth, Kind: exchanges.KindCanceled, Detail: "interrupted"}
	}
	if _, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opTime, Build: public(here.URL, pathTime)}); err != nil {
		return k, err
	}
	found, err := a.lookAt(ctx, k, here)
	if codeOf(err) != codeNotLetIn {
		return found, err
	}
	k.Status = exchanges.StatusDead
	k.Proof = "it was let in before, from here, and is not now, twice; a key that is only disabled is told the same"
	return k, nil
}

// lookAt asks one host for the key.
func (a *adapter) lookAt(ctx context.Context, k exchanges.Key, at exchanges.Host) (exchanges.Key, error) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opAuth, User: a.user, Build: a.auth(at.URL)})
	if err != nil {
		if m, _ := meaningOf(codeOf(err)); m.alive {
			k.Status = exchanges.StatusAlive
		}
		return k, err
	}
	var w wireAnswer[exchanges.Described[wireAuth]]
	if err := exchanges.Decode(res.Body, &w); err != nil || w.Result == nil || w.Result.Value.Scope == nil {
		return k, exchanges.Malformed(Name, opAuth, res, err)
	}
	k.Status = exchanges.StatusAlive
	k.Permissions, k.Raw = readScopes(*w.Result.Value.Scope, false)
	if len(w.Result.Strange) > 0 {
		k.Permissions = k.Permissions.Doubt()
	}
	k.AddStrange(w.Result.Strange)
	return k, nil
}

func codeOf(err error) string {
	var e *exchanges.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Code
}
