package cmd

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rekey/internal/fake/binance"
)

// Two master keys that only a page can delete wait side by side while a bot's key
// dies by API. The terminal is closed; --resume goes on, and the report has it
// all.
func TestResponseIsResumed(t *testing.T) {
	one, two, bot := binanceKey(
		"ONEKEY0",
		"enableSpotAndMarginTrading",
	), binanceKey(
		"TWOKEY0",
		"enableWithdrawals",
	), binanceKey(
		"GRIDBOT",
		"enableSpotAndMarginTrading",
	)
	s, x, err := binance.Start(
		time.Now,
		&binance.Account{
			ID:   "1",
			Keys: []*binance.Key{one, two},
			Subs: []*binance.Sub{{ID: 2, Email: "grid@desk.example", Keys: []*binance.Key{bot}}},
		},
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	r := newRoom(t, fmt.Sprintf(`version: 1
keys:
  one: {exchange: binance, credential: "dotenv:.env#ONE"}
  two: {exchange: binance, credential: "dotenv:.env#TWO"}
  bot: {exchange: binance, credential: "dotenv:.env#BOT", manager: one, account: grid@desk.example}
exchanges:
  binance: {endpoint: %q}
`, s.URL), "ONE_API_KEY="+one.AccessKey, "ONE_API_SECRET="+one.Secret,
		"TWO_API_KEY="+two.AccessKey, "TWO_API_SECRET="+two.Secret,
		"BOT_API_KEY="+bot.AccessKey, "BOT_API_SECRET="+bot.Secret)

	p := newPerson(rule{asked: askPlan, answer: "y"}, rule{asked: askDelete, leaves: true})
	code := r.run(t.Context(), p, "respond", "one", "two", "bot", "--format", "json")
	if code != exitPerson || !bot.Deleted || one.Deleted || two.Deleted {
		t.Fatalf("exit %d\n%s\n%s", code, r.stdout.String(), r.stderr.String())
	}
	// Nobody is there: what waits is named, and nothing is lost.
	if code := r.run(t.Context(), nil, "respond", "--resume", "--yes", "--format", "json"); code != exitPerson {
		t.Fatalf("exit %d\n%s\n%s", code, r.stdout.String(), r.stderr.String())
	}
	// Both are asked for, in whichever order; they delete the one that they are shown.
	shown := func() {
		k := one
		if strings.LastIndex(p.seen.String(), "delete TWOK") > strings.LastIndex(p.seen.String(), "delete ONEK") {
			k = two
		}
		x.Do(func() { k.Deleted = true })
	}
	p = newPerson(rule{asked: askDelete, act: shown}, rule{asked: askDelete, act: shown})
	code = r.run(t.Context(), p, "respond", "--resume", "--yes", "--report", "night.md")
	if code != exitDone {
		t.Fatalf("exit %d\n%s\n%s\n%s", code, r.stdout.String(), r.stderr.String(), p.seen.String())
	}
	text, err := os.ReadFile(filepath.Join(r.dir, "night.md"))
	if err != nil || bytes.Count(text, []byte("confirmed dead by the exchange")) != 2 ||
		strings.Contains(string(text), "CANARY") {
		t.Errorf("%v\n%s", err, text)
	}
}
