package cmd_test

import (
	"bytes"
	"context"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rekey/cmd"
	"rekey/exchanges"
	"rekey/internal/httpx"
)

// A breaking is an adapter with a mistake in it: where it is broken, it panics
// with the answer that it could not read.
type breaking struct{ at string }

const broken = "no such field in {\"secret\":\"CANARY\"}"

func (b breaking) Card() exchanges.Card { return exchanges.Card{Name: "stub"} }

func (b breaking) Inspect(context.Context) (exchanges.Key, error) {
	if b.at == "inspect" {
		panic(broken)
	}
	return exchanges.Key{Status: exchanges.StatusAlive}, nil
}

func (b breaking) ListKeys(ctx context.Context, _ exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	find := func(_ context.Context, yield func([]int, error) bool) {
		_ = yield([]int{1, 2, 3}, nil)
		if b.at == "find" {
			panic(broken)
		}
	}
	read := func(_ context.Context, account int, yield func(exchanges.Key, error) bool) {
		if b.at == "read" && account == 2 {
			panic(broken)
		}
		yield(exchanges.Key{Status: exchanges.StatusAlive}, nil)
	}
	return exchanges.FanOut(ctx, 2, nil, find, read)
}

// A mistake in rekey, in whatever goroutine, ends the program with its own exit
// code, the type and the place, and nothing of the text.
func TestPanicsAreReportedWithoutTheirText(t *testing.T) {
	dir := t.TempDir()
	file := "version: 1\nkeys:\n  bot:\n    exchange: stub\n    credential: env:BOT\n"
	if err := os.WriteFile(filepath.Join(dir, "rekey.yaml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"open", "inspect", "find", "read"} {
		var stdout, stderr bytes.Buffer
		app := &cmd.App{
			Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Dir: dir, Now: time.Now, Sleep: httpx.Sleep,
			Environ: []string{"BOT_API_KEY=alpha-bot-4k7Qz0", "BOT_API_SECRET=sec-bot-CANARY"},
			Registry: exchanges.NewRegistry(exchanges.Exchange{
				Card: exchanges.Card{Name: "stub", Kind: "exchange"},
				Open: func(exchanges.Credential, exchanges.Env) (exchanges.Adapter, error) {
					if at == "open" {
						panic(broken)
					}
					return breaking{at}, nil
				},
			}),
		}
		code := app.Run(t.Context(), []string{"audit"})
		if code != 1 || stdout.Len() > 0 {
			t.Errorf("%s: exit %d, stdout %q", at, code, stdout.String())
		}
		said := stderr.String()
		for _, want := range []string{"rekey: a mistake in rekey itself (string); nothing more was " +
			"sent\n", "panic_test.go:"} {
			if !strings.Contains(said, want) {
				t.Errorf("%s: stderr does not say %q:\n%s", at, want, said)
			}
		}
		if strings.Contains(said, "CANARY") || strings.Contains(said, "no such field") {
			t.Errorf("%s: the text is told:\n%s", at, said)
		}
	}
}
