package cmd_test

import (
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"rekey/internal/fake/bots"
)

// stageBots stages the desk whose keys all can be changed by API, and writes its
// rekey.yaml and .env into the current folder; what stands in FILE is added to
// the entry of grid-bot: bots [FILE].
func stageBots(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 {
		ts.Fatalf("usage: bots [FILE]")
	}
	d, err := bots.Start(time.Now)
	ts.Check(err)
	ts.Defer(d.Close)
	ts.Check(d.Write(ts.MkAbs(".")))
	if len(args) == 1 {
		ts.Check(os.WriteFile(ts.MkAbs("rekey.yaml"), []byte(d.Config(ts.ReadFile(args[0]))), 0o600))
	}
	stages.set(ts.Getenv("WORK"), &stagedDesk{bots: d})
}

// awaited waits until a fake was asked: awaited EXCHANGE PATH, where the path
// must contain PATH.
func awaited(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: awaited EXCHANGE PATH")
	}
	for range 400 {
		for _, r := range stages.get(ts.Getenv("WORK")).server(args[0]).Requests() {
			if strings.Contains(r.Path, args[1]) {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	ts.Fatalf("%s was not asked for %s within 20 seconds", args[0], args[1])
}

// living checks which of the bots' keys live, by the word of the exchanges:
// living NAME...
func living(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: living [NAME...]")
	}
	got := strings.Join(stages.get(ts.Getenv("WORK")).bots.Alive(), " ")
	if got != strings.Join(args, " ") {
		ts.Fatalf("alive are %q, want %q", got, args)
	}
}
