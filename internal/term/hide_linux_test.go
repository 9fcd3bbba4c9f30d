package term

import (
	"bytes"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// pair opens both ends of a pseudo-terminal: the person's and the program's.
func pair(t *testing.T) (person, program *os.File) {
	t.Helper()
	person = pty(t, 80)
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Close() })
	return person, program
}

// What is typed while the terminal hides it does not come back to the screen;
// before and after it does, and every other setting is as it was.
func TestHide(t *testing.T) {
	person, program := pair(t)
	before, err := unix.IoctlGetTermios(int(program.Fd()), getTermios)
	if err != nil {
		t.Fatal(err)
	}
	d := device{program}
	line := make([]byte, 100)
	answer := func(text string) {
		t.Helper()
		if _, err := person.WriteString(text + "\n"); err != nil {
			t.Fatal(err)
		}
		if n, err := d.Read(line); err != nil || string(line[:n]) != text+"\n" {
			t.Fatalf("the program reads %q, %v", line[:n], err)
		}
	}
	answer("seen")
	show, err := d.Hide()
	if err != nil {
		t.Fatal(err)
	}
	answer("CANARY")
	if err := show(); err != nil {
		t.Fatal(err)
	}
	answer("again")
	after, err := unix.IoctlGetTermios(int(program.Fd()), getTermios)
	if err != nil || *after != *before {
		t.Errorf("the terminal was left as %+v, %v; it was %+v", after, err, before)
	}
	if _, err := program.WriteString("END"); err != nil {
		t.Fatal(err)
	}
	var screen []byte
	_ = person.SetReadDeadline(time.Now().Add(10 * time.Second)) // not every system has deadlines here
	for !bytes.Contains(screen, []byte("END")) {
		n, err := person.Read(line)
		if err != nil {
			t.Fatal(err)
		}
		screen = append(screen, line[:n]...)
	}
	if got := string(screen); got != "seen\r\nagain\r\nEND" {
		t.Errorf("the screen shows %q", got)
	}
}

func TestHideWithoutATerminal(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := (device{f}).Hide(); err == nil {
		t.Error("the null device hides what is typed")
	}
}
