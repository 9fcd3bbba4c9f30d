package hyperliquid

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"strings"
	"time"

	"rekey/exchanges"
)

// Inspect asks what the address is. Nothing proves the death of one: an address
// that Hyperliquid does not know was never used there, or is an agent that was
// removed or pruned.
func (a *adapter) Inspect(ctx context.Context) (exchanges.Key, error) {
	k := exchanges.Key{
		Ref: exchanges.KeyRef{
			Exchange: Name, AccessKey: a.address, Account: exchanges.Account{Kind: exchanges.AccountUnknown},
		},
		Status: exchanges.StatusUndetermined, Algorithm: "ecdsa",
	}
	res, err := a.ask(ctx, opRole, "userRole")
	if err != nil {
		return k, err
	}
	var w wireRole
	if err := exchanges.Decode(res.Body, &w); err != nil {
		return k, exchanges.Malformed(Name, opRole, res, err)
	}
	switch w.Role {
	case "user":
		k.Ref.Account.ID, k.Ref.Account.Kind = a.address, exchanges.AccountMaster
	case "subAccount":
		k.Ref.Account.ID, k.Ref.Account.Kind = a.address, exchanges.AccountSub
	case "agent":
		if !addressForm.MatchString(w.Data.User) {
			return k, exchanges.Malformed(Name, opRole, res, errors.New("an agent without its account"))
		}
		k.Ref.Account.ID, k.Ref.Account.Kind = lower(w.Data.User), exchanges.AccountMaster
		k.Permissions = agentPowers()
	case "vault":
	case "missing":
		return k, &exchanges.Error{
			Exchange: Name, Op: opRole, Kind: exchanges.KindUndetermined, Status: res.Status,
			Detail: "does not know the address: an account that never deposited, or an agent that was never approved, was " +
				"removed or pruned. That proves nothing: look at it on its page",
		}
	default:
		return k, exchanges.Malformed(Name, opRole, res, errors.New("a role that rekey does not know"))
	}
	k.Status, k.Raw = exchanges.StatusAlive, []string{w.Role}
	k.Whitelist.Restricted = exchanges.Known(false) // no such list exists
	return k, nil
}

// agentPowers are those of an agent wallet: it trades, and cannot withdraw
// (nonces-and-api-wallets, collected 2026-11). Which transfers inside the account
// it may make is not told.
func agentPowers() exchanges.Permissions {
	return exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Trade).Deny(exchanges.Withdraw)
}

// ListKeys yields the named agent wallets of the account. An agent without a name,
// of which an account may have one, is on no list: the card says so.
func (a *adapter) ListKeys(ctx context.Context, req exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	return func(yield func(exchanges.Key, error) bool) {
		res, err := a.ask(ctx, opAgents, "extraAgents")
		if err != nil {
			yield(exchanges.Key{}, err)
			return
		}
		var rows []describedAgent
		if err := exchanges.Decode(res.Body, &rows); err != nil || rows == nil {
			yield(exchanges.Key{}, exchanges.Malformed(Name, opAgents, res, err))
			return
		}
		seen := map[string]bool{}
		for _, row := range rows {
			address := lower(row.Value.Address)
			switch {
			case !addressForm.MatchString(address):
				if !yield(exchanges.Key{}, exchanges.Malformed(Name, opAgents, res, errors.New("an agent without its address"))) {
					return
				}
				continue
			case seen[address]:
				continue
			}
			seen[address] = true
			k := exchanges.Key{
				Ref: exchanges.KeyRef{
					Exchange: Name, AccessKey: address,
					Account: exchanges.Account{ID: a.address, Name: a.address, Kind: exchanges.AccountMaster},
				},
				Label: row.Value.Name, Status: exchanges.StatusAlive, Permissions: agentPowers(), Raw: []string{"agent"},
				ExpiresAt: exchanges.MilliTime(int64(row.Value.ValidUntil)), Algorithm: "ecdsa",
			}
			k.Whitelist.Restricted = exchanges.Known(false)
			k.AddStrange(row.Strange)
			if !yield(k, nil) {
				return
			}
		}
		if req.Progress != nil {
			req.Progress(exchanges.ListProgress{Accounts: 1, Done: 1})
		}
	}
}

// ask sends one question about the address. It is public, as the address is.
func (a *adapter) ask(ctx context.Context, op, question string) (exchanges.Response, error) {
	body, err := json.Marshal(map[string]string{"type": question, "user": a.address})
	if err != nil {
		return exchanges.Response{}, exchanges.Refuse(Name, op, "the request could not be written, nothing was sent")
	}
	return a.env.Caller.Call(ctx, exchanges.Call{Op: op, Build: func(time.Time) (*http.Request, error) {
		//nolint:noctx // the client adds the context
		req, err := http.NewRequest(http.MethodPost, a.env.Caller.Endpoint(roleREST)+pathInfo, bytes.NewReader(body))
		if err != nil {
			return nil, errors.New("the request could not be built")
		}
		req.Header.Set("Content-Type", "application/json")
		return req, nil
	}})
}

func lower(address string) string { return strings.ToLower(address) }
