package term

import (
	"io"
	"os"

	"golang.org/x/sys/windows"
)

// Open opens the console of the process, for questions. What it returns can
// hide what is typed: see prompt.Hider.
func Open() (io.ReadWriteCloser, error) {
	in, err := os.OpenFile("CONIN$", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	out, err := os.OpenFile("CONOUT$", os.O_RDWR, 0)
	if err != nil {
		_ = in.Close()
		return nil, err
	}
	return console{in, out}, nil
}

// A console reads from one handle and writes to another.
type console struct {
	in  *os.File
	out io.WriteCloser
}

func (c console) Read(b []byte) (int, error)  { return c.in.Read(b) }
func (c console) Write(b []byte) (int, error) { return c.out.Write(b) }

func (c console) Close() error {
	_ = c.out.Close()
	return c.in.Close()
}

// Hide switches the echo off, so that what is typed is not shown. show puts the
// console back into the state that it was in.
func (c console) Hide() (show func() error, err error) {
	handle := windows.Handle(c.in.Fd())
	var before uint32
	if err := windows.GetConsoleMode(handle, &before); err != nil {
		return nil, err
	}
	hidden := before&^windows.ENABLE_ECHO_INPUT | windows.ENABLE_LINE_INPUT | windows.ENABLE_PROCESSED_INPUT
	if err := windows.SetConsoleMode(handle, hidden); err != nil {
		return nil, err
	}
	return func() error { return windows.SetConsoleMode(handle, before) }, nil
}
