//go:build unix

package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

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
	if string(page) != "https://www.binance.com/en/my/settings/api-management\n" ||
		bytes.Contains(opened, []byte("CANARY")) {
		t.Errorf("opened %q", page)
	}
}

// A browser that cannot be opened is said, with the page; the audit stays what it is.
func TestAuditWithoutABrowser(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	b := startBinance(t)
	want := b.run(t.Context(), nil, "audit", "--fail-on", "none")
	code := b.run(t.Context(), nil, "audit", "--fail-on", "none", "--open")
	said := b.stderr.String()
	if code != want || !strings.Contains(said, "no browser could be opened") || !strings.Contains(said, "audit.html") {
		t.Errorf("exit %d, want %d\n%s", code, want, said)
	}
}
