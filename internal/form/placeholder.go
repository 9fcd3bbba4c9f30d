package form

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

// IsPlaceholder reports whether a value is what a template puts where a part of
// a credential belongs: your_api_key, <KEY>, ${KEY}, xxxx, 0000, nothing. The
// words were collected from the example files of freqtrade, hummingbot,
// OctoBot, passivbot, gekko, kelp, cryptofeed, binance-volatility-bot and
// Coinbase (read 2026-11-22).
//
// A value of words must tell the reader to do something, or be the mere name of
// its field. A passphrase is chosen by a person, who may choose such words: of
// it less is taken for a placeholder.
func IsPlaceholder(role Role, value string) bool {
	v := strings.TrimSpace(value)
	if v == "" || isTemplate(v) {
		return true
	}
	folded := Fold(v)
	if role == Passphrase {
		return len(folded) <= longestTemplate && templateWords.MatchString(folded) && orders.MatchString(folded)
	}
	switch {
	case variableOnly.MatchString(v), bracketed.MatchString(v), masked(v):
		return true
	case len(folded) > longestTemplate || !wordy(folded):
		return false
	case templateWords.MatchString(folded):
		return orders.MatchString(folded) || fieldNames.MatchString(folded)
	}
	return orderWithin.MatchString(folded) && !random(v)
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
var unfilled = regexp.MustCompile(`^(?:[xX]+|[.*_-]+)$`)

// variableOnly matches $KEY and %KEY%, bracketed [YOUR_KEY].
var (
	variableOnly = regexp.MustCompile(`^(?:\$[A-Z_][A-Z0-9_]*|%[A-Za-z_][A-Za-z0-9_]*%)$`)
	bracketed    = regexp.MustCompile(`^\[[A-Za-z_ -]+\]$`)
)

// masked reports whether a value is 0 alone, or mostly * or x.
func masked(v string) bool {
	return strings.Trim(v, "0") == "" || strings.Count(v, "*") > len(v)/2 ||
		strings.Count(strings.ToLower(v), "x") > len(v)*2/3
}

// templateWords matches a folded text that consists of the words of templates
// alone. No issued credential does.
var templateWords = regexp.MustCompile(
	`^(?:your|my|the|a|an|api|key|id|secret|access|private|public|exchange|account|` +
		`pass|passphrase|password|phrase|token|value|name|here|goes|in|insert|enter|put|paste|add|replace|edit|` +
		`change|fill|me|with|this|is|optional|example|sample|dummy|fake|placeholder|todo|null|none|nil|string|` +
		`undefined|undisclosed|empty|no|not|set|redacted|hidden|removed|binance|kucoin|okx|okex|coinbase|bybit|kraken|ftx|` +
		`bitget|gate|gateio|htx|huobi|deribit|bitmex|bitfinex|live|testnet)+[0-9]?$`,
)

// fieldNames matches what a field of a template is called.
var fieldNames = regexp.MustCompile(
	`^no(?:key|secret|ne)$|^string$|` +
		`^(?:my)?(?:api|access|private|public|secret)*(?:key|secret|id|token)(?:name|id)?[0-9]?$`,
)

// orders matches the words that make a text an order to the reader.
var orders = regexp.MustCompile(`your|here|insert|enter|paste|replace|edit|change|fill|optional|example|` +
	`placeholder|todo|redacted|removed|hidden|undisclosed|^(?:null|none|nil|undefined|empty)$`)

// orderWithin matches the orders that make a template also of words that are
// not known: put-your-foo-key.
var orderWithin = regexp.MustCompile(`your|here|insert|paste|replace|placeholder|changeme|redacted|dummy|goes`)

// random reports whether a value is as irregular as an issued one: words
// without a digit are not.
func random(v string) bool {
	s := shapeOf([]byte(v))
	return s.digit > 0 && s.lower > 0 && s.upper > 0 && Random(s.digit, s.turns(), s.n)
}

// wordy reports whether a folded text has the letters of words: hardly a digit.
func wordy(folded string) bool {
	digits := 0
	for i := 0; i < len(folded); i++ {
		if folded[i] >= '0' && folded[i] <= '9' {
			digits++
		}
	}
	return digits*6 <= len(folded)
}

// IsSample reports whether a value was published by an exchange or a bot as an
// example. Such values are kept by their SHA-256, so that this file alarms no
// scanner.
func IsSample(value string) bool {
	sum := sha256.Sum256([]byte(value))
	_, ok := samples[hex.EncodeToString(sum[:])]
	return ok
}
