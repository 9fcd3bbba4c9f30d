package form

import (
	"slices"
	"strings"
)

// words are the folded words of each exchange, its name first.
var words = func() (list [][]string) { //nolint:gochecknoglobals // made from the tables once
	for _, x := range all {
		list = append(list, append([]string{Fold(x.Name)}, x.Words...))
	}
	return list
}()

// byWord are the exchanges of which only the name is known, by each of their
// words.
var byWord = func() map[string]int { //nolint:gochecknoglobals // made from the tables once
	m := map[string]int{}
	for i := Shaped(); i < len(all); i++ {
		for _, w := range words[i] {
			m[Fold(w)], m[w] = i, i
		}
	}
	return m
}()

// InName returns the number of the exchange that a folded piece of a name
// means, or -1: "binancetestnet", "mykucoin", "xmbx". The longest word wins.
func InName(folded string) int {
	best, length := -1, 0
	for i := range all {
		if all[i].Common {
			continue
		}
		for _, w := range words[i] {
			if len(w) > length && len(w) >= 3 && strings.Contains(folded, w) && !excluded(folded, w) {
				best, length = i, len(w)
			}
		}
	}
	return best
}

// excluded reports words that are inside another word: binanceus is an
// exchange of its own, and "delegate", "aggregate" and "gateway" are no gate.
func excluded(folded, word string) bool {
	switch word {
	case "binance":
		return strings.Contains(folded, "binanceje")
	case "binanceus":
		_, rest, _ := strings.Cut(folded, word)
		return strings.HasPrefix(rest, "d") || strings.HasPrefix(rest, "er") || strings.HasPrefix(rest, "e")
	case "gate":
		return folded != "gate" && folded != "gatelive" && folded != "gatetest" && !strings.HasPrefix(folded, "gateapi")
	case "ftx", "cdp", "htx", "okx", "okex", "kuna", "exmo", "grvt", "weex", "ndax":
		i := strings.Index(folded, word)
		return i > 0 && len(folded) > len(word)+12
	}
	return false
}

// ExchangeIn returns the number of the exchange that a name carries, or -1. The
// rest is what [RoleOf] leaves of it: where that is the whole name of an
// exchange, also a word that is common elsewhere counts.
func ExchangeIn(name, rest string) int {
	if x := Named(rest); x >= 0 {
		return x
	}
	return InName(Fold(name))
}

// Named returns the number of the exchange that a word of a file means as a
// whole, the longest word first ("binance", "Okx", "coinbase_pro", "BINANCE-FUTURES"), or -1.
func Named(word string) int {
	if len(word) > 40 || word == "" {
		return -1
	}
	folded := Fold(word)
	best, length := -1, 0
	for i := range all {
		for _, w := range words[i] {
			if rest, ok := strings.CutPrefix(folded, w); ok && len(w) > length && kindOfMarket(rest) {
				best, length = i, len(w)
			}
		}
	}
	return best
}

// kindOfMarket reports whether the rest of an exchange's name only says which
// market or environment of it is meant.
func kindOfMarket(rest string) bool {
	switch strings.TrimRight(rest, "0123456789") {
	case "",
		"spot",
		"futures",
		"future",
		"perpetual",
		"perp",
		"swap",
		"margin",
		"usdm",
		"coinm",
		"usd",
		"live",
		"main",
		"testnet",
		"test",
		"demo",
		"paper",
		"sub",
		"account",
		"exchange",
		"api",
		"io",
		"com",
		"bot",
		"usdtperpetual",
		"spottestnet",
		"perpetualtestnet",
		"papertrade",
		"global",
		"pro",
		"usdt",
		"unified",
		"v",
		"futurestestnet",
		"futuretestnet":
		return true
	}
	return false
}

// Words returns every word that a text may name exchange i by, in small
// letters, for a search in text: dashes and underscores are not folded.
func Words(i int) []string { return words[i] }

// WordOf returns the number of an exchange without a known form that a word of
// a text names, in small letters, or -1. Words that are common elsewhere count
// where common is true.
func WordOf(word []byte, common bool) int {
	if i, ok := byWord[string(word)]; ok && (common || !all[i].Common) {
		return i
	}
	return -1
}

// branches are the words that, behind the name of an exchange, make it another
// one: binance_us is another company, coinbase_pro another API.
var branches = map[string][]string{ //nolint:gochecknoglobals // a table that nothing writes
	"binance": {"us"}, "bybit": {"eu"}, "kucoin": {"eu"}, "gate": {"eu"}, "coinbase": {"pro", "exchange", "prime"},
}

// IsBranch reports whether a word of a text is the name of an exchange with a
// branch: what follows it must not go on, as binance_user does.
func IsBranch(word string) bool {
	for house, behind := range branches {
		if rest, ok := strings.CutPrefix(word, house); ok && slices.Contains(behind, strings.TrimLeft(rest, "_-.")) {
			return true
		}
	}
	return false
}

// BranchBehind reports whether a text that follows the name of an exchange makes
// it another one.
func BranchBehind(word string, text []byte) bool {
	for _, b := range branches[word] {
		rest := text
		if len(rest) > 0 && strings.IndexByte("_-. ", rest[0]) >= 0 {
			rest = rest[1:]
		}
		if len(rest) >= len(b) && strings.EqualFold(string(rest[:len(b)]), b) &&
			(len(rest) == len(b) || !isLetter(rest[len(b)])) {
			return true
		}
	}
	return false
}
