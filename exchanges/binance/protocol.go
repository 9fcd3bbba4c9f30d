package binance

import (
	"net/http"
	"strconv"
	"time"

	"rekey/exchanges"
)

// Operation names.
const (
	opTime        = "server time"
	opInspect     = "key permissions"
	opAccount     = "account"
	opSubAccounts = "sub-accounts"
	opSubKeys     = "sub-account keys"
	opSubKeyIPs   = "sub-account key addresses"
	opMarginKeys  = "margin special keys"

	opIssue         = "make sub-account key"
	opRevoke        = "delete sub-account key"
	opPermit        = "set sub-account key permissions"
	opRestrict      = "set sub-account key addresses"
	opUnlist        = "take sub-account key addresses off"
	opIssueMargin   = "make margin special key"
	opRevokeMargin  = "delete margin special key"
	opAddressMargin = "set margin special key addresses"
)

// Paths that more than one place has to know.
const (
	pathSubKeys    = "/sapi/v1/sub-account/subAccountApi"
	pathSubKeyIPs  = "/sapi/v1/sub-account/subAccountApi/ipRestriction"
	pathPermit     = "/sapi/v1/sub-account/subAccountApiPermission"
	pathRestrict   = "/sapi/v2/sub-account/subAccountApi/ipRestriction" // v1 was discontinued on 2023-01-13
	pathUnlist     = "/sapi/v1/sub-account/subAccountApi/ipRestriction/ipList"
	pathMarginKeys = "/sapi/v1/margin/api-key-list"
	pathMarginKey  = "/sapi/v1/margin/apiKey"
	pathMarginIPs  = "/sapi/v1/margin/apiKey/ip"
)

// roleMain is the host of /api and /sapi.
const roleMain = "main"

// protocol declares all that this adapter may send.
//
// Weights: binance-connector-python 29da329 (2026-08-21). Limits:
// developers.binance.com products/caas/basics/4.rate-limits, read 2026-11-22:
// all of /api shares 6,000 a minute per address; each /sapi endpoint has
// 12,000 a minute per address or 180,000 a minute per user, of its own.
func protocol() exchanges.Protocol {
	const (
		account  = "developers.binance.com wallet/account, read 2026-11-22"
		sub      = "developers.binance.com catalog/vip-and-institutional-sub-account, read 2026-11-22"
		margin   = "developers.binance.com core-trading-margin-trading, read 2026-11-22"
		limits   = "developers.binance.com products/caas/basics/4.rate-limits, read 2026-11-22"
		poolAPI  = "api address"
		poolIP   = "sapi address"
		poolUser = "sapi user"
	)
	op := func(name, path, pool string, weight int, source string) exchanges.Operation {
		return exchanges.Operation{
			Name: name, Host: roleMain, Method: http.MethodGet, Path: path, Effect: exchanges.ReadOnly,
			Signed: true, Weight: weight, Pool: pool, Needs: []exchanges.Permission{exchanges.Read}, Source: source,
		}
	}
	// The pages ask for "Enable Spot & Margin Trading" in the calling key for
	// the addresses and the special keys, and are titled TRADE for the rest.
	write := func(name, method, path string, weight int, source string) exchanges.Operation {
		o := op(name, path, poolUser, weight, source)
		o.Method, o.Effect, o.Needs = method, exchanges.Writes, []exchanges.Permission{exchanges.Spot}
		return o
	}
	serverTime := op(opTime, "/api/v3/time", poolAPI, 1, "binance-spot-api-docs rest-api.md, 2026-07-21")
	serverTime.Signed, serverTime.Needs = false, nil
	inspect := op(opInspect, "/sapi/v1/account/apiRestrictions", poolIP, 1, account)
	inspect.Needs = nil // any valid key
	return exchanges.Protocol{
		Hosts: []exchanges.Host{
			{Role: roleMain, Environment: "live", URL: "https://api.binance.com"},
			{Role: roleMain, Environment: "testnet", URL: "https://testnet.binance.vision"},
			{Role: roleMain, Environment: "demo", URL: "https://demo-api.binance.com"},
		},
		Operations: []exchanges.Operation{
			serverTime,
			inspect,
			op(opAccount, "/api/v3/account", poolAPI, 20, "binance-spot-api-docs rest-api.md, 2026-07-21"),
			op(opSubAccounts, "/sapi/v1/sub-account/list", poolIP, 1, sub),
			op(opSubKeys, pathSubKeys, poolUser, 3000, sub),
			op(opSubKeyIPs, pathSubKeyIPs, poolUser, 3000, sub),
			op(opMarginKeys, pathMarginKeys, poolUser, 1, margin),
			write(opIssue, http.MethodPost, pathSubKeys, 3000, sub),
			write(opRevoke, http.MethodDelete, pathSubKeys, 3000, sub),
			write(opPermit, http.MethodPost, pathPermit, 3000, sub),
			write(opRestrict, http.MethodPost, pathRestrict, 3000, sub),
			write(opUnlist, http.MethodDelete, pathUnlist, 3000, sub),
			write(opIssueMargin, http.MethodPost, pathMarginKey, 1, margin),
			write(opRevokeMargin, http.MethodDelete, pathMarginKey, 1, margin),
			write(opAddressMargin, http.MethodPut, pathMarginIPs, 1, margin),
		},
		Pools: []exchanges.Pool{
			{Name: poolAPI, Per: exchanges.PerIP, Limit: 6000, Window: time.Minute, Source: limits},
			{Name: poolIP, Per: exchanges.PerIP, PerOperation: true, Limit: 12000, Window: time.Minute, Source: limits},
			{Name: poolUser, Per: exchanges.PerUser, PerOperation: true, Limit: 180000, Window: time.Minute, Source: limits},
		},
		TimeOperation: opTime,
		TimeOf:        timeOf,
		Judge:         judge,
		Usage:         usage,
	}
}

func timeOf(res exchanges.Response) (time.Time, bool) {
	var t wireTime
	if exchanges.Decode(res.Body, &t) != nil {
		return time.Time{}, false
	}
	return exchanges.MilliTime(int64(t.ServerTime)).Get()
}

// usage reads the weight headers. The window is the clock minute.
func usage(op exchanges.Operation, h http.Header) (exchanges.Usage, bool) {
	name := map[string]string{
		"api address": "X-MBX-USED-WEIGHT-1M", "sapi address": "X-SAPI-USED-IP-WEIGHT-1M",
		"sapi user": "X-SAPI-USED-UID-WEIGHT-1M",
	}[op.Pool]
	used, err := strconv.Atoi(h.Get(name))
	if err != nil || used < 0 {
		return exchanges.Usage{}, false
	}
	return exchanges.Usage{Used: used, Remaining: -1}, true
}
