package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// names returns what lies in a directory.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// Nothing is seen of a file before Commit, and nothing is left of one that was
// discarded.
func TestCreate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.json")
	for round, old := range []string{"", "one two"} {
		w, err := Create(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []string{"one ", "two"} {
			if n, err := w.Write([]byte(part)); err != nil || n != len(part) {
				t.Fatal(n, err)
			}
		}
		if data, _ := os.ReadFile(path); string(data) != old {
			t.Errorf("round %d: before Commit it holds %q", round, data)
		}
		if err := w.Commit(); err != nil {
			t.Fatal(err)
		}
		w.Discard()
		if data, _ := os.ReadFile(path); string(data) != "one two" {
			t.Errorf("round %d: it holds %q", round, data)
		}
		var e *Error
		if err := w.Commit(); !errors.As(err, &e) || !errors.Is(err, fs.ErrClosed) {
			t.Errorf("a second Commit says %v", err)
		}
		if _, err := w.Write(nil); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("a late Write says %v", err)
		}
	}
	w, err := Create(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write([]byte("never"))
	w.Discard()
	w.Discard()
	if data, _ := os.ReadFile(path); string(data) != "one two" || len(names(t, dir)) != 1 {
		t.Errorf("after Discard it holds %q, beside %v", data, names(t, dir))
	}
}

// What a killed writer left is found by Sweep.
func TestSweepKnowsWriters(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(filepath.Join(dir, "out"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	if got := names(t, dir); len(got) != 1 {
		t.Fatalf("there is %v", got)
	}
	open, err := OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Close() }()
	if removed, err := Sweep(open, func(name string) bool { return name == "out" }); err != nil || len(removed) != 1 {
		t.Errorf("removed %v, %v", removed, err)
	}
}

// What Commit could not do is said at once, and leaves nothing behind.
func TestCreateFailsEarly(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{"folder": ErrNotRegular, "missing/out": fs.ErrNotExist} {
		path := filepath.Join(dir, name)
		w, err := Create(path, Options{})
		var e *Error
		if w != nil || !errors.Is(err, want) || !errors.As(err, &e) || e.Path != path {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("there is %v", got)
	}
}
