package audit

import (
	"slices"

	"rekey/exchanges"
)

func permissionRules() []Rule {
	return slices.Concat(withdrawRules(), transferRules(), purposeRules(), []Rule{masterKey(), unknownPower()})
}

// withdrawRules are PERM-01 to PERM-03.
func withdrawRules() []Rule {
	draws := may(exchanges.Read, exchanges.Spot, exchanges.Withdraw)
	withdraw := func(s Subject) exchanges.Fact[bool] { return s.Key.Permissions.Has(exchanges.Withdraw) }
	noList := func(s Subject) exchanges.Fact[bool] { return not(s.Key.Whitelist.Restricted) }
	return []Rule{
		{
			ID: "PERM-01", Title: "Can withdraw", Brief: "can withdraw", Severity: High,
			Why: "Whoever holds the secret can send the money away. A withdrawal by API may skip the second factor " +
				"that the web page asks for.",
			Remedy: "Turn withdrawal off. Where it is needed, keep it on a key of its own, with an IP whitelist and a list " +
				"of withdrawal addresses.",
			When: "The exchange says that the key may withdraw.",
			Refs: []string{"CWE-250", "OWASP NHI5:2025", "CCSS 1.04"},
			Check: func(s Subject, _ *Desk) []Verdict {
				if !mayLive(s) {
					return nil
				}
				return judge(withdraw(s), Verdict{Detail: "the key may withdraw"}, unsaid(s, "whether the key may withdraw"))
			},
			Fires: []Example{
				{Words: "A payout bot's key may withdraw.", Subject: sample("payout", "okx", draws), Severity: High},
			},
			Silent: []Example{{Words: "A grid bot's key may read and trade spot.", Subject: sample("grid", "okx")}},
			Unsure: []Example{
				{Words: "The exchange does not tell permissions.", Subject: sample("grid", "okx", permissionsUntold)},
			},
		},
		{
			ID: "PERM-02", Title: "Can withdraw, no IP whitelist", Brief: "withdraws, any IP", Severity: Critical,
			Why:    "The secret alone is enough to empty the account, from anywhere.",
			Remedy: "Turn withdrawal off now, or bind the key to fixed addresses.",
			When:   "The key may withdraw, and the exchange says that it has no IP whitelist.",
			Refs:   []string{"CWE-923", "OWASP NHI5:2025"},
			Check: func(s Subject, _ *Desk) []Verdict {
				if !mayLive(s) {
					return nil
				}
				what := "whether the key may withdraw"
				if withdraw(s).IsKnown() {
					what = "whether there is an IP whitelist, and the key may withdraw"
				}
				return judge(
					both(withdraw(s), noList(s)),
					Verdict{Detail: "the key may withdraw from any address"},
					unsaid(s, what),
				)
			},
			Fires: []Example{{
				Words:   "A key may withdraw, and any address may use it.",
				Subject: sample("payout", "okx", draws, fromAnywhere), Severity: Critical,
			}},
			Silent: []Example{
				{Words: "A key may withdraw from one address.", Subject: sample("payout", "okx", draws)},
				{Words: "A key without a list cannot withdraw.", Subject: sample("grid", "okx", fromAnywhere)},
			},
			Unsure: []Example{{
				Words:   "A key may withdraw; whether it has a list nobody says.",
				Subject: sample("payout", "coinbase", draws, listUntold),
			}},
		},
		{
			ID: "PERM-03", Title: "Can withdraw, and a vendor has the key",
			Brief: "vendor withdraws", Severity: Critical,
			Why:    "Bots and trackers never need to withdraw. A breach at the vendor then costs the whole account.",
			Remedy: "Revoke the key and give the vendor a new one without withdrawal.",
			When:   "The key may withdraw, and shared_with names a vendor or a vendor says that it holds the key.",
			Refs:   []string{"OWASP NHI3:2025", "OWASP NHI5:2025"},
			Check: func(s Subject, _ *Desk) []Verdict {
				if !mayLive(s) || len(s.Inventory.SharedWith) == 0 {
					return nil
				}
				detail := "the key may withdraw and was given to " + vendorsOf(s)
				return judge(withdraw(s), Verdict{Detail: detail}, unsaid(s, "whether the key may withdraw"))
			},
			Fires: []Example{{
				Words:   "A tax tool holds a key that may withdraw.",
				Subject: sample("tax", "kucoin", draws, sharedWith("cointracking")), Severity: Critical,
			}},
			Silent: []Example{
				{Words: "A bot service holds a key for spot trading.", Subject: sample("grid", "kucoin", sharedWith("3commas"))},
				{Words: "A key that may withdraw was given to nobody.", Subject: sample("payout", "kucoin", draws)},
			},
			Unsure: []Example{{
				Words:   "A bot service holds a key of which the exchange tells no permissions.",
				Subject: sample("grid", "kucoin", permissionsUntold, sharedWith("3commas")),
			}},
		},
	}
}

// vendorsOf lists the vendors of a key, quoted.
func vendorsOf(s Subject) string {
	var out []string
	for _, v := range s.Inventory.SharedWith {
		out = append(out, quoted(v))
	}
	return listed(out)
}

// transferRules are PERM-04 and PERM-05.
func transferRules() []Rule {
	return []Rule{
		transferRule(Rule{
			ID: "PERM-04", Title: "Can transfer between master and sub-accounts", Brief: "moves funds",
			Why: "A thief moves the whole desk's money into the account that they can trade.",
		}, exchanges.SubaccountTransfer),
		transferRule(Rule{
			ID: "PERM-05", Title: "Can transfer between own wallets", Brief: "moves funds",
			Why: "A thief moves spot funds into margin or futures, where a trade against themselves costs more.",
		}, exchanges.Transfer),
	}
}

func transferRule(r Rule, power exchanges.Permission) Rule {
	r.Severity = High
	r.Remedy = "Turn " + string(power) + " off, or move it to a key of its own with a narrow IP whitelist."
	r.When = "The exchange grants " + string(
		power,
	) + ". Where the key's purpose names it, the severity follows capability and IP whitelist " +
		"(high without a list, medium with a wide one, low with a tight one), because then it is needed " +
		"and only its reach counts."
	r.Refs = []string{"CWE-250", "OWASP NHI5:2025"}
	r.Check = func(s Subject, _ *Desk) []Verdict {
		if !mayLive(s) {
			return nil
		}
		v := Verdict{Detail: "the key has " + string(power)}
		if slices.Contains(s.Inventory.Purpose, power) {
			v.Detail += ", which its purpose names"
			v.Severity = SeverityOf(CanTrade, opennessOf(s.Key))
		}
		return judge(s.Key.Permissions.Has(power), v, unsaid(s, "whether the key has "+string(power)))
	}
	moves := may(exchanges.Read, exchanges.Spot, power)
	r.Fires = []Example{
		{Words: "A spot bot's key may move funds too.", Subject: sample("grid", "binance", moves), Severity: High},
		{
			Words:   "A treasury key whose purpose is to move funds, on one address.",
			Subject: sample("treasury", "binance", moves, forPurpose(exchanges.Read, exchanges.Spot, power)), Severity: Low,
		},
	}
	r.Silent = []Example{{Words: "A spot bot's key moves nothing.", Subject: sample("grid", "binance")}}
	r.Unsure = []Example{
		{Words: "The exchange does not tell permissions.", Subject: sample("grid", "binance", permissionsUntold)},
	}
	return r
}

func masterKey() Rule {
	return Rule{
		ID: "PERM-15", Title: "Master account's key where a sub-account's would do",
		Brief: "master's key", Severity: High,
		Why:    "A key of a sub-account can lose that sub-account's balance and no more.",
		Remedy: "Make a sub-account for this use, fund it with what the use needs, and trade with a key of it.",
		When: "The key belongs to the master account and may trade or withdraw. The severity follows " +
			"capability and IP whitelist: " +
			"a trading key is high without a list, medium with a list that is wide or not shown, low with a tight one.",
		Refs: []string{"OWASP NHI8:2025", "CCSS 1.04"},
		Check: func(s Subject, _ *Desk) []Verdict {
			if !mayLive(s) {
				return nil
			}
			master := exchanges.Unknown[bool]()
			switch s.Key.Ref.Account.Kind {
			case exchanges.AccountMaster:
				master = exchanges.Known(true)
			case exchanges.AccountSub:
				master = exchanges.Known(false)
			case exchanges.AccountUnknown:
			}
			trade := s.Key.Permissions.HasAny(append(exchanges.TradingPermissions(), exchanges.Withdraw)...)
			capability, _ := capabilityOf(s.Key)
			what := "whether the key belongs to the master account"
			if master.IsKnown() {
				what = "whether the master account's key may trade"
			}
			return judge(both(master, trade), Verdict{
				Severity: min(SeverityOf(capability, opennessOf(s.Key)), High),
				Detail:   "the key of the master account has " + permissionsOf(dangerous(s.Key)),
			}, unsaid(s, what))
		},
		Fires: []Example{
			{
				Words:   "A bot trades with a key of the master account, from anywhere.",
				Subject: sample("grid", "kucoin", account(exchanges.AccountMaster), fromAnywhere), Severity: High,
			},
			{
				Words:   "The same key on one address.",
				Subject: sample("grid", "kucoin", account(exchanges.AccountMaster)), Severity: Low,
			},
		},
		Silent: []Example{
			{Words: "A bot trades with a sub-account's key.", Subject: sample("grid", "kucoin")},
			{
				Words:   "A tracker reads the master account.",
				Subject: sample("tracker", "kucoin", account(exchanges.AccountMaster), may(exchanges.Read)),
			},
		},
		Unsure: []Example{{
			Words:   "The exchange does not say whose account it is.",
			Subject: sample("grid", "binance", account(exchanges.AccountUnknown)),
		}},
	}
}

func unknownPower() Rule {
	odd := func(s *Subject) {
		may(exchanges.Read, exchanges.Unmapped)(s)
		s.Key.Raw = []string{"General", "LeadtradeFutures"}
	}
	return Rule{
		ID: "PERM-18", Title: "Has a permission that rekey does not know", Brief: "unknown power", Severity: Medium,
		Why: "The exchange gave the key a power that this version cannot judge. It may be harmless, and it may not.",
		Remedy: "Look the word up at the exchange (permissions_raw has it), take it off the key if the key does not need " +
			"it, and report the word to the project.",
		When: "An answer of the exchange holds a permission that is not mapped. Other rules count it as trading.",
		Refs: []string{"CWE-250"},
		Check: func(s Subject, _ *Desk) []Verdict {
			if !mayLive(s) {
				return nil
			}
			unknown, _ := s.Key.Permissions.Has(exchanges.Unmapped).Get()
			switch {
			case unknown:
				return failed("one of the words in permissions_raw is not known to rekey")
			case !s.Key.Permissions.IsKnown():
				return cannotTell(unsaid(s, "what the key may do"))
			}
			return passed()
		},
		Fires: []Example{
			{Words: "KuCoin lists a word that is new.", Subject: sample("copy", "kucoin", odd), Severity: Medium},
		},
		Silent: []Example{{Words: "All words are known.", Subject: sample("grid", "kucoin")}},
		Unsure: []Example{
			{Words: "The exchange does not tell permissions.", Subject: sample("grid", "kucoin", permissionsUntold)},
		},
	}
}

// purposeRules is PERM-06.
func purposeRules() []Rule {
	tracker := forPurpose(exchanges.Read)
	return []Rule{{
		ID: "PERM-06", Title: "Can trade, and is meant to read only", Brief: "beyond purpose", Severity: High,
		Why:    "A tax tool or tracker needs to read. What it may do besides is what a breach there costs.",
		Remedy: "Replace the key by one with the permissions of its purpose and no others.",
		When: "The inventory gives the key a purpose without a trading permission, and the key may trade: high. " +
			"Any other power beyond the purpose (another market, transfer, withdraw, manage_keys): medium. A purpose of " +
			"`trade` covers every market, " +
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
					Outcome: Fail, Severity: Medium, Title: "Can do more than its purpose", Detail: detail,
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
