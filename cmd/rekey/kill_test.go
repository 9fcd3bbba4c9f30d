//go:build unix

package main_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// kills is how often TestKilledRotation kills the program; `make crash` asks
// for more.
func kills() int {
	if n, err := strconv.Atoi(os.Getenv("REKEY_KILLS")); err == nil {
		return n
	}
	return 3
}

// A rotation that is killed at a random moment, and killed again while it is
// resumed, ends with one new key that works, the old one dead, and no key that
// nobody knows.
func TestKilledRotation(t *testing.T) {
	for n := range kills() {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			killedRotation(t, n)
		})
	}
	t.Logf("%d rotations, each killed up to three times", kills())
}

func killedRotation(t *testing.T, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(uint64(n), 1))
	dir, _ := folder(t)
	state := filepath.Join(dir, "state")
	run := func(limit time.Duration, args ...string) (string, int) {
		command := exec.Command(binary, append(args, "--state", state)...)
		command.Dir = dir
		var stdout, stderr bytes.Buffer
		command.Stdout, command.Stderr = &stdout, &stderr
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		if limit > 0 {
			// A kill, or what Ctrl-C, a service manager and a closed terminal send.
			how := []os.Signal{os.Kill, os.Kill, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}[r.IntN(5)]
			time.AfterFunc(limit, func() { _ = command.Process.Signal(how) })
		}
		got := code(command.Wait())
		if text := stdout.String() + stderr.String(); strings.Contains(text, "CANARY") {
			t.Fatalf("%q printed a secret", args)
		}
		return stdout.String(), got
	}
	rotate := []string{
		"rotate",
		"grid-bot",
		"--yes",
		"--accept-risk",
		"bot-still-running",
		"--settle",
		"1ms",
		"--format",
		"json",
	}
	moment := func() time.Duration { return time.Duration(20+r.IntN(400)) * time.Millisecond }
	run(moment(), rotate...)
	for life := 0; ; life++ {
		unfinished := runs(t, run)
		if len(unfinished) == 0 {
			break
		}
		limit := time.Duration(0)
		if life < 2 {
			limit = moment()
		}
		run(limit, "runs", "resume", unfinished[0], "--yes")
		if life > 10 {
			t.Fatalf("kill %d: run %s never ends", n, unfinished[0])
		}
	}
	out, _ := run(0, "keys", "--format", "json")
	var doc struct {
		Keys []struct {
			Name      *string
			Origin    string
			Status    string
			AccessKey string `json:"access_key"`
			Account   struct{ Name string }
		}
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatal(err)
	}
	living := 0
	for _, k := range doc.Keys {
		if k.Account.Name == "grid@desk.example" && k.Status == "alive" {
			living++
		}
		if k.Name != nil && *k.Name == "grid-bot" && k.Status != "alive" {
			t.Errorf("kill %d: the bot's credential is %s", n, k.Status)
		}
	}
	if living != 2 { // the bot's, and the intruder's
		t.Errorf("kill %d: %d keys live in the sub-account: %s", n, living, out)
	}
	if _, got := run(0, "journal", "verify"); got != 0 {
		t.Errorf("kill %d: the journal does not verify: exit %d", n, got)
	}
}

// runs returns the unfinished ones.
func runs(t *testing.T, run func(time.Duration, ...string) (string, int)) []string {
	t.Helper()
	out, _ := run(0, "runs", "list", "--format", "json")
	var doc struct{ Runs []struct{ ID string } }
	if err := json.Unmarshal([]byte(out), &doc); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var ids []string
	for _, r := range doc.Runs {
		ids = append(ids, r.ID)
	}
	return ids
}
