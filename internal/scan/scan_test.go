package scan

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// put writes a file into a folder.
func put(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	full := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// dotenv is a file that holds a credential of binance.
func dotenv(c made) string {
	return "BINANCE_API_KEY=" + c.key + "\nBINANCE_API_SECRET=" + c.secret + "\n"
}

// want scans a folder and wants one credential at a place.
func want(t *testing.T, dir string, c made, place Place) Result {
	t.Helper()
	r := Run(t.Context(), Options{Paths: []string{dir}})
	got := alarms(r)
	if len(got) != 1 || got[0].Credential.AccessKey != c.key || got[0].Credential.Secret.Reveal() != c.secret ||
		got[0].Place() != place {
		for _, f := range got {
			t.Errorf("found %s %v", f.Exchange, f.Place())
		}
		t.Fatalf("found %d, gaps %v, want one at %v", len(got), r.Gaps, place)
	}
	return r
}

func TestEncodings(t *testing.T) {
	c := newMaker(2).credential(t, "binance")
	text := "# ключ\n" + dotenv(c)
	wide := func(order binary.AppendByteOrder) []byte {
		var b []byte
		for _, u := range append([]uint16{0xfeff}, utf16.Encode([]rune(text))...) {
			b = order.AppendUint16(b, u)
		}
		return b
	}
	for name, data := range map[string][]byte{
		"utf16le": wide(binary.LittleEndian), "utf16be": wide(binary.BigEndian), "utf8": []byte(text),
		"mark":   append([]byte("\xef\xbb\xbf"), text...),
		"latin1": append([]byte("# \xfc\xe4\n"), dotenv(c)...), "binary": append([]byte{0, 1, 2, '\n'}, dotenv(c)...),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "x", data)
			want(t, dir, c, Place{"x", 2, 17})
		})
	}
}

// TestAnywhereInALargeFile puts a credential at places around the edges of the
// blocks that a file is read in.
func TestAnywhereInALargeFile(t *testing.T) {
	c := newMaker(3).credential(t, "binance")
	line := "some words of a log without any name\n"
	for _, at := range []int{
		0, margin, bufferSize - 2*margin, bufferSize - margin - 40, bufferSize - margin,
		bufferSize - 200, bufferSize - 70, bufferSize, 2*bufferSize - margin - 90, 3 * bufferSize,
	} {
		before := strings.Repeat(line, at/len(line)+1)[:at]
		if at > 0 {
			before = before[:at-1] + "\n"
		}
		dir := t.TempDir()
		put(t, dir, "x.log", []byte(before+dotenv(c)+strings.Repeat(line, 40_000)))
		want(t, dir, c, Place{"x.log", strings.Count(before, "\n") + 1, 17})
	}
}

func TestHostileFiles(t *testing.T) {
	c := newMaker(4).credential(t, "binance")
	dir := t.TempDir()
	put(t, dir, "newlines", bytes.Repeat([]byte("\n"), 3<<20))
	put(t, dir, "oneline", bytes.Repeat([]byte("apiKey=x "), 1<<20))
	put(t, dir, "token", bytes.Repeat([]byte("A1b2"), 1<<20))
	put(t, dir, "open.json", []byte(strings.Repeat(`{"key":[`, 200_000)+`"`+c.key+`"`))
	put(t, dir, "deep.yaml", []byte(strings.Repeat("- ", 5000)+"key: "+c.key+"\nsecret: "+c.secret))
	put(t, dir, "bomb.yaml", []byte("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nkey: &k "+c.key+"\n"))
	put(t, dir, "empty", nil)
	put(t, dir, "name\nwith \x1b[31mcolour", []byte("x"))
	for i := range 2000 {
		put(t, dir, fmt.Sprintf("many/%04d", i), nil)
	}
	if err := os.Symlink(dir, filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	r := Run(t.Context(), Options{Paths: []string{dir}})
	for _, f := range alarms(r) {
		t.Logf("%s %v", f.Exchange, f.Place())
	}
	if r.Files != 2008 || len(r.Gaps) != 0 {
		t.Errorf("read %d files, gaps %v", r.Files, r.Gaps)
	}
}

// A dump of a thousand keys is a matter for leak; a scan says so and goes on.
func TestTooManyFindings(t *testing.T) {
	m := newMaker(5)
	var b strings.Builder
	for range mostPerFile + 50 {
		c := m.credential(t, "binance")
		fmt.Fprintf(&b, "{\"exchange\":\"binance\",\"api_key\":%q,\"api_secret\":%q}\n", c.key, c.secret)
	}
	dir := t.TempDir()
	put(t, dir, "dump.jsonl", []byte(b.String()))
	r := Run(t.Context(), Options{Paths: []string{dir}})
	if len(r.Findings) != mostPerFile || len(r.Gaps) != 1 || r.Gaps[0].Kind != GapLimit {
		t.Errorf("%d findings, gaps %v", len(r.Findings), r.Gaps)
	}
}

func zipped(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write(data)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarred(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(data))}); err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(data)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

func TestArchives(t *testing.T) {
	c := newMaker(6).credential(t, "binance")
	text := []byte(dotenv(c))
	zst, _ := zstd.NewWriter(nil)
	var xzed bytes.Buffer
	w, err := xz.NewWriter(&xzed)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(text)
	_ = w.Close()
	for _, c2 := range []struct {
		name  string
		data  []byte
		place string
	}{
		{"a.env.gz", gzipped(text), "a.env.gz"},
		{"a.zst", zst.EncodeAll(text, nil), "a.zst"},
		{"a.xz", xzed.Bytes(), "a.xz"},
		{"a.zip", zipped(t, map[string][]byte{"bot/.env": text}), "a.zip!bot/.env"},
		{"a.tar", tarred(t, "bot/.env", text), "a.tar!bot/.env"},
		{"a.tgz", gzipped(tarred(t, "../../etc/bot.env", text)), "a.tgz!../../etc/bot.env"},
		{
			"nested.zip", zipped(t, map[string][]byte{"in.zip": zipped(t, map[string][]byte{"x.gz": gzipped(text)})}),
			"nested.zip!in.zip!x.gz",
		},
	} {
		t.Run(c2.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, c2.name, c2.data)
			if r := want(t, dir, c, Place{c2.place, 1, 17}); len(r.Gaps) != 0 {
				t.Errorf("gaps %v", r.Gaps)
			}
		})
	}
}

func TestBadArchives(t *testing.T) {
	text := []byte(dotenv(newMaker(7).credential(t, "binance")))
	deep := text
	for range 6 {
		deep = gzipped(deep)
	}
	bomb := gzipped(bytes.Repeat([]byte{0}, 128<<20))
	for name, c := range map[string]struct {
		data []byte
		kind string
	}{
		"cut.gz":  {gzipped(bytes.Repeat([]byte("x1y2"), 100_000))[:200], GapFormat},
		"cut.zip": {zipped(t, map[string][]byte{"a": text})[:60], GapFormat},
		"deep.gz": {deep, GapLimit},
		"bomb.gz": {bomb, GapLimit},
		"x.7z":    {[]byte("7z\xbc\xaf\x27\x1c and more"), GapFormat},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, name, c.data)
			r := Run(t.Context(), Options{Paths: []string{dir}})
			if len(r.Gaps) != 1 || r.Gaps[0].Kind != c.kind || !strings.HasPrefix(r.Gaps[0].Path, name) {
				t.Errorf("gaps %v, want one of kind %s", r.Gaps, c.kind)
			}
		})
	}
}

func FuzzArchive(f *testing.F) {
	f.Add(gzipped([]byte("x")))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\x28\xb5\x2f\xfd"))
	f.Add([]byte("\xfd7zXZ\x00"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		w := newWorker(&Progress{})
		w.stream(bytes.NewReader(data), &source{name: "x"})
	})
}
