//go:build unix

package location

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// hasModes says that the modes of files mean what they say.
const hasModes = true

// hardLinks returns how many names a file has, 1 when that cannot be told.
func hardLinks(path string) uint64 {
	info, err := os.Stat(path)
	if err != nil {
		return 1
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 1
	}
	return uint64(stat.Nlink) //nolint:unconvert // narrower on other systems
}

// writableDir says why no file can be made in a directory. It looks and does
// nothing.
func writableDir(path string) error {
	return unix.Faccessat(unix.AT_FDCWD, path, unix.W_OK|unix.X_OK, unix.AT_EACCESS)
}
