package cmd_test

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"rekey/cmd"
	"rekey/exchanges/all"
	"rekey/internal/httpx"
)

// The transcript at the top of the README is what the program prints. "..."
// stands for lines that are left out.
func TestREADMEIsTrue(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "```\n$ rekey drill\n")
	transcript, _, ok2 := strings.Cut(rest, "```\n")
	if !ok || !ok2 {
		t.Fatal("the README has no transcript of rekey drill")
	}
	// The day on which it was written: what is said of ages and of the
	// catalogue changes with the years.
	started, day := time.Now(), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	now := func() time.Time { return day.Add(time.Since(started)) }
	var stdout bytes.Buffer
	app := &cmd.App{
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: io.Discard, Environ: []string{"COLUMNS=80"}, Dir: t.TempDir(),
		Now: now, Sleep: httpx.Sleep, Registry: all.Registry(),
	}
	if code := app.Run(t.Context(), []string{"drill"}); code != 0 {
		t.Fatalf("exit %d", code)
	}
	printed := stdout.String()
	for _, part := range strings.Split(transcript, "...\n") {
		if !strings.Contains(printed, part) {
			t.Errorf("the README shows\n%s\nwhich rekey drill does not print; it prints\n%s", part, printed)
		}
	}
}
