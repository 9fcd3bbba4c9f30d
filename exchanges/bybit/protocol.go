package bybit

import (
	"net/http"
	"time"

	"rekey/exchanges"
)

// Operation names.
const (
	opTime        = "server time"
	opInspect     = "key information"
	opSubAccounts = "sub-accounts"
	opSubKeys     = "sub-account keys"
	opIssue       = "make sub-account key"
	opEdit        = "change sub-account key"
	opRevoke      = "delete sub-account key"
	opEditSelf    = "change own master key"
	opRevokeSelf  = "delete own master key"
)

// Paths of the operations.
const (
	pathTime        = "/v5/market/time"
	pathInspect     = "/v5/user/query-api"
	pathSubAccounts = "/v5/user/submembers"
	pathSubKeys     = "/v5/user/sub-apikeys"
	pathIssue       = "/v5/user/create-sub-api"
	pathEdit        = "/v5/user/update-sub-api"
	pathRevoke      = "/v5/user/delete-sub-api"
	pathEditSelf    = "/v5/user/update-api"
	pathRevokeSelf  = "/v5/user/delete-api"
)

// roleREST is the host of everything.
const roleREST = "rest"

// The sites and environments of rekey.yaml; the first of each is the default.
const (
	regionGlobal = "global"
	regionEEA    = "eea"

	live    = "live"
	testnet = "testnet"
	demo    = "demo"
)

// regions are the sites, each with accounts and keys of its own.
func regions() []string {
	return []string{regionGlobal, regionEEA, "nl", "tr", "kz", "ge", "ae", "id", "jp"}
}

// hosts are those of the guide. api.bytick.com is a second name of the global
// site, and is not asked.
func hosts() []exchanges.Host {
	host := func(region, environment, url string) exchanges.Host {
		return exchanges.Host{Role: roleREST, Region: region, Environment: environment, URL: url}
	}
	return []exchanges.Host{
		host(regionGlobal, live, "https://api.bybit.com"),
		host(regionEEA, live, "https://api.bybit.eu"),
		host("nl", live, "https://api.bybit.nl"),
		host("tr", live, "https://api.bybit.tr"),
		host("kz", live, "https://api.bybit.kz"),
		host("ge", live, "https://api.bybitgeorgia.ge"),
		host("ae", live, "https://api.bybit.ae"),
		host("id", live, "https://api.bybit.id"),
		host("jp", live, "https://api.manepa.jp"),
		host(regionGlobal, testnet, "https://api-testnet.bybit.com"),
		host("jp", testnet, "https://api-testnet.manepa.jp"),
		host(regionGlobal, demo, "https://api-demo.bybit.com"),
	}
}

// protocol declares all that this adapter may send.
func protocol() exchanges.Protocol {
	const (
		docs = "bybit-exchange/docs 072c197d, docs/v5/user and rate-limit, read 2026-11-30"
		// Limits of a user are so many calls of one endpoint in a second.
		ten, five, one = "10 a second user", "5 a second user", "1 a second user"
		address        = "address"
	)
	op := func(name, path, pool string) exchanges.Operation {
		return exchanges.Operation{
			Name: name, Host: roleREST, Method: http.MethodGet, Path: path, Effect: exchanges.ReadOnly,
			Signed: true, Weight: 1, Pool: pool, Needs: []exchanges.Permission{exchanges.Read}, Source: docs,
		}
	}
	write := func(name, path, pool string) exchanges.Operation {
		o := op(name, path, pool)
		o.Method, o.Effect, o.Needs = http.MethodPost, exchanges.Writes, []exchanges.Permission{exchanges.Transfer}
		return o
	}
	serverTime := op(opTime, pathTime, address)
	serverTime.Signed, serverTime.Needs = false, nil
	userPool := func(name string, limit int) exchanges.Pool {
		return exchanges.Pool{
			Name: name, Per: exchanges.PerUser, PerOperation: true, Limit: limit, Window: time.Second, Source: docs,
		}
	}
	return exchanges.Protocol{
		Hosts: hosts(),
		Operations: []exchanges.Operation{
			serverTime,
			op(opInspect, pathInspect, ten),
			op(opSubAccounts, pathSubAccounts, five),
			op(opSubKeys, pathSubKeys, ten),
			write(opIssue, pathIssue, one),
			write(opEdit, pathEdit, five),
			write(opRevoke, pathRevoke, five),
			write(opEditSelf, pathEditSelf, five),
			write(opRevokeSelf, pathRevokeSelf, five),
		},
		Pools: []exchanges.Pool{
			{Name: address, Per: exchanges.PerIP, Shared: true, Limit: 600, Window: 5 * time.Second, Source: docs},
			userPool(ten, 10), userPool(five, 5), userPool(one, 1),
		},
		TimeOperation: opTime,
		TimeOf:        timeOf,
		Judge:         judge,
		Usage:         usage,
	}
}

func timeOf(res exchanges.Response) (time.Time, bool) {
	var w wireAnswer[wireTime]
	if exchanges.Decode(res.Body, &w) != nil || w.Result == nil {
		return time.Time{}, false
	}
	const nanosPerMilli = 1e6
	return exchanges.MilliTime(int64(w.Result.TimeNano) / nanosPerMilli).Get()
}
