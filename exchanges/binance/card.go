package binance

import (
	"time"

	"rekey/exchanges"
)

// pageKeys is where a person manages keys; the address is used in many public
// repositories, the documents link a FAQ only.
const pageKeys = "https://www.binance.com/en/my/settings/api-management"

// card is what is known about Binance's API keys. Everything on it was read in
// documents and public threads on the day it names; nothing was tried.
func card() exchanges.Card {
	const (
		day    = "2026-11-22"
		wallet = "developers.binance.com wallet/account; binance-connector-python 29da329"
		sub    = "developers.binance.com catalog/vip-and-institutional-sub-account api-management"
		margin = "developers.binance.com catalog/core-trading-margin-trading api-key-list"
	)
	byHand := []string{
		"Log in by typing the address, never by a link from mail",
		"Open " + pageKeys,
		"Find the key by its name and the first and last characters of its access key",
	}
	person := func(action exchanges.Action, steps ...string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.Master, Way: exchanges.ByPerson, Page: pageKeys,
			Steps:  append(byHand[:len(byHand):len(byHand)], steps...),
			Note:   "no call for keys of an ordinary account exists; the last one was discontinued on 2021-11-17",
			Source: "binance-spot-api-docs PR 333", Checked: day,
		}
	}
	subKeys := func(action exchanges.Action, note string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.SubKeys, Way: exchanges.ByAPI, InRekey: true,
			Needs: "a key of the master account", Page: pageKeys, Note: note, Source: sub, Checked: day,
		}
	}
	return exchanges.Card{
		Name:     Name,
		Title:    "Binance",
		Kind:     "exchange",
		Secret:   "access key and secret; the secret of an RSA or Ed25519 key is its PEM private key",
		Formats:  "access key and HMAC secret: 64 letters and digits (from examples; the documents promise no form)",
		Environs: []string{"live", "testnet", "demo"},
		Death: "-2008 on a /sapi path, three times with pauses, beside a working control call; then a refusal by testnet " +
			"and demo too, and -2008 for the pair " +
			"the other way round: a key of theirs, and a secret in the place of the key, get -2008 as well. " +
			"From the live host alone when the key answered there before in the same look. Never -2015, 451, 418, 429, 5xx or " +
			"a web page.",
		Capabilities: []exchanges.Capability{
			{
				Action: exchanges.ActInspect, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true, Needs: "any valid key",
				Note: "tells permissions, whether there is an IP whitelist, and creation; not the addresses, the name, last " +
					"use or expiry. Not on testnet and demo, which have no /sapi: there only whether the key is alive",
				Source: wallet, Checked: day,
			},
			person(exchanges.ActList, "Compare the list with your inventory, key by key"),
			subKeys(
				exchanges.ActList,
				"frozen sub-accounts have to be asked for by themselves; the addresses cost one more call for each key, "+
					"3,000 of 180,000 a minute",
			),
			{
				Action: exchanges.ActList, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true,
				Needs: "a key of an account approved for margin special keys",
				Note: "margin special keys: a second kind of key, made and deleted by API, that the ordinary page does not " +
					"show", Source: margin, Checked: day,
			},
			person(
				exchanges.ActIssue,
				"Choose \"System generated\" or, better, \"Self-generated\" (Ed25519)",
				"Set \"Restrict access to trusted IPs only\" before you tick any other permission",
			),
			subKeys(exchanges.ActIssue, "the secret is shown once; not for asset-management sub-accounts. "+
				"rekey makes HMAC keys: a key that signs by RSA or Ed25519, as those with FIX permissions do, "+
				"is made by a person, and so is one with portfolio margin"),
			person(exchanges.ActEdit, "Choose Edit restrictions"),
			subKeys(exchanges.ActEdit, "permissions and addresses are two calls"),
			person(
				exchanges.ActRevoke,
				"Choose Delete and confirm with your second factor",
				"Reload the page and see that the key is gone",
			),
			subKeys(exchanges.ActRevoke, ""),
			{
				Action: exchanges.ActFreeze, Reach: exchanges.SubKeys, Way: exchanges.Nobody,
				Note: "freezing a sub-account by API is not documented", Source: sub, Checked: day,
			},
		},
		Covers: exchanges.Covers{{
			Permission: exchanges.Spot, Words: []string{"enableSpotAndMarginTrading", "canTrade"},
			Covers: []exchanges.Permission{exchanges.Margin},
			Note: "the one permission to place orders on spot and on margin; enableMargin and canMarginLoanRepay, " +
				"which rekey reads as margin, are for borrowing and repaying alone",
			Source: "developers.binance.com wallet/account api-key-permission; " +
				"legacy-docs sub_account Create-Sub-account-API-Key",
			Checked: "2026-11-30",
		}},
		Expiry: []exchanges.ExpiryRule{
			{
				ID: "binance-unrestricted-trading", After: 30 * 24 * time.Hour, Start: exchanges.FromCreation,
				Powers: []exchanges.Permission{exchanges.Spot},
				Text:   "a key without an IP whitelist loses spot and margin trading 30 days after it was switched on",
				Source: "binance.com/en-IN/support/announcement/cda0a4b53da04396b5d27881e93abf78 (2021-07-08)",
				Doubt:  "third parties write of 90 days since; no official text was found",
			},
			{
				ID: "binance-unrestricted-idle", After: 30 * 24 * time.Hour, Start: exchanges.FromLastUse,
				Powers: []exchanges.Permission{exchanges.Read},
				Text:   "a key without an IP whitelist that is not used for 30 days is deleted, two business days after a notice",
				Source: "binance.com/en/news/flash/7334853 (2022-12-22)",
				Doubt:  "the announcement speaks of accounts not accessed",
			},
		},
		Notes: []string{
			"A key's own answer never lists its addresses: how wide the whitelist is can only be told for sub-account " +
				"keys, through their manager.",
			"Binance.US is another company: its keys look the same, are asked nowhere here, and get -2008 from binance. " +
				"So do keys of the futures testnet, which have 64 digits in hexadecimal: they are never called dead.",
			"Testnet and demo refuse a key of theirs from an address that is not on its whitelist as they refuse one that " +
				"they do not know (-2015). " +
				"Such a key moves no money.",
			"-2015 on /sapi reads as a refused address: the key lives, and cannot be looked at from here.",
			"A master key with trading permission can create sub-accounts and keys under them (inferred from the documented " +
				"calls): after a leak, list them all.",
		},
		Checked: day,
	}
}
