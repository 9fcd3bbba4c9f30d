//go:build unix

package cmd

import (
	"bytes"
	"context"
	"io"
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

// What a reload command says is shown, without the credentials of the run and
// without what looks like one; how it failed is said.
func TestReloadTells(t *testing.T) {
	old := exchanges.Credential{AccessKey: "OLDKEYoldkeyOLDKEY12", Secret: exchanges.NewSecret("CANARY-line-one\nCANARY-line-two"), Passphrase: exchanges.NewSecret("CANARYpass")}
	for _, c := range []struct{ story, script, failure, shown string }{
		{"it says what it did", "echo restarted bot 3", "", "sh: restarted bot 3"},
		{"it prints its configuration", `printf 'key=OLDKEYoldkeyOLDKEY12 secret=CANARY-line-one\npass: CANARYpass other=0123456789abcdefABCDEF\n'`, "", "key=[secret] secret=[secret]"},
		{"it fails", "echo no such container >&2; exit 3", "ended with status 3", "sh: no such container"},
		{"it moves the cursor", `printf '\033[2Jgone\n'`, "", "gone"},
	} {
		var said strings.Builder
		app := &App{Environ: []string{"PATH=" + os.Getenv("PATH")}, Stderr: &said}
		err := app.reload(t.Context(), t.TempDir(), []string{"sh", "-c", c.script}, []exchanges.Credential{old})
		if text := said.String(); !strings.Contains(text, c.shown) || strings.Contains(text, "CANARY") || strings.Contains(text, "0123456789abcdef") || strings.Contains(text, "\x1b") {
			t.Errorf("%s: shown %q", c.story, text)
		}
		if (err == nil) != (c.failure == "") || err != nil && !strings.Contains(err.Error(), c.failure) {
			t.Errorf("%s: %v", c.story, err)
		}
	}
	app := &App{Stderr: io.Discard}
	if err := app.reload(t.Context(), t.TempDir(), []string{"/nowhere/reload"}, nil); err == nil || !strings.Contains(err.Error(), "could not be run") {
		t.Errorf("a missing command: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := app.reload(ctx, t.TempDir(), []string{"/bin/sleep", "60"}, nil); err == nil {
		t.Error("a command that hangs is waited for")
	}
}

// --open hands the page to the browser, and nothing of a key.
func TestOpensThePage(t *testing.T) {
	dir := t.TempDir()
	script := "#!/bin/sh\nprintf '%s\\n' \"$*\" > " + dir + "/opened\nenv > " + dir + "/environ\n"
	for _, name := range []string{"xdg-open", "open"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	t.Setenv("BOT_API_SECRET", "CANARY")
	b := startBinance(t)
	p := newPerson(rule{asked: askPlan, answer: "y"}, rule{asked: askDelete, act: b.deleteOld})
	if code := b.run(t.Context(), p, "revoke", "main", "--open"); code != exitDone {
		t.Fatalf("exit %d\n%s", code, b.stderr.String())
	}
	var opened []byte
	for range 100 {
		if opened, _ = os.ReadFile(dir + "/environ"); len(opened) > 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	page, _ := os.ReadFile(dir + "/opened")
	if string(page) != "https://www.binance.com/en/my/settings/api-management\n" || bytes.Contains(opened, []byte("CANARY")) {
		t.Errorf("opened %q", page)
	}
}
