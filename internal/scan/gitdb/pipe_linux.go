package gitdb

import (
	"io"
	"os"
	"syscall"
)

// widen makes a pipe hold a megabyte, where the kernel lets it: git and rekey
// then wait for each other less often.
func widen(r io.Reader) {
	if f, ok := r.(*os.File); ok {
		const setPipeSize = 1031 // F_SETPIPE_SZ
		_, _, _ = syscall.Syscall(syscall.SYS_FCNTL, f.Fd(), setPipeSize, 1<<20)
	}
}
