package cmd_test

import (
	"bytes"
	"os"
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

// The transcripts of the README's uses are what the program prints on the staged
// desk. "..." stands for lines that are left out, RUN for a run's number.
func TestREADMEUsesAreTrue(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		command string
		code    int
	}{
		{"rekey respond 3commas-2022 --dry-run", 6},
		{"rekey rotate --due --yes --quiet", 0},
	} {
		_, rest, ok := strings.Cut(string(readme), "```\n$ "+c.command+"\n")
		transcript, _, ok2 := strings.Cut(rest, "```\n")
		if !ok || !ok2 {
			t.Fatalf("the README has no transcript of %s", c.command)
		}
		desk, err := drill.Start(time.Now)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(desk.Close)
		dir := filepath.Join(t.TempDir(), "desk")
		if err := desk.Write(dir); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "rekey.yaml")
		config, _ := os.ReadFile(file)
		config = bytes.Replace(
			config,
			[]byte("    account: grid@desk.example\n"),
			[]byte("    account: grid@desk.example\n    rotate: {every: 90d, reload: [\"true\"]}\n"),
			1,
		)
		if c.code == 6 { // a response to a key without a rotate block kills it
			config = bytes.Replace(config, []byte("    rotate: {every: 90d, reload: [\"true\"]}\n"), nil, 1)
		}
		if err := os.WriteFile(file, config, 0o600); err != nil {
			t.Fatal(err)
		}
		var printed bytes.Buffer
		app := &cmd.App{
			Stdin: strings.NewReader(
				"",
			), Stdout: &printed, Stderr: &printed, Environ: []string{
				"COLUMNS=80", "HOME=" + dir,
				"PATH=" + os.Getenv("PATH"),
			}, Dir: dir,
			Now: time.Now, Sleep: httpx.Sleep, Registry: all.Registry(),
		}
		args := append(strings.Fields(c.command)[1:], "--state", filepath.Join(dir, "state"))
		if c.code == 0 {
			args = append(args, "--settle", "1ms")
		}
		if code := app.Run(t.Context(), args); code != c.code {
			t.Fatalf("%s: exit %d\n%s", c.command, code, printed.String())
		}
		text := regexp.MustCompile(`(?m)^[0-9a-z]{13} `).ReplaceAllString(printed.String(), "RUN ")
		for _, part := range strings.Split(transcript, "...\n") {
			if !strings.Contains(text, part) {
				t.Errorf("the README shows\n%s\nwhich %s does not print; it prints\n%s", part, c.command, text)
			}
		}
	}
}
