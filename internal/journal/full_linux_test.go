package journal

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"rekey/internal/atomicfile"
)

// fullFile is a file whose disk is full, as the kernel plays it.
type fullFile struct {
	atomicfile.File
	full *os.File
}

func (f fullFile) Write(b []byte) (int, error) { return f.full.Write(b) }

func TestDevFull(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skipf("there is no full disk to write to here (%v); run the tests where /dev/full exists", err)
	}
	defer func() { _ = full.Close() }()
	dir := state(t)
	j, _, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	j.file = fullFile{j.file, full}
	for range 2 {
		err := j.Append(story()[2])
		var e *WriteError
		if !errors.As(err, &e) || !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("got %v", err)
		}
	}
	if want := filepath.Join(dir, fileName) + ": cannot be written: no space left on device"; j.failed.Error() != want {
		t.Errorf("the error says %q", j.failed)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	j, remarks, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	wantRemarks(t, remarks)
}

// A real file system of 256 KiB is filled to the last byte, again and again:
// each time Append says so, and what was acknowledged is there when space is
// made.
func TestFullFileSystem(t *testing.T) {
	mount := t.TempDir()
	if err := syscall.Mount("tmpfs", mount, "tmpfs", 0, "size=256k,mode=0700"); err != nil {
		t.Skipf("file systems cannot be mounted here; run the tests as root, where that is allowed: %v", err)
	}
	defer func() { _ = syscall.Unmount(mount, syscall.MNT_DETACH) }()
	dir, ballast := filepath.Join(mount, "state"), filepath.Join(mount, "ballast")
	acknowledged, mended := 0, map[RemarkKind]int{}
	for round := range 12 {
		j, remarks, err := Open(dir, options())
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for _, r := range remarks {
			mended[r.Kind]++
		}
		if have := len(slices.Collect(j.Records())); have != acknowledged && have != acknowledged+1 {
			t.Fatalf("%d were acknowledged, %d are there", acknowledged, have)
		} else {
			acknowledged = have
		}
		fill(t, ballast, round)
		r := story()[round%4]
		if round%2 == 1 { // longer than a page, so that a part of it finds room
			r.Data.Whitelist = slices.Repeat([]string{strings.Repeat("x", 1000)}, 6)
		}
		for err == nil {
			if err = j.Append(r); err == nil {
				acknowledged++
			}
		}
		var e *WriteError
		if !errors.As(err, &e) || !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("got %v", err)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
		// Read needs no space, Open may.
		if v, err := Read(dir); err != nil || v.Err() != nil || len(v.Lines) < acknowledged {
			t.Errorf("%v %v", err, v.Err())
		}
		if j, _, err := Open(dir, options()); err == nil {
			_ = j.Close()
		} else if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("open on a full disk: %v", err)
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d records; mended: %v", acknowledged, mended)
	if mended[TornLine] == 0 || mended[HeadBehind] == 0 {
		t.Error("too little went wrong")
	}
}

// fill takes the space that is left but for some pages.
func fill(t *testing.T, path string, round int) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	page := make([]byte, 4096)
	pages := int64(0)
	for err == nil {
		if _, err = f.Write(page); err == nil {
			pages++
		}
	}
	if err := errors.Join(f.Truncate(max(0, pages-int64(round%4))*4096), f.Close()); err != nil {
		t.Fatal(err)
	}
}
