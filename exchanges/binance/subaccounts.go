package binance

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rekey/exchanges"
)

const (
	accountsPage = 200   // the most that sub-account/list gives a page
	keysPage     = 100   // the most that subAccountApi gives a page
	maxPages     = 1_000 // 200,000 sub-accounts; beyond that an exchange is repeating itself
	listWorkers  = 8
)

// ListKeys yields the keys of every sub-account, frozen ones too, and the
// margin special keys of the calling account. For one sub-account it asks for
// nothing but its keys, so its ID and whether it is frozen are not told.
func (a *adapter) ListKeys(ctx context.Context, req exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	if req.Account != "" {
		only := func(_ context.Context, yield func([]wireAccount, error) bool) {
			yield([]wireAccount{{Email: req.Account}}, nil)
		}
		return exchanges.FanOut(ctx, 1, req.Progress, only, a.accountKeys)
	}
	if a.withoutSAPI() {
		return func(yield func(exchanges.Key, error) bool) {
			yield(exchanges.Key{}, &exchanges.Error{
				Exchange: Name, Op: opSubAccounts, Kind: exchanges.KindNotMaster,
				Detail: "has no sub-accounts on " + a.env.Environment + ", which has no /sapi",
			})
		}
	}
	return func(yield func(exchanges.Key, error) bool) {
		for k, err := range a.marginKeys(ctx) {
			if !yield(k, err) {
				return
			}
		}
		for k, err := range exchanges.FanOut(ctx, listWorkers, req.Progress, a.find, a.accountKeys) {
			if !yield(k, err) {
				return
			}
		}
	}
}

// find hands over every sub-account at once: the pages are quick to read.
func (a *adapter) find(ctx context.Context, yield func([]wireAccount, error) bool) {
	yield(a.accounts(ctx))
}

// accounts returns every sub-account. Those returned beside an error are true.
func (a *adapter) accounts(ctx context.Context) ([]wireAccount, error) {
	var all []wireAccount
	seen := map[string]bool{}
	for _, frozen := range []bool{false, true} {
		for page := 1; ; page++ {
			res, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opSubAccounts, User: a.user, Via: a.viaAccounts(frozen, page)})
			if err != nil {
				return all, err
			}
			var w wireAccounts
			if err := exchanges.Decode(res.Body, &w); err != nil ||
				w.SubAccounts == nil { // some other document is no empty list
				return all, exchanges.Malformed(Name, opSubAccounts, res, err)
			}
			fresh := 0
			for _, sub := range w.SubAccounts {
				if sub.Email == "" { // its keys cannot be asked for
					return all, exchanges.Malformed(Name, opSubAccounts, res, errors.New("a sub-account without an e-mail address"))
				}
				if !seen[sub.Email] {
					seen[sub.Email] = true
					all = append(all, sub)
					fresh++
				}
			}
			if len(w.SubAccounts) < accountsPage {
				break
			}
			if fresh == 0 || page >= maxPages {
				return all, exchanges.EndlessPages(Name, opSubAccounts, "")
			}
		}
	}
	return all, nil
}

// accountKeys yields the keys of one sub-account.
func (a *adapter) accountKeys(ctx context.Context, sub wireAccount, yield func(exchanges.Key, error) bool) {
	for row, err := range a.subKeyRows(ctx, sub.Email) {
		if err != nil {
			yield(exchanges.Key{}, exchanges.About(err, sub.Email))
			return
		}
		k, err := a.subKey(ctx, sub, row)
		if !yield(k, nil) || err != nil && !yield(exchanges.Key{}, exchanges.About(err, sub.Email)) {
			return
		}
	}
}

// subKeyRows yields the rows of a sub-account's list, each key once. An error
// says that the list is not whole, and ends it.
func (a *adapter) subKeyRows(ctx context.Context, email string) iter.Seq2[describedKey, error] {
	return func(yield func(describedKey, error) bool) {
		seen := map[string]bool{}
		nameless := false
		for page := 1; ; page++ {
			params := url.Values{"email": {email}, "page": {strconv.Itoa(page)}, "size": {strconv.Itoa(keysPage)}}
			res, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opSubKeys, User: a.user, Build: a.get(pathSubKeys, params)})
			if err != nil {
				yield(describedKey{}, err)
				return
			}
			var w wireSubKeys
			// some other document is no empty list
			if err := exchanges.Decode(res.Body, &w); err != nil || w.Rows == nil && w.List == nil {
				yield(describedKey{}, exchanges.Malformed(Name, opSubKeys, res, err))
				return
			}
			rows := append(w.Rows, w.List...)
			fresh := 0
			for _, row := range rows {
				accessKey := row.Value.APIKey
				nameless = nameless || accessKey == ""
				if accessKey == "" || seen[accessKey] {
					continue
				}
				seen[accessKey] = true
				fresh++
				if !yield(row, nil) {
					return
				}
			}
			last := len(rows) < keysPage
			if last && int64(len(seen)) >= int64(w.Total) {
				if nameless {
					yield(describedKey{}, exchanges.Malformed(Name, opSubKeys, res, errors.New("a key without an access key")))
				}
				return
			}
			if last || fresh == 0 || page >= maxPages {
				yield(describedKey{}, exchanges.EndlessPages(Name, opSubKeys, email))
				return
			}
		}
	}
}

// subKey completes a row with its addresses, which the list does not carry:
// one more call for each key. Without them the key is still true.
func (a *adapter) subKey(ctx context.Context, sub wireAccount, described describedKey) (exchanges.Key, error) {
	row := described.Value
	k := exchanges.Key{
		Ref: exchanges.KeyRef{Exchange: Name, AccessKey: row.APIKey, Account: exchanges.Account{
			ID: sub.id(), Name: sub.Email, Kind: exchanges.AccountSub, Frozen: sub.IsFreeze.Fact,
		}},
		Label:     row.APIName,
		Status:    exchanges.StatusAlive,
		CreatedAt: exchanges.MilliTime(int64(row.Timestamp)),
	}
	k.Permissions, k.Raw = row.permissions()
	k.AddStrange(described.Strange)
	params := url.Values{"email": {sub.Email}, "subAccountApiKey": {row.APIKey}}
	res, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opSubKeyIPs, User: a.user, Build: a.get(pathSubKeyIPs, params)})
	if err != nil {
		return k, err
	}
	var d describedAddresses
	if err := exchanges.Decode(res.Body, &d); err != nil {
		return k, exchanges.Malformed(Name, opSubKeyIPs, res, err)
	}
	w := d.Value
	k.AddStrange(d.Strange)
	if w.APIKey != "" && w.APIKey != row.APIKey {
		return k, exchanges.Malformed(Name, opSubKeyIPs, res, errors.New("it is about another key"))
	}
	k.Whitelist = w.whitelist()
	return k, nil
}

// id prints the user ID of a sub-account, "" when it was not told.
func (w wireAccount) id() string {
	if w.SubUserID <= 0 {
		return ""
	}
	return strconv.FormatInt(int64(w.SubUserID), 10)
}

// whitelist reads an answer about addresses. One that says neither ipRestrict
// nor status tells nothing.
func (w wireSubKeyIPs) whitelist() exchanges.IPWhitelist {
	on, told := w.IPRestrict.Get()
	if !told {
		on, told = w.Status == statusTrusted, w.Status != 0
	}
	switch {
	case told && !on && w.Status <= statusOpen:
		return exchanges.Unrestricted()
	case told && len(w.IPList) > 0:
		return exchanges.ParseWhitelist(w.IPList)
	case told:
		return exchanges.RestrictedUnseen()
	default:
		return exchanges.IPWhitelist{}
	}
}

// marginKeys yields the calling account's margin special keys. Which accounts
// may make them is documented (VIP 7, or approved), and not that the others
// are refused the list: a refusal is no empty list.
func (a *adapter) marginKeys(ctx context.Context) iter.Seq2[exchanges.Key, error] {
	return func(yield func(exchanges.Key, error) bool) {
		rows, err := a.marginRows(ctx)
		if err != nil {
			yield(exchanges.Key{}, err)
			return
		}
		nameless := false
		for _, row := range rows {
			nameless = nameless || row.Value.APIKey == ""
			if row.Value.APIKey != "" && !yield(marginKey(row), nil) {
				return
			}
		}
		if nameless {
			res := exchanges.Response{Status: http.StatusOK}
			yield(exchanges.Key{}, exchanges.Malformed(Name, opMarginKeys, res, errors.New("a key without an access key")))
		}
	}
}

func (a *adapter) marginRows(ctx context.Context) ([]describedMargin, error) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opMarginKeys, User: a.user, Build: a.get(pathMarginKeys, nil)})
	if err != nil {
		return nil, err
	}
	var rows []describedMargin
	if err := exchanges.Decode(res.Body, &rows); err != nil || rows == nil {
		return nil, exchanges.Malformed(Name, opMarginKeys, res, err)
	}
	return rows, nil
}

// marginKey turns a margin special key into the common form. It trades margin
// and nothing else (developers.binance.com core-trading-margin-trading).
func marginKey(described describedMargin) exchanges.Key {
	w := described.Value
	k := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: w.APIKey,
			Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Label:         w.APIName,
		Status:        exchanges.StatusAlive,
		SpecialMargin: true,
		Whitelist:     w.whitelist(),
		Algorithm:     strings.ToLower(strings.TrimSuffix(w.Type, "_SHA256")),
	}
	perms := exchanges.Permissions{}.Grant(exchanges.Read)
	switch w.PermissionMode {
	case "TRADE":
		k.Permissions = perms.Grant(exchanges.Margin).DenyRest()
	case "READ":
		k.Permissions = perms.DenyRest()
	default:
		k.Permissions = perms.Grant(exchanges.Unmapped)
	}
	if w.PermissionMode != "" {
		k.Raw = []string{w.PermissionMode}
	}
	k.AddStrange(described.Strange)
	return k
}

// whitelist reads the addresses. 0.0.0.0 is "just an initial state reference
// (no extra meaning)" (core-trading-margin-trading, trade): it is no address of
// the list, and alone it is no list, which is inferred.
func (w wireMarginKey) whitelist() exchanges.IPWhitelist {
	entries := strings.Split(w.IP, ",")
	return exchanges.ParseWhitelist(slices.DeleteFunc(entries,
		func(e string) bool { return strings.TrimSpace(e) == "0.0.0.0" }))
}
