// Package crashfs holds directories for tests: a [Disk] in memory that knows
// what a power cut would leave of it, and [Watch], which stands before any
// directory and decides which operation fails, and how.
package crashfs

import (
	"io/fs"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"rekey/internal/atomicfile"
)

// A Disk is a directory in memory. It keeps apart what programs see and what
// is safe: the content of a file as of its last Sync, and the names as of the
// last Sync of the directory.
type Disk struct {
	mu      sync.Mutex
	names   map[string]*inode
	safe    map[string]*inode
	pending []change // of names, since the last Sync
}

var _ atomicfile.FS = (*Disk)(nil)

// A change gives names to files, or takes them away (nil), all or nothing.
type change map[string]*inode

// An inode is a file, whatever its names.
type inode struct {
	mode fs.FileMode
	now  []byte // what programs read
	safe []byte // what the last Sync made sure of
	lost span   // what the system takes for written although it is not
}

// A span is a part of a file, from the first byte to before the last.
type span struct{ from, to int64 }

// NewDisk returns an empty directory.
func NewDisk() *Disk {
	return &Disk{names: map[string]*inode{}, safe: map[string]*inode{}}
}

// Files returns the content of every file.
func (d *Disk) Files() map[string]string {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := map[string]string{}
	for name, node := range d.names {
		out[name] = string(node.now)
	}
	return out
}

// Open opens or creates a file.
func (d *Disk) Open(name string, flag int, perm fs.FileMode) (atomicfile.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	node, found := d.names[name]
	switch create := flag&os.O_CREATE != 0; {
	case found && create:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrExist}
	case !found && !create:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	case !found:
		node = &inode{mode: perm}
		d.apply(change{name: node})
	}
	return &file{disk: d, node: node, appends: flag&os.O_APPEND != 0}, nil
}

// Is reports whether name still is the file f.
func (d *Disk) Is(name string, f atomicfile.File) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	opened, ok := f.(*file)
	return ok && d.names[name] == opened.node, nil
}

// Lstat describes a file.
func (d *Disk) Lstat(name string) (fs.FileInfo, error) {
	if name == "." {
		return info{name: name, mode: fs.ModeDir | 0o700}, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	node, found := d.names[name]
	if !found {
		return nil, &fs.PathError{Op: "lstat", Path: name, Err: fs.ErrNotExist}
	}
	return info{name, node.mode, int64(len(node.now))}, nil
}

// Names lists the files.
func (d *Disk) Names() ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Sorted(maps.Keys(d.names)), nil
}

// Imitate gives f the mode of the file name.
func (d *Disk) Imitate(name string, f atomicfile.File) error {
	old, err := d.Lstat(name)
	if err != nil {
		return err
	}
	return f.Chmod(old.Mode())
}

// Rename gives a file another name.
func (d *Disk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	node, found := d.names[from]
	if !found {
		return &fs.PathError{Op: "rename", Path: from, Err: fs.ErrNotExist}
	}
	d.apply(change{from: nil, to: node})
	return nil
}

// Remove removes a file.
func (d *Disk) Remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, found := d.names[name]; !found {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	d.apply(change{name: nil})
	return nil
}

// Sync makes the names safe.
func (d *Disk) Sync() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.safe, d.pending = maps.Clone(d.names), nil
	return nil
}

// Close does nothing.
func (d *Disk) Close() error { return nil }

func (d *Disk) apply(c change) {
	d.pending = append(d.pending, c)
	c.to(d.names)
}

func (c change) to(names map[string]*inode) {
	for name, node := range c {
		if node == nil {
			delete(names, name)
		} else {
			names[name] = node
		}
	}
}

// info describes a file of a Disk.
type info struct {
	name string
	mode fs.FileMode
	size int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return i.mode }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.mode.IsDir() }
func (i info) Sys() any           { return nil }
