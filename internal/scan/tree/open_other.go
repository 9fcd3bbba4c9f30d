//go:build !linux

package tree

import (
	"errors"
	"io/fs"
	"os"
)

// A Handle is an open file.
type Handle struct {
	*os.File
	info fs.FileInfo
}

// ErrSpecial is returned for what is no regular file.
var ErrSpecial = errors.New("is not a regular file")

// Open opens a regular file for reading. A symbolic link is refused, unless
// follow is set.
func Open(path string, follow bool) (*Handle, error) {
	look := os.Lstat
	if follow {
		look = os.Stat
	}
	info, err := look(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrSpecial
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &Handle{f, info}, nil
}

// Size is how long the file was when it was opened.
func (h *Handle) Size() int64 { return h.info.Size() }

// Mode returns the permission bits.
func (h *Handle) Mode() fs.FileMode { return h.info.Mode().Perm() }

// Changed reports whether the file is longer or shorter than when it was
// opened.
func (h *Handle) Changed() bool {
	now, err := h.Stat()
	return err == nil && (now.Size() != h.info.Size() || !now.ModTime().Equal(h.info.ModTime()))
}
