package deribit

import (
	"context"
	"errors"
	"iter"
	"net/url"

	"rekey/exchanges"
)

// ListKeys yields the keys of the account that this key belongs to, itself among
// them. It takes account:read, and a code of the second factor where the account
// has one.
func (a *adapter) ListKeys(ctx context.Context, req exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	return func(yield func(exchanges.Key, error) bool) {
		res, err := a.challenged(ctx, opList, pathList, nil)
		if err != nil {
			yield(exchanges.Key{}, err)
			return
		}
		var w wireAnswer[[]describedKey]
		// An answer without a list is no empty list: this key is on it.
		if err := exchanges.Decode(res.Body, &w); err != nil || w.Result == nil || len(*w.Result) == 0 {
			yield(exchanges.Key{}, exchanges.Malformed(Name, opList, res, err))
			return
		}
		seen := map[string]bool{}
		for _, row := range *w.Result {
			id := row.Value.ClientID
			switch {
			case id == "":
				cause := errors.New("a key without its client_id")
				if !yield(exchanges.Key{}, exchanges.Malformed(Name, opList, res, cause)) {
					return
				}
			case !seen[id]:
				seen[id] = true
				if !yield(listed(row), nil) {
					return
				}
			}
		}
		if req.Progress != nil {
			req.Progress(exchanges.ListProgress{Accounts: 1, Done: 1})
		}
	}
}

// listed turns a row into the common form.
func listed(row describedKey) exchanges.Key {
	v := row.Value
	k := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: v.ClientID, Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Label: v.Name, Status: exchanges.StatusAlive, CreatedAt: exchanges.MilliTime(int64(v.Timestamp)),
	}
	if exchanges.IsFalse(v.Enabled) {
		k.Status = exchanges.StatusDisabled
	}
	if v.PublicKey == "" {
		k.Algorithm = "hmac"
	}
	if v.MaxScope != nil {
		k.Permissions, k.Raw = readScopes(*v.MaxScope, true)
	}
	if len(row.Strange) > 0 {
		k.Permissions = k.Permissions.Doubt()
	}
	k.AddStrange(row.Strange)
	if v.Whitelist != nil {
		k.Whitelist = exchanges.ParseWhitelist(*v.Whitelist)
		if len(*v.Whitelist) == 0 {
			k.Whitelist = exchanges.IPWhitelist{Restricted: exchanges.Known(false)}
		}
	}
	return k
}

// challenged makes a call that Deribit may answer with a challenge: then the same
// call is made once more with a code, within a minute. A code that is refused used
// its challenge up, so a new one is asked for.
func (a *adapter) challenged(
	ctx context.Context, op, path string, params url.Values,
) (exchanges.Response, error) {
	challenge := ""
	call := func(code exchanges.Secret) (exchanges.Response, error) {
		res, err := a.env.Caller.Call(ctx, exchanges.Call{
			Op: op, User: a.user, Build: a.private(a.env.Caller.Endpoint(roleREST), path, withCode(params, code, challenge)),
		})
		if exchanges.KindOf(err) == exchanges.KindSecondFactor {
			asked, _ := challengeOf(res)
			challenge = asked.Challenge
		}
		return res, err
	}
	return a.env.WithCode(ctx, Name, op, func(code exchanges.Secret) (exchanges.Response, error) {
		res, err := call(code)
		if code.IsZero() || exchanges.KindOf(err) != exchanges.KindSecondFactor || challenge != "" {
			return res, err
		}
		return call(exchanges.Secret{})
	})
}
