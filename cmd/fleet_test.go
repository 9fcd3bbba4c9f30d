package cmd_test

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"rekey/internal/fake/binance"
)

// fleet stages a desk for cron at a fake Binance: bot-1 to bot-3 in sub-accounts
// of their own, made in 2022, and young, made yesterday; main manages them. It
// writes .env, and puts the fake's address for ENDPOINT in the named file.
func fleet(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fleet FILE")
	}
	account := &binance.Account{ID: "1"}
	var env strings.Builder
	key := func(name string, created time.Time) *binance.Key {
		k := &binance.Key{
			AccessKey: accessKeyOf(strings.ReplaceAll(name, "-", "")), Secret: "CANARY" + accessKeyOf(name)[6:],
			Created: created, Flags: []string{"enableReading", "enableSpotAndMarginTrading"},
		}
		prefix := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		fmt.Fprintf(&env, "%s_API_KEY=%s\n%s_API_SECRET=%s\n", prefix, k.AccessKey, prefix, k.Secret)
		return k
	}
	account.Keys = []*binance.Key{key("main", time.Date(2021, 6, 16, 0, 0, 0, 0, time.UTC))}
	for i, name := range []string{"bot-1", "bot-2", "bot-3", "young"} {
		created := time.Date(2022, 3, 4, 5, 6, 0, 0, time.UTC)
		if name == "young" {
			created = time.Now().Add(-24 * time.Hour)
		}
		account.Subs = append(
			account.Subs,
			&binance.Sub{
				ID:      int64(41001 + i),
				Email:   name + "@desk.example",
				Created: created,
				Keys:    []*binance.Key{key(name, created)},
			},
		)
	}
	s, _, err := binance.Start(time.Now, account)
	ts.Check(err)
	ts.Defer(s.Close)
	ts.Check(os.WriteFile(ts.MkAbs(".env"), []byte(env.String()), 0o600))
	text := strings.ReplaceAll(ts.ReadFile(args[0]), "ENDPOINT", s.URL)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// accessKeyOf is an access key of Binance's form that begins with a name and ends
// in xxxx. Nothing of it looks like a placeholder.
func accessKeyOf(name string) string {
	const letters = "Hk3pZ9vQ2mT7cRwB5nYs8LdGfJ4tXeUa6hNiMzKoPqVb1CrDyEgSjWlAuFxO"
	return name + letters[len(name):] + "xxxx"
}

// started waits until a file is there: a program in the background came so far.
func started(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: started FILE")
	}
	for range 400 {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("%s was not there after 20 seconds", args[0])
}
