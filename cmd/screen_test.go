package cmd_test

import (
	"bytes"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"rekey/cmd"
	"rekey/exchanges/all"
	"rekey/internal/drill"
	"rekey/internal/httpx"
)

// The audit of the staged desk fits a terminal of 80 columns and 24 lines, with
// the prompt below it, and every command under NEXT works as it is printed: it is
// typed here. Commands that change keys get --dry-run besides.
func TestFirstScreenAndItsCommands(t *testing.T) {
	desk, err := drill.Start(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(desk.Close)
	dir := filepath.Join(t.TempDir(), "desk")
	if err := desk.Write(dir); err != nil {
		t.Fatal(err)
	}
	typed := func(args ...string) (string, int) {
		var stdout bytes.Buffer
		app := &cmd.App{
			Stdin: strings.NewReader(
				"",
			), Stdout: &stdout, Stderr: io.Discard, Dir: dir, Environ: []string{"COLUMNS=80", "HOME=" + dir},
			Now: time.Now, Sleep: httpx.Sleep, Registry: all.Registry(),
		}
		code := app.Run(t.Context(), args)
		return stdout.String(), code
	}
	screen, code := typed("audit", "--format", "text")
	if code != 3 {
		t.Fatalf("exit %d\n%s", code, screen)
	}
	if lines := strings.Count(screen, "\n"); lines > 23 {
		t.Errorf("%d lines:\n%s", lines, screen)
	}
	_, next, _ := strings.Cut(screen, "\nNEXT\n")
	commands := regexp.MustCompile(`(?m)^  rekey (.+?)(?:  .*)?$`).FindAllStringSubmatch(next, -1)
	want := map[string]int{"revoke xke7 d346": 6, "respond 3commas-2022": 6, "audit payout": 3, "audit --all": 3}
	if len(commands) != len(want) {
		t.Errorf("%d commands in\n%s", len(commands), next)
	}
	for _, c := range commands {
		args := strings.Fields(c[1])
		if args[0] != "audit" {
			args = append(args, "--dry-run")
		}
		out, code := typed(args...)
		if wanted, ok := want[c[1]]; !ok || code != wanted || out == "" {
			t.Errorf("rekey %s: exit %d\n%s", c[1], code, out)
		}
	}
}
