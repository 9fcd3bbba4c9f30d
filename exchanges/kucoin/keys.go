package kucoin

import (
	"context"
	"slices"
	"strings"

	"rekey/exchanges"
)

// mostAddresses is how many addresses a whitelist holds (specification,
// sub/api-key).
const mostAddresses = 20

// IssueKey makes a key of a sub-account, which never expires. The caller
// chooses its passphrase.
func (a *adapter) IssueKey(ctx context.Context, req exchanges.IssueRequest) (exchanges.Issued, error) {
	fields, err := issueFields(req)
	if err != nil {
		return exchanges.Issued{}, err
	}
	res, err := a.write(ctx, opIssue, fields, req.Passphrase)
	if err != nil {
		return exchanges.Issued{}, exchanges.About(err, req.Account.Name)
	}
	var d describedNewKey
	err = read(opIssue, res, &d)
	w := d.Value
	if err != nil || w.APIKey == "" || w.APISecret == "" {
		return exchanges.Issued{}, exchanges.About(exchanges.Unclear(Name, opIssue, res, "answered without the new key's secret"), req.Account.Name)
	}
	k := exchanges.Key{Ref: exchanges.KeyRef{Exchange: Name, Account: req.Account}}
	w.apply(&k)
	addStrange(&k, d.Strange)
	return exchanges.Issued{Key: k, Credential: exchanges.Credential{
		AccessKey: w.APIKey, Secret: exchanges.NewSecret(w.APISecret), Passphrase: req.Passphrase,
	}}, nil
}

func issueFields(req exchanges.IssueRequest) (map[string]string, error) {
	if err := exchanges.CheckIssue(Name, opIssue, req); err != nil {
		return nil, err
	}
	if !newPassphraseForm(req.Passphrase) {
		return nil, &exchanges.Error{
			Exchange: Name, Op: opIssue, Kind: exchanges.KindBadPassphrase,
			Detail: "a new key needs a passphrase of 7 to 32 letters, digits and signs without blanks, nothing was sent",
		}
	}
	fields := map[string]string{"subName": req.Account.Name, "remark": req.Label}
	if err := grant(fields, opIssue, req.Permissions); err != nil {
		return nil, err
	}
	list, err := exchanges.Addresses(Name, opIssue, req.Whitelist, mostAddresses, false)
	if len(list) > 0 {
		fields["ipWhitelist"] = strings.Join(list, ",")
	}
	return fields, err
}

// givable are the permissions that a sub-account's key can be given, with
// their words (specification, sub/api-key). General comes with every key.
func givable() ([]exchanges.Permission, map[exchanges.Permission]string) {
	return []exchanges.Permission{exchanges.Read, exchanges.Spot, exchanges.Futures, exchanges.Margin, exchanges.Transfer},
		map[exchanges.Permission]string{
			exchanges.Read: "General", exchanges.Spot: "Spot", exchanges.Futures: "Futures", exchanges.Margin: "Margin", exchanges.Transfer: "InnerTransfer",
		}
}

func grant(fields map[string]string, op string, asked []exchanges.Permission) error {
	powers, words := givable()
	if err := exchanges.CheckPermissions(Name, op, asked, powers); err != nil {
		return err
	}
	var text []string
	for _, p := range powers {
		if p == exchanges.Read || slices.Contains(asked, p) {
			text = append(text, words[p])
		}
	}
	fields["permission"] = strings.Join(text, ",")
	return nil
}

// RevokeKey deletes a key of a sub-account. KuCoin wants that key's own
// passphrase, in the query of the URL. The documented answer names the key.
func (a *adapter) RevokeKey(ctx context.Context, req exchanges.RevokeRequest) error {
	if err := checkTarget(opRevoke, req.Ref, req.Passphrase); err != nil {
		return err
	}
	subName, accessKey := req.Ref.Account.Name, req.Ref.AccessKey
	res, err := a.write(ctx, opRevoke, map[string]string{"subName": subName, "apiKey": accessKey}, req.Passphrase)
	var w describedNewKey
	named := err == nil && read(opRevoke, res, &w) == nil && w.Value.APIKey == accessKey
	return exchanges.About(exchanges.Gone(Name, opRevoke, res, err, named, func() (bool, error) {
		rows, _, err := a.subKeyRows(ctx, subName)
		return slices.ContainsFunc(rows, func(row describedKey) bool {
			return row.Value.APIKey == accessKey || row.Value.APIKey == ""
		}), err
	}), subName)
}

// EditKey changes permissions, addresses or both in one call. What is sent
// replaces what was ("if modified, will be reset", old docs), so what is not to
// be changed is not sent.
func (a *adapter) EditKey(ctx context.Context, req exchanges.EditRequest) (exchanges.Key, error) {
	k := exchanges.Key{Ref: req.Ref, Status: exchanges.StatusUndetermined}
	k.Ref.Exchange = Name
	if err := exchanges.CheckEdit(Name, opEdit, req); err != nil {
		return k, err
	}
	if err := checkTarget(opEdit, req.Ref, req.Passphrase); err != nil {
		return k, err
	}
	fields := map[string]string{"subName": req.Ref.Account.Name, "apiKey": req.Ref.AccessKey}
	if req.Permissions != nil {
		if err := grant(fields, opEdit, req.Permissions); err != nil {
			return k, err
		}
	}
	if req.Whitelist != nil {
		list, err := exchanges.Addresses(Name, opEdit, req.Whitelist, mostAddresses, false)
		if err != nil {
			return k, err
		}
		fields["ipWhitelist"] = strings.Join(list, ",")
	}
	res, err := a.write(ctx, opEdit, fields, req.Passphrase)
	if err != nil {
		return k, exchanges.About(err, req.Ref.Account.Name)
	}
	var d describedNewKey
	err = read(opEdit, res, &d)
	w := d.Value
	if err != nil || w.APIKey != req.Ref.AccessKey {
		return k, exchanges.About(exchanges.Unclear(Name, opEdit, res, "answered without the key that was changed"), req.Ref.Account.Name)
	}
	w.apply(&k)
	addStrange(&k, d.Strange)
	return k, nil
}

// checkTarget refuses what cannot be sent: without its access key, its account
// and its own passphrase no key can be changed or deleted.
func checkTarget(op string, ref exchanges.KeyRef, passphrase exchanges.Secret) error {
	if err := exchanges.CheckRef(Name, op, ref); err != nil {
		return err
	}
	if passphrase.IsZero() {
		return &exchanges.Error{
			Exchange: Name, Op: op, Kind: exchanges.KindBadPassphrase, Account: ref.Account.Name,
			Detail: "wants the passphrase of the key that is changed or deleted, and it is not known; nothing was sent. Without it only a person can do this, at " + pageKeys,
		}
	}
	return nil
}

// apply writes what the answer to a change tells into k.
func (w wireNewKey) apply(k *exchanges.Key) {
	k.Ref.AccessKey, k.Ref.Account.Kind = w.APIKey, exchanges.AccountSub
	k.Label = w.Remark
	k.Status, k.Algorithm = exchanges.StatusAlive, "hmac"
	key := wireKey{Permission: w.Permission, IsMaster: exchanges.Flag{Fact: exchanges.Known(false)}}
	k.Permissions, k.Raw = key.permissions()
	if w.IPWhitelist != nil && *w.IPWhitelist != "" { // empty may mean that it is not told here
		k.Whitelist = exchanges.ParseWhitelistText(*w.IPWhitelist)
	}
	k.CreatedAt = exchanges.MilliTime(int64(w.CreatedAt))
}
