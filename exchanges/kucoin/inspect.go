package kucoin

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"rekey/exchanges"
)

// deathPause is between the two looks at a key of which KuCoin said that it
// does not exist. One such answer is clear enough; the second costs a second
// and rules out a gateway that lost its keys for a moment.
const deathPause = time.Second

// Inspect asks what this key may do.
func (a *adapter) Inspect(ctx context.Context) (exchanges.Key, error) {
	k := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: a.credential.AccessKey,
			Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status:    exchanges.StatusUndetermined,
		Algorithm: "hmac", // the only kind that is documented
	}
	base := a.env.Caller.Endpoint(roleSpot)
	res, err := a.call(ctx, base, opInspect, pathInspect, nil)
	switch {
	case err == nil:
		return a.alive(k, res)
	case exchanges.KindOf(err) == exchanges.KindNoSuchKey:
		return a.proveDeath(ctx, k, base)
	default:
		k, err = refused(k, err)
		if k.Status != exchanges.StatusUndetermined {
			a.lived.Store(true)
		}
		return k, err
	}
}

func (a *adapter) alive(k exchanges.Key, res exchanges.Response) (exchanges.Key, error) {
	var d describedKey
	if err := read(opInspect, res, &d); err != nil {
		return k, err
	}
	w := d.Value
	if w.APIKey == "" && w.Permission == "" { // some other document: no statement about the key
		return k, exchanges.Malformed(Name, opInspect, res, nil)
	}
	if keyForm.MatchString(w.APIKey) && !strings.EqualFold(w.APIKey, a.credential.AccessKey) {
		return k, exchanges.Malformed(Name, opInspect, res, errors.New("it is about another key; is a proxy in between?"))
	}
	k.Status = exchanges.StatusAlive
	a.lived.Store(true)
	w.apply(&k)
	addStrange(&k, d.Strange)
	return k, nil
}

// apply writes what the answer tells into k.
func (w wireKey) apply(k *exchanges.Key) {
	k.Label = w.Remark
	k.Permissions, k.Raw = w.permissions()
	k.Whitelist = exchanges.ParseWhitelistText(w.IPWhitelist)
	k.CreatedAt = exchanges.MilliTime(int64(w.CreatedAt))
	k.Ref.Account.ID, k.Ref.Account.Name = id(w.UID), w.SubName
	switch master, told := w.IsMaster.Get(); {
	case told && master:
		k.Ref.Account.Kind = exchanges.AccountMaster
	case told, w.SubName != "":
		k.Ref.Account.Kind = exchanges.AccountSub
	}
}

// proveDeath says dead only after a second look, beside a working control
// call, and after the other regions' sites said the same.
func (a *adapter) proveDeath(ctx context.Context, k exchanges.Key, base string) (exchanges.Key, error) {
	if err := a.env.Caller.Sleep(ctx, deathPause); err != nil {
		return k, undetermined("kucoin said once that the key does not exist, and the second look was interrupted")
	}
	if err := a.control(ctx, base); err != nil {
		return k, err
	}
	res, err := a.call(ctx, base, opInspect, pathInspect, nil)
	switch {
	case err == nil:
		return a.alive(k, res)
	case exchanges.KindOf(err) != exchanges.KindNoSuchKey:
		return refused(k, err)
	default:
		return a.searchElsewhere(ctx, k)
	}
}

// control makes an unsigned call. A host that does not have it at all is no
// trouble: the two looks at the key are proof without it.
func (a *adapter) control(ctx context.Context, base string) error {
	_, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opTime, Via: a.viaTime(base)})
	var e *exchanges.Error
	if errors.As(err, &e) && e.Status == http.StatusNotFound {
		return nil
	}
	return err
}

// refused says what a refusal proves about the key.
func refused(k exchanges.Key, err error) (exchanges.Key, error) {
	switch {
	case exchanges.KindOf(err) == exchanges.KindIPRefused:
		k.Status = exchanges.StatusIPRefused
	case knows(err):
		k.Status = exchanges.StatusAlive
	}
	if codeOf(err) == codeFrozen {
		k.Ref.Account.Frozen = exchanges.Known(true)
	}
	return k, err
}

func undetermined(detail string) error {
	return &exchanges.Error{Exchange: Name, Op: opInspect, Kind: exchanges.KindUndetermined, Detail: detail}
}
