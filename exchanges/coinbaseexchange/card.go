package coinbaseexchange

import "rekey/exchanges"

// pageKeys is where a person manages keys (docs.cdp.coinbase.com
// exchange/rest-api/authentication).
const pageKeys = "https://exchange.coinbase.com/profile/api"

// card is what is known about Coinbase Exchange's API keys. Everything on it
// was read in documents and public threads on the day it names; nothing was
// tried.
func card() exchanges.Card {
	const (
		day  = "2026-11-22"
		auth = "docs.cdp.coinbase.com exchange/rest-api/authentication (2025-11-30)"
		none = "docs.cdp.coinbase.com exchange-spec.yaml; no call in ccxt 4.5.84 or exchange-sdk-go 0.1.4"
	)
	person := func(action exchanges.Action, note string, steps ...string) exchanges.Capability {
		byHand := []string{
			"Log in by typing the address, never by a link from mail",
			"Open " + pageKeys,
			"Choose the profile (portfolio) and go through all of them: each key belongs to one",
		}
		return exchanges.Capability{
			Action: action, Reach: exchanges.Master, Way: exchanges.ByPerson, Page: pageKeys, Steps: append(byHand, steps...),
			Note: note, Source: none, Checked: day,
		}
	}
	return exchanges.Card{
		Name:   Name,
		Title:  "Coinbase Exchange",
		Kind:   "exchange",
		Secret: "access key and secret (base64 of 64 bytes), and the passphrase that was chosen with them",
		Formats: "access key: 32 hexadecimal digits (seen in public threads; the documents promise no form); " +
			"secret: 88 characters of base64",
		Environs: []string{"live"},
		Death: "no answer proves it. \"Invalid API Key\" is also the documented meaning of every 401, and what a refused " +
			"address is told was not found. " +
			"A key is dead when the page of its profile no longer lists it; 200 before the deletion and 401 after it, " +
			"repeatedly, from the same machine with a right clock, supports that",
		Capabilities: []exchanges.Capability{
			{
				Action: exchanges.ActInspect, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true, Needs: "view",
				Note: "tells that the key is alive and can read, and its profile. Trade, transfer and manage, the IP whitelist, " +
					"the name, creation, last use and expiry are told by no call. " +
					"Asks GET /profiles, and GET /accounts where there are several profiles",
				Source: "docs.cdp.coinbase.com exchangerestapi_getprofiles, exchangerestapi_getaccounts, read " +
					"2026-11-22", Checked: day,
			},
			person(
				exchanges.ActList,
				"no call lists keys",
				"Compare the list with your inventory, key by key, and note the permissions: no call tells them",
			),
			person(
				exchanges.ActIssue,
				"no call makes keys; secret and passphrase cannot be shown again, and a user has at most 300 keys",
				"Add a key, with an IP whitelist and no more permissions than are needed",
				"Choose a passphrase that is used nowhere else",
			),
			person(
				exchanges.ActEdit,
				"no call changes keys",
				"Look for a way to change the key there; where there is none, make a new one and delete the old one",
			),
			person(
				exchanges.ActRevoke,
				"no call deletes keys",
				"Find the key and delete it",
				"Reload the page and see that the key is gone",
			),
			{
				Action: exchanges.ActFreeze, Reach: exchanges.Master, Way: exchanges.NotTold,
				Note: "no call; whether the page can switch a key off was not found", Source: none, Checked: day,
			},
			{
				Action: exchanges.ActList, Reach: exchanges.SubKeys, Way: exchanges.Nobody,
				Note: "there are profiles, not sub-accounts, and no call lists their keys", Source: auth, Checked: day,
			},
		},
		Covers: exchanges.Covers{{
			Permission: exchanges.Trade, Words: []string{"trade"},
			Covers: []exchanges.Permission{exchanges.Spot},
			Note:   "the one permission to place orders; whether a key has it is told by its page alone",
			Source: auth, Checked: day,
		}},
		Notes: []string{
			"Transfer covers deposits and withdrawals, and bypasses the second factor; manage covers the address book.",
			"Whether a key may withdraw is told by its page alone: rekey reports it as unknown, never as \"no\".",
			"Keys of Coinbase Pro, which was discontinued, had the same form.",
			"A CDP key does not work here: its exchange is coinbase.",
			"No automatic end of keys was found in the documents.",
		},
		Checked: day,
	}
}
