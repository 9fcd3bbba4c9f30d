package location

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/fake"
	"rekey/internal/fake/vault"
	"rekey/internal/kv"
)

const vaultRoot = "hvs.CANARYroot"

// vaulted is an Env with a server of its own.
func vaulted(t *testing.T) (Env, *vault.Server) {
	t.Helper()
	f, err := vault.Start(time.Now, vaultRoot)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return Env{Vault: served(t, f, vaultRoot)}, f
}

func served(t *testing.T, f *vault.Server, token string) *kv.Server {
	t.Helper()
	s, err := kv.New(kv.Options{
		Address: f.URL, Now: time.Now, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Auth: kv.Auth{Token: func() (exchanges.Secret, error) { return exchanges.NewSecret(token), nil }},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	asFields = `"api_key":"` + testKey + `","api_secret":"` + testSecret + `","passphrase":"` + testPassphrase + `"`
	asJSON   = `{\"key\":\"` + testKey + `\", \"secret\":\"` + testSecret + `\", \"password\":\"` + testPassphrase + `\"}`
)

// Every way to point at a credential in a secret is read, and written with every
// other field as it was (team.md B7, 18).
func TestB7_18_VaultReadsAndWrites(t *testing.T) {
	for text, data := range map[string]string{
		"vault:kv/bots/grid":           `{"note":"kept <&>","n":1.5,` + asFields + `}`,
		"vault:teams/kv/grid":          `{"note":"kept <&>",` + asFields + `}`,
		"vault:kv/a b/50%":             `{"note":"kept <&>",` + asFields + `}`,
		"vault:kv/desk#binance":        `{"note":"kept <&>","binance":{` + asFields + `},"kucoin":{"api_key":"other"}}`,
		"vault:kv/desk#/bots/grid":     `{"note":"kept <&>","bots":{"grid":{` + asFields + `}}}`,
		"vault:kv/desk#/bots#GRID":     `{"note":"kept <&>","bots":{` + prefixed("grid_") + `,"SPOT_API_KEY":"x"}}`,
		"vault:kv/desk#GRID":           `{"note":"kept <&>",` + prefixed("GRID_") + `,"SPOT_API_KEY":"x"}`,
		"vault:kv/desk#credential":     `{"note":"kept <&>","credential":"` + asJSON + `"}`,
		"vault:kv/desk#/a~1b/0/c#GRID": `{"note":"kept <&>","a/b":[{"c":{` + prefixed("grid_") + `}}]}`,
	} {
		env, f := vaulted(t)
		path, _, _ := strings.Cut(strings.TrimPrefix(text, "vault:"), "#")
		f.Put(path, data)
		reads(t, env, text, testPassphrase)
		want(t, mustParse(t, text).Display(), text)
		before, _ := f.Data(path)
		change := stores(t, env, text, credential(newKey, newSecret, newPassphrase))
		want(t, change.Describe(), text+": the credential in this secret is replaced, its other fields stay")
		after, version := f.Data(path)
		if version != 2 || !strings.Contains(after, newKey) || strings.Contains(after, testKey) {
			t.Errorf("%s: version %d", text, version)
		}
		stores(t, env, text, credential(testKey, testSecret, testPassphrase)) // the way back
		if again, _ := f.Data(path); again != before {
			t.Errorf("%s: other fields changed", text)
		}
		if again := prepares(t, env, text, credential(testKey, testSecret, testPassphrase)); !again.Done() || change.Done() {
			t.Errorf("%s: Done does not tell", text)
		}
	}
}

func prefixed(prefix string) string {
	return strings.NewReplacer(`"api_`, `"`+prefix+`api_`, `"passphrase":`, `"`+prefix+`passphrase":`).Replace(asFields)
}

func TestVaultParseRefuses(t *testing.T) {
	for text, says := range map[string]string{
		"vault:":                "names no secret behind the mount",
		"vault:kv":              "names no secret behind the mount",
		"vault:kv/a/":           "ends with a slash",
		"vault:kv/../sys/mount": "a segment . or ..",
		"vault:kv/a#":           "names no field",
		"vault:kv/a#b#c":        "two fields",
		"vault:kv/a#/b~2":       "neither ~0 nor ~1",
		"vault:kv/a#/b#c d":     "no prefix of fields",
	} {
		_, err := Parse(text)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q in it", text, err, says)
		}
	}
}

func TestVaultReadRefuses(t *testing.T) {
	env, f := vaulted(t)
	f.Put("kv/desk", `{"binance":{`+asFields+`},"text":"CANARY no json","list":[],"empty":{}}`)
	for text, c := range map[string]struct {
		reason Reason
		says   string
	}{
		"vault:kv/none":         {ReasonAbsent, "there is no secret at this path"},
		"vault:kv/desk":         {ReasonIncomplete, `there are credentials at`},
		"vault:kv/desk#text":    {ReasonSyntax, "the field is text, and no JSON object"},
		"vault:kv/desk#OTHER":   {ReasonAbsent, `no field with the prefix "OTHER"`},
		"vault:kv/desk#a-b":     {ReasonAbsent, `the secret has no field "a-b"`},
		"vault:kv/desk#/x":      {ReasonAbsent, `the secret has no member "x"`},
		"vault:kv/desk#empty":   {ReasonIncomplete, "no field for the access key"},
		"vault:elsewhere/desk":  {ReasonAbsent, "there is no secret at this path"},
		"vault:kv/desk#/list/0": {ReasonAbsent, "is no place in it"},
	} {
		if got := refuses(t, env, text, c.reason); !strings.Contains(got, c.says) {
			t.Errorf("%s: %s", text, got)
		}
	}
	refuses(t, Env{}, "vault:kv/desk", ReasonUnreadable)
	f.Seal(true)
	refuses(t, env, "vault:kv/desk#binance", ReasonUnreadable)
}

// One secret holds many credentials: a look asks for it once.
func TestVaultIsAskedOnce(t *testing.T) {
	env, f := vaulted(t)
	f.Put("kv/desk", `{"a":{`+asFields+`},"b":{`+asFields+`}}`)
	once := env.Once()
	reads(t, once, "vault:kv/desk#a", testPassphrase)
	n := len(f.Requests())
	reads(t, once, "vault:kv/desk#b", testPassphrase)
	if len(f.Requests()) != n {
		t.Error("it was asked again")
	}
}

// What cannot be written is known before anything is.
func TestVaultPrepareRefuses(t *testing.T) {
	const short = `{"api_key":"` + testKey + `","api_secret":"` + testSecret + `"}`
	for name, c := range map[string]struct {
		text, data string
		token      string
		reason     Reason
		says       string
	}{
		"KV version 1": {"vault:old/desk", `{` + asFields + `}`, vaultRoot, ReasonReadOnly, "KV version 1"},
		"policy":       {"vault:kv/desk", `{` + asFields + `}`, "hvs.reader", ReasonUnwritable, "may not write this secret"},
		"long number": {
			"vault:kv/desk", `{"id":12345678901234567,` + asFields + `}`, vaultRoot, ReasonUnfit, "more than 15 digits",
		},
		"no passphrase": {"vault:kv/desk", short, vaultRoot, ReasonUnfit, "no place for the passphrase"},
	} {
		t.Run(name, func(t *testing.T) {
			_, f := vaulted(t)
			f.Allow("hvs.reader", vault.Policy{"kv/data/desk": {"read"}})
			path, _, _ := strings.Cut(strings.TrimPrefix(c.text, "vault:"), "#")
			f.Put(path, c.data)
			env := Env{Vault: served(t, f, c.token)}
			_, err := mustParse(t, c.text).Prepare(t.Context(), env, credential(newKey, newSecret, newPassphrase))
			assertNoCanary(t, err)
			var e *Error
			if !errors.As(err, &e) || e.Reason != c.reason || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
			if _, version := f.Data(path); version != 1 {
				t.Error("it was written")
			}
		})
	}
}

// Between plan and write somebody else wrote the secret: it is left alone.
func TestB7_18_VaultChangedMeanwhile(t *testing.T) {
	env, f := vaulted(t)
	f.Put("kv/desk", `{`+asFields+`}`)
	change := prepares(t, env, "vault:kv/desk", credential(newKey, newSecret, newPassphrase))
	f.Put("kv/desk", `{"note":"theirs",`+asFields+`}`)
	err := change.Apply(t.Context())
	if data, _ := f.Data("kv/desk"); !isChanged(err) || !strings.Contains(data, "theirs") {
		t.Errorf("Apply: %v", err)
	}
	assertNoCanary(t, err)
	// They did what was to be done.
	stores(t, env, "vault:kv/desk", credential(newKey, newSecret, newPassphrase))
	if err := change.Apply(t.Context()); err != nil {
		t.Errorf("Apply: %v", err)
	}
}

// A write that got no answer may still be on its way. Taking the change back puts
// the old credential there anew, so that what lands later is refused.
func TestVaultLateWriteIsFenced(t *testing.T) {
	env, f := vaulted(t)
	f.Put("kv/desk", `{`+asFields+`}`)
	change := prepares(t, env, "vault:kv/desk", credential(newKey, newSecret, newPassphrase))
	f.Break(fake.Fault{Method: "POST", Path: "/data/", Do: fake.Reset()})
	err := change.Apply(t.Context())
	var e *Error
	if !errors.As(err, &e) || e.Reason != ReasonFailed || !strings.Contains(err.Error(), "or happen later") {
		t.Fatalf("Apply: %v", err)
	}
	f.Mend()
	stores(t, env, "vault:kv/desk", credential(testKey, testSecret, testPassphrase))
	if _, version := f.Data("kv/desk"); version != 2 {
		t.Fatalf("the old credential was not written anew: version %d", version)
	}
	if err := change.Apply(t.Context()); !isChanged(err) { // the late write
		t.Errorf("the late write: %v", err)
	}
	reads(t, env, "vault:kv/desk", testPassphrase)
}
