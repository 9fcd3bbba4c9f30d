package scan

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A testRepo is a repository to scan.
type testRepo struct {
	t   *testing.T
	dir string
}

func newTestRepo(t *testing.T) *testRepo {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on the PATH; to run this: apt-get install git")
	}
	r := &testRepo{t, t.TempDir()}
	r.git("init", "-q")
	return r
}

func (r *testRepo) git(args ...string) string {
	r.t.Helper()
	c := exec.Command(
		"git",
		append([]string{"-C", r.dir, "-c", "user.name=dev", "-c", "user.email=dev@example.com"}, args...)...)
	c.Env = append(os.Environ(), "HOME="+r.dir, "GIT_CONFIG_NOSYSTEM=1")
	out, err := c.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r *testRepo) commit(name, text, message string) string {
	r.t.Helper()
	put(r.t, r.dir, name, []byte(text))
	r.git("add", "-f", name)
	r.git("commit", "-qm", message)
	return r.git("rev-parse", "HEAD")
}

// TestGitFindsWhatIsGone hides a credential in every corner of a repository.
func TestGitFindsWhatIsGone(t *testing.T) {
	m := newMaker(8)
	r := newTestRepo(t)
	r.commit("README", "x", "first")
	corners := map[string]made{}
	hide := func(corner string) string {
		corners[corner] = m.credential(t, "binance")
		return dotenv(corners[corner])
	}
	deleted := r.commit("old.env", hide("deleted"), "add")
	r.git("rm", "-q", "old.env")
	r.git("commit", "-qm", "remove")
	r.git("checkout", "-qb", "side")
	r.commit("side.env", hide("branch"), "side")
	r.git("checkout", "-q", "-")
	r.git("tag", "-am", "notes\n"+hide("tag"), "v1")
	put(t, r.dir, "README", []byte(hide("stash")))
	r.git("stash", "-q")
	r.commit("amended.env", hide("amended"), "oops")
	r.git("reset", "-q", "--hard", "HEAD~1")
	r.git("reflog", "expire", "--expire=now", "--all")
	put(t, r.dir, "staged.env", []byte(hide("never committed")))
	r.git("add", "staged.env")
	r.git("rm", "-qf", "--cached", "staged.env")
	r.commit("c.env", "x", "message\n\n"+hide("message"))
	hard := m.credential(t, "kucoin") // only the path says which exchange
	r.commit(
		"kucoin-bot/keys.ini",
		"[auth]\napi_key = "+hard.key+"\napi_secret = "+hard.secret+"\npassphrase = "+hard.passphrase+"\n",
		"keys",
	)
	corners["path"] = hard

	check := func(dir string) {
		t.Helper()
		result := Git(t.Context(), Options{Paths: []string{dir}, Getenv: os.Getenv})
		if len(result.Gaps) > 0 {
			t.Errorf("gaps %v", result.Gaps)
		}
		found := alarms(result)
		for corner, c := range corners {
			i := slices.IndexFunc(
				found,
				func(f Finding) bool { return f.Credential.AccessKey == c.key && f.Exchange == c.exchange },
			)
			if i < 0 {
				t.Errorf("%s: not found", corner)
				continue
			}
			if corner == "deleted" && (found[i].Commit.Hash != deleted || found[i].Place() != Place{"old.env", 1, 17}) {
				t.Errorf("deleted: found in %s at %v, want %s", found[i].Commit.Hash, found[i].Place(), deleted)
			}
		}
		if len(found) != len(corners) {
			t.Errorf("found %d, want %d", len(found), len(corners))
		}
	}
	check(r.dir)
	r.git("repack", "-qadk")
	check(r.dir)
	check(filepath.Join(r.dir, ".git"))
}

// TestBrokenObject damages an object: it is a gap, and the rest is read.
func TestBrokenObject(t *testing.T) {
	r := newTestRepo(t)
	c := newMaker(9).credential(t, "binance")
	r.commit("bot.env", dotenv(c), "keys")
	for i := range 20 {
		put(t, r.dir, "f"+strings.Repeat("x", i), []byte(strings.Repeat("y", i)))
	}
	r.git("add", ".")
	r.git("commit", "-qm", "more")
	id := r.git("rev-parse", "HEAD:fxxx")
	object := filepath.Join(r.dir, ".git", "objects", id[:2], id[2:])
	if err := os.Chmod(object, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(object, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	result := Git(t.Context(), Options{Paths: []string{r.dir}, Getenv: os.Getenv})
	found := alarms(result)
	if len(found) != 1 || found[0].Credential.AccessKey != c.key {
		t.Errorf("found %d", len(found))
	}
	if !slices.ContainsFunc(result.Gaps, func(g Gap) bool { return strings.Contains(g.Path+g.Detail, id) }) {
		t.Errorf("gaps %v, want one of %s", result.Gaps, id)
	}
}

// TestForeignRepositoryRunsNothing scans a repository whose configuration
// names programs.
func TestForeignRepositoryRunsNothing(t *testing.T) {
	r := newTestRepo(t)
	c := newMaker(10).credential(t, "binance")
	r.commit("bot.env", dotenv(c), "keys")
	mark := filepath.Join(t.TempDir(), "ran")
	script := filepath.Join(t.TempDir(), "evil.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\ntouch "+mark+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"core.fsmonitor", "core.pager", "diff.external", "core.sshCommand", "gpg.program"} {
		r.git("config", name, script)
	}
	r.git("config", "log.showSignature", "true")
	Git(t.Context(), Options{Paths: []string{r.dir}, Getenv: os.Getenv})
	Staged(t.Context(), Options{Paths: []string{r.dir}, Getenv: os.Getenv})
	Run(t.Context(), Options{Paths: []string{r.dir}, Getenv: os.Getenv})
	if _, err := os.Stat(mark); err == nil {
		t.Error("a program that the repository names was run")
	}
}

// TestGitVersions commits a file many times: what stays in it is found once,
// where it came in, and what comes later is found too.
func TestGitVersions(t *testing.T) {
	m := newMaker(11)
	r := newTestRepo(t)
	first, second, merged := m.credential(t, "binance"), m.credential(t, "kucoin"), m.credential(t, "okx")
	far := strings.Repeat("# nothing to see here\n", 400) // farther than what is held against other versions
	var came [2]string
	for i := range 12 {
		text := fmt.Sprintf("# version %d\n%s%s", i, far, dotenv(first))
		if i >= 5 {
			text += far + fmt.Sprintf("# edited %d\n", i%2) + dotenv(second)
		}
		id := r.commit("bot.env", text, fmt.Sprintf("version %d", i))
		if i == 0 {
			came[0] = id
		}
		if i == 5 {
			came[1] = id
		}
	}
	copied := r.commit("copy/bot.env", dotenv(first), "copy")
	r.git("checkout", "-qb", "side")
	r.commit("side", "x", "side")
	r.git("checkout", "-q", "-")
	r.commit("main", "x", "main")
	r.git("merge", "-q", "--no-commit", "side")
	put(t, r.dir, "evil.env", []byte(dotenv(merged)))
	r.git("add", "-f", "evil.env")
	r.git("commit", "-qm", "merge")
	merge := r.git("rev-parse", "HEAD")

	result := Git(t.Context(), Options{Paths: []string{r.dir}, Getenv: os.Getenv, Workers: 3})
	type where struct{ exchange, path, commit string }
	var got []where
	for _, f := range alarms(result) {
		got = append(got, where{f.Exchange, f.Place().Path, f.Commit.Hash})
	}
	want := []where{
		{"binance", "bot.env", came[0]},
		{"kucoin", "bot.env", came[1]},
		{"binance", "copy/bot.env", copied},
		{"okx", "evil.env", merge},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(where{})); diff != "" || len(result.Gaps) > 0 {
		t.Errorf("gaps %v; findings (-want +got):\n%s", result.Gaps, diff)
	}
}

// TestBrokenCommit damages a commit in the middle of a history: the damage is
// said, and what came before and after is found, under its path unless
// it came with the very next commit.
func TestBrokenCommit(t *testing.T) {
	m := newMaker(12)
	r := newTestRepo(t)
	before, after := m.credential(t, "binance"), m.credential(t, "kucoin")
	first := r.commit("before.env", dotenv(before), "before")
	id := r.commit("x", "x", "broken")
	r.commit("next", "x", "next")
	last := r.commit("after.env", dotenv(after), "after")
	object := filepath.Join(r.dir, ".git", "objects", id[:2], id[2:])
	if err := os.Chmod(object, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(object, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	result := Git(t.Context(), Options{Paths: []string{r.dir}, Getenv: os.Getenv})
	got := map[string]string{}
	for _, f := range alarms(result) {
		got[f.Place().Path] = f.Commit.Hash
	}
	if diff := cmp.Diff(map[string]string{"before.env": first, "after.env": last}, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if !slices.ContainsFunc(result.Gaps, func(g Gap) bool { return strings.Contains(g.Path+g.Detail, id) }) {
		t.Errorf("gaps %v, want one of %s", result.Gaps, id)
	}
}

// TestGitElsewhere scans repositories whose objects lie in another folder:
// submodules, linked work trees, clones that share.
func TestGitElsewhere(t *testing.T) {
	m := newMaker(13)
	inner, outer := newTestRepo(t), newTestRepo(t)
	c := m.credential(t, "binance")
	inner.commit("bot.env", dotenv(c), "keys")
	outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.dir, "sub")
	outer.git("commit", "-qm", "sub")
	linked, bare, shared := filepath.Join(
		t.TempDir(),
		"linked",
	), filepath.Join(
		t.TempDir(),
		"bare",
	), filepath.Join(
		t.TempDir(),
		"shared",
	)
	outer.git("worktree", "add", "-q", linked)
	inner.git("clone", "-q", "--bare", inner.dir, bare)
	inner.git("clone", "-q", "--shared", inner.dir, shared)
	for _, dir := range []string{outer.dir, filepath.Join(outer.dir, "sub"), linked, bare, shared} {
		result := Git(t.Context(), Options{Paths: []string{dir}, Getenv: os.Getenv})
		if found := alarms(result); len(found) != 1 || found[0].Credential.AccessKey != c.key || len(result.Gaps) > 0 {
			t.Errorf("%s: found %d, gaps %v", filepath.Base(dir), len(found), result.Gaps)
		}
	}
}
