package tree

import (
	"errors"
	"io"
	"io/fs"
	"syscall"
)

// A Handle is an open file, without what os.File adds: a scan opens tens of
// thousands of them.
type Handle struct {
	fd   int
	stat syscall.Stat_t
	read int64
}

// ErrSpecial is returned for what is no regular file.
var ErrSpecial = errors.New("is not a regular file")

// Open opens a regular file for reading. A symbolic link is refused, unless
// follow is set, and so is everything that reading could block on.
func Open(path string, follow bool) (*Handle, error) {
	flags := syscall.O_RDONLY | syscall.O_CLOEXEC | syscall.O_NONBLOCK
	if !follow {
		flags |= syscall.O_NOFOLLOW
	}
	fd, err := retry(func() (int, error) { return syscall.Open(path, flags, 0) })
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	h := &Handle{fd: fd}
	if err := syscall.Fstat(fd, &h.stat); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	if h.stat.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return nil, errors.Join(ErrSpecial, h.Close())
	}
	return h, nil
}

// Size is how long the file was when it was opened.
func (h *Handle) Size() int64 { return h.stat.Size }

// Mode returns the permission bits.
func (h *Handle) Mode() fs.FileMode { return fs.FileMode(h.stat.Mode & 0o777) }

// Changed reports whether the file is another one, or longer or shorter, than
// when it was opened.
func (h *Handle) Changed() bool {
	var now syscall.Stat_t
	return syscall.Fstat(h.fd, &now) == nil && (now.Size != h.stat.Size || now.Mtim != h.stat.Mtim)
}

// Read reads as io.Reader has it.
func (h *Handle) Read(b []byte) (int, error) {
	if h.read == h.stat.Size && h.read > 0 {
		return 0, io.EOF // as it was when it was opened; see Changed
	}
	n, err := retry(func() (int, error) { return syscall.Read(h.fd, b) })
	switch {
	case err != nil:
		return 0, err
	case n == 0 && len(b) > 0:
		return 0, io.EOF
	}
	h.read += int64(n)
	return n, nil
}

// ReadAt reads as io.ReaderAt has it.
func (h *Handle) ReadAt(b []byte, off int64) (int, error) {
	total := 0
	for total < len(b) {
		n, err := retry(func() (int, error) { return syscall.Pread(h.fd, b[total:], off+int64(total)) })
		if err != nil {
			return total, err
		}
		if n == 0 {
			return total, io.EOF
		}
		total += n
	}
	return total, nil
}

// Close closes the file.
func (h *Handle) Close() error { return syscall.Close(h.fd) }

func retry(f func() (int, error)) (int, error) {
	for {
		n, err := f()
		if !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}
