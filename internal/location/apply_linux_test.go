package location

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// giveUpRoot makes this test look at files as an ordinary user, who owns the
// paths given, until it ends.
func giveUpRoot(t *testing.T, paths ...string) {
	t.Helper()
	const uid = 12345
	for _, path := range paths {
		if err := os.Chown(path, uid, uid); err != nil {
			t.Fatal(err)
		}
	}
	for dir := filepath.Dir(paths[0]); strings.HasPrefix(dir, filepath.Clean(os.TempDir())+"/"); dir = filepath.Dir(dir) {
		chmod(t, dir, 0o755) // the test's own, on the way
	}
	// Only the effective ids change, and only those of this thread.
	runtime.LockOSThread()
	act := func(id uintptr) syscall.Errno {
		const keep = ^uintptr(0)
		order := []uintptr{syscall.SYS_SETRESGID, syscall.SYS_SETRESUID}
		if id == 0 {
			slices.Reverse(order)
		}
		for _, call := range order {
			if _, _, errno := syscall.RawSyscall(call, keep, id, keep); errno != 0 {
				return errno
			}
		}
		return 0
	}
	if errno := act(uid); errno != 0 {
		t.Skipf("the ids of a thread cannot be changed here; run the tests as an ordinary user: %v", errno)
	}
	t.Cleanup(func() {
		if errno := act(0); errno != 0 {
			t.Errorf("the thread stays an ordinary user's: %v", errno)
			return // and ends with the test
		}
		runtime.UnlockOSThread()
	})
}

// mounted returns a folder on a file system of its own.
func mounted(t *testing.T, options string, files map[string]string) Env {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("file systems cannot be mounted here; run the tests as root, where that is allowed: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Errorf("%s: %v", dir, err)
		}
	})
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Env{Dir: dir}
}

// No space for the new file beside the old one.
func TestFullDisk(t *testing.T) {
	env := mounted(t, "size=32k,mode=700", map[string]string{".env": plainFile, "free": strings.Repeat("x", 8<<10)})
	change := prepares(t, env, "dotenv:.env#X", credential(newKey, newSecret, ""))
	fill, err := os.Create(filepath.Join(env.Dir, "full"))
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = fill.Write(make([]byte, 1<<10))
	}
	if !errors.Is(err, syscall.ENOSPC) || fill.Close() != nil {
		t.Fatalf("the disk could not be filled: %v", err)
	}
	err = change.Apply(t.Context())
	want(t, isError(t, env, err, ReasonUnwritable), "dotenv:.env#X: .env: cannot be written: no space left on device")
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v is not ENOSPC", err)
	}
	want(t, content(t, env, ".env"), plainFile)
	only(t, env.Dir, ".env", "free", "full")

	if err := os.Remove(filepath.Join(env.Dir, "free")); err != nil {
		t.Fatal(err)
	}
	if err := change.Apply(t.Context()); err != nil {
		t.Errorf("with space again: %v", err)
	}
	want(t, content(t, env, ".env"), swap(plainFile))
}

func TestReadOnlyFileSystem(t *testing.T) {
	env := mounted(t, "size=64k,mode=700", map[string]string{".env": plainFile})
	change := prepares(t, env, "dotenv:.env#X", credential(newKey, newSecret, ""))
	if err := unix.Mount("tmpfs", env.Dir, "tmpfs", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		t.Skipf("a file system cannot be made read-only here; run the tests as root, where that is allowed: %v", err)
	}
	want(
		t,
		isError(t, env, change.Apply(t.Context()), ReasonUnwritable),
		"dotenv:.env#X: .env: cannot be written: read-only file system",
	)
	want(t, declines(t, env, "dotenv:.env#X", credential(newKey, newSecret, ""), ReasonUnwritable),
		"dotenv:.env#X: .env: its directory cannot be written to: read-only file system")
	want(t, content(t, env, ".env"), plainFile)
	only(t, env.Dir, ".env")
}

// docker mounts single files. Such a file cannot be replaced, and one must not
// fall back to writing into it.
func TestMountedFile(t *testing.T) {
	env := mounted(t, "size=64k,mode=700", map[string]string{".env": "#", "outside": plainFile})
	path := filepath.Join(env.Dir, ".env")
	if err := unix.Mount(filepath.Join(env.Dir, "outside"), path, "", unix.MS_BIND, ""); err != nil {
		t.Skipf("single files cannot be mounted here; run the tests as root, where that is allowed: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(path, 0) })
	change := prepares(t, env, "dotenv:.env#X", credential(newKey, newSecret, ""))
	want(
		t,
		isError(t, env, change.Apply(t.Context()), ReasonUnwritable),
		"dotenv:.env#X: .env: cannot be replaced: device or resource busy"+
			" (a single file that is mounted, as docker can do it, cannot be replaced: change it outside of the container)",
	)
	want(t, content(t, env, "outside"), plainFile)
	only(t, env.Dir, ".env", "outside")
}

// Somebody else's file in one's own folder: its owner cannot be kept, so it is
// not replaced; the bot could not read what takes its place.
func TestOwnerCannotBeKept(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can make somebody else's file; run the tests as root to see it refused")
	}
	env := write(t, map[string]string{"d/.env": plainFile})
	dir, path := filepath.Join(env.Dir, "d"), filepath.Join(env.Dir, "d", ".env")
	chmod(t, path, 0o666)
	if err := os.Chown(path, 23456, 23456); err != nil {
		t.Fatal(err)
	}
	giveUpRoot(t, dir)
	change := prepares(t, loosely(env), "dotenv:d/.env#X", credential(newKey, newSecret, ""))
	want(
		t,
		isError(t, env, change.Apply(t.Context()), ReasonUnwritable),
		"dotenv:d/.env#X: d/.env: its mode and owner cannot be kept: operation not permitted (run rekey "+
			"as the owner of the file)",
	)
	want(t, content(t, env, "d/.env"), plainFile)
	only(t, dir, ".env")
}
