package term

import (
	"os"
	"syscall"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

// pty opens a pseudo-terminal of so many columns.
func pty(t *testing.T, columns uint16) *os.File {
	t.Helper()
	f, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals here; run the tests where /dev/ptmx can be opened: %v", err)
	}
	t.Cleanup(func() { _ = f.Close() })
	size := [4]uint16{24, columns} // rows, columns, pixels
	if _, _, e := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TIOCSWINSZ, uintptr(unsafe.Pointer(&size))); e != 0 {
		t.Skipf("the size of a pseudo-terminal cannot be set here; run the tests on a kernel that lets you: %v", e)
	}
	return f
}

func TestLookAtATerminal(t *testing.T) {
	for _, c := range []struct {
		story   string
		columns uint16
		vars    map[string]string
		want    Screen
	}{
		{"as it is", 117, map[string]string{"TERM": "xterm"}, Screen{TTY: true, Color: true, Width: 117, Height: 24}},
		{
			"it knows better than COLUMNS", 117,
			map[string]string{"COLUMNS": "60"},
			Screen{TTY: true, Color: true, Width: 117, Height: 24},
		},
		{"it does not know its width", 0, nil, Screen{TTY: true, Color: true, Width: 80, Height: 24}},
		{
			"it does not know its width, and COLUMNS does", 0,
			map[string]string{"COLUMNS": "60"},
			Screen{TTY: true, Color: true, Width: 60, Height: 24},
		},
		{"dumb", 117, map[string]string{"TERM": "dumb"}, Screen{TTY: true, Width: 117, Height: 24}},
		{
			"dumb and forced", 117,
			map[string]string{"TERM": "dumb", "CLICOLOR_FORCE": "1"},
			Screen{TTY: true, Color: true, Width: 117, Height: 24},
		},
		{"no UTF-8", 117, map[string]string{"LANG": "C"}, Screen{
			TTY: true, Color: true, ASCII: true,
			Width: 117, Height: 24,
		}},
		{
			"LC_ALL decides", 117,
			map[string]string{"LANG": "C", "LC_ALL": "de_DE.UTF-8"},
			Screen{TTY: true, Color: true, Width: 117, Height: 24},
		},
		{
			"without colour", 117,
			map[string]string{"NO_COLOR": "1", "CLICOLOR_FORCE": "1"},
			Screen{TTY: true, Width: 117, Height: 24},
		},
	} {
		c.want.Height, c.want.Moves = 24, c.vars["TERM"] != "dumb"
		if diff := cmp.Diff(c.want, Look(pty(t, c.columns), environ(c.vars))); diff != "" {
			t.Errorf("%s:\n%s", c.story, diff)
		}
	}
}
