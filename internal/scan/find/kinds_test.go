package find

import (
	"encoding/base64"
	"strings"
	"testing"
)

const (
	gateKey     = "5d41402abc4b2a76b9719d911017c592"
	okxPhrase   = "gridVega7"
	cdpSecret   = "Rk3vN0pZ1mQ8sT5uX2yB7cD4eF9gH6jK0lM3nP8qR1sT4vW7xZ2aB5cD8eF1gH4jK7mN0pQ3rS6tU9vW2xY5zA=="
	bitfinexKey = "Wq7TfuG198amaeCcYkASkto5VuIO-oXcplDV6JZ7OIE"
	bitfinexSec = "Zb3-3v989gPbJT54D3oDBiFZmJoLpWoTHGvF8xuSBKm"
	hyperKey    = "0x9f8e7d6c5b4a39281706f5e4d3c2b1a098765432"
	hyperSecret = "0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
	testnetKey  = "92a0e4609f9f20cdecf513afb202752c27fdcec3dd6320e84629c3ed5b05b50a"
	testnetSec  = "7ddf359f375ee094f4cb1d8a96007e77330b827f41653742a27621e3728c887b"
)

// kinds are the ways in which people keep a credential, by the letters of the
// forms that docs/finding.md lists.
var kinds = []struct{ name, path, text, want string }{
	// Rows.
	{
		"csv",
		"keys.csv",
		"exchange,api_key,api_secret,passphrase\nkucoin," + kucoinKey + "," + kucoinSecret + ",moonTiger1!\nokx," +
			okxKey + "," + okxSecret + "," + okxPhrase + "\n",
		oneKucoin + "; " + oneOKX,
	},
	{"csv without a header", "keys.csv", "kucoin," + kucoinKey + "," + kucoinSecret + ",moonTiger1!\n", oneKucoin},
	{
		"csv with quotes and semicolons",
		"keys.csv",
		"\"Name\";\"API Key\";\"Secret\"\n\"Binance\";\"" + binanceKey + "\";\"" + binanceSecret + "\"\n",
		oneBinance,
	},
	{"tsv", "keys.tsv", "okx\t" + okxKey + "\t" + okxSecret + "\t" + okxPhrase + "\n", oneOKX},
	{
		"sql insert",
		"dump.sql",
		"INSERT INTO keys (exchange, api_key, api_secret, passphrase) VALUES\n  ('kucoin', '" + kucoinKey + "', '" +
			kucoinSecret + "', 'moonTiger1!'),\n  ('okx', '" + okxKey + "', '" + okxSecret + "', '" + okxPhrase + "');\n",
		oneKucoin + "; " + oneOKX,
	},
	{
		"sql insert on one line",
		"dump.sql",
		"INSERT INTO keys (exchange, api_key, api_secret, passphrase) VALUES ('kucoin', '" + kucoinKey + "', '" +
			kucoinSecret + "', 'moonTiger1!');\n",
		oneKucoin,
	},
	{
		"sql copy",
		"dump.sql",
		"COPY public.keys (id, exchange, api_key, api_secret, passphrase) FROM stdin;\n1\tkucoin\t" + kucoinKey + "\t" +
			kucoinSecret + "\tmoonTiger1!\n\\.\n",
		oneKucoin,
	},
	{
		"markdown",
		"Keys.md",
		"| Exchange | API key | Secret | Passphrase |\n|---|---|---|---|\n| OKX | " + okxKey + " | " + okxSecret +
			" | " + okxPhrase + " |\n",
		oneOKX,
	},
	{
		"ascii table",
		"out.txt",
		"+------+------+------+\n| exchange | api_key | secret_key |\n+------+------+------+\n| binance | " + binanceKey +
			" | " + binanceSecret + " |\n",
		oneBinance,
	},
	{"colons", "keys.txt", "binance:" + binanceKey + ":" + binanceSecret + "\n", oneBinance},
	{"slashes", "keys.txt", "KuCoin / " + kucoinKey + " / " + kucoinSecret + " / moonTiger1!\n", oneKucoin},
	{"blanks", "keys.txt", "okx " + okxKey + " " + okxSecret + " " + okxPhrase + "\n", oneOKX},
	{"one a line", "notes.txt", "Kucoin:\n" + kucoinKey + "\n" + kucoinSecret + "\nmoonTiger1!\n\nother\n", oneKucoin},
	{"three lines of a key file", "okx.key", okxKey + "\n" + okxSecret + "\n" + okxPhrase, oneOKX},
	// Calls.
	{
		"three arguments",
		"bot.go",
		"c := okx.NewClient(\"" + okxKey + "\", \"" + okxSecret + "\", \"" + okxPhrase + "\", true)",
		oneOKX,
	},
	{
		"three arguments over lines",
		"Bot.java",
		"new KucoinClient(\n    \"" + kucoinKey + "\",\n    \"" + kucoinSecret + "\",\n    \"moonTiger1!\"\n);",
		oneKucoin,
	},
	{
		"a comma at the front",
		"a.cpp",
		"new binanceClient(\"" + binanceKey + "\"\n                 , \"" + binanceSecret + "\");",
		oneBinance,
	},
	{
		"owned in rust",
		"main.rs",
		"Binance::new(\"" + binanceKey + "\".to_string(), \"" + binanceSecret + "\".into())",
		oneBinance,
	},
	// Flag and value apart.
	{
		"compose command",
		"docker-compose.yml",
		"services:\n  b:\n    command: [\"--exchange\", \"okx\", \"--api-key\", \"" + okxKey +
			"\", \"--api-secret\", \"" + okxSecret + "\", \"--passphrase\", \"" + okxPhrase + "\"]\n",
		oneOKX,
	},
	{
		"kubernetes args",
		"pod.yaml",
		"containers:\n- args:\n  - --binance-api-key\n  - " + binanceKey +
			"\n  - --binance-api-secret\n  - " + binanceSecret + "\n",
		oneBinance,
	},
	{
		"mcp args",
		".mcp.json",
		`{"mcpServers":{"binance":{"args":["-y","b","--api-key","` + binanceKey +
			`","--api-secret","` + binanceSecret + `"]}}}`,
		oneBinance,
	},
	{
		"subprocess",
		"run.py",
		"subprocess.run(['bot', '--exchange', 'bybit', '--key', '" + bybitKey + "', '--secret', '" + bybitSecret + "'])",
		"credential bybit uMvAIHxx G5ToLJuJ -",
	},
	// Names as arguments.
	{
		"getenv",
		"a.py",
		"K = os.getenv('KUCOIN_API_KEY', '" + kucoinKey + "')\nS = os.getenv('KUCOIN_API_SECRET', '" + kucoinSecret +
			"')\nP = os.getenv('KUCOIN_API_PASSPHRASE', 'moonTiger1!')\n",
		oneKucoin,
	},
	{
		"setdefault",
		"a.py",
		"os.environ.setdefault('BINANCE_API_KEY', '" + binanceKey +
			"')\nos.environ.setdefault('BINANCE_API_SECRET', '" + binanceSecret + "')\n",
		oneBinance,
	},
	{
		"define",
		"config.php",
		"define('OKX_API_KEY', '" + okxKey + "');\ndefine('OKX_API_SECRET', '" + okxSecret +
			"');\ndefine('OKX_PASSPHRASE', '" + okxPhrase + "');\n",
		oneOKX,
	},
	{
		"setters",
		"A.java",
		"okx.setApiKey(\"" + okxKey + "\");\nokx.setSecretKey(\"" + okxSecret +
			"\");\nokx.setPassphrase(\"" + okxPhrase + "\");\n",
		oneOKX,
	},
	{
		"builder",
		"A.kt",
		"KucoinClient.builder().apiKey(\"" + kucoinKey + "\").apiSecret(\"" + kucoinSecret +
			"\").passphrase(\"moonTiger1!\").build()",
		oneKucoin,
	},
	{
		"options",
		"a.go",
		"binance.New(binance.WithAPIKey(\"" + binanceKey + "\"), binance.WithSecretKey(\"" + binanceSecret + "\"))",
		oneBinance,
	},
	{
		"flag.String",
		"a.go",
		"k := flag.String(\"binance-api-key\", \"" + binanceKey +
			"\", \"the key\")\ns := flag.String(\"binance-api-secret\", \"" + binanceSecret + "\", \"the secret\")\n",
		oneBinance,
	},
	{
		"argparse",
		"a.py",
		"p.add_argument('--binance-api-key', default='" + binanceKey +
			"', help='x')\np.add_argument('--binance-api-secret', default='" + binanceSecret + "')\n",
		oneBinance,
	},
	{
		"shell default",
		"docker-compose.yml",
		"services:\n  b:\n    environment:\n      BINANCE_API_KEY: ${BINANCE_API_KEY:-" + binanceKey +
			"}\n      BINANCE_API_SECRET: ${BINANCE_API_SECRET:-" + binanceSecret + "}\n",
		oneBinance,
	},
	{
		"setx",
		"a.bat",
		"setx OKX_API_KEY \"" + okxKey + "\"\r\nsetx OKX_API_SECRET \"" + okxSecret +
			"\"\r\nsetx OKX_PASSPHRASE \"" + okxPhrase + "\"\r\n",
		oneOKX,
	},
	{
		"ENV of a Dockerfile",
		"Dockerfile",
		"FROM x\nENV KUCOIN_API_KEY " + kucoinKey + "\nENV KUCOIN_API_SECRET " + kucoinSecret +
			"\nENV KUCOIN_API_PASSPHRASE moonTiger1!\n",
		oneKucoin,
	},
	{
		"SetEnvironmentVariable",
		"a.ps1",
		"[Environment]::SetEnvironmentVariable('OKX_API_KEY', '" + okxKey +
			"', 'User')\n[Environment]::SetEnvironmentVariable('OKX_SECRET_KEY', '" + okxSecret +
			"', 'User')\n[Environment]::SetEnvironmentVariable('OKX_PASSPHRASE', '" + okxPhrase + "', 'User')\n",
		oneOKX,
	},
	{
		"terraform variable",
		"v.tf",
		"variable \"binance_api_key\" {\n  type = string\n  default = \"" + binanceKey +
			"\"\n}\nvariable \"binance_api_secret\" {\n  type    = string\n  default = \"" + binanceSecret + "\"\n}\n",
		oneBinance,
	},
	{
		"terraform state",
		"x.tfstate",
		`{"outputs":{"binance_api_key":{"value":"` + binanceKey + `","type":"string"},"binance_api_secret":{"value":"` +
			binanceSecret + `","type":"string"}}}`,
		oneBinance,
	},
	{
		"plist",
		"a.plist",
		"<plist><dict><key>OKX_API_KEY</key><string>" + okxKey + "</string><key>OKX_SECRET_KEY</key><string>" +
			okxSecret + "</string><key>OKX_PASSPHRASE</key><string>" + okxPhrase + "</string></dict></plist>",
		oneOKX,
	},
	{
		"telegram",
		"result.json",
		`{"messages":[{"text":["Binance api key: ",{"type":"code","text":"` + binanceKey +
			`"},"\nsecret key: ",{"type":"code","text":"` + binanceSecret + `"}]}]}`,
		oneBinance,
	},
	// A file in a file.
	{
		"kubernetes secret of a file",
		"secret.yaml",
		"kind: Secret\ndata:\n  config.json: " + inBase64(
			`{"exchange":{"name":"kucoin","key":"`+kucoinKey+`","secret":"`+kucoinSecret+`","password":"moonTiger1!"}}`,
		) + "\n",
		oneKucoin,
	},
	{
		"base64 in broken lines",
		"x.yaml",
		"data: |\n  " + broken(
			inBase64("BINANCE_API_KEY="+binanceKey+"\nBINANCE_API_SECRET="+binanceSecret+"\n"),
			"\n  ",
		) + "\n",
		oneBinance,
	},
	{
		"json in json in yaml",
		"x.yaml",
		`config: "{\"bot\":\"{\\\"exchange\\\":\\\"binance\\\",\\\"apiKey\\\":\\\"` + binanceKey +
			`\\\",\\\"secret\\\":\\\"` + binanceSecret + `\\\"}\"}"` + "\n",
		oneBinance,
	},
	{
		"har",
		"x.har",
		`{"log":{"entries":[{"request":{"url":"https://api.binance.com/x","postData":{"params":[{"name":"api_key",` +
			`"value":"` + binanceKey + `"},{"name":"secret_key","value":"` + binanceSecret + `"}]}}}]}}`,
		oneBinance,
	},
	{
		"postman",
		"x.json",
		`{"name":"bot","values":[{"key":"binance_api_key","value":"` + binanceKey +
			`","enabled":true},{"key":"binance_api_secret","value":"` + binanceSecret + `","enabled":true}]}`,
		oneBinance,
	},
	// Exports.
	{
		"coinbase's download",
		"cdp_api_key.json",
		`{"id": "` + okxKey + `", "privateKey": "` + cdpSecret + `"}`,
		"credential coinbase 5f1b9c3e Rk3vN0pZ -",
	},
	{
		"bitwarden",
		"bitwarden.json",
		`{"items":[{"name":"Binance","login":{"username":"` + binanceKey + `","password":"` + binanceSecret + `"}}]}`,
		oneBinance,
	},
	{
		"bitwarden's fields",
		"bitwarden.json",
		`{"items":[{"name":"OKX","fields":[{"name":"API key","value":"` + okxKey +
			`","type":0},{"name":"Secret","value":"` + okxSecret + `","type":1},{"name":"Passphrase","value":"` +
			okxPhrase + `","type":1}]}]}`,
		oneOKX,
	},
	{
		"keepass",
		"k.xml",
		"<Entry><String><Key>Title</Key><Value>Binance</Value></String><String><Key>UserName</Key><Value>" + binanceKey +
			"</Value></String><String><Key>Password</Key><Value ProtectInMemory=\"True\">" + binanceSecret +
			"</Value></String></Entry>",
		oneBinance,
	},
	{
		"binance's futures testnet",
		"c.py",
		"BINANCE_FUTURES_TESTNET_KEY = '" + testnetKey + "'\nBINANCE_FUTURES_TESTNET_SECRET = '" + testnetSec + "'\n",
		"credential binance 92a0e460 7ddf359f -",
	},
	// Exchanges by their names.
	{
		"bitfinex in names",
		".env",
		"BITFINEX_API_KEY=" + bitfinexKey + "\nBITFINEX_API_SECRET=" + bitfinexSec + "\n",
		"credential bitfinex Wq7TfuG1 Zb3-3v98 -",
	},
	{
		"bitstamp around it",
		"a.js",
		"const client = new BitstampClient({ apiKey: '" + bitfinexKey + "', apiSecret: '" + bitfinexSec + "' })",
		"credential bitstamp Wq7TfuG1 Zb3-3v98 -",
	},
	{
		"crypto.com in an object",
		"a.json",
		`{"crypto.com": {"api_key": "` + bitfinexKey + `", "secret_key": "` + bitfinexSec + `"}}`,
		"credential cryptocom Wq7TfuG1 Zb3-3v98 -",
	},
	{
		"whitebit in the path",
		"whitebit/config.json",
		`{"key": "` + gateKey + `", "secret": "` + strings.ToLower(okxSecret) + `"}`,
		"credential whitebit 5d41402a 9c4e1b7a -",
	},
	{
		"hyperliquid",
		".env",
		"HYPERLIQUID_ACCOUNT_ADDRESS=" + hyperKey + "\nHYPERLIQUID_PRIVATE_KEY=" + hyperSecret + "\n",
		"credential hyperliquid 0x9f8e7d 0x4c0883 -",
	},
	{"hyperliquid's agent alone", ".env", "HYPERLIQUID_PK=" + hyperSecret + "\n", "partial hyperliquid - 0x4c0883 -"},
	{
		"binance_us in names",
		".env",
		"BINANCE_US_API_KEY=" + binanceKey + "\nBINANCE_US_API_SECRET=" + binanceSecret + "\n",
		"credential binanceus lzPy4DWi GuazP0eK -",
	},
	{
		"binance_us in the path",
		"conf/connectors/binance_us.yml",
		"api_key: " + binanceKey + "\napi_secret: " + binanceSecret + "\n",
		"credential binanceus lzPy4DWi GuazP0eK -",
	},
	{
		"okx_eea in names",
		".env",
		"OKX_EEA_API_KEY=" + okxKey + "\nOKX_EEA_API_SECRET=" + okxSecret + "\nOKX_EEA_PASSPHRASE=" + okxPhrase + "\n",
		oneOKX,
	},
	{
		"coinbase_pro in names",
		".env",
		"COINBASE_PRO_KEY=" + gateKey + "\nCOINBASE_PRO_SECRET=" + cdpSecret + "\nCOINBASE_PRO_PASSPHRASE=moonTiger1!\n",
		"credential coinbase-exchange 5d41402a Rk3vN0pZ moonTige",
	},
	// Passphrases.
	{
		"the passphrase of another block",
		"notes.txt",
		"kucoin\napi key: " + kucoinKey + "\nsecret: " + kucoinSecret + "\n\nokx\napi key: " + okxKey + "\nsecret: " +
			okxSecret + "\npassphrase: " + okxPhrase + "\n",
		"credential kucoin 99e98c1e 3c583b69 -; " + oneOKX,
	},
	{
		"a passphrase with a word of templates",
		".env",
		"KUCOIN_API_KEY=" + kucoinKey + "\nKUCOIN_API_SECRET=" + kucoinSecret + "\nKUCOIN_API_PASSPHRASE=password\n",
		"credential kucoin 99e98c1e 3c583b69 password",
	},
	// What looks like one and is none.
	{"orders with their market", "orders.csv", "kucoin," + kucoinKey + "," + kucoinSecret + ",BTC-USDT,buy,0.1\n", ""},
	{
		"a table of orders",
		"orders.csv",
		"exchange,orderId,clientOid,symbol\nkucoin," + kucoinKey + "," + kucoinSecret + ",moonTiger1!\n",
		"",
	},
	{"ids under the name of an exchange", "notes.txt", "kucoin\n" + kucoinKey + "\n" + kucoinSecret + "\n", ""},
	{
		"identifiers",
		"bybit.d.ts",
		"    publicGetSpotV3PublicQuoteTicker24hr(params?: {}): Promise<implicitReturnType>;\n    " +
			"publicGetSpotV3PublicQuoteBookers2hr(params?: {}): Promise<implicitReturnType>;\n",
		"",
	},
	{
		"lines of a PEM",
		"binance/cert.go",
		"const c = `-----BEGIN CERTIFICATE-----\n" + binanceKey + "\n" + binanceSecret + "\nQUJD\n-----END CERTIFICATE-----`",
		"",
	},
	{
		"a hash and a key of no exchange",
		"a.env",
		"SESSION_KEY=" + bitfinexKey + "\nSESSION_SECRET=" + bitfinexSec + "\n",
		"",
	},
	{"gateway and delegate", "a.env", "GATEWAY_KEY=" + gateKey + "\nGATEWAY_SECRET=" + testnetSec + "\n", ""},
}

func inBase64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func broken(s, end string) string {
	var lines []string
	for len(s) > 76 {
		lines, s = append(lines, s[:76]), s[76:]
	}
	return strings.Join(append(lines, s), end)
}

// TestKinds wants every form to be found as raw bytes first, and then as what it
// is.
func TestKinds(t *testing.T) {
	for _, c := range kinds {
		t.Run(c.name, func(t *testing.T) {
			b := []byte(c.text)
			if hits := Worth(b, Hits(nil, b, 0, len(b)), NamesUnknown(c.path)); c.want != "" && len(hits) == 0 {
				t.Error("the first look passes over it")
			}
			sets, _ := Sets(Text{Bytes: b, Path: c.path})
			if got := sayAll(sets); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}
