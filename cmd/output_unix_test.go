//go:build unix

package cmd

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A file of --output is for its owner alone when it is new, and keeps its mode
// when it was there: a collector of metrics runs as another user.
func TestModeOfOutput(t *testing.T) {
	for _, old := range []fs.FileMode{0, 0o600, 0o640, 0o644} {
		dir := t.TempDir()
		path := filepath.Join(dir, "out.prom")
		want := fs.FileMode(0o600)
		if old != 0 {
			want = old
			if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, old); err != nil {
				t.Fatal(err)
			}
		}
		out, err := (&output{file: "out.prom"}).open(&App{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(out.writer, "after"); err != nil {
			t.Fatal(err)
		}
		if err := out.finish(); err != nil {
			t.Fatal(err)
		}
		out.discard()
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%04o became %v, want %04o (%v)", old, info.Mode(), want, err)
		}
		if data, _ := os.ReadFile(path); string(data) != "after" {
			t.Errorf("it holds %q", data)
		}
	}
}
