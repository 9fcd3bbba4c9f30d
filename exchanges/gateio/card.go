package gateio

import (
	"time"

	"rekey/exchanges"
)

// pageKeys is linked by the documents. Its address on gate.com is not proven.
const pageKeys = "https://www.gate.io/myaccount/apiv4keys"

// card is what is known about Gate's API keys. Everything on it was read in
// documents and public code on the day it names; nothing was tried.
func card() exchanges.Card {
	const (
		day  = "2026-11-30"
		docs = "gate.io/docs/developers/apiv4 v4.105.4; gate/gateapi-go 52e97f69 (2026-08-20)"
		help = "help article 17521 (copy at gateex.org); the documents link the page"
	)
	byHand := []string{
		"Log in by typing the address, never by a link from mail",
		"Open the profile icon, API Management (" + pageKeys + "; if that is not it, use the menu)",
		"Find the key by its remark and the first characters of its access key",
	}
	person := func(action exchanges.Action, steps ...string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.Master, Way: exchanges.ByPerson, Page: pageKeys,
			Steps:  append(byHand[:len(byHand):len(byHand)], steps...),
			Note:   "no call makes, changes or deletes keys of the main account",
			Source: help, Checked: day,
		}
	}
	subKeys := func(action exchanges.Action, note string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.SubKeys, Way: exchanges.ByAPI, InRekey: true,
			Needs: "a key of the main account; which right it takes no document says",
			Page:  pageKeys, Note: note, Source: docs, Checked: day,
		}
	}
	return exchanges.Card{
		Name:     Name,
		Aliases:  []string{"gate"},
		Title:    "Gate (formerly Gate.io)",
		Kind:     "exchange",
		Secret:   "access key and secret",
		Formats:  "access key: 32 hex digits; secret: 64 hex digits (the documented examples)",
		Regions:  []string{regionGlobal, regionEEA},
		Environs: []string{live, testnet},
		Death: "INVALID_KEY with HTTP 401 (or 400) and a text beside it, twice with a pause, each time beside a working " +
			"control call (spot/time); from every site and environment, or from the configured one alone when the key " +
			"answered there before in the same look; and not before five minutes have passed since the deletion. Never " +
			"INVALID_SIGNATURE, INVALID_CREDENTIALS or IP_FORBIDDEN, which comes with 401 too.",
		Takes: 5 * time.Minute,
		Capabilities: []exchanges.Capability{
			{
				Action: exchanges.ActInspect, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true, Needs: "any valid key",
				Note: "tells the IP whitelist; rights, name, creation and last use only of a key of the main account that may " +
					"read account",
				Source: docs, Checked: day,
			},
			{
				Action: exchanges.ActList, Reach: exchanges.Master, Way: exchanges.ByAPI, InRekey: true,
				Needs: "a key of the main account that may read account", Page: pageKeys,
				Note: "one call shows all, with rights, addresses, creation and last use; of the access keys the first 12 " +
					"characters. A row that no declared key fits is named by them",
				Source: docs, Checked: day,
			},
			subKeys(exchanges.ActList, "one call for each sub-account, whole access keys"),
			person(
				exchanges.ActIssue, "Choose Create API Key, type v4, and set remark, IP permission and account type",
				"Give each product read only or read and write, and no more than the old key has",
				"Confirm with fund password and two-factor code, and copy key and secret: they are shown once",
			),
			subKeys(exchanges.ActIssue, "the secret is shown once; 20 keys for each account, 20 IPv4 addresses for each key"),
			person(exchanges.ActEdit, "Choose to edit the key"),
			subKeys(exchanges.ActEdit, "what is left out of the call is taken away, so rekey sends every field and reads it "+
				"back"),
			person(exchanges.ActRevoke, "Choose to delete the key and confirm",
				"Reload the page and see that the key is gone; it may work for five minutes more"),
			subKeys(exchanges.ActRevoke, "answers 204; the key may work for five minutes more"),
			{
				Action: exchanges.ActFreeze, Reach: exchanges.SubKeys, Way: exchanges.ByAPI,
				Needs:  "a key of the main account",
				Note:   "sub_accounts/{id}/lock locks a sub-account with all its keys; rekey does not use it",
				Source: docs, Checked: day,
			},
		},
		Covers: exchanges.Covers{
			{
				Permission: exchanges.Spot, Words: []string{"spot"}, Covers: []exchanges.Permission{exchanges.Margin},
				Note: "one word for spot and margin: a key has both, or neither", Source: docs, Checked: day,
			},
			{
				Permission: exchanges.Margin, Words: []string{"spot"}, Covers: []exchanges.Permission{exchanges.Spot},
				Note: "one word for spot and margin: a key has both, or neither", Source: docs, Checked: day,
			},
		},
		Expiry: []exchanges.ExpiryRule{{
			ID: "gateio-unbound-90-days", After: 90 * 24 * time.Hour, Start: exchanges.FromCreation,
			Powers: []exchanges.Permission{exchanges.Read},
			Text:   "a key without an IP whitelist is valid for 90 days",
			Source: help,
		}},
		Notes: []string{
			"Whether a key may withdraw is never shown, and a help article says that keys can: rekey neither grants nor " +
				"denies it. Withdrawals by API go to addresses only that were used by hand at least 24 hours before.",
			"Keys that are made, changed or deleted may stay as they were for up to five minutes: rekey waits that long " +
				"before it calls a key dead or still alive.",
			"account in rekey.yaml is the login name of the sub-account, or its ID.",
			"No document says which right makes and deletes keys of sub-accounts: after a leak of a key of the main account " +
				"that may write anywhere, look at the keys of all sub-accounts (inferred).",
			"A fund password that is set anew stops withdrawals for 24 hours (third party).",
			"A key exists at one site (gate.com, the site for Europe) and in one environment; everywhere else the answer is " +
				"taken to be that of a deleted key (inferred).",
			"IP_FORBIDDEN, INVALID_SIGNATURE, FORBIDDEN and READ_ONLY are taken as proof that the key lives: an unknown key " +
				"gets INVALID_KEY whatever its signature (recorded); the order of the other checks is inferred.",
			"Whether a look of rekey's moves the time of last use is not known.",
		},
		Checked: day,
	}
}
