//go:build unix

package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// noWait keeps an open from waiting for the other end of a pipe.
const noWait = syscall.O_NONBLOCK | syscall.O_NOCTTY

// imitate gives the file to the owner, the group and the mode of from. The
// owner comes first: a change of owner can clear bits of the mode.
func imitate(from, to *os.File) error {
	old, err := from.Stat()
	if err != nil {
		return err
	}
	now, err := to.Stat()
	if err != nil {
		return err
	}
	was, ok1 := old.Sys().(*syscall.Stat_t)
	is, ok2 := now.Sys().(*syscall.Stat_t)
	if !ok1 || !ok2 {
		return errors.ErrUnsupported
	}
	if was.Uid != is.Uid || was.Gid != is.Gid {
		if err := to.Chown(int(was.Uid), int(was.Gid)); err != nil {
			return err
		}
	}
	if err := to.Chmod(old.Mode() & fs.ModePerm); err != nil {
		return err
	}
	return copyAttributes(from, to)
}

// syncDir syncs a directory. A file system that cannot do it says EINVAL or
// ENOTSUP; there is no more to be had from it.
func syncDir(dir *os.File) error {
	err := dir.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		return nil
	}
	return err
}
