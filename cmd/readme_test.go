package cmd_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rekey/cmd"
	"rekey/exchanges/all"
	"rekey/internal/drill"
	"rekey/internal/fake"
	"rekey/internal/httpx"
)

// The CI part of the README: a key was widened since the baseline. "..." stands
// for what is left out.
func TestREADMEOnCI(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "```\n$ rekey audit kucoin-bot --baseline")
	command, rest, ok2 := strings.Cut(rest, "\n")
	transcript, _, ok3 := strings.Cut(rest, "```\n")
	if !ok || !ok2 || !ok3 {
		t.Fatal("the README has no transcript of an audit in CI")
	}
	started, day := time.Now(), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	now := func() time.Time { return day.Add(time.Since(started)) }
	desk, err := drill.Start(now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(desk.Close)
	dir := filepath.Join(t.TempDir(), "desk")
	if err := desk.Write(dir); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, int) {
		var stdout bytes.Buffer
		app := &cmd.App{
			Stdin: strings.NewReader(
				"",
			), Stdout: &stdout, Stderr: io.Discard, Dir: dir, Now: now, Sleep: httpx.Sleep, Registry: all.Registry(),
		}
		code := app.Run(t.Context(), args)
		return stdout.String(), code
	}
	if out, code := run("audit", "kucoin-bot", "--format", "json", "--output", "last.json"); code != 3 {
		t.Fatalf("exit %d\n%s", code, out)
	}
	accessKey := ""
	for _, v := range desk.Environ() {
		if value, ok := strings.CutPrefix(v, "KUCOIN_BOT_API_KEY="); ok {
			accessKey = value
		}
	}
	desk.Server("kucoin").Break(fake.Fault{Path: "/api/v1/user/api-key", Do: fake.Answer(
		200,
		"application/json",
		`{"code":"200000","data":{"remark":"kucoin_bot","apiKey":"`+accessKey+`","apiVersion":3,"permission":"General,`+
			`Spot,Withdrawal","createdAt":1675252800000,"uid":165111215,"isMaster":true}}`,
	)})
	printed, code := run(append([]string{"audit", "kucoin-bot", "--baseline"}, strings.Fields(command)...)...)
	if code != 3 {
		t.Errorf("exit %d", code)
	}
	for _, part := range strings.FieldsFunc(transcript, func(r rune) bool { return r == '\n' }) {
		if part = strings.TrimSuffix(part, "..."); part != "" && !strings.Contains(printed, part) {
			t.Errorf("the README shows\n%s\nwhich rekey does not print; it prints\n%s", part, printed)
		}
	}
}
