package term

import (
	"io"
	"os"
)

// Open opens the console of the process, for questions.
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
