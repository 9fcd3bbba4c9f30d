//go:build unix

package tui

import (
	"os"

	"golang.org/x/sys/unix"
)

// ShellThere reports whether a shell with job control started this process: only
// that can wake it up again. Elsewhere a stop signal does nothing, and the view
// would wait for ever.
func ShellThere() bool {
	parent := os.Getppid()
	group, err := unix.Getpgid(parent)
	if err != nil || group == unix.Getpgrp() {
		return false
	}
	theirs, err := unix.Getsid(parent)
	if err != nil {
		return false
	}
	own, err := unix.Getsid(0)
	return err == nil && own == theirs
}
