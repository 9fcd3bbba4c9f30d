package bitget

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"strconv"

	"rekey/exchanges"
)

const (
	pageSize    = 100   // the most that a list gives a page
	maxPages    = 1_000 // a hundred thousand sub-accounts; beyond that an exchange is repeating itself
	listWorkers = 4
)

// A sub is a sub-account, by the ID under which Bitget knows it.
type sub struct {
	uid    string
	frozen exchanges.Fact[bool]
	world  world // of its keys
}

// ListKeys yields the keys of every sub-account, frozen ones too. The name of a
// sub-account is its UID. For one sub-account it asks for nothing but its keys.
func (a *adapter) ListKeys(ctx context.Context, req exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	w, err := a.worldOf(ctx)
	find := func(ctx context.Context, yield func([]sub, error) bool) {
		switch {
		case err != nil:
			yield(nil, exchanges.About(err, req.Account))
		case req.Account != "":
			yield([]sub{{uid: req.Account, world: w}}, nil)
		case w == classic:
			a.classicAccounts(ctx, yield)
		default:
			a.unifiedAccounts(ctx, yield)
		}
	}
	return exchanges.FanOut(ctx, listWorkers, req.Progress, find, a.accountKeys)
}

// worldOf returns the world of the calling key. Where it is not known yet, the
// key is looked at.
func (a *adapter) worldOf(ctx context.Context) (world, error) {
	if w := world(a.world.Load()); w != unknownWorld {
		return w, nil
	}
	k, err := a.lookAt(ctx, exchanges.Key{Status: exchanges.StatusUndetermined}, a.configured())
	if w := world(a.world.Load()); w != unknownWorld {
		return w, nil
	}
	if err == nil || exchanges.KindOf(err) == exchanges.KindNoSuchKey {
		err = &exchanges.Error{
			Exchange: Name, Op: opUnified, Kind: exchanges.KindUndetermined,
			Detail: "does not say whether the manager's account is unified or classic (the key is " + string(k.Status) +
				"): its sub-accounts' keys were not seen. Look at the manager first",
		}
	}
	return unknownWorld, err
}

// unifiedAccounts hands over the sub-accounts of a unified account.
func (a *adapter) unifiedAccounts(ctx context.Context, yield func([]sub, error) bool) {
	give := func(rows []wireAccount, res exchanges.Response, err error) bool {
		var subs []sub
		for _, row := range rows {
			if row.SubUID == "" { // its keys cannot be asked for
				err = exchanges.Malformed(Name, opSubAccounts, res, errors.New("a sub-account without an ID"))
				break
			}
			s := sub{uid: row.SubUID, frozen: frozen(row.Status), world: unified}
			if row.AccountMode != "" && row.AccountMode != "UNIFIED" {
				s.world = classic
			}
			subs = append(subs, s)
		}
		return yield(subs, err) && err == nil
	}
	id := func(row wireAccount) string { return row.SubUID }
	pages(ctx, a, opSubAccounts, pathSubAccounts, url.Values{}, give, id)
}

// classicAccounts hands over the sub-accounts of a classic account. The list
// ends with a page that is not full.
func (a *adapter) classicAccounts(ctx context.Context, yield func([]sub, error) bool) {
	seen := map[string]bool{}
	params := url.Values{"limit": {strconv.Itoa(pageSize)}}
	for page := 1; ; page++ {
		res, err := a.env.Caller.Call(ctx, exchanges.Call{
			Op: opClassicSubs, User: a.user, Build: a.get(a.configured(), pathClassicSubs, params),
		})
		var w wireAnswer[*wireClassicSubs]
		if err == nil {
			if cause := exchanges.Decode(res.Body, &w); cause != nil || w.Data == nil || w.Data.SubAccountList == nil {
				err = exchanges.Malformed(Name, opClassicSubs, res, cause) // an answer without a list is no empty list
			}
		}
		if err != nil {
			yield(nil, err)
			return
		}
		var fresh []sub
		for _, row := range w.Data.SubAccountList {
			if row.SubAccountUID == "" {
				yield(fresh, exchanges.Malformed(Name, opClassicSubs, res, errors.New("a sub-account without an ID")))
				return
			}
			if !seen[row.SubAccountUID] {
				seen[row.SubAccountUID] = true
				fresh = append(fresh, sub{uid: row.SubAccountUID, frozen: frozen(row.Status), world: classic})
			}
		}
		if !yield(fresh, nil) || len(w.Data.SubAccountList) < pageSize {
			return
		}
		if w.Data.EndID == "" || len(fresh) == 0 || page >= maxPages {
			yield(nil, exchanges.EndlessPages(Name, opClassicSubs, ""))
			return
		}
		params.Set("idLessThan", w.Data.EndID)
	}
}

// pages hands over the rows of a list of /api/v3, each row once. A list that
// says that there is more, or whose page is full, goes on by its cursor.
func pages[T any](
	ctx context.Context, a *adapter, op, path string, params url.Values,
	yield func([]T, exchanges.Response, error) bool, id func(T) string,
) {
	seen := map[string]bool{}
	params.Set("limit", strconv.Itoa(pageSize))
	for page := 1; ; page++ {
		res, err := a.env.Caller.Call(ctx, exchanges.Call{Op: op, User: a.user, Build: a.get(a.configured(), path, params)})
		if err != nil {
			yield(nil, res, err)
			return
		}
		var w wireAnswer[*wireList[T]]
		if err := exchanges.Decode(res.Body, &w); err != nil {
			yield(nil, res, exchanges.Malformed(Name, op, res, err))
			return
		}
		rows, there := w.Data.rows()
		if !there { // an answer without a list is no empty list
			yield(nil, res, exchanges.Malformed(Name, op, res, nil))
			return
		}
		var fresh []T
		for _, row := range rows {
			if name := id(row); name == "" || !seen[name] {
				seen[name] = true
				fresh = append(fresh, row)
			}
		}
		if !yield(fresh, res, nil) {
			return
		}
		more, told := w.Data.HasNext.Get()
		if told && !more && len(rows) < pageSize || !told && len(rows) < pageSize {
			return
		}
		if told && !more && w.Data.Cursor == "" { // a full page that says that it is the last
			return
		}
		if w.Data.Cursor == "" || len(fresh) == 0 || page >= maxPages {
			yield(nil, res, exchanges.EndlessPages(Name, op, ""))
			return
		}
		params.Set("cursor", w.Data.Cursor)
	}
}

// accountKeys yields the keys of one sub-account. What a unified account's list
// says of a classic sub-account no source tells, so such a one is never taken
// for one without keys.
func (a *adapter) accountKeys(ctx context.Context, s sub, yield func(exchanges.Key, error) bool) {
	if world(a.world.Load()) == classic {
		a.classicKeys(ctx, s, yield)
		return
	}
	for row, err := range a.subKeyRows(ctx, s.uid) {
		if err != nil {
			yield(exchanges.Key{}, exchanges.About(err, s.uid))
			return
		}
		if !yield(subKey(row, s), nil) {
			return
		}
	}
	if s.world == classic {
		yield(exchanges.Key{}, &exchanges.Error{
			Exchange: Name, Op: opSubKeys, Kind: exchanges.KindUndetermined, Account: s.uid,
			Detail: "the sub-account is a classic one: its classic keys were not seen. Look at them on its page",
		})
	}
}

// subKeyRows yields the rows of a unified sub-account's list. An error ends
// them.
func (a *adapter) subKeyRows(ctx context.Context, uid string) iter.Seq2[describedKey, error] {
	return func(yield func(describedKey, error) bool) {
		give := func(rows []describedKey, res exchanges.Response, err error) bool {
			for _, row := range rows {
				if row.Value.APIKey == "" {
					err = exchanges.Malformed(Name, opSubKeys, res, errors.New("a key without an access key"))
					break
				}
				if !yield(row, nil) {
					return false
				}
			}
			if err != nil {
				yield(describedKey{}, err)
			}
			return err == nil
		}
		id := func(row describedKey) string { return row.Value.APIKey }
		pages(ctx, a, opSubKeys, pathSubKeys, url.Values{"subUid": {uid}}, give, id)
	}
}

// subKey turns a row into the common form.
func subKey(described describedKey, s sub) exchanges.Key {
	w := described.Value
	k := exchanges.Key{
		Ref:   exchanges.KeyRef{Exchange: Name, AccessKey: w.APIKey, Account: s.account()},
		Label: w.Note, Status: exchanges.StatusAlive, Whitelist: readList(w.IPs),
		CreatedAt: exchanges.MilliTime(int64(w.TS)),
	}
	k.Permissions, k.Raw = readUnified(w.Type, w.Permissions, exchanges.AccountSub)
	addStrange(&k, described.Strange)
	return k
}

func (s sub) account() exchanges.Account {
	return exchanges.Account{ID: s.uid, Name: s.uid, Kind: exchanges.AccountSub, Frozen: s.frozen}
}

// classicKeys yields the keys of a classic sub-account, which come in one
// answer: an account has ten keys at most.
func (a *adapter) classicKeys(ctx context.Context, s sub, yield func(exchanges.Key, error) bool) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{
		Op: opClassicKeys, User: a.user, Build: a.get(a.configured(), pathClassicKeys, url.Values{"subAccountUid": {s.uid}}),
	})
	var w wireAnswer[[]describedClassicKey]
	if err == nil {
		if cause := exchanges.Decode(res.Body, &w); cause != nil || w.Data == nil {
			err = exchanges.Malformed(Name, opClassicKeys, res, cause)
		}
	}
	if err != nil {
		yield(exchanges.Key{}, exchanges.About(err, s.uid))
		return
	}
	seen := map[string]bool{}
	for _, row := range w.Data {
		accessKey := row.Value.SubAccountAPIKey
		if accessKey == "" {
			cause := exchanges.Malformed(Name, opClassicKeys, res, errors.New("a key without an access key"))
			if !yield(exchanges.Key{}, exchanges.About(cause, s.uid)) {
				return
			}
			continue
		}
		if seen[accessKey] {
			continue
		}
		seen[accessKey] = true
		k := exchanges.Key{
			Ref:   exchanges.KeyRef{Exchange: Name, AccessKey: accessKey, Account: s.account()},
			Label: row.Value.Label, Status: exchanges.StatusAlive, Whitelist: readList(row.Value.IPList),
		}
		k.Permissions, k.Raw = readClassic(row.Value.PermList)
		addStrange(&k, row.Strange)
		if !yield(k, nil) {
			return
		}
	}
}

// frozen reads the status of a sub-account.
func frozen(status string) exchanges.Fact[bool] {
	switch status {
	case "normal":
		return exchanges.Known(false)
	case "freeze":
		return exchanges.Known(true)
	default:
		return exchanges.Unknown[bool]()
	}
}
