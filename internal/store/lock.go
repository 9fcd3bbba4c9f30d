package store

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/gofrs/flock"
)

const (
	lockName  = "store.lock"
	lockWait  = 10 * time.Second // a change takes milliseconds
	lockRetry = 10 * time.Millisecond
)

// lockReal takes the lock of the directory and returns its release. The kernel
// holds the lock, so it ends with the process, however that ends; the file
// stays and means nothing. Readers need no lock: a file is replaced as a whole.
// On a network file system the lock may not reach other machines.
func lockReal(ctx context.Context, d directory, wait time.Duration) (func(), error) {
	path := d.file(lockName)
	limited, stop := context.WithTimeout(ctx, wait)
	defer stop()
	for {
		l := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR|noFollow), flock.SetPermissions(0o600))
		ok, err := l.TryLockContext(limited, lockRetry)
		switch {
		case ok && err == nil && inPlace(d, l):
			return func() { _ = l.Close() }, nil // the end of the process releases it at the latest
		case ok && err == nil:
			_ = l.Close() // a lock on a file that was removed keeps nobody out
		case ctx.Err() != nil:
			return nil, canceled(ctx)
		case errors.Is(err, context.DeadlineExceeded):
			return nil, &Error{
				Path: path, Reason: ReasonBusy, Problem: "another rekey has been changing the store for " + wait.String(),
				Hint: "nothing was changed; try again when it is done",
			}
		case isLink(err):
			return nil, &Error{Path: path, Reason: ReasonSymlink, Problem: "is a symbolic link", Hint: "remove it"}
		default:
			return nil, fileError(path, "locked", err)
		}
	}
}

// inPlace reports whether the locked file still is the one at its path.
func inPlace(d directory, l *flock.Flock) bool {
	here, err := l.Stat()
	if err != nil {
		return false
	}
	there, err := d.Lstat(lockName)
	return err == nil && os.SameFile(here, there)
}
