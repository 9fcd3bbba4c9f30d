package audit

import (
	"fmt"
	"slices"
	"time"

	"rekey/exchanges"
)

func lifetimeRules() []Rule { return []Rule{oldKey(), veryOldKey(), endingKey(), unusedKey()} }

func oldKey() Rule {
	const id = "LIFE-01"
	return Rule{
		ID: id, Title: "Key is older than the policy allows", Brief: "old key", Severity: Medium,
		Why:    "The longer a key lives, the more places have seen its secret. Exchanges and vendors advise 90 days.",
		Remedy: "Rotate the key.",
		When: "The age is above withdraw_days for a key that may withdraw, trade_days for one that may trade or transfer, " +
			"read_days for the rest, " +
			"and above rotate.every where that is shorter. The creation date is the exchange's, else the inventory's. " +
			"Where it is not known what the key may do, the rule answers only if every limit gives the same answer.",
		Refs: []string{"CWE-262", "OWASP NHI7:2025"},
		Params: []Param{
			{"trade_days", 90, "limit for keys that may trade or transfer"},
			{"withdraw_days", 30, "limit for keys that may withdraw"},
			{"read_days", 365, "limit for the rest"},
		},
		Check: func(s Subject, d *Desk) []Verdict {
			if !mayLive(s) {
				return nil
			}
			created, _, known := createdAt(s, d.Now)
			if !known {
				return cannotTell(unsaid(s, "when the key was created") + ", and the inventory has no date that can be right")
			}
			limits := d.ageLimits(id, s)
			age := d.Now.Sub(created)
			switch {
			case age <= slices.Min(limits):
				return passed()
			case age <= slices.Max(limits):
				return cannotTell(
					fmt.Sprintf("the key is %s old; %s", inDays(age), unsaid(s, "what it may do, and so how old it may be")),
				)
			}
			return tooOld(created, age, slices.Max(limits))
		},
		Fires: []Example{
			{
				Words:    "A trading key of a hundred days.",
				Subject:  sample("grid", "binance", made("2026-08-14")),
				Severity: Medium,
			},
			{
				Words:   "A key that may withdraw, of seven weeks.",
				Subject: sample("payout", "okx", may(exchanges.Read, exchanges.Withdraw)),
			},
			{
				Words: "Nobody knows what a key of two years may do: every limit is passed.",
				Subject: sample("old", "coinbase", permissionsUntold, func(s *Subject) {
					madeUntold(s)
					s.Inventory.Created = exchanges.Known(date("2024-11-01"))
				}),
			},
			{
				Words: "The team rotates every 30 days.",
				Subject: sample("grid", "binance", func(s *Subject) {
					s.Inventory.Rotation = days(30)
				}),
			},
		},
		Silent: []Example{
			{Words: "A trading key of seven weeks.", Subject: sample("grid", "binance")},
			{
				Words:   "A tracker's key of eight months.",
				Subject: sample("tracker", "binance", may(exchanges.Read), made("2026-03-20")),
			},
		},
		Unsure: []Example{
			{Words: "OKX does not tell the age of the calling key.", Subject: sample("grid", "okx", madeUntold)},
			{
				Words:   "A key of a hundred days, and nobody knows what it may do.",
				Subject: sample("grid", "kucoin", made("2026-08-14"), permissionsUntold),
			},
		},
	}
}

// tooOld says how old a key is, and how old it may be.
func tooOld(created time.Time, age, limit time.Duration) []Verdict {
	return []Verdict{{
		Outcome: Fail, Title: fmt.Sprintf("Key is %s old (max %s)", span(age), span(limit)),
		Detail: fmt.Sprintf("created %s, %s ago; the limit is %s", day(created), inDays(age), inDays(limit)),
	}}
}

// ageLimits returns the limits that may apply: one for each thing the key may
// turn out to be.
func (d *Desk) ageLimits(rule string, s Subject) []time.Duration {
	var out []time.Duration
	draw, drawKnown := s.Key.Permissions.Has(exchanges.Withdraw).Get()
	trade, tradeKnown := mayTrade(s.Key).Get()
	if draw || !drawKnown {
		out = append(out, d.days(rule, "withdraw_days"))
	}
	if !draw && (trade || !tradeKnown) {
		out = append(out, d.days(rule, "trade_days"))
	}
	if !draw && !trade {
		out = append(out, d.days(rule, "read_days"))
	}
	if every := s.Inventory.Rotation; every > 0 {
		for i := range out {
			out[i] = min(out[i], every)
		}
	}
	return out
}

func veryOldKey() Rule {
	const id = "LIFE-02"
	return Rule{
		ID: id, Title: "Key is older than any key should be", Brief: "old key", Severity: High,
		Why:    "A key of this age has outlived people, machines and vendors that saw its secret.",
		Remedy: "Rotate the key.",
		When: "The age is above `days`, whatever the key may do. The creation date is the " +
			"exchange's, else the inventory's.",
		Refs:   []string{"CWE-263", "OWASP NHI7:2025"},
		Params: []Param{{"days", 730, "the limit in days, two years"}},
		Check: func(s Subject, d *Desk) []Verdict {
			if !mayLive(s) {
				return nil
			}
			created, _, known := createdAt(s, d.Now)
			if !known {
				return cannotTell(unsaid(s, "when the key was created") + ", and the inventory has no date that can be right")
			}
			age, limit := d.Now.Sub(created), d.days(id, "days")
			if age <= limit {
				return passed()
			}
			return tooOld(created, age, limit)
		},
		Fires: []Example{
			{Words: "A key of June 2021.", Subject: sample("grid", "binance", made("2021-06-16")), Severity: High},
		},
		Silent: []Example{{Words: "A key of last year.", Subject: sample("grid", "binance", made("2025-11-22"))}},
		Unsure: []Example{{Words: "Nobody knows the age.", Subject: sample("grid", "okx", madeUntold)}},
	}
}

func endingKey() Rule {
	const id = "LIFE-03"
	return Rule{
		ID: id, Title: "Key is about to end", Brief: "ends soon", Severity: Low,
		Why:    "When the key ends, the bot stops, and leaves its positions open.",
		Remedy: "Rotate the key before that day.",
		When: "The exchange states an end, or a published rule implies one that does not depend on the key being idle, " +
			"and it is at most `days` away. " +
			"Rules about idle keys are left out: they never come true while the key is used.",
		Params: []Param{{"days", 14, "how many days ahead to look"}},
		Check: func(s Subject, d *Desk) []Verdict {
			if !mayLive(s) {
				return nil
			}
			end, stated := s.Key.ExpiresAt.Get()
			why := "as the exchange says"
			if !stated {
				derived := DeriveExpiry(s, d.firmRules(s), d.Now)
				if derived == nil {
					return cannotTell(unsaid(s, "when the key ends"))
				}
				end, why = derived.At.Time, "by the published rule "+derived.Rule
			}
			what := "the key ends"
			if stated && s.Key.EndsTrading {
				what = "the right to trade ends"
			}
			if left := end.Sub(d.Now); left > d.days(id, "days") {
				return passed()
			} else if left < 0 {
				return failed(fmt.Sprintf("%s on %s, %s: that day has passed", what, day(end), why))
			}
			return failed(fmt.Sprintf("%s on %s, %s", what, day(end), why))
		},
		Fires: []Example{
			{
				Words: "The right to trade ends next week.",
				Subject: sample("grid", "binance", func(s *Subject) {
					s.Key.ExpiresAt, s.Key.EndsTrading = exchanges.Known(date("2026-11-30")), true
				}),
				Severity: Low,
			},
			{
				Words:   "A rule that counts from creation ends the right to trade in nine days.",
				Subject: sample("grid", "binance", fromAnywhere, made("2026-11-01"), endUntold), Expiry: exampleExpiry(),
			},
		},
		Silent: []Example{{Words: "A key that ends in spring.", Subject: sample("grid", "kucoin")}},
		Unsure: []Example{
			{Words: "The exchange does not say when the key ends.", Subject: sample("grid", "okx", endUntold)},
			{
				Words:   "The one rule is about idle keys, and this one was asked a moment ago.",
				Subject: sample("grid", "okx", fromAnywhere, endUntold), Expiry: idleExpiry(),
			},
		},
	}
}

func endUntold(s *Subject) { s.Key.ExpiresAt = exchanges.Unknown[time.Time]() }

// exampleExpiry is Binance's announcement of 2021-07-08.
func exampleExpiry() []exchanges.ExpiryRule {
	return []exchanges.ExpiryRule{{
		ID: "binance-unrestricted-trading", After: days(30), Start: exchanges.FromCreation,
		Powers: []exchanges.Permission{exchanges.Spot, exchanges.Margin},
	}}
}

// idleExpiry is OKX's rule about unbound keys (API guide, read 2026-11-22).
func idleExpiry() []exchanges.ExpiryRule {
	return []exchanges.ExpiryRule{{
		ID: "okx-unbound-idle", After: days(14), Start: exchanges.FromLastUse,
		Powers: []exchanges.Permission{exchanges.Spot, exchanges.Trade, exchanges.Withdraw},
	}}
}

// firmRules are the exchange's expiry rules that come true whether or not the
// key is used.
func (d *Desk) firmRules(s Subject) []exchanges.ExpiryRule {
	return slices.DeleteFunc(slices.Clone(d.Expiry[s.Key.Ref.Exchange]), func(r exchanges.ExpiryRule) bool {
		return r.Start == exchanges.FromLastUse
	})
}

func unusedKey() Rule {
	const id = "LIFE-06"
	return Rule{
		ID: id, Title: "Key is not used", Brief: "not used", Severity: Medium,
		Why:    "A key that nobody uses is a key that nobody watches.",
		Remedy: "Revoke the key, or write down what it is kept for.",
		When: "The exchange tells the last use, and it is more than `days` ago. rekey's own call may count as a use; " +
			"where the exchange does not tell the last use, the rule is unknown.",
		Refs:   []string{"OWASP NHI1:2025"},
		Params: []Param{{"days", 30, "days without use"}},
		Check: func(s Subject, d *Desk) []Verdict {
			if !mayLive(s) {
				return nil
			}
			used, known := s.Key.LastUsedAt.Get()
			if !known {
				return cannotTell(unsaid(s, "when the key was last used"))
			}
			idle, limit := d.Now.Sub(used), d.days(id, "days")
			if idle <= limit {
				return passed()
			}
			return failed(fmt.Sprintf("last used %s, %s ago; the limit is %s", day(used), inDays(idle), inDays(limit)))
		},
		Fires: []Example{{
			Words:    "A key that was last used in summer.",
			Subject:  sample("test", "kraken", func(s *Subject) { s.Key.LastUsedAt = exchanges.Known(date("2026-08-01")) }),
			Severity: Medium,
		}},
		Silent: []Example{{Words: "A key that was used yesterday.", Subject: sample("grid", "kraken")}},
		Unsure: []Example{{
			Words:   "Binance does not tell the last use.",
			Subject: sample("grid", "binance", func(s *Subject) { s.Key.LastUsedAt = exchanges.Unknown[time.Time]() }),
		}},
	}
}
