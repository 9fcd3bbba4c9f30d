//go:build unix

package store

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"rekey/exchanges"
)

func modeOf(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

func chmod(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// Whatever the umask of cron is, nobody else gets in.
func TestModes(t *testing.T) {
	for _, mask := range []int{0, 0o022, 0o077} {
		old := syscall.Umask(mask)
		o := holding(t)
		syscall.Umask(old)
		for path, wanted := range map[string]fs.FileMode{
			o.Dir: 0o700, filepath.Join(o.Dir, FileName): 0o600,
			filepath.Join(o.Dir, IdentityName): 0o600, filepath.Join(o.Dir, lockName): 0o600,
		} {
			if mode := modeOf(t, path); mode != wanted {
				t.Errorf("umask %03o: %s has mode %03o", mask, filepath.Base(path), mode)
			}
		}
	}
}

// Others could read it: the store is refused until a person has looked.
func TestLooseModes(t *testing.T) {
	for _, name := range []string{FileName, IdentityName} {
		for _, mode := range []fs.FileMode{0o604, 0o640, 0o620, 0o602, 0o610, 0o666} {
			o := holding(t)
			f := open(t, o)
			path := filepath.Join(o.Dir, name)
			chmod(t, path, mode)
			_, err := Open(t.Context(), o)
			want(t, refuses(t, err, ReasonLoose, o.Dir), name+": may be used by others than its owner"+
				" (chmod 600 "+name+"; if others had the time to read it, rotate what is in it)")
			if name == FileName {
				refuses(t, f.Put(t.Context(), "bot", sample(2)), ReasonLoose)
			}
			chmod(t, path, 0o400)
			want(t, held(t, open(t, o)), "run-1")
		}
	}
	path := filepath.Join(t.TempDir(), "passphrase")
	writeFile(t, path, []byte(testPassphrase))
	chmod(t, path, 0o644)
	_, err := PassphraseFile(path)(t.Context())
	refuses(t, err, ReasonLoose)
}

// Who may write to the directory may exchange the store.
func TestLooseDirectory(t *testing.T) {
	for _, mode := range []fs.FileMode{0o770, 0o707, 0o755, 0o701, 0o777 | fs.ModeSticky} {
		o := holding(t)
		f := open(t, o)
		chmod(t, o.Dir, mode)
		_, err := Open(t.Context(), o)
		want(
			t,
			refuses(t, err, ReasonLoose, filepath.Dir(o.Dir)),
			"rekey: may be used by others than its owner (chmod 700 rekey)",
		)
		_, err = Create(t.Context(), o, exchanges.Secret{})
		refuses(t, err, ReasonLoose)
		refuses(t, f.Put(t.Context(), "bot", sample(2)), ReasonLoose)
		_, err = f.Get(t.Context(), "bot")
		refuses(t, err, ReasonLoose)
		chmod(t, o.Dir, 0o700)
		want(t, held(t, f), "run-1")
	}
}

func TestForeignOwner(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away; run the tests as root to see a store of another user refused")
	}
	for _, name := range []string{FileName, IdentityName, "."} {
		o := holding(t)
		if err := os.Chown(filepath.Join(o.Dir, name), 65534, 65534); err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), o)
		refuses(t, err, ReasonOwner)
	}
}

// A planted link leads nowhere: it is neither read nor written through.
func TestSymlinks(t *testing.T) {
	for _, name := range []string{FileName, IdentityName, lockName} {
		o := holding(t)
		f := open(t, o)
		path, target := filepath.Join(o.Dir, name), filepath.Join(t.TempDir(), "target")
		if err := os.Rename(path, target); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
		before := readFile(t, target)
		if name != lockName {
			_, err := Open(t.Context(), o)
			refuses(t, err, ReasonSymlink)
		}
		if name != IdentityName { // which a store that is open has in memory
			refuses(t, f.Put(t.Context(), "bot", sample(2)), ReasonSymlink)
		}
		if string(readFile(t, target)) != string(before) {
			t.Errorf("%s: the target was changed", name)
		}
	}
	// A link to nothing is not the absence of a store.
	o := options(t)
	create(t, o, "")
	if err := os.Remove(filepath.Join(o.Dir, FileName)); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nothing", filepath.Join(o.Dir, FileName)); err != nil {
		t.Fatal(err)
	}
	_, err := Create(t.Context(), o, exchanges.Secret{})
	refuses(t, err, ReasonExists)
	_, err = Open(t.Context(), o)
	refuses(t, err, ReasonSymlink)
}

// A pipe in the place of a file makes nobody wait.
func TestPipes(t *testing.T) {
	for _, name := range []string{FileName, IdentityName} {
		o := holding(t)
		path := filepath.Join(o.Dir, name)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), o)
		want(t, refuses(t, err, ReasonFailed, o.Dir), name+": is no regular file")
	}
}
