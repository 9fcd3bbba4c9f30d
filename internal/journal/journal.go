// Package journal keeps the record of what rekey is about to do to keys and of
// what it did. Whatever dies in between, the journal tells the next rekey what
// may be half done.
//
// A journal is the file journal.jsonl in the state directory, one JSON object
// a line, only ever appended to. Each line holds the SHA-256 of the line
// before, so that no line can be changed, removed, moved or added in the
// middle unseen. journal.head holds the last line once more, so that none can
// be removed at the end; a power cut leaves the new head or the one before. A checksum in each line tells what rotted.
//
// [Journal.Append] returns after the record and its head are synced. What a
// power cut leaves behind is mended when the journal is opened, and said: a
// part of a line whose Append never returned is moved to a file of its own. On
// any other damage nothing is written any more, and [Read] still reads
// everything and marks where trust ends.
//
// There is no field for a secret, and no full access key gets in.
package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"rekey/internal/atomicfile"
)

// The files of the state directory that belong to the journal.
const (
	fileName   = "journal.jsonl"
	headName   = "journal.head"
	lockName   = "lock"
	holderName = "lock.json"
	tornName   = "journal.torn-" // and the number of the record that was to come
)

// Options are what Open needs of the outside world.
type Options struct {
	// Now is the clock.
	Now func() time.Time
	// Holder is what others are told while they cannot get the lock. PID and
	// Host are filled in when they are empty, Since always.
	Holder Holder
	// Wrap, when set, stands between the journal and its directory: tests put
	// faults there.
	Wrap func(atomicfile.FS) atomicfile.FS
}

// A Journal is open for writing, and holds the lock. It is safe for concurrent
// use.
type Journal struct {
	path string // of the file
	now  func() time.Time
	lock *lock // nil in tests on a disk in memory

	mu      sync.Mutex
	dir     atomicfile.FS
	file    atomicfile.File
	head    *headFile
	records []Record
	size    int64
	seq     uint64 // of the last line
	hash    string // and its hash
	failed  error  // why nothing is written any more
}

// errClosed says that a journal was closed.
var errClosed = errors.New("it is closed")

// Open opens the journal in the directory path for writing. The directory is
// made when it is missing, and so is the journal. What a crash left half
// written is mended, and the remarks say so.
//
// The error is a *HeldError when another rekey is writing, a *DamageError when
// the journal is damaged, an *UnsafeError when others could write to it, and a
// *WriteError when it cannot be written; then nothing is held.
func Open(path string, o Options) (*Journal, []Remark, error) {
	if err := atomicfile.MakeDir(path); err != nil {
		return nil, nil, &WriteError{path, err}
	}
	dir, err := openDir(path, o.Wrap)
	if err != nil {
		return nil, nil, &WriteError{path, err}
	}
	j, remarks, err := openLocked(path, dir, o)
	if err != nil {
		_ = dir.Close() // nothing is buffered in it
		return nil, nil, err
	}
	return j, remarks, nil
}

func openDir(path string, wrap func(atomicfile.FS) atomicfile.FS) (atomicfile.FS, error) {
	dir, err := atomicfile.OpenDir(path)
	if err != nil {
		return nil, err
	}
	if wrap == nil {
		return dir, nil
	}
	return wrap(dir), nil
}

// openLocked takes the lock and opens the journal under it.
func openLocked(path string, dir atomicfile.FS, o Options) (*Journal, []Remark, error) {
	if err := guard(dir, path); err != nil {
		return nil, nil, err
	}
	me := o.Holder
	me.Since = o.Now().UTC().Truncate(time.Second)
	if me.PID == 0 {
		me.PID = os.Getpid()
	}
	if me.Host == "" {
		me.Host, _ = os.Hostname() // a hint may lack it
	}
	l, remarks, err := takeLock(path, dir, me)
	if err != nil {
		return nil, nil, err
	}
	j, more, err := open(path, dir, o.Now)
	if err != nil {
		_ = l.release() // the other error says more
		return nil, nil, err
	}
	j.lock = l
	return j, append(remarks, more...), nil
}

// Append adds a record and returns nil once it would survive a power cut. It
// sets the record's Seq and At.
//
// After an error nothing may be done that the record announces. A
// *RecordError refuses this record alone. After any other error the record may
// be there or not, and the journal takes no more of them: what was not synced
// once may never be, however often one asks. Opening it anew finds out.
func (j *Journal) Append(r Record) error { return j.AppendAll(r) }

// AppendAll is Append for records between which nothing happens outside. They
// are one line, with one number, and cost no more than one: a power cut leaves
// all of them or none.
func (j *Journal) AppendAll(records ...Record) error {
	if len(records) == 0 {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return fmt.Errorf("%s takes no more records until it is opened anew: %w", j.path, j.failed)
	}
	records, line, err := j.encode(records)
	if err != nil {
		return &RecordError{j.path, err}
	}
	if err := j.write(records, line); err != nil {
		j.failed = err
		return err
	}
	return nil
}

// encode writes the line of the records, and reads it back: it returns what a
// later rekey will read.
func (j *Journal) encode(records []Record) ([]Record, []byte, error) {
	for _, r := range records {
		if err := r.check(); err != nil {
			return nil, nil, err
		}
	}
	records = slices.Clone(records)
	records[0].Seq, records[0].At = j.seq+1, j.now().UTC().Truncate(time.Millisecond)
	line, err := encode(records, j.hash)
	if err != nil {
		return nil, nil, err
	}
	records, _, err = decode(line)
	return records, line, err
}

func (j *Journal) write(records []Record, line []byte) error {
	if err := j.undisturbed(); err != nil {
		return err
	}
	whole := append(line[:len(line):len(line)], '\n')
	if _, err := j.file.Write(whole); err != nil {
		return &WriteError{j.path, err}
	}
	if err := j.file.Sync(); err != nil {
		return &WriteError{j.path, err}
	}
	hash := hashOf(line)
	if err := j.head.write(j.seq+1, hash, line); err != nil {
		return &WriteError{j.headPath(), err}
	}
	j.records, j.size = append(j.records, records...), j.size+int64(len(whole))
	j.seq, j.hash = j.seq+1, hash
	return nil
}

// undisturbed fails when somebody else laid hands on the files since the last
// record: an editor, a backup, another rekey that found the lock removed.
func (j *Journal) undisturbed() error {
	if j.lock != nil {
		if err := j.lock.mine(); err != nil {
			return err
		}
	}
	info, err := j.file.Stat()
	if err != nil {
		return &WriteError{j.path, err}
	}
	same, err := j.dir.Is(fileName, j.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &WriteError{j.path, err}
	}
	if !same || info.Size() != j.size {
		problem := "was not written by this rekey: somebody changed the file while it was open"
		return &DamageError{j.path, []Damage{{int(j.seq) + 1, Changed, problem}}} //nolint:gosec // the number of a line
	}
	moved, err := j.head.moved()
	if err != nil {
		return &WriteError{j.headPath(), err}
	}
	if moved {
		problem := "was removed or exchanged while it was open"
		return &DamageError{j.path, []Damage{{Harm: HeadLost, Problem: problem}}}
	}
	return nil
}

func (j *Journal) headPath() string { return filepath.Join(filepath.Dir(j.path), headName) }

// Last returns the number and the hash of the last record, and 0 and 64 zeros
// where there is none. See [View.Last].
func (j *Journal) Last() (seq uint64, hash string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.seq, j.hash
}

// Close lets others write. It may be called more than once.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if errors.Is(j.failed, errClosed) {
		return nil
	}
	j.failed = errClosed
	_ = j.file.Close() // every record was synced
	j.head.close()
	var err error
	if j.lock != nil {
		err = j.lock.release()
	}
	_ = j.dir.Close() // nothing is buffered in it
	return err
}
