package evidence

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"rekey/internal/atomicfile"
)

// A Disk is where a folder is written: the directory that it will stand in.
// Names have slashes. Tests put faults here.
type Disk interface {
	Mkdir(name string) error
	// Create makes a file that is not there yet. Close returns once it would
	// survive a power cut.
	Create(name string) (io.WriteCloser, error)
	Rename(from, to string) error
	// Sync returns once the names of a directory would survive a power cut.
	Sync(name string) error
	RemoveAll(name string) error
	Exists(name string) (bool, error)
	// Names lists a directory.
	Names(name string) ([]string, error)
	// Real is the path of a name, for who reads the files.
	Real(name string) string
	Close() error
}

// OpenDisk opens the directory that a folder is to stand in. Everything happens
// below it, wherever somebody moves it meanwhile.
func OpenDisk(dir string) (Disk, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &disk{root, dir}, nil
}

type disk struct {
	root *os.Root
	dir  string
}

func (d *disk) Mkdir(name string) error { return d.root.Mkdir(filepath.FromSlash(name), 0o700) }

func (d *disk) Create(name string) (io.WriteCloser, error) {
	f, err := d.root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o400)
	if err != nil {
		return nil, err
	}
	return syncedFile{f}, nil
}

// A syncedFile is on disk once it is closed.
type syncedFile struct{ *os.File }

func (f syncedFile) Close() error { return errors.Join(f.Sync(), f.File.Close()) }

func (d *disk) Rename(from, to string) error { return d.root.Rename(from, to) }

func (d *disk) Sync(name string) error {
	dir, err := atomicfile.OpenDir(d.Real(name))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func (d *disk) RemoveAll(name string) error { return d.root.RemoveAll(name) }

func (d *disk) Exists(name string) (bool, error) {
	_, err := d.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (d *disk) Names(name string) ([]string, error) {
	entries, err := fs.ReadDir(d.root.FS(), name)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

func (d *disk) Real(name string) string { return filepath.Join(d.dir, filepath.FromSlash(name)) }

func (d *disk) Close() error { return d.root.Close() }
