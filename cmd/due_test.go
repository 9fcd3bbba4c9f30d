package cmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rekey/cmd"
	"rekey/exchanges/all"
	"rekey/internal/drill"
)

// A slowTerminal is a person who takes so long to say yes that something else
// happens before.
type slowTerminal struct {
	io.Writer
	meanwhile func()
	answer    *strings.Reader
}

func (s *slowTerminal) Read(p []byte) (int, error) {
	if s.meanwhile != nil {
		s.meanwhile()
		s.meanwhile = nil
	}
	return s.answer.Read(p)
}

func (*slowTerminal) Close() error { return nil }

// Two rekeys make the same plan. The one that comes second to its lock finds
// that the key was rotated already, and makes no third one.
func TestPlanThatWasOvertaken(t *testing.T) {
	desk, err := drill.Start(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer desk.Close()
	dir := filepath.Join(t.TempDir(), "desk")
	if err := desk.Write(dir); err != nil {
		t.Fatal(err)
	}
	nobody := func() (io.ReadWriteCloser, error) { return nil, os.ErrNotExist }
	run := func(terminal func() (io.ReadWriteCloser, error), more ...string) (string, int) {
		var stdout bytes.Buffer
		app := &cmd.App{
			Stdin: strings.NewReader(
				"",
			), Stdout: &stdout, Stderr: io.Discard, Dir: dir, Now: time.Now, Registry: all.Registry(), Terminal: terminal,
			Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		}
		code := app.Run(
			t.Context(),
			append(
				[]string{
					"rotate",
					"grid-bot",
					"--accept-risk",
					"bot-still-running",
					"--state",
					filepath.Join(dir, "state"),
					"--format",
					"json",
				},
				more...),
		)
		return stdout.String(), code
	}
	var between []byte
	out, code := run(func() (io.ReadWriteCloser, error) {
		return &slowTerminal{Writer: io.Discard, answer: strings.NewReader("y\n"), meanwhile: func() {
			if out, code := run(nobody, "--yes"); code != 0 {
				t.Errorf("exit %d: %s", code, out)
			}
			between, _ = os.ReadFile(filepath.Join(dir, ".env"))
		}}, nil
	})
	var doc struct {
		Runs    []any
		Skipped []struct{ Key, Why string }
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil || code != 0 || len(doc.Runs) != 0 || len(doc.Skipped) != 1 ||
		!strings.Contains(doc.Skipped[0].Why, "after the plan was made") {
		t.Errorf("exit %d, %v: %s", code, err, out)
	}
	if after, err := os.ReadFile(filepath.Join(dir, ".env")); err != nil || !bytes.Equal(after, between) {
		t.Errorf("the place was written again (%v)", err)
	}
	made := 0
	for _, r := range desk.Server("binance").Requests() {
		if r.Method == "POST" {
			made++
		}
	}
	if made != 1 {
		t.Errorf("%d keys were made, want 1", made)
	}
}
