package okx

import (
	"time"

	"rekey/exchanges"
)

// Pages of the global site; the documents link the paths only.
const (
	pageKeys     = "https://www.okx.com/account/my-api"
	pageSecurity = "https://www.okx.com/account/security"
)

// card is what is known about OKX's API keys. Everything on it was read in
// documents and public threads on the day it names; nothing was tried.
func card() exchanges.Card {
	const (
		day  = "2026-11-22"
		docs = "okx.com/docs-v5/en, capture of 2026-02-23"
		sub  = "okx.com/docs-v5/en, Sub-account, captures of 2025-11-30, 2026-02-23 and 2026-07-20"
	)
	byHand := []string{
		"Log in by typing the address, never by a link from mail (my.okx.com for EEA accounts, app.okx.com for US " +
			"accounts, tr.okx.com for Turkish accounts)",
		"Open " + pageKeys,
		"Find the key by its name and the first and last characters of its access key",
	}
	person := func(action exchanges.Action, page string, steps ...string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.Master, Way: exchanges.ByPerson, Page: page,
			Steps: append(byHand[:len(byHand):len(byHand)], steps...),
			Note:  "no call for keys of the main account exists, not even for the calling key", Source: docs, Checked: day,
		}
	}
	subKeys := func(action exchanges.Action, needs, note string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.SubKeys, Way: exchanges.ByAPI, InRekey: true,
			Needs: needs, Page: pageKeys, Note: note, Source: sub, Checked: day,
		}
	}
	const manager = "a key of the main account with trade that has an IP whitelist"
	freeze := person(exchanges.ActFreeze, pageSecurity)
	freeze.Steps = []string{
		"Log in by typing the address, never by a link from mail (my.okx.com for EEA accounts, app.okx.com for US " +
			"accounts, tr.okx.com for Turkish accounts)",
		"Open " + pageSecurity, "Choose to freeze the account",
	}
	freeze.Note = "it freezes the account with all its keys, not one key; that the switch is on this page is inferred"
	return exchanges.Card{
		Name:   Name,
		Title:  "OKX",
		Kind:   "exchange",
		Secret: "access key and secret, and the passphrase that was chosen when the key was made",
		Formats: "access key: UUID in lower case; secret: 32 hex digits in upper case (from examples; the documents " +
			"promise no form); passphrase: 8 to 32 characters",
		Regions:  []string{regionGlobal, regionEEA, regionUS, regionTR},
		Environs: []string{live, demo},
		Death: "50119 from the hosts of all regions (www, eea, us and tr.okx.com), for live and for demo trading, each " +
			"beside a working control call; " +
			"from the configured place alone when the key answered there before in the same look. Never 50110, 50111, a " +
			"timeout, 5xx or a web page; never while one region could not be asked.",
		Capabilities: []exchanges.Capability{
			{
				Action: exchanges.ActInspect, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true, Needs: "any valid key",
				Note: "tells label, permissions, the IP whitelist with its addresses, and whether the account is the main " +
					"account; not creation, last use or expiry. " +
					"It counts as a use: for a key without an IP whitelist it starts the 14 days anew (inferred from the rule)",
				Source: docs, Checked: day,
			},
			person(exchanges.ActList, pageKeys, "Compare the list with your inventory, key by key"),
			subKeys(
				exchanges.ActList,
				"a key of the main account with read_only",
				"one call for each sub-account, 20 in 2 s; tells creation, not last use",
			),
			person(
				exchanges.ActIssue, pageKeys, "Choose to create a key, and set its IP addresses before you tick trade or withdraw",
				"\"Binding third-party apps\" limits the key to the addresses of that broker, which OKX does not show you",
			),
			subKeys(
				exchanges.ActIssue,
				manager,
				"the secret is shown once; the caller chooses the passphrase; 50 keys for each account, labels unique, "+
					"20 addresses for each key",
			),
			person(exchanges.ActEdit, pageKeys, "Choose to edit the key"),
			subKeys(
				exchanges.ActEdit,
				manager,
				"modify-apikey keeps key and secret, so it is no rotation; an empty ip takes the IP whitelist off",
			),
			person(
				exchanges.ActRevoke,
				pageKeys,
				"Choose to delete the key and confirm with your second factor",
				"Reload the page and see that the key is gone",
			),
			subKeys(exchanges.ActRevoke, manager, ""),
			freeze,
			{
				Action: exchanges.ActFreeze, Reach: exchanges.SubKeys, Way: exchanges.NotTold,
				Note:   "the list says which sub-accounts are frozen; no call that freezes one is documented",
				Source: sub, Checked: day,
			},
		},
		Covers: exchanges.Covers{{
			Permission: exchanges.Trade, Words: []string{"trade"},
			Covers: []exchanges.Permission{exchanges.Spot, exchanges.Margin, exchanges.Futures, exchanges.Options},
			Note: "the one permission to place and cancel orders, in every market. Transfers are in it too, some of " +
				"them under a switch that no answer shows: a purpose that names transfer or subaccount_transfer is " +
				"not counted as covered",
			Source: "okx.com/docs-v5/en, API key permissions, capture of 2026-02-23", Checked: day,
		}},
		Expiry: []exchanges.ExpiryRule{{
			ID: "okx-unbound-idle", After: 14 * 24 * time.Hour, Start: exchanges.FromLastUse,
			Powers: []exchanges.Permission{exchanges.Trade, exchanges.Withdraw},
			Text: "a key without an IP whitelist that has trade or withdraw expires after 14 days " +
				"without an authenticated call",
			Source: "okx.com/docs-v5/en, API key security, capture of 2026-02-23",
			Doubt:  "keys of demo trading are exempt; other sites still write of 30 days",
		}},
		Notes: []string{
			"A key exists at one region's host and in one environment only. rekey asks the configured place, and the others " +
				"only when that one says 50119; where the key is found there, it says what rekey.yaml needs.",
			"A key with trade that belongs to the main account and has an IP whitelist may make, change and delete keys of " +
				"sub-accounts (documents). Its own answer does not say so: manage_keys is unknown for such a key, and denied " +
				"when one of the three is missing.",
			"trade includes funding transfers: between the account's own wallets, and between main account and sub-accounts. " +
				"OKX has no word of its own for it, so for a key with trade rekey neither grants nor denies transfer " +
				"and subaccount_transfer.",
			"A key with trade can also cancel withdrawals. Withdrawals by API go to verified addresses only, and " +
				"never from a sub-account.",
			"50101 (other environment), 50105 (passphrase) and 50113 (signature) are taken as proof that the key lives; this " +
				"is inferred, the order of OKX's checks is not documented.",
			"50110 (address) also comes when the machine speaks IPv6 and the whitelist holds its IPv4 address only.",
			"No call lists or revokes the grants of OAuth apps.",
		},
		Checked: day,
	}
}
