package location

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/internal/form"
)

// TestEverySpelling holds package form and this one together: what scan calls
// the name of a part is read from every kind of file, and written back.
func TestEverySpelling(t *testing.T) {
	next := exchanges.Credential{
		AccessKey:  "CANARYnewkey0",
		Secret:     exchanges.NewSecret("CANARYnewsecret0"),
		Passphrase: exchanges.NewSecret("CANARYnewphrase0"),
	}
	partner := map[form.Role]string{
		form.AccessKey:  "API_KEY",
		form.Secret:     "API_SECRET",
		form.Passphrase: "API_PASSPHRASE",
	}
	for _, s := range append(form.Spellings(), form.Wholes()...) {
		names := map[form.Role]string{}
		for role, name := range partner {
			names[role] = name
		}
		names[s.Role] = s.Name
		for _, prefix := range []string{"X_", ""} {
			if prefix == "" && s.Name == "PK" ||
				prefix != "" && !strings.Contains(fmt.Sprint(form.Spellings()), "{"+s.Name+" ") {
				continue
			}
			k, sec, p := prefix+names[form.AccessKey], prefix+names[form.Secret], prefix+names[form.Passphrase]
			for location, text := range map[string]string{
				"json:f": fmt.Sprintf("{\n  %q: %q, // c\n  %q: %q,\n  %q: %q\n}\n", k, testKey, sec,
					testSecret, p, testPassphrase),
				"yaml:f": fmt.Sprintf("# c\n%s: %s\n%s: '%s'\n%s: \"%s\"\n", k, testKey, sec, testSecret, p, testPassphrase),
				"toml:f": fmt.Sprintf("# c\n%s = %q\n%s = '%s'\n%s = %q\n", k, testKey, sec, testSecret, p, testPassphrase),
				"dotenv:f#X": fmt.Sprintf("# c\nexport %s=%s\n%s='%s'\n%s=%s # d\nOTHER=1\n", k, testKey, sec,
					testSecret, p, testPassphrase),
			} {
				if strings.HasPrefix(location, "dotenv") && prefix == "" {
					continue
				}
				dir := t.TempDir()
				if err := os.WriteFile(filepath.Join(dir, "f"), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				env := Env{Dir: dir}
				l := mustParse(t, location)
				r, err := l.Read(t.Context(), env)
				if err != nil || r.Credential.AccessKey != testKey || r.Credential.Secret.Reveal() != testSecret ||
					r.Credential.Passphrase.Reveal() != testPassphrase {
					t.Errorf("%s%s: %s does not read it: %v", prefix, s.Name, location, err)
					continue
				}
				change, err := l.Prepare(t.Context(), env, next)
				if err == nil {
					err = change.Apply(t.Context())
				}
				after, _ := os.ReadFile(filepath.Join(dir, "f"))
				wanted := strings.NewReplacer(testKey, next.AccessKey, testSecret, next.Secret.Reveal(), testPassphrase,
					next.Passphrase.Reveal()).
					Replace(text)
				if err != nil || string(after) != wanted {
					t.Errorf("%s%s: %s was not written byte for byte: %v\n%s", prefix, s.Name, location, err, after)
				}
			}
		}
	}
}

func TestPrefixedFields(t *testing.T) {
	two := `{"BINANCE_API_KEY":"` + testKey + `","BINANCE_SECRET_KEY":"` + testSecret +
		`","OKX_API_KEY":"CANARYother","OKX_SECRET":"CANARYother"}`
	for _, c := range []struct{ text, location, failure string }{
		{`{"BINANCE_API_KEY":"` + testKey + `","BINANCE_SECRET_KEY":"` + testSecret +
			`","OPENAI_API_KEY":"CANARY"}`, "json:f", ""},
		{two, "json:f##BINANCE", ""},
		{`{"a":{"b":` + two + `}}`, "json:f#/a/b#BINANCE", ""},
		{two, "json:f", "json:f: the object holds several credentials: BINANCE, OKX (name the one that is meant by its " +
			"prefix, behind a further #: …#BINANCE)"},
		{two, "json:f##KRAKEN", `json:f##KRAKEN: the object has no field with the prefix "KRAKEN" (it has "BINANCE", "OKX")`},
		{`{"a":{"b#BINANCE":` + strings.ReplaceAll(two, "OKX_SECRET", "O") + `}}`, "json:f#/a/b#BINANCE", ""},
		{`{"apiKey":"` + testKey + `","secret":"` + testSecret +
			`","TELEGRAM_API_KEY":"CANARY","TELEGRAM_SECRET":"CANARY"}`, "json:f", ""},
		{`{"client_id":"` + testKey + `","client_secret":"` + testSecret + `"}`, "json:f", ""},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "f"), []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := mustParse(t, c.location).Read(t.Context(), Env{Dir: dir})
		if c.failure == "" &&
			(err != nil || r.Credential.AccessKey != testKey || r.Credential.Secret.Reveal() != testSecret) {
			t.Errorf("%s of %s: %v", c.location, c.text, err)
		}
		if c.failure != "" && (err == nil || err.Error() != c.failure) {
			t.Errorf("%s of %s: %v", c.location, c.text, err)
		}
	}
}
