package kucoin

import (
	"slices"
	"time"

	"rekey/exchanges"
)

// pageKeys is where a person manages keys (old docs and docs-new,
// authentication).
const pageKeys = "https://www.kucoin.com/account/api"

// card is what is known about KuCoin's API keys. Everything on it was read in
// documents and public threads on the day it names; nothing was tried.
func card() exchanges.Card {
	const (
		day    = "2026-11-22"
		own    = "kucoin.com/docs-new/api-3470130; kucoin-universal-sdk 78c90c7"
		sub    = "kucoin.com/docs-new/api-3470131, 3470136 to 3470139; kucoin-universal-sdk 78c90c7"
		help   = "kucoin.com/support/360015102174"
		nobody = "no call is documented"
	)
	logIn := []string{
		"Log in by typing the address, never by a link from mail (accounts of KuCoin EU: kucoin.com/en-eu)",
		"Open " + pageKeys,
	}
	steps := func(more ...string) []string { return slices.Concat(logIn, more) }
	const find = "Find the key by its name and the first and last characters of its access key"
	person := func(action exchanges.Action, more ...string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.Master, Way: exchanges.ByPerson, Page: pageKeys, Steps: steps(more...),
			Note: "no call for keys of the master account exists; a key can only read about itself", Source: own, Checked: day,
		}
	}
	subKeys := func(action exchanges.Action, needs, note string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: exchanges.SubKeys, Way: exchanges.ByAPI, InRekey: true, Needs: needs,
			Page: pageKeys, Steps: steps("Switch to the sub-account's keys (also under Sub-Account)", find), Note: note,
			Source: sub, Checked: day,
		}
	}
	frozen := func(reach exchanges.Reach, way exchanges.Way, note string) exchanges.Capability {
		return exchanges.Capability{
			Action:  exchanges.ActFreeze,
			Reach:   reach,
			Way:     way,
			Note:    note,
			Source:  own,
			Checked: day,
		}
	}
	const (
		manager    = "a key of the master account, General is enough"
		passphrase = "a key of the master account, General is enough, and the passphrase of the key itself"
	)
	return exchanges.Card{
		Name:  Name,
		Title: "KuCoin",
		Kind:  "exchange",
		Secret: "access key, secret and passphrase; the passphrase was chosen when the key was made " +
			"and cannot be read again",
		Formats: "access key: 24 hex digits; secret: UUID, both in lower case (from examples; the documents promise no " +
			"form); passphrase: 7 to 32 characters without blanks",
		Regions:  []string{regionGlobal, regionEU, regionAU},
		Environs: []string{"live"},
		Death: "400003 (\"does not exist or site mismatch\") to the key's own question, twice with a pause, beside a " +
			"working control call, from all sites: " +
			"the global host, the same as the Australian site, and the EU; from the configured one alone when the key " +
			"answered there before in the same look. " +
			"Never 400004 to 400010 or 411100, which only keys that exist get; never 400002, 4003xx, 429, 5xx or a web page; " +
			"never while one region could not be asked.",
		Capabilities: []exchanges.Capability{
			{
				Action: exchanges.ActInspect, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true, Needs: "any valid key",
				Note: "tells name, permissions, masked addresses, creation, UID, and whether the account is the master account; " +
					"not last use or expiry. " +
					"It counts as a use: for a key without an IP whitelist it may start the 30 days anew (inferred from the rule)",
				Source: own, Checked: day,
			},
			person(exchanges.ActList, "Compare the list with your inventory, key by key"),
			subKeys(
				exchanges.ActList,
				manager,
				"frozen sub-accounts too; one call of 20 for each sub-account, of 2,000 in 30 s. Not for "+
					"sub-accounts of an exchange broker",
			),
			person(
				exchanges.ActIssue,
				"Choose to create a key, and set its IP addresses before you tick any permission but General",
				"Confirm with trading password, e-mail code and second factor ("+help+")",
			),
			subKeys(
				exchanges.ActIssue,
				manager,
				"the secret is shown once; the caller chooses the passphrase and, from -1, 30, 90, 180 and 360 days, an expiry "+
					"that no later answer tells; never with withdrawal. "+
					"With Unified as far as a third-party client says (see what one permission covers); "+
					"never with Trade, the word of old keys, nor with LeadtradeFutures or Earn",
			),
			person(exchanges.ActEdit, find, "Choose to edit the key"),
			subKeys(
				exchanges.ActEdit,
				passphrase,
				"what is sent replaces what was: an empty list of addresses may take the IP whitelist off",
			),
			person(
				exchanges.ActRevoke,
				find,
				"Choose to delete the key and confirm with your second factor",
				"Reload the page and see that the key is gone",
			),
			subKeys(
				exchanges.ActRevoke,
				passphrase,
				"a key whose passphrase is lost, or that an intruder made, can only be deleted by a person; the "+
					"passphrase travels in the URL",
			),
			frozen(exchanges.Master, exchanges.Nobody, "a key cannot be switched off for a time; "+nobody),
			frozen(
				exchanges.SubKeys,
				exchanges.NotTold,
				"the list says which sub-accounts are frozen; "+nobody+" that freezes one",
			),
		},
		Covers: exchanges.Covers{{
			Permission: exchanges.Trade, Words: []string{"Unified", "Trade"},
			Covers: []exchanges.Permission{exchanges.Spot, exchanges.Margin, exchanges.Futures},
			Note: "Unified trades spot and derivatives from one account; Trade is the word of old keys for all markets. " +
				"That a sub-account's key can be given Unified was seen in the types of a third-party client alone, " +
				"and that Unified covers margin is inferred. No key can be given Trade: one that has it is replaced by " +
				"a person. Whether either covers transfers is not told",
			Source:  "kucoin.com/docs-new introduction; docs.rs kucoin 0.7.4 types/sup_account.rs (third party)",
			Checked: "2026-11-30",
		}},
		Expiry: []exchanges.ExpiryRule{{
			ID: "kucoin-unrestricted-idle", After: 30 * 24 * time.Hour, Start: exchanges.FromLastUse,
			Powers: []exchanges.Permission{exchanges.Spot, exchanges.Margin, exchanges.Futures, exchanges.Trade},
			Text: "a key without an IP whitelist that has spot, margin or futures trading is deleted, or loses trading, " +
				"after 30 days without use",
			Source: help,
			Doubt: "the page does not say which of the two happens, nor what counts as use; it also says that such keys " +
				"must get a whitelist at all. The rule for keys with the older words is inferred",
		}},
		Notes: []string{
			"KuCoin EU has its own accounts, keys and host. rekey asks the configured region, and the other only when that " +
				"one says 400003; where the key is found there, it says what rekey.yaml needs. KuCoin says itself that 400003 " +
				"means \"does not exist or site mismatch\" (recorded 2026-09-25). " +
				"KuCoin Australia (region au) shares the global host and is told by the header X-SITE-TYPE.",
			"The calls that make sub-accounts and keys under them are listed under General, the \"read-only\" permission. No " +
				"answer says whether a key of a master account may make keys, so manage_keys is unknown for it. After a leak of " +
				"any key of a master account, list all sub-accounts and their keys.",
			"Addresses come back masked (203.**.7): rekey tells whether there is an IP whitelist, not how wide it is.",
			"The words InnerTransfer and FlexTransfers are reported as transfer. The call behind them can also move between " +
				"master and sub-accounts; no answer says whether the key may, so subaccount_transfer is unknown for it.",
			"Deprecated calls for transfers are listed under Spot and Futures, so for such keys rekey does not deny transfer.",
			"The word Transfer means withdrawal here, and skips the e-mail and second-factor codes of the web page. KuCoin " +
				"gives it only to keys with an IP whitelist.",
			"Keys of version 1 no longer work; some calls refuse keys of version 2 (400008).",
			"A wrong secret can look like a wrong passphrase (400004), because the secret signs the passphrase. Both " +
				"mean that the key lives.",
			"The limits are counted for each UID, master and sub-accounts apart.",
		},
		Checked: day,
	}
}
