package kucoin

import (
	"cmp"
	"context"
	"fmt"
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
	err = cmp.Or(err, exchanges.CheckLabel(Name, opIssue, req.Label), checkPassphrase(req.Passphrase))
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
		return exchanges.Issued{}, exchanges.About(exchanges.Unclear(Name, opIssue, res,
			"answered without the new key's secret"), req.Account.Name)
	}
	k := exchanges.Key{Ref: exchanges.KeyRef{Exchange: Name, Account: req.Account}}
	w.apply(&k)
	addStrange(&k, d.Strange)
	return exchanges.Issued{Key: k, Credential: exchanges.Credential{
		AccessKey: w.APIKey, Secret: exchanges.NewSecret(w.APISecret), Passphrase: req.Passphrase,
	}}, nil
}

// canIssue says without a request whether IssueKey would send this one, once
// label and passphrase are chosen.
func canIssue(req exchanges.IssueRequest) error {
	_, err := issueFields(req)
	return err
}

// checkPassphrase refuses a passphrase that KuCoin would refuse for a new key.
func checkPassphrase(passphrase exchanges.Secret) error {
	if newPassphraseForm(passphrase) {
		return nil
	}
	return &exchanges.Error{
		Exchange: Name, Op: opIssue, Kind: exchanges.KindBadPassphrase,
		Detail: "a new key needs a passphrase of 7 to 32 letters, digits and signs without blanks, nothing was sent",
	}
}

// issueFields returns the fields of a new key. A label and a passphrase are
// checked once they are chosen, and may be missing.
func issueFields(req exchanges.IssueRequest) (map[string]string, error) {
	if err := exchanges.CheckIssue(Name, opIssue, req); err != nil {
		return nil, err
	}
	if !req.Passphrase.IsZero() {
		if err := checkPassphrase(req.Passphrase); err != nil {
			return nil, err
		}
	}
	fields := map[string]string{"subName": req.Account.Name, "remark": req.Label}
	if err := grant(fields, opIssue, req.Permissions); err != nil {
		return nil, err
	}
	if err := checkWords(req); err != nil {
		return nil, err
	}
	list, err := exchanges.Addresses(Name, opIssue, req.Whitelist, mostAddresses, false)
	if len(list) > 0 {
		fields["ipWhitelist"] = strings.Join(list, ",")
	}
	return fields, err
}

// givable returns the permissions that a sub-account's key can be given, with
// the word that asks for each. General comes with every key. Five of them are
// those of the specification (sub/api-key, 2025-11-04). Unified is newer: it
// stands beside them in the types of a third-party client (docs.rs kucoin 0.7.4,
// types/sup_account.rs, read 2026-11-30); no page of KuCoin's was found.
func givable() ([]exchanges.Permission, map[exchanges.Permission]string) {
	words := map[exchanges.Permission]string{
		exchanges.Read: "General", exchanges.Spot: "Spot", exchanges.Futures: "Futures", exchanges.Margin: "Margin",
		exchanges.Trade: "Unified", exchanges.Transfer: "InnerTransfer",
	}
	return []exchanges.Permission{
		exchanges.Read, exchanges.Spot, exchanges.Futures, exchanges.Margin, exchanges.Trade, exchanges.Transfer,
	}, words
}

// checkWords refuses a permission that the key to be replaced holds by a word
// which no key can be given, and by none that can. Trade is the word of old keys
// for what rekey reads as the same permission as Unified; whether a key with the
// one does what a bot did with the other is documented nowhere. LeadtradeFutures
// is for copy trading, and Futures is not.
func checkWords(req exchanges.IssueRequest) error {
	_, given := givable()
	for _, p := range req.Permissions {
		var held []string
		for _, w := range words() {
			is := func(text string) bool { return strings.EqualFold(text, w.text) }
			if w.power == p && slices.ContainsFunc(req.Words, is) {
				held = append(held, w.text)
			}
		}
		remade := func(text string) bool {
			return text == given[p] || text == "FlexTransfers" // InnerTransfer by its other name
		}
		if len(held) > 0 && !slices.ContainsFunc(held, remade) {
			return exchanges.Refuse(Name, opIssue, fmt.Sprintf("has no call that gives a key the permission that it "+
				"calls %s, which the old key has; nothing was sent: a person makes the key at %s", held[0], pageKeys))
		}
	}
	return nil
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

// canRevoke says without a request whether RevokeKey would send this one.
func canRevoke(req exchanges.RevokeRequest) error {
	return checkTarget(opRevoke, req.Ref, req.Passphrase)
}

// RevokeKey deletes a key of a sub-account. KuCoin wants that key's own
// passphrase, in the query of the URL. The documented answer names the key.
func (a *adapter) RevokeKey(ctx context.Context, req exchanges.RevokeRequest) error {
	if err := canRevoke(req); err != nil {
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
	fields, err := editFields(req)
	if err != nil {
		return k, err
	}
	res, err := a.write(ctx, opEdit, fields, req.Passphrase)
	if err != nil {
		return k, exchanges.About(err, req.Ref.Account.Name)
	}
	var d describedNewKey
	err = read(opEdit, res, &d)
	w := d.Value
	if err != nil || w.APIKey != req.Ref.AccessKey {
		return k, exchanges.About(exchanges.Unclear(Name, opEdit, res,
			"answered without the key that was changed"), req.Ref.Account.Name)
	}
	w.apply(&k)
	addStrange(&k, d.Strange)
	return k, nil
}

// canEdit says without a request whether EditKey would send this one.
func canEdit(req exchanges.EditRequest) error {
	_, err := editFields(req)
	return err
}

// editFields returns the fields of a change, those of what is to be changed
// alone.
func editFields(req exchanges.EditRequest) (map[string]string, error) {
	if err := exchanges.CheckEdit(Name, opEdit, req); err != nil {
		return nil, err
	}
	if err := checkTarget(opEdit, req.Ref, req.Passphrase); err != nil {
		return nil, err
	}
	fields := map[string]string{"subName": req.Ref.Account.Name, "apiKey": req.Ref.AccessKey}
	if slices.Contains(req.Permissions, exchanges.Trade) { // a key that has the old word Trade would get another
		return nil, exchanges.Refuse(Name, opEdit, "cannot leave trade to a key whose other permissions change: "+
			"an edit would write it as Unified, which is not what an old key has; nothing was sent")
	}
	if req.Permissions != nil {
		if err := grant(fields, opEdit, req.Permissions); err != nil {
			return nil, err
		}
	}
	if req.Whitelist != nil {
		list, err := exchanges.Addresses(Name, opEdit, req.Whitelist, mostAddresses, false)
		if err != nil {
			return nil, err
		}
		fields["ipWhitelist"] = strings.Join(list, ",")
	}
	return fields, nil
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
			Detail: "wants the passphrase of the key that is changed or deleted, and it is not known; nothing was sent. " +
				"Without it only a person can do this, at " + pageKeys,
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
