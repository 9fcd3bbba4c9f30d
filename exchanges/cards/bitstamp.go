package cards

import "rekey/exchanges"

// bitstamp is the card of Bitstamp. Sources: www.bitstamp.net/api with its
// change log of 2023-09-29 (collected 2026-11), ccxt 4.5.84 bitstamp.js, and a
// recorded answer to an unknown key.
func bitstamp() exchanges.Card {
	const docs = "www.bitstamp.net/api, change log of 2023-09-29, collected 2026-11"
	s := sheet{
		title: "Bitstamp", page: "https://www.bitstamp.net/settings/api/", menu: "Settings, API access",
		pageSource: "the page is named by third-party tools; the wording of the steps is inferred",
	}
	return exchanges.Card{
		Name: "bitstamp", Title: "Bitstamp", Kind: "exchange",
		Secret:  "access key and secret; no passphrase",
		Formats: "no source says",
		Death: unproven + "By API only the text \"API key not found\" would say so: API0005 \"Invalid signature\" " +
			"comes for an " +
			"unknown key and for a wrong secret alike",
		Capabilities: append([]exchanges.Capability{
			none(exchanges.ActInspect, exchanges.OwnKey, "no call tells what a key may do; any signed call tells whether "+
				"it works", docs),
			api(exchanges.ActRevoke, exchanges.OwnKey, "no source names the right",
				"POST /api/v2/revoke_all_api_keys/ revokes every key of the user in all accounts, the calling one with them. It "+
					"chooses none, and stops every bot", docs),
		}, s.byHand("Choose to deactivate or delete it and confirm with your second factor")...),
		Notes: []string{
			"One call revokes all keys of the user, and takes no choice: POST /api/v2/revoke_all_api_keys/. rekey does " +
				"not make " +
				"it. Whoever does so must look at every other bot afterwards, and audit again.",
		},
		Checked: day,
	}
}
