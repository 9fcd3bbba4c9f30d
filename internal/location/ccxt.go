package location

import (
	"strings"

	"rekey/internal/form"
)

// exchangeNamed returns the entry of names that a word of another program
// means: the name itself, or the ccxt id of a part of the exchange. Words are
// compared without case, - and _; "coinbaseexchange" is coinbase-exchange.
// binanceus is an exchange of its own and is not binance.
func exchangeNamed(word string, names []string) (string, bool) {
	for _, want := range []string{form.Fold(word), form.Fold(ccxtMeaning(form.Fold(word)))} {
		for _, name := range names {
			if form.Fold(name) == want {
				return name, true
			}
		}
	}
	return "", false
}

// ccxtMeaning returns the exchange that a folded ccxt id is a part or an older
// name of, "" when it is neither.
func ccxtMeaning(id string) string {
	switch id {
	case "binanceusdm", "binancecoinm":
		return "binance"
	case "kucoinfutures":
		return "kucoin"
	case "okex", "okex5", "myokx", "okxus": // myokx is the region eea, okxus the region us
		return "okx"
	case "coinbaseadvanced":
		return "coinbase"
	case "coinbasepro", "gdax":
		return "coinbase-exchange"
	case "gate":
		return "gateio"
	case "huobi", "huobipro":
		return "htx"
	}
	return ""
}

// prefixOf returns the prefix of the variables that hold a credential of an
// exchange or vendor: its name in capitals, with _ for what no variable may
// have, and a leading digit spelt out. "3commas" is THREECOMMAS.
func prefixOf(name string) string {
	var b strings.Builder
	for i, c := range []byte(strings.ToUpper(name)) {
		digit := '0' <= c && c <= '9'
		switch {
		case digit && i == 0:
			b.WriteString([]string{"ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"}[c-'0'])
		case digit || 'A' <= c && c <= 'Z':
			b.WriteByte(c)
		default:
			b.WriteByte('_')
		}
	}
	return b.String()
}
