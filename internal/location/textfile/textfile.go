// Package textfile reads text files that somebody else wrote: bot
// configurations, .env files, rekey.yaml. It opens regular files only, never
// waits for a pipe or a device, reads no more than it is allowed, and refuses
// what is not UTF-8 text. Its errors name the path and never the content.
package textfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"unicode/utf8"
)

// Facts are what is seen of a file from outside. They are filled in as far as
// the look went, also beside an error.
type Facts struct {
	Mode    uint32 // permission bits, 0 when not known
	Symlink bool   // the path itself is a symbolic link
	// ForeignOwner says that the file, or the link to it, belongs to somebody
	// who is neither the user nor root.
	ForeignOwner bool
}

// A File is a text file as it was read.
type File struct {
	Facts
	// Data is the content byte for byte, with its byte order mark.
	Data []byte
}

// Text returns the content without the byte order mark.
func (f File) Text() []byte { return f.Data[len(f.Data)-len(TrimBOM(f.Data)):] }

// An Error says why a file cannot be used.
type Error struct {
	Path    string
	Problem string
	Err     error // fs.ErrNotExist, fs.ErrPermission or nil
}

func (e *Error) Error() string { return e.Path + ": " + e.Problem }

// Unwrap returns the class of the error.
func (e *Error) Unwrap() error { return e.Err }

const byteOrderMark = "\xef\xbb\xbf"

// TrimBOM returns data without a UTF-8 byte order mark at its start.
func TrimBOM(data []byte) []byte { return bytes.TrimPrefix(data, []byte(byteOrderMark)) }

// Read reads the text file at path, following a symbolic link. A file of more
// than limit bytes is refused. The error is an *Error.
func Read(path string, limit int64) (File, error) {
	var f File
	link, err := os.Lstat(path)
	if err != nil {
		return f, openError(path, err)
	}
	f.Symlink = link.Mode()&fs.ModeSymlink != 0
	f.ForeignOwner = ownedByOthers(link)
	// Looking before opening keeps devices untouched: opening one can already
	// do something.
	info, err := os.Stat(path)
	if err != nil {
		if f.Symlink && errors.Is(err, fs.ErrNotExist) {
			return f, &Error{path, "is a symbolic link to nothing", fs.ErrNotExist}
		}
		return f, openError(path, err)
	}
	if err := f.look(path, info); err != nil {
		return f, err
	}
	file, err := openForReading(path)
	if err != nil {
		return f, openError(path, err)
	}
	defer func() { _ = file.Close() }() // read only: nothing is lost
	// The path may have changed in between; what was opened counts.
	if info, err = file.Stat(); err != nil {
		return f, openError(path, err)
	}
	if err := f.look(path, info); err != nil {
		return f, err
	}
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return f, openError(path, err)
	}
	if int64(len(data)) > limit {
		return f, &Error{
			path,
			fmt.Sprintf("is larger than %s, the most that rekey reads of such a file", sizeWords(limit)),
			nil,
		}
	}
	if problem := CheckText(data); problem != "" {
		return f, &Error{path, problem, nil}
	}
	f.Data = data
	return f, nil
}

// look takes the facts of info and refuses anything but a regular file.
func (f *File) look(path string, info fs.FileInfo) error {
	f.Mode = permissionBits(info)
	f.ForeignOwner = f.ForeignOwner || ownedByOthers(info)
	var what string
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		what = "is a directory"
	case mode&fs.ModeNamedPipe != 0:
		what = "is a named pipe"
	case mode&fs.ModeSocket != 0:
		what = "is a socket"
	case mode&fs.ModeDevice != 0:
		what = "is a device"
	default:
		what = "is no regular file"
	}
	return &Error{path, what + "; rekey reads regular files only", nil}
}

// CheckText returns why data is not the text of a configuration, or "".
func CheckText(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return "is UTF-16 text; save it as UTF-8"
	case bytes.IndexByte(data, 0) >= 0:
		return "holds a NUL byte, so it is no text file"
	case !utf8.Valid(data):
		return fmt.Sprintf("is not valid UTF-8 in line %d", invalidLine(data))
	}
	return ""
}

// invalidLine returns the line of the first byte that is not UTF-8.
func invalidLine(data []byte) int {
	line := 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		data = data[size:]
	}
	return line
}

func sizeWords(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}

// openError puts an error of the operating system into words.
func openError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Error{path, "does not exist", fs.ErrNotExist}
	case errors.Is(err, syscall.ENOTDIR):
		return &Error{path, "does not exist: a part of the path is no directory", fs.ErrNotExist}
	case errors.Is(err, fs.ErrPermission):
		return &Error{path, "cannot be read: permission denied", fs.ErrPermission}
	}
	var number syscall.Errno
	if errors.As(err, &number) {
		return &Error{path, "cannot be read: " + number.Error(), nil}
	}
	return &Error{path, "cannot be read", nil}
}

// HasPrefix reports whether the regular file at path begins with these bytes.
// It may be no text file.
func HasPrefix(path, prefix string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	file, err := openForReading(path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }() // read only: nothing is lost
	data, err := io.ReadAll(io.LimitReader(file, int64(len(prefix))))
	return err == nil && string(data) == prefix
}
