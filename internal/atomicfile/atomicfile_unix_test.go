//go:build unix

package atomicfile_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"rekey/internal/atomicfile"
)

func stat(t *testing.T, path string) (fs.FileMode, *syscall.Stat_t) {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm(), info.Sys().(*syscall.Stat_t)
}

func TestMode(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := t.TempDir()
	fresh, public := filepath.Join(dir, "fresh"), filepath.Join(dir, "public")
	if err := atomicfile.Write(fresh, nil, atomicfile.Options{}); err != nil {
		t.Fatal(err)
	}
	if mode, _ := stat(t, fresh); mode != 0o600 {
		t.Errorf("a new file has mode %v", mode)
	}
	if err := atomicfile.Write(public, nil, atomicfile.Options{Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	if mode, _ := stat(t, public); mode != 0o644 {
		t.Errorf("a new file has mode %v, want the one asked for", mode)
	}
	for _, mode := range []fs.FileMode{0o400, 0o600, 0o640, 0o664, 0o755} {
		if err := os.Chmod(fresh, mode); err != nil {
			t.Fatal(err)
		}
		if err := atomicfile.Write(fresh, []byte("x"), atomicfile.Options{Mode: 0o666}); err != nil {
			t.Fatal(err)
		}
		if got, _ := stat(t, fresh); got != mode {
			t.Errorf("mode %v became %v", mode, got)
		}
	}
	if err := atomicfile.MakeDir(filepath.Join(dir, "a", "b")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"a", "a/b"} {
		if mode, _ := stat(t, filepath.Join(dir, path)); mode != 0o700 {
			t.Errorf("%s has mode %v", path, mode)
		}
	}
}

// Root rewrites a file of a user: it stays the user's.
func TestOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away; run the tests as root to see owners kept")
	}
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, 1234, 4321); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(path, []byte("x"), atomicfile.Options{}); err != nil {
		t.Fatal(err)
	}
	if mode, s := stat(t, path); s.Uid != 1234 || s.Gid != 4321 || mode != 0o640 {
		t.Errorf("now %d:%d %v", s.Uid, s.Gid, mode)
	}
}

// Somebody else's file in a directory that we may write to: we could replace
// it, and could not give the new one to its owner.
func TestForeignOwnerIsRefused(t *testing.T) {
	if path := os.Getenv("ATOMICFILE_TEST_FOREIGN"); path != "" {
		err := atomicfile.Write(path, []byte("mine now"), atomicfile.Options{})
		if !errors.Is(err, syscall.EPERM) {
			t.Errorf("got %v", err)
		}
		return
	}
	if os.Geteuid() != 0 {
		t.Skip("only root can become another user; run the tests as root to see a file of somebody else refused")
	}
	// A directory that the other user can reach, unlike t.TempDir.
	dir, err := os.MkdirTemp("", "atomicfile") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "f")
	if err := errors.Join(os.Chmod(dir, 0o777), os.WriteFile(path, []byte("theirs"), 0o644)); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "test")
	data, err := os.ReadFile(os.Args[0])
	if err == nil {
		err = os.WriteFile(binary, data, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "-test.run=^TestForeignOwnerIsRefused$", "-test.v")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "ATOMICFILE_TEST_FOREIGN="+path)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if got := read(t, path); got != "theirs" {
		t.Errorf("the file holds %q", got)
	}
	if got := entries(t, dir); len(got) != 2 {
		t.Errorf("the directory holds %v", got)
	}
}

// A named pipe must not make a write wait, nor be replaced.
func TestNamedPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(path, []byte("x"), atomicfile.Options{}); !errors.Is(err, atomicfile.ErrNotRegular) {
		t.Errorf("got %v", err)
	}
}

// The directory is exchanged between two steps: everything happens in the one
// that was opened.
func TestExchangedDirectory(t *testing.T) {
	base := t.TempDir()
	dir, moved := filepath.Join(base, "dir"), filepath.Join(base, "moved")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	err := atomicfile.Write(filepath.Join(dir, "f"), []byte("x"), atomicfile.Options{Check: func() error {
		return errors.Join(os.Rename(dir, moved), os.Mkdir(dir, 0o700))
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, filepath.Join(moved, "f")); got != "x" {
		t.Errorf("the file holds %q", got)
	}
	if got := entries(t, dir); len(got) != 0 {
		t.Errorf("the directory that was put there holds %v", got)
	}
}
