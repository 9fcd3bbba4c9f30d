package cmd_test

import (
	"fmt"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"rekey/internal/fake"
	"rekey/internal/fake/kraken"
)

// stageKraken starts a fake of Kraken and writes a rekey.yaml and .env for it: a
// key of the spot API, one of the derivatives API, and one that is gone.
func stageKraken(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: kraken")
	}
	secret := fake.Canary + fake.LettersOf("kraken story", 60) + "AAAAAAAAAAAAAAAAAAAA=="
	spot := &kraken.Key{
		AccessKey: fake.LettersOf("spot", 56), Secret: secret, Name: "grid", Created: time.Now().Add(-time.Hour),
		Whitelist: []string{"127.0.0.1"}, Words: []string{"query-funds", "modify-trades"},
	}
	derivatives := &kraken.Key{
		AccessKey: fake.LettersOf("derivatives", 56), Secret: secret, Created: time.Now().Add(-time.Hour), Futures: true,
		General: "FULL_ACCESS", Transfer: "NO_ACCESS",
	}
	server, _, err := kraken.Start(time.Now, &kraken.Account{UID: "1", Keys: []*kraken.Key{spot, derivatives}})
	ts.Check(err)
	ts.Defer(server.Close)
	env, yaml := "", "version: 1\nkeys:\n"
	for name, access := range map[string]string{
		"spot": spot.AccessKey, "perps": derivatives.AccessKey, "gone": fake.LettersOf("gone", 56),
	} {
		env += fmt.Sprintf("%s_API_KEY=%s\n%s_API_SECRET=%s\n", name, access, name, secret)
		yaml += fmt.Sprintf("  %s: {exchange: kraken, credential: 'dotenv:.env#%s'}\n", name, name)
	}
	yaml += fmt.Sprintf("exchanges:\n  kraken: {endpoint: %q}\n", server.URL)
	ts.Check(os.WriteFile(ts.MkAbs("rekey.yaml"), []byte(yaml), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(".env"), []byte(env), 0o600))
}
