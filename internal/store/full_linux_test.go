package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"rekey/exchanges"
)

// smallDisk mounts a file system of 64 KiB.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("rekey-test", dir, "tmpfs", 0, "size=64k,mode=0700"); err != nil {
		t.Skipf("file systems cannot be mounted here; run the tests as root, where that is allowed: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill leaves no room on a disk.
func fill(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "filler")
	if err := os.WriteFile(path, []byte(strings.Repeat("x", 1<<20)), 0o600); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	return path
}

// The disk is full when the secret that is shown once has to be stored.
func TestFullDisk(t *testing.T) {
	o := Options{Dir: filepath.Join(smallDisk(t), "state")}
	f := create(t, o, "")
	put(t, f, 1)
	filler := fill(t, filepath.Dir(o.Dir))
	for _, err := range []error{
		f.Put(t.Context(), "bot", sample(2)), f.Forget(t.Context(), "bot", sample(1).Fingerprint()),
	} {
		text := refuses(t, err, ReasonDiskFull, o.Dir)
		want(
			t,
			text,
			"store.age: cannot be written: the disk is full (make room for a second copy of the file; no entry was lost)",
		)
	}
	want(t, held(t, f), "run-1")
	if entries, err := os.ReadDir(o.Dir); err != nil || len(entries) != 3 {
		t.Errorf("%d files are left, %v", len(entries), err)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	put(t, f, 2)
	want(t, held(t, f), "run-2 run-1")
}

// Room for the key and none for the store: the next attempt goes on.
func TestCreateOnFullDisk(t *testing.T) {
	o := Options{Dir: filepath.Join(smallDisk(t), "state")}
	if err := os.Mkdir(o.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	filler := fill(t, filepath.Dir(o.Dir))
	for room := int64(0); ; room += 4 << 10 {
		info, err := os.Stat(filler)
		if err != nil {
			t.Fatal(err)
		}
		if room > 0 {
			if err := os.Truncate(filler, info.Size()-4<<10); err != nil {
				t.Fatal(err)
			}
		}
		f, err := Create(t.Context(), o, exchanges.Secret{})
		if err == nil {
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
			put(t, f, 1)
			return
		}
		refuses(t, err, ReasonDiskFull)
		_, err = Open(t.Context(), o)
		refuses(t, err, ReasonAbsent)
		if room > 32<<10 {
			t.Fatal("32 KiB are not enough for an empty store")
		}
	}
}
