package bitget

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"rekey/exchanges"
)

// pause lies between the two rounds that prove a death.
const pause = 2 * time.Second

// configured is the environment that rekey.yaml names.
func (a *adapter) configured() string {
	if a.env.Environment == demo {
		return demo
	}
	return live
}

// Inspect asks for the account's information: that of a unified account, and of
// a classic one where the first refuses in Bitget's own words. The answer tells
// of the calling key its permissions and whitelist.
func (a *adapter) Inspect(ctx context.Context) (exchanges.Key, error) {
	k := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: a.credential.AccessKey, Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status:    exchanges.StatusUndetermined,
		Algorithm: algorithm,
	}
	found, err := a.lookAt(ctx, k, a.configured())
	if found.Status != exchanges.StatusUndetermined {
		a.lived.Store(true)
	}
	if exchanges.KindOf(err) == exchanges.KindNoSuchKey {
		return a.searchElsewhere(ctx, k)
	}
	return found, err
}

// lookAt asks one environment for the key, in both worlds. An error of
// KindNoSuchKey means that both said so.
func (a *adapter) lookAt(ctx context.Context, k exchanges.Key, environment string) (exchanges.Key, error) {
	first, err := a.lookInto(ctx, k, environment, unified)
	if err == nil || !spoken(err) {
		return first, err
	}
	second, other := a.lookInto(ctx, k, environment, classic)
	switch {
	case second.Status != exchanges.StatusUndetermined:
		return second, other
	case first.Status != exchanges.StatusUndetermined:
		return first, err
	case exchanges.KindOf(err) == exchanges.KindNoSuchKey:
		return second, other // 40037 as well, or what keeps the first from being proof
	default:
		return first, err
	}
}

// spoken reports whether Bitget itself refused the call, which it may do
// because the key belongs to the other world.
func spoken(err error) bool {
	var e *exchanges.Error
	if !errors.As(err, &e) || e.Code == "" {
		return false
	}
	switch e.Kind {
	case exchanges.KindNoSuchKey, exchanges.KindOther, exchanges.KindForbidden, exchanges.KindNotFound,
		exchanges.KindUndetermined:
		return true
	default:
		return false
	}
}

// lookInto asks one world for the key.
func (a *adapter) lookInto(ctx context.Context, k exchanges.Key, environment string, w world) (exchanges.Key, error) {
	op, path, read := opUnified, pathUnified, aliveUnified
	if w == classic {
		op, path, read = opClassic, pathClassic, aliveClassic
	}
	res, err := a.env.Caller.Call(ctx, exchanges.Call{Op: op, User: a.user, Build: a.get(environment, path, nil)})
	if err != nil {
		k.Status = statusOf(err)
		return k, err
	}
	k, err = read(k, res)
	if k.Status == exchanges.StatusAlive {
		a.world.Store(int32(w))
	}
	return k, err
}

// aliveUnified reads the answer of a key that lives. An answer that tells
// neither account nor permissions is some other document: no statement about the
// key.
func aliveUnified(k exchanges.Key, res exchanges.Response) (exchanges.Key, error) {
	var w wireAnswer[describedUnified]
	if err := exchanges.Decode(res.Body, &w); err != nil {
		return k, exchanges.Malformed(Name, opUnified, res, err)
	}
	c := w.Data.Value
	if c.UserID == "" && c.Permissions == nil {
		return k, exchanges.Malformed(Name, opUnified, res, nil)
	}
	k.Status = exchanges.StatusAlive
	k.Ref.Account.ID = c.UserID
	if c.ParentID != nil {
		k.Ref.Account.Kind = exchanges.AccountMaster
		if *c.ParentID != "" {
			k.Ref.Account.Kind = exchanges.AccountSub
		}
	}
	k.Whitelist = readText(c.IPs)
	k.Permissions, k.Raw = readUnified(c.PermType, c.Permissions, k.Ref.Account.Kind)
	addStrange(&k, w.Data.Strange)
	return k, nil
}

// aliveClassic is aliveUnified for a classic account.
func aliveClassic(k exchanges.Key, res exchanges.Response) (exchanges.Key, error) {
	var w wireAnswer[describedClassic]
	if err := exchanges.Decode(res.Body, &w); err != nil {
		return k, exchanges.Malformed(Name, opClassic, res, err)
	}
	c := w.Data.Value
	if c.UserID == "" && c.Authorities == nil {
		return k, exchanges.Malformed(Name, opClassic, res, nil)
	}
	k.Status = exchanges.StatusAlive
	k.Ref.Account.ID = c.UserID
	k.Whitelist = readText(c.IPs)
	k.Permissions, k.Raw = readClassic(c.Authorities)
	addStrange(&k, w.Data.Strange)
	return k, nil
}

// searchElsewhere is what follows 40037 from both worlds of the configured
// environment. The key is dead when both worlds of both environments say so,
// twice, with a pause, each time beside a working control call. One answer of
// another kind, and it is not. A key that answered before in this look belongs
// to its environment alone.
func (a *adapter) searchElsewhere(ctx context.Context, k exchanges.Key) (exchanges.Key, error) {
	here := a.configured()
	environments := []string{here, other(here)}
	if a.lived.Load() {
		environments = environments[:1]
	}
	for round := range 2 {
		if round > 0 {
			if err := a.env.Caller.Sleep(ctx, pause); err != nil {
				return k, &exchanges.Error{Exchange: Name, Op: opUnified, Kind: exchanges.KindCanceled, Detail: "the look was " +
					"interrupted; the key was not judged. Run rekey again", Err: err}
			}
		}
		if _, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opTime, Build: a.public(pathTime)}); err != nil {
			return k, notAsked(here, err)
		}
		for _, environment := range environments {
			if round == 0 && environment == here { // which said so before this began
				continue
			}
			found, err := a.lookAt(ctx, k, environment)
			switch {
			case found.Status != exchanges.StatusUndetermined:
				return found, located(environment, here, err)
			case exchanges.KindOf(err) != exchanges.KindNoSuchKey:
				return k, notAsked(environment, err)
			}
		}
	}
	if known, err := a.knownSwapped(ctx, k); known || err != nil {
		return exchanges.Interchanged(Name, opUnified, k, err)
	}
	k.Status = exchanges.StatusDead
	if len(environments) > 1 {
		k.Proof = "asked as a unified and as a classic key, for live and for demo trading, twice"
	}
	return k, nil
}

func other(environment string) string {
	if environment == live {
		return demo
	}
	return live
}

// knownSwapped reports whether Bitget knows the pair the other way round. It
// asks only for an access key that has not the form of one: a secret may stand
// there.
func (a *adapter) knownSwapped(ctx context.Context, k exchanges.Key) (bool, error) {
	if keyDigits.MatchString(a.credential.AccessKey) {
		return false, nil
	}
	c := a.credential.Swapped()
	if usable(c) != nil || !exchanges.Printable(c.AccessKey) {
		return false, nil //nolint:nilerr // what is no pair the other way round is known nowhere
	}
	twin := &adapter{credential: c, env: a.env, user: exchanges.Fingerprint(c.AccessKey)}
	for _, environment := range []string{live, demo} {
		found, err := twin.lookAt(ctx, k, environment)
		switch kind := exchanges.KindOf(err); {
		case found.Status != exchanges.StatusUndetermined:
			return true, nil
		case kind != exchanges.KindNoSuchKey && kind != exchanges.KindCredential:
			return false, notAsked(environment, err)
		}
	}
	return false, nil
}

// located says of a living key that it lives in another environment than
// rekey.yaml says. err is the refusal there, or nil.
func located(environment, here string, err error) error {
	if environment == here {
		return err
	}
	where := fmt.Sprintf("the key lives, in environment %s: rekey.yaml needs \"exchanges: bitget: {environment: %s}\"",
		environment, environment)
	var refused *exchanges.Error
	if !errors.As(err, &refused) {
		return &exchanges.Error{Exchange: Name, Op: opUnified, Kind: exchanges.KindUndetermined, Detail: where}
	}
	e := *refused
	e.Detail = where + "; there it " + e.Detail
	return &e
}

// notAsked is the error for an environment that could not be asked, when the
// others do not know the key.
func notAsked(environment string, err error) error {
	var refused *exchanges.Error
	if !errors.As(err, &refused) {
		return err
	}
	e := *refused
	if e.Kind == exchanges.KindNoSuchKey { // the control call, about no key at all
		e.Kind = exchanges.KindUndetermined
	}
	e.Detail = fmt.Sprintf("the configured environment does not know the key; it is dead only if all say so, and "+
		"%s could "+
		"not be asked: %s", environment, e.Detail)
	return &e
}

// statusOf says what a refusal proves about the key: errors.go marks the codes
// that Bitget gives only to keys that it knows.
func statusOf(err error) exchanges.Status {
	var e *exchanges.Error
	if !errors.As(err, &e) {
		return exchanges.StatusUndetermined
	}
	for _, m := range meanings() {
		if !m.alive || m.kind != e.Kind || !slices.Contains(m.codes, e.Code) {
			continue
		}
		if m.kind == exchanges.KindIPRefused {
			return exchanges.StatusIPRefused
		}
		return exchanges.StatusAlive
	}
	return exchanges.StatusUndetermined
}
