package cmd_test

import (
	"fmt"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"rekey/internal/fake"
	"rekey/internal/fake/deribit"
)

// stageDeribit starts a fake of Deribit and writes a rekey.yaml and .env for it: a
// key that may see the account's keys, a bot's, and one that is gone; a fourth key
// is in the account, and declared nowhere. With "code" the account has a second
// factor.
func stageDeribit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 {
		ts.Fatalf("usage: deribit [code]")
	}
	made := func(name, scopes string) *deribit.Key {
		return &deribit.Key{
			AccessKey: fake.LettersOf("deribit "+name, 8), Secret: fake.Canary + fake.LettersOf("secret "+name, 37),
			Name: name, Created: time.Now().Add(-time.Hour), Scopes: scopes,
		}
	}
	bot := made("bot", "account:none block_rfq:none block_trade:none trade:read_write wallet:none")
	master, planted := made("desk", "account:read_write trade:read wallet:read"), made("planted", "wallet:read_write")
	gone := made("gone", "trade:read")
	account := &deribit.Account{Keys: []*deribit.Key{bot, master, planted}}
	if len(args) == 1 {
		account.Codes = []string{"111111"}
	}
	server, _, err := deribit.Start(time.Now, account)
	ts.Check(err)
	ts.Defer(server.Close)
	env, yaml := "", "version: 1\nkeys:\n"
	for _, k := range []*deribit.Key{bot, master, gone} {
		env += fmt.Sprintf("%s_API_KEY=%s\n%s_API_SECRET=%s\n", k.Name, k.AccessKey, k.Name, k.Secret)
		yaml += fmt.Sprintf("  %s: {exchange: deribit, credential: 'dotenv:.env#%s'}\n", k.Name, k.Name)
	}
	yaml += fmt.Sprintf("exchanges:\n  deribit: {endpoint: %q}\n", server.URL)
	ts.Check(os.WriteFile(ts.MkAbs("rekey.yaml"), []byte(yaml), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(".env"), []byte(env), 0o600))
}
