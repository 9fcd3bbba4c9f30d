package atomicfile

import (
	"errors"
	"io/fs"
	"os"
)

// ErrSymlink says that a path is a symbolic link where a file was wanted.
var ErrSymlink = errors.New("it is a symbolic link")

// ErrNotRegular says that a path is a directory, a pipe, a device.
var ErrNotRegular = errors.New("it is no regular file")

// ErrNotADirectory says that a file stands where a directory was wanted.
var ErrNotADirectory = errors.New("it is no directory")

// ErrExchanged says that a file was exchanged for another one while it was
// being opened.
var ErrExchanged = errors.New("it was exchanged while it was opened")

// An Error says why a file was not written. Its text holds the path and never
// the content.
type Error struct {
	Path    string
	Problem string
	Err     error // the cause, for errors.Is: ErrSymlink, syscall.ENOSPC, ...
}

// Error says the path, the problem and the cause.
func (e *Error) Error() string {
	text := e.Path + ": " + e.Problem
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// problem makes an Error without the paths that the os package adds: they name
// the temporary file.
func problem(path, text string, err error) *Error {
	return &Error{Path: path, Problem: text, Err: Cause(err)}
}

// Cause returns what an error of this package or of the os package says went
// wrong, without the operation and the path.
func Cause(err error) error {
	var own *Error
	var path *fs.PathError
	var link *os.LinkError
	var call *os.SyscallError
	switch {
	case errors.As(err, &own):
		return Cause(own.Err)
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	case errors.As(err, &call):
		return call.Err
	}
	return err
}
