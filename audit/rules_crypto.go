package audit

import "rekey/exchanges"

func cryptoRules() []Rule {
	hmac := func(s *Subject) { s.Key.Algorithm = "hmac" }
	return []Rule{{
		ID: "CRY-01", Title: "shared secret where an asymmetric key is offered", Severity: Low,
		Why:    "With HMAC the exchange, and every vendor that has the key, hold the very secret that signs. With Ed25519 or RSA the private part never leaves the machine.",
		Remedy: "Make the next key an Ed25519 key.",
		When:   "The key signs with HMAC, and its exchange offers Ed25519 or RSA (of the exchanges of this version: binance). Medium for a key that a vendor has.",
		Check: func(s Subject, _ *Desk) []Verdict {
			if !mayLive(s) || !offersAsymmetric(s.Key) {
				return nil
			}
			switch s.Key.Algorithm {
			case "":
				return cannotTell("it is not known how the key signs")
			case "hmac":
				v := Verdict{Outcome: Fail, Detail: "the key signs with HMAC; binance offers Ed25519 and RSA"}
				if len(s.Inventory.SharedWith) > 0 {
					v.Severity = Medium
					v.Detail += ", and " + vendorsOf(s) + " holds the same secret"
				}
				return []Verdict{v}
			}
			return passed()
		},
		Fires: []Example{
			{Words: "A Binance key with an HMAC secret.", Subject: sample("grid", "binance", hmac), Severity: Low},
			{Words: "The same key at a vendor.", Subject: sample("grid", "binance", hmac, sharedWith("3commas")), Severity: Medium},
		},
		Silent: []Example{
			{Words: "A Binance key with Ed25519.", Subject: sample("grid", "binance")},
			{Words: "KuCoin offers nothing else.", Subject: sample("grid", "kucoin", hmac)},
		},
		Unsure: []Example{{
			Words: "A sub-account's key in a list does not tell how it signs.",
			Subject: sample("", "binance", orphan, func(s *Subject) {
				s.Key.Algorithm = ""
			}),
		}},
	}}
}

// offersAsymmetric reports whether the exchange has another kind of key to
// offer. Binance: HMAC, RSA and Ed25519 (Binance Academy, "what are API keys
// and security types", read 2026-11-22).
func offersAsymmetric(k exchanges.Key) bool { return k.Ref.Exchange == "binance" && !k.SpecialMargin }
