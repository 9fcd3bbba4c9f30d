package atomicfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"rekey/internal/atomicfile"
)

const accessList, defaultList = "system.posix_acl_access", "system.posix_acl_default"

// readableBy is an access control list: user::rw- user:1234:r-- group::---
// mask::r-- other::---, in the form of Linux (version 2; tag, permissions, id).
func readableBy() []byte {
	const none = "\xff\xff\xff\xff"
	return []byte("\x02\x00\x00\x00" +
		"\x01\x00\x06\x00" + none +
		"\x02\x00\x04\x00\xd2\x04\x00\x00" +
		"\x04\x00\x00\x00" + none +
		"\x10\x00\x04\x00" + none +
		"\x20\x00\x00\x00" + none)
}

func set(t *testing.T, path, name string, value []byte) {
	t.Helper()
	if err := unix.Setxattr(path, name, value, 0); errors.Is(err, unix.ENOTSUP) {
		t.Skipf("the file system has no attribute %s; run the tests with TMPDIR on one that has (ext4, xfs, btrfs)", name)
	} else if err != nil {
		t.Fatal(err)
	}
}

// attribute returns the value, "" when there is none.
func attribute(t *testing.T, path, name string) string {
	t.Helper()
	buf := make([]byte, 1024)
	n, err := unix.Getxattr(path, name, buf)
	if errors.Is(err, unix.ENODATA) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(buf[:n])
}

// A bot that may read its .env through an access control list must be able to
// read it after a rotation.
func TestAccessControlListIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	set(t, path, accessList, readableBy())
	set(t, path, "user.note", []byte("kept"))
	if err := atomicfile.Write(path, []byte("x"), atomicfile.Options{}); err != nil {
		t.Fatal(err)
	}
	if got := attribute(t, path, accessList); got != string(readableBy()) {
		t.Errorf("the list is now %q", got)
	}
	if got := attribute(t, path, "user.note"); got != "kept" {
		t.Errorf("the attribute is now %q", got)
	}
}

// A directory whose new files let somebody in: the old file did not, so the
// one that replaces it must not.
func TestInheritedListIsDropped(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	set(t, dir, defaultList, readableBy())
	if err := atomicfile.Write(path, []byte("x"), atomicfile.Options{}); err != nil {
		t.Fatal(err)
	}
	if got := attribute(t, path, accessList); got != "" {
		t.Errorf("the file that replaces it has the list %q", got)
	}
	if mode, _ := stat(t, path); mode != 0o640 {
		t.Errorf("the mode is %v", mode)
	}
}
