package htx

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"strconv"

	"rekey/exchanges"
)

const (
	listWorkers = 4
	maxPages    = 1_000 // beyond that an exchange is repeating itself
)

// A source is a user whose keys are listed.
type source struct {
	uid    string
	parent bool
	frozen exchanges.Fact[bool]
}

func (s source) account() exchanges.Account {
	if s.parent {
		return exchanges.Account{ID: s.uid, Kind: exchanges.AccountMaster}
	}
	return exchanges.Account{ID: s.uid, Name: s.uid, Kind: exchanges.AccountSub, Frozen: s.frozen}
}

// ListKeys yields the keys of the parent user and of every sub user, locked ones
// too, whole. The name of a sub user is its UID. For one sub user it asks for
// nothing but its keys. Only a parent's key may list: where the list of sub users
// is refused, nothing is listed.
func (a *adapter) ListKeys(ctx context.Context, req exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	find := a.users
	if req.Account != "" {
		find = func(_ context.Context, yield func([]source, error) bool) {
			yield([]source{{uid: req.Account}}, nil)
		}
	}
	return exchanges.FanOut(ctx, listWorkers, req.Progress, find, a.userKeys)
}

// users hands over the sub users, page by page, and the parent itself.
func (a *adapter) users(ctx context.Context, yield func([]source, error) bool) {
	own, err := a.uid(ctx)
	if err != nil {
		yield(nil, err)
		return
	}
	seen := map[exchanges.Number]bool{}
	params := url.Values{}
	for page := 1; ; page++ {
		res, err := a.env.Caller.Call(ctx, exchanges.Call{
			Op: opSubUsers, User: a.user, Build: a.get(a.configured().URL, pathSubUsers, params),
		})
		if err != nil {
			yield(nil, err)
			return
		}
		var w wireV2[[]wireUser]
		if err := exchanges.Decode(res.Body, &w); err != nil || w.Data == nil { // no list is no empty list
			yield(nil, exchanges.Malformed(Name, opSubUsers, res, err))
			return
		}
		var fresh []source
		if page == 1 {
			fresh = append(fresh, source{uid: own, parent: true})
		}
		added := 0
		for _, row := range w.Data {
			if row.UID <= 0 { // its keys cannot be asked for
				yield(fresh, exchanges.Malformed(Name, opSubUsers, res, errors.New("a sub user without an ID")))
				return
			}
			uid := strconv.FormatInt(int64(row.UID), 10)
			if uid == own || seen[row.UID] {
				continue
			}
			seen[row.UID] = true
			added++
			fresh = append(fresh, source{uid: uid, frozen: frozen(row.UserState)})
		}
		if !yield(fresh, nil) || w.NextID == 0 {
			return
		}
		if added == 0 || page >= maxPages {
			yield(nil, exchanges.EndlessPages(Name, opSubUsers, ""))
			return
		}
		params.Set("fromId", strconv.FormatInt(int64(w.NextID), 10))
	}
}

// frozen reads the state of a sub user.
func frozen(state string) exchanges.Fact[bool] {
	switch state {
	case "normal":
		return exchanges.Known(false)
	case "lock":
		return exchanges.Known(true)
	default:
		return exchanges.Unknown[bool]()
	}
}

// userKeys yields the keys of one user.
func (a *adapter) userKeys(ctx context.Context, s source, yield func(exchanges.Key, error) bool) {
	about := func(err error) error {
		if s.parent {
			return err
		}
		return exchanges.About(err, s.uid)
	}
	rows, res, err := a.rows(ctx, s.uid)
	if err == nil && s.parent && len(rows) == 0 { // the key that asks is on it
		err = exchanges.Malformed(Name, opKeys, res, errors.New("not even the key that asks is on the list"))
	}
	if err != nil {
		yield(exchanges.Key{}, about(err))
		return
	}
	seen := map[string]bool{}
	for _, row := range rows {
		if row.Value.AccessKey == "" {
			cause := exchanges.Malformed(Name, opKeys, res, errors.New("a key without an access key"))
			if !yield(exchanges.Key{}, about(cause)) {
				return
			}
			continue
		}
		if seen[row.Value.AccessKey] {
			continue
		}
		seen[row.Value.AccessKey] = true
		if !yield(keyOf(row, s.account()), nil) {
			return
		}
	}
}

// keyOf turns a row into the common form. The days that are left are no date.
func keyOf(row describedKey, account exchanges.Account) exchanges.Key {
	w := row.Value
	k := exchanges.Key{
		Ref:   exchanges.KeyRef{Exchange: Name, AccessKey: w.AccessKey, Account: account},
		Label: w.Note, Whitelist: readAddresses(w.IPAddresses), CreatedAt: exchanges.MilliTime(int64(w.CreateTime)),
	}
	switch w.Status {
	case "normal":
		k.Status = exchanges.StatusAlive
	case "expired":
		k.Status = exchanges.StatusExpired
	default:
		k.Status = exchanges.StatusUndetermined
	}
	k.Permissions, k.Raw = readPermission(w.Permission, account.Kind)
	if len(row.Strange) > 0 {
		k.Permissions = k.Permissions.Doubt()
	}
	k.AddStrange(row.Strange)
	return k
}

// readAddresses reads a whitelist; a missing one says nothing, an empty one that
// the key may be used from anywhere.
func readAddresses(text *string) exchanges.IPWhitelist {
	if text == nil {
		return exchanges.IPWhitelist{}
	}
	return exchanges.ParseWhitelistText(*text)
}
