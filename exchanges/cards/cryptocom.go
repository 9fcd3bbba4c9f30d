package cards

import "rekey/exchanges"

// cryptocom is the card of the Crypto.com Exchange. Sources:
// api-evangelist/crypto-com fae30785 (2026-08-22), which quotes
// exchange-developer.crypto.com/exchange/v1/docs, and ccxt 4.5.84 cryptocom.js.
func cryptocom() exchanges.Card {
	const docs = "exchange-developer.crypto.com/exchange/v1/docs, as quoted by api-evangelist/crypto-com fae30785"
	s := sheet{
		title: "the Crypto.com Exchange",
		page:  "https://crypto.com/exchange/user/settings/api-management", menu: "User Center, API",
		pageSource: "the page is named by third-party tools; the wording of the steps is inferred",
	}
	return exchanges.Card{
		Name: "crypto.com", Aliases: []string{"cryptocom"}, Title: "Crypto.com Exchange", Kind: "exchange",
		Secret:  "access key and secret; no passphrase",
		Formats: "no source says",
		Death: unproven + "By API none can be proven: 40101 (HTTP 401) comes for an unknown key and for a wrong signature " +
			"alike; 40103 (address) means that the key lives",
		Capabilities: append([]exchanges.Capability{
			none(exchanges.ActInspect, exchanges.OwnKey, "none of the documented calls tells what a key may do", docs),
			none(exchanges.ActList, exchanges.SubKeys, "none of the documented calls is about keys", docs),
		}, s.byHand("Choose to delete it and confirm with your second factor")...),
		Notes: []string{
			"Keys of the Crypto.com App and of the older API (v2) are other objects, on other pages.",
			"Rights and addresses are set on the page; a new key may only read until it is given more.",
			"The access key stands in the body of every request: logs of a bot or a proxy that keep bodies hold it.",
		},
		Checked: day,
	}
}
