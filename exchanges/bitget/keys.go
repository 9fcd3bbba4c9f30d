package bitget

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"slices"

	"rekey/exchanges"
)

// mostAddresses is how many entries a whitelist holds, all of IPv4
// (bitget.com/api-doc; go-bitget 5a56b3dd).
const mostAddresses = 30

// The words of a unified key.
const (
	typeRead  = "read_only"
	typeWrite = "read_write"
	wordTrade = "uta_trade"
)

// IssueKey makes a key of a unified sub-account. The caller chooses its
// passphrase.
func (a *adapter) IssueKey(ctx context.Context, req exchanges.IssueRequest) (exchanges.Issued, error) {
	fields, err := issueFields(req)
	err = cmp.Or(err, exchanges.CheckLabel(Name, opIssue, req.Label), checkPassphrase(opIssue, req.Passphrase))
	if err != nil {
		return exchanges.Issued{}, err
	}
	res, err := a.write(ctx, opIssue, fields, req.Passphrase)
	if err != nil {
		return exchanges.Issued{}, exchanges.About(err, req.Account.Name)
	}
	var w wireAnswer[describedKey]
	row := exchanges.Decode(res.Body, &w)
	if row != nil || w.Data.Value.APIKey == "" || w.Data.Value.Secret == "" {
		unclear := exchanges.Unclear(Name, opIssue, res, "answered without the new key's secret")
		return exchanges.Issued{}, exchanges.About(unclear, req.Account.Name)
	}
	k := subKey(w.Data, sub{uid: req.Account.Name})
	k.Ref.Account, k.Algorithm = req.Account, algorithm
	k.Ref.Account.Kind = exchanges.AccountSub
	return exchanges.Issued{Key: k, Credential: exchanges.Credential{
		AccessKey: w.Data.Value.APIKey, Secret: exchanges.NewSecret(w.Data.Value.Secret), Passphrase: req.Passphrase,
	}}, nil
}

// canIssue says without a request whether IssueKey would send this one, once
// label and passphrase are chosen.
func canIssue(req exchanges.IssueRequest) error {
	_, err := issueFields(req)
	return err
}

// checkPassphrase refuses a passphrase that Bitget would refuse.
func checkPassphrase(op string, passphrase exchanges.Secret) error {
	if newPassphraseForm(passphrase) {
		return nil
	}
	return &exchanges.Error{
		Exchange: Name, Op: op, Kind: exchanges.KindBadPassphrase,
		Detail: "a key has a passphrase of 8 to 32 letters and digits, nothing was sent",
	}
}

// issueFields returns the fields of a new key. A label and a passphrase are
// checked once they are chosen, and may be missing.
func issueFields(req exchanges.IssueRequest) (map[string]any, error) {
	if err := exchanges.CheckIssue(Name, opIssue, req); err != nil {
		return nil, err
	}
	if !req.Passphrase.IsZero() {
		if err := checkPassphrase(opIssue, req.Passphrase); err != nil {
			return nil, err
		}
	}
	kind, words, err := granted(opIssue, req.Permissions)
	if err != nil {
		return nil, err
	}
	list, err := addresses(opIssue, req.Whitelist)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"subUid": req.Account.Name, "note": req.Label, "type": kind, "permissions": words, "ips": list,
	}, nil
}

// granted returns the type and the words of permissions. A list is documented
// as needed, so a key that may only read is given the word for trading and the
// type that only reads.
func granted(op string, asked []exchanges.Permission) (kind string, words []string, err error) {
	givable := []exchanges.Permission{exchanges.Read, exchanges.Trade}
	if err := exchanges.CheckPermissions(Name, op, asked, givable); err != nil {
		return "", nil, err
	}
	kind = typeRead
	if slices.Contains(asked, exchanges.Trade) {
		kind = typeWrite
	}
	return kind, []string{wordTrade}, nil
}

// addresses returns a whitelist as it is sent, never null: what is left out or
// null may open the key.
func addresses(op string, whitelist []string) ([]string, error) {
	list, err := exchanges.Addresses(Name, op, whitelist, mostAddresses, false)
	if err != nil {
		return nil, err
	}
	for _, entry := range list {
		if address, err := netip.ParseAddr(entry); err != nil || !address.Is4() {
			return nil, exchanges.Refuse(Name, op, "documents IPv4 addresses alone in an IP whitelist, and one entry is none; "+
				"nothing was sent")
		}
	}
	return list, nil
}

// canRevoke says without a request whether RevokeKey would send this one.
func canRevoke(req exchanges.RevokeRequest) error { return exchanges.CheckRef(Name, opRevoke, req.Ref) }

// RevokeKey deletes a key of a unified sub-account. The documented answer is an
// empty object.
func (a *adapter) RevokeKey(ctx context.Context, req exchanges.RevokeRequest) error {
	if err := canRevoke(req); err != nil {
		return err
	}
	uid, accessKey := req.Ref.Account.Name, req.Ref.AccessKey
	res, err := a.write(ctx, opRevoke, map[string]any{"apiKey": accessKey}, exchanges.Secret{})
	var w wireAnswer[*struct{}]
	documented := exchanges.Decode(res.Body, &w) == nil && w.Data != nil
	return exchanges.About(exchanges.Gone(Name, opRevoke, res, err, documented, func() (bool, error) {
		_, there, err := a.row(ctx, uid, accessKey)
		return there, err
	}), uid)
}

// row returns the row of a key in its sub-account's list, and whether it is
// there.
func (a *adapter) row(ctx context.Context, uid, accessKey string) (describedKey, bool, error) {
	for row, err := range a.subKeyRows(ctx, uid) {
		if err != nil {
			return describedKey{}, false, err
		}
		if row.Value.APIKey == accessKey {
			return row, true, nil
		}
	}
	return describedKey{}, false, nil
}

// EditKey changes permissions, addresses or both. What is left out of the call
// may open the key, so the list is read first, every field is sent, and the
// answer and the list are compared with what was sent. Key and secret stay: it
// is no rotation.
func (a *adapter) EditKey(ctx context.Context, req exchanges.EditRequest) (exchanges.Key, error) {
	k := exchanges.Key{Ref: req.Ref, Status: exchanges.StatusUndetermined}
	k.Ref.Exchange = Name
	fields, err := editFields(req)
	if err != nil {
		return k, err
	}
	uid := req.Ref.Account.Name
	about := func(err error) error { return exchanges.About(err, uid) }
	before, there, err := a.row(ctx, uid, req.Ref.AccessKey)
	switch {
	case err != nil:
		return k, about(err)
	case !there:
		return k, about(exchanges.Refuse(Name, opEdit, "does not list this key under that sub-account, so that what it may "+
			"do now is not known; nothing was changed. Look at its account in rekey.yaml"))
	}
	if err := fill(fields, before.Value); err != nil {
		return k, about(err)
	}
	res, err := a.update(ctx, fields, req.Ref.AccessKey, req.Passphrase)
	if err != nil {
		return k, about(err)
	}
	var w wireAnswer[describedKey]
	unread := exchanges.Decode(res.Body, &w)
	if unread != nil || w.Data.Value.APIKey != req.Ref.AccessKey || !same(fields, w.Data.Value) {
		return k, about(exchanges.Unclear(Name, opEdit, res, "answered a change without the key as it was asked for"))
	}
	after, there, err := a.row(ctx, uid, req.Ref.AccessKey)
	if err != nil || !there || !same(fields, after.Value) {
		return k, about(exchanges.Unclear(Name, opEdit, res, "accepted a change, and lists the key otherwise or not at all"))
	}
	account := k.Ref.Account
	k = subKey(after, sub{uid: uid})
	k.Ref.Account = account
	k.Ref.Account.Kind = exchanges.AccountSub
	return k, nil
}

// update sends a change. One source calls the key's field apiKey, another
// apikey, and no document that is left decides: where the parameters are refused
// nothing was changed, and the other is tried.
func (a *adapter) update(
	ctx context.Context, fields map[string]any, accessKey string, passphrase exchanges.Secret,
) (exchanges.Response, error) {
	fields["apiKey"] = accessKey
	res, err := a.write(ctx, opEdit, fields, passphrase)
	var refused *exchanges.Error
	if errors.As(err, &refused) && refused.Kind == exchanges.KindRejected && isParameter(refused.Code) {
		delete(fields, "apiKey")
		fields["apikey"] = accessKey
		return a.write(ctx, opEdit, fields, passphrase)
	}
	return res, err
}

// canEdit says without a request whether EditKey would send this one.
func canEdit(req exchanges.EditRequest) error {
	_, err := editFields(req)
	return err
}

// editFields returns the fields of what is to be changed; fill adds the rest.
func editFields(req exchanges.EditRequest) (map[string]any, error) {
	if err := exchanges.CheckEdit(Name, opEdit, req); err != nil {
		return nil, err
	}
	fields := map[string]any{}
	if req.Permissions != nil {
		kind, words, err := granted(opEdit, req.Permissions)
		if err != nil {
			return nil, err
		}
		fields["type"], fields["permissions"] = kind, words
	}
	if req.Whitelist != nil {
		list, err := addresses(opEdit, req.Whitelist)
		if err != nil {
			return nil, err
		}
		fields["ips"] = list
	}
	if req.Passphrase.IsZero() {
		return nil, &exchanges.Error{
			Exchange: Name, Op: opEdit, Kind: exchanges.KindBadPassphrase,
			Detail: "wants the passphrase of the key that is changed, and it is not known; nothing was sent. Change the key " +
				"on its page, or delete it",
		}
	}
	return fields, nil
}

// fill adds to a change what is not to be changed, as the list has it.
func fill(fields map[string]any, now wireSubKey) error {
	if _, set := fields["type"]; !set {
		if now.Type == nil || now.Permissions == nil {
			return exchanges.Refuse(Name, opEdit, "does not say what the key may do now, and what is left out may open it; "+
				"nothing was changed. Change it on its page")
		}
		fields["type"], fields["permissions"] = *now.Type, *now.Permissions
	}
	if _, set := fields["ips"]; !set {
		if now.IPs == nil {
			return exchanges.Refuse(Name, opEdit, "does not say from where the key may be used now, and what is left out "+
				"opens "+
				"it; nothing was changed. Change it on its page")
		}
		list, err := addresses(opEdit, *now.IPs)
		if err != nil {
			return err
		}
		fields["ips"] = list
	}
	return nil
}

// same reports whether a key is what a change asked for.
func same(fields map[string]any, now wireSubKey) bool {
	if now.Type == nil || now.Permissions == nil || now.IPs == nil || *now.Type != fields["type"] {
		return false
	}
	equal := func(name string, list []string) bool {
		want, _ := fields[name].([]string)
		return slices.Equal(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(list)))
	}
	return equal("permissions", *now.Permissions) && equal("ips", *now.IPs)
}

// write performs an operation that changes something, once, where rekey.yaml
// says that the manager lives.
func (a *adapter) write(
	ctx context.Context, name string, fields map[string]any, passphrase exchanges.Secret,
) (exchanges.Response, error) {
	op, _ := protocol().Operation(name)
	return a.env.Caller.Call(ctx, exchanges.Call{Op: name, User: a.user, Build: a.post(op.Path, fields, passphrase)})
}
