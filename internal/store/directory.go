package store

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"rekey/internal/atomicfile"
)

// largestFile is the most that is read of store.age, in bytes: room for some
// ten thousand credentials. Put refuses to make it larger.
const largestFile = 16 << 20

// A directory is one that is held open. Its files are private: regular, of the
// user or root, with no permission for anybody else.
type directory struct {
	atomicfile.FS
	path string
}

// openReal opens a directory of the operating system.
func openReal(path string) (atomicfile.FS, error) { return atomicfile.OpenDir(path) }

// open opens the directory at path, and refuses one that others may use: they
// could exchange its files.
func (o Options) open(path string) (directory, error) {
	opened, err := o.openFS(path)
	if err != nil {
		return directory{}, fileError(path, "opened", err)
	}
	d := directory{opened, path}
	info, err := d.Lstat(".")
	if err == nil {
		err = d.look(info)
	}
	if err != nil {
		_ = d.Close() // nothing was written
		return directory{}, fileError(path, "opened", err)
	}
	return d, nil
}

func (d directory) look(info fs.FileInfo) error {
	switch {
	case ownedByOthers(info):
		return &Error{
			Path:    d.path,
			Reason:  ReasonOwner,
			Problem: "belongs to another user",
			Hint:    "run rekey as its owner, or name another --state",
		}
	case permissionBits(info)&0o077 != 0:
		return &Error{
			Path:    d.path,
			Reason:  ReasonLoose,
			Problem: "may be used by others than its owner",
			Hint:    "chmod 700 " + d.path,
		}
	}
	return nil
}

func (d directory) file(name string) string { return filepath.Join(d.path, name) }

// has reports whether anything has this name, a link to nothing too.
func (d directory) has(name string) (bool, error) {
	_, err := d.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fileError(d.file(name), "looked at", err)
	}
	return true, nil
}

// read reads a private file.
func (d directory) read(name string, limit int64) ([]byte, error) {
	path := d.file(name)
	f, err := d.Open(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, fileError(path, "read", err)
	}
	defer func() { _ = f.Close() }() // read only: nothing is lost
	info, err := f.Stat()
	if err == nil {
		err = lookAtFile(path, f, info)
	}
	if err != nil {
		return nil, fileError(path, "read", err)
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, fileError(path, "read", err)
	}
	if int64(len(data)) > limit {
		return nil, &Error{Path: path, Reason: ReasonDamaged, Problem: "is far too large"}
	}
	return data, nil
}

// readPrivate reads a private file anywhere. Who else may write to its
// directory is not looked at: the file's owner answers for it.
func readPrivate(path string, limit int64) ([]byte, error) {
	opened, err := atomicfile.OpenDir(filepath.Dir(path))
	if err != nil {
		return nil, fileError(path, "read", err)
	}
	d := directory{opened, filepath.Dir(path)}
	defer func() { _ = d.Close() }() // nothing was written
	return d.read(filepath.Base(path), limit)
}

func lookAtFile(path string, f atomicfile.File, info fs.FileInfo) error {
	switch {
	case ownedByOthers(info):
		return &Error{Path: path, Reason: ReasonOwner, Problem: "belongs to another user", Hint: "run rekey as its owner"}
	case permissionBits(info)&0o077 != 0 && (permissionBits(info)&0o007 != 0 || !onlyForUs(f)):
		return &Error{
			Path: path, Reason: ReasonLoose, Problem: "may be used by others than its owner",
			Hint: "chmod 600 " + path + "; if others had the time to read it, rotate what is in it",
		}
	}
	return nil
}

// write makes data the content of a private file, as a whole or not at all.
// check is shown what can be read of the new file before it takes the place of
// the old one, and again after. The caller holds the lock.
//
// Nothing is tried twice: after a failed sync the system may have thrown away
// what it could not write, and a second sync would say that all is well.
func (d directory) write(name string, data []byte, check func([]byte) error) error {
	path := d.file(name)
	if _, err := atomicfile.Sweep(d, func(of string) bool { return of == name }); err != nil {
		return fileError(path, "written", err)
	}
	if err := atomicfile.WriteIn(verified{d, check}, name, data, atomicfile.Options{}); err != nil {
		return fileError(path, "written", err)
	}
	return d.verify(name, check)
}

func (d directory) verify(name string, check func([]byte) error) error {
	read, err := d.read(name, largestFile)
	if err != nil {
		return err
	}
	return check(read)
}

// verified is a directory that gives no file its final name before that can be
// read back: else a bad disk would take the old entries with it.
type verified struct {
	directory
	check func([]byte) error
}

// Rename implements [atomicfile.FS].
func (v verified) Rename(from, to string) error {
	if err := v.verify(from, v.check); err != nil {
		return err
	}
	return v.directory.Rename(from, to)
}
