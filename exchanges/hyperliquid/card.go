package hyperliquid

import "rekey/exchanges"

const pageAgents = "https://app.hyperliquid.xyz/API"

// card is what is known about Hyperliquid's agent wallets. Everything on it was
// read in documents and type files on the day it names; nothing was tried.
func card() exchanges.Card {
	const (
		day   = "2026-11-30"
		docs  = "hyperliquid.gitbook.io nonces-and-api-wallets and exchange-endpoint, collected 2026-11"
		lists = "hyperliquid-dex/hyperliquid-python-sdk 7ee976d, @nktkas/hyperliquid 0.28-0.30, goldrush.dev extra-agents"
	)
	steps := []string{
		"Open " + pageAgents + " by typing the address, never by a link, and connect the account's own wallet",
		"Find the API wallet by its name and the first and last characters of its address",
	}
	person := func(action exchanges.Action, note string, more ...string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.Master, Way: exchanges.ByPerson, Page: pageAgents,
			Steps: append(steps[:len(steps):len(steps)], more...), Note: note, Source: docs, Checked: day,
		}
	}
	signature := "it takes the signature of the account's own wallet, which rekey never holds"
	return exchanges.Card{
		Name:  Name,
		Title: "Hyperliquid",
		Kind:  "exchange",
		Secret: "none: rekey.yaml has `account: \"0x…\"`, the public address of the account, without `credential`; " +
			"the private " +
			"key of an agent wallet, or of the account, is not asked for",
		Formats:  "address: 0x and 40 hexadecimal digits; private key: 64, with or without 0x",
		Environs: []string{live, testnet},
		Death: "no answer proves it: an agent that is removed is on the list no more, and an address that is unknown may " +
			"never have been approved. The page shows it",
		Capabilities: []exchanges.Capability{
			{
				Action: exchanges.ActInspect, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true,
				Needs: "the address alone", Note: "tells whether it is an account, a sub-account, a vault or an agent wallet",
				Source: lists, Checked: day,
			},
			{
				Action: exchanges.ActList, Reach: exchanges.Master, Way: exchanges.ByAPI, InRekey: true,
				Needs: "the account's address alone", Page: pageAgents,
				Note:   "tells names, addresses and ends of named agents; the one agent without a name is on no list",
				Source: lists, Checked: day,
			},
			person(exchanges.ActIssue, signature, "Choose Generate, give it a name that no other has, and an end",
				"Authorize it with the account's wallet, and copy the private key: it is shown once"),
			{
				Action: exchanges.ActEdit, Reach: exchanges.Master, Way: exchanges.Nobody,
				Note: "an agent wallet has no rights or addresses to change", Source: docs, Checked: day,
			},
			person(exchanges.ActRevoke, signature, "Choose Remove and sign with the account's wallet",
				"Never approve the address of a removed agent again: its old signed orders could be played again",
				"If the account's own private key has leaked, no removal helps: move the funds to another wallet"),
		},
		Notes: []string{
			"A private key next to the word hyperliquid may be that of the account itself: then it can take all funds.",
			"The agent without a name, of which an account may have one, is on no list: a new one removes it.",
			"An agent trades, and cannot withdraw or send. Which transfers inside the account it may make is not told.",
			"A new agent of the same name removes the old one. An agent ends after 180 days at most.",
			"There is no list of addresses: an agent can be used from anywhere.",
			"1200 of weight a minute and address; which question weighs how much is inferred.",
		},
		Checked: day,
	}
}
