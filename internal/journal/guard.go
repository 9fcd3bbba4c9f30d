package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"rekey/internal/atomicfile"
)

// guard refuses a directory, or files in it, that others can use. The files
// need not be there.
func guard(dir atomicfile.FS, path string) error {
	for _, name := range []string{".", fileName, headName, lockName, holderName} {
		info, err := dir.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		at := filepath.Join(path, name)
		if err != nil {
			return &WriteError{at, err}
		}
		if err := safe(at, info, name == "."); err != nil {
			return err
		}
	}
	return nil
}

// safe refuses a file that is none, that belongs to somebody else, or that
// others may use. Others may look into the directory: rekey makes it 0700, but
// people make one themselves and name it with --state, and all that it shows
// is the names of files that nobody else can open.
func safe(path string, info fs.FileInfo, isDir bool) error {
	mode := info.Mode()
	switch {
	case mode&fs.ModeSymlink != 0:
		return &UnsafeError{path, "is a symbolic link", "remove it: rekey keeps its journal in a file of its own"}
	case isDir && !mode.IsDir(), !isDir && !mode.IsRegular():
		return &UnsafeError{path, "is no regular file", "remove it, or choose another directory with --state"}
	}
	if owner, foreign := foreignOwner(info); foreign {
		return &UnsafeError{
			path,
			"belongs to another user (" + owner + ")",
			"run rekey as that user, or choose another directory with --state",
		}
	}
	switch problem := "can be %s by others (mode %04o)"; {
	case isDir && loose(mode)&0o022 != 0:
		return &UnsafeError{path, fmt.Sprintf(problem, "changed", mode.Perm()), "chmod 700 " + path}
	case !isDir && loose(mode) != 0:
		return &UnsafeError{path, fmt.Sprintf(problem, "used", mode.Perm()), "chmod 600 " + path}
	}
	return nil
}
