package kucoin

import (
	"net/http"
	"strconv"
	"time"

	"rekey/exchanges"
)

// Operation names.
const (
	opTime        = "server time"
	opAddress     = "seen address"
	opInspect     = "key info"
	opSubAccounts = "sub-accounts"
	opSubKeys     = "sub-account keys"
	opIssue       = "make sub-account key"
	opEdit        = "change sub-account key"
	opRevoke      = "delete sub-account key"
)

// Paths of the signed operations.
const (
	pathInspect     = "/api/v1/user/api-key"
	pathSubAccounts = "/api/v2/sub/user"
	pathSubKeys     = "/api/v1/sub/api-key"
	pathEdit        = "/api/v1/sub/api-key/update"
)

// roleSpot is the host of everything about accounts and keys.
const roleSpot = "spot"

// protocol declares all that this adapter may send.
//
// Pools: docs-new/rate-limit, read 2026-11-22, for accounts without VIP level;
// others have more. Weights: x-api-rate-limit-weight in the specification of
// kucoin-universal-sdk 78c90c7 (2025-11-04).
func protocol() exchanges.Protocol {
	const (
		spec           = "kucoin-universal-sdk 78c90c7 spec/rest/api, 2025-11-04"
		limits         = "kucoin.com/docs-new/rate-limit, read 2026-11-22"
		poolPublic     = "public"
		poolManagement = "management"
	)
	op := func(name, path string) exchanges.Operation {
		return exchanges.Operation{
			Name: name, Host: roleSpot, Method: http.MethodGet, Path: path, Effect: exchanges.ReadOnly,
			Signed: true, Weight: 20, Pool: poolManagement, Needs: []exchanges.Permission{exchanges.Read}, Source: spec,
		}
	}
	// The specification lists these under General, the "read-only" permission.
	write := func(name, method, path string, weight int) exchanges.Operation {
		o := op(name, path)
		o.Method, o.Effect, o.Weight = method, exchanges.Writes, weight
		return o
	}
	return exchanges.Protocol{
		Hosts: []exchanges.Host{
			{Role: roleSpot, Region: regionGlobal, URL: "https://api.kucoin.com"},
			{Role: roleSpot, Region: regionEU, URL: "https://api.kucoin.eu"},
		},
		Operations: []exchanges.Operation{
			{
				Name: opTime, Host: roleSpot, Method: http.MethodGet, Path: "/api/v1/timestamp", Effect: exchanges.ReadOnly,
				Weight: 3, Pool: poolPublic, Source: spec,
			},
			{
				Name: opAddress, Host: roleSpot, Method: http.MethodGet, Path: "/api/v1/my-ip", Effect: exchanges.ReadOnly,
				Pool: poolPublic, Source: spec, // weight 0
			},
			op(opInspect, pathInspect),
			op(opSubAccounts, pathSubAccounts),
			op(opSubKeys, pathSubKeys),
			write(opIssue, http.MethodPost, pathSubKeys, 20),
			write(opEdit, http.MethodPost, pathEdit, 30),
			write(opRevoke, http.MethodDelete, pathSubKeys, 30),
		},
		Pools: []exchanges.Pool{
			{Name: poolPublic, Per: exchanges.PerIP, Limit: 2000, Window: 30 * time.Second, Source: limits},
			{Name: poolManagement, Per: exchanges.PerUser, Limit: 2000, Window: 30 * time.Second, Source: limits},
		},
		TimeOperation: opTime,
		TimeOf:        timeOf,
		Judge:         judge,
		Usage:         usage,
	}
}

func timeOf(res exchanges.Response) (time.Time, bool) {
	var ms exchanges.Number
	if read(opTime, res, &ms) != nil {
		return time.Time{}, false
	}
	return exchanges.MilliTime(int64(ms)).Get()
}

// addressOf reads the address that KuCoin sees the caller come from. The
// documented example is masked.
func addressOf(res exchanges.Response) (string, bool) {
	var address string
	err := read(opAddress, res, &address)
	return address, err == nil && address != ""
}

// usage reads what is left of the pool. An account with a VIP level has more
// left than the pool that rekey counts with, which is fine.
func usage(_ exchanges.Operation, h http.Header) (exchanges.Usage, bool) {
	remaining, err := strconv.Atoi(h.Get("gw-ratelimit-remaining"))
	if err != nil || remaining < 0 {
		return exchanges.Usage{}, false
	}
	return exchanges.Usage{Used: -1, Remaining: remaining, Reset: reset(h)}, true
}

// reset reads how long it takes until the pool is full again, in milliseconds
// (docs-new/rate-limit). What is no such time counts as not told: a mistake
// here would silence rekey for hours.
func reset(h http.Header) time.Duration {
	ms, err := strconv.ParseInt(h.Get("gw-ratelimit-reset"), 10, 64)
	if err != nil || ms <= 0 || ms > (10*time.Minute).Milliseconds() {
		return 0
	}
	return time.Duration(ms) * time.Millisecond
}
