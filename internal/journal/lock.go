package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/gofrs/flock"

	"rekey/internal/atomicfile"
)

// A Holder is what the holder of the lock says of itself. It is a hint for
// people: the lock is the kernel's and ends with the process, whatever the
// hint says.
type Holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Command string    `json:"command"` // without secrets, as the whole command line is
	Since   time.Time `json:"since"`
}

// String says who holds the lock.
func (h Holder) String() string {
	if h == (Holder{}) {
		return "another rekey holds the lock, and has not yet said who it is"
	}
	return fmt.Sprintf("another rekey holds the lock: %s, process %d on %s, since %s",
		printable(h.Command), h.PID, printable(h.Host), h.Since.UTC().Format("2006-01-02 15:04:05 UTC"))
}

// printable makes text that lay in a file fit for a line of an error.
func printable(text string) string {
	clean := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	if clean == "" {
		return "unknown"
	}
	return string([]rune(clean)[:min(len([]rune(clean)), 200)])
}

// A lock keeps other rekeys of this machine from writing. The file stays where
// it is when the lock ends: a lock on a file that was removed holds nobody up.
type lock struct {
	file *flock.Flock
	dir  atomicfile.FS
	path string
	me   Holder
}

// takeLock takes the lock or returns a *HeldError at once. The hint beside the
// lock may fail to be written, which is a remark.
func takeLock(path string, dir atomicfile.FS, me Holder) (*lock, []Remark, error) {
	l := &lock{dir: dir, path: filepath.Join(path, lockName), me: me}
	l.file = flock.New(l.path, flock.SetFlag(os.O_CREATE|os.O_RDWR|noFollow), flock.SetPermissions(0o600))
	got, err := l.file.TryLock()
	if err != nil {
		return nil, nil, &WriteError{l.path, err}
	}
	if !got {
		return nil, nil, &HeldError{l.path, waitForHolder(dir, me.Host)}
	}
	if err := l.mine(); err != nil {
		_ = l.file.Unlock() // it locks nothing that matters
		return nil, nil, err
	}
	return l, l.tell(), nil
}

// mine fails when the path is no longer that of the locked file: somebody
// removed it, and another rekey may hold a lock on what came after.
func (l *lock) mine() error {
	here, err := l.file.Stat()
	if err == nil {
		var there fs.FileInfo
		if there, err = l.dir.Lstat(lockName); err == nil && os.SameFile(here, there) {
			return nil
		}
	}
	return &UnsafeError{
		l.path,
		"was removed or exchanged while it was held",
		"start again, and leave the file where it is",
	}
}

// tell writes the hint. That it cannot be written, on a full disk for
// instance, is a remark.
func (l *lock) tell() []Remark {
	data, err := json.Marshal(l.me)
	if err == nil {
		err = atomicfile.WriteIn(l.dir, holderName, append(data, '\n'), atomicfile.Options{NoSync: true})
	}
	if err != nil {
		return []Remark{{NoHint, l.path + ": others are not told who holds the lock: " + atomicfile.Cause(err).Error()}}
	}
	return nil
}

// release takes the hint away and ends the lock.
func (l *lock) release() error {
	if err := l.mine(); err == nil {
		_ = l.dir.Remove(holderName) // it may never have been written
	}
	if err := l.file.Unlock(); err != nil {
		return &WriteError{l.path, err}
	}
	return nil
}

// waitForHolder reads the hint. Two that were started at the same moment meet
// when the one that got the lock has not yet written it, so it is given a
// quarter of a second.
func waitForHolder(dir atomicfile.FS, host string) Holder {
	const step, times = 10 * time.Millisecond, 25
	for range times {
		if h := currentHolder(dir, host); h != (Holder{}) {
			return h
		}
		time.Sleep(step)
	}
	return Holder{}
}

// currentHolder reads the hint. A hint of a process that is gone is of an
// earlier holder.
func currentHolder(dir atomicfile.FS, host string) Holder {
	f, err := dir.Open(holderName, os.O_RDONLY, 0)
	if err != nil {
		return Holder{}
	}
	defer func() { _ = f.Close() }() // read only: nothing is lost
	data, err := io.ReadAll(io.LimitReader(f, 64<<10))
	var h Holder
	if err = errors.Join(err, json.Unmarshal(data, &h)); err != nil || h.Host == host && gone(h.PID) {
		return Holder{}
	}
	return h
}
