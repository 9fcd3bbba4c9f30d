package scan

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rekey/internal/scan/find"
)

// botFiles is where real configuration files of bots lie beside a checkout.
const botFiles = "../../../shared/bot-configs"

// A planting puts a credential into a real file of a bot: behind the text in
// after, the values of the fields are replaced.
type planting struct {
	file, as, after, exchange string
	key, secret, passphrase   string // names of fields
	quoted                    bool
}

var plantings = []planting{
	{
		file:     "freqtrade/config_binance.example.json",
		as:       "user_data/config.json",
		after:    `"name": "binance"`,
		exchange: "binance",
		key:      "key",
		secret:   "secret",
		quoted:   true,
	},
	{
		file:     "freqtrade/config_full.example.json",
		as:       "user_data/config.json",
		after:    `"exchange": {`,
		exchange: "binance",
		key:      "key",
		secret:   "secret",
		quoted:   true,
	},
	{
		file:       "freqtrade/derived/config-okx.docs.json",
		as:         "config-okx.json",
		after:      `"exchange": {`,
		exchange:   "okx",
		key:        "key",
		secret:     "secret",
		passphrase: "password",
		quoted:     true,
	},
	{
		file:     "binance-trade-bot/user.cfg.example",
		as:       "user.cfg",
		exchange: "binance",
		key:      "api_key",
		secret:   "api_secret_key",
	},
	{
		file:     "binance-volatility-bot/creds.example.yml",
		as:       "creds.yml",
		exchange: "binance",
		key:      "access_key",
		secret:   "secret_key",
	},
	{
		file:     "chrisleekr-binance-trading-bot/env.dist",
		as:       ".env",
		exchange: "binance",
		key:      "BINANCE_LIVE_API_KEY",
		secret:   "BINANCE_LIVE_SECRET_KEY",
	},
	{
		file:     "node-binance-trader/env.example",
		as:       ".env",
		exchange: "binance",
		key:      "BINANCE_API_KEY",
		secret:   "BINANCE_SECRET_KEY",
	},
	{
		file:     "bbgo/.env.local.example",
		as:       ".env.local",
		exchange: "binance",
		key:      "BINANCE_API_KEY",
		secret:   "BINANCE_API_SECRET",
	},
	{
		file:     "coinbase-cdp/derived/cdp_api_key.json",
		as:       "cdp_api_key.json",
		exchange: "coinbase",
		key:      "name",
		secret:   "privateKey",
		quoted:   true,
	},
	{
		file:     "crypto-trading-bot/conf.json.dist",
		as:       "conf.json",
		after:    `"binance_futures": {`,
		exchange: "binance",
		key:      "key",
		secret:   "secret",
		quoted:   true,
	},
	{
		file:       "crypto-trading-bot/conf.json.dist",
		as:         "conf.json",
		after:      `"coinbase_pro": {`,
		exchange:   "coinbase-exchange",
		key:        "key",
		secret:     "secret",
		passphrase: "passphrase",
		quoted:     true,
	},
	{
		file:     "crypto-trading-bot/conf.json.dist",
		as:       "conf.json",
		after:    `"bybit_unified": {`,
		exchange: "bybit",
		key:      "key",
		secret:   "secret",
		quoted:   true,
	},
	{
		file:       "cryptofeed/config.yaml",
		as:         "config.yaml",
		after:      "\nkucoin:",
		exchange:   "kucoin",
		key:        "key_id",
		secret:     "key_secret",
		passphrase: "key_passphrase",
	},
	{
		file:     "gocryptotrader/config_example.json",
		as:       ".gocryptotrader/config.json",
		after:    `"name": "Binance"`,
		exchange: "binance",
		key:      "key",
		secret:   "secret",
		quoted:   true,
	},
	{
		file:       "gocryptotrader/config_example.json",
		as:         ".gocryptotrader/config.json",
		after:      `"name": "Kucoin"`,
		exchange:   "kucoin",
		key:        "key",
		secret:     "secret",
		passphrase: "clientID",
		quoted:     true,
	},
	{
		file:     "intelligent-trading-bot/config-sample-1h.jsonc",
		as:       "config.jsonc",
		exchange: "binance",
		key:      "api_key",
		secret:   "api_secret",
		quoted:   true,
	},
	{
		file:     "kelp/sample_kraken_trader.cfg",
		as:       "trader.cfg",
		after:    "[[EXCHANGE_API_KEYS]]",
		exchange: "kraken",
		key:      "KEY",
		secret:   "SECRET",
		quoted:   true,
	},
	{
		file:     "lean/config.json",
		as:       "config.json",
		exchange: "kraken",
		key:      "kraken-api-key",
		secret:   "kraken-api-secret",
		quoted:   true,
	},
	{
		file:     "lean/config.json",
		as:       "config.json",
		exchange: "bybit",
		key:      "bybit-api-key",
		secret:   "bybit-api-secret",
		quoted:   true,
	},
	{
		file:     "octobot/config.json",
		as:       "user/config.json",
		exchange: "binanceus",
		key:      "api-key",
		secret:   "api-secret",
		quoted:   true,
	},
	{
		file:       "passivbot/api-keys.json.example",
		as:         "api-keys.json",
		after:      `"okx_01"`,
		exchange:   "okx",
		key:        "key",
		secret:     "secret",
		passphrase: "passphrase",
		quoted:     true,
	},
	{
		file:     "passivbot/api-keys.json.example",
		as:       "api-keys.json",
		after:    `"gateio_01"`,
		exchange: "gateio",
		key:      "key",
		secret:   "secret",
		quoted:   true,
	},
	{
		file:       "passivbot/api-keys.json.example",
		as:         "api-keys.json",
		after:      `"bitget_01"`,
		exchange:   "bitget",
		key:        "key",
		secret:     "secret",
		passphrase: "passphrase",
		quoted:     true,
	},
	{
		file:     "r2/config_default.json",
		as:       "config.json",
		after:    `"broker": "Coincheck"`,
		exchange: "",
		key:      "key",
		secret:   "secret",
		quoted:   true,
	},
	{
		file:     "tradingview-webhook-bot/config.json",
		as:       "config.json",
		after:    `"BINANCE-FUTURES"`,
		exchange: "binance",
		key:      "API_KEY",
		secret:   "API_SECRET",
		quoted:   true,
	},
	{
		file:     "3commas-cyber-bots/derived/allpairs.ini",
		as:       "config/allpairs.ini",
		exchange: "3commas",
		key:      "3c-apikey",
		secret:   "3c-apisecret",
	},
	{file: "bitcoin-dca/env.dist", as: ".env", exchange: "kraken", key: "KRAKEN_API_KEY", secret: "KRAKEN_PRIVATE_KEY"},
	{
		file:     "jesse/env.example.2021-12",
		as:       ".env",
		exchange: "binance",
		key:      "BINANCE_FUTURES_API_KEY",
		secret:   "BINANCE_FUTURES_API_SECRET",
	},
	{
		file:     "jesse/env.example.2021-12",
		as:       ".env",
		exchange: "ftx",
		key:      "FTX_FUTURES_API_KEY",
		secret:   "FTX_FUTURES_API_SECRET",
	},
	{file: "krakenex/kraken.key", as: "kraken.key", exchange: "kraken"},
	{
		file:     "gekko/derived/SECRET-api-keys.json",
		as:       "SECRET-api-keys.json",
		exchange: "binance",
		key:      "key",
		secret:   "secret",
		quoted:   true,
		after:    `"binance"`,
	},
}

// TestRealBotFiles plants a credential into the real configuration file of
// every bot that lies there, and wants exactly that one to be found.
func TestRealBotFiles(t *testing.T) {
	if _, err := os.Stat(botFiles); err != nil {
		t.Skip("the bots' files lie in shared/bot-configs beside a checkout; put them there to run this test")
	}
	m := newMaker(1)
	for _, p := range plantings {
		t.Run(p.file+" "+p.exchange, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(botFiles, p.file))
			if err != nil {
				t.Fatal(err)
			}
			want := made{}
			if p.exchange != "" {
				want = m.credential(t, p.exchange)
			}
			var text string
			if p.file == "krakenex/kraken.key" {
				text = want.key + "\n" + want.secret
			} else {
				text = plant(t, string(data), p, want)
			}
			dir := t.TempDir()
			file := filepath.Join(dir, filepath.FromSlash(p.as))
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			var got []made
			for _, f := range alarms(Run(t.Context(), Options{Paths: []string{dir}})) {
				if f.Credential.AccessKey == "yCuiI7yufPk5Y0prnSNwGTFKr5NZj2dPZ79UizNWMG1iImMqsLxhjw5rsu09oQM8" ||
					f.Exchange == "coinbase-exchange" && p.exchange == "binance" {
					continue // gekko's file comes with a made-up one
				}
				got = append(
					got,
					made{f.Exchange, f.Credential.AccessKey, f.Credential.Secret.Reveal(), f.Credential.Passphrase.Reveal()},
				)
			}
			wanted := []made{want}
			if p.exchange == "" {
				wanted = nil
			}
			if !slices.Equal(got, wanted) {
				t.Errorf("found %+v, want %+v", got, wanted)
			}
		})
	}
}

func plant(t *testing.T, text string, p planting, c made) string {
	t.Helper()
	from := 0
	if p.after != "" {
		if from = strings.Index(text, p.after); from < 0 {
			t.Fatalf("there is no %s in the file", p.after)
		}
		from += len(p.after)
	}
	head, rest := text[:from], text[from:]
	for _, field := range []struct{ name, value string }{
		{p.key, c.key},
		{p.secret, c.secret},
		{p.passphrase, c.passphrase},
	} {
		if field.name == "" || field.value == "" {
			continue
		}
		re := regexp.MustCompile(
			`(?m)((?:^|[\s"',{])` + regexp.QuoteMeta(field.name) + `["']?\s*[:=][ \t]*)("[^"]*"|null|[^\s,#]*)`,
		)
		at := re.FindStringSubmatchIndex(rest)
		if at == nil { // GoCryptoTrader leaves clientID out where there is none
			re = regexp.MustCompile(`("secret": )("[^"]*")`)
			at = re.FindStringSubmatchIndex(rest)
			if at == nil || field.name != "clientID" {
				t.Fatalf("there is no field %s", field.name)
			}
			rest = rest[:at[1]] + ",\n\"clientID\": \"" + field.value + "\"" + rest[at[1]:]
			continue
		}
		value := field.value
		if p.quoted {
			value = `"` + value + `"`
		}
		rest = rest[:at[4]] + value + rest[at[5]:]
	}
	return head + rest
}

// alarms are the findings that are credentials or parts of one.
func alarms(r Result) []Finding {
	return slices.DeleteFunc(
		r.Findings,
		func(f Finding) bool { return f.Kind != find.Credential && f.Kind != find.Partial },
	)
}
