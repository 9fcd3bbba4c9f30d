//go:build unix

package location

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program writes a shell script named get-key and returns an Env beside it.
func program(t *testing.T, script string) Env {
	t.Helper()
	env := write(t, map[string]string{"get-key": "#!/bin/sh\n" + script + "\n"})
	if err := os.Chmod(filepath.Join(env.Dir, "get-key"), 0o700); err != nil {
		t.Fatal(err)
	}
	env.Environ = append([]string{"HOME=" + env.Dir}, os.Environ()...)
	return env
}

func TestExec(t *testing.T) {
	env := program(t, `printf '%s' '`+goodAnswer+`'`)
	reads(t, env, "exec:./get-key", testPassphrase)
	reads(t, env, "exec:~/get-key x", testPassphrase)
	reads(t, env, "exec:"+filepath.Join(env.Dir, "get-key"), testPassphrase)
	reads(t, env, "exec:sh ./get-key", testPassphrase) // found in PATH, run in Env.Dir
}

// No shell looks at the arguments.
func TestExecArguments(t *testing.T) {
	env := program(t, `printf '%s|' "$@" > seen; printf '%s' '`+goodAnswer+`'`)
	reads(t, env, `exec:./get-key 'a b' $HOME "c\"d" *`, testPassphrase)
	seen, err := os.ReadFile(filepath.Join(env.Dir, "seen"))
	if err != nil {
		t.Fatal(err)
	}
	want(t, string(seen), `a b|$HOME|c"d|*|`)
}

// What a program learns of the environment is where things are, and no
// credential.
func TestExecEnvironment(t *testing.T) {
	env := program(t, `env > seen; printf '%s' '`+goodAnswer+`'`)
	env.Environ = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=/h", "LC_ALL=C", "XDG_RUNTIME_DIR=/run/x", "GNUPGHOME=/g", "VAULT_ADDR=https://v",
		"BINANCE_API_KEY=CANARY", "BINANCE_API_SECRET=CANARY", "VAULT_TOKEN=CANARY",
		"LD_PRELOAD=CANARY", "HTTPS_PROXY=CANARY",
		"FREQTRADE__EXCHANGE__SECRET=CANARY", "REKEY_CONFIG=CANARY",
	}
	reads(t, env, "exec:./get-key", testPassphrase)
	seen, err := os.ReadFile(filepath.Join(env.Dir, "seen"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(seen), canary) {
		t.Errorf("a credential of the environment reached the program:\n%s", seen)
	}
	for _, line := range []string{
		"HOME=/h", "LC_ALL=C", "XDG_RUNTIME_DIR=/run/x", "GNUPGHOME=/g",
		"VAULT_ADDR=https://v",
	} {
		if !strings.Contains(string(seen), line) {
			t.Errorf("%s did not reach the program", line)
		}
	}
}

func TestExecRefuses(t *testing.T) {
	const byHand = " (run it by hand to see why: rekey does not show its stderr, which may hold a secret)"
	for _, c := range []struct {
		script string
		reason Reason
		want   string
	}{
		{`echo CANARY; echo CANARY >&2; exit 7`, ReasonFailed, "the program ended with exit status 7" + byHand},
		{`kill -9 $$`, ReasonFailed, "the program was killed by a signal" + byHand},
		{`echo CANARY`, ReasonSyntax, "the program's answer is not valid JSON (" + answerForm + ")"},
		{`exit 0`, ReasonSyntax, "the program's answer is empty (" + answerForm + ")"},
		{
			`while :; do echo CANARYCANARYCANARYCANARYCANARYCANARY; done`, ReasonFailed,
			"the program wrote more than 64 KiB (" + answerForm + ")",
		},
		{
			`printf '{"version":1,"access_key":"CANARY","secret":"CANARY "}'`, ReasonUnclean,
			"the secret in secret of the program's answer ends with white space",
		},
	} {
		want(t, refuses(t, program(t, c.script), "exec:./get-key --token CANARY", c.reason), "exec:./get-key …: "+c.want)
	}
	env := program(t, "")
	want(t, refuses(t, env, "exec:./no-such-key", ReasonFailed),
		"exec:./no-such-key: the program, or the interpreter its first line names, does not exist")
	want(
		t,
		refuses(t, env, "exec:rekey-no-such-program CANARY", ReasonFailed),
		"exec:rekey-no-such-program …: no program of this name is in PATH",
	)
	if err := os.Chmod(filepath.Join(env.Dir, "get-key"), 0o600); err != nil {
		t.Fatal(err)
	}
	want(t, refuses(t, env, "exec:./get-key", ReasonFailed), "exec:./get-key: the program may not be executed")
}

// A program that hangs is killed with all that it started.
func TestExecKillsTheWholeGroup(t *testing.T) {
	env := program(t, `sleep 1000 & echo $! > child; wait`)
	env.programLimit = time.Second
	want(
		t,
		refuses(t, env, "exec:./get-key", ReasonFailed),
		"exec:./get-key: the program did not answer within 1s and was killed (it must answer without a "+
			"question at the terminal)",
	)
	assertGone(t, env)
}

// One that ends and leaves another behind does not keep rekey waiting.
func TestExecLeavesNobodyBehind(t *testing.T) {
	env := program(t, `sleep 1000 & echo $! > child; printf '%s' '`+goodAnswer+`'`)
	want(t, refuses(t, env, "exec:./get-key", ReasonFailed),
		"exec:./get-key: the program ended and left another one behind that keeps its output open")
	assertGone(t, env)
}

func assertGone(t *testing.T, env Env) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(env.Dir, "child"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	for range 200 { // the orphan's new parent has to collect it first
		if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) || isZombie(pid) {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
	t.Errorf("process %d is still there", pid)
}

// isZombie reports whether a process has ended and waits for its parent, where
// the system tells in /proc.
func isZombie(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && strings.Contains(string(stat), ") Z ")
}

func TestExecInterrupted(t *testing.T) {
	env := program(t, `sleep 1000`)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := mustParse(t, "exec:./get-key").Read(ctx, env)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err = mustParse(t, "exec:./get-key").Read(ctx, env)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	want(t, err.Error(), "exec:./get-key: the program was stopped: context deadline exceeded")
}
