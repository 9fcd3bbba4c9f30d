package cmd_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"rekey/cmd"
	"rekey/exchanges/all"
)

// A report may name keys and places, so a new file is its owner's alone; one
// that others may read stays so, because a collector runs as another user.
func TestModeOfAnOutputFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("this system has no such file modes; run this on Linux or macOS")
	}
	dir := t.TempDir()
	for mode, want := range map[os.FileMode]os.FileMode{0: 0o600, 0o600: 0o600, 0o640: 0o640, 0o644: 0o644} {
		file := filepath.Join(dir, "rules-"+mode.String()+".json")
		if mode != 0 {
			if err := os.WriteFile(file, []byte("old"), mode); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(file, mode); err != nil { // whatever the umask is
				t.Fatal(err)
			}
		}
		var errs bytes.Buffer
		app := &cmd.App{
			Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &errs, Dir: dir, Now: time.Now, Registry: all.Registry(),
			Terminal: func() (io.ReadWriteCloser, error) { return nil, os.ErrNotExist },
		}
		if code := app.Run(t.Context(), []string{"rules", "--format", "json", "--output", file}); code != 0 {
			t.Fatalf("exit %d: %s", code, errs.String())
		}
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != want || info.Size() < 100 {
			t.Errorf("a file of mode %v is %v afterwards, want %v: %v", mode, info.Mode().Perm(), want, err)
		}
	}
}
