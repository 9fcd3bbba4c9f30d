package gateio

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

const listWorkers = 8

// A source is a list of keys: that of the main account, which was read already,
// or that of a sub-account.
type source struct {
	main []exchanges.Key
	sub  *sub
}

// A sub is a sub-account: id is what calls want, name what people call it.
type sub struct {
	id, name string
	frozen   exchanges.Fact[bool]
}

func (s sub) account() exchanges.Account {
	return exchanges.Account{ID: s.id, Name: s.name, Kind: exchanges.AccountSub, Frozen: s.frozen}
}

// ListKeys yields the keys of the main account, whose access keys are parts, and
// the keys of every sub-account, locked ones too. For one sub-account it looks up
// its ID and asks for its keys alone.
func (a *adapter) ListKeys(ctx context.Context, req exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	find := a.sources
	if req.Account != "" {
		find = func(ctx context.Context, yield func([]source, error) bool) {
			s, err := a.subAccount(ctx, req.Account)
			if err != nil {
				yield(nil, exchanges.About(err, req.Account))
				return
			}
			yield([]source{{sub: &s}}, nil)
		}
	}
	return exchanges.FanOut(ctx, listWorkers, req.Progress, find, func(
		ctx context.Context, s source, yield func(exchanges.Key, error) bool,
	) {
		if s.sub == nil {
			for _, k := range s.main {
				if !yield(k, nil) {
					return
				}
			}
			return
		}
		a.accountKeys(ctx, *s.sub, yield)
	})
}

// sources hands over the keys of the main account and all sub-accounts. Where
// both are refused for the same reason, it is said once.
func (a *adapter) sources(ctx context.Context, yield func([]source, error) bool) {
	subs, err := a.accounts(ctx)
	main, mainErr := a.mainKeys(ctx)
	var all []source
	if len(main) > 0 {
		all = append(all, source{main: main})
	}
	for i := range subs {
		all = append(all, source{sub: &subs[i]})
	}
	if !yield(all, err) || mainErr == nil || err != nil && exchanges.KindOf(err) == exchanges.KindOf(mainErr) {
		return
	}
	yield(nil, mainErr)
}

// mainKeys returns the keys of the main account, all in one answer. A list without
// any is no list: only a key of the main account may ask for it. Those beside an
// error are true.
func (a *adapter) mainKeys(ctx context.Context) ([]exchanges.Key, error) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{
		Op: opMainKeys, User: a.user, Build: a.get(a.configured().URL, pathMainKeys, nil),
	})
	if err != nil {
		return nil, err
	}
	var rows oneOrMore
	if err := exchanges.Decode(res.Body, &rows); err != nil || len(rows) == 0 { // the key that asks is on it
		return nil, exchanges.Malformed(Name, opMainKeys, res, err)
	}
	var out []exchanges.Key
	var trouble error
	for _, row := range rows {
		if row.Value.Key == "" {
			trouble = exchanges.Malformed(Name, opMainKeys, res, errors.New("a key without its access key"))
			continue
		}
		account := exchanges.Account{Kind: exchanges.AccountMaster}
		if row.Value.UserID > 0 {
			account.ID = strconv.FormatInt(int64(row.Value.UserID), 10)
		}
		k := keyOf(row, account)
		k.Ref.AccessKey = exchanges.PartOf(k.Ref.AccessKey)
		if !slices.ContainsFunc(out, func(o exchanges.Key) bool { return o.Ref.AccessKey == k.Ref.AccessKey }) {
			out = append(out, k)
		}
	}
	return out, trouble
}

// accounts returns every sub-account, all in one answer. Those beside an error
// are true.
func (a *adapter) accounts(ctx context.Context) ([]sub, error) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{
		Op: opSubAccounts, User: a.user,
		Build: a.get(a.configured().URL, pathSubAccounts, url.Values{"type": {"0"}}), // all kinds of sub-account
	})
	if err != nil {
		return nil, err
	}
	var rows []wireAccount
	if err := exchanges.Decode(res.Body, &rows); err != nil {
		return nil, exchanges.Malformed(Name, opSubAccounts, res, err)
	}
	var out []sub
	seen := map[exchanges.Number]bool{}
	for _, row := range rows {
		if row.UserID <= 0 { // its keys cannot be asked for
			return out, exchanges.Malformed(Name, opSubAccounts, res, errors.New("a sub-account without an ID"))
		}
		if seen[row.UserID] {
			continue
		}
		seen[row.UserID] = true
		s := sub{id: strconv.FormatInt(int64(row.UserID), 10), name: row.LoginName, frozen: frozen(row.State)}
		if s.name == "" {
			s.name = s.id
		}
		out = append(out, s)
	}
	return out, nil
}

// frozen reads the state of a sub-account.
func frozen(state exchanges.Number) exchanges.Fact[bool] {
	switch state {
	case 1:
		return exchanges.Known(false)
	case 2:
		return exchanges.Known(true)
	default:
		return exchanges.Unknown[bool]()
	}
}

// subAccount finds a sub-account by its name or its ID.
func (a *adapter) subAccount(ctx context.Context, name string) (sub, error) {
	subs, err := a.accounts(ctx)
	if err != nil {
		return sub{}, err
	}
	for _, is := range []func(sub) bool{
		func(s sub) bool { return s.name == name }, func(s sub) bool { return s.id == name },
	} {
		if i := slices.IndexFunc(subs, is); i >= 0 {
			return subs[i], nil
		}
	}
	return sub{}, &exchanges.Error{
		Exchange: Name, Op: opSubAccounts, Kind: exchanges.KindRejected,
		Detail: "has no sub-account of this name; nothing was changed. Look at the key's account in rekey.yaml: it is the " +
			"login name of the sub-account, or its ID",
	}
}

// accountKeys yields the keys of one sub-account, which come in one answer.
func (a *adapter) accountKeys(ctx context.Context, s sub, yield func(exchanges.Key, error) bool) {
	rows, res, err := a.subKeyRows(ctx, s)
	if err != nil {
		yield(exchanges.Key{}, exchanges.About(err, s.name))
		return
	}
	seen := map[textOrObject]bool{}
	for _, row := range rows {
		accessKey := row.Value.Key
		if accessKey == "" || strings.Contains(string(accessKey), "*") {
			cause := exchanges.Malformed(Name, opSubKeys, res, errors.New("a key without its whole access key"))
			if !yield(exchanges.Key{}, exchanges.About(cause, s.name)) {
				return
			}
			continue
		}
		if seen[accessKey] {
			continue
		}
		seen[accessKey] = true
		if !yield(keyOf(row, s.account()), nil) {
			return
		}
	}
}

// subKeyRows returns the rows of a sub-account's list.
func (a *adapter) subKeyRows(ctx context.Context, s sub) ([]describedKey, exchanges.Response, error) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{
		Op: opSubKeys, User: a.user, Build: a.get(a.configured().URL, subKeys(s.id), nil),
	})
	if err != nil {
		return nil, res, err
	}
	var rows []describedKey
	if err := exchanges.Decode(res.Body, &rows); err != nil { // an answer without a list is no empty list
		return nil, res, exchanges.Malformed(Name, opSubKeys, res, err)
	}
	return rows, res, nil
}

// keyOf turns a row into the common form. A state that is told and is not 1 is
// one in which the key does nothing: whether it is locked or frozen the official
// sources have in two orders.
func keyOf(row describedKey, account exchanges.Account) exchanges.Key {
	w := row.Value
	k := exchanges.Key{
		Ref:   exchanges.KeyRef{Exchange: Name, AccessKey: string(w.Key), Account: account},
		Label: string(w.Name), Status: exchanges.StatusAlive, Whitelist: readList(w.IPWhitelist),
		CreatedAt: exchanges.SecondTime(int64(w.CreatedAt)), LastUsedAt: exchanges.SecondTime(int64(w.LastAccess)),
	}
	if w.State != nil && *w.State != 1 {
		k.Status = exchanges.StatusDisabled
	}
	k.Permissions, k.Raw = readPerms(w.Perms, account.Kind)
	if len(row.Strange) > 0 {
		k.Permissions = k.Permissions.Doubt()
	}
	k.AddStrange(row.Strange)
	if w.Mode == 2 && k.Raw != nil {
		k.Raw = append(k.Raw, portfolio)
	}
	return k
}
