//go:build unix

package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"rekey/internal/drill"
	"rekey/internal/fake"
)

// These tests build the program and run it as a process of its own: signals,
// an empty environment and closed pipes are met by processes only.

// binary is the program, built once for all tests.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "rekey-test-*")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		binary = filepath.Join(dir, "rekey")
		if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// folder writes a staged desk into a new folder.
func folder(t *testing.T) (string, *drill.Desk) {
	t.Helper()
	desk, err := drill.Start(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(desk.Close)
	dir := filepath.Join(t.TempDir(), "desk")
	if err := desk.Write(dir); err != nil {
		t.Fatal(err)
	}
	return dir, desk
}

func code(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		return -1
	}
	return 0
}

// Ctrl-C in the middle: exit 130, and a whole report of what was seen.
func TestInterruptedAuditReportsWhatItSaw(t *testing.T) {
	for _, signal := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		dir, desk := folder(t)
		desk.Server("okx").Break(fake.Fault{Path: "/api/v5/account/config", Do: fake.Late(time.Hour)})
		command := exec.Command(binary, "audit", "--format", "json")
		command.Dir = dir
		var stdout, stderr bytes.Buffer
		command.Stdout, command.Stderr = &stdout, &stderr
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		waitFor(t, func() bool {
			return asks(desk, "okx", "/api/v5/account/config") > 0 && asks(desk, "kucoin", "/api/v1/user/api-key") > 1
		})
		time.Sleep(200 * time.Millisecond) // the answers that were sent arrive
		if err := command.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if got := code(command.Wait()); got != 130 {
			t.Errorf("%v: exit %d, want 130; stderr: %s", signal, got, stderr.String())
		}
		var doc struct {
			Keys []struct {
				Name   *string
				Status string
			}
			Gaps    []struct{ Key, Kind string }
			Summary struct {
				ExitCode int `json:"exit_code"`
			}
		}
		if err := json.Unmarshal(stdout.Bytes(), &doc); err != nil {
			t.Fatalf("%v: the report is no JSON: %v\n%s", signal, err, stdout.String())
		}
		status := map[string]string{}
		for _, k := range doc.Keys {
			if k.Name != nil {
				status[*k.Name] = k.Status
			}
		}
		if doc.Summary.ExitCode != 130 || status["kucoin-bot"] != "alive" || status["okx-main"] != "undetermined" ||
			len(doc.Gaps) == 0 {
			t.Errorf("%v: %+v", signal, doc)
		}
	}
}

// cron gives a program next to nothing. It must say what is wrong, and work
// when it is told where its configuration is.
func TestUnderCron(t *testing.T) {
	dir, _ := folder(t)
	run := func(args ...string) (string, string, int) {
		command := exec.Command(binary, args...)
		command.Dir, command.Env = "/", []string{}
		var stdout, stderr bytes.Buffer
		command.Stdout, command.Stderr = &stdout, &stderr
		err := command.Run()
		return stdout.String(), stderr.String(), code(err)
	}
	if _, stderr, got := run("audit"); got != 2 || !strings.Contains(stderr, "there is no rekey.yaml") {
		t.Errorf("exit %d, stderr %s", got, stderr)
	}
	stdout, stderr, got := run("audit", "--quiet", "--config", filepath.Join(dir, "rekey.yaml"), "kucoin-bot")
	if got != 3 || stdout != "" || strings.Count(stderr, "\n") != 1 || strings.ContainsRune(stderr, '\x1b') {
		t.Errorf("exit %d, stderr %q, stdout %q", got, stderr, stdout)
	}
}

// A reader that goes away ends the program, and a full disk is a failure that
// is said.
func TestClosedAndFullOutputs(t *testing.T) {
	dir, _ := folder(t)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full here; run this on Linux")
	}
	defer full.Close()
	command := exec.Command(binary, "audit", "kucoin-bot")
	command.Dir, command.Stdout = dir, full
	var stderr bytes.Buffer
	command.Stderr = &stderr
	if got := code(command.Run()); got != 1 || !strings.Contains(stderr.String(), "no space left") {
		t.Errorf("exit %d, stderr %s", got, stderr.String())
	}
}

// drill --keep leaves the fakes running for other commands until it is told to
// end.
func TestDrillKeep(t *testing.T) {
	dir := t.TempDir()
	keep := exec.Command(binary, "drill", "--keep")
	keep.Dir = dir
	stdout, err := keep.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := keep.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { _, err := os.Stat(filepath.Join(dir, "rekey-drill", "rekey.yaml")); return err == nil })
	audit := exec.Command(binary, "audit", "kucoin-tax")
	audit.Dir = filepath.Join(dir, "rekey-drill")
	if out, err := audit.CombinedOutput(); code(err) != 3 || !bytes.Contains(out, []byte("kucoin-tax")) {
		t.Errorf("exit %d\n%s", code(err), out)
	}
	again := exec.Command(binary, "drill", "--keep")
	again.Dir = dir
	if out, err := again.CombinedOutput(); code(err) != 2 {
		t.Errorf("a second drill in the same folder: exit %d\n%s", code(err), out)
	}
	if err := keep.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	said, _ := io.ReadAll(stdout)
	if got := code(keep.Wait()); got != 0 || !bytes.Contains(said, []byte("have ended")) {
		t.Errorf("exit %d, said %s", got, said)
	}
}

// Secrets are in the environment of rekey and of nobody else: a program that
// rekey runs to read a credential does not get them.
func TestChildrenGetNoSecrets(t *testing.T) {
	dir := t.TempDir()
	script := "#!/bin/sh\nenv > \"$HOME/seen\"\necho " +
		"'{\"version\":1,\"access_key\":\"A1b2C3d4E5f6G7h8\",\"secret\":\"CANARYa1b2c3d4e5f6g7h8i9j0k1l2m3\"}'\n"
	for name, text := range map[string]string{
		"give": script,
		"rekey.yaml": "version: 1\nkeys:\n  k: {exchange: coinbase, credential: \"exec:" +
			filepath.Join(dir, "give") + "\"}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command(binary, "audit", "--format", "json")
	command.Dir = dir
	command.Env = []string{
		"HOME=" + dir,
		"PATH=" + os.Getenv("PATH"),
		"BINANCE_API_SECRET=CANARYsecret",
		"KUCOIN_API_PASSPHRASE=CANARYpass",
	}
	out, err := command.CombinedOutput()
	if code(err) != 0 && code(err) != 3 || !bytes.Contains(out, []byte(`"status": "dead"`)) {
		t.Fatalf("exit %d\n%s", code(err), out)
	}
	seen, err := os.ReadFile(filepath.Join(dir, "seen"))
	if err != nil || bytes.Contains(seen, []byte("CANARY")) || bytes.Contains(out, []byte("CANARY")) {
		t.Errorf("the child saw %s (%v); rekey printed %s", seen, err, out)
	}
}

func asks(desk *drill.Desk, exchange, path string) int {
	n := 0
	for _, r := range desk.Server(exchange).Requests() {
		if r.Path == path {
			n++
		}
	}
	return n
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for range 200 {
		if done() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("it did not happen within ten seconds")
}
