package textfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// file writes a file into a new folder and returns its path.
func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// problem reads a file that must be refused and returns why.
func problem(t *testing.T, path string, limit int64) string {
	t.Helper()
	f, err := Read(path, limit)
	var e *Error
	if !errors.As(err, &e) || e.Path != path || err.Error() != path+": "+e.Problem {
		t.Fatalf("got %v", err)
	}
	if len(f.Data) > 0 {
		t.Errorf("%s: data stands beside the error", path)
	}
	return e.Problem
}

func TestRead(t *testing.T) {
	f, err := Read(file(t, "\xef\xbb\xbfa\r\nb"), 8)
	if err != nil || string(f.Data) != "\xef\xbb\xbfa\r\nb" || string(f.Text()) != "a\r\nb" {
		t.Errorf("got %q, %q, %v", f.Data, f.Text(), err)
	}
	f, err = Read(file(t, ""), 8)
	if err != nil || len(f.Text()) != 0 {
		t.Errorf("got %q, %v", f.Data, err)
	}
}

func TestRefusesWhatIsNoText(t *testing.T) {
	for _, c := range []struct{ content, want string }{
		{"a\x00CANARY", "holds a NUL byte, so it is no text file"},
		{"\xff\xfea\x00", "is UTF-16 text; save it as UTF-8"},
		{"\xfe\xff\x00a", "is UTF-16 text; save it as UTF-8"},
		{"a\nb\nCANARY\xe9\n", "is not valid UTF-8 in line 3"},
		{"\x7fELF\x02\x01\x01\x00", "holds a NUL byte, so it is no text file"},
		{"123456789", "is larger than 8 bytes, the most that rekey reads of such a file"},
	} {
		limit := int64(100)
		if strings.HasPrefix(c.content, "1") {
			limit = 8
		}
		if got := problem(t, file(t, c.content), limit); got != c.want {
			t.Errorf("%q: got %q, want %q", c.content, got, c.want)
		}
	}
	for limit, words := range map[int64]string{10 << 20: "10 MiB", 64 << 10: "64 KiB", 1025: "1025 bytes"} {
		if got := sizeWords(limit); got != words {
			t.Errorf("%d is called %s", limit, got)
		}
	}
}

func TestRefusesWhatIsNotThere(t *testing.T) {
	path := file(t, "")
	for where, want := range map[string]string{
		path + ".gone":                    "does not exist",
		filepath.Join(path, "below"):      "does not exist: a part of the path is no directory",
		filepath.Join(path+".gone", "f"):  "does not exist",
		filepath.Dir(path):                "is a directory; rekey reads regular files only",
		filepath.Dir(path) + "/./../../.": "is a directory; rekey reads regular files only",
	} {
		if got := problem(t, where, 100); got != want {
			t.Errorf("%s: got %q, want %q", where, got, want)
		}
	}
	_, err := Read(filepath.Join(path, "below"), 100)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v is not fs.ErrNotExist", err)
	}
}
