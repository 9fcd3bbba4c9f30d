package tree

import (
	"io"
	"strings"
)

// Rules are those of a .rekeyignore file, for paths that lie in no folder that
// could be walked: those of a history.
type Rules struct{ rules []rule }

// ParseRules adds the lines of an ignore file that lies in base, a path with
// slashes relative to the root, "" for the root itself.
func (r *Rules) ParseRules(text, base string) { r.rules = append(r.rules, parseIgnore(text, base)...) }

// None reports whether nothing is left out.
func (r Rules) None() bool { return len(r.rules) == 0 }

// LeaveOut reports whether a file is left out, by itself or with one of the
// folders that it is in.
func (r Rules) LeaveOut(path string) bool {
	if r.None() {
		return false
	}
	for i := 0; i < len(path); i++ {
		if path[i] == '/' && ignored(r.rules, path[:i], true) {
			return true
		}
	}
	return ignored(r.rules, path, false)
}

// mostRules is how long an ignore file may be.
const mostRules = 1 << 20

// ReadRegular reads a small file that is a regular one. Nothing else is opened:
// a pipe would be waited for.
func ReadRegular(path string) (string, error) {
	h, err := Open(path, true)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	_, err = io.Copy(&b, io.LimitReader(h, mostRules))
	_ = h.Close() // it was only read
	return b.String(), err
}
