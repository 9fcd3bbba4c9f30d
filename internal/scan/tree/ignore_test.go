package tree

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestIgnoredAsGitDoes compares the ignore rules with git's own.
func TestIgnoredAsGitDoes(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on the PATH; to run this: apt-get install git")
	}
	dir := t.TempDir()
	git := func(in string, args ...string) string {
		c := exec.Command("git", append([]string{"-C", dir}, args...)...)
		c.Env = append(os.Environ(), "HOME="+dir, "GIT_CONFIG_NOSYSTEM=1")
		c.Stdin = strings.NewReader(in)
		out, _ := c.Output() // check-ignore ends with 1 where nothing is ignored
		return string(out)
	}
	git("", "init", "-q")
	rules := "# comment\n*.log\n!keep.log\n/top\nbuild/\ndoc/*.txt\n**/deep/x\na/**/z\nabc/**\n\\#odd\n" +
		"sp ace \nt?st\n[ab].c\n[!ab].h\n"
	if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	parsed := parseIgnore(rules, "")
	for _, name := range []string{
		"x.log", "sub/x.log", "keep.log", "sub/keep.log", "top", "sub/top", "doc/a.txt", "doc/sub/a.txt", "deep/x",
		"q/deep/x", "a/z", "a/b/z", "a/b/c/z",
		"abc/q", "#odd", "sp ace", "test", "teest", "a.c", "c.c", "a.h", "c.h", "plain",
	} {
		want := git(name+"\n", "check-ignore", "--stdin") != ""
		if got := ignored(parsed, name, false); got != want {
			t.Errorf("%s: ignored is %v, git says %v", name, got, want)
		}
	}
}

func FuzzIgnore(f *testing.F) {
	f.Add("*.log\n!a\n/b/**/c\n", "x/y.log")
	f.Fuzz(func(_ *testing.T, rules, name string) {
		if len(rules) < 1000 && strings.Count(rules, "**") < 5 && len(name) < 100 {
			ignored(parseIgnore(rules, "x"), name, true)
		}
	})
}

// walked lists what a walk sends.
func walked(t *testing.T, root string, o Options) (names []string, gaps []Gap, counts Counts) {
	t.Helper()
	o.Gap = func(g Gap) { gaps = append(gaps, g) }
	out := make(chan []File)
	go func() {
		counts = Walk(t.Context(), root, o, out)
		close(out)
	}()
	for some := range out {
		for _, f := range some {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return names, gaps, counts
}

func TestWalk(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("a", "")
	put("repo/.git/HEAD", "")
	put("repo/.git/objects/xx", "")
	put("repo/.gitignore", "secret.env\n")
	put("repo/secret.env", "")
	put("repo/sub/secret.env", "")
	put("norepo/.gitignore", "secret.env\n")
	put("norepo/secret.env", "")
	put("norepo/.rekeyignore", "x\n")
	put("norepo/x", "")
	put("line\nbreak\x1b[2J", "")
	if err := os.Symlink(dir, filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"a",
		"line\nbreak\x1b[2J",
		"norepo/.gitignore",
		"norepo/.rekeyignore",
		"norepo/secret.env",
		"repo/.git/HEAD",
		"repo/.gitignore",
	}
	names, gaps, counts := walked(t, dir, Options{})
	if !slices.Equal(names, want) || len(gaps) != 0 {
		t.Errorf("walked %q with gaps %v, want %q", names, gaps, want)
	}
	if counts.Ignored != 2 || counts.Own != 1 || counts.Special != 1 {
		t.Errorf("left out %+v", counts)
	}
	names, _, _ = walked(t, dir, Options{All: true})
	if want := append(slices.Clone(want), "repo/secret.env", "repo/sub/secret.env"); len(names) != len(want) {
		t.Errorf("with --all walked %q, want %q", names, want)
	}
	if names, _, _ = walked(t, filepath.Join(dir, "repo", "sub"), Options{}); len(names) != 0 {
		t.Errorf("below the root of the work tree walked %q, want nothing", names)
	}
	if names, _, _ = walked(t, filepath.Join(dir, "repo", "secret.env"), Options{}); len(names) != 1 {
		t.Errorf("a file that is named was left out")
	}
	if _, gaps, _ = walked(t, filepath.Join(dir, "nowhere"), Options{}); len(gaps) != 1 || gaps[0].Kind != "vanished" {
		t.Errorf("a missing root gives %v", gaps)
	}
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir, false); err == nil {
		t.Error("a folder was opened")
	}
	file := filepath.Join(dir, "f")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "l")
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(link, false); err == nil {
		t.Error("a link was followed")
	}
	h, err := Open(link, true)
	if err != nil {
		t.Fatal(err)
	}
	_ = h.Close()
}
