package bitget

import (
	"net/http"
	"time"

	"rekey/exchanges"
)

// Operation names.
const (
	opTime        = "server time"
	opUnified     = "unified account information"
	opClassic     = "classic account information"
	opSubAccounts = "sub-accounts"
	opSubKeys     = "sub-account keys"
	opClassicSubs = "classic sub-accounts"
	opClassicKeys = "classic sub-account keys"
	opIssue       = "make sub-account key"
	opEdit        = "change sub-account key"
	opRevoke      = "delete sub-account key"
)

// Paths of the operations.
const (
	pathTime        = "/api/v2/public/time"
	pathUnified     = "/api/v3/account/info"
	pathClassic     = "/api/v2/spot/account/info"
	pathSubAccounts = "/api/v3/user/sub-list"
	pathSubKeys     = "/api/v3/user/sub-api-list"
	pathClassicSubs = "/api/v2/user/virtual-subaccount-list"
	pathClassicKeys = "/api/v2/user/virtual-subaccount-apikey-list"
	pathIssue       = "/api/v3/user/create-sub-api"
	pathEdit        = "/api/v3/user/update-sub-api"
	pathRevoke      = "/api/v3/user/delete-sub-api"
)

// roleREST is the host of everything.
const roleREST = "rest"

// The environments of rekey.yaml; the first is the default. Demo keys live at
// the same host, behind a header.
const (
	live = "live"
	demo = "demo"
)

// protocol declares all that this adapter may send.
func protocol() exchanges.Protocol {
	const (
		docs     = "bitget.com/api-doc, stored 2025-2026"
		third    = "UnipayFI/go-bitget 5a56b3dd (2026-08-21), read 2026-11-30"
		careful  = "no source gives a limit for /api/v3; a careful number"
		poolTime = "time address"
		poolInfo = "classic info user"
		poolSubs = "classic sub-accounts user"
		poolKeys = "classic keys user"
		poolV3   = "unified user"
	)
	op := func(name, path, pool, source string) exchanges.Operation {
		return exchanges.Operation{
			Name: name, Host: roleREST, Method: http.MethodGet, Path: path, Effect: exchanges.ReadOnly,
			Signed: true, Weight: 1, Pool: pool, Needs: []exchanges.Permission{exchanges.Read}, Source: source,
		}
	}
	write := func(name, path string) exchanges.Operation {
		o := op(name, path, poolV3, third)
		o.Method, o.Effect, o.Needs = http.MethodPost, exchanges.Writes, []exchanges.Permission{exchanges.ManageKeys}
		return o
	}
	serverTime := op(opTime, pathTime, poolTime, docs)
	serverTime.Signed, serverTime.Needs = false, nil
	pool := func(name string, limit int, source string) exchanges.Pool {
		return exchanges.Pool{
			Name: name, Per: exchanges.PerUser, PerOperation: true, Limit: limit, Window: time.Second, Source: source,
		}
	}
	return exchanges.Protocol{
		Hosts: []exchanges.Host{{Role: roleREST, URL: "https://api.bitget.com"}},
		Operations: []exchanges.Operation{
			serverTime,
			op(opUnified, pathUnified, poolV3, docs),
			op(opClassic, pathClassic, poolInfo, docs),
			op(opSubAccounts, pathSubAccounts, poolV3, third),
			op(opSubKeys, pathSubKeys, poolV3, third),
			op(opClassicSubs, pathClassicSubs, poolSubs, docs),
			op(opClassicKeys, pathClassicKeys, poolKeys, docs),
			write(opIssue, pathIssue),
			write(opEdit, pathEdit),
			write(opRevoke, pathRevoke),
		},
		Pools: []exchanges.Pool{
			{Name: poolTime, Per: exchanges.PerIP, Limit: 20, Window: time.Second, Source: docs},
			pool(poolInfo, 1, docs),
			pool(poolSubs, 10, docs),
			pool(poolKeys, 5, docs),
			pool(poolV3, 5, careful),
		},
		TimeOperation: opTime,
		TimeOf:        timeOf,
		Judge:         judge,
	}
}

func timeOf(res exchanges.Response) (time.Time, bool) {
	var w wireAnswer[*wireTime]
	if exchanges.Decode(res.Body, &w) != nil || w.Data == nil {
		return time.Time{}, false
	}
	return exchanges.MilliTime(int64(w.Data.ServerTime)).Get()
}
