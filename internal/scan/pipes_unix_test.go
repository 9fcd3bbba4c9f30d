//go:build unix

package scan

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestPipesInRepository puts a pipe where git or a scan would open it: neither
// may wait for somebody to write into it.
func TestPipesInRepository(t *testing.T) {
	for _, name := range []string{"config", "packed-refs", "objects/ab/cdef", "HEAD", "shallow", "info/exclude"} {
		r := newTestRepo(t)
		r.commit("a", "x", "one")
		full := filepath.Join(r.dir, ".git", name)
		_ = os.Remove(full)
		_ = os.MkdirAll(filepath.Dir(full), 0o755)
		if err := syscall.Mkfifo(full, 0o600); err != nil {
			t.Skipf("no pipes here: %v", err)
		}
		began := time.Now()
		got := gitScan(t, r.dir, os.Getenv("PATH"))
		if len(got.Gaps) != 1 || !strings.Contains(got.Gaps[0].Detail, name+" is a pipe or a device") {
			t.Errorf("%s: gaps %v", name, got.Gaps)
		}
		Run(t.Context(), Options{Paths: []string{r.dir}})
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
	}
}
