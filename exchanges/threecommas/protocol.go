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
	opActivity    = "active entities"
	opUpdate      = "swap of a stored key"
	opRefresh     = "load of balances"
)

// roleMain is the host of /public/api.
const roleMain = "main"

// protocol declares all that this adapter may send. Left out are
// accounts/types_to_connect, which takes an exchange secret in its query, and
// all that trades. load_balances counts as a write: it makes 3Commas use the
// stored key at the exchange, and changes what 3Commas says of it.
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
	connections := op(
		opConnections,
		"/public/api/ver1/accounts",
		true,
		"account/5_list_of_connected_exchanges_and_wallets.mdx",
	)
	connections.Needs = []exchanges.Permission{exchanges.Read} // ACCOUNTS_READ
	activity := op(
		opActivity,
		"/public/api/ver1/accounts/{account_id}/active_trading_entities",
		true,
		"account/6_get_the_list_of_active_entities.mdx",
	)
	activity.Needs = []exchanges.Permission{exchanges.Read} // ACCOUNTS_READ
	write := func(name, path, source string, needs exchanges.Permission) exchanges.Operation {
		o := op(name, path, true, source)
		o.Method, o.Effect, o.Needs = http.MethodPost, exchanges.Writes, []exchanges.Permission{needs}
		return o
	}
	return exchanges.Protocol{
		Hosts: []exchanges.Host{{Role: roleMain, URL: "https://api.3commas.io"}},
		Operations: []exchanges.Operation{
			op(opCheck, "/public/api/ver1/validate", true, "quick-start/2_how_to_start.mdx"),
			connections,
			op(opMarkets, "/public/api/ver1/accounts/market_list", false, "market-data/0_supported_markets_list.mdx"),
			activity,
			write(
				opUpdate,
				"/public/api/ver1/accounts/update",
				"account/4_edit_exchange_account.mdx",
				exchanges.ManageKeys,
			), // ACCOUNTS_WRITE
			write(
				opRefresh,
				"/public/api/ver1/accounts/{account_id}/load_balances",
				"account/9_load_balances_for_specified_exchange.mdx",
				exchanges.Read,
			), // ACCOUNTS_READ
		},
		// Whose requests are counted is not said. Counting them by address is
		// right for one user, and careful for several.
		Pools: []exchanges.Pool{{Name: address, Per: exchanges.PerIP, Limit: 100, Window: time.Minute, Source: limits}},
		Judge: judge,
	}
}
