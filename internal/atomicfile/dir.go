package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// A Dir is a directory of the operating system.
type Dir struct {
	root   *os.Root
	looked func() // tests exchange the file here, between the look and the opening
}

var _ FS = (*Dir)(nil)

// OpenDir opens a directory. A symbolic link to it is followed, once: what is
// done with the Dir is done there.
func OpenDir(path string) (*Dir, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return &Dir{root: root}, nil
}

// MakeDir makes a directory that only the user can use, with those above it
// that are missing, and returns once they would survive a power cut. A
// directory that is there already is left as it is.
func MakeDir(path string) error {
	path = filepath.Clean(path)
	info, err := os.Stat(path)
	if err == nil {
		if !info.IsDir() {
			return problem(path, "a directory is wanted there", ErrNotADirectory)
		}
		return nil
	}
	parent := filepath.Dir(path)
	if parent == path {
		return problem(path, "the directory cannot be made", err)
	}
	if err := MakeDir(parent); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return problem(path, "the directory cannot be made", err)
	}
	dir, err := OpenDir(parent)
	if err != nil {
		return problem(parent, "the directory cannot be opened", err)
	}
	defer func() { _ = dir.Close() }() // nothing is buffered in it
	if err := dir.Sync(); err != nil {
		return problem(parent, "the directory cannot be synced", err)
	}
	return nil
}

// openTries is how often an opening is tried anew because the file was replaced
// meanwhile, as Write does it.
const openTries = 10

// Open opens a file. See [FS].
func (d *Dir) Open(name string, flag int, perm fs.FileMode) (File, error) {
	if err := single(name); err != nil {
		return nil, err
	}
	if flag&os.O_EXCL != 0 {
		f, err := d.root.OpenFile(name, flag|noWait, perm)
		if err != nil {
			return nil, err
		}
		return f, nil
	}
	for range openTries {
		f, err := d.openRegular(name, flag)
		if err != nil || f != nil {
			return f, err
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: ErrExchanged}
}

// openRegular opens a file that is there. The root follows links within it, so
// what was opened is compared with what was looked at. Both results are nil
// when it is another file. Looking first also keeps devices untouched: opening
// one can already do something.
func (d *Dir) openRegular(name string, flag int) (File, error) {
	info, err := d.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if err := regular(info); err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	if d.looked != nil {
		d.looked()
	}
	f, err := d.root.OpenFile(name, flag|noWait, 0)
	if err != nil {
		return nil, err
	}
	opened, err := f.Stat()
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, err
	}
	if !os.SameFile(info, opened) {
		_ = f.Close()   // nothing was written
		return nil, nil //nolint:nilnil // said above
	}
	return f, nil
}

// Is reports whether name still is the file f.
func (d *Dir) Is(name string, f File) (bool, error) {
	there, err := d.root.Lstat(name)
	if err != nil {
		return false, err
	}
	here, err := f.Stat()
	if err != nil {
		return false, err
	}
	return os.SameFile(there, here), nil
}

// Lstat describes a file without following a link.
func (d *Dir) Lstat(name string) (fs.FileInfo, error) { return d.root.Lstat(name) }

// Names lists the files.
func (d *Dir) Names() ([]string, error) {
	entries, err := fs.ReadDir(d.root.FS(), ".")
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

// Imitate gives f the mode and the owner of the file name.
func (d *Dir) Imitate(name string, f File) error {
	file, ok := f.(*os.File)
	if !ok {
		return errors.ErrUnsupported
	}
	old, err := d.Open(name, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer func() { _ = old.Close() }() // read only: nothing is lost
	from, ok := old.(*os.File)
	if !ok {
		return errors.ErrUnsupported
	}
	return imitate(from, file)
}

// Rename gives a file another name.
func (d *Dir) Rename(from, to string) error {
	if err := errors.Join(single(from), single(to)); err != nil {
		return err
	}
	return d.root.Rename(from, to)
}

// Remove removes a file.
func (d *Dir) Remove(name string) error {
	if err := single(name); err != nil {
		return err
	}
	return d.root.Remove(name)
}

// Sync returns once the names would survive a power cut, where the system can
// promise that.
func (d *Dir) Sync() error {
	f, err := d.root.Open(".")
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // read only: nothing is lost
	return syncDir(f)
}

// Close lets go of the directory.
func (d *Dir) Close() error { return d.root.Close() }

// regular refuses what is no regular file.
func regular(info fs.FileInfo) error {
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return ErrSymlink
	case !info.Mode().IsRegular():
		return ErrNotRegular
	}
	return nil
}

// single refuses a name that is a path.
func single(name string) error {
	if name == "" || name == "." || name == ".." || filepath.Base(name) != name {
		return &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return nil
}
