//go:build unix

package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"filippo.io/age"
)

// example reads a file of examples/.
func example(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "examples", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// dueFolder is a staged desk on which one key is due and has an API.
func dueFolder(t *testing.T) string {
	t.Helper()
	dir, _ := folder(t)
	file := filepath.Join(dir, "rekey.yaml")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const account = "    account: grid@desk.example\n"
	if bytes.Count(data, []byte(account)) != 1 {
		t.Fatal("the staged desk has no grid-bot")
	}
	due := strings.Replace(string(data), account, account+"    rotate: {every: 90d, reload: [\"true\"]}\n", 1)
	if err := os.WriteFile(file, []byte(due), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// onPath returns a folder with the program in it, called rekey.
func onPath(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Symlink(binary, filepath.Join(dir, "rekey")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// twoNights runs a command as a scheduler does, twice: the key is rotated in
// the first night, and the second is silent.
func twoNights(t *testing.T, metrics string, command func() *exec.Cmd) {
	t.Helper()
	for night, want := range []string{"rotate grid-bot: done", ""} {
		out, err := command().CombinedOutput()
		if code(err) != 0 || !strings.Contains(string(out), want) || want == "" && len(out) > 0 {
			t.Fatalf("night %d: exit %d\n%s", night+1, code(err), out)
		}
		text, err := os.ReadFile(metrics)
		if err != nil ||
			!strings.Contains(
				string(text),
				`rekey_key_last_run_info{key="grid-bot",exchange="binance",kind="rotate",stage="done",result="done"} 1`,
			) {
			t.Errorf("night %d: %v\n%s", night+1, err, text)
		}
	}
}

// The crontab, read as cron reads it: variables, five fields, and a command for
// sh in cron's own environment.
func TestCrontabExample(t *testing.T) {
	t.Parallel()
	home, desk := t.TempDir(), dueFolder(t)
	metrics := filepath.Join(home, "rekey.prom")
	env := []string{"HOME=" + home, "LOGNAME=trader", "SHELL=/bin/sh"}
	variable := regexp.MustCompile(`^([A-Z]+)=(\S+)$`)
	fields := regexp.MustCompile(`^([0-9*,/-]+ ){5}(.*)$`)
	var commands []string
	for line := range strings.Lines(example(t, "crontab")) {
		line = strings.TrimSuffix(line, "\n")
		set, job := variable.FindStringSubmatch(line), fields.FindStringSubmatch(line)
		switch {
		case strings.HasPrefix(line, "#"):
		case set != nil && set[1] == "DESK":
			env = append(env, "DESK="+desk)
		case set != nil && set[1] == "METRICS":
			env = append(env, "METRICS="+metrics)
		case set != nil && set[1] == "PATH":
			env = append(env, "PATH="+onPath(t)+":"+strings.TrimPrefix(set[2], "/usr/local/bin:"))
		case set != nil:
			env = append(env, line)
		case job != nil && !strings.Contains(job[2], "%"): // which ends a command
			commands = append(commands, job[2])
		default:
			t.Errorf("cron would not read %q", line)
		}
	}
	if len(commands) != 1 {
		t.Fatalf("commands: %q", commands)
	}
	twoNights(t, metrics, func() *exec.Cmd {
		c := exec.Command("/bin/sh", "-c", commands[0])
		c.Dir, c.Env = home, env
		return c
	})
}

// The service runs the same, with its state where systemd put it and the
// identity of the store that systemd handed over.
func TestServiceExample(t *testing.T) {
	t.Parallel()
	desk := dueFolder(t)
	state := filepath.Join(t.TempDir(), "rekey")
	metrics := filepath.Join(t.TempDir(), "rekey.prom")
	unit := strings.ReplaceAll(example(t, "rekey-rotate.service"), "\\\n", " ")
	line := regexp.MustCompile(`(?m)^ExecStart=(.*)$`).FindStringSubmatch(unit)
	if line == nil {
		t.Fatal("the service has no ExecStart")
	}
	args := strings.Fields(
		strings.NewReplacer("/usr/local/bin/rekey", binary, "/srv/desk", desk, "${STATE_DIRECTORY}", state,
			"/var/lib/prometheus/node-exporter/rekey.prom", metrics).Replace(line[1]),
	)
	if args[0] != binary || strings.Contains(strings.Join(args, " "), "/var/lib") {
		t.Fatalf("the service runs %q", args)
	}
	env := []string{"PATH=/usr/bin:/bin", "LANG=C.UTF-8"}
	handed := t.TempDir() // what systemd calls the credentials directory, %d
	for _, set := range regexp.MustCompile(`(?m)^Environment=(.*)$`).FindAllStringSubmatch(unit, -1) {
		env = append(env, strings.ReplaceAll(set[1], "%d", handed))
	}
	for _, loaded := range regexp.MustCompile(`(?m)^LoadCredential=([^:]*):`).FindAllStringSubmatch(unit, -1) {
		identity, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(handed, loaded[1]), []byte(identity.String()+"\n"), 0o400); err != nil {
			t.Fatal(err)
		}
	}
	twoNights(t, metrics, func() *exec.Cmd {
		c := exec.Command(args[0], args[1:]...)
		c.Dir, c.Env = "/", env
		return c
	})
	if _, err := os.Stat(filepath.Join(state, "store.age")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(state, "store.key")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an identity lies beside the store, though one was handed over (%v)", err)
	}
}

// systemd reads the units without a complaint, and finds little that the
// service may do.
func TestUnitsAreSound(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd-analyze is not installed; to run this: apt-get install systemd")
	}
	dir := t.TempDir()
	var units []string
	for _, name := range []string{"rekey-rotate.service", "rekey-rotate.timer"} {
		text := strings.ReplaceAll(example(t, name), "/usr/local/bin/rekey", binary)
		units = append(units, filepath.Join(dir, name))
		if err := os.WriteFile(units[len(units)-1], []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("systemd-analyze", append([]string{"verify", "--man=no"}, units...)...).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "rekey-rotate") {
			t.Errorf("systemd-analyze verify: %s", line)
		}
	}
	if err != nil && !t.Failed() {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
	const most = 20 // of 100; a service without any restriction has 96
	out, err = exec.Command("systemd-analyze", "security", "--offline=true",
		fmt.Sprintf("--threshold=%d", most), units[0]).
		CombinedOutput()
	if err != nil {
		t.Errorf("systemd-analyze security: %v\n%s", err, out)
	}
	t.Log(string(out[bytes.LastIndexByte(bytes.TrimSpace(out), '\n')+1:]))
}
