package threecommas

import "rekey/exchanges"

// page is where a person logs in; the documents name the pages behind it in
// words alone.
const page = "https://app.3commas.io"

// storedKeys is the reach of what concerns the exchange keys in 3Commas' hands,
// as opposed to its own API token.
const storedKeys exchanges.Reach = "exchange keys that 3commas stores"

// card is what is known about 3Commas. Everything on it was read in documents
// on the day it names; nothing was tried.
func card() exchanges.Card {
	const (
		day     = "2026-11-22"
		docs    = "3commas-official-api-docs 0a55695 (2026-05-07) docs/account"
		start   = "3commas-official-api-docs 0a55695 (2026-05-07) docs/quick-start"
		apiPage = "help.3commas.io article 8075236"
		update  = "help.3commas.io article 3166090"
		pause   = "help.3commas.io article 6863421"
		connect = "help.3commas.io articles 3229039, 3166090, 6858581"
	)
	token := func(action exchanges.Action, note string, steps ...string) exchanges.Capability {
		login := []string{
			"Log in by typing the address, never by a link from mail",
			"Open " + page + " and there 3Commas API",
		}
		return exchanges.Capability{
			Action: action, Reach: exchanges.OwnKey, Way: exchanges.ByPerson, Page: page, Steps: append(login, steps...),
			Note: note, Source: apiPage, Checked: day,
		}
	}
	stored := func(action exchanges.Action, inRekey bool, needs, note, source string) exchanges.Capability {
		return exchanges.Capability{
			Action: action, Reach: storedKeys, Way: exchanges.ByAPI, InRekey: inRekey, Needs: needs, Page: page, Note: note,
			Source: source, Checked: day,
		}
	}
	const writes = "a token with ACCOUNTS_WRITE"
	swap := stored(
		exchanges.ActEdit,
		true,
		writes+", and a plan that may write by API",
		"swaps the stored key and keeps bots and history: stop the bots, make the new key, update, load the balances, "+
			"then delete the old key at the exchange; in a live leak revoke first: "+
			"trades are then suspended for 7 days, SmartTrades may fail. "+
			"Not documented: whether a connection made by Fast Connect takes a key that was made by API, and whether its "+
			"siblings of one key are swapped with it",
		docs+"/4_edit_exchange_account.mdx; "+update+"; "+pause,
	)
	swap.Steps = []string{
		"Log in by typing the address, never by a link from mail",
		"Open My Portfolio, find the connection, and stop its bots",
		"Choose Update API Key in its menu (three dots), and enter the new key",
		"Press the refresh button beside the connection: it must show balances and no error",
	}
	return exchanges.Card{
		Name:  Name,
		Title: "3Commas",
		Kind:  "vendor",
		Secret: "access key and secret of a 3Commas API token; the secret of a self-generated token is " +
			"its RSA private key in PEM",
		Formats: "access key and HMAC secret: 64 letters and digits (from the documented example; the " +
			"documents promise no form)",
		Death: "Nothing that 3Commas says proves an exchange key dead or alive: it repeats what the exchange answered " +
			"when the key was last used. " +
			"A deleted connection leaves the key alive at the exchange.",
		Capabilities: []exchanges.Capability{
			{
				Action: exchanges.ActInspect, Reach: exchanges.OwnKey, Way: exchanges.ByAPI, InRekey: true,
				Needs:  "any valid token",
				Note:   "tells that the token is accepted; not its permissions, IP whitelist or age",
				Source: start + "/2_how_to_start.mdx", Checked: day,
			},
			token(exchanges.ActList, "no call lists 3Commas tokens", "Delete every token that you do not use"),
			stored(
				exchanges.ActList,
				true,
				"a token with ACCOUNTS_READ, and a plan with API access",
				"names the exchange and whether the stored key works, and finds the connection of a given access key; never "+
					"returns keys, secrets, permissions or IP whitelists",
				docs+"/5_list_of_connected_exchanges_and_wallets.mdx",
			),
			token(
				exchanges.ActIssue,
				"a system-generated token must have an IP whitelist, a self-generated one may",
				"Choose \"Self-generated\" (RSA): 3Commas then never has the secret",
				"Give it ACCOUNTS_READ alone, and an IP whitelist",
			),
			stored(
				exchanges.ActIssue,
				false,
				writes+", and the Expert plan",
				"keys entered by hand only on the Expert plan and for Binance sub-accounts; all others use Fast Connect in the "+
					"browser, where the exchange makes the key",
				docs+"/2_add_exchange_account.mdx; "+connect,
			),
			swap,
			token(
				exchanges.ActRevoke,
				"no call deletes 3Commas tokens",
				"Delete the token and reload the page to see that it is gone",
			),
			stored(
				exchanges.ActRevoke,
				false,
				writes,
				"deletes the connection with its bots, history and statistics, and is refused while anything is active; the key "+
					"stays alive at the exchange and must be deleted there",
				docs+"/15_delete_an_exchange_account.mdx; "+update,
			),
			{
				Action: exchanges.ActFreeze, Reach: storedKeys, Way: exchanges.Nobody,
				Note: "no call disconnects without deleting; bots can be stopped one by one", Source: docs, Checked: day,
			},
		},
		Notes: []string{
			"3Commas' own token is as good as the keys behind it: a signed request has no timestamp and can be replayed, so " +
				"give the token an IP whitelist and read permissions alone, or ACCOUNTS_WRITE beside them where " +
				"rekey shall swap stored keys.",
			"In 2022 keys, secrets and passphrases stored at 3Commas leaked " +
				"(3commas.io/blog/notice-on-api-data-disclosure-incident, 2022-12-29): every key that was there before is to be " +
				"replaced, and no passphrase used again.",
			"A key made by Fast Connect is an ordinary key on the exchange's page, and must be deleted there.",
			"To ask whether 3Commas holds a key, rekey sends its access key in the query of the request, as documented. The " +
				"secret of a key is sent for one thing alone, to swap it in for an old one, and in the body of the request.",
			"A plan without API access answers 429 like an exceeded limit. rekey tells the two apart and does not wait.",
			"An exceeded limit blocks the address for 300 seconds; going on brings a ban of two minutes to three days " +
				"(docs/quick-start/9_limits.mdx).",
		},
		Checked: day,
	}
}
