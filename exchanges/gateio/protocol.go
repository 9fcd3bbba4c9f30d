package gateio

import (
	"net/http"
	"strconv"
	"time"

	"rekey/exchanges"
)

// Operation names.
const (
	opTime        = "server time"
	opDetail      = "account detail"
	opMainKeys    = "keys of the main account"
	opSubAccounts = "sub-accounts"
	opSubKeys     = "sub-account keys"
	opIssue       = "make sub-account key"
	opEdit        = "change sub-account key"
	opRevoke      = "delete sub-account key"
)

// Paths of the operations.
const (
	pathTime        = "/api/v4/spot/time"
	pathDetail      = "/api/v4/account/detail"
	pathMainKeys    = "/api/v4/account/main_keys"
	pathSubAccounts = "/api/v4/sub_accounts"
	pathSubKeys     = "/api/v4/sub_accounts/{user_id}/keys"
	pathSubKey      = "/api/v4/sub_accounts/{user_id}/keys/{key}"
)

// subKeys and subKey are the paths of a sub-account's keys, and of one of them.
func subKeys(userID string) string { return pathSubAccounts + "/" + userID + "/keys" }

func subKey(userID, accessKey string) string { return subKeys(userID) + "/" + accessKey }

// roleREST is the host of everything.
const roleREST = "rest"

// Regions and environments of rekey.yaml; the first of each is the default.
const (
	regionGlobal = "global"
	regionEEA    = "eea"

	live    = "live"
	testnet = "testnet"
)

// hosts: the global one and that of the testnet by gateapi-go 52e97f69, that of
// the site for Europe by ccxt 4.5.84 (gateeu.js), which lists fewer calls there.
func hosts() []exchanges.Host {
	return []exchanges.Host{
		{Role: roleREST, Region: regionGlobal, Environment: live, URL: "https://api.gateio.ws"},
		{Role: roleREST, Region: regionEEA, Environment: live, URL: "https://api.gateeu.com"},
		{Role: roleREST, Region: regionGlobal, Environment: testnet, URL: "https://fx-api-testnet.gateio.ws"},
	}
}

// protocol declares all that this adapter may send.
func protocol() exchanges.Protocol {
	const (
		docs     = "gate.io/docs/developers/apiv4 v4.105.4 and gate/gateapi-go 52e97f69, read 2026-11-30"
		poolTime = "time address"
		poolOwn  = "account user"
		poolSubs = "sub-accounts user"
	)
	op := func(name, method, path, pool string) exchanges.Operation {
		return exchanges.Operation{
			Name: name, Host: roleREST, Method: method, Path: path, Effect: exchanges.ReadOnly,
			Signed: true, Weight: 1, Pool: pool, Needs: []exchanges.Permission{exchanges.Read}, Source: docs,
		}
	}
	write := func(name, method, path string) exchanges.Operation {
		o := op(name, method, path, poolSubs)
		o.Effect, o.Needs = exchanges.Writes, []exchanges.Permission{exchanges.ManageKeys}
		return o
	}
	serverTime := op(opTime, http.MethodGet, pathTime, poolTime)
	serverTime.Signed, serverTime.Needs = false, nil
	const window = 10 * time.Second
	pool := func(name string, limit int) exchanges.Pool {
		return exchanges.Pool{
			Name: name, Per: exchanges.PerUser, PerOperation: true, Limit: limit, Window: window, Source: docs,
		}
	}
	return exchanges.Protocol{
		Hosts: hosts(),
		Operations: []exchanges.Operation{
			serverTime,
			op(opDetail, http.MethodGet, pathDetail, poolOwn),
			op(opMainKeys, http.MethodGet, pathMainKeys, poolOwn),
			op(opSubAccounts, http.MethodGet, pathSubAccounts, poolSubs),
			op(opSubKeys, http.MethodGet, pathSubKeys, poolSubs),
			write(opIssue, http.MethodPost, pathSubKeys),
			write(opEdit, http.MethodPut, pathSubKey),
			write(opRevoke, http.MethodDelete, pathSubKey),
		},
		Pools: []exchanges.Pool{
			{
				Name: poolTime, Per: exchanges.PerIP, Limit: 50, Window: window,
				Source: "no source gives a limit for it; a careful number",
			},
			pool(poolOwn, 150), pool(poolSubs, 80),
		},
		TimeOperation: opTime,
		TimeOf:        timeOf,
		Judge:         judge,
		Usage:         usage,
	}
}

func timeOf(res exchanges.Response) (time.Time, bool) {
	var w wireTime
	if exchanges.Decode(res.Body, &w) != nil {
		return time.Time{}, false
	}
	return exchanges.MilliTime(int64(w.ServerTime)).Get()
}

// usage reads the headers that say how much is left of the limit.
func usage(_ exchanges.Operation, h http.Header) (exchanges.Usage, bool) {
	remain, err := strconv.Atoi(h.Get("X-Gate-RateLimit-Requests-Remain"))
	if err != nil || remain < 0 {
		return exchanges.Usage{}, false
	}
	return exchanges.Usage{Used: -1, Remaining: remain}, true
}
