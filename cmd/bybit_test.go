package cmd_test

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"rekey/internal/fake"
	"rekey/internal/fake/bybit"
)

// stageBybit starts a fake of Bybit and writes a rekey.yaml and .env for it: a
// master key with a transfer right, one that only trades, and a sub-account's
// key that the first one manages.
func stageBybit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: bybit")
	}
	secret := fake.LettersOf("bybit story", 30) + fake.Canary
	key := func(access string, groups map[string][]string) *bybit.Key {
		return &bybit.Key{
			AccessKey: access, Secret: secret, Note: "desk", Created: time.Now().Add(-time.Hour),
			Whitelist: []string{"127.0.0.1"}, Groups: groups,
		}
	}
	spot := map[string][]string{"Spot": {"SpotTrade"}}
	transfers := map[string][]string{"Spot": {"SpotTrade"}, "Wallet": {"AccountTransfer"}}
	names := []string{"owner", "trader", "sub-bot"}
	keys := []*bybit.Key{
		key("aB3dE6gH9jK2mN5pQ1", transfers), key("bB3dE6gH9jK2mN5pQ2", spot), key("cB3dE6gH9jK2mN5pQ3", spot),
	}
	server, _, err := bybit.Start(time.Now, &bybit.Account{
		UID: "24617703", Keys: keys[:2], Subs: []*bybit.Sub{{UID: "24617801", Name: "grid1", Keys: keys[2:]}},
	})
	ts.Check(err)
	ts.Defer(server.Close)
	var env, yaml strings.Builder
	yaml.WriteString("version: 1\nkeys:\n")
	for i, name := range names {
		prefix := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		fmt.Fprintf(&env, "%s_API_KEY=%s\n%s_API_SECRET=%s\n", prefix, keys[i].AccessKey, prefix, secret)
		fmt.Fprintf(&yaml, "  %s:\n    exchange: bybit\n    credential: dotenv:.env#%s\n", name, prefix)
	}
	yaml.WriteString("    manager: owner\n    account: grid1\n")
	fmt.Fprintf(&yaml, "exchanges:\n  bybit: {endpoint: %q}\n", server.URL)
	ts.Check(os.WriteFile(ts.MkAbs("rekey.yaml"), []byte(yaml.String()), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(".env"), []byte(env.String()), 0o600))
}
