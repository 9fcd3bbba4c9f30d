package kraken

import (
	"net/http"
	"time"

	"rekey/exchanges"
)

// Operation names.
const (
	opTime    = "server time"
	opSpot    = "key information"
	opFutures = "derivatives key check"
)

// Paths of the operations.
const (
	pathTime    = "/0/public/Time"
	pathSpot    = "/0/private/GetApiKeyInfo"
	pathFutures = "/api/auth/v1/api-keys/v3/check"
)

// The hosts of the two APIs, which know each other's keys not.
const (
	roleSpot    = "spot"
	roleFutures = "derivatives"
)

// The environments of rekey.yaml; the first is the default. Demo is that of
// derivatives: the spot API has none.
const (
	live = "live"
	demo = "demo"
)

// protocol declares all that this adapter may send. Kraken counts by key, and
// sends no headers. Its counter falls by 0.33 a second from 15, for the lowest
// kind of account: 15 in 45 s.
func protocol() exchanges.Protocol {
	const (
		docs     = "docs.kraken.com/api-reference/account-data/get-api-key-info, read 2026-11-30"
		limits   = "docs.kraken.com/exchange/guides/rest/ratelimits, read 2026-11-30"
		futures  = "krakenfx/kraken-cli aa32814c and docs.kraken.com, read 2026-11-30"
		key      = "key"
		address  = "address"
		costs    = "derivatives costs"
		counter  = 15
		fallsIn  = 45 * time.Second
		perTen   = 500
		interval = 10 * time.Second
		timeCall = 1
	)
	return exchanges.Protocol{
		Hosts: []exchanges.Host{
			{Role: roleSpot, URL: "https://api.kraken.com"},
			{Role: roleFutures, Environment: live, URL: "https://futures.kraken.com"},
			{Role: roleFutures, Environment: demo, URL: "https://demo-futures.kraken.com"},
		},
		Operations: []exchanges.Operation{
			{
				Name: opTime, Host: roleSpot, Method: http.MethodGet, Path: pathTime, Effect: exchanges.ReadOnly,
				Weight: 1, Pool: address, Source: docs,
			},
			{
				Name: opSpot, Host: roleSpot, Method: http.MethodPost, Path: pathSpot, Effect: exchanges.ReadOnly,
				Signed: true, Weight: 1, Pool: key, Source: docs, // "API Key Permissions Required: None"
			},
			{
				Name: opFutures, Host: roleFutures, Method: http.MethodGet, Path: pathFutures, Effect: exchanges.ReadOnly,
				Signed: true, Weight: 1, Pool: costs, Source: futures,
			},
		},
		Pools: []exchanges.Pool{
			// No number is documented for public calls; one a second was seen (ccxt 4.5.84).
			{Name: address, Per: exchanges.PerIP, Limit: timeCall, Window: time.Second, Source: limits},
			{Name: key, Per: exchanges.PerUser, Limit: counter, Window: fallsIn, Source: limits},
			{Name: costs, Per: exchanges.PerUser, Limit: perTen, Window: interval, Source: futures},
		},
		TimeOperation: opTime,
		TimeOf:        timeOf,
		Judge:         judge,
	}
}

func timeOf(res exchanges.Response) (time.Time, bool) {
	var w wireAnswer[wireTime]
	if exchanges.Decode(res.Body, &w) != nil || w.Result == nil {
		return time.Time{}, false
	}
	return seconds(w.Result.UnixTime).Get()
}
