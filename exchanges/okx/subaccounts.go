package okx

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"slices"
	"strconv"

	"rekey/exchanges"
)

const (
	accountsPage = 100   // the most that subaccount/list gives a page
	maxPages     = 1_000 // a hundred thousand sub-accounts; beyond that an exchange is repeating itself
	listWorkers  = 8
)

// ListKeys yields the keys of every sub-account, frozen ones too. For one
// sub-account it asks for nothing but its keys, so its ID and whether it is
// frozen are not told.
func (a *adapter) ListKeys(ctx context.Context, req exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	if req.Account != "" {
		only := func(_ context.Context, yield func([]wireAccount, error) bool) {
			yield([]wireAccount{{SubAcct: req.Account}}, nil)
		}
		return exchanges.FanOut(ctx, 1, req.Progress, only, a.accountKeys)
	}
	return exchanges.FanOut(ctx, listWorkers, req.Progress, a.find, a.accountKeys)
}

// find hands over every sub-account, page by page: the list has so low a limit
// that its end would keep the keys waiting. The documents do not say that a
// list without enable holds the frozen ones too, so they are asked for by
// themselves as well.
func (a *adapter) find(ctx context.Context, yield func([]wireAccount, error) bool) {
	known := map[string]bool{}
	for _, params := range []url.Values{{}, {"enable": {"false"}}} {
		for page, err := range a.pages(ctx, params) {
			var fresh []wireAccount
			for _, sub := range page {
				if !known[sub.SubAcct] {
					known[sub.SubAcct] = true
					fresh = append(fresh, sub)
				}
			}
			if !yield(fresh, err) || err != nil {
				return
			}
		}
	}
}

// pages yields the sub-accounts that fit a filter, page by page. An error ends
// them, and the accounts beside it are true.
func (a *adapter) pages(ctx context.Context, params url.Values) iter.Seq2[[]wireAccount, error] {
	return func(yield func([]wireAccount, error) bool) {
		seen := map[string]bool{}
		params.Set("limit", strconv.Itoa(accountsPage))
		for page := 1; ; page++ {
			res, err := a.env.Caller.Call(ctx, exchanges.Call{
				Op: opSubAccounts, User: a.user,
				Build: a.get(a.configured(), pathSubAccounts, params),
			})
			if err != nil {
				yield(nil, err)
				return
			}
			var w wireAnswer[wireAccount]
			if err := exchanges.Decode(res.Body, &w); err != nil || w.Data == nil { // an answer without data is no empty list
				yield(nil, exchanges.Malformed(Name, opSubAccounts, res, err))
				return
			}
			// its keys cannot be asked for
			if i := slices.IndexFunc(w.Data, func(sub wireAccount) bool { return sub.SubAcct == "" }); i >= 0 {
				yield(w.Data[:i], exchanges.Malformed(Name, opSubAccounts, res, errors.New("a sub-account without a name")))
				return
			}
			fresh := 0
			for _, sub := range w.Data {
				if !seen[sub.SubAcct] {
					seen[sub.SubAcct] = true
					fresh++
				}
			}
			if !yield(w.Data, nil) || len(w.Data) < accountsPage {
				return
			}
			after, ok := olderThan(w.Data)
			if !ok || fresh == 0 || page >= maxPages {
				yield(nil, exchanges.EndlessPages(Name, opSubAccounts, ""))
				return
			}
			params.Set("after", strconv.FormatInt(after, 10))
		}
	}
}

// olderThan returns the value of after that leads to the page behind rows:
// "earlier than the requested creation timestamp". One millisecond is added so
// that sub-accounts made in the same moment as the last row are not skipped;
// those that come twice are dropped. It reports false when the last row is not
// the oldest: then the pages do not run as documented.
func olderThan(rows []wireAccount) (int64, bool) {
	last := rows[len(rows)-1].TS
	newest := !slices.ContainsFunc(rows, func(r wireAccount) bool { return r.TS < last })
	return int64(last) + 1, last > 0 && newest
}

// accountKeys yields the keys of one sub-account.
func (a *adapter) accountKeys(ctx context.Context, sub wireAccount, yield func(exchanges.Key, error) bool) {
	rows, res, err := a.subKeyRows(ctx, sub.SubAcct)
	if err != nil {
		yield(exchanges.Key{}, exchanges.About(err, sub.SubAcct))
		return
	}
	seen := map[string]bool{}
	for _, row := range rows {
		accessKey := row.Value.APIKey
		if accessKey == "" {
			cause := exchanges.Malformed(Name, opSubKeys, res, errors.New("a key without an access key"))
			if !yield(exchanges.Key{}, exchanges.About(cause, sub.SubAcct)) {
				return
			}
			continue
		}
		if !seen[accessKey] && !yield(subKey(row, sub), nil) {
			return
		}
		seen[accessKey] = true
	}
}

// subKeyRows returns the rows of a sub-account's list, which come in one
// answer: an account has 50 keys at most (59501).
func (a *adapter) subKeyRows(ctx context.Context, subAcct string) ([]describedKey, exchanges.Response, error) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{
		Op: opSubKeys, User: a.user, Build: a.get(a.configured(), pathSubKeys, url.Values{"subAcct": {subAcct}}),
	})
	if err != nil {
		return nil, res, err
	}
	var w wireAnswer[describedKey]
	if err := exchanges.Decode(res.Body, &w); err != nil || w.Data == nil { // an answer without data is no empty list
		return nil, res, exchanges.Malformed(Name, opSubKeys, res, err)
	}
	return w.Data, res, nil
}

// subKey turns a row into the common form. Keys of sub-accounts can neither
// withdraw (59504) nor manage keys (59500).
func subKey(described describedKey, sub wireAccount) exchanges.Key {
	w := described.Value
	k := exchanges.Key{
		Ref: exchanges.KeyRef{Exchange: Name, AccessKey: w.APIKey, Account: exchanges.Account{
			ID: sub.UID, Name: sub.SubAcct, Kind: exchanges.AccountSub, Frozen: frozen(sub.Enable),
		}},
		Label:     w.Label,
		Status:    exchanges.StatusAlive,
		Whitelist: readWhitelist(w.IP),
		CreatedAt: exchanges.MilliTime(int64(w.TS)),
		Algorithm: algorithm,
	}
	k.Permissions, k.Raw = readPermissions(w.Perm)
	if k.Permissions.IsKnown() {
		k.Permissions = mayManageKeys(k.Permissions.Deny(exchanges.Withdraw), exchanges.AccountSub, k.Whitelist.Restricted)
	}
	addStrange(&k, described.Strange)
	return k
}

func frozen(enable exchanges.Flag) exchanges.Fact[bool] {
	on, told := enable.Get()
	if !told {
		return exchanges.Unknown[bool]()
	}
	return exchanges.Known(!on)
}
