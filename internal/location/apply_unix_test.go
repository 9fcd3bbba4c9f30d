//go:build unix

package location

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// loosely is env with the risk accepted.
func loosely(env Env) Env {
	env.AcceptLooseFile = true
	return env
}

func chmod(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// Which modes are refused, and that each is kept.
func TestLooseModes(t *testing.T) {
	for _, mode := range []fs.FileMode{0o400, 0o600, 0o700, 0o640, 0o604, 0o660, 0o602, 0o644, 0o666} {
		env := write(t, map[string]string{".env": plainFile})
		chmod(t, filepath.Join(env.Dir, ".env"), mode)
		if mode&0o077 != 0 {
			want(
				t,
				declines(t, env, "dotenv:.env#X", credential(newKey, newSecret, ""), ReasonLoose),
				fmt.Sprintf(
					"dotenv:.env#X: .env: others may read or write it (mode %04o) (mend that, or accept it with "+
						"--accept-risk=loose-file)",
					mode,
				),
			)
			// Also for the credential that is there, so that a plan can tell.
			declines(t, env, "dotenv:.env#X", credential(testKey, testSecret, ""), ReasonLoose)
			env = loosely(env)
		}
		stores(t, env, "dotenv:.env#X", credential(newKey, newSecret, ""))
		info, err := os.Stat(filepath.Join(env.Dir, ".env"))
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("mode %04o became %v, %v", mode, info.Mode(), err)
		}
	}
}

func TestLooseLinks(t *testing.T) {
	env := write(t, map[string]string{"real/.env": plainFile})
	link, target := filepath.Join(env.Dir, ".env"), filepath.Join(env.Dir, "real", ".env")
	if err := os.Symlink(filepath.Join("real", ".env"), link); err != nil {
		t.Fatal(err)
	}
	to := credential(newKey, newSecret, "")
	want(
		t,
		declines(t, env, "dotenv:.env#X", to, ReasonLoose),
		"dotenv:.env#X: .env: it is a symbolic link to real/.env (mend that, or accept it with --accept-risk=loose-file)",
	)
	change := stores(t, loosely(env), "dotenv:.env#X", to)
	want(
		t,
		strings.ReplaceAll(change.Describe(), env.Dir+"/", ""),
		".env (a link to real/.env): access key in line 1, secret in line 2",
	)
	if got, err := os.Readlink(link); err != nil || got != "real/.env" {
		t.Errorf("the link is now %q, %v", got, err)
	}
	want(t, content(t, env, "real/.env"), swap(plainFile))
	only(t, env.Dir, ".env", "real")
	only(t, filepath.Join(env.Dir, "real"), ".env")

	// Two names for one file: replacing it would leave the other one behind.
	if err := os.Link(target, filepath.Join(env.Dir, "second")); err != nil {
		t.Skipf("hard links cannot be made here; run the tests where they can: %v", err)
	}
	want(
		t,
		declines(t, env, "dotenv:real/.env#X", credential(testKey, testSecret, ""), ReasonLoose),
		"dotenv:real/.env#X: real/.env: it has 2 names (hard links), and the others would keep the old credential (mend "+
			"that, or accept it with --accept-risk=loose-file)",
	)
	stores(t, loosely(env), "dotenv:real/.env#X", credential(testKey, testSecret, ""))
	want(t, content(t, env, "second"), swap(plainFile))

	// A folder that is a link is the user's own way to name things.
	if err := os.Symlink("real", filepath.Join(env.Dir, "folder")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(env.Dir, "second")); err != nil {
		t.Fatal(err)
	}
	stores(t, env, "dotenv:folder/.env#X", to)
}

func TestLooseDirectory(t *testing.T) {
	env := write(t, map[string]string{".env": plainFile})
	chmod(t, env.Dir, 0o777)
	want(
		t,
		declines(t, env, "dotenv:.env#X", credential(newKey, newSecret, ""), ReasonLoose),
		"dotenv:.env#X: .env: anybody may put another file in its place (mode of the directory) (mend that, or accept it "+
			"with --accept-risk=loose-file)",
	)
	chmod(t, env.Dir, 0o777|fs.ModeSticky)
	stores(t, env, "dotenv:.env#X", credential(newKey, newSecret, ""))
}

func TestLooseOwner(t *testing.T) {
	env := write(t, map[string]string{".env": plainFile})
	path := filepath.Join(env.Dir, ".env")
	if err := os.Chown(path, 12345, 23456); err != nil {
		t.Skipf("only root can give files away; run the tests as root to see owners kept: %v", err)
	}
	want(t, declines(t, env, "dotenv:.env#X", credential(newKey, newSecret, ""), ReasonLoose),
		"dotenv:.env#X: .env: it belongs to somebody else (mend that, or accept it with --accept-risk=loose-file)")
	stores(t, loosely(env), "dotenv:.env#X", credential(newKey, newSecret, ""))
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); !ok || stat.Uid != 12345 || stat.Gid != 23456 ||
		info.Mode().Perm() != 0o600 {
		t.Errorf("the file now belongs to %+v", info.Sys())
	}
}

// Between the two steps the way to the file is bent.
func TestApplyElsewhere(t *testing.T) {
	setting := func(t *testing.T) (Env, Change) {
		t.Helper()
		env := write(t, map[string]string{"bot/.env": plainFile, "trap/.env": plainFile})
		return env, prepares(t, env, "dotenv:bot/.env#X", credential(newKey, newSecret, ""))
	}
	const hint = " (nothing was written to it; look at it and try again)"
	const elsewhere = "dotenv:bot/.env#X: bot/.env: the path leads to another place than when the " +
		"change was prepared" + hint
	move := func(t *testing.T, env Env, from, to string) {
		t.Helper()
		if err := os.Rename(filepath.Join(env.Dir, from), filepath.Join(env.Dir, to)); err != nil {
			t.Fatal(err)
		}
	}
	link := func(t *testing.T, env Env, to, name string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(env.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("the folder for a link", func(t *testing.T) {
		env, change := setting(t)
		move(t, env, "bot", "old")
		link(t, env, "trap", "bot")
		want(t, isError(t, env, change.Apply(t.Context()), ReasonChanged), elsewhere)
		want(t, content(t, env, "trap/.env"), plainFile)
		want(t, content(t, env, "old/.env"), plainFile)
	})
	t.Run("the folder for another one", func(t *testing.T) {
		env, change := setting(t)
		move(t, env, "bot", "old")
		move(t, env, "trap", "bot")
		want(t, isError(t, env, change.Apply(t.Context()), ReasonChanged), elsewhere)
		want(t, content(t, env, "bot/.env"), plainFile)
	})
	t.Run("the folder, after all looks at the path", func(t *testing.T) {
		env, change := setting(t)
		move(t, env, "bot", "old")
		link(t, env, "trap", "bot")
		err := change.files[0].place(t.Context(), filePending)
		want(
			t,
			strings.ReplaceAll(err.Error(), env.Dir+"/", ""),
			"bot/.env: its directory was exchanged since the change was prepared"+hint,
		)
		want(t, content(t, env, "trap/.env"), plainFile)
		only(t, filepath.Join(env.Dir, "trap"), ".env")
	})
	t.Run("the file, after all looks at the path", func(t *testing.T) {
		env, change := setting(t)
		if err := os.WriteFile(filepath.Join(env.Dir, "bot", ".env"), []byte(plainFile+"#"), 0o600); err != nil {
			t.Fatal(err)
		}
		err := change.files[0].place(t.Context(), filePending)
		want(t, strings.ReplaceAll(err.Error(), env.Dir+"/", ""), "bot/.env: was edited since the change was prepared"+hint)
		want(t, content(t, env, "bot/.env"), plainFile+"#")
		only(t, filepath.Join(env.Dir, "bot"), ".env")
	})
	t.Run("the file for a link", func(t *testing.T) {
		env, change := setting(t)
		move(t, env, "bot/.env", "bot/old")
		link(t, env, "../trap/.env", "bot/.env")
		want(t, isError(t, env, change.Apply(t.Context()), ReasonChanged), elsewhere)
		err := change.files[0].place(t.Context(), filePending)
		if err == nil || err.Reason != ReasonUnwritable {
			t.Errorf("got %v", err)
		}
		want(t, content(t, env, "trap/.env"), plainFile)
		only(t, filepath.Join(env.Dir, "bot"), ".env", "old")
	})
	t.Run("the file for a pipe", func(t *testing.T) {
		env, change := setting(t)
		move(t, env, "bot/.env", "bot/old")
		if err := syscall.Mkfifo(filepath.Join(env.Dir, "bot", ".env"), 0o600); err != nil {
			t.Fatal(err)
		}
		isError(t, env, change.Apply(t.Context()), ReasonChanged)
	})
	t.Run("a dangling link and a loop", func(t *testing.T) {
		env, _ := setting(t)
		link(t, env, "nothing", "dangling")
		link(t, env, "loop", "loop")
		declines(t, loosely(env), "dotenv:dangling#X", credential(newKey, newSecret, ""), ReasonAbsent)
		declines(t, loosely(env), "dotenv:loop#X", credential(newKey, newSecret, ""), ReasonUnreadable)
	})
}

// A folder in which nothing may be made, seen by an ordinary user.
func TestReadOnlyDirectory(t *testing.T) {
	env := write(t, map[string]string{"d/.env": plainFile})
	dir := filepath.Join(env.Dir, "d")
	change := prepares(t, env, "dotenv:d/.env#X", credential(newKey, newSecret, ""))
	chmod(t, dir, 0o555)
	t.Cleanup(func() { chmod(t, dir, 0o700) })
	if os.Geteuid() == 0 {
		giveUpRoot(t, env.Dir, dir, filepath.Join(dir, ".env"))
	}
	err := change.Apply(t.Context())
	want(t, isError(t, env, err, ReasonUnwritable), "dotenv:d/.env#X: d/.env: cannot be written: permission denied")
	if !errors.Is(err, fs.ErrPermission) {
		t.Errorf("%v is not fs.ErrPermission", err)
	}
	want(t, declines(t, env, "dotenv:d/.env#X", credential(newKey, newSecret, ""), ReasonUnwritable),
		"dotenv:d/.env#X: d/.env: its directory cannot be written to: permission denied")
	want(t, content(t, env, "d/.env"), plainFile)
	only(t, dir, ".env")
}
