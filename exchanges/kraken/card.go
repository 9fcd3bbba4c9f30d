package kraken

import "rekey/exchanges"

// Pages where a person makes and deletes keys.
const (
	pageKeys    = "https://www.kraken.com/u/security/api"
	pageFutures = "https://www.kraken.com/login-futures"
)

// nonceWarning is what a call of rekey's may do to a program that uses the key.
const nonceWarning = "a program that uses this key counts its calls in the same counter (the nonce): rekey asks with " +
	"milliseconds, so one that counts in milliseconds too may see a single \"Invalid nonce\" while rekey looks; one " +
	"that " +
	"counts in micro- or nanoseconds is not disturbed, and rekey is told \"Invalid nonce\""

// card is what is known about Kraken's API keys. Everything on it was read in
// documents and public threads on the day it names; nothing was tried.
func card() exchanges.Card {
	const (
		day  = "2026-11-30"
		docs = "docs.kraken.com (get-api-key-info, errors, ratelimits), krakenfx/kraken-cli aa32814c"
		hand = "support.kraken.com (how-to-create-an-api-key-on-kraken-pro, 2025-03-31), krakenfx/kraken-cli aa32814c"
	)
	steps := []string{
		"Log in by typing the address, never by a link from mail; for the keys of a subaccount switch to it",
		"Open " + pageKeys + " (or pro.kraken.com, account icon, Settings, API); for keys of derivatives " + pageFutures +
			", Settings, Create Key",
		"Find the key by its name",
	}
	person := func(action exchanges.Action, more ...string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.Master, Way: exchanges.ByPerson, Page: pageKeys,
			Steps: append(steps[:len(steps):len(steps)], more...),
			Note:  "no call lists, makes, changes or deletes keys, not even the calling one", Source: hand, Checked: day,
		}
	}
	return exchanges.Card{
		Name:     Name,
		Title:    "Kraken",
		Kind:     "exchange",
		Secret:   "access key and secret (the \"private key\"), of the spot API or of the derivatives API",
		Formats:  "access key: 56 characters of base64; secret: 88 (from examples; the documents promise no form)",
		Environs: []string{live, demo},
		Death: "\"EAPI:Invalid key\" twice with a minute between, beside a working control call, for a key that worked " +
			"before in " +
			"the same look and had no list of addresses; a derivatives key the same way, by 401. Never for a key that was not " +
			"seen to work before: what a refused address is told is not documented. Never a third time: Kraken locks the " +
			"address out.",
		Together: nonceWarning,
		Capabilities: []exchanges.Capability{
			{
				Action: exchanges.ActInspect, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true, Needs: "any valid key",
				Note: "tells rights, addresses, creation, expiry and last use; it counts as a use: a second call tells the time " +
					"of " +
					"the first. For keys of derivatives not expiry and last use",
				Source: docs, Checked: day,
			},
			person(exchanges.ActList, "Compare the list with your inventory, key by key, in every subaccount"),
			person(exchanges.ActIssue, "Choose Create API key, give it a name that no other has, and tick what it needs alone",
				"Set its addresses and, where you want it, an end", "Copy the private key: it is shown once"),
			person(exchanges.ActEdit, "Choose Edit; a change may take 5 to 10 minutes"),
			person(exchanges.ActRevoke, "Choose Delete and confirm", "Reload the page and see that the key is gone",
				"Look at the withdrawal addresses (Funding) too: a thief may have added one"),
			{
				Action: exchanges.ActList, Reach: exchanges.SubKeys, Way: exchanges.Nobody,
				Note:   "keys belong to one subaccount; log in to each (krakenfx/kraken-cli#33)",
				Source: docs, Checked: day,
			},
			{
				Action: exchanges.ActFreeze, Reach: exchanges.Master, Way: exchanges.NotTold,
				Note: "the Global Settings Lock keeps settings, not keys", Source: hand, Checked: day,
			},
		},
		Covers: exchanges.Covers{{
			Permission: exchanges.Trade, Words: []string{"modify-trades", "close-trades"},
			Covers: []exchanges.Permission{exchanges.Spot, exchanges.Margin},
			Note:   "spot and margin orders; keys of derivatives are others",
			Source: docs, Checked: day,
		}},
		Notes: []string{
			nonceWarning + ".",
			"Keys of the spot API and of the derivatives API are separate: one that the first does not know is looked for at " +
				"the second, and at its demo.",
			"add-withdraw-address and update-withdraw-address count as withdraw: with them a thief adds a target.",
			"Transfers between wallets and to subaccounts have no word of their own: for a key that trades or withdraws they " +
				"are not told.",
			"A refused signature, nonce or permission is taken as proof that the key lives; this is inferred, the order of " +
				"the checks is not documented.",
			"Too many unknown keys lock the address out for some minutes: an audit of many old keys ends in \"rate " +
				"limited\", not in \"dead\".",
			"A key with a second factor of its own cannot be looked at by rekey (inferred): it is reported as alive, its " +
				"rights as not told.",
		},
		Checked: day,
	}
}
