//go:build unix

package journal

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// state makes a state directory with a journal of two records.
func state(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "state")
	j, _, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range story()[:2] {
		if err := j.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// wantUnsafe checks that Open refuses, says this, and wrote nothing to a file that
// was planted.
func wantUnsafe(t *testing.T, dir, words string) {
	t.Helper()
	j, _, err := Open(dir, options())
	if err == nil {
		_ = j.Close()
	}
	var e *UnsafeError
	if !errors.As(err, &e) || !strings.Contains(err.Error(), words) || e.Hint == "" {
		t.Errorf("got %v, want an *UnsafeError with %q", err, words)
	}
}

// What Open makes is for the user alone, whatever the umask.
func TestModes(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := state(t)
	j, _, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	for name, want := range map[string]fs.FileMode{
		".": 0o700, fileName: 0o600, headName: 0o600,
		lockName: 0o600, holderName: 0o600,
	} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %04o, want %04o", name, got, want)
		}
	}
}

// Others may change the directory, or use one of the files.
func TestLooseModes(t *testing.T) {
	for _, name := range []string{".", fileName, headName, lockName} {
		for _, bits := range []fs.FileMode{0o040, 0o020, 0o010, 0o004, 0o002, 0o001} {
			if name == "." && bits&0o022 == 0 {
				continue
			}
			dir := state(t)
			path := filepath.Join(dir, name)
			info, err := os.Stat(path)
			if err == nil {
				err = os.Chmod(path, info.Mode().Perm()|bits)
			}
			if err != nil {
				t.Fatal(err)
			}
			wantUnsafe(t, dir, map[bool]string{true: "changed", false: "used"}[name == "."]+" by others (mode 0")
			v, err := Read(dir)
			if err != nil || v.Err() != nil || len(v.Lines) != 2 {
				t.Errorf("reading: %v, %v", v, err)
			}
			wantRemarks(t, v.Remarks, Loose)
		}
	}
}

// A link is planted in the place of a file: it is neither followed nor
// replaced, and what it leads to stays as it was.
func TestPlantedLinks(t *testing.T) {
	for _, name := range []string{fileName, headName, lockName, holderName} {
		for _, target := range []string{"victim", "nothing", name} {
			dir := state(t)
			victim := filepath.Join(t.TempDir(), "victim")
			if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
				t.Fatal(err)
			}
			to := filepath.Join(filepath.Dir(victim), target)
			if target == name {
				to = filepath.Join(dir, name) // a loop
			}
			path := filepath.Join(dir, name)
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			if err := os.Symlink(to, path); err != nil {
				t.Fatal(err)
			}
			wantUnsafe(t, dir, "is a symbolic link")
			if got, _ := os.ReadFile(victim); string(got) != "precious" {
				t.Errorf("%s: the victim holds %q", name, got)
			}
			if _, err := os.Lstat(filepath.Join(filepath.Dir(victim), "nothing")); err == nil {
				t.Errorf("%s: a file was made through the link", name)
			}
			if _, err := Read(dir); name == fileName && err == nil {
				t.Errorf("%s was read through the link", name)
			}
		}
	}
}

// The link is planted after the look and before the opening.
func TestLockThroughLink(t *testing.T) {
	dir := state(t)
	victim := filepath.Join(t.TempDir(), "victim")
	for _, err := range []error{
		os.WriteFile(victim, nil, 0o600), os.Remove(filepath.Join(dir, lockName)),
		os.Symlink(victim, filepath.Join(dir, lockName)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	opened, err := openDir(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	_, _, err = takeLock(dir, opened, Holder{})
	if !errors.Is(err, syscall.ELOOP) {
		t.Errorf("got %v", err)
	}
}

// Pipes and directories in the place of files: nobody waits for them.
func TestNoRegularFiles(t *testing.T) {
	for _, name := range []string{fileName, headName, lockName, holderName} {
		for what, plant := range map[string]func(string) error{
			"a pipe":      func(p string) error { return syscall.Mkfifo(p, 0o600) },
			"a directory": func(p string) error { return os.Mkdir(p, 0o700) },
		} {
			dir := state(t)
			path := filepath.Join(dir, name)
			_ = os.Remove(path)
			if err := plant(path); err != nil {
				t.Fatal(what, err)
			}
			wantUnsafe(t, dir, "is no regular file")
		}
	}
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(file, options()); err == nil {
		t.Error("a file was opened as a directory")
	}
}

// A link to the directory is fine: people move it to another disk.
func TestLinkedDirectory(t *testing.T) {
	dir := state(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	j, _, err := Open(link, options())
	if err != nil {
		t.Fatal(err)
	}
	_ = j.Close()
	// But what is behind it must be the user's alone.
	if err := os.Chmod(dir, 0o775); err != nil {
		t.Fatal(err)
	}
	wantUnsafe(t, link, "can be changed by others (mode 0775)")
}

// The user made the directory, in the way that one makes directories.
func TestOrdinaryDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	j, remarks, err := Open(dir, options())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	wantRemarks(t, remarks, Begun)
}

// Root must not write to a user's journal: the user could not any more. A
// user cannot use root's.
func TestForeignOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away; run the tests as root to see the journal of another user refused")
	}
	for _, name := range []string{".", fileName, headName, lockName} {
		dir := state(t)
		if err := os.Chown(filepath.Join(dir, name), 1234, -1); err != nil {
			t.Fatal(err)
		}
		wantUnsafe(t, dir, "belongs to another user (uid 1234; this is uid 0)")
	}
}

// The disk is mounted read-only, or the user lost the right to write.
func TestReadOnlyDirectory(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write anywhere; run the tests as an ordinary user to see a read-only directory refused")
	}
	dir := state(t)
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Chmod(dir, 0o700) }()
	j, _, err := Open(dir, options())
	if err == nil { // an open file can still be appended to, and its head cannot be replaced
		err = j.Append(story()[0])
		_ = j.Close()
	}
	var e *WriteError
	if !errors.As(err, &e) || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("got %v", err)
	}
}
