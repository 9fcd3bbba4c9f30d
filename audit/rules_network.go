package audit

import (
	"slices"

	"rekey/exchanges"
)

// agentHolder is the word of shared_with that says that an AI agent holds a key.
const agentHolder = "agent"

// networkRules are the rules about keys without an IP whitelist.
func networkRules() []Rule {
	return []Rule{
		{
			ID: "NET-01", Title: "Can trade, no IP whitelist", Brief: "trades, any IP", Severity: High,
			Why: "A leaked secret works from anywhere. With a whitelist it is useless elsewhere; every " +
				"exchange read advises one.",
			Remedy: "Bind the key to the addresses it is used from.",
			When: "The exchange says that the key has no IP whitelist, and it may trade, transfer, withdraw, manage keys, " +
				"or something that rekey does not know. Where shared_with names agent, it is critical.",
			Refs: []string{"CWE-923", "OWASP NHI4:2025"},
			Check: func(s Subject, _ *Desk) []Verdict {
				if !mayLive(s) {
					return nil
				}
				trade := mayTrade(s.Key)
				what := "whether there is an IP whitelist"
				if s.Key.Whitelist.Restricted.IsKnown() {
					what = "whether the key may trade, and it has no IP whitelist"
				}
				detail := "any address may use the key, which has " + permissionsOf(dangerous(s.Key))
				v := Verdict{Detail: detail}
				if slices.Contains(s.Inventory.SharedWith, agentHolder) {
					v.Severity = Critical
					v.Detail += "; an AI agent holds it, and what the agent reads may make it send the key away"
				}
				return judge(both(trade, not(s.Key.Whitelist.Restricted)), v, unsaid(s, what))
			},
			Fires: []Example{
				{
					Words:    "A trading key that any address may use.",
					Subject:  sample("grid", "binance", fromAnywhere),
					Severity: High,
				},
				{
					Words:   "A trading key of an AI agent that any address may use.",
					Subject: sample("grid", "binance", fromAnywhere, sharedWith(agentHolder)), Severity: Critical,
				},
			},
			Silent: []Example{
				{Words: "A trading key for one address.", Subject: sample("grid", "binance")},
				{
					Words:   "A trading key with a list that the exchange does not show.",
					Subject: sample("grid", "binance", listUnseen),
				},
				{
					Words:   "A tracker's key that any address may use.",
					Subject: sample("tracker", "binance", may(exchanges.Read), fromAnywhere),
				},
			},
			Unsure: []Example{
				{Words: "The exchange does not say whether there is a list.", Subject: sample("grid", "coinbase", listUntold)},
				{
					Words:   "The exchange says that there is no list, and not what the key may do.",
					Subject: sample("grid", "okx", fromAnywhere, permissionsUntold),
				},
			},
		},
		{
			ID: "NET-02", Title: "Read-only key, no IP whitelist", Brief: "no IP whitelist", Severity: Low,
			Why:    "Balances, positions and addresses tell an attacker whom to choose.",
			Remedy: "Bind the key to the addresses it is used from.",
			When:   "The exchange says that the key has no IP whitelist, and that it may do nothing but read.",
			Refs:   []string{"CWE-923", "OWASP NHI4:2025"},
			Check: func(s Subject, _ *Desk) []Verdict {
				if !mayLive(s) {
					return nil
				}
				detail := "any address may use the key, which can only read"
				what := "whether there is an IP whitelist"
				if s.Key.Whitelist.Restricted.IsKnown() {
					what = "what the key may do, and it has no IP whitelist"
				}
				return judge(both(not(mayTrade(s.Key)), not(s.Key.Whitelist.Restricted)), Verdict{Detail: detail}, unsaid(s, what))
			},
			Fires: []Example{{
				Words:   "A tracker's key that any address may use.",
				Subject: sample("tracker", "binance", may(exchanges.Read), fromAnywhere), Severity: Low,
			}},
			Silent: []Example{
				{Words: "A tracker's key for one address.", Subject: sample("tracker", "binance", may(exchanges.Read))},
				{Words: "A trading key is NET-01's.", Subject: sample("grid", "binance", fromAnywhere)},
			},
			Unsure: []Example{{
				Words:   "A tracker's key; whether it has a list nobody says.",
				Subject: sample("tracker", "coinbase", may(exchanges.Read), listUntold),
			}},
		},
	}
}
