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
	return c.set(windows.ENABLE_LINE_INPUT)
}

// Keys lets each key be read as it is pressed, without Enter, and shows none. back
// puts the console back into the state that it was in.
func (c console) Keys() (back func() error, err error) { return c.set(0) }

// set switches the echo off, and on what input says of the console's reading; Ctrl-C
// still interrupts.
func (c console) set(input uint32) (back func() error, err error) {
	handle := windows.Handle(c.in.Fd())
	var before uint32
	if err := windows.GetConsoleMode(handle, &before); err != nil {
		return nil, err
	}
	after := before &^ (windows.ENABLE_ECHO_INPUT | windows.ENABLE_LINE_INPUT)
	after |= input | windows.ENABLE_PROCESSED_INPUT
	if err := windows.SetConsoleMode(handle, after); err != nil {
		return nil, err
	}
	return func() error { return windows.SetConsoleMode(handle, before) }, nil
}
