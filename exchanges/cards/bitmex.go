package cards

import (
	"regexp"

	"rekey/exchanges"
)

// bitmex is the card of BitMEX. Sources: BitMEX/api-connectors 9f8f5e69
// (2024-05-29), swagger.json 1.2.0; JKorf/BitMEX.Net e71b3296.
func bitmex() exchanges.Card {
	const swagger = "BitMEX/api-connectors 9f8f5e69, swagger.json 1.2.0"
	s := sheet{
		title: "BitMEX", page: "https://www.bitmex.com/app/apiKeys", menu: "Account, API Keys Management",
		pageSource: "BitMEX/api-connectors 9f8f5e69 names the page; the wording of the steps is inferred",
	}
	return exchanges.Card{
		Name: "bitmex", Title: "BitMEX", Kind: "exchange",
		Secret: "id and secret; no passphrase",
		Formats: "id: 24 letters, digits, dashes and underscores; secret: 48 of them (the lengths are in the " +
			"documented schema)",
		Death: unproven + "By API a 401 comes for an unknown key, a wrong signature and a late request alike; the " +
			"texts were " +
			"not read again",
		Capabilities: append([]exchanges.Capability{
			api(exchanges.ActInspect, exchanges.OwnKey, "any key", "GET /apiKey tells rights, addresses, whether it is "+
				"on, and creation",
				swagger),
			api(exchanges.ActList, exchanges.Master, "any key",
				"GET /apiKey lists all keys of the account; its schema has the secrets in the answer", swagger),
			none(exchanges.ActFreeze, exchanges.Master, "POST /apiKey/disable existed in old clients; the swagger of "+
				"2024 has GET alone",
				swagger),
		}, s.byHand("Choose to delete it (Remove) and confirm with your second factor")...),
		Notes: []string{
			"testnet.bitmex.com has keys of its own.",
			"GET /userEvent is a log that says when keys were made, from which address and country: look at it after a leak.",
			"The documented schema of the list of keys has the secret in it: never keep such an answer.",
		},
		Checked: day,
	}
}

var (
	bitmexKey    = regexp.MustCompile(`^[A-Za-z0-9_-]{24}$`)
	bitmexSecret = regexp.MustCompile(`^[A-Za-z0-9_-]{48}$`)
)

func recogniseBitMEX(c exchanges.Credential) exchanges.Fit {
	const problem = "a bitmex id is 24 letters, digits, dashes and underscores"
	return formed(c, problem, exchanges.Possible, bitmexKey, bitmexSecret)
}
