package okx

import (
	"net/http"
	"time"

	"rekey/exchanges"
)

// Operation names.
const (
	opTime        = "server time"
	opInspect     = "account configuration"
	opSubAccounts = "sub-accounts"
	opSubKeys     = "sub-account keys"
	opIssue       = "make sub-account key"
	opEdit        = "change sub-account key"
	opRevoke      = "delete sub-account key"
)

// Paths of the operations.
const (
	pathTime        = "/api/v5/public/time"
	pathConfig      = "/api/v5/account/config"
	pathSubAccounts = "/api/v5/users/subaccount/list"
	pathSubKeys     = "/api/v5/users/subaccount/apikey"
	pathEdit        = "/api/v5/users/subaccount/modify-apikey"
	pathRevoke      = "/api/v5/users/subaccount/delete-apikey"
)

// roleREST is the host of everything.
const roleREST = "rest"

// The regions and environments of rekey.yaml; the first of each is the
// default.
const (
	regionGlobal = "global"
	regionEEA    = "eea"
	regionUS     = "us"
	regionTR     = "tr"

	live = "live"
	demo = "demo"
)

// window is the length of the limits of every call that reads. Nearly all of
// OKX's limits are so many calls in 2 s. A change has a second of its own.
const (
	window      = 2 * time.Second
	writeWindow = time.Second
)

// protocol declares all that this adapter may send. OKX sends no limit
// headers, so nothing corrects the counters but its refusals.
func protocol() exchanges.Protocol {
	const (
		docs = "okx.com/docs-v5/en, capture of 2026-02-23"
		// The Feb 2026 capture has 20 for the list of sub-accounts, the Nov
		// 2025 one 2. A listing needs one such call for a hundred
		// sub-accounts, so the careful number costs little.
		careful  = "okx.com/docs-v5/en, capture of 2025-11-30 (that of 2026-02-23 has 20)"
		poolTime = "time address"
		poolRead = "config user"
		poolList = "list user"
		poolKeys = "keys user"
		// "Rate limit: 1 request per second", for each of the three calls.
		poolWrite = "key changes user"
	)
	op := func(name, path, pool string) exchanges.Operation {
		return exchanges.Operation{
			Name: name, Host: roleREST, Method: http.MethodGet, Path: path, Effect: exchanges.ReadOnly,
			Signed: true, Weight: 1, Pool: pool, Needs: []exchanges.Permission{exchanges.Read}, Source: docs,
		}
	}
	write := func(name, path string) exchanges.Operation {
		o := op(name, path, poolWrite)
		o.Method, o.Effect, o.Needs = http.MethodPost, exchanges.Writes, []exchanges.Permission{exchanges.Trade}
		return o
	}
	serverTime := op(opTime, pathTime, poolTime)
	serverTime.Signed, serverTime.Needs = false, nil
	return exchanges.Protocol{
		// C, S and public threads, see the sheet: ccxt 4.5.84 (okx, myokx,
		// okxus), tiagosiebler/okx-api bfb8068, okxapi/python-okx#92.
		Hosts: []exchanges.Host{
			{Role: roleREST, Region: regionGlobal, URL: "https://www.okx.com"},
			{Role: roleREST, Region: regionEEA, URL: "https://eea.okx.com"},
			{Role: roleREST, Region: regionUS, URL: "https://us.okx.com"},
			// OKX TR has accounts and keys of its own: its API agreement of
			// 2026-03-26 and public clients, read 2026-11-30.
			{Role: roleREST, Region: regionTR, URL: "https://tr.okx.com"},
		},
		Operations: []exchanges.Operation{
			serverTime,
			op(opInspect, pathConfig, poolRead),
			op(opSubAccounts, pathSubAccounts, poolList),
			op(opSubKeys, pathSubKeys, poolKeys),
			write(opIssue, pathSubKeys),
			write(opEdit, pathEdit),
			write(opRevoke, pathRevoke),
		},
		Pools: []exchanges.Pool{
			{Name: poolTime, Per: exchanges.PerIP, Limit: 10, Window: window, Source: docs},
			{Name: poolRead, Per: exchanges.PerUser, Limit: 5, Window: window, Source: docs},
			{Name: poolList, Per: exchanges.PerUser, Limit: 2, Window: window, Source: careful},
			{Name: poolKeys, Per: exchanges.PerUser, Limit: 20, Window: window, Source: docs},
			{Name: poolWrite, Per: exchanges.PerUser, PerOperation: true, Limit: 1, Window: writeWindow, Source: docs},
		},
		TimeOperation: opTime,
		TimeOf:        timeOf,
		Judge:         judge,
	}
}

func timeOf(res exchanges.Response) (time.Time, bool) {
	var w wireAnswer[wireTime]
	if exchanges.Decode(res.Body, &w) != nil || len(w.Data) != 1 {
		return time.Time{}, false
	}
	return exchanges.MilliTime(int64(w.Data[0].TS)).Get()
}
