package bybit

import (
	"context"
	"errors"
	"strconv"
	"time"

	"rekey/exchanges"
)

// deathPause is waited before a key that the exchange does not know is asked
// about once more: one such answer is no proof.
const deathPause = 2 * time.Second

// Inspect asks what this key is. When the configured site and environment do not
// know it, the others are asked.
func (a *adapter) Inspect(ctx context.Context) (exchanges.Key, error) {
	k := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: a.credential.AccessKey, Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status: exchanges.StatusUndetermined, Algorithm: a.sign.algorithm,
	}
	here := a.configured()
	found, err := a.lookAt(ctx, k, here)
	if exchanges.KindOf(err) == exchanges.KindNoSuchKey {
		if err := a.env.Caller.Sleep(ctx, deathPause); err != nil {
			return k, &exchanges.Error{Exchange: Name, Op: opInspect, Kind: exchanges.KindCanceled, Detail: "interrupted"}
		}
		found, err = a.lookAt(ctx, k, here)
	}
	if found.Status != exchanges.StatusUndetermined {
		a.lived.Store(true)
	}
	switch {
	case exchanges.KindOf(err) == exchanges.KindNoSuchKey:
		return a.searchElsewhere(ctx, k)
	case found.Status == exchanges.StatusExpired: // said in so many words: nothing is missing
		return found, nil
	}
	return found, err
}

// lookAt asks one place for the key.
func (a *adapter) lookAt(ctx context.Context, k exchanges.Key, at exchanges.Host) (exchanges.Key, error) {
	w, err := a.information(ctx, at)
	if err != nil {
		k.Status = statusOf(err)
		return k, err
	}
	k.Status = exchanges.StatusAlive
	k.Ref.Account.Kind = w.Value.kind()
	if w.Value.UserID > 0 {
		k.Ref.Account.ID = strconv.FormatInt(int64(w.Value.UserID), 10)
	}
	apply(w, &k)
	if k.Algorithm == "" {
		k.Algorithm = a.sign.algorithm
	}
	return k, nil
}

// information returns what a place says of the calling key. An answer that names
// neither key nor permissions, or names another key, is some other document: no
// statement about this one.
func (a *adapter) information(ctx context.Context, at exchanges.Host) (describedKey, error) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{
		Op: opInspect, User: a.user, Build: a.get(at.URL, pathInspect, nil),
	})
	if err != nil {
		return describedKey{}, err
	}
	var w wireAnswer[describedKey]
	if err := exchanges.Decode(res.Body, &w); err != nil {
		return describedKey{}, exchanges.Malformed(Name, opInspect, res, err)
	}
	switch {
	case w.Result == nil || w.Result.Value.APIKey == "" && w.Result.Value.Permissions == nil:
		return describedKey{}, exchanges.Malformed(Name, opInspect, res, nil)
	case w.Result.Value.APIKey != "" && !namesKey(w.Result.Value.APIKey, a.credential.AccessKey):
		return describedKey{}, exchanges.Malformed(Name, opInspect, res, errors.New("it is about another key"))
	}
	return *w.Result, nil
}

// serverTime is the control call: it shows that a host answers at all.
func (a *adapter) serverTime(ctx context.Context, at exchanges.Host) error {
	_, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opTime, Build: public(at.URL, pathTime)})
	return err
}

// statusOf says what a refusal proves about the key: errors.go marks the codes
// that Bybit gives only to keys that it knows.
func statusOf(err error) exchanges.Status {
	var e *exchanges.Error
	if !errors.As(err, &e) {
		return exchanges.StatusUndetermined
	}
	m, _ := meaningOf(e.Code)
	switch {
	case m.expired:
		return exchanges.StatusExpired
	case !m.alive:
		return exchanges.StatusUndetermined
	case m.kind == exchanges.KindIPRefused:
		return exchanges.StatusIPRefused
	default:
		return exchanges.StatusAlive
	}
}
