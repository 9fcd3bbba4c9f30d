//go:build unix

package location

import (
	"path/filepath"
	"syscall"
	"testing"
)

// A named pipe must not make an audit wait for ever.
func TestNamedPipe(t *testing.T) {
	env := write(t, nil)
	if err := syscall.Mkfifo(filepath.Join(env.Dir, "f"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, text := range fileLocations("f") {
		want(t, refuses(t, env, text, ReasonUnreadable), text+": f: is a named pipe; rekey reads regular files only")
	}
}
