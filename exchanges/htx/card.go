package htx

import (
	"time"

	"rekey/exchanges"
)

// pageKeys: the path was seen at huobi.com; htx.com was not opened.
const pageKeys = "https://www.htx.com/en-us/apikey/"

// card is what is known about HTX's API keys. Everything on it was read in
// documents and public code on the day it names; nothing was tried.
func card() exchanges.Card {
	const (
		day  = "2026-11-30"
		docs = "huobiapi/docs v1_en d3b5b362 (2021-06-23); same paths in JKorf/HTX.Net 3300a72a (2026-06-30)"
		page = "stored page huobi.com/vi-vi/apikey and support detail 360000203002; the address at htx.com is inferred"
	)
	byHand := []string{
		"Log in by typing the address, never by a link from mail",
		"Open " + pageKeys + " (account icon, API Management)",
		"Find the key by its note and its access key",
	}
	person := func(action exchanges.Action, steps ...string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.Master, Way: exchanges.ByPerson, Page: pageKeys,
			Steps:  append(byHand[:len(byHand):len(byHand)], steps...),
			Note:   "no call makes, changes or deletes keys of the parent user",
			Source: page, Checked: day,
		}
	}
	subKeys := func(action exchanges.Action, needs, note string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.SubKeys, Way: exchanges.ByAPI, InRekey: true, Needs: needs, Page: pageKeys,
			Note: note, Source: docs, Checked: day,
		}
	}
	const trader = "a key of the parent user with trade"
	return exchanges.Card{
		Name:    Name,
		Aliases: []string{"huobi"},
		Title:   "HTX (formerly Huobi)",
		Kind:    "exchange",
		Secret:  "access key and secret",
		Formats: "access key: four groups of letters and digits, the last of 5 or 10; secret: four groups of hex digits. " +
			"They look alike",
		Regions: []string{regionGlobal, regionAWS},
		Death: "\"Signature not valid: Incorrect Access key\" from /v1/account/accounts, twice with a pause, each time " +
			"beside a working control call, from both hosts, or from the configured one alone when the key answered " +
			"there before in " +
			"the same look, and for an access key of the documented form only. Never code 1003 of /v2, which was seen for " +
			"dead keys and for wrong signatures.",
		Capabilities: []exchanges.Capability{
			{
				Action: exchanges.ActInspect, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true,
				Needs: "any valid key that may read", Note: "tells permissions, addresses, creation and state; not last use",
				Source: docs, Checked: day,
			},
			{
				Action: exchanges.ActList, Reach: exchanges.Master, Way: exchanges.ByAPI, InRekey: true,
				Needs: "a key of the parent user that may read", Page: pageKeys, Note: "whole access keys",
				Source: docs, Checked: day,
			},
			subKeys(exchanges.ActList, "a key of the parent user that may read", "one call for each sub user"),
			person(
				exchanges.ActIssue, "Set a note, the rights and the IP list, and choose Create",
				"Confirm with the codes from SMS, mail and authenticator, and copy both keys: they are shown once",
			),
			subKeys(exchanges.ActIssue, trader+", and a code of the parent's authenticator, which a person types",
				"the secret is shown once; 20 addresses for each key"),
			person(exchanges.ActEdit, "Choose Edit in the key's row"),
			subKeys(exchanges.ActEdit, trader, "what becomes of a field that is left out is not told, so rekey sends every one "+
				"and reads it back"),
			person(exchanges.ActRevoke, "Choose Delete in the key's row and confirm",
				"Reload the page and see that the key is gone"),
			subKeys(exchanges.ActRevoke, trader, "no second factor is asked for"),
			{
				Action: exchanges.ActFreeze, Reach: exchanges.SubKeys, Way: exchanges.ByAPI, Needs: trader,
				Note: "sub-user/management locks a sub user with all its keys; rekey does not use it", Source: docs, Checked: day,
			},
		},
		Covers: exchanges.Covers{{
			Permission: exchanges.Trade, Words: []string{wordTrade},
			Covers: []exchanges.Permission{exchanges.Spot, exchanges.Margin, exchanges.Futures},
			Note:   "one word for all markets", Source: docs, Checked: day,
		}},
		Expiry: []exchanges.ExpiryRule{{
			ID: "htx-unbound-90-days", After: 90 * 24 * time.Hour, Start: exchanges.FromCreation,
			Powers: []exchanges.Permission{exchanges.Read},
			Text:   "a key without an IP whitelist ends after 90 days; the page and the list count the days that are left",
			Source: docs,
		}},
		Notes: []string{
			"account in rekey.yaml is the UID of the sub user.",
			"The newest text of the documents that was found is of 2021; clients of 2026 use the same calls.",
			"A key of the parent user with trade may change and delete keys of sub users (table of rights; inferred). Its own " +
				"answer does not say so.",
			"The list tells how many days a key has left (-1 for no end), and no date: rekey prints none.",
			"A signature names the host. Where rekey.yaml replaces the endpoint, it names " + signedHost + ".",
			"Refusals of address, signature and permission in /v1 are taken as proof that the key lives: an unknown key gets " +
				"\"Incorrect Access key\" (recorded); the order of the other checks is inferred.",
			"What HTX answers to a wrong code of the second factor is inferred.",
		},
		Checked: day,
	}
}
