package deribit

import (
	"slices"
	"strings"

	"rekey/exchanges"
)

// The scopes that say what a key may do (docs.deribit.com/articles/access-scope,
// read 2026-11-30), and what the right to write grants. Trading of blocks is
// trading.
func grantsOf(scope string) (grants []exchanges.Permission, known bool) {
	switch scope {
	case "trade", "block_trade", "block_rfq":
		return []exchanges.Permission{exchanges.Trade}, true
	case "wallet":
		return []exchanges.Permission{exchanges.Withdraw, exchanges.Transfer, exchanges.SubaccountTransfer}, true
	case "account":
		return []exchanges.Permission{exchanges.ManageKeys}, true
	default:
		return nil, false
	}
}

// readScopes reads a list of scopes: "account:read trade:read_write …". whole says
// that a scope that is left out is none, as in the max_scope of a key; the scope
// of a token leaves things out without saying so, and then they are not told.
func readScopes(text string, whole bool) (exchanges.Permissions, []string) {
	perms, told := exchanges.Permissions{}, map[string]bool{}
	words := strings.Fields(text)
	strange := false
	for _, word := range words {
		scope, level, _ := strings.Cut(word, ":")
		grants, known := grantsOf(scope)
		switch {
		case known && level == "none":
			told[scope] = true
		case known && level == "read":
			perms, told[scope] = perms.Grant(exchanges.Read), true
		case known && level == "read_write":
			perms, told[scope] = perms.Grant(exchanges.Read).Grant(grants...), true
		case harmless(scope):
		default:
			perms, strange = perms.Grant(exchanges.Unmapped), true
		}
	}
	if strange { // beside a word that nobody here knows, nothing is denied
		return perms, words
	}
	said := func(scopes ...string) bool {
		return whole || !slices.ContainsFunc(scopes, func(s string) bool { return !told[s] })
	}
	if len(words) == 0 {
		return perms, words
	}
	if said("trade") && (whole || told["trade"]) {
		perms = perms.Deny(ungranted(perms, exchanges.Trade)...)
	}
	if said("wallet") {
		perms = perms.Deny(ungranted(perms, exchanges.Withdraw, exchanges.Transfer, exchanges.SubaccountTransfer)...)
	}
	if said("account") {
		perms = perms.Deny(ungranted(perms, exchanges.ManageKeys)...)
	}
	return perms.Deny(exchanges.Spot, exchanges.Margin, exchanges.Futures, exchanges.Options, exchanges.PortfolioMargin,
		exchanges.Earn, exchanges.Unmapped), words
}

// harmless are words of a scope that grant nothing of their own.
func harmless(scope string) bool {
	return slices.Contains([]string{"connection", "session", "mainaccount", "expires", "ip"}, scope)
}

func ungranted(perms exchanges.Permissions, list ...exchanges.Permission) []exchanges.Permission {
	return slices.DeleteFunc(list, func(p exchanges.Permission) bool { on, _ := perms.Has(p).Get(); return on })
}
