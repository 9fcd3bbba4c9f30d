package coinbase

import (
	"context"
	"errors"
	"net/http"
	"time"

	"rekey/exchanges"
)

// refusalPauses are the pauses after which a refused key is asked again, each
// time with a fresh token: valid ones are refused now and then, in up to 45 %
// of one reporter's calls (coinbase-advanced-py#132).
func refusalPauses() []time.Duration {
	return []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second}
}

// Inspect asks what this key may do.
func (a *adapter) Inspect(ctx context.Context) (exchanges.Key, error) {
	k := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: a.credential.AccessKey,
			Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status:    exchanges.StatusUndetermined,
		Algorithm: a.algorithm,
	}
	res, err := a.permissions(ctx, 0)
	if isUnauthorized(err) {
		res, err = a.askAgain(ctx)
	}
	if err != nil {
		if isAboutScopes(res) {
			k.Status = exchanges.StatusAlive // Coinbase knew the key and said what it lacks
		}
		return k, err
	}
	return a.alive(k, res)
}

func (a *adapter) alive(k exchanges.Key, res exchanges.Response) (exchanges.Key, error) {
	var w wirePermissions
	if err := exchanges.Decode(res.Body, &w); err != nil || !w.tells() { // some other document: no statement about the key
		return k, exchanges.Malformed(Name, opInspect, res, err)
	}
	k.Status = exchanges.StatusAlive
	if err := w.apply(&k); err != nil {
		return k, exchanges.Malformed(Name, opInspect, res, nil)
	}
	return k, nil
}

// askAgain repeats a call that was refused without a reason. A key that is
// refused every time stays undetermined.
func (a *adapter) askAgain(ctx context.Context) (exchanges.Response, error) {
	shift, clock := a.clockShift(ctx)
	for _, pause := range refusalPauses() {
		if err := a.env.Caller.Sleep(ctx, pause); err != nil {
			return exchanges.Response{}, undetermined("coinbase refused the key once, and the second look was interrupted")
		}
		if res, err := a.permissions(ctx, shift); !isUnauthorized(err) {
			return res, err
		}
	}
	detail := "refused the key each time it was asked, with fresh tokens. A deleted key, a wrong secret and an address " +
		"that is not on the key's allow-list look the same here; only the portal can tell: " + pageKeys
	if !clock {
		detail += ". A clock that is off looks the same too, and coinbase's could not be read"
	}
	return exchanges.Response{}, undetermined(detail)
}

// permissions asks once. A gateway in front of Coinbase (endpoint in
// rekey.yaml) passes tokens on, and Coinbase checks the name that it knows
// itself by; another server checks its own. Which of them answers is not told,
// so both names are tried.
func (a *adapter) permissions(ctx context.Context, shift time.Duration) (exchanges.Response, error) {
	call := func(at string) (exchanges.Response, error) {
		return a.env.Caller.Call(ctx, exchanges.Call{Op: opInspect, User: a.user, Build: a.get(pathInspect, at, shift)})
	}
	res, err := call("")
	if isUnauthorized(err) && a.env.Caller.Endpoint(roleMain) != "https://"+hostMain {
		return call(hostMain + pathInspect)
	}
	return res, err
}

// clockShift returns how far Coinbase's clock is ahead of the one that tokens
// are dated by, and whether it could be read: a wrong clock is refused without
// a word, so nobody else would notice.
func (a *adapter) clockShift(ctx context.Context) (time.Duration, bool) {
	var ours time.Time
	res, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opTime, Build: func(now time.Time) (*http.Request, error) {
		ours = now
		url := a.env.Caller.Endpoint(roleMain) + pathTime
		return http.NewRequest(http.MethodGet, url, http.NoBody) //nolint:noctx // the client adds the context
	}})
	if err != nil {
		return 0, false
	}
	theirs, ok := timeOf(res)
	if !ok {
		return 0, false
	}
	return theirs.Sub(ours), true
}

// isUnauthorized reports whether Coinbase refused without a reason.
func isUnauthorized(err error) bool {
	var e *exchanges.Error
	return errors.As(err, &e) && e.Kind == exchanges.KindUndetermined && e.Status == http.StatusUnauthorized
}

func undetermined(detail string) error {
	return &exchanges.Error{Exchange: Name, Op: opInspect, Kind: exchanges.KindUndetermined, Detail: detail}
}
