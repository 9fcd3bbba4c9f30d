package binance

import (
	"cmp"
	"context"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rekey/exchanges"
)

// The status of a key's addresses, as calls and answers write it. 3, "trusted
// third party", is not for rekey to give.
const (
	statusOpen    = 1
	statusTrusted = 2
)

// Limits of a whitelist: 500 characters when a key is made (api-management,
// read 2026-11-22); 30 addresses for special keys, and for other keys on pages
// about neighbouring calls.
const (
	mostAddresses = 30
	mostListText  = 500
)

// IssueKey makes a key of a sub-account, or a margin special key.
func (a *adapter) IssueKey(ctx context.Context, req exchanges.IssueRequest) (exchanges.Issued, error) {
	if req.SpecialMargin {
		return a.issueMargin(ctx, req)
	}
	params, err := issueParams(req)
	if err = cmp.Or(err, exchanges.CheckLabel(Name, opIssue, req.Label)); err != nil {
		return exchanges.Issued{}, err
	}
	res, err := a.write(ctx, opIssue, params)
	if err != nil {
		return exchanges.Issued{}, exchanges.About(err, req.Account.Name)
	}
	var d describedNewKey
	err = exchanges.Decode(res.Body, &d)
	w := d.Value
	if err != nil || w.APIKey == "" || w.SecretKey == "" {
		return exchanges.Issued{}, exchanges.About(exchanges.Unclear(Name, opIssue, res,
			"answered without the new key's secret"), req.Account.Name)
	}
	k := exchanges.Key{
		Ref:       exchanges.KeyRef{Exchange: Name, AccessKey: w.APIKey, Account: subAccount(req.Account)},
		Label:     w.APIName,
		Status:    exchanges.StatusAlive,
		Whitelist: wireSubKeyIPs{Status: w.Status, IPList: w.IPList}.whitelist(),
		Algorithm: "hmac", // no public key was sent
	}
	k.Permissions, k.Raw = w.permissions()
	k.AddStrange(d.Strange)
	return exchanges.Issued{Key: k, Credential: exchanges.Credential{
		AccessKey: w.APIKey,
		Secret:    exchanges.NewSecret(w.SecretKey),
	}}, nil
}

// canIssue says without a request whether IssueKey would send this one, once a
// label is chosen.
func canIssue(req exchanges.IssueRequest) error {
	if req.SpecialMargin {
		_, err := issueMarginParams(req)
		return err
	}
	_, err := issueParams(req)
	return err
}

// issueParams returns the parameters of a new key. A label is checked once it
// is chosen, and may be missing.
func issueParams(req exchanges.IssueRequest) (url.Values, error) {
	if err := exchanges.CheckIssue(Name, opIssue, req); err != nil {
		return nil, err
	}
	if err := checkGivable(opIssue, req.Permissions); err != nil {
		return nil, err
	}
	params := url.Values{"email": {req.Account.Name}, "apiName": {req.Label}}
	grant(params, req.Permissions)
	return params, restrict(params, opIssue, req.Whitelist)
}

// restrict writes the addresses into the parameters, none for a key that may
// be used from anywhere.
func restrict(params url.Values, op string, whitelist []string) error {
	list, err := exchanges.Addresses(Name, op, whitelist, mostAddresses, false)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		params.Set("status", strconv.Itoa(statusOpen))
		return nil
	}
	text := strings.Join(list, ",")
	if len(text) > mostListText {
		return exchanges.Refuse(Name, op, "has room for 500 characters of addresses in an IP whitelist, and these "+
			"are more; nothing was sent")
	}
	params.Set("status", strconv.Itoa(statusTrusted))
	params.Set("ipAddress", text)
	return nil
}

// canRevoke says without a request whether RevokeKey would send this one.
func canRevoke(req exchanges.RevokeRequest) error {
	if req.SpecialMargin {
		return checkMargin(opRevokeMargin, req.Ref)
	}
	return exchanges.CheckRef(Name, opRevoke, req.Ref)
}

// RevokeKey deletes a key of a sub-account, or a margin special key. The
// documented answer is an empty object.
func (a *adapter) RevokeKey(ctx context.Context, req exchanges.RevokeRequest) error {
	if err := canRevoke(req); err != nil {
		return err
	}
	if req.SpecialMargin {
		return a.revokeMargin(ctx, req)
	}
	email := req.Ref.Account.Name
	res, err := a.write(ctx, opRevoke, url.Values{"email": {email}, "subAccountApiKey": {req.Ref.AccessKey}})
	return exchanges.About(exchanges.Gone(Name, opRevoke, res, err, isEmpty(res.Body), func() (bool, error) {
		return a.holds(ctx, email, req.Ref.AccessKey)
	}), email)
}

func isEmpty(body []byte) bool {
	var w map[string]any
	return exchanges.Decode(body, &w) == nil && w != nil && len(w) == 0
}

// holds reports whether the list of a sub-account, read to its end, holds
// exactly this access key.
func (a *adapter) holds(ctx context.Context, email, accessKey string) (bool, error) {
	for row, err := range a.subKeyRows(ctx, email) {
		if err != nil || row.Value.APIKey == accessKey {
			return err == nil, err
		}
	}
	return false, nil
}

// EditKey sets permissions and addresses, which are two calls. Addresses come
// first when there are any, because Binance gives trading only to keys with a
// whitelist; the whitelist is taken off last. So no permission is ever without
// the addresses that it had before or gets now.
func (a *adapter) EditKey(ctx context.Context, req exchanges.EditRequest) (exchanges.Key, error) {
	k := exchanges.Key{Ref: req.Ref, Status: exchanges.StatusUndetermined}
	k.Ref.Exchange, k.Ref.Account = Name, subAccount(req.Ref.Account)
	if req.SpecialMargin {
		return a.editMargin(ctx, k, req)
	}
	if err := canEdit(req); err != nil {
		return k, err
	}
	type step struct {
		done string
		do   func(context.Context, *exchanges.Key, exchanges.EditRequest) error
	}
	var steps []step
	if req.Permissions != nil {
		steps = append(steps, step{"the permissions were changed", a.setPermissions})
	}
	if req.Whitelist != nil {
		steps = append(steps, step{"the IP whitelist was changed", a.setAddresses})
	}
	if len(req.Whitelist) > 0 {
		slices.Reverse(steps)
	}
	for i, s := range steps {
		if err := s.do(ctx, &k, req); err != nil {
			if i > 0 {
				err = exchanges.AfterPart(err, steps[i-1].done)
			}
			return k, exchanges.About(err, req.Ref.Account.Name)
		}
		k.Status = exchanges.StatusAlive
	}
	return k, nil
}

// canEdit says without a request whether EditKey would send this one. It
// refuses before the first of the two calls what the second would.
func canEdit(req exchanges.EditRequest) error {
	if req.SpecialMargin {
		_, err := editMarginParams(req)
		return err
	}
	if err := exchanges.CheckEdit(Name, opPermit, req); err != nil {
		return err
	}
	if err := checkGivable(opPermit, req.Permissions); err != nil {
		return err
	}
	return restrict(url.Values{}, opRestrict, req.Whitelist)
}

func target(ref exchanges.KeyRef) url.Values {
	return url.Values{"email": {ref.Account.Name}, "subAccountApiKey": {ref.AccessKey}}
}

func (a *adapter) setPermissions(ctx context.Context, k *exchanges.Key, req exchanges.EditRequest) error {
	params := target(req.Ref)
	grant(params, req.Permissions)
	res, err := a.write(ctx, opPermit, params)
	if err != nil {
		return err
	}
	var d describedKey
	err = exchanges.Decode(res.Body, &d)
	w := d.Value
	if err != nil || w.APIKey != req.Ref.AccessKey {
		return exchanges.Unclear(Name, opPermit, res, "answered without the key whose permissions were set")
	}
	k.Label = w.APIName
	k.Permissions, k.Raw = w.permissions()
	k.AddStrange(d.Strange)
	return nil
}

// setAddresses makes the whitelist what it is to be. The call is titled "Add
// IP Restriction", and there is another one to take addresses off, so it may
// add to the list instead of replacing it: addresses that are on the list
// afterwards and were not asked for are taken off.
func (a *adapter) setAddresses(ctx context.Context, k *exchanges.Key, req exchanges.EditRequest) error {
	params := target(req.Ref)
	if err := restrict(params, opRestrict, req.Whitelist); err != nil {
		return err
	}
	now, err := a.addresses(ctx, opRestrict, params)
	if err != nil {
		return err
	}
	k.Whitelist = now.whitelist()
	surplus := surplus(now.IPList, strings.Split(params.Get("ipAddress"), ","))
	if len(req.Whitelist) == 0 || len(surplus) == 0 {
		return nil
	}
	params = target(req.Ref)
	params.Set("ipAddress", strings.Join(surplus, ","))
	if now, err = a.addresses(ctx, opUnlist, params); err != nil {
		return exchanges.AfterPart(err, "the new addresses were added to the IP whitelist, the old ones not taken off")
	}
	k.Whitelist = now.whitelist()
	return nil
}

// surplus returns the addresses on a list that are not wanted. It returns none
// while a wanted one is missing, so that no list is emptied, and leaves alone
// what is no address.
func surplus(list, wanted []string) []string {
	var out []string
	missing := map[netip.Addr]bool{}
	for _, text := range wanted {
		address, _ := netip.ParseAddr(text)
		missing[address] = true
	}
	want := maps.Clone(missing)
	for _, entry := range list {
		address, err := netip.ParseAddr(entry)
		delete(missing, address.Unmap())
		if err == nil && !want[address.Unmap()] {
			out = append(out, entry)
		}
	}
	if len(missing) > 0 {
		return nil
	}
	return out
}

// addresses performs one of the two calls that change addresses, and returns
// the list as it is afterwards.
func (a *adapter) addresses(ctx context.Context, op string, params url.Values) (wireSubKeyIPs, error) {
	res, err := a.write(ctx, op, params)
	if err != nil {
		return wireSubKeyIPs{}, err
	}
	var w wireSubKeyIPs
	if exchanges.Decode(res.Body, &w) != nil || w.APIKey != params.Get("subAccountApiKey") {
		return w, exchanges.Unclear(Name, op, res, "answered without the key whose addresses were set")
	}
	return w, nil
}

// write performs an operation that changes something, once.
func (a *adapter) write(ctx context.Context, name string, params url.Values) (exchanges.Response, error) {
	op, _ := protocol().Operation(name)
	return a.env.Caller.Call(ctx, exchanges.Call{Op: name, User: a.user, Build: a.signed(op.Method, op.Path, params)})
}

// subAccount completes an account that a caller named.
func subAccount(account exchanges.Account) exchanges.Account {
	account.Kind = exchanges.AccountSub
	return account
}
