package location

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every text that stands for a part of a credential holds this word. No error
// and no remark may.
const canary = "CANARY"

const (
	testKey        = "kCANARYkey0123456789"
	testSecret     = "sCANARYsecret0123456789"
	testPassphrase = "pCANARYpass"
)

// assertNoCanary fails when any way to print v shows a part of a credential.
func assertNoCanary(t *testing.T, v any) {
	t.Helper()
	for _, text := range []string{fmt.Sprint(v), fmt.Sprintf("%+v", v), fmt.Sprintf("%#v", v)} {
		if strings.Contains(text, canary) {
			t.Errorf("a part of a credential is printed: %s", text)
		}
	}
}

// write writes files into a new folder and returns an Env there.
func write(t *testing.T, files map[string]string) Env {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Env{Dir: dir}
}

func mustParse(t *testing.T, text string) Location {
	t.Helper()
	l, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return l
}

// reads checks that a location holds the test credential.
func reads(t *testing.T, env Env, text, passphrase string) Reading {
	t.Helper()
	r, err := mustParse(t, text).Read(context.Background(), env)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	c := r.Credential
	if c.AccessKey != testKey || c.Secret.Reveal() != testSecret || c.Passphrase.Reveal() != passphrase {
		t.Errorf("%s: read %q, %q, %q", text, c.AccessKey, c.Secret.Reveal(), c.Passphrase.Reveal())
	}
	assertNoCanary(t, r.Remarks)
	assertNoCanary(t, r.Seen)
	if len(r.Seen) == 0 || r.Seen[0].Text == "" {
		t.Errorf("%s: nothing is told of the location itself: %v", text, r.Seen)
	}
	return r
}

// refuses checks that a location cannot be read, for this reason, and returns
// the error's text without the folder of the test.
func refuses(t *testing.T, env Env, text string, reason Reason) string {
	t.Helper()
	r, err := mustParse(t, text).Read(context.Background(), env)
	if err == nil {
		t.Fatalf("%s: was read", text)
	}
	assertNoCanary(t, err)
	assertNoCanary(t, r)
	if r.Credential.AccessKey != "" || !r.Credential.Secret.IsZero() {
		t.Errorf("%s: a credential stands beside the error", text)
	}
	var e *Error
	if !errors.As(err, &e) || e.Reason != reason {
		t.Errorf("%s: reason %q, want %q: %v", text, e.Reason, reason, err)
	}
	if len(r.Seen) == 0 {
		t.Errorf("%s: nothing is told of the location itself", text)
	}
	return strings.ReplaceAll(err.Error(), env.Dir+string(filepath.Separator), "")
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
