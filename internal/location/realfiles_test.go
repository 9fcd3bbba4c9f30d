package location

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/exchanges"
)

// realFiles returns the folder with the files of real bots, which are not part
// of this repository.
func realFiles(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("REKEY_BOT_CONFIGS"); dir != "" {
		return dir
	}
	dir := filepath.Join("..", "..", "..", "shared", "bot-configs")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the bots' own files are not beside this checkout; set REKEY_BOT_CONFIGS to their folder to run this")
	}
	return dir
}

// Credentials in the example files that the bots come with are read, replaced
// and put back, and not a byte else changes. fill turns the placeholders of a
// template into values.
func TestRealBotFiles(t *testing.T) {
	root := realFiles(t)
	const k, s, p = testKey, testSecret, testPassphrase
	for _, c := range []struct {
		file, location string // @ is the file
		fill           []string
		passphrase     bool
		count          int // how many values change
	}{
		{
			"freqtrade/config_binance.example.json", "freqtrade:@",
			[]string{"your_exchange_key", k, "your_exchange_secret", s},
			false, 2,
		},
		{
			"freqtrade/config_full.example.json", "freqtrade:@",
			[]string{"your_exchange_key", k, "your_exchange_secret", s},
			false, 2,
		},
		{"freqtrade/main_test_config.json", "freqtrade:@", []string{
			"your_exchange_key", k,
			"your_exchange_secret", s,
		}, false, 2},
		{"freqtrade/derived/config-private.docs.json", "freqtrade:@", nil, false, 2},
		{
			"gocryptotrader/config_example.json", "gocryptotrader:@#binance",
			[]string{`"Key"`, `"` + k + `"`, `"Secret"`, `"` + s + `"`},
			false, 2,
		},
		{
			"gocryptotrader/config_example.json", "gocryptotrader:@#Kucoin",
			[]string{`"Key"`, `"` + k + `"`, `"Secret"`, `"` + s + `"`, `"ClientID"`, `"` + p + `"`},
			true, 3,
		},
		{
			"gocryptotrader/preengine_config.json", "gocryptotrader:@#CoinbasePro",
			[]string{`"Key"`, `"` + k + `"`, `"Secret"`, `"` + s + `"`, `"ClientID"`, `"` + p + `"`},
			true, 3,
		},
		{
			"passivbot/api-keys.json.example", "passivbot:@#okx_01",
			[]string{
				`"key": "key"`, `"key": "` + k + `"`, `"secret": "secret"`, `"secret": "` + s + `"`,
				`"passphrase": "passphrase"`, `"passphrase": "` + p + `"`,
			},
			true, 3,
		},
		{
			"passivbot/api-keys.json.example", "passivbot:@#generic_ccxtbot_01",
			[]string{"your_api_key", k, "your_api_secret", s, "optional_passphrase", p},
			true, 3,
		},
		{
			"passivbot/api-keys.json.example", "json:@#/okx_01",
			[]string{
				`"key": "key"`, `"key": "` + k + `"`, `"secret": "secret"`, `"secret": "` + s + `"`,
				`"passphrase": "passphrase"`, `"passphrase": "` + p + `"`,
			},
			true, 3,
		},
		{"gekko/derived/SECRET-api-keys.json", "json:@#/gdax", nil, true, 3},
		{"gekko/derived/SECRET-api-keys.json", "json:@#/binance", nil, false, 2},
		{"coinbase-cdp/derived/cdp_api_key.json", "json:@", []string{"key-name", k, "private-key", s}, false, 2},
		{"r2/config_default.json", "json:@#/brokers/1", []string{
			`"key": "xxxxxx"`, `"key": "` + k + `"`,
			`"secret": "xxxxxx"`, `"secret": "` + s + `"`,
		}, false, 2},
		{
			"intelligent-trading-bot/config-sample-1h.jsonc", "json:@",
			[]string{`"<binance-key>"`, `"` + k + `"`, `"<binance-secret>"`, `"` + s + `"`},
			false, 2,
		},
		{
			"tradingview-webhook-bot/config.json", "json:@#/EXCHANGES/BINANCE-FUTURES",
			[]string{"api-key-goes-here", k, "api-secret-goes-here", s},
			false, 2,
		},
		{
			"binance-volatility-bot/creds.example.yml", "yaml:@#/prod",
			[]string{"access_key: replace_me", "access_key: " + k, "secret_key: replace_me", "secret_key: " + s},
			false, 2,
		},
		{"cryptofeed/config.yaml", "yaml:@#/bitget", []string{
			"key_id: null", "key_id: " + k, "key_secret: null",
			"key_secret: " + s, "key_passphrase: null", "key_passphrase: " + p,
		}, true, 3},
		{"cryptofeed/config_test.yaml", "yaml:@#/bit.com", []string{
			"key_id: null", "key_id: " + k, "key_secret: null",
			"key_secret: " + s,
		}, false, 2},
		{
			"kelp/sample_trader.cfg", "toml:@#/EXCHANGE_API_KEYS/1",
			[]string{
				"#[[EXCHANGE_API_KEYS]]\n#KEY=\"\"\n#SECRET=\"\"",
				"[[EXCHANGE_API_KEYS]]\nKEY=\"" + k + "\"\nSECRET=\"" + s + "\"",
			},
			false, 2,
		},
		{"bbgo/.env.local.example", "dotenv:@#BINANCE", []string{
			"BINANCE_API_KEY=YOUR_API_KEY", "BINANCE_API_KEY=" + k,
			"BINANCE_API_SECRET=YOUR_API_KEY", "BINANCE_API_SECRET=" + s, "BINANCE_API_SECRET=YOUR_API_SECRET",
			"BINANCE_API_SECRET=" + s,
		}, false, 2},
		{"bitcoin-dca/env.dist", "dotenv:@#BINANCE", []string{
			"# BINANCE_API_KEY=", "BINANCE_API_KEY=" + k,
			"# BINANCE_API_SECRET=", "BINANCE_API_SECRET='" + s + "'",
		}, false, 2},
		{
			"jesse/env.example.2021-12", "dotenv:@#BINANCE_FUTURES",
			[]string{
				"\nBINANCE_FUTURES_API_KEY=", "\nBINANCE_FUTURES_API_KEY=" + k, "\nBINANCE_FUTURES_API_SECRET=",
				"\nBINANCE_FUTURES_API_SECRET=" + s,
			},
			false, 2,
		},
	} {
		t.Run(c.file, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(c.file)))
			if err != nil {
				t.Fatal(err)
			}
			filled := strings.NewReplacer(c.fill...).Replace(string(data))
			env := write(t, map[string]string{"f": filled})
			location := strings.Replace(c.location, "@", "f", 1)
			reading, err := mustParse(t, location).Read(t.Context(), env)
			if err != nil {
				t.Fatal(err)
			}
			was := reading.Credential
			if c.passphrase == was.Passphrase.IsZero() {
				t.Error("a passphrase is there or missing against expectation")
			}
			to := credential(newKey, newSecret, "")
			if c.passphrase {
				to.Passphrase = exchanges.NewSecret(newPassphrase)
			}
			stores(t, env, location, to)
			written := content(t, env, "f")
			if got := n(written, newKey, newSecret, newPassphrase); got != c.count {
				t.Errorf("%d values changed, want %d", got, c.count)
			}
			same := len(newKey) - len(was.AccessKey) + len(newSecret) - len(was.Secret.Reveal()) +
				len(to.Passphrase.Reveal()) - len(was.Passphrase.Reveal())
			if got := len(written) - len(filled); got != same {
				t.Errorf("the file grew by %d bytes, the values by %d", got, same)
			}
			stores(t, env, location, was)
			want(t, content(t, env, "f"), filled)
		})
	}
}

// What bots encrypted is told to be, and not written over.
func TestRealBotFilesEncrypted(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(realFiles(t), "hummingbot", "derived", "conf", "connectors", "binance.yml"))
	if err != nil {
		t.Fatal(err)
	}
	env := write(t, map[string]string{"binance.yml": string(data)})
	want(t, declines(t, env, "hummingbot:binance.yml", credential(newKey, newSecret, ""), ReasonUnclean),
		`hummingbot:binance.yml: the access key in the field "binance_api_key" is encrypted, as hummingbot does it`)
	want(t, content(t, env, "binance.yml"), string(data))
}
