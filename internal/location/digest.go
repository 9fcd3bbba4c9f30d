package location

import "crypto/sha256"

// A FileSum names a file of a Change and the SHA-256 of what it held when the
// change was prepared and of what it holds once it is applied: the same where
// nothing was to be changed.
type FileSum struct {
	Path          string
	Before, After [sha256.Size]byte
}

// Files returns the files that Apply writes, in their order, none for a
// location that is no file.
func (c Change) Files() []FileSum {
	var out []FileSum
	for _, f := range c.files {
		out = append(out, FileSum{Path: f.path, Before: f.was, After: sha256.Sum256([]byte(f.after.Reveal()))})
	}
	return out
}
