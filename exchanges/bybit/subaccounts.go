package bybit

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rekey/exchanges"
)

const (
	accountsPage = 100   // the most that submembers gives a page
	keysPage     = 20    // the most that sub-apikeys gives a page
	maxPages     = 1_000 // beyond that an exchange is repeating itself
	listWorkers  = 8
)

// ListKeys yields the keys of every sub-account, frozen ones too. The keys of
// fund custodial sub-accounts, which Bybit lists apart, are not among them.
func (a *adapter) ListKeys(ctx context.Context, req exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	if req.Account != "" {
		only := func(ctx context.Context, yield func([]wireSubAccount, error) bool) {
			sub, err := a.subAccount(ctx, req.Account)
			if err != nil {
				yield(nil, exchanges.About(err, req.Account))
				return
			}
			yield([]wireSubAccount{sub}, nil)
		}
		return exchanges.FanOut(ctx, 1, req.Progress, only, a.accountKeys)
	}
	return exchanges.FanOut(ctx, listWorkers, req.Progress, a.find, a.accountKeys)
}

// find hands over every sub-account, page by page.
func (a *adapter) find(ctx context.Context, yield func([]wireSubAccount, error) bool) {
	for page, err := range a.pages(ctx) {
		if err != nil {
			err = a.whyNotListed(ctx, err)
		}
		if !yield(page, err) || err != nil {
			return
		}
	}
}

// whyNotListed turns the refusal of a list into "has no sub-accounts to list"
// where the exchange says that the calling key is one of a sub-account: 10005
// alone says that the key lacks a right.
func (a *adapter) whyNotListed(ctx context.Context, refused error) error {
	var e *exchanges.Error
	if !errors.As(refused, &e) || e.Code != "10005" {
		return refused
	}
	w, err := a.information(ctx, a.configured())
	if err != nil || w.Value.kind() != exchanges.AccountSub {
		return refused
	}
	n := *e
	n.Kind = exchanges.KindNotMaster
	n.Detail = "lets only keys of the master account do this, and says that this is a key of a sub-account: name such a " +
		"key as the manager in rekey.yaml"
	return &n
}

// pages yields the sub-accounts page by page. An error ends them, and the
// accounts beside it are true.
func (a *adapter) pages(ctx context.Context) iter.Seq2[[]wireSubAccount, error] {
	return func(yield func([]wireSubAccount, error) bool) {
		params := url.Values{"pageSize": {strconv.Itoa(accountsPage)}}
		seen := map[exchanges.Number]bool{}
		for page := 1; ; page++ {
			res, err := a.env.Caller.Call(ctx, exchanges.Call{
				Op: opSubAccounts, User: a.user, Build: a.get(a.configured().URL, pathSubAccounts, params),
			})
			if err != nil {
				yield(nil, err)
				return
			}
			var w wireAnswer[wireSubAccounts]
			// An answer without a list is no empty list.
			if err := exchanges.Decode(res.Body, &w); err != nil || w.Result == nil || w.Result.SubMembers == nil {
				yield(nil, exchanges.Malformed(Name, opSubAccounts, res, err))
				return
			}
			rows, next := w.Result.SubMembers, w.Result.NextCursor
			nameless := func(s wireSubAccount) bool { return !digits(s.UID) || s.Username == "" }
			if i := slices.IndexFunc(rows, nameless); i >= 0 { // its keys cannot be asked for
				yield(rows[:i], exchanges.Malformed(Name, opSubAccounts, res, errors.New("a sub-account without a name")))
				return
			}
			if !yield(rows, nil) || next == 0 {
				return
			}
			if seen[next] || len(rows) == 0 || page >= maxPages {
				yield(nil, exchanges.EndlessPages(Name, opSubAccounts, ""))
				return
			}
			seen[next] = true
			params.Set("nextCursor", strconv.FormatInt(int64(next), 10))
		}
	}
}

// digits reports whether a text is a number of 1 to 20 digits.
func digits(text string) bool {
	return text != "" && len(text) <= 20 && strings.Trim(text, "0123456789") == ""
}

// subAccount finds a sub-account by its user name, or by its ID. One that is not
// on the list is an error of KindRejected: nothing was asked about it.
func (a *adapter) subAccount(ctx context.Context, name string) (wireSubAccount, error) {
	for page, err := range a.pages(ctx) {
		for _, sub := range page {
			if sub.Username == name || sub.UID == name {
				sub.Username = name
				return sub, nil
			}
		}
		if err != nil {
			return wireSubAccount{}, err
		}
	}
	return wireSubAccount{}, &exchanges.Error{
		Exchange: Name, Op: opSubAccounts, Kind: exchanges.KindRejected,
		Detail: "lists no sub-account of this name: look at the account of the key in rekey.yaml. Nothing was changed",
	}
}

// accountKeys yields the keys of one sub-account.
func (a *adapter) accountKeys(ctx context.Context, sub wireSubAccount, yield func(exchanges.Key, error) bool) {
	seen := map[string]bool{}
	for row, err := range a.subKeyRows(ctx, sub.UID) {
		if err != nil {
			yield(exchanges.Key{}, exchanges.About(err, sub.Username))
			return
		}
		switch accessKey := row.Value.APIKey; {
		case accessKey == "" || masked(accessKey):
			// Whether the live answer masks access keys, as the documented
			// example does, is not told. A key that cannot be named is there.
			cause := &exchanges.Error{
				Exchange: Name, Op: opSubKeys, Kind: exchanges.KindOther,
				Detail: "lists a key and does not show its whole access key: the key is there, and rekey cannot name it. Look " +
					"at it on its page",
			}
			if !yield(exchanges.Key{}, exchanges.About(cause, sub.Username)) {
				return
			}
		case !seen[accessKey]:
			seen[accessKey] = true
			if !yield(subKey(row, sub), nil) {
				return
			}
		}
	}
}

// masked reports whether an access key is written with some of it left out.
func masked(accessKey string) bool {
	return strings.Contains(accessKey, "*") || strings.Trim(accessKey, "Xx") == ""
}

// namesKey reports whether what an answer calls the access key may be that of
// the credential.
func namesKey(told, accessKey string) bool { return told == accessKey || masked(told) }

// subKeyRows yields the rows of a sub-account's list. An error ends them.
func (a *adapter) subKeyRows(ctx context.Context, uid string) iter.Seq2[describedKey, error] {
	return func(yield func(describedKey, error) bool) {
		params := url.Values{"subMemberId": {uid}, "limit": {strconv.Itoa(keysPage)}}
		seen := map[string]bool{}
		for page := 1; ; page++ {
			res, err := a.env.Caller.Call(ctx, exchanges.Call{
				Op: opSubKeys, User: a.user, Build: a.get(a.configured().URL, pathSubKeys, params),
			})
			if err != nil {
				yield(describedKey{}, err)
				return
			}
			var w wireAnswer[wireSubKeys]
			if err := exchanges.Decode(res.Body, &w); err != nil || w.Result == nil || w.Result.Result == nil {
				yield(describedKey{}, exchanges.Malformed(Name, opSubKeys, res, err))
				return
			}
			for _, row := range w.Result.Result {
				if !yield(row, nil) {
					return
				}
			}
			next := w.Result.NextPageCursor
			if next == "" {
				return
			}
			if seen[next] || len(w.Result.Result) == 0 || page >= maxPages {
				yield(describedKey{}, exchanges.EndlessPages(Name, opSubKeys, ""))
				return
			}
			seen[next] = true
			params.Set("cursor", next)
		}
	}
}

// statusExpired is the status of a key past its end, in the list of a
// sub-account (docs/v5/user/list-sub-apikeys).
const statusExpired = 2

// subKey turns a row into the common form.
func subKey(row describedKey, sub wireSubAccount) exchanges.Key {
	k := exchanges.Key{
		Ref: exchanges.KeyRef{Exchange: Name, AccessKey: row.Value.APIKey, Account: exchanges.Account{
			ID: sub.UID, Name: sub.Username, Kind: exchanges.AccountSub, Frozen: frozen(sub.Status),
		}},
		Status: exchanges.StatusAlive,
	}
	if row.Value.Status == statusExpired {
		k.Status = exchanges.StatusExpired
	}
	apply(row, &k)
	return k
}

// frozen reads the state of a sub-account: 1 normal, 2 may not log in, 4 frozen
// (docs/v5/user/page-subuid). Anything else says nothing.
func frozen(status exchanges.Number) exchanges.Fact[bool] {
	const normal, noLogin, iced = 1, 2, 4
	switch status {
	case normal, noLogin:
		return exchanges.Known(false)
	case iced:
		return exchanges.Known(true)
	}
	return exchanges.Unknown[bool]()
}
