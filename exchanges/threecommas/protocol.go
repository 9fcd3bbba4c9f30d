package threecommas

import (
	"net/http"
	"time"

	"rekey/exchanges"
)

// Operation names.
const (
	opCheck       = "token check"
	opConnections = "connections"
	opMarkets     = "markets"
)

// roleMain is the host of /public/api.
const roleMain = "main"

// protocol declares all that this adapter may send: reads alone. Of the reads,
// accounts/types_to_connect is left out because it takes an exchange secret in
// its query, and load_balances because it makes 3Commas call the exchange.
func protocol() exchanges.Protocol {
	const (
		docs    = "3commas-official-api-docs 0a55695 (2026-05-07) docs/"
		limits  = docs + "quick-start/9_limits.mdx, read 2026-11-22"
		address = "address"
	)
	op := func(name, path string, signed bool, source string) exchanges.Operation {
		return exchanges.Operation{
			Name: name, Host: roleMain, Method: http.MethodGet, Path: path, Effect: exchanges.ReadOnly,
			Signed: signed, Weight: 1, Pool: address, Source: docs + source + ", read 2026-11-22",
		}
	}
	connections := op(opConnections, "/public/api/ver1/accounts", true, "account/5_list_of_connected_exchanges_and_wallets.mdx")
	connections.Needs = []exchanges.Permission{exchanges.Read} // ACCOUNTS_READ
	return exchanges.Protocol{
		Hosts: []exchanges.Host{{Role: roleMain, URL: "https://api.3commas.io"}},
		Operations: []exchanges.Operation{
			op(opCheck, "/public/api/ver1/validate", true, "quick-start/2_how_to_start.mdx"),
			connections,
			op(opMarkets, "/public/api/ver1/accounts/market_list", false, "market-data/0_supported_markets_list.mdx"),
		},
		// Whose requests are counted is not said. Counting them by address is
		// right for one user, and careful for several.
		Pools: []exchanges.Pool{{Name: address, Per: exchanges.PerIP, Limit: 100, Window: time.Minute, Source: limits}},
		Judge: judge,
	}
}
