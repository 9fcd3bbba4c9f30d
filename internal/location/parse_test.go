package location

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	for _, text := range []string{
		"env:BINANCE",
		"env:_x9",
		"dotenv:.env#BINANCE",
		"dotenv:a#b/.env#KUCOIN",
		`dotenv:C:\bots\.env#OKX`,
		"json:keys.json",
		"json:keys.json#",
		"json:keys.json#/",
		"json:keys.json#/a~1b/m~0n/0",
		"yaml:~/creds.yml#/prod",
		"toml:trader.cfg#/EXCHANGE_API_KEYS/0",
		"freqtrade:user_data/config.json",
		"gocryptotrader:~/.gocryptotrader/config.json#BTC Markets",
		"passivbot:a#b/api-keys.json#kucoin_01",
		"bbgo:bbgo.yaml",
		"bbgo:bbgo.yaml#max",
		"ccxt:keys.local.json#binance",
		"hummingbot:conf/connectors/binance.yml",
		"store:grid-bot",
		"store:ein Bot, zweiter Versuch: #/ä",
		"keychain:rekey/grid-bot",
		"exec:pass",
		"exec:./get-key --name 'grid bot'",
	} {
		l, err := Parse(text)
		if err != nil {
			t.Errorf("Parse(%q): %v", text, err)
			continue
		}
		if l.String() != text {
			t.Errorf("Parse(%q) prints as %q", text, l)
		}
		again, err := Parse(l.String())
		if err != nil || !again.Equal(l) {
			t.Errorf("Parse(%q) does not come back: %v, %v", text, again, err)
		}
	}
}

// What is wrong with the text is said without repeating it: a secret may have
// been pasted where a location belongs.
func TestParseRefuses(t *testing.T) {
	const kinds = "env, dotenv, json, yaml, toml, freqtrade, gocryptotrader, passivbot, bbgo, ccxt, hummingbot, " +
		"mcp, store, keychain, vault, exec"
	for _, c := range []struct{ text, want string }{
		{"", "is empty (" + formHint + ")"},
		{"sCANARYsecret", "is no credential location (" + formHint + "; rekey.yaml never holds a secret itself)"},
		{".env", "is no credential location (" + formHint + "; rekey.yaml never holds a secret itself)"},
		{"kCANARYkey:sCANARYsecret", "has no known kind before its first colon (the kinds are " +
			kinds + "; " + formHint + ")"},
		{"ENV:BINANCE", "no kind of location is written ENV: (the kinds are " + kinds + ")"},
		{"file:sCANARY", "no kind of location is written file: (the kinds are " + kinds + ")"},
		{"store:", "store: names no entry (for instance store:grid-bot, after: rekey store put store:grid-bot)"},
		{"keychain:", "keychain: names no entry (for instance keychain:grid-bot, after: rekey store put keychain:grid-bot)"},
		{"store: CANARY", "store: has a name with blanks at an end"},
		{"keychain:CANARY ", "keychain: has a name with blanks at an end"},
		{"store:CANARY\u202egpj", "holds a character that cannot be printed"},
		{"store:" + strings.Repeat("CANARY", 30), "store: has a name of more than 150 bytes"},
		{"gocryptotrader:CANARY", "gocryptotrader: names no entry of the file (it is written as in " +
			"gocryptotrader:config.json#Binance)"},
		{"passivbot:CANARY#", "passivbot: names no entry of the file (it is written as in " +
			"passivbot:api-keys.json#kucoin_01)"},
		{"ccxt:CANARY", "ccxt: names no entry of the file (it is written as in ccxt:keys.local.json#binance)"},
		{"bbgo:#CANARY", "bbgo: names no file (" + formHint + ")"},
		{"hummingbot:CANARY#x", "hummingbot: takes a path and nothing after it (leave out the # and what follows)"},
		{"env:", "env: names no prefix (env:BINANCE reads BINANCE_API_KEY and its like)"},
		{"env:CANARY/x", "the prefix is no name of a variable (it may have letters, digits and _, as in BINANCE)"},
		{"env:3CANARY", "the prefix is no name of a variable (it may have letters, digits and _, as in BINANCE)"},
		{"env:CANARY_", "the prefix ends with _ (leave it out: the prefix of BINANCE_API_KEY is BINANCE)"},
		{"dotenv:CANARY", "dotenv: has no #PREFIX (dotenv:.env#BINANCE reads BINANCE_API_KEY and its like from .env)"},
		{"dotenv:.env#", "dotenv: names no prefix (env:BINANCE reads BINANCE_API_KEY and its like)"},
		{"dotenv:#CANARY", "dotenv: names no file (" + formHint + ")"},
		{"json:", "json: names no file (" + formHint + ")"},
		{"json:#/a", "json: names no file (" + formHint + ")"},
		{"json:a#CANARY", "what follows the # is no JSON pointer (a pointer begins with a slash, as in " +
			"json:keys.json#/binance)"},
		{"json:a#/CANARY~2", "the pointer has a ~ that is neither ~0 nor ~1 (write ~0 for ~ and ~1 for /)"},
		{"json:a#/CANARY~", "the pointer has a ~ that is neither ~0 nor ~1 (write ~0 for ~ and ~1 for /)"},
		{"freqtrade:CANARY#x", "freqtrade: takes a path and nothing after it (leave out the # and what follows)"},
		{"freqtrade:", "freqtrade: names no file (" + formHint + ")"},
		{"exec:", "exec: names no program (exec:PROGRAM ARG... runs PROGRAM, without a shell)"},
		{"exec:  ", "exec: names no program (exec:PROGRAM ARG... runs PROGRAM, without a shell)"},
		{`exec:"" CANARY`, "exec: names no program (exec:PROGRAM ARG... runs PROGRAM, without a shell)"},
		{"exec:x 'CANARY", "exec: has a quote without an end"},
		{"env:CANARY\n", "holds a character that cannot be printed"},
		{"env:\xffCANARY", "holds a character that cannot be printed"},
		{"json:" + strings.Repeat("CANARY", 1000), "is longer than 4096 bytes"},
	} {
		_, err := Parse(c.text)
		if err == nil {
			t.Errorf("Parse(%q) was accepted", c.text)
			continue
		}
		assertNoCanary(t, err)
		want(t, err.Error(), c.want)
	}
}

// The arguments of a program may be anything, so reports leave them out.
func TestDisplayHidesArguments(t *testing.T) {
	want(t, mustParse(t, "exec:get-key --token "+testSecret).Display(), "exec:get-key …")
	want(t, mustParse(t, "exec:get-key").Display(), "exec:get-key")
	want(t, mustParse(t, "dotenv:.env#X").Display(), "dotenv:.env#X")
}

func TestSplitWords(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{" \t ", nil},
		{"a b\tc ", []string{"a", "b", "c"}},
		{`a 'b c' "d e"`, []string{"a", "b c", "d e"}},
		{`'' ""`, []string{"", ""}},
		{`a'b'"c"d`, []string{"abcd"}},
		{`'\n "x"'`, []string{`\n "x"`}},
		{`"\"\\\d"`, []string{`"\\d`}},
		{`"\\"`, []string{`\`}},
		{`C:\bots\key.exe $HOME *.x ~/y`, []string{`C:\bots\key.exe`, "$HOME", "*.x", "~/y"}},
	} {
		got, err := splitWords(c.text)
		if err != nil || !cmp.Equal(got, c.want) {
			t.Errorf("splitWords(%q) = %q, %v; want %q", c.text, got, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"env:A", "dotenv:.env#A", "json:a#/b~0/0", "exec:a 'b' \"c\\\"\"", "freqtrade:x",
		"bbgo:a#b#c", "ccxt:a#", "store:x", "a:b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := Parse(text)
		if err != nil {
			if !l.IsZero() {
				t.Errorf("a location stands beside the error %v", err)
			}
			return
		}
		again, err := Parse(l.String())
		if err != nil || l.String() != text || !cmp.Equal(again, l, cmp.AllowUnexported(Location{})) {
			t.Errorf("%q came back as %v, %v", text, again, err)
		}
		if tokens, err := parsePointer(formatPointer(l.pointer)); err != nil || !cmp.Equal(tokens, l.pointer) {
			t.Errorf("the pointer of %q came back as %q, %v", text, tokens, err)
		}
	})
}
