//go:build unix

package textfile

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// None of these may make rekey wait, or read without an end.
func TestRefusesSpecialFiles(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	link := filepath.Join(dir, "link")
	if err := os.Symlink("pipe", link); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		pipe:        "is a named pipe; rekey reads regular files only",
		link:        "is a named pipe; rekey reads regular files only",
		socket:      "is a socket; rekey reads regular files only",
		"/dev/zero": "is a device; rekey reads regular files only",
		"/dev/null": "is a device; rekey reads regular files only",
	} {
		if got := problem(t, path, 100); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

func TestSymbolicLinks(t *testing.T) {
	path := file(t, "text")
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	f, err := Read(link, 100)
	if err != nil || string(f.Data) != "text" || !f.Symlink || f.Mode != 0o600 {
		t.Errorf("got %+v, %v", f, err)
	}
	f, err = Read(path, 100)
	if err != nil || f.Symlink {
		t.Errorf("got %+v, %v", f, err)
	}

	dangling := path + ".dangling"
	if err := os.Symlink("gone", dangling); err != nil {
		t.Fatal(err)
	}
	if got := problem(t, dangling, 100); got != "is a symbolic link to nothing" {
		t.Errorf("got %q", got)
	}
	if f, _ := Read(dangling, 100); !f.Symlink {
		t.Error("a dangling link is not told to be one")
	}

	loop := path + ".loop"
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	if got := problem(t, loop, 100); !strings.HasPrefix(got, "cannot be read: ") {
		t.Errorf("got %q", got)
	}
}

func TestFacts(t *testing.T) {
	path := file(t, "a\x00")
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	// The facts are told of a file that cannot be used, too.
	f, err := Read(path, 100)
	if err == nil || f.Mode != 0o666 || f.ForeignOwner {
		t.Errorf("got %+v, %v", f.Facts, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if ownedByOthers(info) {
		t.Error("one's own file is said to be another's")
	}
	stranger := fakeInfo{info, &syscall.Stat_t{Uid: uint32(os.Geteuid()) + 1}}
	if !ownedByOthers(stranger) {
		t.Error("another's file is said to be one's own")
	}
	if ownedByOthers(fakeInfo{info, &syscall.Stat_t{Uid: 0}}) {
		t.Error("root's file is said to be another's")
	}
}

type fakeInfo struct {
	fs.FileInfo
	sys any
}

func (i fakeInfo) Sys() any { return i.sys }

func TestUnreadable(t *testing.T) {
	if err := openError("f", &fs.PathError{
		Op: "open", Path: "f",
		Err: syscall.EACCES,
	}); err.Error() != "f: cannot be read: permission denied" ||
		!errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v", err)
	}
	if err := openError("f", &fs.PathError{
		Op: "read", Path: "f",
		Err: syscall.EIO,
	}); err.Error() != "f: cannot be read: input/output error" {
		t.Errorf("got %v", err)
	}
	if os.Geteuid() == 0 {
		t.Skip("root may read everything; run the tests as an ordinary user to see a file of mode 0000 refused")
	}
	path := file(t, "text")
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if got := problem(t, path, 100); got != "cannot be read: permission denied" {
		t.Errorf("got %q", got)
	}
}
