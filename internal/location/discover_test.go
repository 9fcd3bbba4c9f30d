package location

import (
	"fmt"
	"strings"
	"testing"
)

func discover(t *testing.T, env Env) string {
	t.Helper()
	found := Discover(
		t.Context(),
		env,
		[]string{"binance", "kucoin", "okx", "coinbase", "coinbase-exchange", "ftx"},
		[]string{"3commas"},
	)
	assertNoCanary(t, found)
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "%s: %s at %s", f.Name, f.Exchange, f.Location)
		if f.Vendor {
			b.WriteString(", a vendor")
		}
		for _, c := range f.Copies {
			fmt.Fprintf(&b, ", copy at %s", c)
		}
		for _, r := range f.Remarks {
			fmt.Fprintf(&b, ", %s", r)
		}
		if f.Err != nil {
			assertNoCanary(t, f.Err)
			fmt.Fprintf(&b, ", %s", strings.ReplaceAll(f.Err.Error(), env.Dir+"/", ""))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// A trader without rekey.yaml: some keys in the environment, some in .env, a
// bot, and a key file from Coinbase.
func TestDiscover(t *testing.T) {
	env := write(t, map[string]string{
		".env": "KUCOIN_API_KEY=kCANARY1\nKUCOIN_API_SECRET=sCANARY1\nKUCOIN_API_PASSPHRASE=pCANARY1\n" +
			"BINANCE_API_KEY=kCANARY2\nBINANCE_API_SECRET=sCANARY2\n" +
			"OKX_API_KEY=your_api_key\nOKX_API_SECRET=your_secret\n" +
			"FTX_KEY=kCANARY3\n",
		"user_data/config.json": `{"exchange": {"name": "binance", "key": "kCANARY4", "secret": "sCANARY4"}}`,
		"config.json":           `{"exchange": {"name": "coinbaseexchange", "key": "", "secret": "", "pair_whitelist": []}}`,
		"config-private.json":   `{"exchange": {"key": "kCANARY5", "secret": "sCANARY5", "password": "pCANARY5"}}`,
		"cdp_api_key.json":      `{"name": "organizations/CANARY/apiKeys/CANARY", "privateKey": "sCANARY6"}`,
	})
	env.Environ = []string{
		"BINANCE_API_KEY=kCANARY2", "BINANCE_API_SECRET=sCANARY2",
		"COINBASE_EXCHANGE_KEY=kCANARY7", "COINBASE_EXCHANGE_SECRET=sCANARY7",
		"THREECOMMAS_API_KEY=kCANARY8", "THREECOMMAS_API_SECRET=sCANARY8",
		"OKX_SECRET=sCANARY9", "BYBIT_API_KEY=kCANARY", "BYBIT_API_SECRET=sCANARY",
	}
	want(t, discover(t, env), `binance: binance at env:BINANCE, copy at dotenv:.env#BINANCE
okx: okx at env:OKX, env:OKX: OKX_SECRET is set and neither OKX_APIKEY nor OKX_KEY is
coinbase-exchange: coinbase-exchange at env:COINBASE_EXCHANGE
3commas: 3commas at env:THREECOMMAS, a vendor
kucoin: kucoin at dotenv:.env#KUCOIN
ftx: ftx at dotenv:.env#FTX, dotenv:.env#FTX: FTX_KEY in line 8 is set and FTX_SECRET is not
binance-2: binance at freqtrade:user_data/config.json
coinbase-exchange-2: coinbase-exchange at freqtrade:config-private.json, `+
		`the file names no exchange; the one of the configuration beside it was taken
coinbase: coinbase at json:cdp_api_key.json
`)
}

func TestDiscoverNothing(t *testing.T) {
	want(t, discover(t, write(t, nil)), "")
	want(t, discover(t, write(t, map[string]string{
		".env":             "BINANCE_API_KEY=\nBINANCE_API_SECRET=\n",
		"config.json":      `{"exchange": "binance", "key": "CANARY"}`,
		"cdp_api_key.json": `{"name": "key-name", "privateKey": "private-key"}`,
	})), "")
	want(t, discover(t, write(t, map[string]string{"config.json": "CANARY"})), "")
}

// What is there and cannot be read is told: silence would look like safety.
func TestDiscoverBroken(t *testing.T) {
	want(t, discover(t, write(t, map[string]string{
		".env":                  "BINANCE_API_KEY='kCANARY\n",
		"user_data/config.json": `{"exchange": {"name": "binanceus", "key": "kCANARY", "secret": "sCANARY "}}`,
		"config.json":           `{"add_config_files": ["gone.json"]}`,
	})), `dotenv:  at dotenv:.env, dotenv:.env: line 1 opens a quote that nothing closes
freqtrade:  at freqtrade:user_data/config.json, the file is for binanceus, which rekey does not know, `+
		`freqtrade:user_data/config.json: the secret in the field "secret" ends with white space
freqtrade-2:  at freqtrade:config.json, freqtrade:config.json: in add_config_files, gone.json: does not exist
`)
}

// Another program's broken config.json is its own affair; freqtrade's is not.
func TestDiscoverBrokenFreqtrade(t *testing.T) {
	want(
		t,
		discover(t, write(t, map[string]string{"config.json": "{CANARY", "user_data/config.json": "{CANARY"})),
		"freqtrade:  at freqtrade:user_data/config.json, freqtrade:user_data/config.json: is not valid "+
			"JSON in line 1, column 2\n",
	)
	want(
		t,
		discover(t, write(t, map[string]string{"config.json": "\x00", "user_data/config.json": "\x00"})),
		"freqtrade:  at freqtrade:user_data/config.json, freqtrade:user_data/config.json: user_data/config.json: holds a "+
			"NUL byte, so it is no text file\n",
	)
}

func TestExchangeNamed(t *testing.T) {
	names := []string{"binance", "kucoin", "okx", "coinbase", "coinbase-exchange", "gateio", "htx"}
	for word, want := range map[string]string{
		"binance": "binance", "Binance": "binance", "binanceusdm": "binance", "binanceus": "",
		"kucoinfutures": "kucoin", "myokx": "okx",
		"okex": "okx", "coinbase": "coinbase", "coinbaseexchange": "coinbase-exchange",
		"coinbasepro": "coinbase-exchange", "gate": "gateio",
		"gateio": "gateio", "huobi": "htx", "kraken": "", "": "",
	} {
		if got, ok := exchangeNamed(word, names); got != want || ok != (want != "") {
			t.Errorf("exchangeNamed(%q) = %q, %v; want %q", word, got, ok, want)
		}
	}
}

func TestPrefixOf(t *testing.T) {
	for name, want := range map[string]string{
		"binance": "BINANCE", "coinbase-exchange": "COINBASE_EXCHANGE", "3commas": "THREECOMMAS", "bit.com": "BIT_COM",
	} {
		if got := prefixOf(name); got != want {
			t.Errorf("prefixOf(%q) = %q, want %q", name, got, want)
		}
	}
}
