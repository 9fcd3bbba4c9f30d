package okx

import (
	"context"
	"errors"

	"rekey/exchanges"
)

// Inspect asks for the account's configuration, which tells of the calling key
// its label, permissions and whitelist. When the configured region and
// environment do not know the key, the others are asked.
func (a *adapter) Inspect(ctx context.Context) (exchanges.Key, error) {
	k := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: a.credential.AccessKey,
			Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status:    exchanges.StatusUndetermined,
		Algorithm: algorithm,
	}
	here := a.configured()
	found, err := a.lookAt(ctx, k, here)
	if found.Status != exchanges.StatusUndetermined && !elsewhere(err) {
		a.lived.Store(true)
	}
	if exchanges.KindOf(err) == exchanges.KindNoSuchKey {
		return a.searchElsewhere(ctx, k)
	}
	return found, a.located(here, err)
}

// elsewhere reports whether a refusal says that the key lives in the other
// environment.
func elsewhere(err error) bool {
	var refused *exchanges.Error
	return errors.As(err, &refused) && refused.Code == codeOtherEnvironment
}

// lookAt asks one place for the key.
func (a *adapter) lookAt(ctx context.Context, k exchanges.Key, at place) (exchanges.Key, error) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opInspect, User: a.user, Build: a.get(at, pathConfig, nil)})
	if err != nil {
		k.Status = statusOf(err)
		return k, err
	}
	return alive(k, res)
}

// alive reads the answer of a key that lives. An answer that tells neither
// account nor permissions is some other document: no statement about the key.
func alive(k exchanges.Key, res exchanges.Response) (exchanges.Key, error) {
	var w wireAnswer[describedConfig]
	if err := exchanges.Decode(res.Body, &w); err != nil {
		return k, exchanges.Malformed(Name, opInspect, res, err)
	}
	if len(w.Data) != 1 || w.Data[0].Value.UID == "" && w.Data[0].Value.Perm == nil {
		return k, exchanges.Malformed(Name, opInspect, res, nil)
	}
	c := w.Data[0].Value
	k.Status = exchanges.StatusAlive
	k.Label = c.Label
	k.Ref.Account.ID, k.Ref.Account.Kind = c.UID, c.kind()
	k.Whitelist = readWhitelist(c.IP)
	k.Permissions, k.Raw = readPermissions(c.Perm)
	if k.Permissions.IsKnown() {
		k.Permissions = mayManageKeys(k.Permissions, k.Ref.Account.Kind, k.Whitelist.Restricted)
	}
	addStrange(&k, w.Data[0].Strange)
	return k, nil
}

// serverTime is the control call: it shows that a host answers at all.
func (a *adapter) serverTime(ctx context.Context, at place) (exchanges.Response, error) {
	return a.env.Caller.Call(ctx, exchanges.Call{Op: opTime, Build: public(at, pathTime)})
}

// statusOf says what a refusal proves about the key: errors.go marks the codes
// that OKX gives only to keys that it knows.
func statusOf(err error) exchanges.Status {
	var e *exchanges.Error
	if !errors.As(err, &e) {
		return exchanges.StatusUndetermined
	}
	m, _ := meaningOf(e.Code)
	switch {
	case !m.alive:
		return exchanges.StatusUndetermined
	case m.kind == exchanges.KindIPRefused:
		return exchanges.StatusIPRefused
	default:
		return exchanges.StatusAlive
	}
}
