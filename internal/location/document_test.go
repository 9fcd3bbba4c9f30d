package location

import (
	"strings"
	"testing"
)

func TestDocuments(t *testing.T) {
	const k, s, p = testKey, testSecret, testPassphrase
	for _, c := range []struct{ name, location, file, passphrase, exchange string }{
		{"a Python bot's JSON", "json:f", `{"api_key": "` + k + `", "api_secret": "` + s + `"}`, "", ""},
		{"vn.py", "json:f", `{"API Key": "` + k + `", "API Secret": "` + s + `", "Passphrase": "` + p + `"}`, p, ""},
		{"an empty pointer", "json:f#", `{"key": "` + k + `", "secret": "` + s + `"}`, "", ""},
		{
			"passivbot", "json:f#/kucoin_01",
			`{"_note": "x", "kucoin_01": {"exchange": "kucoin", "key": "` + k + `", "secret": "` + s +
				`", "passphrase": "` + p + `"}}`, p, "kucoin",
		},
		{"a list", "json:f#/brokers/1", `{"brokers": [{}, {"key": "` + k + `", "secret": "` + s + `"}]}`, "", ""},
		{
			"comments, trailing commas, CRLF, a byte order mark, no last line end", "json:f#/a~1b",
			"\xef\xbb\xbf// head\r\n{\r\n\t/* x */ \"a/b\": {\"key\": \"" + k + "\", // y\r\n\"secret\": \"" + s +
				"\",},\r\n} // end", "", "",
		},
		{"escapes", "json:f", `{"key": "\u006b` + k[1:] + `", "secret": "` + s + `"}`, "", ""},
		{
			"an empty twin and null", "json:f",
			`{"key": "` + k + `", "apiKey": "", "secret": "` + s +
				`", "private_key": null, "passphrase": "", "password": null}`, "", "",
		},
		{"the same text twice", "json:f", `{"key": "` + k + `", "apiKey": "` + k + `", "secret": "` + s + `"}`, "", ""},
		{"a group with a part's name", "json:f", `{"key": "` + k + `", "password": {"a": 1}, "secret": "` + s + `"}`, "", ""},
		{
			"binance-volatility-bot", "yaml:f#/prod",
			"# note\nprod:\n  access_key: " + k + "\n  secret_key: '" + s + "'\n", "", "",
		},
		{"cryptofeed", "yaml:f#/kucoin", "kucoin:\n    key_id: " + k + "\n    key_secret: " + s +
			"\n    key_passphrase: \"" + p + "\"\n", p, ""},
		{"YAML with CRLF", "yaml:f", "\xef\xbb\xbfkey: " + k + "\r\nsecret: " + s + "\r\n", "", ""},
		{"an anchor elsewhere", "yaml:f#/a", "x: &x {y: 1}\nz: *x\na: {key: " + k + ", secret: " + s + "}\n", "", ""},
		{"a TOML table", "toml:f#/binance", "[binance]\napi_key = \"" + k + "\" # x\napi_secret = '" + s + "'\n", "", ""},
		{"kelp", "toml:f#/EXCHANGE_API_KEYS/0", "[[EXCHANGE_API_KEYS]]\nKEY=\"" + k + "\"\nSECRET=\"" + s + "\"\n", "", ""},
		{"TOML with CRLF", "toml:f#/a/b", "a.b.key = \"" + k + "\"\r\na.b.secret = \"\"\"" + s + "\"\"\"\r\n", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := reads(t, write(t, map[string]string{"f": c.file}), c.location, c.passphrase)
			want(t, r.Exchange, c.exchange)
		})
	}
}

func TestCoinbaseKeyFile(t *testing.T) {
	const name = "organizations/0f0f0f0f-0000-4000-8000-00000000CANARY/apiKeys/0f0f0f0f-0000-4000-8000-000000000001"
	const id = "0f0f0f0f-0000-4000-8000-000000000002"
	const pem = `-----BEGIN EC PRIVATE KEY-----\nCANARY\n-----END EC PRIVATE KEY-----\n`
	for _, c := range []struct{ file, key, exchange string }{
		{`{"name": "` + name + `", "privateKey": "` + pem + `"}`, name, "coinbase"},
		{`{"id": "` + id + `", "privateKey": "` + testSecret + `"}`, id, ""},
		{`{"id": "` + id + `", "name": "my bot", "privateKey": "` + testSecret + `"}`, id, ""},
		{`{"id": "` + id + `", "name": "` + name + `", "privateKey": "` + testSecret + `"}`, name, "coinbase"},
	} {
		r, err := mustParse(
			t,
			"json:cdp_api_key.json",
		).Read(t.Context(), write(t, map[string]string{"cdp_api_key.json": c.file}))
		if err != nil {
			t.Fatalf("%s: %v", c.file, err)
		}
		want(t, r.Credential.AccessKey, c.key)
		want(t, r.Exchange, c.exchange)
		if strings.Contains(c.file, "BEGIN") {
			want(t, r.Credential.Secret.Reveal(), strings.ReplaceAll(pem, `\n`, "\n"))
		}
	}
}

func TestDocumentsRefused(t *testing.T) {
	const k, s = `"key": "` + testKey + `"`, `"secret": "` + testSecret + `"`
	const noYAML = "holds no YAML"
	deep := strings.Repeat("[", 1000) + strings.Repeat("]", 1000)
	for _, c := range []struct {
		location, file string
		reason         Reason
		want           string
	}{
		{"json:f", ``, ReasonSyntax, "is not valid JSON in line 2, column 1"},
		{"json:f", "{" + k + ",\n" + `"secret": CANARY}`, ReasonSyntax, "is not valid JSON in line 2, column 11"},
		{"json:f", `{"key": "CANARY\q"}`, ReasonSyntax, "is not valid JSON in line 1, column 9"},
		{"json:f", deep, ReasonSyntax, "is nested more than 200 levels deep"},
		{"json:f", `"CANARY"`, ReasonSyntax, "the pointer leads to text, not to an object"},
		{"json:f#/a", `{"a": [1]}`, ReasonSyntax, "the pointer leads to a list, not to an object"},
		{"json:f#/b/c", `{"b": {}}`, ReasonAbsent, `#/b has no member "c" (the pointer leads nowhere)`},
		{"json:f#/b", `{"a": "CANARY"}`, ReasonAbsent, `the file has no member "b" (the pointer leads nowhere)`},
		{"json:f#/a/b", `{"a": "CANARY"}`, ReasonAbsent, `#/a is text, so there is no "b" in it (the pointer leads nowhere)`},
		{"json:f#/a/2", `{"a": [1, 2]}`, ReasonAbsent, `#/a is a list of 2, and "2" is no place in it (places count from 0)`},
		{"json:f#/a/00", `{"a": [1, 2]}`, ReasonAbsent, `#/a is a list of 2, and "00" is no place in ` +
			`it (places count from 0)`},
		{"json:f#/a/-", `{"a": [1, 2]}`, ReasonAbsent, `#/a is a list of 2, and "-" is no place in it (places count from 0)`},
		{"json:f#/a", `{"a": {}, "a": {}}`, ReasonAmbiguous, `the name "a" stands 2 times in the same object`},
		{"json:f", "{" + k + "," + k + "," + s + "}", ReasonAmbiguous, `the name "key" stands twice in the object`},
		{
			"json:f", "{" + k + `, "apiKey": "CANARYother",` + s + "}", ReasonAmbiguous,
			`the field "key" and the field "apiKey" both claim to be the access key and differ (remove ` +
				`the one that is not used)`,
		},
		{
			"json:f", "{" + k + "," + s + `, "privateKey": "CANARYother"}`, ReasonAmbiguous,
			`the field "secret" and the field "privateKey" both claim to be the secret and differ (remove ` +
				`the one that is not used)`,
		},
		{
			"json:f", "{" + k + "," + s + `, "password": 11223344}`, ReasonSyntax,
			`the passphrase in the field "password" is a number or a date, not text (put it in quotes)`,
		},
		{
			"json:f", "{" + k + `, "secret": true}`, ReasonSyntax,
			`the secret in the field "secret" is true or false, not text (put it in quotes)`,
		},
		{"json:f", "{" + s + "}", ReasonIncomplete, "the object has no field for the access key"},
		{"json:f", "{" + k + "}", ReasonIncomplete, "the object has no field for the secret"},
		{
			"json:f", `{"bots": [{"x/y": {` + k + "," + s + `}}]}`, ReasonIncomplete,
			`the object has no field for the access key (there are credentials at "#/bots/0/x~1y")`,
		},
		{
			"json:f", `{"key": "", ` + s + "}", ReasonPlaceholder,
			`the access key in the field "key" is empty (put the real one there)`,
		},
		{
			"json:f", `{"key": null, ` + s + "}", ReasonPlaceholder,
			`the access key in the field "key" is empty (put the real one there)`,
		},
		{
			"json:f", "{" + k + `, "secret": "replace_me"}`, ReasonPlaceholder,
			`the secret in the field "secret" is a placeholder (put the real one there)`,
		},
		{
			"json:f", "{" + k + `, "secret": "CANARY "}`, ReasonUnclean,
			`the secret in the field "secret" ends with white space`,
		},
		{
			"json:f", "{" + k + "," + s + `, "passphrase": "CANARY\n"}`, ReasonUnclean,
			`the passphrase in the field "passphrase" ends with a line break`,
		},
		{"yaml:f", "", ReasonSyntax, noYAML},
		{"yaml:f", "# only a comment\n", ReasonSyntax, noYAML},
		{"yaml:f", "key: CANARY\n\tsecret: CANARY\n", ReasonSyntax, "line 2: a tab is used to indent; YAML wants spaces"},
		{"yaml:f", "key: a\n---\nsecret: b\n", ReasonSyntax, "line 2: a second document starts here; only " +
			"one is allowed in a file"},
		{"yaml:f", "key: *CANARY\n", ReasonSyntax, "line 1: an alias is used that stands for nothing"},
		{
			"yaml:f", "a: &x CANARY\nkey: *x\nsecret: b\n", ReasonSyntax,
			`the access key in the field "key" is a YAML alias, which rekey does not follow`,
		},
		{
			"yaml:f#/b", "a: &x {key: CANARY}\nb: *x\n", ReasonSyntax,
			"the pointer leads to a YAML alias, which rekey does not follow (point at the mapping itself)",
		},
		{
			"yaml:f#/b/key", "a: &x {key: CANARY}\nb: *x\n", ReasonSyntax,
			"the pointer leads to a YAML alias, which rekey does not follow (point at the mapping itself)",
		},
		{
			"yaml:f#/b", "a: &x {key: CANARY}\nb:\n  <<: *x\n", ReasonSyntax,
			"the mapping is merged from a YAML alias, which rekey does not follow",
		},
		{"yaml:f", "key: CANARY\nkey: CANARY\nsecret: b\n", ReasonAmbiguous, `the name "key" stands twice in the object`},
		{
			"yaml:f", "key: CANARY\nsecret: CANARY\npassphrase: 11223344\n", ReasonSyntax,
			`the passphrase in the field "passphrase" is a number or a date, not text (put it in quotes)`,
		},
		{"yaml:f", "a: " + deep, ReasonSyntax, "line 1: nested more than 200 levels deep"},
		{"toml:f", "key = \"CANARY\"\nsecret = CANARY\n", ReasonSyntax, "is not valid TOML in line 2, column 10"},
		{"toml:f", "key = \"CANARY\"\nkey = \"CANARY\"\n", ReasonSyntax, "is not valid TOML in line 2, column 1"},
		{"toml:f", "a = " + deep, ReasonSyntax, "is nested more than 200 levels deep"},
		{
			"toml:f", "key = \"CANARY\"\nsecret = 5\n", ReasonSyntax,
			`the secret in the field "secret" is a number or a date, not text (put it in quotes)`,
		},
	} {
		env := write(t, map[string]string{"f": c.file})
		want(t, refuses(t, env, c.location, c.reason), c.location+": "+c.want)
	}
}

// Ten million brackets must not end the program.
func TestNestingBombs(t *testing.T) {
	bomb := strings.Repeat("[", 5_000_000)
	for _, location := range []string{"json:f", "yaml:f", "toml:f", "freqtrade:f"} {
		for _, file := range []string{bomb, `{"a": ` + bomb, "a = " + bomb, "a: " + bomb} {
			refuses(t, write(t, map[string]string{"f": file}), location, ReasonSyntax)
		}
	}
	// A bracket in a string or a comment is none.
	for _, file := range []string{
		`{"key": "` + bomb + `"}`, "{} //" + bomb, "/*" + bomb + "*/{}",
		`{"\"` + bomb + `": 1}`,
	} {
		if err := checkNesting([]byte(file)); err != nil {
			t.Errorf("%.20s…: %v", file, err)
		}
	}
}
