package scan

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"rekey/internal/scan/text"
)

// gitScan scans the objects of a repository, with PATH and HOME alone.
func gitScan(t *testing.T, dir string, path string) Result {
	t.Helper()
	home := t.TempDir()
	return Git(t.Context(), Options{Paths: []string{dir}, Getenv: func(name string) string {
		return map[string]string{"PATH": path, "HOME": home}[name]
	}})
}

// TestNotTheWholeHistory wants a gap wherever a part of the history is not in
// the repository: CI systems clone with one commit.
func TestNotTheWholeHistory(t *testing.T) {
	up := newTestRepo(t)
	up.git("config", "uploadpack.allowFilter", "true")
	up.commit(".env", dotenv(newMaker(31).credential(t, "kucoin")), "add")
	up.git("rm", "-q", ".env")
	up.git("commit", "-qm", "remove")
	up.commit("y", "x", "last")
	clone := func(args ...string) string {
		to := filepath.Join(t.TempDir(), "clone")
		up.git(append(append([]string{"clone", "-q"}, args...), "file://"+up.dir, to)...)
		return to
	}
	lost := clone()
	blob := up.git("rev-parse", "HEAD:y")
	if out, err := exec.Command("sh", "-c", `cd "$1" && mv .git/objects/pack pack && for p in pack/*.pack; do git `+
		`unpack-objects -q < $p; done && rm -f .git/objects/`+
		blob[:2]+"/"+blob[2:], "sh", lost).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, c := range map[string]struct {
		dir, detail string
	}{
		"whole":   {clone(), ""},
		"shallow": {clone("--depth", "1"), "is a shallow clone"},
		"partial": {clone("--filter=blob:none", "--no-checkout"), "the clone is partial"},
		"lost":    {lost, "1 object missing"},
	} {
		r := gitScan(t, c.dir, os.Getenv("PATH"))
		switch {
		case c.detail == "" && len(r.Gaps) > 0:
			t.Errorf("%s: gaps %v", name, r.Gaps)
		case c.detail != "" && (len(r.Gaps) != 1 || r.Gaps[0].Kind != GapMissing ||
			!strings.Contains(r.Gaps[0].Detail, c.detail)):
			t.Errorf("%s: gaps %v, want one that %s", name, r.Gaps, c.detail)
		}
	}
}

// TestOldGitStartsNothing scans a hostile repository with a git that does not
// know GIT_NO_LAZY_FETCH: nothing of the repository may run.
func TestOldGitStartsNothing(t *testing.T) {
	r := newTestRepo(t)
	r.commit(".env", dotenv(newMaker(32).credential(t, "binance")), "one")
	tree := r.git("rev-parse", "HEAD^{tree}")
	if err := os.Remove(filepath.Join(r.dir, ".git", "objects", tree[:2], tree[2:])); err != nil {
		t.Fatal(err)
	}
	old, mark := t.TempDir(), filepath.Join(t.TempDir(), "executed")
	payload := filepath.Join(old, "payload.sh")
	real, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	for name, script := range map[string]string{
		"git":        "#!/bin/sh\nunset GIT_NO_LAZY_FETCH\nexec " + real + " \"$@\"\n",
		"payload.sh": "#!/bin/sh\ntouch " + mark + "\nexit 1\n",
	} {
		if err := os.WriteFile(filepath.Join(old, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	config := "\n[extensions]\n\tpartialClone = origin\n[remote \"origin\"]\n\turl = ext::" + payload +
		"\n\tpromisor = true\n[protocol \"ext\"]\n\tallow = always\n[core]\n\trepositoryformatversion = 1\n"
	f, err := os.OpenFile(filepath.Join(r.dir, ".git", "config"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.WriteString(config)
	_ = f.Close()
	t.Setenv("PATH", old+string(os.PathListSeparator)+os.Getenv("PATH")) // git is looked for there
	got := gitScan(t, r.dir, old+string(os.PathListSeparator)+os.Getenv("PATH"))
	Staged(t.Context(), Options{Paths: []string{r.dir}, Getenv: func(name string) string {
		return map[string]string{"PATH": old + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME": r.dir}[name]
	}})
	if _, err := os.Stat(mark); err == nil {
		t.Error("a program that the repository names was run")
	}
	if len(got.Findings) != 1 || len(got.Gaps) == 0 {
		t.Errorf("found %v, gaps %v", got.Findings, got.Gaps)
	}
}

// TestIgnoredInHistory leaves out what .rekeyignore names, unless the same
// content was ever at another path.
func TestIgnoredInHistory(t *testing.T) {
	m := newMaker(33)
	only, both := m.credential(t, "binance"), m.credential(t, "kucoin")
	r := newTestRepo(t)
	put(t, r.dir, "vendor/broken.gz", gzipped(bytes.Repeat([]byte("x1y2"), 100_000))[:200])
	put(t, r.dir, "vendor/a.env", []byte(dotenv(only)))
	put(t, r.dir, "vendor/b.env", []byte(dotenv(both)))
	r.git("add", "-f", "vendor")
	r.git("commit", "-qm", "vendored")
	r.commit("bot/.env", dotenv(both), "used")
	if got := gitScan(t, r.dir, os.Getenv("PATH")); len(got.Findings) != 2 || len(got.Gaps) != 1 {
		t.Fatalf("without .rekeyignore: %d findings, gaps %v", len(got.Findings), got.Gaps)
	}
	put(t, r.dir, ".rekeyignore", []byte("vendor/\n"))
	for _, bare := range []bool{false, true} {
		dir := r.dir
		if bare {
			r.git("add", "-f", ".rekeyignore")
			r.git("commit", "-qm", "ignore")
			dir = filepath.Join(t.TempDir(), "bare")
			r.git("clone", "-q", "--bare", "file://"+r.dir, dir)
		}
		got := gitScan(t, dir, os.Getenv("PATH"))
		if len(got.Findings) != 1 || got.Findings[0].Place().Path != "bot/.env" || len(got.Gaps) != 0 || got.Left.Own != 2 {
			t.Errorf("bare %v: found %+v, gaps %v, %d left out", bare, got.Findings, got.Gaps, got.Left.Own)
		}
	}
}

// TestUnreadFormats wants a gap for what is known by sight and not read.
func TestUnreadFormats(t *testing.T) {
	for name, c := range map[string]struct{ head, detail string }{
		"a.lz4":  {"\x04\x22\x4d\x18 and more", "lz4"},
		"a.deb":  {"!<arch>\ndebian-binary   ", "deb"},
		"a.rpm":  {"\xed\xab\xee\xdb and more", "rpm"},
		"a.Z":    {"\x1f\x9d\x90 and more", "compress"},
		"a.lzma": {"\x5d\x00\x00\x80\x00 and more", "lzma"},
		"a.pdf":  {"%PDF-1.7\n1 0 obj << /Filter /FlateDecode >> stream", "PDF"},
	} {
		dir := t.TempDir()
		put(t, dir, name, []byte(c.head))
		r := Run(t.Context(), Options{Paths: []string{dir}})
		if len(r.Gaps) != 1 || r.Gaps[0].Kind != GapFormat || r.Gaps[0].Path != name ||
			!strings.Contains(r.Gaps[0].Detail, c.detail) {
			t.Errorf("%s: gaps %v", name, r.Gaps)
		}
	}
	dir := t.TempDir()
	put(t, dir, "plain.pdf", []byte("%PDF-1.7\n1 0 obj << >> stream\nBT (hello) Tj ET\nendstream"))
	if r := Run(t.Context(), Options{Paths: []string{dir}}); len(r.Gaps) != 0 {
		t.Errorf("a PDF that is not compressed: gaps %v", r.Gaps)
	}
}

// TestUTF16WithoutMark reads what Windows programs write without a mark.
func TestUTF16WithoutMark(t *testing.T) {
	c := newMaker(34).credential(t, "binance")
	for name, order := range map[string]binary.AppendByteOrder{
		"little.txt": binary.LittleEndian,
		"big.txt":    binary.BigEndian,
	} {
		var b []byte
		for _, u := range utf16.Encode([]rune("€ kept here\r\n" + dotenv(c))) {
			b = order.AppendUint16(b, u)
		}
		dir := t.TempDir()
		put(t, dir, name, b)
		r := Run(t.Context(), Options{Paths: []string{dir}})
		if len(r.Findings) != 1 || r.Findings[0].Credential.AccessKey != c.key || r.Findings[0].AccessKey.Line != 2 ||
			len(r.Gaps) != 0 {
			t.Errorf("%s: found %+v, gaps %v", name, r.Findings, r.Gaps)
		}
	}
	for _, data := range [][]byte{
		[]byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"),
		bytes.Repeat([]byte{0}, 64), bytes.Repeat([]byte{1, 0}, 64),
	} {
		if e := text.EncodingOf(data); e != text.Binary {
			t.Errorf("%.8q is taken for text of the encoding %d", data, e)
		}
	}
}

// TestOverlappingZip wants a hostile zip to end at once, with one gap.
func TestOverlappingZip(t *testing.T) {
	var one bytes.Buffer
	z := zip.NewWriter(&one)
	w, _ := z.Create("a")
	_, _ = w.Write(bytes.Repeat([]byte{0}, 1<<20))
	_ = z.Close()
	r, err := zip.NewReader(bytes.NewReader(one.Bytes()), int64(one.Len()))
	if err != nil {
		t.Fatal(err)
	}
	start := bytes.Index(one.Bytes(), []byte("PK\x01\x02"))
	end := bytes.Index(one.Bytes(), []byte("PK\x05\x06"))
	const n = 20_000
	entry := one.Bytes()[start:end]
	all := append(bytes.Clone(one.Bytes()[:start]), bytes.Repeat(entry, n)...)
	tail := bytes.Clone(one.Bytes()[end:])
	binary.LittleEndian.PutUint16(tail[8:], n)
	binary.LittleEndian.PutUint16(tail[10:], n)
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(entry)*n))
	dir := t.TempDir()
	put(t, dir, "overlap.zip", append(all, tail...))
	began := time.Now()
	got := Run(t.Context(), Options{Paths: []string{dir}})
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
	if len(got.Gaps) != 1 || got.Gaps[0].Kind != GapLimit || got.Gaps[0].Path != "overlap.zip" ||
		!strings.Contains(got.Gaps[0].Detail, "over each other") {
		t.Errorf("gaps %.3v of %s", got.Gaps, r.File[0].Name)
	}
}

// TestSpentBudget wants one gap where the files of an archive unpack to too
// much, and the rest of it not opened.
func TestSpentBudget(t *testing.T) {
	files := map[string][]byte{}
	for _, name := range strings.Split("a b c d e f g h i j k l", " ") {
		files[name] = bytes.Repeat([]byte{0}, 16<<20)
	}
	dir := t.TempDir()
	put(t, dir, "bomb.zip", zipped(t, files))
	if got := Run(t.Context(), Options{Paths: []string{dir}}); len(got.Gaps) != 1 || got.Gaps[0].Path != "bomb.zip" {
		t.Errorf("gaps %v", got.Gaps)
	}
}
