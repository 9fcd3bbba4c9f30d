package bybit

import (
	"time"

	"rekey/exchanges"
)

// Pages of the global site.
const pageKeys = "https://www.bybit.com/app/user/api-management"

// Where the facts of the card were read, and when.
const (
	cardDay  = "2026-11-30"
	cardDocs = "bybit-exchange/docs 072c197d, docs/v5/user"
	cardHand = "bybit-exchange/docs 072c197d, docs/faq; wiki.cryptorg.net/exchanges/bybit/api-keys"
)

// card is what is known about Bybit's API keys. Everything on it was read in
// documents and public threads on the day it names; nothing was tried.
func card() exchanges.Card {
	return exchanges.Card{
		Name:   Name,
		Title:  "Bybit",
		Kind:   "exchange",
		Secret: "access key and secret, or access key and RSA private key; no passphrase",
		Formats: "access key: 18 letters and digits; secret: 36 letters and digits (from masks; the documents promise no " +
			"form)",
		Regions:  regions(),
		Environs: []string{live, testnet, demo},
		Death: "10003, or HTTP 401 without a body and with the reason \"API key is invalid.\", twice with a pause from the " +
			"configured site, and once from every other site, testnet and demo, each beside a working control call; from the " +
			"configured site alone when the key answered there before in the same look. Never 10004, 10005, 10010, a " +
			"timeout, 403, 5xx or a web page; never while one site could not be asked.",
		Capabilities: append(byHand(), byAPI()...),
		Covers: exchanges.Covers{{
			Permission: exchanges.Spot, Words: []string{"Spot:SpotTrade"}, Covers: []exchanges.Permission{exchanges.Margin},
			Note:   "spot orders of a unified account may borrow (isLeverage); no group of its own exists",
			Source: "bybit-exchange/docs 072c197d, docs/v5/order/create-order", Checked: cardDay,
		}},
		Expiry: []exchanges.ExpiryRule{{
			ID: "bybit-unbound-90-days", After: 90 * 24 * time.Hour, Start: exchanges.FromCreation,
			Powers: []exchanges.Permission{exchanges.Read},
			Text: "a key without an IP whitelist ends after 90 days; on the page it can be prolonged by 90 more, and keeps " +
				"its secret",
			Source: "bybit-exchange/docs 072c197d, docs/v5/user/create-subuid-apikey and docs/faq",
			Doubt:  "7 days after the password was changed, by one page keys without addresses end, by another all keys",
		}},
		Notes: []string{
			"A key exists at one site (global, eea, nl, tr, kz, ge, ae, id, jp) and in one environment; everywhere else the " +
				"answer is that of a deleted key.",
			"A key of the master account with a transfer or withdrawal right may make, change and delete keys of " +
				"sub-accounts, and make sub-accounts: after a leak look at all of them (inferred from the table of rights).",
			"A key that only trades can neither change nor delete itself. A master key with a transfer or withdrawal right " +
				"can, and so can a key of a sub-account with a transfer right; one that narrowed itself cannot undo that " +
				"(inferred).",
			"No list names the keys of the master account. Fund custodial sub-accounts are listed apart, and rekey does not " +
				"ask for them.",
			"Whether the list of a sub-account's keys shows whole access keys is not told: its documented example masks " +
				"them. A key that is masked is reported as there, and cannot be revoked by API.",
			"Fields that a change leaves out open the key (readOnly, ips): rekey sends all of them, and compares the answer.",
			"10004 (signature), 10005 (right) and 10010 (address) are taken as proof that the key lives; this is inferred, " +
				"the order of Bybit's checks is not documented.",
			"A key of \"Connect to Third-Party Applications\" answers 10010 from its owner's address: it is bound to the " +
				"vendor's servers (sieblyio/bybit-api#555).",
			"FiatP2P, FiatBitPay, FiatConvertBroker, BitCard, ByXPost, Affiliate, CopyTrading and NFT are reported as " +
				"unmapped: they move money or speak for the user, and rekey has no word for them.",
		},
		Checked: cardDay,
	}
}

// byAPI are the rows of the card that need no person.
func byAPI() []exchanges.Capability {
	own := func(action exchanges.Action, needs, note string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true,
			Needs: needs, Note: note, Source: cardDocs, Checked: cardDay,
		}
	}
	const manager = "a key of the master account with a transfer or withdrawal right"
	subKeys := func(action exchanges.Action, note string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.SubKeys, Way: exchanges.ByAPI, InRekey: true,
			Needs: manager, Page: pageKeys, Note: note, Source: cardDocs, Checked: cardDay,
		}
	}
	const ownPower = "a master key with a transfer or withdrawal right, or a sub-account's key with a transfer right"
	return []exchanges.Capability{
		own(exchanges.ActInspect, "any valid key",
			"tells rights, the IP whitelist with its addresses, creation and expiry; not last use"),
		own(exchanges.ActEdit, ownPower, "the addresses of a master key can be changed on its page alone (since 2026-02-10)"),
		own(exchanges.ActRevoke, ownPower, "\"invalid immediately\"; a key that only trades cannot"),
		subKeys(exchanges.ActList, "one call for each sub-account and 20 keys, 10 a second; tells creation and "+
			"expiry"),
		subKeys(exchanges.ActIssue, "1 a second; the secret is shown once; at most 20 addresses are sent, no "+
			"number is documented"),
		subKeys(exchanges.ActEdit, "keeps key and secret, so it is no rotation"),
		subKeys(exchanges.ActRevoke, "\"invalid immediately\""),
		{
			Action: exchanges.ActFreeze, Reach: exchanges.SubKeys, Way: exchanges.ByAPI, Needs: manager,
			Note: "freezes the whole sub-account; rekey does not send it", Source: cardDocs, Checked: cardDay,
		},
	}
}

// byHand are the rows of the card that a person does.
func byHand() []exchanges.Capability {
	steps := []string{
		"Log in by typing the address, never by a link from mail (each site has its own: bybit.eu, bybit.nl, …)",
		"Open " + pageKeys + " (testnet: https://testnet.bybit.com/app/user/api-management)",
		"Find the key by its name and the first and last characters of its access key",
	}
	person := func(action exchanges.Action, more ...string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.Master, Way: exchanges.ByPerson, Page: pageKeys,
			Steps: append(steps[:len(steps):len(steps)], more...),
			Note:  "no call for other keys of the master account exists", Source: cardHand, Checked: cardDay,
		}
	}
	issue := person(exchanges.ActIssue, "Choose Create New Key, system-generated",
		"Set name, read-only or read-write, the rights that are needed, and the IP addresses (without any the key ends "+
			"after 90 days)",
		"Confirm with the code from your mail and your second factor, and copy the secret: it is shown once")
	issue.Steps = withoutStep(issue.Steps, 2)
	return []exchanges.Capability{
		person(exchanges.ActList, "Compare the list with your inventory, key by key; connected applications stand there too"),
		issue,
		person(exchanges.ActEdit, "Choose Edit, and confirm with the code from your mail and your second factor"),
		person(exchanges.ActRevoke, "Choose Delete in the key's head line and confirm with your second factor",
			"Reload the page and see that the key is gone"),
		{
			Action: exchanges.ActFreeze, Reach: exchanges.Master, Way: exchanges.NotTold,
			Note: "no page that freezes a key was found", Source: cardHand, Checked: cardDay,
		},
	}
}

// withoutStep returns the steps without the one at i.
func withoutStep(steps []string, i int) []string {
	return append(steps[:i:i], steps[i+1:]...)
}
