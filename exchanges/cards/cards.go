// Package cards has the exchanges that rekey knows a card of and has no adapter
// for: what a person can do with their keys, on which page and in which steps.
// Nothing is ever sent to any of them, and none of their keys is ever called
// dead or alive.
//
// A card moves to a package of its own when its adapter is written.
package cards

import "rekey/exchanges"

// All returns the entries, in the order in which they are printed.
func All() []exchanges.Exchange {
	return []exchanges.Exchange{
		exchanges.CardAlone(mexc(), recogniseMEXC),
		exchanges.CardAlone(bitmex(), recogniseBitMEX),
		exchanges.CardAlone(bitfinex(), nil),
		exchanges.CardAlone(bitstamp(), nil),
		exchanges.CardAlone(cryptocom(), nil),
		exchanges.CardAlone(gemini(), recogniseGemini),
	}
}

// day is when the sources were read.
const day = "2026-11-30"

// A sheet makes the rows of one card.
type sheet struct {
	title, page, menu string
	pageSource        string
}

// person is an action that only a person can do, on the page for keys.
func (s sheet) person(action exchanges.Action, note string, steps ...string) exchanges.Capability {
	first := []string{
		"Log in to " + s.title + " by typing the address, never by a link from mail",
		"Open " + s.page + " (" + s.menu + ")",
	}
	return exchanges.Capability{
		Action: action, Reach: exchanges.Master, Way: exchanges.ByPerson, Page: s.page, Steps: append(first, steps...),
		Note: note, Source: s.pageSource, Checked: day,
	}
}

// byHand are the rows that every such page has: to see, make, change and delete
// the keys of the account.
func (s sheet) byHand(deleting ...string) []exchanges.Capability {
	find := "Find the key by its name and the first characters of its access key"
	return []exchanges.Capability{
		s.person(exchanges.ActList, "", "Compare the list with your inventory, key by key"),
		s.person(exchanges.ActIssue, "the secret is shown once", "Make a key: addresses first, then no more rights "+
			"than the bot needs"),
		s.person(exchanges.ActEdit, "", find, "Take away the rights that the bot does not need, and set its addresses"),
		s.person(exchanges.ActRevoke, "", append(append([]string{find}, deleting...), "Reload the page and see that "+
			"the key is gone")...),
	}
}

// api is an action for which the exchange has a call that rekey does not make.
func api(action exchanges.Action, reach exchanges.Reach, needs, note, source string) exchanges.Capability {
	return exchanges.Capability{
		Action: action, Reach: reach, Way: exchanges.ByAPI, Needs: needs, Note: note, Source: source, Checked: day,
	}
}

// none is an action for which the exchange has no call, and no page is known.
func none(action exchanges.Action, reach exchanges.Reach, note, source string) exchanges.Capability {
	return exchanges.Capability{
		Action: action, Reach: reach, Way: exchanges.Nobody, Note: note, Source: source, Checked: day,
	}
}

// unproven begins what each card says of death.
const unproven = "rekey has no adapter and never calls such a key dead: a person sees on the page that it is gone. "
