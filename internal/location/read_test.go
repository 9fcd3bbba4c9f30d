package location

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/audit"
)

func fileLocations(name string) []string {
	return []string{"dotenv:" + name + "#X", "json:" + name, "yaml:" + name, "toml:" + name, "freqtrade:" + name}
}

// Whatever the kind, a file that is no text is refused before it is parsed.
func TestFilesThatAreNoText(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		reason  Reason
		want    string
	}{
		"nul":    {"X_KEY=CANARY\x00", ReasonUnreadable, "holds a NUL byte, so it is no text file"},
		"utf16":  {"\xff\xfeX\x00", ReasonUnreadable, "is UTF-16 text; save it as UTF-8"},
		"latin1": {"X_KEY=CANARY\xe9\n", ReasonUnreadable, "is not valid UTF-8 in line 1"},
		"toolong": {
			strings.Repeat("#CANARY\n", maxFile/8+1), ReasonUnreadable,
			"is larger than 10 MiB, the most that rekey reads of such a file",
		},
	} {
		env := write(t, map[string]string{name: c.content})
		for _, text := range fileLocations(name) {
			want(t, refuses(t, env, text, c.reason), text+": "+name+": "+c.want)
		}
	}
}

func TestFilesThatAreNotThere(t *testing.T) {
	env := write(t, map[string]string{"f": "X_KEY=CANARY"})
	for _, text := range fileLocations("gone") {
		want(t, refuses(t, env, text, ReasonAbsent), text+": gone: does not exist")
		_, err := mustParse(t, text).Read(t.Context(), env)
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v is not fs.ErrNotExist", err)
		}
	}
	for _, text := range fileLocations("f/below") {
		want(t, refuses(t, env, text, ReasonAbsent), text+": f/below: does not exist: a part of the path is no directory")
	}
	for _, text := range fileLocations("../" + filepath.Base(env.Dir)) {
		if got := refuses(t, env, text, ReasonUnreadable); !strings.HasSuffix(
			got,
			"is a directory; rekey reads regular files only",
		) {
			t.Errorf("got %s", got)
		}
	}
}

// The audit judges the file, so what was seen of it is told even if it cannot
// be used.
func TestSeenBesideAnError(t *testing.T) {
	env := write(t, map[string]string{"loose": "CANARY\x00"})
	if err := os.Chmod(filepath.Join(env.Dir, "loose"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("loose", filepath.Join(env.Dir, "link")); err != nil {
		t.Skipf("symbolic links cannot be made here; run the tests where they can: %v", err)
	}
	r, err := mustParse(t, "json:link#/a").Read(t.Context(), env)
	if err == nil {
		t.Fatal("was read")
	}
	wanted := []audit.Location{{Text: "json:link#/a", Path: filepath.Join(env.Dir, "link"), Mode: 0o644, Symlink: true}}
	if os.PathSeparator == '\\' {
		wanted[0].Mode = 0
	}
	if diff := cmp.Diff(wanted, r.Seen); diff != "" {
		t.Error(diff)
	}
}

func TestPaths(t *testing.T) {
	env := write(t, map[string]string{"home/.env": "X_KEY=" + testKey + "\nX_SECRET=" + testSecret + "\n"})
	env.Environ = []string{"HOME=" + filepath.Join(env.Dir, "home")}
	reads(t, env, "dotenv:~/.env#X", "")
	reads(t, env, "dotenv:home/.env#X", "")
	reads(t, env, "dotenv:./home/../home/.env#X", "")
	reads(t, Env{}, "dotenv:"+filepath.Join(env.Dir, "home", ".env")+"#X", "")
	want(t, refuses(t, Env{Dir: env.Dir}, "dotenv:~/.env#X", ReasonAbsent),
		"dotenv:~/.env#X: the path begins with ~ and HOME is not set (write the whole path)")
	// Another user's folder is no part of the grammar.
	want(t, refuses(t, env, "dotenv:~root/.env#X", ReasonAbsent), "dotenv:~root/.env#X: ~root/.env: does not exist")
}

func TestReadStopsWhenToldTo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := mustParse(t, "env:X").Read(ctx, environ("X_KEY=a", "X_SECRET=b"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := (Location{}).Read(t.Context(), Env{}); err == nil || err.Error() != "no credential location is named" {
		t.Errorf("got %v", err)
	}
}
