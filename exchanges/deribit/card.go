package deribit

import "rekey/exchanges"

const pageKeys = "https://www.deribit.com/account/BTC/api"

// card is what is known about Deribit's API keys. Everything on it was read in
// documents and public threads on the day it names; nothing was tried.
func card() exchanges.Card {
	const (
		day  = "2026-11-30"
		docs = "OpenAPI 2.1.1 of Deribit (api-evangelist/deribit 36544f99), docs.deribit.com articles access-scope and " +
			"security-keys"
		hand = "docs.deribit.com/articles/creating-api-key"
	)
	steps := []string{
		"Log in by typing the address, never by a link from mail; for the keys of a sub-account switch to it",
		"Open " + pageKeys + " (testnet: https://test.deribit.com/account/BTC/api), or the account panel at the " +
			"top right, API",
	}
	person := func(action exchanges.Action, note string, more ...string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.Master, Way: exchanges.ByPerson, Page: pageKeys,
			Steps: append(steps[:len(steps):len(steps)], more...), Note: note, Source: hand, Checked: day,
		}
	}
	api := func(action exchanges.Action, note string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.Master, Way: exchanges.ByAPI, Needs: "a key with account:read_write",
			Page: pageKeys, Note: note, Source: docs, Checked: day,
		}
	}
	find := "Find the key by its name and its client_id"
	return exchanges.Card{
		Name:     Name,
		Title:    "Deribit",
		Kind:     "exchange",
		Secret:   "client_id and client_secret; no passphrase. Keys with a key pair of their owner's are not signed for",
		Formats:  "client_id: 8 to 12 letters, digits, - and _; client_secret: 43 (from examples; no form is promised)",
		Environs: []string{live, testnet},
		Death: "13004 twice with a pause, beside a working control call, for a key that was let in before in the same " +
			"look, from the same address. A disabled key is told the same, so remove keys and do not disable " +
			"them. Never for a key " +
			"that was not seen to work before: 13004 also means another secret, the other environment, or, for all that is " +
			"known, another address. Never 13009.",
		Capabilities: []exchanges.Capability{
			{
				Action: exchanges.ActInspect, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true,
				Needs:  "any valid key",
				Note:   "tells its scopes alone; the list has the rest. It makes a token, which rekey drops unread",
				Source: docs, Checked: day,
			},
			{
				Action: exchanges.ActList, Reach: exchanges.Master, Way: exchanges.ByAPI, InRekey: true,
				Needs: "a key with account:read, and a code of the second factor where the account has one", Page: pageKeys,
				Note:   "the keys of the account of the calling key, with scopes, addresses, name and creation; not their last use",
				Source: docs, Checked: day,
			},
			person(exchanges.ActIssue, "", "Choose Add new key, Deribit-generated", "Set the scopes that are needed, a name of "+
				"at most 16 letters, digits and _, and the addresses", "Confirm with your second factor, and copy the secret"),
			person(exchanges.ActEdit, "", find, "Choose Edit, and confirm with your second factor"),
			person(exchanges.ActRevoke, "removing cannot be undone; a disabled key can be enabled again", find,
				"Choose Remove in its row, not Disable", "Reload the page and see that the key is gone"),
			api(exchanges.ActIssue, "create_api_key; a new key has no list of addresses before it is edited. Not in rekey"),
			api(exchanges.ActEdit, "edit_api_key; what is left out becomes none. Not in rekey"),
			api(exchanges.ActRevoke, "remove_api_key, documented to want no second factor; reset_api_key ends the secret and "+
				"keeps the client_id. Not in rekey for other keys"),
			{
				Action: exchanges.ActRevoke, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true,
				Needs:  "a key with account:read_write, and a code where its account has a second factor",
				Note:   "the list tells the number that the call wants; what only trades cannot end itself",
				Source: docs, Checked: day,
			},
			{
				Action: exchanges.ActFreeze, Reach: exchanges.Master, Way: exchanges.ByAPI,
				Note:   "disable_api_key; enable_api_key is documented to want no second factor, so a thief can undo it",
				Source: docs, Checked: day,
			},
		},
		Notes: []string{
			"A leaked key with account:read_write can remove, reset and enable keys, as documented without a second factor: " +
				"the thief can lock the owner out, and take the new secrets of other keys.",
			"A reset keeps the client_id: whoever has it still matches, and every bot stops at once.",
			"The website takes API credentials as a login (\"Log In with API credentials\").",
			"Whether tokens die with their key is not told: take a leaked token for a leaked key.",
			"The answer to the list of keys shows secrets in the documents' example: rekey drops them unread.",
			"Live trading and testnet have keys of their own. https://drb.coinbase.com has keys of Coinbase, not of Deribit.",
			"Keys of other sub-accounts are not listed: name a key of each.",
			"The credits (500 a call of 50,000, of which 10,000 come back a second) are those of the lowest kind of account.",
		},
		Checked: day,
	}
}
