package location

import (
	"strings"
	"testing"
)

// A value that means something else in the present style gets another one.
func TestChangeQuotes(t *testing.T) {
	const k, s = testKey, testSecret
	for _, c := range []struct {
		name, location, file, passphrase string
		want                             string // the passphrase's line, or what becomes of the file
	}{
		{"a space", "dotenv:f#X", "X_PASSWORD=old # x", "pass word", `X_PASSWORD='pass word' # x`},
		{"a number sign", "dotenv:f#X", "X_PASSWORD=old", "a#b", `X_PASSWORD='a#b'`},
		{"a dollar", "dotenv:f#X", "X_PASSWORD=old", "a$b", `X_PASSWORD='a$b'`},
		{"a dollar between double quotes", "dotenv:f#X", `X_PASSWORD="old"`, "a${b}", `X_PASSWORD='a${b}'`},
		{"a double quote", "dotenv:f#X", `X_PASSWORD="old"`, `a"b`, `X_PASSWORD='a"b'`},
		{"a single quote", "dotenv:f#X", `X_PASSWORD='old'`, `a'b`, `X_PASSWORD="a'b"`},
		{
			"both quotes and all the rest",
			"dotenv:f#X", `X_PASSWORD=old`, "a'b\"c$d\\eé", "X_PASSWORD=\"a'b\\\"c\\$d\\\\eé\"",
		},
		{"a backslash", "dotenv:f#X", `X_PASSWORD="old"`, `a\b`, `X_PASSWORD='a\b'`},
		{"two backslashes", "dotenv:f#X", `X_PASSWORD='old'`, `a\\b`, `X_PASSWORD="a\\\\b"`},
		{"a backslash at the end", "dotenv:f#X", `X_PASSWORD='old'`, `a\`, `X_PASSWORD="a\\"`},
		{"what a shell would run", "dotenv:f#X", `X_PASSWORD=old`, "a;b&c", `X_PASSWORD='a;b&c'`},
		{"base64 needs none", "dotenv:f#X", `X_PASSWORD=old`, "a+/b==", `X_PASSWORD=a+/b==`},
		{"not ASCII", "dotenv:f#X", `X_PASSWORD="old"`, "pässwörd", `X_PASSWORD="pässwörd"`},
		{"into an empty one", "dotenv:f#X", "X_PASSWORD=", "new", `X_PASSWORD=new`},
		{"into an empty one before a comment", "dotenv:f#X", "X_PASSWORD= # x", "new", `X_PASSWORD= new # x`},
		{"into empty quotes", "dotenv:f#X", "X_PASSWORD=''# x", "new", `X_PASSWORD='new'# x`},
		{"gone", "dotenv:f#X", "X_PASSWORD=old # x", "", `X_PASSWORD= # x`},
		{"gone from quotes", "dotenv:f#X", `X_PASSWORD="old"`, "", `X_PASSWORD=""`},

		{"quotes and backslashes", "json:f", `"password": "old"`, `a"b\c/d`, `"password": "a\"b\\c/d"`},
		{"not ASCII into ASCII", "json:f", `"password": "old"`, "ä😀", `"password": "\u00e4\ud83d\ude00"`},
		{
			"not ASCII into UTF-8",
			"json:f", `"pässwörd": "", "password": "old"`, "ä😀", `"pässwörd": "", "password": "ä😀"`,
		},
		{"into null", "json:f", `"password": null`, "new", `"password": "new"`},
		{"into nothing", "json:f", `"password": ""`, "new", `"password": "new"`},
		{"gone", "json:f", `"password": "old"`, "", `"password": ""`},

		{"a number", "yaml:f", "password: old # x", "12345678", "password: '12345678' # x"},
		{"a number of another kind", "yaml:f", "password: old", "0x12_ab", "password: '0x12_ab'"},
		{"a number with an exponent", "yaml:f", "password: old", "67051e3", "password: '67051e3'"},
		{"letters beside digits are none", "yaml:f", "password: old", "6705f1c2d3", "password: 6705f1c2d3"},
		{"a truth value", "yaml:f", "password: old", "Yes", "password: 'Yes'"},
		{"a date", "yaml:f", "password: old", "2026-11-22", "password: '2026-11-22'"},
		{"a colon", "yaml:f", "password: old", "a: b", "password: 'a: b'"},
		{"a comment's sign", "yaml:f", "password: old", "a #b", "password: 'a #b'"},
		{"a quote", "yaml:f", "password: old", "it's", "password: 'it''s'"},
		{"a quote between single ones", "yaml:f", "password: 'old'", "it's", "password: 'it''s'"},
		{"everything between double ones", "yaml:f", `password: "old"`, `a"b\c#é`, `password: "a\"b\\c#é"`},
		{"what YAML cannot hold", "yaml:f", `password: old`, "a\uffffb", `password: "a\uffffb"`},
		{"brackets", "yaml:f", "password: old", "[a]", "password: '[a]'"},
		{"into nothing", "yaml:f", "password:", "new", "password: new"},
		{"into nothing before a comment", "yaml:f", "password:  # x", "new", "password: new  # x"},
		{"into null", "yaml:f", "password: ~", "new", "password: new"},
		{"gone", "yaml:f", "password: old # x", "", "password: '' # x"},
		{"gone from a block", "yaml:f", "password: |- # x\n  old\n\n", "", "password: '' # x\n\n"},
		{"two spaces in a folded block", "yaml:f", "password: >-\n  old\n", "a  b", "password: >-\n  a  b\n"},

		{"quotes", "toml:f", `password = "old"`, `a"b\cé`, `password = "a\"b\\cé"`},
		{"all but a quote between literal quotes", "toml:f", `password = 'old'`, `a"b\c`, `password = 'a"b\c'`},
		{"a quote between literal quotes", "toml:f", `password = 'old'`, `it's`, `password = "it's"`},
		{"a quote between three", "toml:f", "password = '''\nold'''", `it's "x"`, "password = \"\"\"\nit's \\\"x\\\"\"\"\""},
		{"into nothing", "toml:f", `password = ""`, "new", `password = "new"`},
		{"gone", "toml:f", `password = 'old' # x`, "", `password = '' # x`},
	} {
		t.Run(c.location+" "+c.name, func(t *testing.T) {
			frame := map[string]string{
				"dotenv": "X_APIKEY=" + k + "\nX_SECRET=" + s + "\n@\n", "json": `{"key": "` + k + `", "secret": "` + s + `", @}`,
				"yaml": "key: " + k + "\nsecret: " + s + "\n@\n", "toml": `key = "` + k + "\"\nsecret = \"" + s + "\"\n@\n",
			}[strings.Split(c.location, ":")[0]]
			env := write(t, map[string]string{"f": strings.Replace(frame, "@", c.file, 1)})
			stores(t, env, c.location, credential(k, s, c.passphrase))
			want(t, content(t, env, "f"), strings.Replace(frame, "@", c.want, 1))
		})
	}
}

// In a flow mapping quotes keep a value from ending the mapping.
func TestChangeQuotesInFlow(t *testing.T) {
	env := write(t, map[string]string{"f": "{key: a, secret: b, password: c}"})
	stores(t, env, "yaml:f", credential("a}", "b,", "c]: d"))
	want(t, content(t, env, "f"), "{key: 'a}', secret: 'b,', password: 'c]: d'}")
}

// A secret that becomes a PEM finds a place in every style.
func TestChangeToPEM(t *testing.T) {
	lines := strings.ReplaceAll(testPEM, "\n", `\n`)
	for _, c := range []struct{ location, file, want string }{
		{"dotenv:f#X", "X_KEY=k\nX_SECRET=s # x\n", "X_KEY=k\nX_SECRET=\"" + lines + "\" # x\n"},
		{"dotenv:f#X", "X_KEY=k\nX_SECRET='s'\n", "X_KEY=k\nX_SECRET=\"" + lines + "\"\n"},
		{"json:f", `{"key": "k", "secret": "s"}`, `{"key": "k", "secret": "` + lines + `"}`},
		{"yaml:f", "key: k\nsecret: s\n", "key: k\nsecret: \"" + lines + "\"\n"},
		{"yaml:f", "key: k\nsecret: 's'\n", "key: k\nsecret: \"" + lines + "\"\n"},
		{"yaml:f", "key: k\nsecret: |-\n   s\n", "key: k\nsecret: |-\n   " +
			strings.TrimSuffix(strings.ReplaceAll(testPEM, "\n", "\n   "), "   ")},
		{"toml:f", "key = 'k'\nsecret = 's'\n", "key = 'k'\nsecret = \"" + lines + "\"\n"},
	} {
		env := write(t, map[string]string{"f": c.file})
		stores(t, env, c.location, credential("k", testPEM, ""))
		want(t, content(t, env, "f"), c.want)
		stores(t, env, c.location, credential("k", "s", "")) // the way back, in whatever style
	}
}

// What a person pastes has no line end after its last line; what is written has.
func TestChangeCanonical(t *testing.T) {
	env := write(t, map[string]string{"f": `{"key": "k", "secret": "s"}`})
	pasted := strings.ReplaceAll(strings.TrimSpace(testPEM), "\n", "\r\n")
	stores(t, env, "json:f", credential("k", pasted, ""))
	want(t, content(t, env, "f"), `{"key": "k", "secret": "`+strings.ReplaceAll(testPEM, "\n", `\n`)+`"}`)
	if change := prepares(t, env, "json:f", credential("k", pasted, "")); !change.Done() {
		t.Errorf("%s", change)
	}
}
