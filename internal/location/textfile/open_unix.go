//go:build unix

package textfile

import (
	"io/fs"
	"os"
	"syscall"
)

// openForReading opens path without waiting for the other end of a pipe, in
// case one took the file's place after it was looked at.
func openForReading(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0)
}

func permissionBits(info fs.FileInfo) uint32 { return uint32(info.Mode().Perm()) }

// ownedByOthers reports whether neither the user nor root owns the file.
func ownedByOthers(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Uid != 0 && int64(stat.Uid) != int64(os.Geteuid())
}
