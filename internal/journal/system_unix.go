//go:build unix

package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// noFollow keeps the lock from being taken through a link, and the opening of
// it from waiting for a pipe.
const noFollow = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

// foreignOwner reports whether the file belongs to somebody else. Root is
// somebody else too: what root writes, the user's cron job cannot.
func foreignOwner(info fs.FileInfo) (string, bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int64(stat.Uid) == int64(os.Geteuid()) {
		return "", false
	}
	return fmt.Sprintf("uid %d; this is uid %d", stat.Uid, os.Geteuid()), true
}

// loose returns the bits of the mode that let others in.
func loose(mode fs.FileMode) fs.FileMode { return mode & 0o077 }

// gone reports whether there is surely no process of this number.
func gone(pid int) bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
