package coinbaseexchange

import (
	"net/http"
	"time"

	"rekey/exchanges"
)

// Operation names.
const (
	opTime     = "server time"
	opProfiles = "profiles"
	opAccounts = "accounts"
)

// roleMain is the host of the API.
const roleMain = "main"

const (
	pathTime     = "/time"
	pathProfiles = "/profiles"
	pathAccounts = "/accounts"
)

// protocol declares all that this adapter may send. The documents allow bursts
// of about twice the steady rates; rekey keeps to the steady ones.
func protocol() exchanges.Protocol {
	const (
		limits       = "docs.cdp.coinbase.com exchange/rest-api/rate-limits (2025-11-30), read 2026-11-22"
		poolPrivate  = "private"
		poolAccounts = "accounts"
		poolPublic   = "public"
	)
	op := func(name, path, pool, source string) exchanges.Operation {
		return exchanges.Operation{
			Name: name, Host: roleMain, Method: http.MethodGet, Path: path, Effect: exchanges.ReadOnly,
			Signed: true, Weight: 1, Pool: pool, Needs: []exchanges.Permission{exchanges.Read}, Source: source,
		}
	}
	serverTime := op(opTime, pathTime, poolPublic, "docs.cdp.coinbase.com exchange/rest-api/authentication (2025-11-30)")
	serverTime.Signed, serverTime.Needs = false, nil
	return exchanges.Protocol{
		Hosts: []exchanges.Host{{Role: roleMain, URL: "https://api.exchange.coinbase.com"}},
		Operations: []exchanges.Operation{
			serverTime,
			op(opProfiles, pathProfiles, poolPrivate, "docs.cdp.coinbase.com exchangerestapi_getprofiles, read 2026-11-22"),
			op(opAccounts, pathAccounts, poolAccounts, "docs.cdp.coinbase.com exchangerestapi_getaccounts, read 2026-11-22"),
		},
		Pools: []exchanges.Pool{
			{Name: poolPrivate, Per: exchanges.PerUser, Limit: 15, Window: time.Second, Source: limits},
			{Name: poolAccounts, Per: exchanges.PerUser, Limit: 25, Window: time.Second, Source: limits},
			{Name: poolPublic, Per: exchanges.PerIP, Limit: 10, Window: time.Second, Source: limits},
		},
		TimeOperation: opTime,
		TimeOf:        timeOf,
		Judge:         judge,
	}
}

// timeOf reads /time: "epoch" are decimal seconds, "iso" is the same as text.
func timeOf(res exchanges.Response) (time.Time, bool) {
	var w wireTime
	if exchanges.Decode(res.Body, &w) != nil {
		return time.Time{}, false
	}
	if t, err := time.Parse(time.RFC3339Nano, w.ISO); err == nil {
		return t, true
	}
	seconds, err := w.Epoch.Float64()
	if err != nil || seconds < 0 || seconds > 1e11 {
		return time.Time{}, false
	}
	return exchanges.MilliTime(int64(seconds * 1000)).Get()
}
