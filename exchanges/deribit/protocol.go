package deribit

import (
	"net/http"
	"time"

	"rekey/exchanges"
)

// Operation names.
const (
	opTime   = "server time"
	opAuth   = "scopes of the key"
	opList   = "keys of the account"
	opRemove = "remove own key"
)

// Paths of the operations.
const (
	pathTime   = "/api/v2/public/get_time"
	pathAuth   = "/api/v2/public/auth"
	pathList   = "/api/v2/private/list_api_keys"
	pathRemove = "/api/v2/private/remove_api_key"
)

const roleREST = "rest"

// The environments of rekey.yaml; the first is the default.
const (
	live    = "live"
	testnet = "testnet"
)

// protocol declares all that this adapter may send. Each call costs 500 credits of
// 50,000, of which 10,000 come back a second: 100 calls in 5 s never run out of
// them, wherever the 5 s begin. No header tells what is left.
func protocol() exchanges.Protocol {
	const (
		docs    = "OpenAPI 2.1.1 of Deribit (api-evangelist/deribit 36544f99), read 2026-11-30"
		limits  = "docs.deribit.com/articles/rate-limits and nautilus_deribit 0.53.0 (constants), read 2026-12-01"
		credits = "credits"
		address = "address"
	)
	op := func(name, path, pool string) exchanges.Operation {
		return exchanges.Operation{
			Name: name, Host: roleREST, Method: http.MethodGet, Path: path, Effect: exchanges.ReadOnly, Signed: true,
			Weight: 1, Pool: pool, Source: docs,
		}
	}
	serverTime := op(opTime, pathTime, address)
	serverTime.Signed = false
	list := op(opList, pathList, credits)
	list.Needs = []exchanges.Permission{exchanges.Read}
	remove := op(opRemove, pathRemove, credits)
	remove.Effect, remove.Needs = exchanges.Writes, []exchanges.Permission{exchanges.ManageKeys}
	return exchanges.Protocol{
		Hosts: []exchanges.Host{
			{Role: roleREST, Environment: live, URL: "https://www.deribit.com"},
			{Role: roleREST, Environment: testnet, URL: "https://test.deribit.com"},
		},
		Operations: []exchanges.Operation{serverTime, op(opAuth, pathAuth, credits), list, remove},
		Pools: []exchanges.Pool{
			{Name: credits, Per: exchanges.PerUser, Limit: 100, Window: 5 * time.Second, Source: limits},
			// How many public calls an address has is not told: as many.
			{Name: address, Per: exchanges.PerIP, Limit: 100, Window: 5 * time.Second, Source: limits},
		},
		TimeOperation: opTime,
		TimeOf:        timeOf,
		Judge:         judge,
	}
}

func timeOf(res exchanges.Response) (time.Time, bool) {
	var w wireAnswer[exchanges.Number]
	if exchanges.Decode(res.Body, &w) != nil || w.Result == nil {
		return time.Time{}, false
	}
	return exchanges.MilliTime(int64(*w.Result)).Get()
}
