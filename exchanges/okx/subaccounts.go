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

// ListKeys yields the keys of every sub-account, frozen ones too.
func (a *adapter) ListKeys(ctx context.Context, req exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	return func(yield func(exchanges.Key, error) bool) {
		accounts, err := a.accounts(ctx)
		if err != nil && !yield(exchanges.Key{}, err) {
			return
		}
		for k, err := range exchanges.FanOut(ctx, listWorkers, accounts, req.Progress, a.accountKeys) {
			if !yield(k, err) {
				return
			}
		}
	}
}

// accounts returns every sub-account. Those returned beside an error are true.
// The documents do not say that a list without enable holds the frozen ones
// too, so they are asked for by themselves as well.
func (a *adapter) accounts(ctx context.Context) ([]wireAccount, error) {
	all, err := a.accountsWhere(ctx, url.Values{})
	if err != nil {
		if len(all) == 0 {
			err = exchanges.NotMaster(err)
		}
		return all, err
	}
	frozen, err := a.accountsWhere(ctx, url.Values{"enable": {"false"}})
	seen := map[string]bool{}
	for _, sub := range all {
		seen[sub.SubAcct] = true
	}
	for _, sub := range frozen {
		if !seen[sub.SubAcct] {
			all = append(all, sub)
		}
	}
	return all, err
}

// accountsWhere returns the sub-accounts that fit a filter, each once, all
// pages.
func (a *adapter) accountsWhere(ctx context.Context, params url.Values) ([]wireAccount, error) {
	var all []wireAccount
	seen := map[string]bool{}
	params.Set("limit", strconv.Itoa(accountsPage))
	for page := 1; ; page++ {
		res, err := a.env.Caller.Call(ctx, exchanges.Call{Op: opSubAccounts, User: a.user, Build: a.get(a.configured(), pathSubAccounts, params)})
		if err != nil {
			return all, err
		}
		var w wireAnswer[wireAccount]
		if err := exchanges.Decode(res.Body, &w); err != nil {
			return all, exchanges.Malformed(Name, opSubAccounts, res, err)
		}
		fresh := 0
		for _, sub := range w.Data {
			if sub.SubAcct == "" { // its keys cannot be asked for
				return all, exchanges.Malformed(Name, opSubAccounts, res, errors.New("a sub-account without a name"))
			}
			if !seen[sub.SubAcct] {
				seen[sub.SubAcct] = true
				all = append(all, sub)
				fresh++
			}
		}
		if len(w.Data) < accountsPage {
			return all, nil
		}
		after, ok := olderThan(w.Data)
		if !ok || fresh == 0 || page >= maxPages {
			return all, exchanges.EndlessPages(Name, opSubAccounts, "")
		}
		params.Set("after", strconv.FormatInt(after, 10))
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

// accountKeys yields the keys of one sub-account, which come in one answer: an
// account has 50 at most (59501).
func (a *adapter) accountKeys(ctx context.Context, sub wireAccount, yield func(exchanges.Key, error) bool) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{
		Op: opSubKeys, User: a.user, Build: a.get(a.configured(), pathSubKeys, url.Values{"subAcct": {sub.SubAcct}}),
	})
	if err != nil {
		yield(exchanges.Key{}, exchanges.About(err, sub.SubAcct))
		return
	}
	var w wireAnswer[wireSubKey]
	if err := exchanges.Decode(res.Body, &w); err != nil {
		yield(exchanges.Key{}, exchanges.About(exchanges.Malformed(Name, opSubKeys, res, err), sub.SubAcct))
		return
	}
	seen := map[string]bool{}
	for _, row := range w.Data {
		if row.APIKey == "" {
			cause := exchanges.Malformed(Name, opSubKeys, res, errors.New("a key without an access key"))
			if !yield(exchanges.Key{}, exchanges.About(cause, sub.SubAcct)) {
				return
			}
			continue
		}
		if !seen[row.APIKey] && !yield(row.key(sub), nil) {
			return
		}
		seen[row.APIKey] = true
	}
}

// key turns a row into the common form. Keys of sub-accounts can neither
// withdraw (59504) nor manage keys (59500).
func (w wireSubKey) key(sub wireAccount) exchanges.Key {
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
	return k
}

func frozen(enable exchanges.Flag) exchanges.Fact[bool] {
	on, told := enable.Get()
	if !told {
		return exchanges.Unknown[bool]()
	}
	return exchanges.Known(!on)
}
