//go:build unix

package term

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// Open opens the terminal device of the process, for questions: they must
// reach the person also when stdin and stdout are pipes. What it returns can
// hide what is typed: see prompt.Hider.
func Open() (io.ReadWriteCloser, error) {
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	return device{f}, nil
}

// A device is a terminal, or one end of a pseudo-terminal.
type device struct{ *os.File }

// Hide switches the echo off, so that what is typed is not shown. show puts the
// terminal back into the state that it was in.
func (d device) Hide() (show func() error, err error) {
	return d.set(func(t *unix.Termios) { t.Lflag |= unix.ICANON }) // one line at a time
}

// Keys lets each key be read as it is pressed, without Enter, and shows none.
// back puts the terminal back into the state that it was in.
func (d device) Keys() (back func() error, err error) {
	return d.set(func(t *unix.Termios) {
		t.Lflag &^= unix.ICANON
		t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	})
}

// set switches the echo off and changes the terminal besides; Ctrl-C still
// interrupts. back puts it back into the state that it was in.
func (d device) set(change func(*unix.Termios)) (back func() error, err error) {
	var before *unix.Termios
	err = d.control(func(fd int) error {
		before, err = unix.IoctlGetTermios(fd, getTermios)
		if err != nil {
			return err
		}
		after := *before
		after.Lflag &^= unix.ECHO | unix.ECHONL
		after.Lflag |= unix.ISIG
		after.Iflag |= unix.ICRNL
		change(&after)
		return unix.IoctlSetTermios(fd, setTermios, &after)
	})
	if err != nil {
		return nil, err
	}
	return func() error {
		return d.control(func(fd int) error { return unix.IoctlSetTermios(fd, setTermios, before) })
	}, nil
}

// control calls f with the file descriptor, which stays what it is: Fd would
// make reading from it block the closing.
func (d device) control(f func(fd int) error) error {
	raw, err := d.SyscallConn()
	if err != nil {
		return err
	}
	var failure error
	if err := raw.Control(func(fd uintptr) { failure = f(int(fd)) }); err != nil {
		return err
	}
	return failure
}
