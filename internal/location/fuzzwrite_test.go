package location

import (
	"path/filepath"
	"strings"
	"testing"
)

// fuzzPlan feeds files of one kind to the planning of a change. Whatever it
// accepts must do what it promises.
func fuzzPlan(f *testing.F, location string, seeds ...string) {
	f.Helper()
	for _, seed := range seeds {
		f.Add([]byte(seed), newKey, newSecret, newPassphrase)
		f.Add([]byte(strings.ReplaceAll(seed, "\n", "\r\n")), newKey, testPEM, "")
		f.Add([]byte("\xef\xbb\xbf"+strings.TrimSpace(seed)), "a'b", `a"b\`, "a b#c$d: é")
	}
	l, err := Parse(location)
	if err != nil {
		f.Fatal(err)
	}
	path := filepath.FromSlash("/nowhere/f")
	if l.kind == KindBBGo {
		path = filepath.FromSlash("/nowhere/" + bbgoVariables)
	}
	f.Fuzz(func(t *testing.T, data []byte, key, secret, passphrase string) {
		to := Canonical(credential(key, secret, passphrase))
		env := overlay(data)
		if l.kind == KindBBGo {
			env.planned[path], env.planned[filepath.FromSlash("/nowhere/f")] = data, []byte("sessions: {a: {exchange: max}}")
		}
		if checkNew(to) != nil {
			return
		}
		plan, present, planErr := l.plan(t.Context(), env, to)
		if planErr != nil {
			// What the file is refused for is no reason to repeat it.
			for _, value := range []string{key, secret, passphrase} {
				if len(value) > 12 && !strings.Contains(location, value) && strings.Contains(planErr.Error(), value) {
					t.Errorf("the error shows a value: %v", planErr)
				}
			}
			return
		}
		after := data
		for _, w := range plan {
			if w.file.path != path && len(w.edits) > 0 {
				t.Fatalf("%s changes", w.file.path)
			}
			if w.file.path == path {
				after = w.after
			}
			if !sameOutside(w.file.Data, w.after, w.edits) {
				t.Fatalf("more than the edits changed: %q became %q", w.file.Data, w.after)
			}
		}
		env.planned[path] = after
		r, _, err := l.read(t.Context(), env)
		if err != nil || !sameCredential(r.Credential, to) {
			t.Fatalf("%q became %q, which reads as %v", data, after, err)
		}
		// And back again, to something that reads as before.
		if back, _, err := l.plan(t.Context(), env, Canonical(present)); err == nil {
			for _, w := range back {
				env.planned[w.file.path] = w.after
			}
			if r, _, err := l.read(t.Context(), env); err != nil || !sameCredential(r.Credential, Canonical(present)) {
				t.Fatalf("%q became %q, and back again %q, which reads as %v", data, after, env.planned[path], err)
			}
		} else if !strings.Contains(err.Error(), "backtick") && checkNew(Canonical(present)) == nil &&
			!strings.Contains(err.Error(), "no place for the passphrase") {
			t.Fatalf("%q became %q, and there is no way back: %v", data, after, err)
		}
	})
}

func FuzzPrepareDotEnv(f *testing.F) {
	fuzzPlan(
		f,
		"dotenv:f#X",
		plainFile,
		"export X_API_KEY='a' # X_API_KEY=b\nX_API_SECRET = \"b\\\"c\"\nX_API_PASSPHRASE=\n",
		"X_KEY=a\nX_APIKEY=a\nX_SECRET=\"-----BEGIN A\nx\n-----END A\"\nX_PASSWORD= # x\nX_PASSWORD=\nX_PASSPHRASE=\"\"#",
	)
}

func FuzzPrepareJSON(f *testing.F) {
	fuzzPlan(
		f,
		"json:f#/a",
		`{"a": {"key": "a", "apiKey": "a", "secret": "b", "password": null,},} // x`,
		`{"b":1,/**/"a":{"name":"\u0061","privateKey":"b","passphrase":""}}`,
	)
}

func FuzzPrepareYAML(f *testing.F) {
	fuzzPlan(
		f,
		"yaml:f#/a",
		"a:\n  key: &k a # x\n  secret: !!str 'b'\n  password:\nb: *k\n",
		"a: {key: \"a\\x62\", secret: b, password: ~}",
		"x: \"\u0085\"\na:\n - key\na:\n",
		"a:\n  key: >-\n   a\n  secret: |\n    -----BEGIN A\n    x\n    -----END A\n\n  passphrase: |-\n    a\n\n    b",
	)
}

func FuzzPrepareTOML(f *testing.F) {
	fuzzPlan(
		f,
		"toml:f#/a/0",
		"[[a]]\nkey='a'\nsecret=\"b\"\npassword=''''c'''\n[[a]]\n",
		"a = [ { key = \"\"\"\na\\\n b\"\"\", secret = 'b', x.y = 1, password = '' }, # x\n]\n",
		"[[a]]\nkey='''\na'''\nsecret=\"\\u0061\"\n[a.b]\nkey='x'\n",
	)
}

func FuzzPrepareFreqtrade(f *testing.F) {
	fuzzPlan(
		f,
		"freqtrade:f",
		`{"exchange": {"name": "okx", "key": "a", "apiKey": "a", "secret": "b", "password": "", `+
			`"ccxt_config": {"secret": "b"},},}`,
	)
}

func FuzzPrepareGoCryptoTrader(f *testing.F) {
	fuzzPlan(
		f,
		"gocryptotrader:f#Okx",
		gct(`{"name": "OKX", "apiKey": null, "api": {"credentials": {"key": "a", "secret": "b", "clientID": ""}}}`),
	)
}

func FuzzPreparePassivbot(f *testing.F) {
	fuzzPlan(f, "passivbot:f#a", `{"_c": "", "a": {"exchange": "okx", "key": "a", "secret": "b", "passphrase": "c"}}`)
}

func FuzzPrepareCCXT(f *testing.F) {
	fuzzPlan(f, "ccxt:f#a", `{"a": {"apiKey": "a", "secret": "b", "password": ""}}`)
}

func FuzzPrepareBBGo(f *testing.F) {
	fuzzPlan(f, "bbgo:f", "MAX_API_KEY=a\nMAX_API_SECRET='b'\nMAX_API_PASSPHRASE=\n")
}

func FuzzPrepareHummingbot(f *testing.F) {
	fuzzPlan(f, "hummingbot:f", "connector: okx\nokx_api_key: a\n\nokx_secret_key: b\nokx_passphrase: ''\n")
}
