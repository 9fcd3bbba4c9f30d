package crashfs

import (
	"errors"
	"io/fs"
	"os"

	"rekey/internal/atomicfile"
)

// An Op is one operation that changes a directory, or makes a change safe.
type Op struct {
	N    int    // of this directory, from 1
	Verb string // create, write, truncate, chmod, imitate, sync, rename, remove; sync with the name "." is the directory's
	Name string // the file; what a rename makes of it
}

// A Short makes a write end early: Keep bytes are written, then Err is
// returned.
type Short struct {
	Keep int
	Err  error
}

func (s *Short) Error() string { return s.Err.Error() }

// Unwrap returns the error that the write ends with.
func (s *Short) Unwrap() error { return s.Err }

// A Lost makes a sync of a file of a [Disk] fail as Linux lets it: what was
// not yet on disk never will be, unless it is written once more, and the next
// sync is content all the same.
type Lost struct{ Err error }

func (l *Lost) Error() string { return l.Err.Error() }

// Unwrap returns the error of the sync.
func (l *Lost) Unwrap() error { return l.Err }

// Watch returns dir with before called ahead of each Op. When it returns an
// error, the operation does not happen and fails with that error. Calls come
// one at a time if those to the directory do.
func Watch(dir atomicfile.FS, before func(Op) error) atomicfile.FS {
	return &watched{FS: dir, before: before}
}

type watched struct {
	atomicfile.FS
	before func(Op) error
	n      int
}

func (w *watched) ask(verb, name string) error {
	w.n++
	return w.before(Op{w.n, verb, name})
}

func (w *watched) Open(name string, flag int, perm fs.FileMode) (atomicfile.File, error) {
	if flag&os.O_CREATE != 0 {
		if err := w.ask("create", name); err != nil {
			return nil, err
		}
	}
	f, err := w.FS.Open(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return &watchedFile{f, w, name}, nil
}

func (w *watched) Is(name string, f atomicfile.File) (bool, error) { return w.FS.Is(name, inside(f)) }

func (w *watched) Imitate(name string, f atomicfile.File) error {
	if err := w.ask("imitate", name); err != nil {
		return err
	}
	return w.FS.Imitate(name, inside(f))
}

func (w *watched) Rename(from, to string) error {
	if err := w.ask("rename", to); err != nil {
		return err
	}
	return w.FS.Rename(from, to)
}

func (w *watched) Remove(name string) error {
	if err := w.ask("remove", name); err != nil {
		return err
	}
	return w.FS.Remove(name)
}

func (w *watched) Sync() error {
	if err := w.ask("sync", "."); err != nil {
		return err
	}
	return w.FS.Sync()
}

type watchedFile struct {
	atomicfile.File
	dir  *watched
	name string
}

func inside(f atomicfile.File) atomicfile.File {
	if w, ok := f.(*watchedFile); ok {
		return w.File
	}
	return f
}

func (f *watchedFile) Write(b []byte) (int, error) {
	err := f.dir.ask("write", f.name)
	var short *Short
	switch {
	case err == nil:
		return f.File.Write(b)
	case errors.As(err, &short):
		n, _ := f.File.Write(b[:min(short.Keep, len(b))])
		return n, short.Err
	}
	return 0, err
}

func (f *watchedFile) WriteAt(b []byte, at int64) (int, error) {
	if err := f.dir.ask("write", f.name); err != nil {
		return 0, err
	}
	return f.File.WriteAt(b, at)
}

func (f *watchedFile) Truncate(size int64) error {
	if err := f.dir.ask("truncate", f.name); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

func (f *watchedFile) Chmod(mode fs.FileMode) error {
	if err := f.dir.ask("chmod", f.name); err != nil {
		return err
	}
	return f.File.Chmod(mode)
}

func (f *watchedFile) Sync() error {
	err := f.dir.ask("sync", f.name)
	var lost *Lost
	if onDisk, ok := f.File.(*file); ok && errors.As(err, &lost) {
		onDisk.lose()
	}
	if err != nil {
		return err
	}
	return f.File.Sync()
}
