package store

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"rekey/exchanges"
	"rekey/internal/atomicfile"
	"rekey/internal/atomicfile/crashfs"
)

var errDead = errors.New("the process is dead")

// dying lets n operations happen, and none after.
func dying(n int) func(crashfs.Op) error {
	return func(op crashfs.Op) error {
		if op.N > n {
			return errDead
		}
		return nil
	}
}

// A deed is one change, from the entries before it to those after it.
type deed struct {
	story         string
	before, after string
	prepare, do   func(*File) error
}

func deeds(t *testing.T) []deed {
	t.Helper()
	puts := func(n int) func(*File) error {
		return func(f *File) error { return f.Put(t.Context(), "bot", sample(n)) }
	}
	return []deed{
		{"the first entry", "", "run-1", func(*File) error { return nil }, puts(1)},
		{"one more", "run-1", "run-2 run-1", puts(1), puts(2)},
		{
			"forget the old one", "run-2 run-1", "run-2",
			func(f *File) error { return errors.Join(puts(1)(f), puts(2)(f)) },
			func(f *File) error { return f.Forget(t.Context(), "bot", sample(1).Fingerprint()) },
		},
		{
			"another in the place of the old one", "run-1", "run-2", puts(1),
			func(f *File) error { return f.Replace(t.Context(), "bot", sample(2), sample(1).Credential) },
		},
		{
			"empty",
			"run-2 run-1",
			"",
			func(f *File) error { return errors.Join(puts(1)(f), puts(2)(f)) },
			func(f *File) error { return f.Empty(t.Context(), "bot", "other") },
		},
	}
}

// prepared returns a disk in the state before the deed, all of it synced.
func prepared(t *testing.T, d deed) *crashfs.Disk {
	t.Helper()
	disk := crashfs.NewDisk()
	if err := d.prepare(create(t, onDisk(disk), "")); err != nil {
		t.Fatal(err)
	}
	if n := len(disk.Crashes()); n != 1 {
		t.Fatalf("after a change that ended well, a power cut may leave %d states", n)
	}
	return disk
}

// attempt does the deed on a disk that goes as far as before lets it, and
// returns how many operations there were.
func attempt(t *testing.T, disk *crashfs.Disk, d deed, before func(crashfs.Op) error) (int, error) {
	t.Helper()
	n := 0
	f := open(t, onDisk(disk))
	f.options.openFS = func(string) (atomicfile.FS, error) {
		return crashfs.Watch(disk, func(op crashfs.Op) error {
			n = op.N
			return before(op)
		}), nil
	}
	err := d.do(f)
	return n, err
}

func clean(t *testing.T, disk *crashfs.Disk) {
	t.Helper()
	for name, content := range disk.Files() {
		if strings.Contains(content, canary) {
			t.Fatalf("%s holds a secret in clear", name)
		}
	}
}

// The process is killed, or the power fails, before any operation of any
// change, and again during the next attempt. What is left is always the state
// before or the state after; and once a change has returned, the state after.
func TestCrashes(t *testing.T) {
	cases, seen, resumed := 0, memory{}, map[string]bool{}
	for _, d := range deeds(t) {
		for n := 0; ; n++ {
			disk := prepared(t, d)
			_, err := attempt(t, disk, d, dying(n))
			for _, left := range append(disk.Crashes(), disk.Kill()) {
				cases++
				seen.expect(t, fmt.Sprintf("%s, killed after %d operations", d.story, n), left, d, err == nil)
				// The next attempt finishes the work, whatever was left, and
				// may die itself. How much of a temporary file is left makes
				// no difference to it.
				if state := fmt.Sprintf("%s, %d, %d files", left.Files()[FileName], n, len(left.Files())); !resumed[state] {
					resumed[state] = true
					cases += seen.resume(t, left, d)
				}
			}
			if err == nil {
				break
			}
		}
	}
	t.Logf("%d states after crashes", cases)
}

// resume does the deed on what a crash left, dying again at every operation,
// and returns the number of states that it saw.
func (m memory) resume(t *testing.T, left *crashfs.Disk, d deed) int {
	t.Helper()
	cases := 0
	for n := 0; ; n++ {
		disk := left.Kill()
		_, err := attempt(t, disk, d, dying(n))
		for _, end := range append(disk.Crashes(), disk.Kill()) {
			cases++
			m.expect(t, fmt.Sprintf("%s, killed again after %d operations", d.story, n), end, d, err == nil)
		}
		if err == nil {
			if files := disk.Files(); len(files) != 2 {
				t.Fatalf("%s: %d files are left", d.story, len(files))
			}
			return cases
		}
	}
}

// A memory knows what stores hold that were looked into before, by their bytes.
type memory map[string]string

// expect checks what a disk holds.
func (m memory) expect(t *testing.T, story string, disk *crashfs.Disk, d deed, finished bool) {
	t.Helper()
	clean(t, disk)
	files := disk.Files()
	bytes := files[FileName] + files[IdentityName]
	got, known := m[bytes]
	if !known {
		got = held(t, open(t, onDisk(disk)))
		m[bytes] = got
	}
	if got != d.after && (finished || got != d.before) {
		t.Fatalf("%s: the store holds %q", story, got)
	}
}

// Create is killed anywhere: afterwards there is no store, and Create works,
// or there is one, and Open works. A key is never replaced: a store could need
// it.
func TestCrashesOfCreate(t *testing.T) {
	for _, passphrase := range []string{"", testPassphrase} {
		for n := 0; ; n++ {
			disk := crashfs.NewDisk()
			o := onDisk(disk)
			o.openFS = func(string) (atomicfile.FS, error) { return crashfs.Watch(disk, dying(n)), nil }
			_, err := Create(t.Context(), o, exchanges.NewSecret(passphrase))
			for _, left := range append(disk.Crashes(), disk.Kill()) {
				clean(t, left)
				o := onDisk(left)
				o.Passphrase = tells(passphrase)
				key := left.Files()[IdentityName]
				f, opening := Open(t.Context(), o)
				if opening != nil {
					if err == nil || ReasonOf(opening) != ReasonAbsent {
						t.Fatalf("killed after %d operations: %v", n, opening)
					}
					f = create(t, o, passphrase)
				}
				put(t, f, 1)
				want(t, held(t, open(t, o)), "run-1")
				if now := left.Files(); len(now) != 2 || key != "" && now[IdentityName] != key {
					t.Fatalf("killed after %d operations: %d files, or another key", n, len(now))
				}
			}
			if err == nil {
				break
			}
		}
	}
}

// An operation fails and the process lives. The change says so, and the old
// entries are all there, at once and after a power cut.
func TestFailures(t *testing.T) {
	for _, failure := range []struct {
		err    error
		reason Reason
		text   string
	}{
		{syscall.EIO, ReasonFailed, "input/output error"},
		{syscall.EROFS, ReasonFailed, "read-only file system"},
		{syscall.ENOSPC, ReasonDiskFull, "the disk is full (make room for a second copy of the file; no entry was lost)"},
		{syscall.EDQUOT, ReasonDiskFull, "the disk is full (make room for a second copy of the file; no entry was lost)"},
		{&crashfs.Short{Keep: 100, Err: syscall.ENOSPC}, ReasonDiskFull, "the disk is full"},
	} {
		for _, d := range deeds(t) {
			last, err := attempt(t, prepared(t, d), d, func(crashfs.Op) error { return nil })
			if err != nil || last < 6 {
				t.Fatalf("%s: %d operations, %v", d.story, last, err)
			}
			for n := 1; n <= last; n++ {
				disk := prepared(t, d)
				var failed crashfs.Op
				_, err := attempt(t, disk, d, func(op crashfs.Op) error {
					if op.N == n {
						failed = op
						return failure.err
					}
					return nil
				})
				text := refuses(t, err, failure.reason)
				if !strings.Contains(text, failure.text) {
					t.Errorf("%s fails with %v: %s", failed.Verb, failure.err, text)
				}
				// Only the sync of the directory comes after the new file is in place.
				placed := failed.Verb == "sync" && failed.Name == "."
				if got := held(t, open(t, onDisk(disk))); got != d.before && (!placed || got != d.after) {
					t.Fatalf("%s, %s fails: the store holds %q", d.story, failed.Verb, got)
				}
				for _, left := range disk.Crashes() {
					memory{}.expect(t, d.story, left, d, false)
				}
				if files := disk.Files(); len(files) != 2 {
					t.Errorf("%s, %s fails: %d files are left", d.story, failed.Verb, len(files))
				}
			}
		}
	}
}

// A liar is a disk that writes something else than it is told, or reads
// something else once the file has its name.
type liar struct {
	*crashfs.Disk
	writing, after bool
	renamed        *bool
}

func (l liar) Rename(from, to string) error {
	*l.renamed = true
	return l.Disk.Rename(from, to)
}

func (l liar) Open(name string, flag int, perm fs.FileMode) (atomicfile.File, error) {
	f, err := l.Disk.Open(name, flag, perm)
	return lyingFile{f, l}, err
}

type lyingFile struct {
	atomicfile.File
	liar
}

func (f lyingFile) Write(b []byte) (int, error) {
	if !f.writing {
		return f.File.Write(b)
	}
	return f.File.Write(append([]byte{b[0] ^ 1}, b[1:]...))
}

func (f lyingFile) Read(b []byte) (int, error) {
	n, err := f.File.Read(b)
	if n > 0 && f.after && *f.renamed {
		b[n-1] ^= 1
	}
	return n, err
}

func (f lyingFile) Close() error { return f.File.Close() }
func (f lyingFile) Sync() error  { return f.File.Sync() }

// What does not read back takes no old entry with it, and is no success.
func TestDiskThatLies(t *testing.T) {
	d := deeds(t)[1]
	for _, l := range []liar{{writing: true}, {after: true}} {
		l.Disk, l.renamed = prepared(t, d), new(bool)
		f := open(t, onDisk(l.Disk))
		f.options.openFS = func(string) (atomicfile.FS, error) { return l, nil }
		want(t, refuses(t, d.do(f), ReasonUnverified),
			"state/store.age: what was written to the disk reads back as something else (do not trust this disk)")
		if l.writing && *l.renamed {
			t.Error("a file that cannot be read took the place of the old one")
		}
		memory{}.expect(t, "a disk that lies", l.Disk, d, false)
	}
}
