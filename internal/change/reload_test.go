//go:build unix

package change

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
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
		r := &Runner{Terminal: &screen{}, Lookup: lookup(c.environ)}
		argv := []string{"/bin/sh", "-c", `printf %s "$HOME:$GRID_BOT_API_SECRET" > seen`}
		if err := r.reload(t.Context(), dir, argv, nil); err != nil {
			t.Fatal(err)
		}
		seen, err := os.ReadFile(filepath.Join(dir, "seen"))
		if err != nil || string(seen) != c.want {
			t.Errorf("%s: the command saw %q, %v, want %q", c.story, seen, err, c.want)
		}
	}
}

// What a reload command says is shown, without the credentials of the run and
// without what looks like one; how it failed is said.
func TestReloadTells(t *testing.T) {
	old := exchanges.Credential{
		AccessKey:  "OLDKEYoldkeyOLDKEY12",
		Secret:     exchanges.NewSecret("CANARY-line-one\nCANARY-line-two"),
		Passphrase: exchanges.NewSecret("CANARYpass"),
	}
	for _, c := range []struct{ story, script, failure, shown string }{
		{"it says what it did", "echo restarted bot 3", "", "sh: restarted bot 3"},
		{"it prints its configuration", `printf 'key=OLDKEYoldkeyOLDKEY12 secret=CANARY-line-one\npass: CANARYpass ` +
			`other=0123456789abcdefABCDEF\n'`, "", "key=[secret] secret=[secret]"},
		{"it fails", "echo no such container >&2; exit 3", "ended with status 3", "sh: no such container"},
		{"it moves the cursor", `printf '\033[2Jgone\n'`, "", "gone"},
	} {
		said := &screen{}
		r := &Runner{Terminal: said, Lookup: lookup([]string{"PATH=" + os.Getenv("PATH")})}
		err := r.reload(t.Context(), t.TempDir(), []string{"sh", "-c", c.script}, []exchanges.Credential{old})
		if text := said.String(); !strings.Contains(text, c.shown) || strings.Contains(text, "CANARY") ||
			strings.Contains(text, "0123456789abcdef") ||
			strings.Contains(text, "\x1b") {
			t.Errorf("%s: shown %q", c.story, text)
		}
		if (err == nil) != (c.failure == "") || err != nil && !strings.Contains(err.Error(), c.failure) {
			t.Errorf("%s: %v", c.story, err)
		}
	}
	r := &Runner{Terminal: &screen{}, Lookup: lookup(nil)}
	if err := r.reload(t.Context(), t.TempDir(), []string{"/nowhere/reload"}, nil); err == nil ||
		!strings.Contains(err.Error(), "could not be run") {
		t.Errorf("a missing command: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := r.reload(ctx, t.TempDir(), []string{"/bin/sleep", "60"}, nil); err == nil {
		t.Error("a command that hangs is waited for")
	}
}

// lookup reads an environment of its own.
func lookup(environ []string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, entry := range environ {
			if n, v, ok := strings.Cut(entry, "="); ok && n == name {
				return v, true
			}
		}
		return "", false
	}
}
