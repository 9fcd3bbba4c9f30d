package coinbase

import "rekey/exchanges"

// pageKeys is where a person manages CDP keys (docs.cdp.coinbase.com, CDP API
// keys).
const pageKeys = "https://portal.cdp.coinbase.com/projects/api-keys"

// card is what is known about CDP keys. Everything on it was read in documents
// and public threads on the day it names; nothing was tried.
func card() exchanges.Card {
	const (
		day  = "2026-11-22"
		keys = "docs.cdp.coinbase.com CDP API keys; no call in coinbase-advanced-py 54fb8ed"
	)
	person := func(action exchanges.Action, note string, steps ...string) exchanges.Capability {
		byHand := []string{
			"Log in by typing the address, never by a link from mail",
			"Open " + pageKeys,
			"Choose the project above the list, and go through all of them: keys may sit in several",
			"Open Secret API Keys",
		}
		return exchanges.Capability{
			Action: action, Reach: exchanges.Master, Way: exchanges.ByPerson, Page: pageKeys, Steps: append(byHand, steps...),
			Note: note, Source: keys, Checked: day,
		}
	}
	return exchanges.Card{
		Name:  Name,
		Title: "Coinbase (CDP keys: App and Advanced Trade)",
		Kind:  "exchange",
		Secret: "key name or id, and private key: a PEM (EC P-256, or PKCS#8 with P-256 or Ed25519), also on one line " +
			"with \\n for the line ends, " +
			"or the base64 of an Ed25519 key (88 or 44 characters). No passphrase",
		Formats: "organizations/UUID/apiKeys/UUID, or a UUID alone; legacy keys were 16 letters and " +
			"digits with a secret of 32",
		Environs: []string{"live"},
		Death: "no answer proves it. A 401 is the same for a deleted key, a wrong secret and an address that is not on " +
			"the allow-list, and valid keys get one now and then. " +
			"A key is dead when the portal no longer lists it; 200 before the deletion and 401 after it, repeatedly, from " +
			"the same machine with a right clock, supports that. " +
			"Legacy keys (16 letters and digits, secret of 32) are dead by their form: Coinbase expired all of them in " +
			"February 2025. Nothing is sent for them",
		Capabilities: []exchanges.Capability{
			{
				Action: exchanges.ActInspect, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true,
				Needs: "any valid CDP key (inferred)",
				Note: "tells view, trade, transfer and receive, and the portfolio; not the IP allow-list, the name, " +
					"creation, last use or expiry. " +
					"The scopes Export and Manage, which the portal offers, are not among them",
				Source: "docs.cdp.coinbase.com data-api/get-api-key-permissions (2026-07-05); coinbase/cdp-sdk#760", Checked: day,
			},
			person(exchanges.ActList, "no call lists keys", "Compare the list with your inventory, key by key"),
			person(exchanges.ActIssue, "no call makes keys; the private key is shown once",
				"Choose Create API key",
				"Fill in the IP allow-list, tick no more than the scopes that are needed, and choose one portfolio",
				"Download the key file and store it"),
			person(
				exchanges.ActEdit,
				"no call changes keys, and the documents name no way to change one: a new key takes its place",
				"Make a new key with the scopes and addresses that you want",
				"Delete the old one",
			),
			person(
				exchanges.ActRevoke,
				"no call deletes keys",
				"Find the key by its name or id",
				"Choose Configure, then delete it",
				"Reload the page in every project and see that the key is gone",
			),
			{
				Action: exchanges.ActFreeze, Reach: exchanges.Master, Way: exchanges.NotTold,
				Note: "no call; whether the portal can switch a key off was not found", Source: keys, Checked: day,
			},
			{
				Action: exchanges.ActList, Reach: exchanges.SubKeys, Way: exchanges.Nobody,
				Note:   "there are portfolios, not sub-accounts; a key is bound to one portfolio and stands in the same list",
				Source: "docs.cdp.coinbase.com advanced-trade guides/portfolios", Checked: day,
			},
		},
		Covers: exchanges.Covers{{
			Permission: exchanges.Trade, Words: []string{"can_trade"},
			Covers: []exchanges.Permission{exchanges.Spot, exchanges.Futures},
			Note: "one permission for all orders of Advanced Trade, futures and perpetuals among them; " +
				"there is none for a single market",
			Source: "docs.cdp.coinbase.com data-api/get-api-key-permissions (2026-07-05), " +
				"advanced-trade-apis/rest-scopes",
			Checked: day,
		}},
		Notes: []string{
			"can_transfer covers deposits and withdrawals: rekey counts it as withdraw and as transfer.",
			"A key sees one portfolio of up to 100, so one key never shows the whole account.",
			"Apps connected by OAuth are grants, not keys: they stand in the account's settings and in no list here.",
			"A downloaded key file may tell scopes and allowed addresses, as they were on the day it was made.",
			"No automatic end of CDP keys was found in the documents.",
		},
		Checked: day,
	}
}
