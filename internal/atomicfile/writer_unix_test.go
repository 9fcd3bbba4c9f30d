//go:build unix

package atomicfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A new file has the mode that is wanted, one that is replaced keeps its own.
func TestCreateModes(t *testing.T) {
	for _, c := range []struct{ old, wanted, want fs.FileMode }{
		{0, 0, 0o600}, {0, 0o644, 0o644}, {0o644, 0, 0o644}, {0o640, 0o644, 0o640}, {0o600, 0o644, 0o600},
	} {
		path := filepath.Join(t.TempDir(), "out")
		if c.old != 0 {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.old); err != nil {
				t.Fatal(err)
			}
		}
		w, err := Create(path, Options{Mode: c.wanted})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Commit(); err != nil {
			t.Fatal(err)
		}
		w.Discard()
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != c.want {
			t.Errorf("%04o before, %04o wanted: %v, %v", c.old, c.wanted, info.Mode(), err)
		}
	}
}
