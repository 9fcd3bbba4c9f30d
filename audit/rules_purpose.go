package audit

import (
	"slices"

	"rekey/exchanges"
)

// purposeRules is PERM-06.
func purposeRules() []Rule {
	tracker := forPurpose(exchanges.Read)
	return []Rule{{
		ID: "PERM-06", Title: "trade permission on a read-only use", Severity: High,
		Why:    "A tax tool or tracker needs to read. What it may do besides is what a breach there costs.",
		Remedy: "Replace the key by one with the permissions of its purpose and no others.",
		When: "The inventory gives the key a purpose without a trading permission, and the key may trade: high. " +
			"Any other power beyond the purpose (another market, transfer, withdraw, manage_keys): medium. A purpose of `trade` covers every market, " +
			"and the single `trade` of an exchange is covered by any market. Not applicable without a purpose.",
		Refs: []string{"CWE-250", "OWASP NHI5:2025"},
		Check: func(s Subject, _ *Desk) []Verdict {
			if !mayLive(s) || len(s.Inventory.Purpose) == 0 {
				return nil
			}
			over := surplus(s)
			detail := "its purpose is " + permissionsOf(s.Inventory.Purpose) + "; it also has " + permissionsOf(over)
			switch {
			case slices.ContainsFunc(over, isTrading) && !slices.ContainsFunc(s.Inventory.Purpose, isTrading):
				return failed(detail)
			case len(over) > 0:
				return []Verdict{{
					Outcome: Fail, Severity: Medium, Title: "permissions beyond the purpose", Detail: detail,
				}}
			case !s.Key.Permissions.HasAny(uncovered(s.Inventory.Purpose)...).IsKnown():
				return cannotTell(unsaid(s, "whether the key may do more than its purpose"))
			}
			return passed()
		},
		Fires: []Example{
			{Words: "A tax tool's key may trade.", Subject: sample("tax", "kucoin", tracker), Severity: High},
			{
				Words: "A spot bot's key may trade futures too.",
				Subject: sample("grid", "kucoin", may(exchanges.Read, exchanges.Spot, exchanges.Futures),
					forPurpose(exchanges.Read, exchanges.Spot)),
				Severity: Medium,
			},
		},
		Silent: []Example{
			{Words: "A tax tool's key may read.", Subject: sample("tax", "kucoin", tracker, may(exchanges.Read))},
			{Words: "A key whose purpose nobody wrote down.", Subject: sample("grid", "kucoin")},
			{
				Words: "A spot bot at an exchange with one trading permission.",
				Subject: sample("grid", "okx", may(exchanges.Read, exchanges.Trade),
					forPurpose(exchanges.Read, exchanges.Spot)),
			},
		},
		Unsure: []Example{{
			Words:   "A tax tool's key of which the exchange tells no permissions.",
			Subject: sample("tax", "kucoin", tracker, permissionsUntold),
		}},
	}}
}

func isTrading(p exchanges.Permission) bool {
	return slices.Contains(exchanges.TradingPermissions(), p)
}

// surplus returns the granted powers above reading that the purpose does not
// cover. An unmapped one is left to PERM-18.
func surplus(s Subject) []exchanges.Permission {
	return slices.DeleteFunc(dangerous(s.Key), func(p exchanges.Permission) bool {
		return p == exchanges.Unmapped || covers(s.Inventory.Purpose, p)
	})
}

// uncovered returns the powers that the purpose does not cover and that
// exchanges speak of.
func uncovered(purpose []exchanges.Permission) []exchanges.Permission {
	return slices.DeleteFunc(append(tradingPowers(), exchanges.Withdraw), func(p exchanges.Permission) bool {
		return covers(purpose, p)
	})
}

func covers(purpose []exchanges.Permission, p exchanges.Permission) bool {
	switch {
	case slices.Contains(purpose, p):
		return true
	case p == exchanges.Trade:
		return slices.ContainsFunc(purpose, isTrading)
	}
	return isTrading(p) && slices.Contains(purpose, exchanges.Trade)
}
