package coinbase

import (
	"net/http"
	"strconv"
	"time"

	"rekey/exchanges"
)

// Operation names.
const (
	opTime    = "server time"
	opInspect = "key permissions"
)

// roleMain is the host of the API.
const roleMain = "main"

// hostMain is the name that Coinbase checks tokens for.
const hostMain = "api.coinbase.com"

const (
	pathTime    = "/api/v3/brokerage/time"
	pathInspect = "/api/v3/brokerage/key_permissions"
)

// protocol declares all that this adapter may send.
func protocol() exchanges.Protocol {
	const (
		limits      = "ccxt 4.5.84 js/src/coinbase.js, apis.io; read 2026-11-22"
		poolUser    = "private"
		poolAddress = "public"
	)
	return exchanges.Protocol{
		Hosts: []exchanges.Host{{Role: roleMain, URL: "https://" + hostMain}},
		Operations: []exchanges.Operation{
			{
				Name: opTime, Host: roleMain, Method: http.MethodGet, Path: pathTime, Effect: exchanges.ReadOnly,
				Weight: 1, Pool: poolAddress, Source: "docs.cdp.coinbase.com rest-api/public/get-server-time, read 2026-11-22",
			},
			{
				Name: opInspect, Host: roleMain, Method: http.MethodGet, Path: pathInspect,
				Effect: exchanges.ReadOnly, Signed: true,
				Weight: 1, Pool: poolUser, Source: "docs.cdp.coinbase.com data-api/get-api-key-permissions, 2026-07-05",
			},
		},
		Pools: []exchanges.Pool{
			{Name: poolUser, Per: exchanges.PerUser, Limit: 30, Window: time.Second, Source: limits},
			{Name: poolAddress, Per: exchanges.PerIP, Limit: 10, Window: time.Second, Source: limits},
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
	for _, ms := range []int64{int64(w.EpochMillis), int64(w.EpochSeconds) * 1000} {
		if t, ok := exchanges.MilliTime(ms).Get(); ok {
			return t, true
		}
	}
	t, err := time.Parse(time.RFC3339Nano, w.ISO)
	return t, err == nil
}

// usage reads what is left of the limit (coinbase-advanced-py names the
// headers). The unit of x-ratelimit-reset is not told; the window is a second.
func usage(_ exchanges.Operation, h http.Header) (exchanges.Usage, bool) {
	left, err := strconv.Atoi(h.Get("x-ratelimit-remaining"))
	if err != nil || left < 0 {
		return exchanges.Usage{}, false
	}
	return exchanges.Usage{Used: -1, Remaining: left}, true
}
