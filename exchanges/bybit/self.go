package bybit

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"rekey/exchanges"
)

// Some keys of Bybit change and delete themselves: one of the master account
// with a wallet right by update-api and delete-api; one of a sub-account with a
// transfer right by the calls of sub-accounts, without naming itself
// (docs/v5/user/modify-sub-apikey and rm-sub-apikey, read 2026-11-30). A key that
// trades alone cannot.

// canRevokeSelf says without a request whether a key that was seen like this may
// delete itself.
func canRevokeSelf(k exchanges.Key) error { return ownPower(opRevokeSelf, k) }

// canEditSelf says without a request whether a key that was seen like this may
// make this change to itself.
func canEditSelf(k exchanges.Key, req exchanges.EditRequest) error {
	if err := ownPower(opEditSelf, k); err != nil {
		return err
	}
	return selfChange(k.Ref.Account.Kind, req)
}

// selfChange refuses changes of a key's own that Bybit does not make. "Master
// IP lists cannot be changed by API since 2026-02-10" (changelog:488).
func selfChange(kind exchanges.AccountKind, req exchanges.EditRequest) error {
	switch {
	case req.Permissions == nil && req.Whitelist == nil:
		return exchanges.Refuse(Name, opEditSelf, "neither permissions nor an IP whitelist are to be changed, nothing was "+
			"sent")
	case kind == exchanges.AccountMaster && req.Whitelist != nil:
		return exchanges.Refuse(Name, opEditSelf, "lets the IP whitelist of a master key be changed on its page alone, "+
			"nothing was sent")
	}
	return editable(opEditSelf, req)
}

// ownPower refuses a key that lacks the right to change itself, or of which it is
// not told.
func ownPower(op string, k exchanges.Key) error {
	rights, need := managing(), "a transfer or withdrawal right"
	switch k.Ref.Account.Kind {
	case exchanges.AccountMaster:
	case exchanges.AccountSub:
		rights, need = []exchanges.Permission{exchanges.Transfer, exchanges.SubaccountTransfer}, "a transfer right"
	case exchanges.AccountUnknown:
		return exchanges.Refuse(Name, op, "does not say whether it is a key of a master account, nothing was sent")
	default:
		return exchanges.Refuse(Name, op, "does not say whether it is a key of a master account, nothing was sent")
	}
	if may, _ := k.Permissions.HasAny(rights...).Get(); !may {
		return exchanges.Refuse(Name, op, "lets only a key with "+need+" change or delete itself, nothing was sent")
	}
	return nil
}

// RevokeSelf deletes the calling key, "invalid immediately". Which of the two
// calls that takes depends on the account, so the key is looked at first. A look
// that shows no right to it ends here.
func (a *adapter) RevokeSelf(ctx context.Context) error {
	k, _, err := a.own(ctx)
	if err != nil {
		return err
	}
	if err := canRevokeSelf(k); err != nil {
		return err
	}
	op, path := opRevokeSelf, pathRevokeSelf
	if k.Ref.Account.Kind == exchanges.AccountSub {
		op, path = opRevoke, pathRevoke
	}
	body, err := json.Marshal(struct{}{})
	if err != nil {
		return exchanges.Refuse(Name, op, "the request could not be written, nothing was sent")
	}
	res, err := a.send(ctx, op, path, body)
	if err == nil && !emptyResult(res) {
		err = exchanges.Unclear(Name, op, res, "answered a deletion with something that is not documented")
	}
	return err
}

// EditSelf changes the calling key. Every setting is sent, since one that is left
// out opens the key, and the answer is compared with them.
func (a *adapter) EditSelf(ctx context.Context, req exchanges.EditRequest) (exchanges.Key, error) {
	k, w, err := a.own(ctx)
	if err != nil {
		return k, err
	}
	if err := canEditSelf(k, req); err != nil {
		return k, err
	}
	set, err := changed(opEditSelf, w, req)
	if err != nil {
		return k, err
	}
	op, path := opEditSelf, pathEditSelf
	if k.Ref.Account.Kind == exchanges.AccountSub {
		op, path = opEdit, pathEdit
	} else {
		set.fixedIPs, set.groups = true, withoutWithdrawal(set.groups)
	}
	res, err := a.write(ctx, op, path, set, nil)
	if err != nil {
		return k, err
	}
	described, err := edited(op, res, set, a.credential.AccessKey)
	if err != nil {
		return k, err
	}
	apply(described, &k)
	return k, nil
}

// own looks at the calling key where rekey.yaml says that it lives.
func (a *adapter) own(ctx context.Context) (exchanges.Key, wireKey, error) {
	k := exchanges.Key{
		Ref:    exchanges.KeyRef{Exchange: Name, AccessKey: a.credential.AccessKey},
		Status: exchanges.StatusUndetermined,
	}
	w, err := a.information(ctx, a.configured())
	if err != nil {
		return k, wireKey{}, err
	}
	k.Status, k.Ref.Account.Kind = exchanges.StatusAlive, w.Value.kind()
	apply(w, &k)
	return k, w.Value, nil
}

// withoutWithdrawal returns the groups of a master key without the right that
// the page alone gives (141020): to send it again might be refused, and no change
// that rekey makes needs it.
func withoutWithdrawal(groups map[string][]string) map[string][]string {
	out := maps.Clone(groups)
	wallet := slices.Clone(out["Wallet"])
	out["Wallet"] = slices.DeleteFunc(wallet, func(word string) bool { return word == "Withdraw" })
	return out
}
