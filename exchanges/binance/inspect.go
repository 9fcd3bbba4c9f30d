package binance

import (
	"context"
	"errors"
	"time"

	"github.com/adshao/go-binance/v2/common"

	"rekey/exchanges"
)

// Binance was seen to answer -2008 to valid keys now and then (ccxt#11045,
// #10620), so one such answer is no proof. The key is asked again after these
// pauses, and a control call must work beside it.
func deathPauses() []time.Duration { return []time.Duration{time.Second, 2 * time.Second} }

// Inspect asks what this key may do. On testnet and demo, which have no /sapi,
// only whether it is alive.
func (a *adapter) Inspect(ctx context.Context) (exchanges.Key, error) {
	k := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: a.credential.AccessKey,
			Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status: exchanges.StatusUndetermined,
	}
	if a.seed != nil && !a.seeded.Load() {
		// As an Ed25519 seed first: what is one must not be sent as HMAC, and
		// what is none is refused without harm.
		found, err := a.seed.Inspect(ctx)
		if exchanges.KindOf(err) != exchanges.KindBadSignature {
			if found.Status == exchanges.StatusAlive {
				a.seeded.Store(true)
				a.lived.Store(true)
			}
			return found, err
		}
	}
	if a.withoutSAPI() {
		return a.inspectWithoutSAPI(ctx, k)
	}
	res, err := a.restrictions(ctx)
	if err == nil {
		return a.alive(k, res)
	}
	if exchanges.KindOf(err) == exchanges.KindNoSuchKey {
		return a.proveDeath(ctx, k)
	}
	k.Status = statusOf(err)
	if k.Status != exchanges.StatusUndetermined {
		a.lived.Store(true)
	}
	return k, a.explain(err)
}

// explain adds to a refused signature what else it may come from: a secret in
// a writing that was taken for an HMAC secret and has not the form of one.
func (a *adapter) explain(err error) error {
	var refused *exchanges.Error
	if !errors.As(err, &refused) || refused.Kind != exchanges.KindBadSignature || a.seed == nil &&
		(a.keyType != common.KeyTypeHmac || hmacForm(a.credential.Secret)) {
		return err
	}
	e := *refused
	e.Detail = "knows the key and refuses the signature. The secret has not the form of an HMAC secret (64 letters and " +
		"digits) and was read as one: " +
		"for an RSA or Ed25519 key give its private key in PKCS#8"
	return &e
}

func (a *adapter) alive(k exchanges.Key, res exchanges.Response) (exchanges.Key, error) {
	var w wireRestrictions
	if err := exchanges.Decode(res.Body, &w); err != nil || len(w) == 0 {
		return k, exchanges.Malformed(Name, opInspect, res, err)
	}
	if _, ok := w["ipRestrict"]; !ok { // some other document: no statement about the key
		return k, exchanges.Malformed(Name, opInspect, res, nil)
	}
	k.Status = exchanges.StatusAlive
	a.lived.Store(true)
	keyType, _ := a.signs()
	k.Algorithm = algorithm(keyType)
	if err := w.apply(&k); err != nil {
		return k, exchanges.Malformed(Name, opInspect, res, err)
	}
	return k, nil
}

// proveDeath says dead only after three -2008 with pauses, each beside a
// working control call, and after the other environments said the same.
func (a *adapter) proveDeath(ctx context.Context, k exchanges.Key) (exchanges.Key, error) {
	for _, pause := range deathPauses() {
		if err := a.env.Caller.Sleep(ctx, pause); err != nil {
			return k, undetermined("binance said once that the key does not exist, and the second look was interrupted")
		}
		if _, err := a.serverTime(ctx); err != nil {
			return k, err
		}
		res, err := a.restrictions(ctx)
		switch {
		case err == nil:
			return a.alive(k, res)
		case exchanges.KindOf(err) != exchanges.KindNoSuchKey:
			k.Status = statusOf(err)
			return k, err
		}
	}
	return a.searchElsewhere(ctx, k)
}

// withoutSAPI reports whether rekey.yaml puts the key where /sapi does not
// exist.
func (a *adapter) withoutSAPI() bool {
	return a.env.Environment == "testnet" || a.env.Environment == "demo"
}

// inspectWithoutSAPI uses /api, which cannot tell a dead key from a refused
// address: both are -2015.
func (a *adapter) inspectWithoutSAPI(ctx context.Context, k exchanges.Key) (exchanges.Key, error) {
	if err := a.account(ctx, a.env.Caller.Endpoint(roleMain)); err != nil {
		k.Status = statusOf(err)
		return k, err
	}
	k.Status, k.Algorithm = exchanges.StatusAlive, algorithm(a.keyType)
	return k, nil
}

// account asks a host's /api whether the pair works there. An answer that is
// about no account is some other document.
func (a *adapter) account(ctx context.Context, base string) error {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opAccount, User: a.user, Via: a.viaAccount(base)})
	if err != nil {
		return err
	}
	var w wireSpot
	if err := exchanges.Decode(res.Body, &w); err != nil || !w.CanTrade.IsKnown() || w.Balances == nil {
		return exchanges.Malformed(Name, opAccount, res, err)
	}
	return nil
}

func (a *adapter) restrictions(ctx context.Context) (exchanges.Response, error) {
	return a.env.Caller.Call(ctx, exchanges.Call{Op: opInspect, User: a.user, Via: a.viaPermissions})
}

func (a *adapter) serverTime(ctx context.Context) (exchanges.Response, error) {
	return a.env.Caller.Call(ctx, exchanges.Call{Op: opTime, Via: a.viaTime})
}

// statusOf says what a refusal proves about the key. A wrong signature or a
// missing right means that Binance knew the key.
func statusOf(err error) exchanges.Status {
	switch exchanges.KindOf(err) {
	case exchanges.KindIPRefused:
		return exchanges.StatusIPRefused
	case exchanges.KindBadSignature:
		return exchanges.StatusAlive
	case exchanges.KindForbidden:
		if refused := (*exchanges.Error)(nil); errors.As(err, &refused) && refused.Code == codeMayNot {
			return exchanges.StatusAlive
		}
	default:
	}
	return exchanges.StatusUndetermined
}

func undetermined(detail string) error {
	return &exchanges.Error{Exchange: Name, Op: opInspect, Kind: exchanges.KindUndetermined, Detail: detail}
}
