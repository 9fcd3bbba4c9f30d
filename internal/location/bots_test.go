package location

import (
	"path/filepath"
	"strings"
	"testing"
)

// gct is a configuration of GoCryptoTrader with these exchanges.
func gct(exchanges string) string {
	return `{"name": "x", "encryptConfig": -1, "exchanges": [` + exchanges + `]}`
}

func TestBots(t *testing.T) {
	const k, s, p = testKey, testSecret, testPassphrase
	const session = "sessions:\n  a:\n    exchange: okex\n    envVarPrefix: desk\n"
	for _, c := range []struct {
		name, location string
		files          map[string]string
		environ        []string
		passphrase     string
		exchange       string
		seen           string
		remarks        string
	}{
		{
			name: "GoCryptoTrader", location: "gocryptotrader:f#kucoin",
			files: map[string]string{"f": gct(`{"name": "Binance", "api": {"credentials": {"key": "Key", "secret": "Secret"}}},
				{"name": "Kucoin", "clientId": null, "api": {
				"authenticatedSupport": true, "credentials": {"key": "` + k + `", "secret": "` + s + `", "clientID": "` + p + `",
				"subaccount": "x", "pemKey": "CANARY", "otpSecret": "CANARY", "tradePassword": "CANARY", "pin": "CANARY"}}}`)},
			passphrase: p, exchange: "kucoin", seen: "f",
		},
		{
			name: "GoCryptoTrader before 2019", location: "gocryptotrader:f#CoinbasePro",
			files: map[string]string{"f": gct(`{"name": "CoinbasePro", "apiKey": "` + k + `", "apiSecret": "` + s +
				`", "clientId": "` + p + `"}`)},
			passphrase: p, exchange: "coinbasepro", seen: "f",
		},
		{
			name: "GoCryptoTrader's long name", location: "gocryptotrader:f#BTC Markets",
			files: map[string]string{"f": gct(`{}, {"name": 1}, {"name": "BTC Markets", "api": {"credentials": {"key": "` +
				k + `", "secret": "` + s + `"}}}`)},
			seen: "f",
		},
		{
			name: "passivbot", location: "passivbot:f#okx_01",
			files: map[string]string{"f": `{"referrals": {"okx": "x"}, "_comment": "x", 
				"okx_01": {"exchange": "OKX", "key": "` + k + `", "secret": "` + s + `", "passphrase": "` + p + `",
				"private_key": "CANARY", "wallet_address": "CANARY"}}`},
			passphrase: p, exchange: "okx", seen: "f",
		},
		{
			name: "passivbot with ccxt's names", location: "passivbot:f#k",
			files: map[string]string{"f": `{"k": {"exchange": "kraken", "apiKey": "` + k + `", "secret": "` + s +
				`", "password": "` + p + `"}}`},
			passphrase: p, exchange: "kraken", seen: "f",
		},
		{
			name: "ccxt", location: "ccxt:f#binanceusdm", files: map[string]string{"f": `{"binanceusdm": {"apiKey": "` + k +
				`", "secret": "` + s + `", "privateKey": "CANARY", "uid": "CANARY"}}`},
			exchange: "binanceusdm", seen: "f",
		},
		{
			name: "hummingbot", location: "hummingbot:conf/connectors/okx_perpetual.yml",
			files: map[string]string{
				"conf/connectors/okx_perpetual.yml": "#####\n\nconnector: okx_perpetual\n\nokx_perpetual_api_key: " + k +
					"\nokx_perpetual_secret_key: " + s + "\nokx_perpetual_passphrase: " + p +
					"\nokx_api_key: CANARY\nokx_perpetual_registration_sub_domain: www\n",
			},
			passphrase: p, exchange: "okx", seen: "conf/connectors/okx_perpetual.yml",
		},
		{
			name: "hummingbot, named by the file alone", location: "hummingbot:coinbase_advanced_trade.yml",
			files: map[string]string{"coinbase_advanced_trade.yml": "coinbase_advanced_trade_api_key: " + k +
				"\ncoinbase_advanced_trade_api_secret: '" + s + "'\nuse_auth_for_public_endpoints: Yes\n"},
			exchange: "coinbase", seen: "coinbase_advanced_trade.yml",
		},
		{
			name: "bbgo, in the session", location: "bbgo:f#a", files: map[string]string{
				"f": session + "    key: " + k +
					"\n    secret: " + s + "\n    passphrase: " + p + "\n    subAccount: x\n",
				".env.local": "DESK_API_KEY=CANARY\nDESK_API_SECRET=CANARY\n",
			},
			environ: []string{"DESK_API_KEY=CANARY"}, passphrase: p, exchange: "okex", seen: "f",
		},
		{
			name: "bbgo, in .env.local", location: "bbgo:f",
			files: map[string]string{
				"f": "---\n" + session + "    key: CANARYalone\n    passphrase: CANARYunread\n",
				".env.local": "DESK_API_KEY=" + k + "\nDESK_API_SECRET=" + s + "\nDESK_API_PASSPHRASE=" +
					p + "\nDESK_KEY=CANARY\n",
			},
			passphrase: p, exchange: "okex", seen: "f .env.local",
		},
		{
			name: "bbgo, by the name of the exchange", location: "bbgo:sub/f#b",
			files: map[string]string{
				"sub/f":          "sessions: {a: {exchange: max}, b: {exchange: binance, publicOnly: false}}",
				"sub/.env.local": "BINANCE_API_KEY=" + k + "\nBINANCE_API_SECRET=" + s,
			},
			exchange: "binance", seen: "sub/f sub/.env.local",
		},
		{
			name: "bbgo without sessions", location: "bbgo:f#binance",
			files: map[string]string{
				"f":          "exchangeStrategies: []\n",
				".env.local": "BINANCE_API_KEY=" + k + "\nBINANCE_API_SECRET=" + s,
			},
			exchange: "binance", seen: "f .env.local",
		},
		{
			name: "bbgo, and the environment counts more", location: "bbgo:f",
			files: map[string]string{"f": session, ".env.local": "DESK_API_KEY=" + k +
				"\nDESK_API_SECRET=CANARYwrong\nDESK_API_PASSPHRASE=CANARYunread\n"},
			environ: []string{"DESK_API_SECRET=" + s, "DESK_API_PASSPHRASE="}, exchange: "okex", seen: "f .env.local",
			remarks: "DESK_API_SECRET was read from the environment, which bbgo prefers to .env.local\nDESK_API_PASSPHRASE " +
				"was read from the environment, which bbgo prefers to .env.local",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := write(t, c.files)
			env.Environ = c.environ
			r := reads(t, env, c.location, c.passphrase)
			want(t, r.Exchange, c.exchange)
			want(t, strings.Join(r.Remarks, "\n"), c.remarks)
			var seen []string
			for _, one := range r.Seen {
				path, _ := filepath.Rel(env.Dir, one.Path)
				seen = append(seen, filepath.ToSlash(path))
				want(t, one.Text, c.location)
			}
			want(t, strings.Join(seen, " "), c.seen)
		})
	}
}

func TestBotsRefuse(t *testing.T) {
	const ks = `"key": "` + testKey + `", "secret": "` + testSecret + `"`
	const encrypted = "f: is encrypted by GoCryptoTrader, and rekey does not open it (its own program cmd/config can " +
		"decrypt it; or change this key by hand, in GoCryptoTrader)"
	many := strings.Repeat(`{"name": "aa"}, `, 12) + "{}"
	for _, c := range []struct {
		location, file string
		reason         Reason
		want           string
	}{
		{"gocryptotrader:f#Okx", "THORS-HAMMER~GCT~SO~SALTY~\x00\xff\xfeCANARY", ReasonUnreadable, encrypted},
		{"gocryptotrader:f#Okx", "THORS-HAMMER~GCT~SO~SALTY~CANARY", ReasonUnreadable, encrypted},
		{"gocryptotrader:f#Okx", "\x00CANARY", ReasonUnreadable, "f: holds a NUL byte, so it is no text file"},
		{
			"gocryptotrader:f#Okx", gct(`{"name": "Binance"}`), ReasonAbsent,
			`the file has no exchange "Okx" (it has "Binance")`,
		},
		{"gocryptotrader:f#Okx", gct(many), ReasonAbsent, `the file has no exchange "Okx" (it has ` +
			strings.Repeat(`"aa", `, 10) + `and 2 more)`},
		{"gocryptotrader:f#Okx", gct(""), ReasonAbsent, `the file has no exchange "Okx"`},
		{
			"gocryptotrader:f#Okx", gct(`{"name": "Okx"}, {"name": "OKX"}`), ReasonAmbiguous,
			`the file has 2 exchanges with the name "Okx"`,
		},
		{
			"gocryptotrader:f#Okx", gct(`{"name": "Okx", "api": {"credentials": {}}}`), ReasonAbsent,
			"the exchange has neither key nor secret",
		},
		{
			"gocryptotrader:f#Okx", gct(`{"name": "Okx", "api": {"credentials": {"key": "CANARY"}}}`),
			ReasonIncomplete, "holds no secret",
		},
		{"gocryptotrader:f#Okx", gct(`{"name": "Okx", "api": {"credentials": {"key": "Key", "secret": "Secret", ` +
			`"clientID": "ClientID"}}}`), ReasonPlaceholder, `the access key in the field "key" is a placeholder ` +
			`(put the real one there)`},
		{
			"gocryptotrader:f#Okx", gct(`{"name": "Okx", "apiKey": "CANARYa", "api": {"credentials": {` +
				ks + `}}}`), ReasonAmbiguous,
			`the field "apiKey" and the field "key" both claim to be the access key and differ (remove ` +
				`the one that is not used)`,
		},
		{
			"gocryptotrader:f#Okx", `{"exchange": {}}`, ReasonSyntax,
			"is no configuration of GoCryptoTrader: it has no list of exchanges",
		},
		{"passivbot:f#b", `{"a": {}, "x": 1}`, ReasonAbsent, `the file has no entry "b" (it has "a")`},
		{"passivbot:f#b", `{"b": "CANARY"}`, ReasonSyntax, `the entry "b" is text, not an object`},
		{"passivbot:f#b", `{"b": {}, "b": {}}`, ReasonAmbiguous, `the name "b" stands 2 times in the same object`},
		{"passivbot:f#b", `["CANARY"]`, ReasonSyntax, "the file is a list, not an object"},
		{
			"passivbot:f#tradfi", `{"tradfi": {"provider": "alpaca", "api_key": "CANARY", "api_secret": "CANARY"}}`,
			ReasonSyntax, "the entry names no exchange, so it is no account of passivbot",
		},
		{
			"passivbot:f#h", `{"h": {"exchange": "hyperliquid", "wallet_address": "CANARY", "private_key": "CANARY"}}`,
			ReasonAbsent, "the entry has neither key nor secret",
		},
		{"ccxt:f#okx", `{"okx": {"key": "CANARY"}}`, ReasonAbsent, "the entry has neither key nor secret"},
		{
			"ccxt:f#okx", `{"okx": {"apiKey": "", "secret": ""}}`, ReasonPlaceholder,
			`the access key in the field "apiKey" is empty (put the real one there)`,
		},
		{
			"hummingbot:f", "connector: binance\nbinance_api_key: 7b22" + strings.Repeat("0a", 200) +
				"\nbinance_api_secret: 7b22" + strings.Repeat("0a", 200) + "\n", ReasonUnclean,
			`the access key in the field "binance_api_key" is encrypted, as hummingbot does it`,
		},
		{
			"hummingbot:f", "connector: binance\nkucoin_api_key: CANARY\n", ReasonAbsent,
			"the file has no fields for the key of a connector (the file of binance has binance_api_key " +
				"and binance_api_secret)",
		},
		{"hummingbot:f", "- CANARY\n", ReasonSyntax, "the pointer leads to a list, not to an object"},
		{"bbgo:f#x", "sessions: {a: {exchange: max}, b: {}}", ReasonAbsent, `the file has no session "x" (it has "a", "b")`},
		{
			"bbgo:f", "sessions: {a: {exchange: max}, b: {}}", ReasonAbsent,
			`the file has 2 sessions and none is named (it has "a", "b")`,
		},
		{"bbgo:f", "sessions: {}", ReasonAbsent, "the file has 0 sessions and none is named"},
		{"bbgo:f", "a: 1", ReasonAbsent, "the file has no sessions (name the exchange, as in bbgo:bbgo.yaml#binance)"},
		{"bbgo:f", "sessions: {a: {key: CANARY}}", ReasonSyntax, "the session names no exchange"},
		{"bbgo:f#a", "sessions: {a: 1}", ReasonSyntax, `the session "a" is a number or a date, not a mapping`},
		{
			"bbgo:f", "sessions: {a: {exchange: max, envVarPrefix: a b}}", ReasonSyntax,
			"the session's envVarPrefix is no beginning of a variable's name",
		},
		{
			"bbgo:f", "sessions: {a: {exchange: max}}", ReasonAbsent,
			"the session has no key, and MAX_API_KEY is set neither in the environment nor in .env.local",
		},
		{
			"bbgo:f", "sessions: {a: {exchange: max, key: 12345, secret: x}}", ReasonSyntax,
			`the access key in the field "key" is a number or a date, not text (put it in quotes)`,
		},
	} {
		want(t, refuses(t, write(t, map[string]string{"f": c.file}), c.location, c.reason), c.location+": "+c.want)
	}
	for file, text := range map[string]string{
		"P_API_KEY=CANARY\n":  "holds no secret",
		"P_API_KEY='CANARY\n": "in .env.local: line 1 opens a quote that nothing closes",
		"P_API_KEY=a\nP_API_SECRET=b\nP_API_PRIVATE_KEY=c": "P_API_PRIVATE_KEY is set besides P_API_SECRET, and which one " +
			"signs depends on the exchange (remove the one that is not used)",
		"\x00CANARY": ".env.local: holds a NUL byte, so it is no text file",
	} {
		env := write(
			t,
			map[string]string{"bbgo.yaml": "sessions: {a: {exchange: binance, envVarPrefix: p}}", ".env.local": file},
		)
		r, err := mustParse(t, "bbgo:bbgo.yaml").Read(t.Context(), env)
		if err == nil || r.Credential.AccessKey != "" {
			t.Errorf("%q was read", file)
			continue
		}
		assertNoCanary(t, err)
		want(t, strings.ReplaceAll(err.Error(), env.Dir+string(filepath.Separator), ""), "bbgo:bbgo.yaml: "+text)
	}
}

// The bots of a folder are found without a configuration.
func TestDiscoverBots(t *testing.T) {
	env := write(t, map[string]string{
		"config.json": gct(
			`{"name": "Binance", "api": {"credentials": {"key": "Key", "secret": "Secret"}}},
			{"name": "Okx", "api": {"credentials": {}}},
			{"name": "Kucoin", "api": {"credentials": {"key": "kCANARY1", "secret": "sCANARY1", "clientID": "pCANARY1"}}}`,
		),
		"api-keys.json": `{"referrals": {"okx": "x"}, "_comment": "x",
			"binance_01": {"exchange": "binance", "key": "key", "secret": "secret"},
			"okx_01": {"exchange": "okx", "key": "kCANARY2", "secret": "sCANARY2", "passphrase": "pCANARY2"},
			"hyper_01": {"exchange": "hyperliquid", "wallet_address": "CANARY", "private_key": "CANARY"},
			"tradfi": {"provider": "alpaca", "api_key": "CANARY", "api_secret": "CANARY"}}`,
		"bbgo.yaml":  "sessions: {max: {exchange: max, envVarPrefix: max}, main: {exchange: binance}}\n",
		".env.local": "BINANCE_API_KEY=kCANARY3\nBINANCE_API_SECRET=sCANARY3\n",
		"keys.local.json": `{"okex": {"apiKey": "kCANARY2", "secret": "sCANARY2", "password": "pCANARY2"}, "ftx": ` +
			`{"apiKey": "kCANARY4", "secret": ""}}`,
		"conf/connectors/kucoin.yml": "connector: kucoin\nkucoin_api_key: 7b22" + strings.Repeat(
			"0a",
			200,
		) + "\nkucoin_secret_key: x\n",
		"conf/connectors/binance.yml":    "connector: binance\nbinance_api_key: ''\nbinance_api_secret: ''\n",
		"conf/connectors/hashkey.yml":    "connector: hashkey\nother: 1\n",
		"conf/connectors/notes.txt":      "CANARY",
		"conf/connectors/gate_io.yml":    "connector: gate_io\ngate_io_api_key: kCANARY5\ngate_io_secret_key: sCANARY5\n",
		"conf/connectors/more/other.yml": "connector: okx\nokx_api_key: kCANARY\nokx_secret_key: sCANARY\n",
	})
	want(t, discover(t, env), `kucoin: kucoin at gocryptotrader:config.json#Kucoin
okx: okx at passivbot:api-keys.json#okx_01, copy at ccxt:keys.local.json#okex
binance: binance at bbgo:bbgo.yaml#main
hummingbot:  at hummingbot:conf/connectors/gate_io.yml, the file is for gate_io, which rekey does not know
kucoin-2: kucoin at hummingbot:conf/connectors/kucoin.yml, `+
		`hummingbot:conf/connectors/kucoin.yml: the access key in the field "kucoin_api_key" is encrypted, `+
		`as hummingbot does it
`)
}

// A bot's file that is broken may hold keys. Another program's config.json may
// be anything.
func TestDiscoverBrokenBots(t *testing.T) {
	want(t, discover(t, write(t, map[string]string{
		"config.json": "{CANARY", "api-keys.json": "{CANARY", "bbgo.yaml": "a: [", "keys.local.json": "\x00",
	})), `passivbot:  at passivbot:api-keys.json, passivbot:api-keys.json: is not valid JSON in line 1, column 2
bbgo:  at bbgo:bbgo.yaml, bbgo:bbgo.yaml: line 1: not valid YAML: did not find expected node content
ccxt:  at ccxt:keys.local.json, ccxt:keys.local.json: keys.local.json: holds a NUL byte, so it is no text file
`)
	want(
		t,
		discover(
			t,
			write(
				t,
				map[string]string{"api-keys.json": `{"a": {"exchange": 1}}`, "bbgo.yaml": "sessions: 1", "keys.local.json": "[]"},
			),
		),
		"",
	)
}
