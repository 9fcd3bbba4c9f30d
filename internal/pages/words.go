package pages

import (
	"io"
	"slices"
)

// A Word is a word that rekey uses for one thing, always.
type Word struct {
	Word, Meaning string
	// Not are words that were used for it before, and are not any more. A test
	// finds them.
	Not []string
}

// Words returns the fixed words of rekey in the order of the page.
func Words() []Word { return slices.Concat(keyWords(), screenWords(), changeWords()) }

func keyWords() []Word {
	return []Word{
		{Word: "access key", Meaning: "the public half of an API key: what the exchange shows"},
		{Word: "secret, passphrase", Meaning: "the private parts; rekey never prints them"},
		{Word: "credential", Meaning: "an access key with its secret, and the passphrase where there is one"},
		{
			Word: "credential location",
			Meaning: "where a credential lies: dotenv:.env#BINANCE, " +
				"store:grid-bot",
		},
		{Word: "inventory", Meaning: "the keys that you declare in rekey.yaml"},
		{
			Word: "unknown key",
			Meaning: "a key that an exchange lists and rekey.yaml does not name: " +
				"forgotten, or made by somebody else",
			Not: []string{"key that the inventory does not know"},
		},
		{
			Word: "manager",
			Meaning: "a key that may list, make and delete other keys: usually " +
				"the master account's for those of its sub-accounts",
		},
		{Word: "IP whitelist", Meaning: "the addresses from which the exchange accepts a key", Not: []string{"allowlist"}},
		{Word: "finding", Meaning: "what a rule says about a key", Not: []string{"finding about none"}},
		{
			Word: "unreachable",
			Meaning: "a key, or a list of keys, that could not be looked at; " +
				"nothing is known of it, and the exit code is not 0",
			Not: []string{"COULD NOT BE LOOKED AT"},
		},
		{
			Word: "check not possible",
			Meaning: "a rule that could not judge a key because the exchange does " +
				"not report what it needs; never taken for safe",
			Not: []string{"NOT TOLD, SO NOT JUDGED"},
		},
		{
			Word: "dead",
			Meaning: "the exchange says in so many words that the key does not " +
				"exist; a timeout or a 401 proves nothing",
		},
		{
			Word: "incident, leak",
			Meaning: "something that happened to a vendor or an exchange, with " +
				"its days and its sources",
		},
		{Word: "vendor", Meaning: "somebody a key was given to: a bot service, a tracker"},
	}
}

func screenWords() []Word {
	return []Word{
		{Word: "FIX FIRST", Meaning: "the keys with a problem, the worst first", Not: []string{"DEAL WITH THESE"}},
		{
			Word: "CAN", Meaning: "what a key can do, in order of danger; `withdraw?` where the exchange does not say. " +
				"trade: any market; move: between own wallets or sub-accounts",
			Not: []string{"MAY  "},
		},
		{
			Word: "IPs",
			Meaning: "from where: ANY (no IP whitelist), a number of addresses, " +
				"`list(?)` where the exchange hides the list",
		},
		{Word: "AGE, CREATED", Meaning: "how old the key is, by the exchange's word, else by yours"},
		{Word: "SHARED WITH", Meaning: "the vendors that the key was ever given to", Not: []string{"GIVEN TO"}},
		{
			Word: "spot", Meaning: "spot and margin trading at Binance, whose page calls it \"Enable Spot & Margin Trading\": " +
				"a key with spot can trade with borrowed money there",
		},
	}
}

func changeWords() []Word {
	return []Word{
		{Word: "rotate", Meaning: "put a new key in the place of an old one, and delete the old one"},
		{
			Word: "revoke", Meaning: "delete a key, and look whether it is dead",
			Not: []string{"plan: revoke", "destroyed, without proof"},
		},
		{
			Word: "read-only",
			Meaning: "what a key is made before it is deleted, so that it can do " +
				"no harm meanwhile (documents in JSON say contain)",
			Not: []string{"plan: contain", "narrowed to reading", "may read and nothing else"},
		},
		{
			Word: "run",
			Meaning: "one rotation or revocation, from its plan to its end; it is " +
				"kept in the journal and can be resumed",
		},
		{
			Word: "still active", Meaning: "not deleted, or not proven deleted",
			Not: []string{"rekey: none is left", "STILL ALIVE"},
		},
		{
			Word: "saved encrypted",
			Meaning: "a new secret lies in rekey's own encrypted file until the " +
				"run ends",
			Not: []string{"sealed in the store"},
		},
		{
			Word: "YOU: do this on the website", Meaning: "what no API can do, with the page and the steps",
			Not: []string{"A PERSON MUST DO THIS", "WHAT NO API CAN DO", "What no API can do", "What a person must still do"},
		},
	}
}

// WriteWords prints the fixed words as a page in Markdown.
func WriteWords(w io.Writer) error {
	var m markdown
	m.Heading(1, "Words")
	m.Paragraph("One word for one thing, on the screen, in the documents and in these pages. " +
		"They are those of the exchanges " +
		"and of traders: of [keys](#keys), of the [screen](#screen), of [changes](#changes).")
	for _, group := range []struct {
		title string
		words []Word
	}{{"Keys", keyWords()}, {"Screen", screenWords()}, {"Changes", changeWords()}} {
		m.Heading(2, group.title)
		rows := make([][]string, len(group.words))
		for i, word := range group.words {
			rows[i] = []string{word.Word, word.Meaning}
		}
		m.Table([]string{"word", "what it means"}, rows)
	}
	m.Paragraph("The problem of a key in a word or two is that of its worst rule: " +
		"[rules](rules.md). Leaks have names: [incidents](incidents.md).")
	return m.Print(w)
}
