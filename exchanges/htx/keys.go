package htx

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"

	"rekey/exchanges"
)

// mostAddresses is how many entries a whitelist holds (huobiapi/docs v1_en; an
// announcement of 2020-06-05 has 10, raised ten days later), and mostNote how long
// a note may be (the same announcement).
const (
	mostAddresses = 20
	mostNote      = 20
)

// IssueKey makes a key of a sub user. HTX wants a code of the parent's second
// factor with it, so nothing is sent before a person has typed one.
func (a *adapter) IssueKey(ctx context.Context, req exchanges.IssueRequest) (exchanges.Issued, error) {
	fields, err := issueFields(req)
	if err = cmp.Or(err, exchanges.CheckLabel(Name, opIssue, req.Label)); err != nil {
		return exchanges.Issued{}, err
	}
	about := func(err error) error { return exchanges.About(err, req.Account.Name) }
	res, err := a.env.WithCode(ctx, Name, opIssue, func(code exchanges.Secret) (exchanges.Response, error) {
		if code.IsZero() {
			return exchanges.Response{}, &exchanges.Error{
				Exchange: Name, Op: opIssue, Kind: exchanges.KindSecondFactor,
				Detail: "wants a code of the parent user's second factor for a new key; nothing was sent. Run rekey at a terminal",
			}
		}
		return a.write(ctx, opIssue, fields, code)
	})
	if err != nil {
		return exchanges.Issued{}, about(err)
	}
	var w wireV2[*wireNew]
	unread := exchanges.Decode(res.Body, &w)
	if unread != nil || w.Data == nil || w.Data.AccessKey == "" || w.Data.SecretKey == "" {
		return exchanges.Issued{}, about(exchanges.Unclear(Name, opIssue, res, "answered without the new key's secret"))
	}
	k := exchanges.Key{
		Ref:   exchanges.KeyRef{Exchange: Name, AccessKey: w.Data.AccessKey, Account: req.Account},
		Label: w.Data.Note, Status: exchanges.StatusAlive, Algorithm: algorithm,
		Whitelist: readAddresses(w.Data.IPAddresses),
	}
	k.Ref.Account.Kind = exchanges.AccountSub
	k.Permissions, k.Raw = readPermission(w.Data.Permission, exchanges.AccountSub)
	return exchanges.Issued{Key: k, Credential: exchanges.Credential{
		AccessKey: w.Data.AccessKey, Secret: exchanges.NewSecret(w.Data.SecretKey),
	}}, nil
}

// canIssue says without a request whether IssueKey would send this one, once its
// label is chosen and a person typed a code.
func canIssue(req exchanges.IssueRequest) error {
	_, err := issueFields(req)
	return err
}

// issueFields returns the fields of a new key. A label is checked once it is
// chosen, and may be missing.
func issueFields(req exchanges.IssueRequest) (map[string]any, error) {
	if err := exchanges.CheckIssue(Name, opIssue, req); err != nil {
		return nil, err
	}
	if len(req.Label) > mostNote {
		return nil, exchanges.Refuse(Name, opIssue, "has room for 20 characters in the note of a key, nothing was sent")
	}
	permission, err := words(opIssue, req.Permissions)
	if err != nil {
		return nil, err
	}
	list, err := addresses(opIssue, req.Whitelist)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"subUid": req.Account.Name, "note": req.Label, "permission": permission, "ipAddresses": strings.Join(list, ","),
	}, nil
}

// addresses returns a whitelist as it is sent: single addresses, and networks of
// IPv4.
func addresses(op string, whitelist []string) ([]string, error) {
	list, err := exchanges.Addresses(Name, op, whitelist, mostAddresses, true)
	if err != nil {
		return nil, err
	}
	for _, entry := range list {
		if p, err := netip.ParsePrefix(entry); err == nil && p.Addr().Is6() {
			return nil, exchanges.Refuse(Name, op, "documents networks of IPv4 alone in an IP whitelist, and one entry is of "+
				"IPv6; nothing was sent")
		}
	}
	return list, nil
}

// canRevoke says without a request whether RevokeKey would send this one.
func canRevoke(req exchanges.RevokeRequest) error { return exchanges.CheckRef(Name, opRevoke, req.Ref) }

// RevokeKey deletes a key of a sub user. The documented answer has data null.
func (a *adapter) RevokeKey(ctx context.Context, req exchanges.RevokeRequest) error {
	if err := canRevoke(req); err != nil {
		return err
	}
	uid, accessKey := req.Ref.Account.Name, req.Ref.AccessKey
	res, err := a.write(ctx, opRevoke, map[string]any{"subUid": uid, "accessKey": accessKey}, exchanges.Secret{})
	var w wireV2[any]
	documented := exchanges.Decode(res.Body, &w) == nil && w.Code == float64(200) && w.Data == nil
	return exchanges.About(exchanges.Gone(Name, opRevoke, res, err, documented, func() (bool, error) {
		_, there, err := a.row(ctx, uid, accessKey)
		return there, err
	}), uid)
}

// row returns the row of a key in its user's list, and whether it is there.
func (a *adapter) row(ctx context.Context, uid, accessKey string) (describedKey, bool, error) {
	rows, res, err := a.rows(ctx, uid)
	if err != nil {
		return describedKey{}, false, err
	}
	for _, row := range rows {
		if row.Value.AccessKey == accessKey {
			return row, true, nil
		}
		if row.Value.AccessKey == "" {
			err = exchanges.Malformed(Name, opKeys, res, nil)
		}
	}
	return describedKey{}, false, err
}

// EditKey changes permissions, addresses or both. Whether what is left out of the
// call stays no document says: the list is read first, every field is sent, and the
// answer and the list are compared with what was sent.
func (a *adapter) EditKey(ctx context.Context, req exchanges.EditRequest) (exchanges.Key, error) {
	k := exchanges.Key{Ref: req.Ref, Status: exchanges.StatusUndetermined}
	k.Ref.Exchange = Name
	if err := canEdit(req); err != nil {
		return k, err
	}
	uid := req.Ref.Account.Name
	about := func(err error) error { return exchanges.About(err, uid) }
	before, there, err := a.row(ctx, uid, req.Ref.AccessKey)
	switch {
	case err != nil:
		return k, about(err)
	case !there:
		return k, about(exchanges.Refuse(Name, opEdit, "does not list this key under that sub user, so that what it may do "+
			"now is not known; nothing was changed. Look at its account in rekey.yaml"))
	}
	want, err := changed(req, before.Value)
	if err != nil {
		return k, about(err)
	}
	fields := map[string]any{
		"subUid": uid, "accessKey": req.Ref.AccessKey, "note": want.Note, "permission": *want.Permission,
		"ipAddresses": *want.IPAddresses,
	}
	res, err := a.write(ctx, opEdit, fields, exchanges.Secret{})
	if err != nil {
		return k, about(err)
	}
	var w wireV2[*wireChanged]
	if exchanges.Decode(res.Body, &w) != nil || w.Data == nil || !same(want, *w.Data) {
		return k, about(exchanges.Unclear(Name, opEdit, res, "answered a change without the key as it was asked for"))
	}
	after, there, err := a.row(ctx, uid, req.Ref.AccessKey)
	shown := wireChanged{after.Value.Note, after.Value.Permission, after.Value.IPAddresses}
	if err != nil || !there || !same(want, shown) {
		return k, about(exchanges.Unclear(Name, opEdit, res, "accepted a change, and lists the key otherwise or not at all"))
	}
	account := k.Ref.Account
	account.Kind = exchanges.AccountSub
	return keyOf(after, account), nil
}

// canEdit says without a request whether EditKey would send this one.
func canEdit(req exchanges.EditRequest) error {
	if err := exchanges.CheckEdit(Name, opEdit, req); err != nil {
		return err
	}
	if _, err := words(opEdit, req.Permissions); err != nil {
		return err
	}
	_, err := addresses(opEdit, req.Whitelist)
	return err
}

// changed is what a key shall be: what is asked for, and the rest as it is.
func changed(req exchanges.EditRequest, now wireKey) (wireChanged, error) {
	want := wireChanged{Note: now.Note, Permission: now.Permission, IPAddresses: now.IPAddresses}
	if req.Permissions != nil {
		permission, err := words(opEdit, req.Permissions)
		if err != nil {
			return want, err
		}
		want.Permission = &permission
	}
	if req.Whitelist != nil {
		list, err := addresses(opEdit, req.Whitelist)
		if err != nil {
			return want, err
		}
		text := strings.Join(list, ",")
		want.IPAddresses = &text
	}
	if want.Permission == nil || want.IPAddresses == nil {
		return want, exchanges.Refuse(Name, opEdit, "does not say what the key may do now and from where, and what is left "+
			"out may open it; nothing was changed. Change it on its page")
	}
	if masked := strings.Contains(*want.IPAddresses, "*"); masked {
		return want, exchanges.Refuse(Name, opEdit, "shows a masked address, which cannot be sent back; nothing was "+
			"changed. Change the key on its page")
	}
	return want, nil
}

// same reports whether a key is what was asked for. Lists have any order.
func same(want, now wireChanged) bool {
	equal := func(a, b *string) bool {
		if a == nil || b == nil {
			return false
		}
		split := func(text string) []string { return slices.Sorted(slices.Values(strings.Split(text, ","))) }
		return slices.Equal(split(*a), split(*b))
	}
	return want.Note == now.Note && equal(want.Permission, now.Permission) && equal(want.IPAddresses, now.IPAddresses)
}

// write performs an operation that changes something, once, where rekey.yaml says
// that the manager lives.
func (a *adapter) write(
	ctx context.Context, name string, fields map[string]any, code exchanges.Secret,
) (exchanges.Response, error) {
	op, _ := protocol().Operation(name)
	return a.env.Caller.Call(ctx, exchanges.Call{Op: name, User: a.user, Build: a.post(op.Path, fields, code)})
}
