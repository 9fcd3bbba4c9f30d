package htx

import (
	"net/http"
	"strconv"
	"time"

	"rekey/exchanges"
)

// Operation names.
const (
	opTime     = "server time"
	opAccounts = "accounts"
	opUID      = "user ID"
	opKeys     = "keys of a user"
	opSubUsers = "sub users"
	opIssue    = "make sub user key"
	opEdit     = "change sub user key"
	opRevoke   = "delete sub user key"
)

// Paths of the operations.
const (
	pathTime     = "/v1/common/timestamp"
	pathAccounts = "/v1/account/accounts"
	pathUID      = "/v2/user/uid"
	pathKeys     = "/v2/user/api-key"
	pathSubUsers = "/v2/sub-user/user-list"
	pathIssue    = "/v2/sub-user/api-key-generation"
	pathEdit     = "/v2/sub-user/api-key-modification"
	pathRevoke   = "/v2/sub-user/api-key-deletion"
)

// roleREST is the host of everything.
const roleREST = "rest"

// The hosts of the one site; the first is the default.
const (
	regionGlobal = "global"
	regionAWS    = "aws"
)

// signedHost is the host that a signature names where rekey.yaml replaces the
// endpoint: a signature for another than its own the exchange refuses.
const signedHost = "api.huobi.pro"

func hosts() []exchanges.Host {
	return []exchanges.Host{
		{Role: roleREST, Region: regionGlobal, URL: "https://" + signedHost},
		{Role: roleREST, Region: regionAWS, URL: "https://api-aws.huobi.pro"},
	}
}

// protocol declares all that this adapter may send.
func protocol() exchanges.Protocol {
	const (
		docs     = "huobiapi/docs v1_en d3b5b362 (2021-06-23); paths as in JKorf/HTX.Net 3300a72a (2026-06-30)"
		poolTime = "time address"
		poolUser = "10 a second user"
	)
	op := func(name, method, path string) exchanges.Operation {
		return exchanges.Operation{
			Name: name, Host: roleREST, Method: method, Path: path, Effect: exchanges.ReadOnly,
			Signed: true, Weight: 1, Pool: poolUser, Needs: []exchanges.Permission{exchanges.Read}, Source: docs,
		}
	}
	write := func(name, path string) exchanges.Operation {
		o := op(name, http.MethodPost, path)
		o.Effect, o.Needs = exchanges.Writes, []exchanges.Permission{exchanges.Trade}
		return o
	}
	serverTime := op(opTime, http.MethodGet, pathTime)
	serverTime.Signed, serverTime.Needs, serverTime.Pool = false, nil, poolTime
	return exchanges.Protocol{
		Hosts: hosts(),
		Operations: []exchanges.Operation{
			serverTime,
			op(opAccounts, http.MethodGet, pathAccounts),
			op(opUID, http.MethodGet, pathUID),
			op(opKeys, http.MethodGet, pathKeys),
			op(opSubUsers, http.MethodGet, pathSubUsers),
			write(opIssue, pathIssue),
			write(opEdit, pathEdit),
			write(opRevoke, pathRevoke),
		},
		Pools: []exchanges.Pool{
			{
				Name: poolTime, Per: exchanges.PerIP, Limit: 10, Window: time.Second,
				Source: "no source gives a limit for it; a careful number",
			},
			{Name: poolUser, Per: exchanges.PerUser, Limit: 10, Window: time.Second, Source: docs},
		},
		TimeOperation: opTime,
		TimeOf:        timeOf,
		Judge:         judge,
		Usage:         usage,
	}
}

func timeOf(res exchanges.Response) (time.Time, bool) {
	var w wireV1[exchanges.Number]
	if exchanges.Decode(res.Body, &w) != nil {
		return time.Time{}, false
	}
	return exchanges.MilliTime(int64(w.Data)).Get()
}

// usage reads the header that says how much is left of the limit.
func usage(_ exchanges.Operation, h http.Header) (exchanges.Usage, bool) {
	remain, err := strconv.Atoi(h.Get("X-HB-RateLimit-Requests-Remain"))
	if err != nil || remain < 0 {
		return exchanges.Usage{}, false
	}
	return exchanges.Usage{Used: -1, Remaining: remain}, true
}
