package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/exchanges"
)

const canary = "CANARY"

// sample is an entry whose private parts hold the canary.
func sample(n int) Entry {
	return Entry{
		Credential: exchanges.Credential{
			AccessKey: fmt.Sprintf("accesskey-%04d", n),
			Secret:    exchanges.NewSecret(fmt.Sprintf("CANARY-secret-%04d", n)), Passphrase: exchanges.NewSecret("CANARY pass"),
		},
		Run: fmt.Sprintf("run-%d", n),
	}
}

// holding returns the options of a new store with sample 1 in the slot "bot".
func holding(t *testing.T) Options {
	t.Helper()
	o := options(t)
	put(t, create(t, o, ""), 1)
	return o
}

func put(t *testing.T, f *File, n int) {
	t.Helper()
	if err := f.Put(t.Context(), "bot", sample(n)); err != nil {
		t.Fatalf("Put: %v", err)
	}
}

// held returns the runs of the entries in the slot "bot", the newest first.
func held(t *testing.T, f *File) string {
	t.Helper()
	c, err := f.look(context.Background())
	if err != nil {
		t.Fatalf("look: %v", err)
	}
	var runs []string
	for _, s := range c.list() {
		for i, h := range s.Held {
			if e := c.slots[s.Name][i]; !strings.HasPrefix(e.Credential.Secret.Reveal(), canary) {
				t.Fatalf("the entry of %s is another", h.Run)
			}
			runs = append(runs, h.Run)
		}
	}
	return strings.Join(runs, " ")
}

// refuses checks that an error has this reason and tells no secret, and
// returns its text without the directory of the test.
func refuses(t *testing.T, err error, want Reason, dirs ...string) string {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Reason != want {
		t.Fatalf("got %v (reason %q), want reason %q", err, ReasonOf(err), want)
	}
	noSecret(t, fmt.Sprintf("%v %+v %#v", err, err, err))
	text := err.Error()
	for _, dir := range dirs {
		text = strings.ReplaceAll(text, dir+string(filepath.Separator), "")
	}
	return text
}

// noSecret fails when the text holds a part of a credential or of an identity.
func noSecret(t *testing.T, text string) {
	t.Helper()
	for _, s := range []string{canary, "AGE-SECRET-KEY-"} {
		if strings.Contains(text, s) {
			t.Errorf("a secret is told: %.300s", text)
		}
	}
}

// sealedEverywhere fails when a file below dir holds the canary, or can be
// used by others. Every file is looked at, the temporary ones too.
func sealedEverywhere(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if permissionBits(info)&0o077 != 0 {
			t.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
		if bytes.Contains(readFile(t, filepath.Join(dir, e.Name())), []byte(canary)) {
			t.Errorf("%s holds a secret in clear", e.Name())
		}
	}
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
