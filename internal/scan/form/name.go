package form

import "strings"

// A Role is the part of a credential that the name of a field stands for.
type Role int

// The roles. A Neutral name says nothing ("value", "data"); Other is the name
// of something else ("orderId").
const (
	Neutral Role = iota
	Other
	AccessKey
	Secret
	Passphrase
)

// Fold makes spellings comparable: apiKey, API_KEY, api-key and "API Key" are
// one.
func Fold(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c >= 'A' && c <= 'Z':
			b.WriteByte(c | 0x20)
		case c == '_' || c == '-' || c == ' ' || c == '.':
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// roleNames are the ends of folded names, the longer before the shorter. The
// spellings are those of the bots' files (read 2026-11-22) and of package
// location.
var roleNames = []struct { //nolint:gochecknoglobals // a table that nothing writes
	end  string
	role Role
}{
	{"apisecretkey", Secret},
	{"secretaccesskey", Secret},
	{"secretapikey", Secret},
	{"secretkey", Secret},
	{"secretkeyid", Other},
	{"apisecret", Secret},
	{"keysecret", Secret},
	{"clientsecret", Secret},
	{"apiprivatekey", Secret},
	{"privatekey", Secret},
	{"privkey", Secret},
	{"secret", Secret},
	{"apikeypassphrase", Passphrase},
	{"passphrase", Passphrase},
	{"password", Passphrase},
	{"passwd", Passphrase},
	{"phrase", Passphrase},
	{"pass", Passphrase},
	{"apikeyname", AccessKey},
	{"keyname", AccessKey},
	{"apikeyid", AccessKey},
	{"accesskeyid", AccessKey},
	{"keyid", AccessKey},
	{"clientid", AccessKey},
	{"publickey", AccessKey},
	{"pubkey", AccessKey},
	{"signingkey", Other},
	{"encryptionkey", Other},
	{"primarykey", Other},
	{"cachekey", Other},
	{"sshkey", Other},
	{"gpgkey", Other},
	{"hostkey", Other},
	{"jwtkey", Other},
	{"apikey", AccessKey},
	{"accesskey", AccessKey},
	{"key", AccessKey},
}

// RoleOf returns the role of a name, and the folded rest of the name before
// it: "BINANCE_TESTNET_API_KEY" is AccessKey and "binancetestnet".
func RoleOf(name string) (Role, string) {
	folded := Fold(name)
	switch folded {
	case "", "str", "staticstr", "value", "val", "default", "text", "string", "data", "content", "contents", "is", "v", "arg", "args", "source", "input", "answer":
		return Neutral, ""
	case "ak", "api", "apiid", "pub":
		return AccessKey, ""
	case "sk", "sec", "priv":
		return Secret, ""
	}
	trimmed := strings.TrimRight(folded, "0123456789")
	if trimmed == "" {
		return Other, folded
	}
	number := folded[len(trimmed):]
	switch trimmed[len(trimmed)-1] { // no role ends in another letter
	case 'y', 't', 'e', 's', 'd':
	default:
		return Other, folded
	}
	for _, r := range roleNames {
		if rest, ok := strings.CutSuffix(trimmed, r.end); ok {
			return r.role, rest + number
		}
	}
	return Other, folded
}

// InName returns the number of the exchange that a folded piece of a name
// means, or -1: "binancetestnet", "mykucoin", "xmbx". The longest word wins.
func InName(folded string) int {
	best, length := -1, 0
	for i := range table {
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
		return strings.Contains(folded, "binanceus") && !strings.Contains(folded, "binanceusd") || strings.Contains(folded, "binanceje")
	case "gate":
		return folded != "gate" && folded != "gatelive" && folded != "gatetest"
	case "ftx", "cdp", "htx", "okx", "okex":
		i := strings.Index(folded, word)
		return i > 0 && len(folded) > len(word)+12
	}
	return false
}

// words are the folded words of each exchange, its name first.
var words = func() (all [len(table)][]string) { //nolint:gochecknoglobals // made from the table once
	for i, x := range table {
		all[i] = append([]string{Fold(x.Name)}, x.Words...)
	}
	return all
}()

// Named returns the number of the exchange that a word of a file means as a
// whole, the longest word first ("binance", "Okx", "coinbase_pro", "BINANCE-FUTURES"), or -1.
func Named(word string) int {
	if len(word) > 40 {
		return -1
	}
	folded := Fold(word)
	best, length := -1, 0
	for i := range table {
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
	case "", "spot", "futures", "future", "perpetual", "perp", "swap", "margin", "usdm", "coinm", "usd", "live", "main", "testnet", "test", "demo",
		"paper", "sub", "account", "exchange", "api", "io", "com", "bot", "usdtperpetual", "spottestnet", "perpetualtestnet", "papertrade", "global", "pro", "usdt", "unified", "v":
		return true
	}
	return false
}

// Words calls f with every word that a text may name exchange i by, in small
// letters, for a search in text: dashes and underscores are not folded.
func Words(i int) []string { return words[i] }
