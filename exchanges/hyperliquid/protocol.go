package hyperliquid

import (
	"net/http"
	"time"

	"rekey/exchanges"
)

// Operation names.
const (
	opRole   = "role of an address"
	opAgents = "agents of an account"
)

// pathInfo is the one path of public information; what is asked for stands in
// the body.
const pathInfo = "/info"

const roleREST = "rest"

// The environments of rekey.yaml; the first is the default.
const (
	live    = "live"
	testnet = "testnet"
)

// protocol declares all that this adapter may send: two questions, unsigned.
func protocol() exchanges.Protocol {
	const (
		sdk     = "hyperliquid-dex/hyperliquid-python-sdk 7ee976d, read 2026-11-30"
		types   = "@nktkas/hyperliquid 0.28-0.30, read 2026-11-30"
		address = "address"
		// 1200 of weight a minute and address; the weights are inferred.
		aMinute, light, heavy = 1200, 20, 60
	)
	op := func(name string, weight int, source string) exchanges.Operation {
		return exchanges.Operation{
			Name: name, Host: roleREST, Method: http.MethodPost, Path: pathInfo, Effect: exchanges.ReadOnly,
			Weight: weight, Pool: address, Source: source,
		}
	}
	return exchanges.Protocol{
		Hosts: []exchanges.Host{
			{Role: roleREST, Environment: live, URL: "https://api.hyperliquid.xyz"},
			{Role: roleREST, Environment: testnet, URL: "https://api.hyperliquid-testnet.xyz"},
		},
		Operations: []exchanges.Operation{op(opRole, heavy, types), op(opAgents, light, sdk)},
		Pools: []exchanges.Pool{
			{Name: address, Per: exchanges.PerIP, Limit: aMinute, Window: time.Minute, Source: sdk},
		},
		Judge: judge,
	}
}
