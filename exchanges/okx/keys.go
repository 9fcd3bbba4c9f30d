package okx

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"rekey/exchanges"
)

// mostAddresses is how many entries a whitelist holds: IPv4, IPv6 and networks
// (docs, API key security; 59503).
const mostAddresses = 20

// IssueKey makes a key of a sub-account. The caller chooses its passphrase.
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
	described, ok := readChange(res)
	w := described.Value
	if !ok || w.APIKey == "" || w.SecretKey == "" {
		return exchanges.Issued{}, exchanges.About(exchanges.Unclear(Name, opIssue, res,
			"answered without the new key's secret"), req.Account.Name)
	}
	k := exchanges.Key{Ref: exchanges.KeyRef{Exchange: Name, Account: req.Account}}
	applyChange(described, &k)
	return exchanges.Issued{Key: k, Credential: exchanges.Credential{
		AccessKey: w.APIKey, Secret: exchanges.NewSecret(w.SecretKey), Passphrase: req.Passphrase,
	}}, nil
}

// canIssue says without a request whether IssueKey would send this one, once
// label and passphrase are chosen.
func canIssue(req exchanges.IssueRequest) error {
	_, err := issueFields(req)
	return err
}

// checkPassphrase refuses a passphrase that OKX would refuse for a new key.
func checkPassphrase(passphrase exchanges.Secret) error {
	if newPassphraseForm(passphrase) {
		return nil
	}
	return &exchanges.Error{
		Exchange: Name, Op: opIssue, Kind: exchanges.KindBadPassphrase,
		Detail: "a new key needs a passphrase of 8 to 32 characters with a digit, an upper and a lower case letter " +
			"and a sign, nothing was sent",
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
	fields := map[string]string{"subAcct": req.Account.Name, "label": req.Label}
	if err := grant(fields, opIssue, req.Permissions); err != nil {
		return nil, err
	}
	list, err := exchanges.Addresses(Name, opIssue, req.Whitelist, mostAddresses, true)
	if len(list) > 0 {
		fields["ip"] = strings.Join(list, ",")
	}
	return fields, err
}

// givable are the permissions that a sub-account's key can be given. OKX has
// one for all trading; withdraw is not given to such keys (59504).
func givable() []exchanges.Permission {
	return []exchanges.Permission{exchanges.Read, exchanges.Trade}
}

// grant writes the list of permissions. A key that could not read is not
// documented, so read_only is always on it.
func grant(fields map[string]string, op string, asked []exchanges.Permission) error {
	if err := exchanges.CheckPermissions(Name, op, asked, givable()); err != nil {
		return err
	}
	fields["perm"] = "read_only"
	if slices.Contains(asked, exchanges.Trade) {
		fields["perm"] += ",trade"
	}
	return nil
}

// canRevoke says without a request whether RevokeKey would send this one.
func canRevoke(req exchanges.RevokeRequest) error { return exchanges.CheckRef(Name, opRevoke, req.Ref) }

// RevokeKey deletes a key of a sub-account. The documented answer names the
// sub-account; 59506 may mean that there was nothing to delete.
func (a *adapter) RevokeKey(ctx context.Context, req exchanges.RevokeRequest) error {
	if err := canRevoke(req); err != nil {
		return err
	}
	subAcct, accessKey := req.Ref.Account.Name, req.Ref.AccessKey
	res, err := a.write(ctx, opRevoke, map[string]string{"subAcct": subAcct, "apiKey": accessKey}, exchanges.Secret{})
	w, ok := readChange(res)
	return exchanges.About(exchanges.Gone(Name, opRevoke, res, err, ok && w.Value.SubAcct == subAcct, func() (bool,
		error,
	) {
		rows, _, err := a.subKeyRows(ctx, subAcct)
		return slices.ContainsFunc(rows, func(row describedKey) bool {
			return row.Value.APIKey == accessKey || row.Value.APIKey == ""
		}), err
	}), subAcct)
}

// EditKey changes permissions, addresses or both in one call. "The IP will be
// reset if this is passed through" (docs, modify-apikey), so what is not to be
// changed is not sent. Key and secret stay: it is no rotation.
func (a *adapter) EditKey(ctx context.Context, req exchanges.EditRequest) (exchanges.Key, error) {
	k := exchanges.Key{Ref: req.Ref, Status: exchanges.StatusUndetermined}
	k.Ref.Exchange = Name
	fields, err := editFields(req)
	if err != nil {
		return k, err
	}
	res, err := a.write(ctx, opEdit, fields, exchanges.Secret{})
	if err != nil {
		return k, exchanges.About(err, req.Ref.Account.Name)
	}
	w, ok := readChange(res)
	if !ok || w.Value.APIKey != req.Ref.AccessKey {
		return k, exchanges.About(exchanges.Unclear(Name, opEdit, res,
			"answered without the key that was changed"), req.Ref.Account.Name)
	}
	applyChange(w, &k)
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
	fields := map[string]string{"subAcct": req.Ref.Account.Name, "apiKey": req.Ref.AccessKey}
	if req.Permissions != nil {
		if err := grant(fields, opEdit, req.Permissions); err != nil {
			return nil, err
		}
	}
	if req.Whitelist != nil {
		list, err := exchanges.Addresses(Name, opEdit, req.Whitelist, mostAddresses, true)
		if err != nil {
			return nil, err
		}
		fields["ip"] = strings.Join(list, ",")
	}
	return fields, nil
}

// write performs an operation that changes something, once, where rekey.yaml
// says that the manager lives.
func (a *adapter) write(ctx context.Context, name string, fields map[string]string,
	passphrase exchanges.Secret,
) (exchanges.Response, error) {
	op, _ := protocol().Operation(name)
	return a.env.Caller.Call(ctx, exchanges.Call{
		Op: name, User: a.user,
		Build: a.post(a.configured(), op.Path, fields, passphrase),
	})
}

// readChange reads the one row of the answer to a change.
func readChange(res exchanges.Response) (describedNewKey, bool) {
	var w wireAnswer[describedNewKey]
	if exchanges.Decode(res.Body, &w) != nil || len(w.Data) != 1 {
		return describedNewKey{}, false
	}
	return w.Data[0], true
}

// applyChange writes what the answer to a change tells into k.
func applyChange(described describedNewKey, k *exchanges.Key) {
	w := described.Value
	row := subKey(describedKey{
		Value:   wireSubKey{APIKey: w.APIKey, Label: w.Label, Perm: w.Perm, IP: w.IP, TS: w.TS},
		Strange: described.Strange,
	}, wireAccount{})
	account := k.Ref.Account
	*k = row
	k.Ref.Account = account
	k.Ref.Account.Kind = exchanges.AccountSub
}
