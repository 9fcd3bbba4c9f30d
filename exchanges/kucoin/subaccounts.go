package kucoin

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"strconv"
	"strings"

	"rekey/exchanges"
)

const (
	accountsPage = 100   // the most that sub/user gives a page
	maxPages     = 1_000 // beyond that an exchange is repeating itself
	listWorkers  = 8
)

// ListKeys yields the keys of every sub-account, frozen ones too. For one
// sub-account it asks for nothing but its keys, so whether it is frozen is not
// told.
func (a *adapter) ListKeys(ctx context.Context, req exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	if req.Account != "" {
		only := func(_ context.Context, yield func([]wireAccount, error) bool) {
			yield([]wireAccount{{SubName: req.Account}}, nil)
		}
		return exchanges.FanOut(ctx, 1, req.Progress, only, a.accountKeys)
	}
	return exchanges.FanOut(ctx, listWorkers, req.Progress, a.find, a.accountKeys)
}

// find hands over every sub-account at once: pages and keys are counted in the
// same pool, so nothing would be won by reading them side by side.
func (a *adapter) find(ctx context.Context, yield func([]wireAccount, error) bool) {
	yield(a.accounts(ctx))
}

// accounts returns every sub-account. Those returned beside an error are true.
func (a *adapter) accounts(ctx context.Context) ([]wireAccount, error) {
	type identity struct{ name, userID, uid string }
	var all []wireAccount
	seen := map[identity]bool{}
	base := a.env.Caller.Endpoint(roleSpot)
	for page := 1; ; page++ {
		params := url.Values{"currentPage": {strconv.Itoa(page)}, "pageSize": {strconv.Itoa(accountsPage)}}
		res, err := a.call(ctx, base, opSubAccounts, pathSubAccounts, params)
		if err != nil {
			return all, err
		}
		var w wireAccounts
		if err := read(opSubAccounts, res, &w); err != nil {
			return all, err
		}
		if w.Items == nil { // an answer without a list is no empty list
			return all, exchanges.Malformed(Name, opSubAccounts, res, errors.New("it holds no list"))
		}
		fresh := 0
		for _, sub := range w.Items {
			if i := (identity{sub.SubName, sub.UserID, id(sub.UID)}); !seen[i] {
				seen[i] = true
				all = append(all, sub)
				fresh++
			}
		}
		last := int64(page) >= int64(w.TotalPage)
		if w.TotalPage <= 0 {
			last = len(w.Items) < accountsPage
		}
		if last && int64(len(all)) >= int64(w.TotalNum) {
			return all, nil
		}
		if last || fresh == 0 || page >= maxPages {
			return all, exchanges.EndlessPages(Name, opSubAccounts, "")
		}
	}
}

// accountKeys yields the keys of one sub-account; KuCoin gives them all at
// once.
func (a *adapter) accountKeys(ctx context.Context, sub wireAccount, yield func(exchanges.Key, error) bool) {
	if sub.SubName == "" {
		yield(exchanges.Key{}, &exchanges.Error{
			Exchange: Name, Op: opSubKeys, Kind: exchanges.KindOther, Account: id(sub.UID),
			Detail: "a sub-account is listed without its name, and its keys can be asked for by name only",
		})
		return
	}
	rows, res, err := a.subKeyRows(ctx, sub.SubName)
	if err != nil {
		yield(exchanges.Key{}, exchanges.About(err, sub.SubName))
		return
	}
	seen := map[string]bool{}
	for _, described := range rows {
		row := described.Value
		if row.APIKey == "" {
			cause := exchanges.Malformed(Name, opSubKeys, res, errors.New("a key without an access key"))
			if !yield(exchanges.Key{}, exchanges.About(cause, sub.SubName)) {
				return
			}
			continue
		}
		if seen[row.APIKey] {
			continue
		}
		seen[row.APIKey] = true
		if row.SubName != "" && !strings.EqualFold(row.SubName, sub.SubName) {
			err := exchanges.Malformed(Name, opSubKeys, res, errors.New("it holds a key of another sub-account"))
			if !yield(exchanges.Key{}, exchanges.About(err, sub.SubName)) {
				return
			}
			continue
		}
		if !yield(sub.key(described), nil) {
			return
		}
	}
}

// subKeyRows returns the rows of a sub-account's list, which has no pages.
func (a *adapter) subKeyRows(ctx context.Context, subName string) ([]describedKey, exchanges.Response, error) {
	res, err := a.call(ctx, a.env.Caller.Endpoint(roleSpot), opSubKeys, pathSubKeys, url.Values{"subName": {subName}})
	if err != nil {
		return nil, res, err
	}
	var rows []describedKey
	return rows, res, read(opSubKeys, res, &rows)
}

// key turns a row into the common form. What the row leaves out about its
// account is known from the list of accounts.
func (w wireAccount) key(described describedKey) exchanges.Key {
	row := described.Value
	if !row.IsMaster.IsKnown() {
		row.IsMaster = exchanges.Flag{Fact: exchanges.Known(false)}
	}
	k := exchanges.Key{
		Ref:       exchanges.KeyRef{Exchange: Name, AccessKey: row.APIKey},
		Status:    exchanges.StatusAlive,
		Algorithm: "hmac",
	}
	row.apply(&k)
	addStrange(&k, described.Strange)
	k.Ref.Account = exchanges.Account{ID: id(w.UID), Name: w.SubName, Kind: exchanges.AccountSub, Frozen: w.frozen()}
	if k.Ref.Account.ID == "" {
		k.Ref.Account.ID = id(row.UID)
	}
	return k
}

// frozen reads the status: 2 is enabled and 3 is frozen.
func (w wireAccount) frozen() exchanges.Fact[bool] {
	switch w.Status {
	case 2:
		return exchanges.Known(false)
	case 3:
		return exchanges.Known(true)
	default:
		return exchanges.Unknown[bool]()
	}
}
