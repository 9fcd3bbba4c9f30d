package bitget

import "rekey/exchanges"

// pageKeys is named by BitgetLimited/agent_hub 1823de09.
const pageKeys = "https://www.bitget.com/account/newapi"

// card is what is known about Bitget's API keys. Everything on it was read in
// documents and public code on the day it names; nothing was tried.
func card() exchanges.Card {
	const (
		day   = "2026-11-30"
		docs  = "bitget.com/api-doc, stored 2025-2026"
		third = "UnipayFI/go-bitget 5a56b3dd (2026-08-21)"
		page  = "BitgetLimited/agent_hub 1823de09 names the page; the wording of the steps is partly inferred"
	)
	byHand := []string{
		"Log in by typing the address, never by a link from mail",
		"Open " + pageKeys + " (account icon, API Keys; for a sub-account: account icon, Sub-accounts, API)",
		"Find the key by its note and the characters of its access key",
	}
	person := func(action exchanges.Action, steps ...string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.Master, Way: exchanges.ByPerson, Page: pageKeys,
			Steps: append(byHand[:len(byHand):len(byHand)], steps...),
			Note:  "no call for keys of the main account exists, not even for the calling key", Source: page, Checked: day,
		}
	}
	subKeys := func(action exchanges.Action, needs, note string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.SubKeys, Way: exchanges.ByAPI, InRekey: true,
			Needs: needs, Page: pageKeys, Note: note, Source: third, Checked: day,
		}
	}
	const manager = "a key of a unified main account with uta_mgt and read-and-write"
	return exchanges.Card{
		Name:   Name,
		Title:  "Bitget",
		Kind:   "exchange",
		Secret: "access key and secret, and the passphrase that was chosen when the key was made",
		Formats: "access key: bg_ (documented) and 32 hex digits; secret: 64 hex digits (both inferred); passphrase: 8 to " +
			"32 letters and digits",
		Environs: []string{live, demo},
		Death: "40037 \"Apikey does not exist\" with HTTP 400 from both worlds (unified and classic), for live and " +
			"for demo " +
			"trading, twice with a pause, each time beside a working control call; from the configured environment alone " +
			"when " +
			"the key answered there before in the same look. Never 40037 with other words, never 40006, 40012 or 40018: code " +
			"and text must agree, and Bitget's own tables contradict each other.",
		Capabilities: []exchanges.Capability{
			{
				Action: exchanges.ActInspect, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true, Needs: "any valid key",
				Note: "tells permissions and the IP whitelist with its addresses; not name, creation, last use or expiry. The " +
					"birthday in the answer is that of the account",
				Source: docs, Checked: day,
			},
			person(exchanges.ActList, "Compare the list with your inventory, key by key"),
			subKeys(exchanges.ActList, "a key of the main account with uta_mgt (a classic one: any)",
				"one call for each sub-account; tells creation for unified keys alone, and last use for none"),
			person(
				exchanges.ActIssue, "Choose Create API key, system-generated",
				"Set note, passphrase and linked addresses before the rights",
				"Confirm with the codes from mail and authenticator, and copy key and secret: they are shown once",
			),
			subKeys(exchanges.ActIssue, manager, "unified sub-accounts alone; the secret is shown once; 10 keys for each "+
				"sub-account, 30 IPv4 addresses for each key"),
			person(exchanges.ActEdit, "Choose to edit the key"),
			subKeys(exchanges.ActEdit, manager+", and the passphrase of the key that is changed",
				"unified sub-accounts alone; what is left out of the call may open the key, so rekey sends every field and reads "+
					"it back"),
			person(exchanges.ActRevoke, "Choose Delete and confirm with the codes",
				"Reload the page and see that the key is gone"),
			subKeys(exchanges.ActRevoke, manager, "unified sub-accounts alone: no call deletes a classic key"),
			{
				Action: exchanges.ActFreeze, Reach: exchanges.SubKeys, Way: exchanges.ByAPI, Needs: manager,
				Note: "freeze-sub freezes a sub-account with all its keys; rekey does not use it", Source: third, Checked: day,
			},
		},
		Covers: exchanges.Covers{{
			Permission: exchanges.Trade, Words: []string{"uta_trade"},
			Covers: []exchanges.Permission{exchanges.Spot, exchanges.Margin, exchanges.Futures},
			Note:   "the one permission to trade of a unified account; that it covers every market is inferred",
			Source: docs, Checked: day,
		}},
		Notes: []string{
			"A key belongs to a unified account (/api/v3) or to a classic one (/api/v2). No call deletes a classic key: " +
				"a person " +
				"deletes it on the page.",
			"account in rekey.yaml is the UID of the sub-account.",
			"One call of a unified main account makes a sub-account together with a key (sub-account/agent-create): " +
				"after a leak " +
				"look for sub-accounts that you do not know.",
			"Every change of a key wants the key's own passphrase: a key whose passphrase nobody has cannot be narrowed " +
				"by API, " +
				"only deleted.",
			"Keys that sign by RSA are not looked at by this version of rekey.",
			"40009, 40012 and 40014 are taken as proof that the key lives: an unknown key gets 40037 whatever its signature " +
				"(recorded); the order of the other checks is inferred.",
			"No rule is documented under which keys end by themselves.",
		},
		Checked: day,
	}
}
