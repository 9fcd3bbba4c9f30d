package location

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

const freqtradeKey = `"key": "` + testKey + `", "secret": "` + testSecret + `"`

func TestFreqtrade(t *testing.T) {
	for _, c := range []struct {
		name       string
		files      map[string]string
		environ    []string
		passphrase string
		exchange   string
		seen       string
		remarks    string
	}{
		{
			name: "one file with comments and trailing commas",
			files: map[string]string{"config.json": `{
    "max_open_trades": 3, // as always
    "exchange": {
        "name": "KuCoin",
        ` + freqtradeKey + `,
        "password": "` + testPassphrase + `", /* KuCoin's */
        "ccxt_config": {},
    },
    "telegram": {"enabled": false, "token": "xCANARYx", "chat_id": "1"},
    "api_server": {"username": "u", "password": "xCANARYx", "jwt_secret_key": "xCANARYx"},
}`},
			passphrase: testPassphrase, exchange: "kucoin", seen: "config.json",
		},
		{
			name: "the camelCase twin",
			files: map[string]string{"config.json": `{"exchange": {"name": "binance", "apiKey": "` + testKey +
				`", "secret": "` + testSecret + `"}}`},
			exchange: "binance", seen: "config.json",
		},
		{
			name: "ccxt_config counts too",
			files: map[string]string{"config.json": `{"exchange": {"name": "binance", "key": "", "secret": "",
				"ccxt_config": {"apiKey": "` + testKey + `", "secret": "` + testSecret + `", "enableRateLimit": true}}}`},
			exchange: "binance", seen: "config.json",
		},
		{
			name: "the key in an included file, relative to the file that includes it",
			files: map[string]string{
				"config.json": `{"add_config_files": ["sub/a.json"], "exchange": {"name": ` +
					`"binance", "pair_whitelist": []}}`,
				"sub/a.json":            `{"add_config_files": ["private/b.json"]}`,
				"sub/private/b.json":    `{"exchange": {"name": "kraken", ` + freqtradeKey + `}}`,
				"private/b.json":        `{"exchange": {"key": "CANARYwrong", "secret": "CANARYwrong"}}`,
				"sub/private/extra.cfg": "",
			},
			exchange: "binance", seen: "config.json sub/private/b.json",
		},
		{
			name: "the including file wins, and of two included ones the later",
			files: map[string]string{
				"config.json": `{"add_config_files": ["a.json", "b.json"], "exchange": {"key": "` + testKey + `"}}`,
				"a.json":      `{"exchange": {"name": "binance", "key": "CANARYwrong", "secret": "CANARYwrong"}}`,
				"b.json":      `{"exchange": {"key": "CANARYwrong", "secret": "` + testSecret + `"}}`,
			},
			exchange: "binance", seen: "config.json b.json",
		},
		{
			name: "the same file included on two ways is no circle",
			files: map[string]string{
				"config.json": `{"add_config_files": ["a.json", "b.json"]}`,
				"a.json":      `{"add_config_files": ["b.json"]}`, "b.json": `{"exchange": {` + freqtradeKey + `}}`,
			},
			seen: "config.json b.json",
		},
		{
			name: "the environment counts before the file",
			files: map[string]string{"config.json": `{"exchange": {"name": "binance", "key": "CANARYfile", ` +
				`"secret": "CANARYfile"}}`},
			environ: []string{
				"FREQTRADE__EXCHANGE__KEY=" + testKey, "FREQTRADE__EXCHANGE__SECRET=" + testSecret,
				"FREQTRADE__EXCHANGE__PASSWORD=" + testPassphrase, "FREQTRADE__EXCHANGE__NAME=kucoin",
			},
			passphrase: testPassphrase, exchange: "kucoin", seen: "config.json",
			remarks: "the access key was read from FREQTRADE__EXCHANGE__KEY, which freqtrade prefers to the file\n" +
				"the secret was read from FREQTRADE__EXCHANGE__SECRET, which freqtrade prefers to the file\n" +
				"the passphrase was read from FREQTRADE__EXCHANGE__PASSWORD, which freqtrade prefers to the file",
		},
		{
			name: "one part from the environment",
			files: map[string]string{"config.json": `{"exchange": {"name": "binance", "key": "` +
				testKey + `", "secret": ""}}`},
			environ:  []string{"FREQTRADE__EXCHANGE__SECRET=" + testSecret},
			exchange: "binance", seen: "config.json",
			remarks: "the secret was read from FREQTRADE__EXCHANGE__SECRET, which freqtrade prefers to the file",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := write(t, c.files)
			env.Environ = c.environ
			r := reads(t, env, "freqtrade:config.json", c.passphrase)
			want(t, r.Exchange, c.exchange)
			want(t, strings.Join(r.Remarks, "\n"), c.remarks)
			var seen []string
			for _, s := range r.Seen {
				path, _ := filepath.Rel(env.Dir, s.Path)
				seen = append(seen, filepath.ToSlash(path))
				want(t, s.Text, "freqtrade:config.json")
			}
			want(t, strings.Join(seen, " "), c.seen)
		})
	}
}

func TestFreqtradeRefuses(t *testing.T) {
	chain := map[string]string{"config.json": `{"add_config_files": ["0.json"]}`}
	for i := range 12 {
		chain[fmt.Sprintf("%d.json", i)] = fmt.Sprintf(`{"add_config_files": ["%d.json"]}`, i+1)
	}
	wide := map[string]string{
		"config.json": `{"add_config_files": [` + strings.Repeat(`"a.json",`, 200) + `]}`,
		"a.json":      "{}",
	}
	for _, c := range []struct {
		name    string
		files   map[string]string
		environ []string
		reason  Reason
		want    string
	}{
		{"no file", nil, nil, ReasonAbsent, "config.json: does not exist"},
		{
			"another program's file",
			map[string]string{"config.json": `{"key": "CANARY"}`},
			nil, ReasonSyntax,
			"is no freqtrade configuration: it has no exchange block",
		},
		{
			"a list",
			map[string]string{"config.json": `["CANARY"]`},
			nil, ReasonSyntax,
			"is no freqtrade configuration: it has no exchange block",
		},
		{
			"a template",
			map[string]string{"config.json": `{"exchange": {"name": "binance", "key": "your_exchange_key", "secret": ` +
				`"your_exchange_secret"}}`},
			nil, ReasonPlaceholder, `the access key in the field "key" is a placeholder (put the real one there)`,
		},
		{
			"an empty key hides the included one",
			map[string]string{
				"config.json": `{"exchange": {"key": "", "secret": ""}, "add_config_files": ["p.json"]}`,
				"p.json":      `{"exchange": {` + freqtradeKey + `}}`,
			},
			nil, ReasonPlaceholder, `the access key in the field "key" is empty (put the real one there)`,
		},
		{
			"no key at all",
			map[string]string{"config.json": `{"exchange": {"name": "binance", "pair_whitelist": []}}`},
			nil, ReasonAbsent,
			"the exchange block has neither key nor secret (if freqtrade is started with several --config files, " +
				"name the one that has them)",
		},
		{
			"half a key",
			map[string]string{"config.json": `{"exchange": {"key": "` + testKey + `"}}`},
			nil,
			ReasonIncomplete, "holds no secret",
		},
		{
			"twins that differ",
			map[string]string{"config.json": `{"exchange": {"apiKey": "CANARYa", ` + freqtradeKey + `}}`},
			nil, ReasonAmbiguous,
			`the field "apiKey" and the field "key" both claim to be the access key and differ (remove ` +
				`the one that is not used)`,
		},
		{
			"a duplicate",
			map[string]string{"config.json": `{"exchange": {"key": "CANARYa", ` + freqtradeKey + `}}`},
			nil, ReasonAmbiguous,
			`the exchange block has "key" twice`,
		},
		{
			"an empty variable hides the file",
			map[string]string{"config.json": `{"exchange": {` + freqtradeKey + `}}`},
			[]string{"FREQTRADE__EXCHANGE__KEY="},
			ReasonPlaceholder,
			"the access key in FREQTRADE__EXCHANGE__KEY is empty (put the real one there)",
		},
		{
			"a number for a password",
			map[string]string{"config.json": `{"exchange": {"password": 12345678, ` + freqtradeKey + `}}`},
			nil, ReasonSyntax,
			`the passphrase in the field "password" is a number or a date, not text (put it in quotes)`,
		},
		{
			"a circle",
			map[string]string{
				"config.json": `{"add_config_files": ["a.json"]}`,
				"a.json":      `{"add_config_files": ["./config.json"]}`,
			},
			nil, ReasonSyntax,
			"add_config_files leads back to config.json",
		},
		{
			"itself",
			map[string]string{"config.json": `{"add_config_files": ["config.json"]}`},
			nil, ReasonSyntax,
			"add_config_files leads back to config.json",
		},
		{"too deep", chain, nil, ReasonSyntax, "add_config_files goes on for more than 10 levels"},
		{"too wide", wide, nil, ReasonSyntax, "add_config_files includes more than 100 files"},
		{
			"no path",
			map[string]string{"config.json": `{"add_config_files": [1]}`},
			nil, ReasonSyntax,
			"add_config_files holds something that is no path",
		},
		{
			"an included file that is not there",
			map[string]string{"config.json": `{"exchange": {` + freqtradeKey + `}, "add_config_files": ["p.json"]}`},
			nil, ReasonUnreadable,
			"in add_config_files, p.json: does not exist",
		},
		{
			"an included file that is broken",
			map[string]string{"config.json": `{"add_config_files": ["p.json"]}`, "p.json": "{\n\"a\": CANARY}"},
			nil, ReasonSyntax,
			"in the included file p.json: is not valid JSON in line 2, column 6",
		},
		{
			"an included part that is not clean",
			map[string]string{
				"config.json": `{"add_config_files": ["p.json"]}`,
				"p.json":      `{"exchange": {"key": "CANARY ", "secret": "CANARY"}}`,
			},
			nil, ReasonUnclean,
			`the access key in the field "key of p.json" ends with white space`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := write(t, c.files)
			env.Environ = c.environ
			want(t, refuses(t, env, "freqtrade:config.json", c.reason), "freqtrade:config.json: "+c.want)
		})
	}
}
