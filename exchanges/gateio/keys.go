package gateio

import (
	"cmp"
	"context"
	"net/http"
	"net/netip"
	"slices"

	"rekey/exchanges"
)

// mostAddresses is how many entries a whitelist holds, all single addresses of
// IPv4 (gate.io/docs/developers/apiv4).
const mostAddresses = 20

// IssueKey makes a key of a sub-account.
func (a *adapter) IssueKey(ctx context.Context, req exchanges.IssueRequest) (exchanges.Issued, error) {
	body, err := newKey(req)
	if err = cmp.Or(err, exchanges.CheckLabel(Name, opIssue, req.Label)); err != nil {
		return exchanges.Issued{}, err
	}
	about := func(err error) error { return exchanges.About(err, req.Account.Name) }
	s, err := a.subAccount(ctx, req.Account.Name)
	if err != nil {
		return exchanges.Issued{}, about(err)
	}
	res, err := a.write(ctx, opIssue, http.MethodPost, subKeys(s.id), body)
	if err != nil {
		return exchanges.Issued{}, about(err)
	}
	var w describedKey
	unread := exchanges.Decode(res.Body, &w)
	shown := exchanges.PartOf(string(w.Value.Key))
	if unread != nil || shown == "" || exchanges.IsPart(shown) || w.Value.Secret == "" {
		return exchanges.Issued{}, about(exchanges.Unclear(Name, opIssue, res, "answered without the new key's secret"))
	}
	k := keyOf(w, req.Account)
	k.Ref.Account.Kind, k.Ref.Account.ID, k.Algorithm = exchanges.AccountSub, s.id, algorithm
	return exchanges.Issued{Key: k, Credential: exchanges.Credential{
		AccessKey: string(w.Value.Key), Secret: exchanges.NewSecret(w.Value.Secret),
	}}, nil
}

// canIssue says without a request whether IssueKey would send this one, once its
// label is chosen.
func canIssue(req exchanges.IssueRequest) error {
	_, err := newKey(req)
	return err
}

// newKey returns the body of a new key. A label is checked once it is chosen, and
// may be missing. The new key gets its rights in the words of the one that it
// replaces.
func newKey(req exchanges.IssueRequest) (sentKey, error) {
	if err := exchanges.CheckIssue(Name, opIssue, req); err != nil {
		return sentKey{}, err
	}
	if err := checkPowers(opIssue, req.Permissions); err != nil {
		return sentKey{}, err
	}
	list, err := addresses(opIssue, req.Whitelist)
	if err != nil {
		return sentKey{}, err
	}
	mode := int64(1)
	if slices.Contains(req.Words, portfolio) {
		mode = 2
	}
	return sentKey{
		Mode: mode, Name: req.Label, Perms: granted(req.Permissions, wordsIn(req.Words)), IPWhitelist: list,
	}, nil
}

// addresses returns a whitelist as it is sent, never null: what is left out or
// null opens the key.
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
func canRevoke(req exchanges.RevokeRequest) error {
	if err := exchanges.CheckRef(Name, opRevoke, req.Ref); err != nil {
		return err
	}
	return named(opRevoke, req.Ref)
}

// named refuses an access key that cannot stand in a path.
func named(op string, ref exchanges.KeyRef) error {
	for _, r := range ref.AccessKey {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' {
			return exchanges.Refuse(Name, op, "the access key holds something that no access key of Gate does; nothing was sent")
		}
	}
	return nil
}

// RevokeKey deletes a key of a sub-account. The documented answer is 204 without
// a body. The key may work for five minutes more.
func (a *adapter) RevokeKey(ctx context.Context, req exchanges.RevokeRequest) error {
	if err := canRevoke(req); err != nil {
		return err
	}
	about := func(err error) error { return exchanges.About(err, req.Ref.Account.Name) }
	s, err := a.subAccount(ctx, req.Ref.Account.Name)
	if err != nil {
		return about(err)
	}
	res, err := a.write(ctx, opRevoke, http.MethodDelete, subKey(s.id, req.Ref.AccessKey), nil)
	return about(exchanges.Gone(Name, opRevoke, res, err, done(res), func() (bool, error) {
		_, there, err := a.row(ctx, s, req.Ref.AccessKey)
		return there, err
	}))
}

// row returns the row of a key in its sub-account's list, and whether it is
// there.
func (a *adapter) row(ctx context.Context, s sub, accessKey string) (describedKey, bool, error) {
	rows, res, err := a.subKeyRows(ctx, s)
	if err != nil {
		return describedKey{}, false, err
	}
	for _, row := range rows {
		if string(row.Value.Key) == accessKey {
			return row, true, nil
		}
		if row.Value.Key == "" {
			err = exchanges.Malformed(Name, opSubKeys, res, nil)
		}
	}
	return describedKey{}, false, err
}

// EditKey changes permissions, addresses or both. What is left out of the call is
// taken from the key, which opens it where addresses are meant: so the list is
// read first, every field is sent, and the list is read again. As long as it
// shows the key as it was before, that is what is returned: a change may take
// five minutes.
func (a *adapter) EditKey(ctx context.Context, req exchanges.EditRequest) (exchanges.Key, error) {
	k := exchanges.Key{Ref: req.Ref, Status: exchanges.StatusUndetermined}
	k.Ref.Exchange = Name
	if err := canEdit(req); err != nil {
		return k, err
	}
	about := func(err error) error { return exchanges.About(err, req.Ref.Account.Name) }
	s, err := a.subAccount(ctx, req.Ref.Account.Name)
	if err != nil {
		return k, about(err)
	}
	before, there, err := a.row(ctx, s, req.Ref.AccessKey)
	switch {
	case err != nil:
		return k, about(err)
	case !there:
		return k, about(exchanges.Refuse(Name, opEdit, "does not list this key under that sub-account, so that what it may "+
			"do now is not known; nothing was changed. Look at its account in rekey.yaml"))
	}
	body, err := changed(req, before.Value)
	if err != nil {
		return k, about(err)
	}
	res, err := a.write(ctx, opEdit, http.MethodPut, subKey(s.id, req.Ref.AccessKey), body)
	if err != nil {
		return k, about(err)
	}
	if !done(res) {
		return k, about(exchanges.Unclear(Name, opEdit, res, "answered a change with something that is not documented"))
	}
	after, there, err := a.row(ctx, s, req.Ref.AccessKey)
	if err != nil || !there || !same(body, after.Value) && !same(unchanged(before.Value), after.Value) {
		return k, about(exchanges.Unclear(Name, opEdit, res, "accepted a change, and lists the key otherwise or not at all"))
	}
	account := k.Ref.Account
	account.ID, account.Kind = s.id, exchanges.AccountSub
	return keyOf(after, account), nil
}

// canEdit says without a request whether EditKey would send this one.
func canEdit(req exchanges.EditRequest) error {
	if err := exchanges.CheckEdit(Name, opEdit, req); err != nil {
		return err
	}
	if err := cmp.Or(named(opEdit, req.Ref), checkPowers(opEdit, req.Permissions)); err != nil {
		return err
	}
	_, err := addresses(opEdit, req.Whitelist)
	return err
}

// unchanged is a key as it is, in the form in which it is sent. A list that is
// not told is nil.
func unchanged(now wireKey) sentKey {
	body := sentKey{Mode: int64(now.Mode), Name: string(now.Name)}
	if now.Perms != nil {
		body.Perms = []sentPerm{}
		for _, p := range *now.Perms {
			reads, told := p.Value.ReadOnly.Get()
			if !told || p.Value.Name == "" || len(p.Strange) > 0 {
				body.Perms = nil // it is not known what the key may do
				break
			}
			body.Perms = append(body.Perms, sentPerm{Name: p.Value.Name, ReadOnly: reads})
		}
	}
	if now.IPWhitelist != nil {
		body.IPWhitelist = append([]string{}, *now.IPWhitelist...)
	}
	return body
}

// changed is the body of a change: what is asked for, and the rest as it is.
func changed(req exchanges.EditRequest, now wireKey) (sentKey, error) {
	body := unchanged(now)
	switch {
	case body.Perms == nil && req.Permissions == nil:
		return sentKey{}, exchanges.Refuse(Name, opEdit, "does not say what the key may do now, and what is left out is "+
			"taken from it; nothing was changed. Change it on its page")
	case body.IPWhitelist == nil && req.Whitelist == nil:
		return sentKey{}, exchanges.Refuse(Name, opEdit, "does not say from where the key may be used now, and what is left "+
			"out opens it; nothing was changed. Change it on its page")
	}
	if req.Permissions != nil {
		var old []word
		for _, p := range body.Perms {
			old = append(old, word{p.Name, p.ReadOnly})
		}
		body.Perms = granted(req.Permissions, old)
	}
	list := req.Whitelist
	if list == nil {
		list = body.IPWhitelist
	}
	var err error
	body.IPWhitelist, err = addresses(opEdit, list)
	return body, err
}

// same reports whether a key is what a body asks for.
func same(want sentKey, now wireKey) bool {
	is := unchanged(now)
	if is.Perms == nil || is.IPWhitelist == nil || is.Name != want.Name {
		return false
	}
	order := func(a, b sentPerm) int { return cmp.Compare(a.Name, b.Name) }
	return slices.Equal(slices.SortedFunc(slices.Values(is.Perms), order),
		slices.SortedFunc(slices.Values(want.Perms), order)) &&
		slices.Equal(slices.Sorted(slices.Values(is.IPWhitelist)), slices.Sorted(slices.Values(want.IPWhitelist)))
}

// write performs an operation that changes something, once, where rekey.yaml
// says that the manager lives.
func (a *adapter) write(ctx context.Context, name, method, path string, body any) (exchanges.Response, error) {
	return a.env.Caller.Call(ctx, exchanges.Call{Op: name, User: a.user, Build: a.send(method, path, body)})
}
