package location

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"rekey/exchanges"
	"rekey/internal/atomicfile"
	"rekey/internal/location/textfile"
)

// A fileChange is a file and what it will hold.
type fileChange struct {
	path   string      // as it is read
	target string      // the same, symbolic links resolved
	dir    fs.FileInfo // the folder of target
	was    [32]byte    // SHA-256 of the file when it was prepared
	after  exchanges.Secret
	lines  []string // what changes in which line; empty when nothing does
	note   string   // for Describe, or ""
}

// fileChange looks at the file from outside: may it be written, and can it?
func (w rewrite) fileChange(env Env) (fileChange, *Error) {
	f := fileChange{
		path:  w.file.path,
		was:   sha256.Sum256(w.file.Data),
		after: exchanges.NewSecret(string(w.after)),
		lines: w.lines,
	}
	target, err := filepath.EvalSymlinks(f.path)
	if err != nil {
		return f, f.changed("cannot be found any more", err)
	}
	f.target = target
	if f.dir, err = os.Stat(filepath.Dir(target)); err != nil {
		return f, f.changed("its directory cannot be looked at", err)
	}
	if loose := looseness(w.file, target, f.dir); len(loose) > 0 && !env.AcceptLooseFile {
		return f, problem(ReasonLoose, "", f.path+": "+strings.Join(loose, ", and "),
			"mend that, or accept it with --accept-risk=loose-file")
	}
	if w.file.Symlink {
		f.note = "a link to " + target
	}
	if err := writableDir(filepath.Dir(target)); err != nil {
		return f, unwritable(f.path, "its directory cannot be written to", err)
	}
	return f, nil
}

// looseness says why a file is not the user's alone.
func looseness(file *source, target string, dir fs.FileInfo) []string {
	var loose []string
	if file.Symlink {
		loose = append(loose, "it is a symbolic link to "+target)
	}
	if file.Mode&0o077 != 0 {
		loose = append(loose, fmt.Sprintf("others may read or write it (mode %04o)", file.Mode))
	}
	if file.ForeignOwner {
		loose = append(loose, "it belongs to somebody else")
	}
	if n := hardLinks(target); n > 1 {
		loose = append(loose, fmt.Sprintf("it has %d names (hard links), and the others would keep the old credential", n))
	}
	if mode := dir.Mode(); hasModes && mode.Perm()&0o002 != 0 && mode&fs.ModeSticky == 0 {
		loose = append(loose, "anybody may put another file in its place (mode of the directory)")
	}
	return loose
}

func (f fileChange) describe() string {
	path := f.path
	if f.note != "" {
		path += " (" + f.note + ")"
	}
	if len(f.lines) == 0 {
		return path + ": nothing changes"
	}
	return path + ": " + strings.Join(f.lines, ", ")
}

// A fileState says what a file holds now.
type fileState int

const (
	filePending fileState = iota // what it held when the change was prepared
	fileDone                     // the new content
	fileForeign                  // something else
)

// state looks at what the file holds now. The error says why the path does not
// lead to the same file any more.
func (f fileChange) state() (fileState, *Error) {
	target, err := filepath.EvalSymlinks(f.path)
	if err != nil {
		return fileForeign, f.changed("is gone since the change was prepared", err)
	}
	dir, err := os.Stat(filepath.Dir(target))
	if err != nil || target != f.target || !os.SameFile(dir, f.dir) {
		return fileForeign, f.changed("the path leads to another place than when the change was prepared", err)
	}
	file, err := textfile.Read(f.path, maxFile)
	if err != nil {
		return fileForeign, f.changed("cannot be read any more", err)
	}
	return f.stateOf(file.Data), nil
}

func (f fileChange) stateOf(data []byte) fileState {
	switch sha256.Sum256(data) {
	case sha256.Sum256([]byte(f.after.Reveal())): // first: both are the same where nothing changes
		return fileDone
	case f.was:
		return filePending
	}
	return fileForeign
}

// place puts the new content into the file, if it is not there yet, and
// returns when it would survive a power cut. What writers that were killed left
// beside the file goes away.
func (f fileChange) place(ctx context.Context, state fileState) *Error {
	if err := ctx.Err(); err != nil {
		return &Error{Reason: ReasonFailed, Problem: f.path + ": was not written: " + err.Error(), Err: err}
	}
	dir, err := atomicfile.OpenDir(filepath.Dir(f.target))
	if err != nil {
		return unwritable(f.path, "its directory cannot be opened", err)
	}
	defer func() { _ = dir.Close() }() // nothing is buffered in it
	if info, err := dir.Lstat("."); err != nil || !os.SameFile(info, f.dir) {
		return f.changed("its directory was exchanged since the change was prepared", err)
	}
	name := filepath.Base(f.target)
	if _, err := atomicfile.Sweep(dir, func(target string) bool { return target == name }); err != nil {
		return unwritable(f.path, "", err)
	}
	if state == fileDone {
		if err := dir.Sync(); err != nil {
			return unwritable(f.path, "its directory cannot be synced", err)
		}
		return nil
	}
	err = atomicfile.WriteIn(
		dir,
		name,
		[]byte(f.after.Reveal()),
		atomicfile.Options{Check: func() error { return f.unchanged(dir, name) }},
	)
	var changed *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &changed):
		return changed
	}
	return unwritable(f.path, "", err)
}

// unchanged looks once more, right before the file is replaced.
func (f fileChange) unchanged(dir *atomicfile.Dir, name string) error {
	file, err := dir.Open(name, os.O_RDONLY, 0)
	if err != nil {
		return f.changed("is gone since the change was prepared", err)
	}
	defer func() { _ = file.Close() }() // read only: nothing is lost
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil || f.stateOf(data) != filePending {
		return f.changed(editedMeanwhile, err)
	}
	return nil
}

const editedMeanwhile = "was edited since the change was prepared"

// changed is the error for a file that is not the one that was prepared.
func (f fileChange) changed(what string, err error) *Error {
	e := problem(ReasonChanged, "", f.path+": "+what, "nothing was written to it; look at it and try again")
	if err != nil {
		e.Err = atomicfile.Cause(err)
	}
	return e
}

// unwritable puts a refusal of the operating system into words.
func unwritable(path, what string, err error) *Error {
	var wrong *atomicfile.Error
	if errors.As(err, &wrong) {
		what, err = wrong.Problem, wrong.Err
	}
	cause := atomicfile.Cause(err)
	e := &Error{Reason: ReasonUnwritable, Problem: path + ": " + what, Err: cause}
	if cause != nil {
		e.Problem += ": " + cause.Error()
	}
	switch {
	case errors.Is(cause, syscall.EBUSY):
		e.Hint = "a single file that is mounted, as docker can do it, cannot be replaced: change it outside of the container"
	case errors.Is(cause, syscall.EPERM) && strings.Contains(what, "owner"):
		e.Hint = "run rekey as the owner of the file"
	}
	return e
}
