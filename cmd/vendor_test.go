package cmd

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/fake"
	"rekey/internal/fake/binance"
	"rekey/internal/fake/threecommas"
)

// A bot service holds the key of a bot. The rotation swaps it there before the
// old one dies; the service tries the new key at the exchange, so what it holds
// afterwards works.
func TestRotationSwapsTheKeyAtAVendor(t *testing.T) {
	for _, c := range []struct {
		story       string
		permissions []string
		vendors     string
		code        int
		stage       string
		swapped     bool
	}{
		{"a token that may write", []string{"ACCOUNTS_READ", "ACCOUNTS_WRITE"}, "[3commas]", exitDone, "done", true},
		{
			"a token that may only read: the old key lives on",
			[]string{"ACCOUNTS_READ"},
			"[3commas]",
			exitUnfinished, "deployed", false,
		},
		{"not asked for", []string{"ACCOUNTS_READ"}, "[]", exitDone, "done", false},
	} {
		t.Run(c.story, func(t *testing.T) {
			master, bot := binanceKey(
				"MASTER0",
				"enableSpotAndMarginTrading",
			), binanceKey(
				"GRIDBOT",
				"enableSpotAndMarginTrading",
			)
			bs, x, err := binance.Start(
				time.Now,
				&binance.Account{
					ID:   "1",
					Keys: []*binance.Key{master},
					Subs: []*binance.Sub{{ID: 2, Email: "grid@desk.example", Keys: []*binance.Key{bot}}},
				},
			)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(bs.Close)
			held := &threecommas.Connection{
				ID:           501,
				Name:         "Grid",
				ExchangeName: "Binance Spot",
				MarketCode:   "binance",
				AccessKey:    bot.AccessKey,
				Secret:       exchanges.NewSecret(bot.Secret),
			}
			token := &threecommas.Token{
				AccessKey:   strings.Repeat("T", 64),
				Secret:      "CANARYtoken" + strings.Repeat("s", 50),
				Permissions: c.permissions,
			}
			ts, service, err := threecommas.Start(time.Now, &threecommas.State{
				Users: []*threecommas.User{
					{Name: "desk", Tokens: []*threecommas.Token{token}, Connections: []*threecommas.Connection{held}},
				},
				AtExchange: func(_ string, with exchanges.Credential) bool {
					return slices.ContainsFunc(x.Live(), func(k fake.LiveKey) bool { return k.AccessKey == with.AccessKey })
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(ts.Close)
			r := newRoom(
				t,
				fmt.Sprintf(`version: 1
keys:
  main: {exchange: binance, credential: "dotenv:.env#MAIN"}
  grid: {exchange: binance, credential: "dotenv:.env#GRID",
    manager: main, account: grid@desk.example,
    shared_with: [3commas], rotate: {reload: ["true"], vendors: %s}}
exchanges:
  binance: {endpoint: %q}
vendors:
  3commas: {credential: "dotenv:.env#TOKEN", endpoint: %q}
`, c.vendors, bs.URL, ts.URL),
				"MAIN_API_KEY="+master.AccessKey,
				"MAIN_API_SECRET="+master.Secret,
				"GRID_API_KEY="+bot.AccessKey,
				"GRID_API_SECRET="+bot.Secret,
				"TOKEN_API_KEY="+token.AccessKey,
				"TOKEN_API_SECRET="+token.Secret,
			)
			code := r.run(t.Context(), nil, "rotate", "grid", "--yes", "--format", "json")
			doc := r.doc()
			var now string
			service.Do(func() { now = held.AccessKey })
			alive := slices.ContainsFunc(x.Live(), func(k fake.LiveKey) bool { return k.AccessKey == bot.AccessKey })
			if code != c.code || doc.Runs[0].Stage != c.stage || (now != bot.AccessKey) != c.swapped ||
				alive != (c.code == exitUnfinished) {
				t.Fatalf(
					"exit %d, the vendor holds %s, the old key lives: %v\n%s\n%s",
					code,
					exchanges.MaskAccessKey(now),
					alive,
					r.stdout.String(),
					r.stderr.String(),
				)
			}
			if c.stage != "deployed" {
				return
			}
			// The token gets the right, and the run goes on, from the journal alone.
			service.Do(func() { token.Permissions = append(token.Permissions, "ACCOUNTS_WRITE") })
			code = r.run(t.Context(), nil, "runs", "resume", doc.Runs[0].ID, "--yes", "--format", "json")
			service.Do(func() { now = held.AccessKey })
			if code != exitDone || now == bot.AccessKey {
				t.Fatalf("resumed: exit %d\n%s\n%s", code, r.stdout.String(), r.stderr.String())
			}
		})
	}
}

// A vendor that cannot be asked is for a person, and no key is made.
func TestVendorThatCannotBeAsked(t *testing.T) {
	b := startBinance(t)
	_ = os.WriteFile(
		b.dir+"/rekey.yaml",
		[]byte(strings.Replace(string(b.config()), `reload: ["true"]`, `reload: ["true"], vendors: [3commas]`, 1)),
		0o600,
	)
	code := b.run(t.Context(), newPerson(), "rotate", "main", "--yes", "--format", "json")
	if doc := b.doc(); code != exitPerson || len(doc.Runs) != 0 || !strings.Contains(doc.Person[0].Why, "no vendor of") ||
		b.holds() != "old" {
		t.Fatalf("exit %d\n%s\n%s", code, b.stdout.String(), b.stderr.String())
	}
}
