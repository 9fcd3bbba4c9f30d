// Package atomicfile replaces files whole. Whoever looks, also after a crash
// or a power cut, finds the old content or the new one and nothing in between.
//
// The order is always the same: a new file beside the old one (0600, a name
// that cannot be guessed, O_EXCL), its content, the mode and owner of the file
// that it replaces, fsync, rename, fsync of the directory. Everything happens
// relative to a directory that is held open, so that nobody can exchange the
// directory halfway.
package atomicfile

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"strings"
)

// A LinkChoice says what to do when the path is a symbolic link.
type LinkChoice int

// The choices for symbolic links.
const (
	// RefuseLink returns ErrSymlink and changes nothing.
	RefuseLink LinkChoice = iota
	// FollowLink replaces the file that the link leads to. The link stays.
	FollowLink
)

// Options change how a file is written. The zero value is fine.
type Options struct {
	// Mode is the mode of a file that was not there before, 0600 when it is
	// zero. A file that is replaced keeps its own.
	Mode fs.FileMode
	// Symlink is the choice for a path that is a symbolic link.
	Symlink LinkChoice
	// NoSync saves the syncs, for a file that means nothing after a power cut.
	// Whoever looks before one still finds the old content or the new one.
	NoSync bool
	// Check, when set, is called when the new content is on disk and not yet
	// in place. Its error stops the replacement and is returned as it is. It
	// is the place to see whether somebody else changed the file meanwhile.
	Check func() error
}

// Write makes data the content of the file at path. It returns nil once that
// would survive a power cut, unless Options.NoSync says that it need not.
//
// A file that is replaced keeps its mode and its owner; on Linux also its
// access control list and its user attributes. Where that is not possible
// nothing is replaced. A hard link to the old file keeps the old content.
//
// The error is an *Error, or the one of Options.Check. After an error the file
// holds the old content, or, when only the last sync failed, the new one.
func Write(path string, data []byte, o Options) error {
	w, err := create(path, o)
	if err != nil {
		return err
	}
	defer w.Discard()
	if err := fill(w, data); err != nil {
		return err
	}
	return w.Commit()
}

// WriteIn is Write for a file of a directory that is already open.
func WriteIn(dir FS, name string, data []byte, o Options) error {
	w, err := createIn(dir, name, o)
	if err != nil {
		return err
	}
	defer w.Discard()
	if err := fill(w, data); err != nil {
		return err
	}
	return w.Commit()
}

// replaceable reports whether there is a file to replace, and refuses what is
// no regular file.
func replaceable(dir FS, name string) (old bool, err error) {
	info, err := dir.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, problem(name, "cannot be looked at", err)
	}
	if err := regular(info); err != nil {
		return false, problem(name, "is not replaced", err)
	}
	return true, nil
}

func fill(w *Writer, data []byte) error {
	_, err := w.Write(data)
	return err
}

const (
	tempEnd    = ".rekey-tmp"
	tempChance = 8 // bytes
)

// tempName returns a name beside name that nobody can guess: a planted link of
// that name would be refused, and would be in the way.
func tempName(name string) string {
	var b [tempChance]byte
	_, _ = rand.Read(b[:]) // never fails
	return "." + name + "." + hex.EncodeToString(b[:]) + tempEnd
}

// targetOf returns the name that temp was made for, if it is such a name.
func targetOf(temp string) (string, bool) {
	rest, ok := strings.CutSuffix(temp, tempEnd)
	cut := len(rest) - len(".") - 2*tempChance
	if !ok || cut < 2 || rest[0] != '.' || rest[cut] != '.' {
		return "", false
	}
	_, err := hex.DecodeString(rest[cut+1:])
	return rest[1:cut], err == nil
}

// Sweep removes what Writes left behind that were killed: files with the new
// content, or a part of it. It asks owns with the name of the file that was to
// be written, and returns the names of what it removed. The caller must know
// that nobody is writing those files at this moment.
func Sweep(dir FS, owns func(name string) bool) ([]string, error) {
	names, err := dir.Names()
	if err != nil {
		return nil, problem(".", "what killed writes left cannot be looked for", err)
	}
	var removed []string
	for _, n := range names {
		if name, ok := targetOf(n); !ok || !owns(name) {
			continue
		}
		if err := dir.Remove(n); err != nil {
			return removed, problem(n, "is left of a write that was killed and cannot be removed", err)
		}
		removed = append(removed, n)
	}
	return removed, nil
}
