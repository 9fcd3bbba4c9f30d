package cards

import "rekey/exchanges"

// bitfinex is the card of Bitfinex. Sources: docs.bitfinex.com key-permissions
// (2025-06-10) and generate-token (2025-07-04), ccxt 4.5.84 bitfinex.js, and a
// recorded answer to an unknown key.
func bitfinex() exchanges.Card {
	const docs = "docs.bitfinex.com, reference/key-permissions, 2025-06-10"
	s := sheet{
		title: "Bitfinex", page: "https://setting.bitfinex.com/api", menu: "account icon, API Keys",
		pageSource: "the page is named by third-party tools; the wording of the steps is inferred",
	}
	return exchanges.Card{
		Name: "bitfinex", Title: "Bitfinex", Kind: "exchange",
		Secret:  "access key and secret; no passphrase",
		Formats: "43 characters each, letters and digits, newer ones with dots and dashes (inferred)",
		Death: unproven + "By API none can be proven: 10100 \"apikey: digest invalid\" comes for an unknown key and " +
			"for a wrong " +
			"secret alike; 10114 (nonce) means that the key lives",
		Capabilities: append([]exchanges.Capability{
			api(exchanges.ActInspect, exchanges.OwnKey, "any key",
				"auth/r/permissions tells what it may do; not its addresses, name or days", docs),
		}, s.byHand("Choose Revoke and confirm with your second factor")...),
		Notes: []string{
			"A key can make bearer tokens with rights of its own (auth/w/token): a leaked key may have left some, and " +
				"how long " +
				"they outlive it no source says. Look for them on the page too.",
			"settings with write may change the second factor and the withdrawal addresses; ui_withdraw and withdraw " +
				"move money out.",
			"The nonce must rise with every call of a key: another program that uses the same key can break the bot.",
			"Bitfinex keeps logs: logins (auth/r/logins/hist) and changes (auth/r/audit/hist), with addresses.",
		},
		Checked: day,
	}
}
