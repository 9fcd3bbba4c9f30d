package coinbaseexchange

import (
	"context"

	"rekey/exchanges"
)

// Inspect asks whether this key is alive and which profile it belongs to. An
// answer proves that the key can read; what else it may do is told by no call
// and stays unknown.
func (a *adapter) Inspect(ctx context.Context) (exchanges.Key, error) {
	k := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: a.credential.AccessKey,
			Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status:    exchanges.StatusUndetermined,
		Algorithm: "hmac",
	}
	profiles, res, err := list[wireProfile](ctx, a, opProfiles, pathProfiles)
	if exchanges.KindOf(err) == exchanges.KindNotFound {
		return a.inspectAccounts(ctx, k)
	}
	if err != nil {
		k.Status = statusOf(res, err)
		return k, err
	}
	k = readable(k)
	if len(profiles) == 1 {
		k.Ref.Account.ID, k.Ref.Account.Name = profiles[0].ID, profiles[0].Name
		return k, nil
	}
	// The list is of all profiles of the user. The accounts are the key's own.
	accounts, _, err := list[wireAccount](ctx, a, opAccounts, pathAccounts)
	if err != nil {
		if exchanges.RefusedForGood(err) {
			err = nil // then nobody tells the profile
		}
		return k, err
	}
	k.Ref.Account.ID = profileOf(accounts)
	for _, p := range profiles {
		if p.ID == k.Ref.Account.ID {
			k.Ref.Account.Name = p.Name
		}
	}
	return k, nil
}

// inspectAccounts looks at the key where there is no list of profiles.
func (a *adapter) inspectAccounts(ctx context.Context, k exchanges.Key) (exchanges.Key, error) {
	accounts, res, err := list[wireAccount](ctx, a, opAccounts, pathAccounts)
	if err != nil {
		k.Status = statusOf(res, err)
		return k, err
	}
	k = readable(k)
	k.Ref.Account.ID = profileOf(accounts)
	return k, nil
}

func readable(k exchanges.Key) exchanges.Key {
	k.Status = exchanges.StatusAlive
	k.Permissions = exchanges.Permissions{}.Grant(exchanges.Read)
	return k
}

// list calls an operation that answers with an array. Anything else is no
// statement about the key.
func list[T interface{ id() string }](ctx context.Context, a *adapter, op, path string) ([]T,
	exchanges.Response, error,
) {
	res, err := a.env.Caller.Call(ctx, exchanges.Call{Op: op, User: a.user, Build: a.get(path)})
	if err != nil {
		return nil, res, err
	}
	rows, err := decode[T](res)
	if err != nil {
		return nil, res, exchanges.Malformed(Name, op, res, err)
	}
	return rows, res, nil
}

// profileOf returns the profile of the accounts, "" when they do not agree on
// one or there are none.
func profileOf(accounts []wireAccount) string {
	id := ""
	for _, account := range accounts {
		if account.ProfileID == "" || id != "" && id != account.ProfileID {
			return ""
		}
		id = account.ProfileID
	}
	return id
}

// statusOf says what a refusal proves about the key. A documented 403 is about
// a resource that the key may not have, so the key was known. A 401 proves
// nothing, whatever its text: the documents give all of them one meaning, and
// the texts are known from ccxt alone.
func statusOf(res exchanges.Response, err error) exchanges.Status {
	if exchanges.KindOf(err) == exchanges.KindForbidden && hasMessage(res) {
		return exchanges.StatusAlive
	}
	return exchanges.StatusUndetermined
}
