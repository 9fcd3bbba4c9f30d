package find

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"rekey/internal/form"
)

// Made-up parts in the form of their exchanges.
const (
	binanceKey    = "lzPy4DWiR5nTfo36XmL4VycV6T8oJ6ysvs4zSurB5mkIl1CTLcfbFRgKpbJlBySt"
	binanceSecret = "GuazP0eK0ooB38e6o7ModFryJGMef3byetImHPhRkdAGxqCxWKsERLSzKMwXWRO7"
	secondKey     = "Y2Nidhywxa1LrezyMuNRC1v9XEWUTnmd0eLTXj686YI8Mhq1oxYc6pDmj0UKCXWf"
	secondSecret  = "h8pMNlCbWhP8gxRQHmuj66dx1g78HRpk6HalauL8SD04M0mhMsZiAH4GLkqtzoT1"
	kucoinKey     = "99e98c1eb92d2aa33e3f29ea"
	kucoinSecret  = "3c583b69-4651-44db-9c91-e9b2553e5c12"
	okxKey        = "5f1b9c3e-8a47-4d21-b6f0-2c9e7a4d1b83"
	okxSecret     = "9C4E1B7A2D8F306A5E4B7C1D9F2A8E63"
	krakenKey     = "Qm9BsP75m41c9fuY6oJk/unMWaDZjYIcTP4/5kqPvtzdbj5JU5/FyeZx"
	krakenSecret  = "zx2hLrk+/ynRQdS7XQEGygLXs0mHMvWvwOG08PgigVBsnYbVlJB5hiJ3g0KZ4v5WaBEVV9J7snMwdjdaNVtccN=="
	bybitKey      = "uMvAIHxxhYXSnpBzll"
	bybitSecret   = "G5ToLJuJtxhmk5ZVOg6iUDgst3oiveT7az0I"
	cdpName       = "organizations/5f1b9c3e-8a47-4d21-b6f0-2c9e7a4d1b83/apiKeys/3c583b69-4651-44db-9c91-e9b2553e5c12"
	pemOnOneLine  = `-----BEGIN EC PRIVATE ` +
		`KEY-----\nMHcCAQEEIJ5DTpQk5o3sY7k3cHq1fPq8yZl2x8v7mZ1r3u9tQwErAoGCCqGSM49\n-----END EC PRIVATE KEY-----\n`
)

// say writes a set for comparison.
func say(s Set) string {
	short := func(p Part) string {
		if p.IsZero() {
			return "-"
		}
		return strings.TrimSpace(p.Value)[:min(8, len(strings.TrimSpace(p.Value)))]
	}
	return fmt.Sprintf("%s %s %s %s %s", s.Kind, s.Exchange, short(s.Key), short(s.Secret), short(s.Passphrase))
}

func sayAll(sets []Set) string {
	var all []string
	for _, s := range sets {
		all = append(all, say(s))
	}
	return strings.Join(all, "; ")
}

var (
	oneBinance = "credential binance lzPy4DWi GuazP0eK -"
	oneKucoin  = "credential kucoin 99e98c1e 3c583b69 moonTige"
	oneOKX     = "credential okx 5f1b9c3e 9C4E1B7A gridVega"
)

// texts are what people keep keys in, and what must be found in it.
var texts = []struct{ name, path, text, want string }{
	{
		"dotenv",
		".env",
		"# bot\nBINANCE_API_KEY=" + binanceKey + "\nBINANCE_API_SECRET=" + binanceSecret + "\n",
		oneBinance,
	},
	{
		"dotenv, exported and quoted",
		".env",
		"export KUCOIN_KEY='" + kucoinKey + "'\nexport KUCOIN_SECRET=\"" + kucoinSecret +
			"\"\nexport KUCOIN_PASSPHRASE='moonTiger1!'\n",
		oneKucoin,
	},
	{
		"two accounts by their prefix", ".env", "BINANCE_MAIN_KEY=" + binanceKey + "\nBINANCE_SUB_KEY=" + secondKey +
			"\nBINANCE_MAIN_SECRET=" + binanceSecret + "\nBINANCE_SUB_SECRET=" + secondSecret + "\n",
		oneBinance + "; credential binance Y2Nidhyw h8pMNlCb -",
	},
	{
		"accounts by object",
		"api-keys.json",
		`{"a": {"exchange": "binance", "key": "` + binanceKey + `", "secret": "` + binanceSecret + `"},
 "b": {"exchange": "okx", "key": "` + okxKey + `", "secret": "` + okxSecret + `", "passphrase": "gridVega7"}}`,
		oneBinance + "; " + oneOKX,
	},
	{
		"json with comments",
		"config.json",
		"{ // live\n \"exchange\": {\"name\": \"kucoin\", /* x */ \"key\": \"" + kucoinKey + "\", \"secret\": \"" +
			kucoinSecret + "\", \"password\": \"moonTiger1!\",},}",
		oneKucoin,
	},
	{
		"json with unicode escapes",
		"config.json",
		`{"okx": {"apiKey": "` + okxKey + `", "secret": "` + okxSecret + `", "password": "grid\u0056ega7"}}`,
		oneOKX,
	},
	{
		"slashes as PHP escapes them", "config.json", `{"kraken": {"key": "` + strings.ReplaceAll(krakenKey, "/", `\/`) +
			`", "secret": "` + strings.ReplaceAll(krakenSecret, "/", `\/`) + `"}}`,
		"credential kraken Qm9BsP75 zx2hLrk+ -",
	},
	{
		"python",
		"run.py",
		"ex = ccxt.kucoin({\n  'apiKey': '" + kucoinKey + "', # mine\n  'secret': '" + kucoinSecret +
			"',\n  'password': 'moonTiger1!',\n})\n",
		oneKucoin,
	},
	{
		"attributes in python",
		"run.py",
		"ex = ccxt.okx()\nex.apiKey = '" + okxKey + "'\nex.secret = '" + okxSecret + "'\nex.password = 'gridVega7'\n",
		oneOKX,
	},
	{
		"arguments without names",
		"main.go",
		`client := binance.NewClient("` + binanceKey + `", "` + binanceSecret + `")`,
		oneBinance,
	},
	{
		"typescript",
		"bot.ts",
		"const client = new Spot({ apiKey: \"" + binanceKey + "\", apiSecret: `" + binanceSecret + "` }) // binance",
		oneBinance,
	},
	{
		"java",
		"Bot.java",
		"// kraken\nString apiKey = \"" + krakenKey + "\";\nString apiSecret = \"" + krakenSecret + "\";\n",
		"credential kraken Qm9BsP75 zx2hLrk+ -",
	},
	{
		"rust",
		"main.rs",
		"// bybit\nlet api_key: &str = \"" + bybitKey + "\";\nlet api_secret: &str = \"" + bybitSecret + "\";\n",
		"credential bybit uMvAIHxx G5ToLJuJ -",
	},
	{
		"yaml",
		"config.yml",
		"exchanges:\n  okx:\n    key: " + okxKey + "\n    secret: \"" + okxSecret + "\"\n    passphrase: gridVega7\n",
		oneOKX,
	},
	{
		"compose list",
		"docker-compose.yml",
		"services:\n  bot:\n    environment:\n      - KUCOIN_API_KEY=" + kucoinKey + "\n      - KUCOIN_API_SECRET=" +
			kucoinSecret + "\n      - \"KUCOIN_PASSPHRASE=moonTiger1!\"\n",
		oneKucoin,
	},
	{
		"env of a pod",
		"pod.yaml",
		"env:\n- name: BINANCE_API_KEY\n  value: " + binanceKey +
			"\n- name: BINANCE_API_SECRET\n  value: " + binanceSecret + "\n",
		oneBinance,
	},
	{
		"toml",
		"settings.toml",
		"[exchanges.okx]\napi_key = \"" + okxKey + "\"\napi_secret = \"" + okxSecret + "\"\npassphrase = \"gridVega7\" # x\n",
		oneOKX,
	},
	{
		"ini without a name of an exchange",
		"bots/kucoin-bot/keys.ini",
		"[auth]\napi_key = " + kucoinKey + "\napi_secret = " + kucoinSecret + "\npassphrase = moonTiger1!\n",
		oneKucoin,
	},
	{
		"xml",
		"app.config",
		"<configuration><appSettings>\n<add key=\"BinanceApiKey\" value=\"" + binanceKey +
			"\"/>\n<add key=\"BinanceApiSecret\" value=\"" + binanceSecret + "\"/>\n</appSettings></configuration>",
		oneBinance,
	},
	{
		"xml elements",
		"x.xml",
		"<okx><apiKey>" + okxKey + "</apiKey><secretKey>" + okxSecret +
			"</secretKey><passphrase>gridVega7</passphrase></okx>",
		oneOKX,
	},
	{
		"notebook",
		"n.ipynb",
		`{"cells":[{"source":["ex = ccxt.okx()\n","ex.apiKey = \"` + okxKey + `\"\n","ex.secret = \"` + okxSecret +
			`\"\n","ex.password = \"gridVega7\"\n"]}]}`,
		oneOKX,
	},
	{
		"shell history of zsh",
		".zsh_history",
		": 1670000000:0;export OKX_API_KEY=" + okxKey + "\n: 1670000001:0;export OKX_SECRET_KEY=" + okxSecret +
			"\n: 1670000002:0;export OKX_PASSPHRASE=gridVega7\n",
		oneOKX,
	},
	{
		"flags of a command",
		".bash_history",
		"binance-cli --api-key " + binanceKey + " --api-secret " + binanceSecret + "\n",
		oneBinance,
	},
	{
		"a log",
		"bot.log",
		"2023-01-01 INFO kucoin client key=" + kucoinKey + " secret=" + kucoinSecret + " passphrase=moonTiger1!\n",
		oneKucoin,
	},
	{
		"prose",
		"notes.txt",
		"My Binance account\nAPI Key: " + binanceKey + "\nSecret Key: " + binanceSecret + "\n",
		oneBinance,
	},
	{"lines of a file", "kraken.key", krakenKey + "\n" + krakenSecret, "credential kraken Qm9BsP75 zx2hLrk+ -"},
	{
		"a download of coinbase",
		"cdp_api_key.json",
		`{"name": "` + cdpName + `", "privateKey": "` + pemOnOneLine + `"}`,
		"credential coinbase organiza -----BEG -",
	},
	{"CRLF", ".env", "BINANCE_API_KEY=" + binanceKey + "\r\nBINANCE_API_SECRET=" + binanceSecret + "\r\n", oneBinance},
	{"a secret alone", ".env", "BINANCE_API_SECRET=" + binanceSecret + "\n", "partial binance - GuazP0eK -"},
	{
		"Binance's example", "README.md",
		"apiKey vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A\nsecretKey " +
			"NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j\nbinance\n",
		"sample binance vmPUZE6m NhqPtmdS -",
	},
	{
		"a template",
		".env.example",
		"BINANCE_API_KEY=your_api_key_here\nBINANCE_API_SECRET=your_api_secret_here\n",
		"placeholder binance your_api - -",
	},
	// What looks like keys and is none.
	{
		"order ids",
		"orders.json",
		`[{"exchange": "kucoin", "orderId": "` + kucoinKey + `", "clientOid": "` + kucoinSecret + `"}]`,
		"",
	},
	{"columns of ids", "orders.csv", "kucoin," + kucoinKey + "," + kucoinSecret + "\n", ""},
	{"hashes", "binance.lock", "binance-sdk.tar.gz sha256=" + strings.Repeat("9f86d081884c7d65", 4) + "\n", ""},
	{
		"references",
		"bot.py",
		"ex = ccxt.binance({'apiKey': os.environ['BINANCE_API_KEY'], 'secret': os.environ['BINANCE_API_SECRET']})",
		"",
	},
	{
		"encrypted by hummingbot",
		"binance.yml",
		"connector: binance\nbinance_api_key: " + strings.Repeat(
			"7b2263727970746f",
			20,
		) + "\nbinance_api_secret: " + strings.Repeat(
			"7b2263727970746f",
			20,
		) + "\n",
		"",
	},
	{
		"a signature of commits",
		"commit",
		"gpgsig -----BEGIN PGP SIGNATURE-----\n binance\n " + binanceKey + "\n " + binanceSecret + "\n " + secondKey + "\n",
		"",
	},
	{"random without names", "x.txt", binanceKey + " and later " + binanceSecret + "\n", ""},
}

func TestSets(t *testing.T) {
	for _, c := range texts {
		t.Run(c.name, func(t *testing.T) {
			sets, _ := Sets(Text{Bytes: []byte(c.text), Path: c.path})
			if got := sayAll(sets); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
			for _, s := range sets {
				for _, p := range []Part{s.Key, s.Secret} {
					if !p.IsZero() && !strings.HasPrefix(c.text[p.Pos:], p.Value[:min(4, len(p.Value))]) &&
						!strings.Contains(c.name, "base64") {
						t.Errorf("%s is not at %d", say(s), p.Pos)
					}
				}
			}
		})
	}
}

// TestProximityFindsWhatStructureFinds is the differential test: a file whose
// structure is broken must not hide a credential.
func TestProximityFindsWhatStructureFinds(t *testing.T) {
	for _, c := range texts {
		if !strings.HasPrefix(c.want, "credential") || strings.Contains(c.want, ";") || c.name == "env of a pod" {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			if got := sayAll(flat(Text{Bytes: []byte(c.text), Path: c.path})); got != c.want {
				t.Errorf("proximity found %q, want %q", got, c.want)
			}
		})
	}
}

// TestHits holds the fast look against the slow one: whatever is found must
// have been noticed.
func TestHits(t *testing.T) {
	for _, c := range texts {
		if !strings.HasPrefix(c.want, "credential") {
			continue
		}
		b := []byte(strings.Repeat("x := foo(bar) // words\n", 40) + c.text)
		if len(Worth(b, Hits(nil, b, 0, len(b)), false)) == 0 {
			t.Errorf("%s was not noticed", c.name)
		}
	}
}

func TestHitsAcrossBlocks(t *testing.T) {
	text := "BINANCE_API_KEY=" + binanceKey + "\nBINANCE_API_SECRET=" + binanceSecret + "\n"
	for cut := range len(text) {
		b := []byte(text)
		hits := Hits(nil, b, 0, cut)
		hits = Hits(hits, b, cut, len(b))
		if len(hits) != 2 {
			t.Fatalf("cut at %d: %d hits, want 2", cut, len(hits))
		}
	}
}

func FuzzSets(f *testing.F) {
	for _, c := range texts {
		f.Add([]byte(c.text), c.path)
	}
	f.Add([]byte(strings.Repeat("0", 24)+`\/`+strings.Repeat("0", 23)), "0")
	f.Fuzz(func(t *testing.T, b []byte, path string) {
		if len(b) > 1<<16 {
			return
		}
		Worth(b, Hits(nil, b, 0, len(b)), false)
		sets, _ := Sets(Text{Bytes: b, Path: path})
		for _, s := range append(sets, flat(Text{Bytes: b, Path: path})...) {
			for _, p := range []Part{s.Key, s.Secret, s.Passphrase} {
				if p.Pos < 0 || p.Pos > len(b) || p.End < p.Pos && !p.IsZero() {
					t.Fatalf("%s lies at %d to %d of %d", say(s), p.Pos, p.End, len(b))
				}
			}
		}
	})
}

func FuzzReaders(f *testing.F) {
	for _, c := range texts {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(_ *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		readBraces(b, true)
		readSections(b)
		readXML(b)
		_, _ = readYAML(b)
	})
}

// hasRole, which looks at every third letter, says what a plain search says.
func TestHasRole(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	const letters = "keysapicKEYSAPIC_. "
	found := 0
	for range 200_000 {
		text := make([]byte, r.IntN(12))
		for i := range text {
			text[i] = letters[r.IntN(len(letters))]
		}
		low := strings.ToLower(string(text))
		want := strings.Contains(low, "key") || strings.Contains(low, "sec") || strings.Contains(low, "api")
		if !want { // ak and sk alone
			form.MayHaveRole(text)
			continue
		}
		if got := form.MayHaveRole(text); got != want {
			t.Fatalf("%q: %v, want %v", text, got, want)
		}
		if want {
			found++
		}
	}
	if found == 0 {
		t.Error("no text had a word")
	}
}

// flat is Sets by proximity alone, to hold against the readers.
func flat(t Text) []Set {
	j := newJudge(t)
	for _, g := range clusters(t.Bytes, proximity(t.Bytes)) {
		j.pair(g)
	}
	j.leftovers()
	return j.sets
}
