//go:build unix

package cmd

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// A reload command sees where things are and no credential, also where this
// process has neither PATH nor HOME, as under env -i.
func TestReloadInheritsNothing(t *testing.T) {
	t.Setenv("GRID_BOT_API_SECRET", "CANARY")
	for _, c := range []struct {
		story   string
		environ []string
		want    string
	}{
		{"nothing", []string{"GRID_BOT_API_SECRET=CANARY"}, ":"},
		{"a home", []string{"GRID_BOT_API_SECRET=CANARY", "HOME=/home/bot"}, "/home/bot:"},
	} {
		dir := t.TempDir()
		app := &App{Environ: c.environ, Stderr: io.Discard}
		argv := []string{"/bin/sh", "-c", `printf %s "$HOME:$GRID_BOT_API_SECRET" > seen`}
		if err := app.reload(t.Context(), dir, argv, nil); err != nil {
			t.Fatal(err)
		}
		seen, err := os.ReadFile(filepath.Join(dir, "seen"))
		if err != nil || string(seen) != c.want {
			t.Errorf("%s: the command saw %q, %v, want %q", c.story, seen, err, c.want)
		}
	}
}
