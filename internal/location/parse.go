package location

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxText = 4096 // bytes of a location; the longest path of Linux

// Parse reads a location. It looks at nothing but the text. The error is an
// *Error of ReasonInvalid; it repeats a word of the text only where that word
// cannot be a secret pasted into the wrong place.
func Parse(text string) (Location, error) {
	switch {
	case text == "":
		return Location{}, invalid("is empty", formHint)
	case len(text) > maxText:
		return Location{}, invalid(fmt.Sprintf("is longer than %d bytes", maxText), "")
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return Location{}, invalid("holds a character that cannot be printed", "")
	}
	word, rest, found := strings.Cut(text, ":")
	kind := Kind(word)
	if !found || !slices.Contains(Kinds(), kind) {
		return Location{}, unknownKind(word, found)
	}
	l := Location{kind: kind, text: text}
	var err error
	switch kind {
	case KindEnv:
		l.prefix, err = parsePrefix(kind, rest)
	case KindDotEnv:
		err = l.parseDotEnv(rest)
	case KindJSON, KindYAML, KindTOML:
		err = l.parseDocument(rest)
	case KindFreqtrade, KindHummingbot:
		if strings.Contains(rest, "#") {
			return Location{}, invalid(word+": takes a path and nothing after it", "leave out the # and what follows")
		}
		l.path = rest
	case KindGoCryptoTrader, KindPassivbot, KindBBGo, KindCCXT:
		err = l.parseNamed(rest)
	case KindMCP:
		err = l.parseMCP(rest)
	case KindStore, KindKeychain:
		err = l.parseKept(rest)
	case KindVault:
		err = l.parseVault(rest)
	case KindExec:
		err = l.parseExec(rest)
	case KindAccount: // no word of rekey.yaml
	}
	if err != nil {
		return Location{}, err
	}
	if l.IsFile() && l.path == "" {
		return Location{}, invalid(word+": names no file", formHint)
	}
	return l, nil
}

const formHint = "a credential location is written KIND:WHERE, for instance dotenv:.env#BINANCE or env:KUCOIN"

func invalid(problem, hint string) error {
	return &Error{Reason: ReasonInvalid, Problem: problem, Hint: hint}
}

// unknownKind names the word before the colon only when it is a kind of the
// contract: a credential pasted as KEY:SECRET has a word there too.
func unknownKind(word string, colon bool) error {
	switch {
	case !colon:
		return invalid("is no credential location", formHint+"; rekey.yaml never holds a secret itself")
	case strings.EqualFold(word, "file") || slices.Contains(Kinds(), Kind(strings.ToLower(word))):
		return invalid(fmt.Sprintf("no kind of location is written %s:", word), "the kinds are "+kindNames())
	}
	return invalid("has no known kind before its first colon", "the kinds are "+kindNames()+"; "+formHint)
}

// parsePrefix checks the common beginning of the variables' names.
func parsePrefix(kind Kind, text string) (string, error) {
	switch {
	case text == "":
		return "", invalid(string(kind)+": names no prefix", "env:BINANCE reads BINANCE_API_KEY and its like")
	case !isVariableName(text):
		return "", invalid("the prefix is no name of a variable", "it may have letters, digits and _, as in BINANCE")
	case strings.HasSuffix(text, "_"):
		return "", invalid("the prefix ends with _", "leave it out: the prefix of BINANCE_API_KEY is BINANCE")
	}
	return text, nil
}

func isVariableName(s string) bool {
	for i, c := range []byte(s) {
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

func (l *Location) parseDotEnv(rest string) error {
	at := strings.LastIndexByte(rest, '#')
	if at < 0 {
		return invalid("dotenv: has no #PREFIX", "dotenv:.env#BINANCE reads BINANCE_API_KEY and its like from .env")
	}
	prefix, err := parsePrefix(KindDotEnv, rest[at+1:])
	if err != nil {
		return err
	}
	l.path, l.prefix = rest[:at], prefix
	return nil
}

// parseDocument splits PATH#/POINTER, and the #PREFIX that may follow it. A
// # that no slash follows belongs to nothing, except at the end, where it points
// at the whole file.
func (l *Location) parseDocument(rest string) error {
	if at := strings.LastIndexByte(rest, '#'); at > 0 && strings.Contains(rest[:at], "#") &&
		isVariableName(rest[at+1:]) {
		rest, l.prefix = strings.TrimSuffix(rest[:at], "#"), rest[at+1:]
	}
	path, pointer, found := strings.Cut(rest, "#/")
	switch {
	case found:
		tokens, err := parsePointer("/" + pointer)
		if err != nil {
			return err
		}
		l.pointer = tokens
	case strings.HasSuffix(path, "#"):
		path = strings.TrimSuffix(path, "#")
	case strings.Contains(path, "#"):
		return invalid(
			"what follows the # is no JSON pointer",
			"a pointer begins with a slash, as in json:keys.json#/binance",
		)
	}
	l.path = path
	return nil
}

// parseNamed splits PATH#NAME. A configuration of bbgo with one session needs
// no name.
func (l *Location) parseNamed(rest string) error {
	if at := strings.LastIndexByte(rest, '#'); at >= 0 {
		l.path, l.name = rest[:at], rest[at+1:]
	} else {
		l.path = rest
	}
	if l.name != "" || l.kind == KindBBGo {
		return nil
	}
	form := "passivbot:api-keys.json#kucoin_01"
	switch l.kind {
	case KindGoCryptoTrader:
		form = "gocryptotrader:config.json#Binance"
	case KindCCXT:
		form = "ccxt:keys.local.json#binance"
	default:
	}
	return invalid(string(l.kind)+": names no entry of the file", "it is written as in "+form)
}

func (l *Location) parseExec(rest string) error {
	words, err := splitWords(rest)
	if err != nil {
		return err
	}
	if len(words) == 0 || words[0] == "" {
		return invalid("exec: names no program", "exec:PROGRAM ARG... runs PROGRAM, without a shell")
	}
	l.path, l.args = words[0], words[1:]
	return nil
}
