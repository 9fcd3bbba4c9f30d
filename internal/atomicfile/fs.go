package atomicfile

import (
	"io"
	"io/fs"
)

// An FS is one directory that is held open. Names are names of files in it.
// [Dir] is the real one; package crashfs has one that forgets what was not
// synced.
type FS interface {
	// Open opens a regular file. It never follows a symbolic link and never
	// waits for a pipe. A file is created with O_CREATE and O_EXCL together,
	// and in no other way.
	Open(name string, flag int, perm fs.FileMode) (File, error)
	// Is reports whether name still is the file f.
	Is(name string, f File) (bool, error)
	// Lstat describes a file, "." the directory itself.
	Lstat(name string) (fs.FileInfo, error)
	// Names lists the files.
	Names() ([]string, error)
	// Imitate gives f the mode and the owner of the file name, and what else
	// says who may use it.
	Imitate(name string, f File) error
	// Rename gives a file another name, replacing what has it.
	Rename(from, to string) error
	Remove(name string) error
	// Sync returns once the names of the files would survive a power cut.
	Sync() error
	Close() error
}

// A File is what is needed of an *os.File.
type File interface {
	io.ReadWriteCloser
	io.WriterAt
	Stat() (fs.FileInfo, error)
	Chmod(mode fs.FileMode) error
	Truncate(size int64) error
	Sync() error
}
