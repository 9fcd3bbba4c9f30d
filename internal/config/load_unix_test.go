//go:build unix

package config

import (
	"path/filepath"
	"syscall"
	"testing"
)

// A named pipe must not make rekey wait for ever.
func TestNamedPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rekey.yaml")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		path:        path + ": is a named pipe; rekey reads regular files only",
		"/dev/zero": "/dev/zero: is a device; rekey reads regular files only",
	} {
		if _, err := Load(name, testNames()); err == nil || err.Error() != want {
			t.Errorf("got %v", err)
		}
	}
}
