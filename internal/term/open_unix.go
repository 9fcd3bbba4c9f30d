//go:build unix

package term

import (
	"io"
	"os"
)

// Open opens the terminal device of the process, for questions: they must
// reach the person also when stdin and stdout are pipes.
func Open() (io.ReadWriteCloser, error) { return os.OpenFile("/dev/tty", os.O_RDWR, 0) }
