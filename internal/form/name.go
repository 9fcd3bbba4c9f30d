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
	if isFolded(name) {
		return name
	}
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

func isFolded(name string) bool {
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c >= 'A' && c <= 'Z', c == '_', c == '-', c == ' ', c == '.':
			return false
		}
	}
	return true
}

// A Spelling is a name that a part of a credential has, as a variable of the
// environment is written: API_KEY.
type Spelling struct {
	Name string
	Role Role
	// Weak is set for a name that is also used for something else: a label, the
	// id of a client. It counts where no other name claims the part.
	Weak bool
}

// Folded is the name as [Fold] has it.
func (s Spelling) Folded() string { return strings.ToLower(strings.ReplaceAll(s.Name, "_", "")) }

// Spellings returns every name that the parts of a credential are known to
// have, behind the name of an exchange or alone, a longer one before a shorter
// one that it ends with.
func Spellings() []Spelling { return spellings }

// spellings are those of the bots' and agents' files (their files and source,
// read 2026-11-22 and 2026-11-30).
var spellings = []Spelling{ //nolint:gochecknoglobals // a table that nothing writes
	{"API_KEY_SECRET_KEY", Secret, false},
	{"API_KEY_PRIVATE_KEY", Secret, false},
	{"API_SECRET_KEY", Secret, false},
	{"SECRET_ACCESS_KEY", Secret, false},
	{"SECRET_API_KEY", Secret, false},
	{"ACCESS_SECRET_KEY", Secret, false},
	{"ACCESS_SECRET", Secret, false},
	{"API_KEY_SECRET", Secret, false},
	{"SECRET_KEY", Secret, false},
	{"3C_API_SECRET", Secret, false},
	{"API_SECRET", Secret, false},
	{"KEY_SECRET", Secret, false},
	{"CLIENT_SECRET", Secret, false},
	{"API_PRIVATE_KEY", Secret, false},
	// PRIVATE_KEY is the secret of an API key at Coinbase and in bitcoin-dca;
	// where it belongs to a wallet, there is no access key beside it.
	{"PRIVATE_KEY", Secret, false},
	{"PRIV_KEY", Secret, false},
	{"SECRET", Secret, false},
	// PK is the key of an agent's wallet, behind the name of its exchange alone.
	{"PK", Secret, true},
	{"API_KEY_PASSPHRASE", Passphrase, false},
	{"API_PASSPHRASE", Passphrase, false},
	{"KEY_PASSPHRASE", Passphrase, false},
	{"PASSPHRASE", Passphrase, false},
	{"API_PASSWORD", Passphrase, false},
	{"KEY_PASSWORD", Passphrase, false},
	{"PASSWORD", Passphrase, false},
	{"API_PASSWD", Passphrase, false},
	{"PASSWD", Passphrase, true},
	{"PHRASE", Passphrase, true},
	{"API_PASS", Passphrase, false},
	{"PASS", Passphrase, true},
	{"API_KEY_NAME", AccessKey, false},
	{"KEY_NAME", AccessKey, true},
	{"API_KEY_ID", AccessKey, false},
	{"ACCESS_KEY_ID", AccessKey, false},
	{"KEY_ID", AccessKey, false},
	// CLIENT_ID is the access key of Deribit, and where GoCryptoTrader keeps
	// the passphrase of KuCoin and OKX.
	{"CLIENT_ID", AccessKey, true},
	{"PUBLIC_KEY", AccessKey, false},
	{"PUB_KEY", AccessKey, true},
	{"3C_API_KEY", AccessKey, false},
	{"API_ACCESS_KEY", AccessKey, false},
	{"API_KEY", AccessKey, false},
	{"ACCESS_KEY", AccessKey, false},
	{"KEY", AccessKey, false},
}

// wholes are names that stand for a part only where they are the whole name.
var wholes = []Spelling{ //nolint:gochecknoglobals // a table that nothing writes
	{"AK", AccessKey, true},
	{"API_ID", AccessKey, true},
	{"API", AccessKey, true},
	{"PUB", AccessKey, true},
	{"SK", Secret, true},
	{"SEC", Secret, true},
	{"PRIV", Secret, true},
}

// Wholes returns the names that stand for a part only where they are the whole
// name of a field, without that of an exchange: ak, sk.
func Wholes() []Spelling { return wholes }

// wholeNames are the wholes as names are compared with them.
var wholeNames = func() (names []string) { //nolint:gochecknoglobals // made from the table once
	for _, w := range wholes {
		names = append(names, w.Folded())
	}
	return names
}()

const longestWhole = 5

// foreign are the ends of names that end like a part and are something else.
var foreign = []string{ //nolint:gochecknoglobals // a table that nothing writes
	"secretkeyid", "signingkey", "encryptionkey", "primarykey", "foreignkey", "cachekey", "sshkey", "gpgkey",
	"hostkey", "jwtkey", "sortkey",
	"partitionkey", "hotkey", "monkey", "turnkey", "bypass", "compass",
}

// An ending is a spelling as names are compared with it.
type ending struct {
	folded string
	Spelling
}

// endings are the spellings and the foreign ends by their last letter, the
// longest first.
var endings = func() (by [256][]ending) { //nolint:gochecknoglobals // made from the tables once
	add := func(e ending) {
		last := e.folded[len(e.folded)-1]
		at := 0
		for at < len(by[last]) && len(by[last][at].folded) >= len(e.folded) {
			at++
		}
		by[last] = append(by[last][:at:at], append([]ending{e}, by[last][at:]...)...)
	}
	for _, s := range spellings {
		add(ending{s.Folded(), s})
	}
	for _, f := range foreign {
		add(ending{f, Spelling{Role: Other}})
	}
	return by
}()

// RoleOf returns the role of a name, and the folded rest of the name before
// it: "BINANCE_TESTNET_API_KEY" is AccessKey and "binancetestnet".
func RoleOf(name string) (Role, string) {
	s, rest := SpellingOf(name)
	return s.Role, rest
}

// SpellingOf returns the spelling that a name ends with, and the folded rest of
// the name before it. Where there is none the spelling has only a role, Neutral
// or Other.
func SpellingOf(name string) (Spelling, string) {
	folded := Fold(name)
	if neutral(folded) {
		return Spelling{Role: Neutral}, ""
	}
	if len(folded) <= longestWhole {
		for i, w := range wholeNames {
			if folded == w {
				return wholes[i], ""
			}
		}
	}
	trimmed := strings.TrimRight(folded, "0123456789")
	if trimmed == "" {
		return Spelling{Role: Other}, folded
	}
	number := folded[len(trimmed):]
	for _, e := range endings[trimmed[len(trimmed)-1]] {
		if rest, ok := strings.CutSuffix(trimmed, e.folded); ok {
			if e.Role == Other {
				return e.Spelling, folded
			}
			return e.Spelling, rest + number
		}
	}
	return Spelling{Role: Other}, folded
}

// neutral reports whether a folded name says nothing about its value.
func neutral(folded string) bool {
	switch folded {
	case "",
		"str",
		"staticstr",
		"value",
		"val",
		"default",
		"defaultvalue",
		"text",
		"string",
		"data",
		"content",
		"contents",
		"is",
		"v",
		"arg",
		"args",
		"source",
		"input",
		"answer":
		return true
	}
	return false
}

// IsClientID reports whether a name is that of the id of a client, which is an
// access key at Deribit and in GoCryptoTrader's files a passphrase.
func IsClientID(name string) bool { return Fold(name) == "clientid" }

// MayHaveRole reports whether a piece of text may hold the name of a part, in
// any case. It is the cheap question that [RoleOf] answers in full: what it
// denies has no role. Of three letters in a row it looks at one, and at the
// others when that one may belong to such a name.
func MayHaveRole(text []byte) bool {
	is := func(at int, word string) bool {
		return at >= 0 && at+2 < len(text) && text[at]|0x20 == word[0] && text[at+1]|0x20 == word[1] &&
			text[at+2]|0x20 == word[2]
	}
	for i := 2; i < len(text); i += 3 {
		found := false
		switch text[i] | 0x20 {
		case 'y':
			found = is(i-2, "key")
		case 'c':
			found = is(i-2, "sec")
		case 'i':
			found = is(i-2, "api")
		case 'e':
			found = is(i-1, "key") || is(i-1, "sec")
		case 'p':
			found = is(i-1, "api")
		case 'k':
			found = is(i, "key")
		case 's':
			found = is(i, "sec")
		case 'a':
			found = is(i, "api")
		}
		if found {
			return true
		}
	}
	return shortRole(text)
}

// shortRole reports whether a text ends with ak, sk, pub, priv or client_id, as
// the whole of a word, or with _pk.
func shortRole(text []byte) bool {
	end := len(text)
	for end > 0 && !isLetter(text[end-1]) && len(text)-end < 8 {
		end--
	}
	if end < 2 {
		return false
	}
	switch text[end-1] | 0x20 {
	case 'k', 'd':
	case 'b':
		return endsWithWord(text[:end], "pub")
	case 'v':
		return endsWithWord(text[:end], "priv")
	default:
		return false
	}
	switch {
	case end >= 2 && text[end-1]|0x20 == 'k' && text[end-2]|0x20 == 'p':
		return end == 2 || !isLetter(text[end-3])
	case end >= 2 && text[end-1]|0x20 == 'k' && (text[end-2]|0x20 == 'a' || text[end-2]|0x20 == 's'):
		return end == 2 || !isLetter(text[end-3]) && text[end-3] != '_'
	case end >= 2 && text[end-1]|0x20 == 'd' && text[end-2]|0x20 == 'i':
		return end >= 8 && text[end-3]|0x20 != 'r' && isClient(text[:end-2])
	}
	return false
}

// endsWithWord reports whether a text ends with a word that stands for itself.
func endsWithWord(text []byte, word string) bool {
	at := len(text) - len(word)
	return at >= 0 && strings.EqualFold(string(text[at:]), word) && (at == 0 || !isLetter(text[at-1]) &&
		text[at-1] != '_')
}

func isClient(text []byte) bool {
	for len(text) > 0 && (text[len(text)-1] == '_' || text[len(text)-1] == '-') {
		text = text[:len(text)-1]
	}
	return len(text) >= 6 && strings.EqualFold(string(text[len(text)-6:]), "client")
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
