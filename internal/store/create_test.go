package store

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rekey/exchanges"
)

// A host without a store: to look says so, and asks nobody for a passphrase.
func TestAbsent(t *testing.T) {
	o := options(t)
	o.Passphrase = func(context.Context) (exchanges.Secret, error) {
		t.Error("the passphrase was asked for")
		return exchanges.Secret{}, nil
	}
	_, err := Open(t.Context(), o)
	want(t, refuses(t, err, ReasonAbsent, filepath.Dir(o.Dir)), "rekey: does not exist")
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), o)
	want(t, refuses(t, err, ReasonAbsent, o.Dir), "store.age: there is no store yet")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Open(ctx, o)
	refuses(t, err, ReasonCanceled)
	_, err = Create(ctx, o, exchanges.Secret{})
	refuses(t, err, ReasonCanceled)
}

func TestCreateTouchesNoStore(t *testing.T) {
	o := holding(t)
	before := readFile(t, filepath.Join(o.Dir, FileName))
	_, err := Create(t.Context(), o, exchanges.Secret{})
	want(t, refuses(t, err, ReasonExists, o.Dir), "store.age: is there already (it was not touched)")
	if !bytes.Equal(readFile(t, filepath.Join(o.Dir, FileName)), before) {
		t.Error("it was touched")
	}
}

// Cron needs nobody: the identity beside the store opens it.
func TestBareIdentity(t *testing.T) {
	o := holding(t)
	key := string(readFile(t, filepath.Join(o.Dir, IdentityName)))
	if !strings.HasPrefix(key, "# This age identity opens store.age") || strings.Count(key, "\nAGE-SECRET-KEY-1") != 1 {
		t.Error("store.key is not the identity file that it should be")
	}
	f := open(t, o)
	want(t, held(t, f), "run-1")
	want(t, fmt.Sprintf("%v %s %+v %#v", f, f, f, f), strings.TrimSpace(strings.Repeat("store in "+f.Path()+" ", 4)))
	sealedEverywhere(t, o.Dir)
}

// The state directory may be named in relation to the working directory.
func TestRelativeDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	o := Options{Dir: filepath.Join("a", "b")}
	put(t, create(t, o, ""), 1)
	want(t, held(t, open(t, o)), "run-1")
	if info, err := os.Stat(filepath.Join("a", "b", FileName)); err != nil || info.Size() == 0 {
		t.Error(err)
	}
}

// With a passphrase, neither file opens anything alone.
func TestSealedIdentity(t *testing.T) {
	o := options(t)
	put(t, create(t, o, testPassphrase), 1)
	key := string(readFile(t, filepath.Join(o.Dir, IdentityName)))
	if !strings.HasPrefix(key, "-----BEGIN AGE ENCRYPTED FILE-----\n") {
		t.Error("store.key is not an age file")
	}
	noSecret(t, key)
	o.Passphrase = tells(testPassphrase)
	want(t, held(t, open(t, o)), "run-1")
	sealedEverywhere(t, o.Dir)
}

// The work to try a passphrase is age's own, not the one of these tests.
func TestUsualWork(t *testing.T) {
	if testing.Short() {
		t.Skip("this takes a second of scrypt; run the tests without -short to see it")
	}
	o := Options{Dir: filepath.Join(t.TempDir(), "state")}
	create(t, o, testPassphrase)
	o.Passphrase = tells(testPassphrase)
	open(t, o)
	if w := o.withDefaults().work; w < 18 {
		t.Errorf("a passphrase costs 2^%d", w)
	}
}

// The store was lost and the identity not: it opens the copies, and is kept.
func TestCreateKeepsTheIdentity(t *testing.T) {
	for _, passphrase := range []string{"", testPassphrase} {
		o := options(t)
		create(t, o, passphrase)
		key := readFile(t, filepath.Join(o.Dir, IdentityName))
		if err := os.Remove(filepath.Join(o.Dir, FileName)); err != nil {
			t.Fatal(err)
		}
		put(t, create(t, o, passphrase), 1)
		if !bytes.Equal(readFile(t, filepath.Join(o.Dir, IdentityName)), key) {
			t.Error("the identity was replaced")
		}
	}
	o := options(t)
	create(t, o, "")
	if err := os.Remove(filepath.Join(o.Dir, FileName)); err != nil {
		t.Fatal(err)
	}
	_, err := Create(t.Context(), o, exchanges.NewSecret(testPassphrase))
	want(t, refuses(t, err, ReasonExists, o.Dir), "store.key: is an identity without a passphrase"+
		" (move it away when no store needs it, or do without a passphrase)")
}

// An identity of the user's own is used, and none is made beside the store.
func TestNamedIdentity(t *testing.T) {
	other, o := holding(t), options(t)
	o.Identity = filepath.Join(t.TempDir(), "cron.key")
	_, err := Create(t.Context(), o, exchanges.Secret{})
	refuses(t, err, ReasonIdentity)
	writeFile(t, o.Identity, readFile(t, filepath.Join(other.Dir, IdentityName)))
	_, err = Create(t.Context(), o, exchanges.NewSecret(testPassphrase))
	refuses(t, err, ReasonInvalid)
	put(t, create(t, o, ""), 1)
	want(t, held(t, open(t, o)), "run-1")
	if _, err := os.Stat(filepath.Join(o.Dir, IdentityName)); err == nil {
		t.Error("an identity was made beside the store")
	}
	o.Identity = ""
	_, err = Open(t.Context(), o)
	refuses(t, err, ReasonIdentity)
}

func TestPassphraseSources(t *testing.T) {
	for _, c := range []struct{ content, passphrase, problem string }{
		{"CANARY\n", "CANARY", ""},
		{"CANARY", "CANARY", ""},
		{"CANARY\r\nnext", "CANARY", ""},
		{" CANARY ä \n", " CANARY ä ", ""},
		{"", "", "has no passphrase in its first line"},
		{"\nCANARY\n", "", "has no passphrase in its first line"},
		{"CANARY\xff\n", "", "holds no text"},
		{strings.Repeat("CANARY", 1000), "", "is too long for a passphrase"},
	} {
		path := filepath.Join(t.TempDir(), "passphrase")
		writeFile(t, path, []byte(c.content))
		got, err := PassphraseFile(path)(t.Context())
		if c.problem == "" {
			if err != nil || got.Reveal() != c.passphrase {
				t.Errorf("%q: got %q, %v", c.content, got.Reveal(), err)
			}
			continue
		}
		if !got.IsZero() || err == nil {
			t.Fatalf("%q is a passphrase", c.content)
		}
		noSecret(t, err.Error())
		if ReasonOf(err) == ReasonInvalid && !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%q: %v", c.content, err)
		}
	}
	_, err := PassphraseFile(filepath.Join(t.TempDir(), "gone"))(t.Context())
	refuses(t, err, ReasonAbsent)
}
