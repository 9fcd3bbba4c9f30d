package cmd_test

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// talk runs a program on a terminal of its own, with a person in front of it:
//
//	talk CODE DIALOGUE PROGRAM ARGS...
//
// Each line of the file DIALOGUE is what the person waits for ("? text"), what
// they type then ("> text"), Ctrl-C ("^C"), or what somebody else does meanwhile
// ("$ command"). Unlike ttyin, nothing is typed
// ahead: what the terminal shows, it shows because the program let it. The
// exit code must be CODE. The screen is written to the file screen; neither it
// nor what the program printed may hold a secret. Afterwards the terminal must
// show what is typed again.
func talk(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: talk CODE DIALOGUE PROGRAM ARGS...")
	}
	converse(ts, args, false)
}

// view is talk with a program that has the whole terminal, of 80 columns and 24
// lines, as its stdin, stdout and stderr. Further lines of DIALOGUE are keys that
// are pressed, without Enter ("! \"\x1b[B\"", a Go string), another size of the
// terminal ("size 40 10"), and that the terminal is killed ("hangup").
func view(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: view CODE DIALOGUE PROGRAM ARGS...")
	}
	converse(ts, args, true)
}

func converse(ts *testscript.TestScript, args []string, whole bool) {
	person, program := terminal(ts)
	defer person.Close()
	defer program.Close()
	path, err := exec.LookPath(args[2])
	ts.Check(err)
	command := exec.Command(path, args[3:]...)
	command.Dir = ts.MkAbs(".")
	for _, name := range []string{
		"PATH", "HOME", "WORK", "TESTSCRIPT_COMMAND_NAME", "XDG_STATE_HOME", "XDG_CONFIG_HOME",
		"REKEY_STORE_IDENTITY", "REKEY_STORE_PASSPHRASE_FILE", "DBUS_SESSION_BUS_ADDRESS",
	} {
		command.Env = append(command.Env, name+"="+ts.Getenv(name))
	}
	meanwhile := func(line string) error {
		other := exec.Command("sh", "-c", line)
		other.Dir, other.Env = command.Dir, command.Env
		return other.Run()
	}
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if whole {
		resize(ts, person, 80, 24)
		kind := cmp.Or(ts.Getenv("TERM"), "xterm-256color")
		command.Env = append(command.Env, "TERM="+kind, "LANG=C.UTF-8", "NO_COLOR="+ts.Getenv("NO_COLOR"))
		command.Stdin, command.Stdout, command.Stderr = program, program, program
	}
	command.ExtraFiles = []*os.File{program}
	command.SysProcAttr = &syscall.SysProcAttr{Setctty: true, Setsid: true, Ctty: 3}
	ts.Check(command.Start())
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()

	s := &screen{}
	go s.watch(person)
	for _, line := range strings.Split(strings.TrimSpace(ts.ReadFile(args[1])), "\n") {
		what, text, _ := strings.Cut(line, " ")
		switch what {
		case "?":
			if !s.waitFor(text) {
				_ = command.Process.Kill()
				ts.Fatalf("the terminal does not show %q but %q; stderr: %s", text, s.text(), stderr.String())
			}
		case ">":
			_, err = person.WriteString(text + "\n")
		case "$":
			err = meanwhile(text)
		case "!":
			keys, failure := strconv.Unquote(text)
			ts.Check(failure)
			_, err = person.WriteString(keys)
		case "size":
			var columns, lines uint16
			_, err = fmt.Sscan(text, &columns, &lines)
			resize(ts, person, columns, lines)
		case "hangup":
			err = command.Process.Signal(syscall.SIGHUP)
		case "^C":
			_, err = person.WriteString("\x03")
		default:
			ts.Fatalf("%s: a line is %q", args[1], line)
		}
		ts.Check(err)
	}
	select {
	case err = <-ended:
	case <-time.After(time.Minute):
		_ = command.Process.Kill()
		ts.Fatalf("the program does not end; the terminal shows %q", s.text())
	}
	s.settle()
	state, failure := unix.IoctlGetTermios(int(program.Fd()), unix.TCGETS)
	ts.Check(failure)
	if state.Lflag&unix.ECHO == 0 || state.Lflag&unix.ICANON == 0 {
		ts.Fatalf("the terminal was left without echo, or raw")
	}
	if on, off := strings.LastIndex(s.text(), "\x1b[?1049h"), strings.LastIndex(s.text(), "\x1b[?1049l"); on > off {
		ts.Fatalf("the terminal was left on the alternate screen")
	}
	_, _ = fmt.Fprint(ts.Stdout(), stdout.String())
	_, _ = fmt.Fprint(ts.Stderr(), stderr.String())
	ts.Check(os.WriteFile(ts.MkAbs("screen"), []byte(s.text()), 0o600))
	for where, text := range map[string]string{
		"the screen": s.text(), "stdout": stdout.String(),
		"stderr": stderr.String(),
	} {
		if strings.Contains(text, "CANARY") {
			ts.Fatalf("%s holds a secret: %q", where, text)
		}
	}
	code := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		code = exit.ExitCode()
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s; stderr: %s", code, args[0], stderr.String())
	}
}

// resize sets the size of a terminal.
func resize(ts *testscript.TestScript, person *os.File, columns, lines uint16) {
	ts.Check(unix.IoctlSetWinsize(int(person.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: columns, Row: lines}))
}

// terminal opens both ends of a pseudo-terminal.
func terminal(ts *testscript.TestScript) (person, program *os.File) {
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	ts.Check(err)
	ts.Check(unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	ts.Check(err)
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	ts.Check(err)
	return person, program
}

// A screen is what a terminal has shown so far.
type screen struct {
	mu    sync.Mutex
	shown []byte
	seen  int // up to where the person has read
}

func (s *screen) watch(person *os.File) {
	b := make([]byte, 1024)
	for {
		n, err := person.Read(b)
		s.mu.Lock()
		s.shown = append(s.shown, b[:n]...)
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.shown)
}

// settle waits until all that a program printed is shown.
func (s *screen) settle() {
	for before := -1; before < len(s.text()); {
		before = len(s.text())
		time.Sleep(100 * time.Millisecond) // the terminal hands it on
	}
}

// waitFor waits until text is shown, after what was waited for before.
func (s *screen) waitFor(text string) bool {
	for range 3000 {
		s.mu.Lock()
		i := bytes.Index(s.shown[s.seen:], []byte(text))
		if i >= 0 {
			s.seen += i + len(text)
		}
		s.mu.Unlock()
		if i >= 0 {
			return true
		}
		time.Sleep(10 * time.Millisecond) // another process is at work
	}
	return false
}
