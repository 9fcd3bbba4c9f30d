package location

import (
	"regexp"
	"strings"
)

// isPlaceholder reports whether text is what a template puts where a
// credential belongs. The words were collected from the example files of
// freqtrade, hummingbot, OctoBot, passivbot, gekko, kelp, cryptofeed,
// binance-volatility-bot and Coinbase.
//
// The text must tell the reader to do something, or be the mere name of its
// field. For a passphrase, which a person chose, the name alone is no proof.
func isPlaceholder(part Part, text string) bool {
	if strings.TrimSpace(text) == "" || isTemplate(text) {
		return true
	}
	if part != Passphrase && variableOnly.MatchString(text) {
		return true
	}
	folded := fold(text)
	if len(folded) > longestTemplate || strings.Trim(folded, folded[:min(1, len(folded))]) == "" {
		return false // 64 times "A" is somebody's test key, not "a a a ..."
	}
	if !placeholderWords.MatchString(folded) {
		return false
	}
	return placeholderOrders.MatchString(folded) || part != Passphrase && fieldNames.MatchString(folded)
}

// isTemplate reports whether text waits to be filled in by a program or a
// person: <binance-key>, ${KEY}, {{ key }}, xxxx, ****.
func isTemplate(text string) bool {
	for _, pair := range [][2]string{{"<", ">"}, {"${", "}"}, {"$(", ")"}, {"{{", "}}"}} {
		if strings.HasPrefix(text, pair[0]) && strings.HasSuffix(text, pair[1]) {
			return true
		}
	}
	return unfilled.MatchString(text)
}

// longestTemplate is how many letters a template's words have at most. Issued
// access keys and secrets are longer, or have digits.
const longestTemplate = 48

// unfilled matches xxxx, **** and ....
var unfilled = regexp.MustCompile(`^([xX]+|[.*_-]+)$`)

// variableOnly matches $KEY and %KEY%.
var variableOnly = regexp.MustCompile(`^(\$[A-Z_][A-Z0-9_]*|%[A-Za-z_][A-Za-z0-9_]*%)$`)

// placeholderWords matches a folded text that consists of the words of
// templates alone. No issued credential does.
var placeholderWords = regexp.MustCompile(`^(?:your|my|the|a|an|api|key|id|secret|access|private|public|exchange|account|` +
	`pass|passphrase|password|phrase|token|value|name|here|goes|in|insert|enter|put|paste|add|replace|edit|` +
	`change|fill|me|with|this|is|optional|example|sample|dummy|fake|placeholder|todo|null|none|nil|` +
	`undefined|empty|no|not|set|redacted|hidden|removed|binance|kucoin|okx|okex|coinbase|bybit|kraken|ftx|` +
	`bitget|gate|gateio|htx|huobi|deribit|bitmex|bitfinex|live|testnet)+[0-9]?$`)

// fieldNames matches what a field of a template is called.
var fieldNames = regexp.MustCompile(`^no(?:key|secret|ne)$|^(?:api|access|private|public|secret)*(?:key|secret|id|token)(?:name|id)?[0-9]?$`)

// placeholderOrders matches the words that make a text an order to the reader.
var placeholderOrders = regexp.MustCompile(`your|here|insert|enter|paste|replace|edit|change|fill|optional|example|` +
	`placeholder|todo|redacted|removed|hidden|^(?:null|none|nil|undefined|empty)$`)
