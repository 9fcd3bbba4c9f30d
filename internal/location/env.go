package location

import (
	"path/filepath"
	"strings"
	"sync"
	"time"

	"rekey/internal/location/textfile"
)

// Env is everything of the outside world that reading and writing a location
// may touch, besides the files and programs that the location names.
type Env struct {
	// Dir is what relative paths are relative to: the folder of rekey.yaml.
	// Empty means the working directory.
	Dir string
	// Environ holds the variables, NAME=VALUE, as os.Environ returns them.
	Environ []string

	// Store and Keychain keep what store: and keychain: locations name. Nil
	// means that there is none here.
	Store, Keychain Keeper
	// Vault keeps what vault: locations name. Nil means that there is none here.
	Vault Documents

	// AcceptLooseFile lets [Location.Prepare] write to files that others can
	// read or write, that are symbolic links, or that belong to somebody else.
	AcceptLooseFile bool

	programLimit time.Duration // for tests; 0 means programTime
	// planned holds files as they would be, by path. They are read instead of
	// what is there.
	planned map[string][]byte
	once    *memory // nil: every reading looks again
}

// Once returns an environment for one look at many credentials: every file is
// read and parsed once, however many credentials it holds, and looks the same
// to all of them. It is for reading alone; who writes must look again.
func (e Env) Once() Env {
	e.once = &memory{}
	return e
}

// A memory holds what was read, by what it is and the path.
type memory struct{ made sync.Map }

// remembered returns what make returned when it was first called for what and
// path, or calls it where nothing is to be remembered.
func remembered[T any](e Env, what, path string, make func() T) T {
	if e.once == nil {
		return make()
	}
	made, _ := e.once.made.LoadOrStore(what+"\x00"+path, sync.OnceValue(func() any { return make() }))
	value, _ := made.(func() any)().(T)
	return value
}

// read reads a file that may hold credentials.
func (e Env) read(path string) (textfile.File, error) {
	type reading struct {
		file textfile.File
		err  error
	}
	r := remembered(e, "file", path, func() reading {
		file, err := e.readNow(path)
		return reading{file, err}
	})
	return r.file, r.err
}

func (e Env) readNow(path string) (textfile.File, error) {
	data, ok := e.planned[path]
	switch {
	case !ok:
		return textfile.Read(path, maxFile)
	case len(data) > maxFile:
		return textfile.File{}, &textfile.Error{Path: path, Problem: "would become too large"}
	}
	if wrong := textfile.CheckText(data); wrong != "" {
		return textfile.File{}, &textfile.Error{Path: path, Problem: wrong}
	}
	return textfile.File{Data: data}, nil
}

// Lookup returns the value of a variable, and whether it is set.
func (e Env) Lookup(name string) (string, bool) {
	for _, entry := range e.Environ {
		if n, value, ok := strings.Cut(entry, "="); ok && n == name {
			return value, true
		}
	}
	return "", false
}

// home returns the user's folder, "" when the environment does not name it.
func (e Env) home() string {
	for _, name := range []string{"HOME", "USERPROFILE"} {
		if dir, _ := e.Lookup(name); dir != "" {
			return dir
		}
	}
	return ""
}

// resolve returns the path that a location's path stands for.
func (e Env) resolve(path string) (string, *Error) {
	if path == "~" || strings.HasPrefix(path, "~/") {
		home := e.home()
		if home == "" {
			return "", problem(ReasonAbsent, "", "the path begins with ~ and HOME is not set", "write the whole path")
		}
		path = home + path[1:]
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(e.Dir, path)
	}
	return filepath.Clean(path), nil
}

// absolute is resolve, independent of the working directory.
func (e Env) absolute(path string) (string, *Error) {
	path, failure := e.resolve(path)
	if failure != nil {
		return "", failure
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", problem(ReasonUnreadable, "", "the working directory cannot be told", "write the whole path")
	}
	return absolute, nil
}
