package location

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/exchanges"
)

// The credential that takes the place of the test credential.
const (
	newKey        = "nCANARYkey9876543210"
	newSecret     = "nCANARYsecret987+/=="
	newPassphrase = "nCANARYpass"
)

func credential(key, secret, passphrase string) exchanges.Credential {
	return exchanges.Credential{
		AccessKey:  key,
		Secret:     exchanges.NewSecret(secret),
		Passphrase: exchanges.NewSecret(passphrase),
	}
}

// prepares prepares a change that must be possible.
func prepares(t *testing.T, env Env, text string, c exchanges.Credential) Change {
	t.Helper()
	change, err := mustParse(t, text).Prepare(t.Context(), env, c)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	assertNoCanary(t, change)
	assertNoCanary(t, &change)
	assertNoCanary(t, change.Remarks())
	assertNoCanary(t, change.Before()+change.After())
	return change
}

// stores writes a credential and checks that it can be read.
func stores(t *testing.T, env Env, text string, c exchanges.Credential) Change {
	t.Helper()
	change := prepares(t, env, text, c)
	if err := change.Apply(t.Context()); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if err := change.Apply(t.Context()); err != nil {
		t.Errorf("%s: again: %v", text, err)
	}
	r, err := mustParse(t, text).Read(t.Context(), env)
	if err != nil {
		t.Fatalf("%s: written, and then: %v", text, err)
	}
	if !sameCredential(r.Credential, Canonical(c)) {
		t.Fatalf(
			"%s: reads back as %q, %q, %q",
			text,
			r.Credential.AccessKey,
			r.Credential.Secret.Reveal(),
			r.Credential.Passphrase.Reveal(),
		)
	}
	want(t, exchanges.Fingerprint(r.Credential.AccessKey), change.After())
	return change
}

// declines checks that a change is refused, for this reason, and returns the
// error's text without the folder of the test.
func declines(t *testing.T, env Env, text string, c exchanges.Credential, reason Reason) string {
	t.Helper()
	change, err := mustParse(t, text).Prepare(t.Context(), env, c)
	if err == nil {
		t.Fatalf("%s: was prepared: %s", text, change)
	}
	return isError(t, env, err, reason)
}

func isError(t *testing.T, env Env, err error, reason Reason) string {
	t.Helper()
	assertNoCanary(t, err)
	var e *Error
	if e, _ = err.(*Error); e == nil || e.Reason != reason { //nolint:errorlint // it is documented to be one
		t.Errorf("got %#v, want reason %s", err, reason)
	}
	if err == nil {
		return ""
	}
	return strings.ReplaceAll(err.Error(), env.Dir+string(filepath.Separator), "")
}

// content returns what a file of the test holds.
func content(t *testing.T, env Env, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(env.Dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// swap replaces the test credential in a text by the new one.
func swap(text string) string {
	return strings.NewReplacer(testKey, newKey, testSecret, newSecret, testPassphrase, newPassphrase).Replace(text)
}

const testPEM = "-----BEGIN EC PRIVATE KEY-----\nMHcCANARYold+/==\n-----END EC PRIVATE KEY-----\n"

var newPEM = strings.Replace(testPEM, "old+", "newandlonger", 1)

// In the simplest case everything but the three values stays, and the way back
// leads to the same bytes.
func TestChangeKeepsTheStyle(t *testing.T) {
	const k, s, p = testKey, testSecret, testPassphrase
	pem := func(n string) string { return strings.ReplaceAll(testPEM, "\n", n) }
	trimmed := strings.TrimSuffix(testPEM, "\n")
	for _, c := range []struct{ name, location, file, describe string }{
		{
			"dotenv: comments, export, odd spacing, equal values elsewhere", "dotenv:f#X",
			"# X_API_KEY=" + k + "\n\nexport X_API_KEY=" + k + "   # " + k + "\nOTHER=" + s + "\n  X_API_SECRET = " + s +
				"\t# " + s + "\nX_API_PASSPHRASE=" + p + "\nXX_API_KEY=" + k + "\n",
			"access key in line 3, secret in line 5, passphrase in line 6",
		},
		{
			"dotenv: quotes, CRLF, byte order mark, no last line end", "dotenv:f#X",
			"\xef\xbb\xbfX_APIKEY='" + k + "'\r\nX_SECRET=\"" + s + "\" # x\r\nX_PASSWORD='" + p + "'",
			"access key in line 1, secret in line 2, passphrase in line 3",
		},
		{
			"dotenv: every family that holds the same credential", "dotenv:f#X",
			"X_API_KEY=" + k + "\nX_KEY=" + k + "\nX_SECRET=" + s + "\nX_API_SECRET=" + s + "\nX_API_PASSPHRASE=" + p +
				"\nX_PASSWORD='" + p + "'\n",
			"access key in line 1, access key in line 2, secret in line 4, secret in line 3, passphrase in " +
				"line 5, passphrase in line 6",
		},
		{
			"dotenv: the same line twice", "dotenv:f#X", "X_KEY=" + k + "\nX_SECRET=" + s +
				"\nX_PASSPHRASE=" + p + "\nX_KEY=" + k,
			"access key in line 1, access key in line 4, secret in line 2, passphrase in line 3",
		},
		{"json: one line", "json:f#/a", `{"a":{"key":"` + k + `","secret":"` + s + `","password":"` + p + `","x":"` + s +
			`"},"key":"` + k + `"}`, "access key in line 1, secret in line 1, passphrase in line 1"},
		{
			"json: comments, trailing commas, tabs, CRLF, byte order mark, no last line end", "json:f#/a~1b/1",
			"\xef\xbb\xbf// " + k + "\r\n{\r\n\t\"a/b\": [0, { // x\r\n\t\t\"api_key\" : /* " + k + " */ \"" + k +
				"\" ,\r\n\t\t\"api_secret\":\"" + s + "\",\r\n\t\t\"passphrase\":\t\"" + p + "\",\r\n\t},],\r\n}",
			"access key in line 4, secret in line 5, passphrase in line 6",
		},
		{"json: twins", "json:f", `{"key": "` + k + `", "apiKey": "` + k + `", "public_key": "", "secret": "` + s +
			`", "password": "` + p + `"}`, "access key in line 1, access key in line 1, secret in line 1, passphrase in line 1"},
		{
			"yaml: plain, single, double", "yaml:f#/prod",
			"# " + k + "\nprod:\n  access_key: " + k + "  # " + k + "\n  secret_key: '" + s + "'\n  passphrase:   \"" + p +
				"\"\nother:\n  access_key: " + k + "\n",
			"access key in line 3, secret in line 4, passphrase in line 5",
		},
		{
			"yaml: flow, CRLF, byte order mark, no last line end", "yaml:f#/é",
			"\xef\xbb\xbfa: ü\r\né: {key: " + k + ", 'secret': " + s + ",\r\n  password: '" + p + "'}",
			"access key in line 2, secret in line 2, passphrase in line 3",
		},
		{"yaml: anchors and tags", "yaml:f", "key: &k " + k + "\nsecret: !!str " + s + "\npassphrase: &p !!str '" + p +
			"'\n", "access key in line 1, secret in line 2, passphrase in line 3"},
		{
			"yaml: blocks", "yaml:f", "key: >-\n   " + k + "\nsecret: |- # x\n  " + s + "\n\n\npassphrase:\n  " + p + "\n",
			"access key in line 2, secret in line 4, passphrase in line 8",
		},
		{
			"yaml: a list, indented by a lone sign", "yaml:f#/0",
			"- key: " + k + "\n  secret: " + s + "\n  passphrase: " + p + "\n- key: " + k + "\n",
			"access key in line 1, secret in line 2, passphrase in line 3",
		},
		{"yaml: lines that only YAML counts", "yaml:f", "a: 'x\u0085  y\u2028  z'\rkey: " + k + "\nsecret: " + s +
			"\npassphrase: " + p + "\n", "access key in line 1, secret in line 2, passphrase in line 3"},
		{
			"toml: basic, literal, of several lines", "toml:f#/binance",
			"# " + k + "\napi_key = \"" + k + "\"\n[binance] # x\napi_key=\"" + k + "\" # " + k + "\nsecret\t= '''" + s +
				"'''\npassword = '" + p + "'",
			"access key in line 4, secret in line 5, passphrase in line 6",
		},
		{
			"toml: kelp, CRLF, byte order mark", "toml:f#/EXCHANGE_API_KEYS/1",
			"\xef\xbb\xbf[[EXCHANGE_API_KEYS]]\r\nKEY=\"a\"\r\n[[EXCHANGE_API_KEYS]]\r\nKEY=\"" + k + "\"\r\nSECRET=\"" + s +
				"\"\r\nPASSWORD=\"\"\"\r\n" + p + "\"\"\"\r\n", "access key in line 4, secret in line 5, passphrase in line 6",
		},
		{
			"toml: dotted, inline, nested", "toml:f#/a/0/b/1", "[[a]]\nb = [ {key = \"" + k + "\"}, {key = '" + k +
				"', x.y = \"" + k + "\",\n secret = \"" + s + "\", password = \"" + p + "\"}, # x\n]\n[[a]]\nb = []\n",
			"access key in line 2, secret in line 3, passphrase in line 3",
		},
		{
			"toml: tables below arrays", "toml:f#/a/1/b", "[[a]]\n[a.b]\nkey=\"x\"\n[[a]]\n[a.b]\nkey=\"" + k +
				"\"\nsecret=\"" + s + "\"\npassword.x=1\npassphrase=\"" + p + "\"\n",
			"access key in line 6, secret in line 7, passphrase in line 9",
		},
		{
			"freqtrade", "freqtrade:f", "{ // x\n \"exchange\": {\"name\": \"okx\", \"key\": \"" + k +
				"\",\n \"secret\": \"" + s + "\", \"password\": \"" + p + "\",},\n \"telegram\": {\"token\": \"" + s + "\"},}",
			"access key in line 2, secret in line 3, passphrase in line 3",
		},
		{
			"gocryptotrader", "gocryptotrader:f#KUCOIN",
			"{\"exchanges\": [\n {\"name\": \"Binance\", \"api\": {\"credentials\": {\"key\": \"" + k +
				"\", \"secret\": \"" + s + "\"}}},\n {\"name\": \"Kucoin\", \"api\": {\"credentials\": {\n  \"key\": \"" + k +
				"\",\n  \"secret\": \"" + s + "\",\n  \"clientID\": \"" + p + "\", \"otpSecret\": \"" + s + "\"}}}]}",
			"access key in line 4, secret in line 5, passphrase in line 6",
		},
		{
			"gocryptotrader: before 2019", "gocryptotrader:f#CoinbasePro",
			`{"exchanges": [{"name": "CoinbasePro", "apiKey": "` + k + `", "apiSecret": "` + s + `", "clientId": "` + p +
				`"}]}`, "access key in line 1, secret in line 1, passphrase in line 1",
		},
		{"passivbot", "passivbot:f#kucoin_01", "{\"_comment\": \"" + k +
			"\",\n\"kucoin_01\" : {\"exchange\": \"kucoin\", \"key\": \"" + k + "\",\n \"secret\": \"" + s +
			"\", \"passphrase\": \"" + p + "\"}}", "access key in line 2, secret in line 3, passphrase in line 3"},
		{
			"bbgo: in the session", "bbgo:f#okx", "sessions:\n  okx: # " + k + "\n    exchange: okex\n    key: " + k +
				"\n    secret: \"" + s + "\"\n    passphrase: '" + p + "'\n    subAccount: " + k + "\n",
			"access key in line 4, secret in line 5, passphrase in line 6",
		},
		{
			"ccxt", "ccxt:f#kucoin", `{"binance": {"apiKey": "` + k + `"}, "kucoin": {"apiKey": "` + k + `", "secret": "` +
				s + `", "password": "` + p + `", "uid": "` + s + `"}}`,
			"access key in line 1, secret in line 1, passphrase in line 1",
		},
		{
			"hummingbot", "hummingbot:f", "####\n#  x #\n####\n\nconnector: kucoin\n\nkucoin_api_key: " + k +
				"\n\nkucoin_secret_key: " + s + "\n\nkucoin_passphrase: " + p + "\n\nother_api_key: " + k + "\n",
			"access key in line 7, secret in line 9, passphrase in line 11",
		},

		{
			"a PEM in dotenv, in double quotes", "dotenv:f#X", "X_API_KEY=" + k + "\nX_API_SECRET=\"" + pem(`\n`) + "\"\n",
			"access key in line 1, secret in line 2",
		},
		{
			"a PEM in dotenv, without quotes around \\n", "dotenv:f#X",
			"X_API_KEY=" + k + "\nX_API_SECRET='" + pem(`\n`) + "'\n", "access key in line 1, secret in line 2",
		},
		{"a PEM in dotenv, over lines", "dotenv:f#X", "X_API_KEY=" + k + "\nX_API_SECRET='" + testPEM +
			"' # x\nB=\"\n\"\n", "access key in line 1, secret in line 2"},
		{
			"a PEM in dotenv, over lines in double quotes", "dotenv:f#X",
			"X_API_KEY=" + k + "\nX_API_SECRET=\"" + trimmed + "\"\n", "access key in line 1, secret in line 2",
		},
		{
			"a PEM in JSON", "json:f", `{"name": "` + k + `", "privateKey": "` + pem(`\n`) + `"}`,
			"access key in line 1, secret in line 1",
		},
		{"a PEM in JSON, escaped twice", "json:f", `{"name": "` + k + `", "privateKey": "` +
			strings.TrimSuffix(pem(`\\n`), `\\n`) + `"}`, "access key in line 1, secret in line 1"},
		{"a PEM in YAML", "yaml:f#/a", "a:\n   key: " + k + "\n   secret: | # x\n     " +
			strings.TrimSuffix(pem("\n     "), "     ") + "\nb: 1\n", "access key in line 2, secret in line 4"},
		{
			"a PEM in YAML, CRLF, stripped, at the end", "yaml:f#/a",
			"a:\r\n  secret: |-\r\n    " + strings.TrimSuffix(pem("\r\n    "), "\r\n    ") + "\r\n  key: " + k,
			"secret in line 3, access key in line 6",
		},
		{"a PEM in YAML, kept", "yaml:f", "secret: |+\n " + strings.TrimSuffix(pem("\n "), "\n ") + "\n\n\nkey: " + k +
			"\n", "secret in line 2, access key in line 7"},
		{"a PEM in YAML, folded", "yaml:f", "secret: >\n " + strings.TrimSuffix(pem("\n\n "), "\n\n ") + "\nkey: " + k +
			"\n", "secret in line 2, access key in line 7"},
		{
			"a PEM in YAML, in double quotes", "yaml:f", "{key: " + k + ", secret: \"" + pem(`\n`) + "\"}",
			"access key in line 1, secret in line 1",
		},
		{
			"a PEM in TOML", "toml:f", "key = '" + k + "'\nsecret = \"\"\"\n" + testPEM + "\"\"\"\n",
			"access key in line 1, secret in line 2",
		},
		{
			"a PEM in TOML, literal", "toml:f", "key = '" + k + "'\nsecret = '''" + trimmed + "'''\n",
			"access key in line 1, secret in line 2",
		},
		{
			"a PEM in TOML, on one line", "toml:f", "key = '" + k + "'\nsecret = \"" + pem(`\n`) + "\"\n",
			"access key in line 1, secret in line 2",
		},
		{
			"a PEM in TOML, on one line of three quotes", "toml:f",
			"key = '" + k + "'\nsecret = \"\"\"" + pem(`\n`) + "\"\"\"\n", "access key in line 1, secret in line 2",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := write(t, map[string]string{"f": c.file})
			before, after := credential(k, s, ""), credential(newKey, newSecret, "")
			if strings.Contains(c.file, p) {
				before.Passphrase, after.Passphrase = exchanges.NewSecret(p), exchanges.NewSecret(newPassphrase)
			}
			if strings.Contains(c.file, "PRIVATE") {
				before.Secret, after.Secret = exchanges.NewSecret(testPEM), exchanges.NewSecret(newPEM)
			}
			change := stores(t, env, c.location, after)
			want(t, change.Before(), exchanges.Fingerprint(k))
			// Order by line: parts come in the order of the credential.
			got := strings.TrimPrefix(change.Describe(), filepath.Join(env.Dir, "f")+": ")
			for _, piece := range strings.Split(c.describe, ", ") {
				if !strings.Contains(got+",", piece+",") {
					t.Errorf("described as %q; %q is missing", got, piece)
				}
			}
			if n := strings.Count(c.describe, ","); strings.Count(got, ",") != n {
				t.Errorf("described as %q, want %q", got, c.describe)
			}
			written := content(t, env, "f")
			if strings.Count(
				c.file,
				k,
			)+strings.Count(
				c.file,
				s,
			)+strings.Count(
				c.file,
				p,
			)-n(
				written,
				k,
				s,
				p,
			) != n(
				written,
				newKey,
				newSecret,
				newPassphrase,
			) {
				t.Errorf("values were lost:\n%s", written)
			}
			// Only what is told changes: with the old values back, all is as it was.
			stores(t, env, c.location, before)
			want(t, content(t, env, "f"), c.file)
			if change = prepares(t, env, c.location, before); !change.Done() ||
				change.Describe() != filepath.Join(env.Dir, "f")+": nothing changes" {
				t.Errorf("what is there already is said to change: %s", change)
			}
		})
	}
}

// n counts values in a text.
func n(text string, values ...string) int {
	count := 0
	for _, v := range values {
		count += strings.Count(text, v)
	}
	return count
}
