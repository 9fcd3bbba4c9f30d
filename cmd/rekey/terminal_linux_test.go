package main_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A terminal that answers no question holds up no command: bubbletea v1 would ask
// it for its colours when the program starts, and wait for five seconds.
func TestASilentTerminalHoldsUpNothing(t *testing.T) {
	person, program := pseudoTerminal(t)
	command := exec.Command(binary, "version")
	command.Stdin, command.Stdout, command.Stderr = program, program, program
	command.Env = []string{"TERM=xterm-256color", "HOME=" + t.TempDir()}
	command.SysProcAttr = &syscall.SysProcAttr{Setctty: true, Setsid: true}
	began := time.Now()
	if err := command.Run(); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	shown := make([]byte, 1000)
	n, err := person.Read(shown)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(shown[:n]); took > 3*time.Second || !strings.HasPrefix(text, "rekey ") ||
		strings.Contains(text, "\x1b") {
		t.Errorf("after %s the terminal shows %q", took, text)
	}
}

// A view whose terminal goes away, or that is told to end, ends, and leaves the
// terminal as it was.
func TestTheViewEndsWithItsTerminal(t *testing.T) {
	for name, end := range map[string]func(person *os.File, view *os.Process) error{
		"the terminal goes away": func(person *os.File, _ *os.Process) error { return person.Close() },
		"SIGTERM":                func(_ *os.File, view *os.Process) error { return view.Signal(syscall.SIGTERM) },
		"SIGHUP":                 func(_ *os.File, view *os.Process) error { return view.Signal(syscall.SIGHUP) },
	} {
		t.Run(name, func(t *testing.T) {
			dir, _ := folder(t)
			person, program := pseudoTerminal(t)
			before, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
			if err != nil {
				t.Fatal(err)
			}
			command := exec.Command(binary, "ui")
			command.Dir = dir
			command.Stdin, command.Stdout, command.Stderr = program, program, program
			command.Env = []string{"TERM=xterm-256color", "HOME=" + t.TempDir()}
			command.SysProcAttr = &syscall.SysProcAttr{Setctty: true, Setsid: true}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			shown := ""
			for b := make([]byte, 1000); !strings.Contains(shown, "q quit"); {
				n, err := person.Read(b)
				if err != nil {
					t.Fatal(err)
				}
				shown += string(b[:n])
			}
			if name != "the terminal goes away" { // what it says last
				go func() { _, _ = io.Copy(io.Discard, person) }()
			}
			if err := end(person, command.Process); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- command.Wait() }()
			select {
			case err = <-ended:
			case <-time.After(20 * time.Second):
				_ = command.Process.Kill()
				t.Fatal("the view does not end")
			}
			if code(err) == 0 {
				t.Error("a view that was ended from outside ends with 0")
			}
			if name == "the terminal goes away" {
				return
			}
			after, err := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
			if err != nil || *after != *before {
				t.Errorf("the terminal was left as %+v, %v; it was %+v", after, err, before)
			}
		})
	}
}

// pseudoTerminal opens both ends of a pseudo-terminal.
func pseudoTerminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Close() })
	return person, program
}

// A tmux is a terminal of 80 columns and 24 lines that knows what it shows.
type tmux struct {
	t      *testing.T
	socket string
}

func newTmux(t *testing.T, dir string, command string) *tmux {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not there; install it (apt-get install tmux) to see the view in a terminal that others wrote")
	}
	m := &tmux{t, t.TempDir() + "/tmux"}
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", m.socket, "kill-server").Run() })
	m.run(
		"new-session",
		"-d",
		"-x",
		"80",
		"-y",
		"24",
		"-c",
		dir,
		"env LANG=C.UTF-8 XDG_STATE_HOME="+t.TempDir()+" sh -c '"+command+"; echo it ended with $?; cat'",
	)
	return m
}

func (m *tmux) run(args ...string) string {
	m.t.Helper()
	command := exec.Command("tmux", append([]string{"-u", "-f", "/dev/null", "-S", m.socket}, args...)...)
	out, err := command.Output()
	if err != nil {
		m.t.Fatalf("tmux %s: %v", strings.Join(args, " "), err)
	}
	return string(out)
}

// shows waits until the screen shows a text, and returns the screen.
func (m *tmux) shows(text string) string {
	m.t.Helper()
	screen := ""
	for range 300 {
		if screen = m.run("capture-pane", "-p"); strings.Contains(screen, text) {
			return screen
		}
		time.Sleep(100 * time.Millisecond) // another process is at work
	}
	m.t.Fatalf("the screen does not show %q:\n%s", text, screen)
	return ""
}

func (m *tmux) types(keys ...string) { m.run(append([]string{"send-keys"}, keys...)...) }

// The view in a terminal that others wrote: what is drawn over what was drawn
// before makes whole screens, also after another size and after a command.
func TestTheViewInTmux(t *testing.T) {
	dir, _ := folder(t)
	m := newTmux(t, dir, binary+" ui")
	m.shows("14 keys, ")
	m.types("/", "g", "r", "i", "d", "-", "b", "o", "t", "Enter")
	screen := m.shows("1 of 1, 13 hidden")
	if strings.Contains(screen, "main-binance ") || strings.Count(screen, "rekey  ") != 1 {
		t.Errorf("what was drawn before is left:\n%s", screen)
	}
	m.run("resize-window", "-x", "120", "-y", "30")
	m.shows("MADE")
	m.run("resize-window", "-x", "50", "-y", "12")
	screen = m.shows("? help")
	if lines := strings.Split(strings.TrimRight(screen, "\n"), "\n"); len(lines) != 12 ||
		!strings.HasPrefix(lines[0], "rekey  ") {
		t.Errorf("%d lines on a screen of 12:\n%s", len(lines), screen)
	}
	m.run("resize-window", "-x", "80", "-y", "24")
	m.shows("1 of 1, 13 hidden")
	m.types("x", "Enter")
	m.shows("Carry out this plan? [y/N]")
	m.types("y", "Enter")
	m.shows("goes back to the keys")
	m.types("Enter")
	m.shows("seen ")
	m.types("/", "C-u", "d", "e", "a", "d", "Enter")
	screen = m.shows("filter: dead")
	if !strings.Contains(screen, "grid-bot") {
		t.Errorf("the key that was revoked is not dead:\n%s", screen)
	}
	m.types("C-z") // sh -c has no job control
	m.shows("no shell waits for this view")
	m.types("q")
	m.shows("it ended with 0")
}

// Ctrl-Z goes to the shell, and fg comes back.
func TestTheViewGoesToTheShell(t *testing.T) {
	dir, _ := folder(t)
	m := newTmux(t, dir, "PS1=shell: sh -i")
	m.shows("shell:")
	m.types(binary+" ui", "Enter")
	m.shows("14 keys, ")
	m.types("C-z")
	m.shows("Stopped")
	m.types("fg", "Enter")
	m.shows("14 keys, ")
	m.types("q")
	m.shows("shell:")
}
