package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A Writer takes the new content of a file. The file holds the old content, or
// is not there, until Commit. Errors are *[Error].
type Writer struct {
	dir     FS
	closes  bool   // Discard closes the directory
	path    string // as errors call it
	name    string
	temp    string
	file    File // nil once it was committed or discarded
	old     bool // there was a file to replace
	options Options
}

// Create begins to write the file at path. It fails early where Commit would
// have to: no regular file, a directory that takes no new file, a mode or an
// owner that cannot be kept. Discard must be called when all is done.
func Create(path string, o Options) (*Writer, error) {
	w, err := create(path, o)
	if err != nil {
		return nil, err
	}
	if err := w.imitate(); err != nil {
		w.Discard()
		return nil, err
	}
	return w, nil
}

func create(path string, o Options) (*Writer, error) {
	target := path
	if o.Symlink == FollowLink {
		end, err := filepath.EvalSymlinks(path)
		if err == nil {
			target = end
		} else if _, missing := os.Lstat(path); !errors.Is(missing, fs.ErrNotExist) {
			return nil, problem(path, "the symbolic link cannot be followed", err)
		}
	}
	dir, err := OpenDir(filepath.Dir(target))
	if err != nil {
		return nil, problem(path, "its directory cannot be opened", err)
	}
	w, err := createIn(dir, filepath.Base(target), o)
	if err != nil {
		_ = dir.Close() // nothing is buffered in it
		var e *Error
		if errors.As(err, &e) {
			e.Path = path
		}
		return nil, err
	}
	w.closes, w.path = true, path
	return w, nil
}

func createIn(dir FS, name string, o Options) (*Writer, error) {
	old, err := replaceable(dir, name)
	if err != nil {
		return nil, err
	}
	w := &Writer{dir: dir, path: name, name: name, temp: tempName(name), old: old, options: o}
	if w.file, err = dir.Open(w.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return nil, problem(name, "cannot be written", err)
	}
	return w, nil
}

// Write adds to the new content.
func (w *Writer) Write(data []byte) (int, error) {
	if w.file == nil {
		return 0, problem(w.path, "cannot be written", fs.ErrClosed)
	}
	n, err := w.file.Write(data)
	if err == nil && n < len(data) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return n, problem(w.path, "cannot be written", err)
	}
	return n, nil
}

// Commit puts the file in its place, as [Write] says.
func (w *Writer) Commit() error {
	if w.file == nil {
		return problem(w.path, "cannot be written", fs.ErrClosed)
	}
	if err := w.imitate(); err != nil {
		return err
	}
	if !w.options.NoSync {
		if err := w.file.Sync(); err != nil {
			return problem(w.path, "cannot be written", err)
		}
	}
	if err := w.file.Close(); err != nil {
		return problem(w.path, "cannot be written", err)
	}
	if w.options.Check != nil {
		if err := w.options.Check(); err != nil {
			return err
		}
	}
	if err := w.dir.Rename(w.temp, w.name); err != nil {
		return problem(w.path, "cannot be replaced", err)
	}
	w.file = nil
	if w.options.NoSync {
		return nil
	}
	if err := w.dir.Sync(); err != nil {
		return problem(w.path, "was replaced, and its directory cannot be synced", err)
	}
	return nil
}

// imitate gives the new file the mode and the owner of the one that it
// replaces, or the mode that is wanted.
func (w *Writer) imitate() error {
	switch {
	case w.old:
		if err := w.dir.Imitate(w.name, w.file); err != nil {
			return problem(w.path, "its mode and owner cannot be kept", err)
		}
	case w.options.Mode != 0 && w.options.Mode != 0o600:
		if err := w.file.Chmod(w.options.Mode); err != nil {
			return problem(w.path, "cannot be given its mode", err)
		}
	}
	return nil
}

// Discard removes what was not committed. It may be called at any time, and more
// than once.
func (w *Writer) Discard() {
	if w.file != nil {
		_ = w.file.Close()       // the error that led here says more
		_ = w.dir.Remove(w.temp) // as before
		w.file = nil
	}
	if w.closes {
		w.closes = false
		_ = w.dir.Close() // nothing is buffered in it
	}
}
