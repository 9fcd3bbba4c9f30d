package cmd

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"rekey/exchanges/all"
	"rekey/internal/drill"
	"rekey/internal/httpx"
)

// pseudoTerminal opens both ends of a terminal of 80 columns and 24 lines.
func pseudoTerminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("there are no pseudo-terminals here, mount devpts at /dev/pts to run this: " + err.Error())
	}
	t.Cleanup(func() { _ = person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Close() })
	if err := unix.IoctlSetWinsize(int(program.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}); err != nil {
		t.Fatal(err)
	}
	return person, program
}

// A long text goes through the pager, a short one does not, and the pager is told
// nothing of the environment that could be a secret.
func TestPager(t *testing.T) {
	dir := t.TempDir()
	pager := filepath.Join(dir, "pager")
	script := "#!/bin/sh\ncat > " + dir + "/text\nenv > " + dir + "/env\necho \"$1\" > " + dir + "/args\n"
	if err := os.WriteFile(pager, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		story string
		lines int
		pager string
		term  string
		paged bool
	}{
		{"a screen", 23, pager + " -x", "xterm", false},
		{"more than a screen", 24, pager + " -x", "xterm", true},
		{"no pager is wanted", 200, "", "xterm", false},
		{"cat is none", 200, "cat", "xterm", false},
		{"one that is not there", 30, "/nowhere/pager", "xterm", false},
		{"a terminal that can do nothing", 200, pager, "dumb", false},
	} {
		person, program := pseudoTerminal(t)
		shown := make(chan string)
		go func() {
			var seen bytes.Buffer
			b := make([]byte, 1<<16)
			for !strings.Contains(seen.String(), "END") {
				n, err := person.Read(b)
				if err != nil {
					break
				}
				seen.Write(b[:n])
			}
			shown <- seen.String()
		}()
		_ = os.Remove(dir + "/text")
		a := &App{
			Stdout: program, Stderr: program, Now: time.Now,
			Environ: []string{"PAGER=" + c.pager, "TERM=" + c.term, "PATH=" + os.Getenv("PATH"), "BINANCE_API_SECRET=CANARY"},
		}
		err := a.page(context.Background(), program, func(w io.Writer) error {
			_, err := io.WriteString(w, strings.Repeat("line\n", c.lines))
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", c.story, err)
		}
		_, _ = program.WriteString("END")
		seen := <-shown
		text, err := os.ReadFile(dir + "/text")
		if paged := err == nil; paged != c.paged || paged == strings.Contains(seen, "line") {
			t.Errorf("%s: paged %v, the terminal shows %q", c.story, paged, seen)
		}
		if c.paged {
			env, _ := os.ReadFile(dir + "/env")
			args, _ := os.ReadFile(dir + "/args")
			if strings.Count(string(text), "line\n") != c.lines || bytes.Contains(env, []byte("CANARY")) ||
				string(args) != "-x\n" ||
				!bytes.Contains(env, []byte("LESS=FRX")) {
				t.Errorf("%s: the pager got %d bytes, %q and\n%s", c.story, len(text), args, env)
			}
		}
	}
}

// What is said on a terminal breaks at words, and in a log not at all.
func TestRemarksBreakAtWords(t *testing.T) {
	const said = "grid-bot: the manager's list was read, and its answer shows that the key is read-only from now on"
	person, program := pseudoTerminal(t)
	a := &App{Stderr: program, Now: time.Now}
	a.remark("%s", said)
	b := make([]byte, 4096)
	n, err := person.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(b[:n]), "\r\n") {
		if len(line) > 80 || strings.HasSuffix(line, " ") {
			t.Errorf("a line is %q", line)
		}
	}
	if words := strings.Fields(string(b[:n])); strings.Join(words, " ") != "rekey: "+said {
		t.Errorf("it says %q", words)
	}
	var log bytes.Buffer
	a.Stderr = &log
	a.remark("%s", said)
	if log.String() != "rekey: "+said+"\n" {
		t.Errorf("a log has %q", log.String())
	}
}

// On a terminal the audit is one screen, in colour and without the pager; all of
// it goes through the pager.
func TestFirstScreenOnATerminal(t *testing.T) {
	desk, err := drill.Start(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(desk.Close)
	dir := filepath.Join(t.TempDir(), "desk")
	if err := desk.Write(dir); err != nil {
		t.Fatal(err)
	}
	pager := filepath.Join(dir, "pager")
	if err := os.WriteFile(pager, []byte("#!/bin/sh\ncat > "+dir+"/paged\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		person, program := pseudoTerminal(t)
		shown := make(chan string)
		go func() {
			var seen bytes.Buffer
			b := make([]byte, 1<<16)
			for !strings.Contains(seen.String(), "END\r\n") {
				n, err := person.Read(b)
				if err != nil {
					break
				}
				seen.Write(b[:n])
			}
			shown <- seen.String()
		}()
		a := &App{
			Stdin: strings.NewReader(""), Stdout: program, Stderr: io.Discard, Dir: dir,
			Environ: []string{"PAGER=" + pager, "TERM=xterm", "LANG=C.UTF-8", "HOME=" + dir, "PATH=" + os.Getenv("PATH")},
			Now:     time.Now, Sleep: httpx.Sleep, Registry: all.Registry(),
		}
		if code := a.Run(t.Context(), args); code != exitFindings {
			t.Errorf("%v: exit %d", args, code)
		}
		_, _ = program.WriteString("END\n")
		return strings.TrimSuffix(<-shown, "END\r\n")
	}
	screen := run("audit")
	if n := strings.Count(screen, "\r\n"); n > 23 || !strings.Contains(screen, "\x1b[") ||
		!strings.Contains(screen, "rekey respond 3commas-2022") {
		t.Errorf("%d lines:\n%s", n, screen)
	}
	if _, err := os.Stat(dir + "/paged"); err == nil {
		t.Error("one screen went through the pager")
	}
	if shown := run("audit", "--all"); shown != "" {
		t.Errorf("with a pager the terminal shows %q", shown)
	}
	if paged, err := os.ReadFile(dir + "/paged"); err != nil || bytes.Count(paged, []byte("\n")) < 100 {
		t.Errorf("the pager got %d bytes: %v", len(paged), err)
	}
}
