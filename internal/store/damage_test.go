package store

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"rekey/exchanges"
)

// Whatever byte of the file changes, the store says so and makes nothing up.
func TestEveryChangedByteIsSeen(t *testing.T) {
	o := holding(t)
	f := open(t, o)
	path := filepath.Join(o.Dir, FileName)
	good := readFile(t, path)
	for i := range good {
		for _, bits := range []byte{0x01, 0x20, 0x80} { // 0x20 is upper and lower case
			bad := bytes.Clone(good)
			bad[i] ^= bits
			writeFile(t, path, bad)
			e, err := f.Get(t.Context(), "bot")
			if reason := ReasonOf(err); reason != ReasonDamaged && reason != ReasonIdentity || e.Credential.AccessKey != "" {
				t.Fatalf("byte %d, %#x: got %v, %v", i, bits, e, err)
			}
			noSecret(t, err.Error())
		}
	}
	writeFile(t, path, good)
	want(t, held(t, f), "run-1")
}

func TestEveryTruncationIsSeen(t *testing.T) {
	o := holding(t)
	f := open(t, o)
	path := filepath.Join(o.Dir, FileName)
	good := readFile(t, path)
	for n := range good {
		writeFile(t, path, good[:n])
		_, err := f.Get(t.Context(), "bot")
		if reason := ReasonOf(err); reason != ReasonDamaged {
			t.Fatalf("%d of %d bytes: %v (%s)", n, len(good), err, reason)
		}
		// A damaged store is never written over: a person may still save it.
		refuses(t, f.Put(t.Context(), "bot", sample(2)), ReasonDamaged)
		if !bytes.Equal(readFile(t, path), good[:n]) {
			t.Fatalf("%d bytes: the damaged file was changed", n)
		}
	}
	writeFile(t, path, append(bytes.Clone(good), 'x'))
	_, err := f.Get(t.Context(), "bot")
	refuses(t, err, ReasonDamaged)
}

// The same for an identity that a passphrase protects.
func TestDamagedIdentity(t *testing.T) {
	o := options(t)
	put(t, create(t, o, testPassphrase), 1)
	o.Passphrase = tells(testPassphrase)
	path := filepath.Join(o.Dir, IdentityName)
	good := readFile(t, path)
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		for _, data := range [][]byte{bad, good[:i]} {
			writeFile(t, path, data)
			f, err := Open(t.Context(), o)
			switch reason := ReasonOf(err); reason {
			case ReasonDamaged, ReasonPassphrase, ReasonIdentity:
				noSecret(t, err.Error())
			case "": // a flipped line end of the armor, which means nothing
				want(t, held(t, f), "run-1")
			default:
				t.Fatalf("byte %d: %v", i, err)
			}
		}
	}
}

// seal writes plain as the store of o, encrypted as it should be.
func seal(t *testing.T, o Options, plain string) {
	t.Helper()
	f := open(t, o)
	to, err := parseRecipients(withOwn(nil, f.ids))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := encrypt([]byte(plain), to...)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(o.Dir, FileName), sealed)
}

func TestOtherVersionsAreLeftAlone(t *testing.T) {
	const nothing = "store.age: was decrypted, and holds no store"
	const later = "store.age: was written by a later version of rekey (use that version; this one leaves the file alone)"
	for _, c := range []struct {
		story, plain string
		reason       Reason
		text         string
	}{
		{"a later version", `{"version":2,"slots":{"bot":"CANARY in another form"}}`, ReasonFuture, later},
		{"a later version of the same form", `{"version":2,"recipients":[],"slots":{}}`, ReasonFuture, later},
		{"a member that this version would drop", `{"version":1,"recipients":[],"slots":{},` +
			`"owner":"CANARY"}`, ReasonFuture, later},
		{"a member of an entry", `{"version":1,"slots":{"bot":[{"access_key":"a","secret":"CANARY",` +
			`"totp":"CANARY"}]}}`, ReasonFuture, later},
		{"no version", `{"slots":{}}`, ReasonDamaged, nothing},
		{"version 0", `{"version":0,"slots":{}}`, ReasonDamaged, nothing},
		{"no JSON", `CANARY`, ReasonDamaged, nothing},
		{"nothing", ``, ReasonDamaged, nothing},
	} {
		t.Run(c.story, func(t *testing.T) {
			o := holding(t)
			f := open(t, o)
			seal(t, o, c.plain)
			before := readFile(t, f.Path())
			_, err := Open(t.Context(), o)
			want(t, refuses(t, err, c.reason, o.Dir), c.text)
			refuses(t, f.Put(t.Context(), "bot", sample(2)), c.reason)
			if !bytes.Equal(readFile(t, f.Path()), before) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestWrongPassphrase(t *testing.T) {
	o := options(t)
	put(t, create(t, o, testPassphrase), 1)
	o.Passphrase = tells("CANARY wrong")
	_, err := Open(t.Context(), o)
	want(t, refuses(t, err, ReasonPassphrase, o.Dir), "store.key: is not opened by this passphrase")
	o.Passphrase = nil
	_, err = Open(t.Context(), o)
	want(
		t,
		refuses(t, err, ReasonNoPassphrase, o.Dir),
		"store.key: is protected by a passphrase, and nobody is here to tell it"+
			" (name a file that holds the passphrase, or an identity file without one)",
	)
	o.Passphrase = tells("")
	_, err = Open(t.Context(), o)
	refuses(t, err, ReasonInvalid)
	o.Passphrase = tells(testPassphrase)
	want(t, held(t, open(t, o)), "run-1")
}

// A hostile identity file could ask for hours of scrypt, or for all memory.
func TestTooMuchWork(t *testing.T) {
	o := holding(t)
	path := filepath.Join(o.Dir, IdentityName)
	to, err := passphraseRecipient(exchanges.NewSecret(testPassphrase), quick)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := encrypt(readFile(t, path), to)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, sealed)
	o.Passphrase = tells(testPassphrase)
	want(t, held(t, open(t, o)), "run-1") // age without armor is read too
	header, rest, _ := strings.Cut(string(sealed), " 4\n")
	writeFile(t, path, []byte(header+" 21\n"+rest))
	_, err = Open(t.Context(), o)
	refuses(t, err, ReasonDamaged)
}

func TestAnotherStoresIdentity(t *testing.T) {
	o, other := holding(t), holding(t)
	o.Identity = filepath.Join(other.Dir, IdentityName)
	_, err := Open(t.Context(), o)
	want(
		t,
		refuses(t, err, ReasonIdentity, o.Dir, other.Dir),
		"store.age: is not encrypted to this identity, or its beginning is damaged (the identity "+
			"that was tried is store.key)",
	)
	o.Identity = filepath.Join(o.Dir, "gone.key")
	_, err = Open(t.Context(), o)
	want(t, refuses(t, err, ReasonIdentity, o.Dir), "gone.key: the identity file does not exist"+
		" (bring it back from a copy; a store cannot be opened without an identity that is among its recipients)")
	for _, bad := range []string{"", "# only a comment\n", "AGE-SECRET-KEY-1CANARY\n", "CANARY\n", "\xff\xfe"} {
		o.Identity = filepath.Join(t.TempDir(), "bad.key")
		writeFile(t, o.Identity, []byte(bad))
		_, err = Open(t.Context(), o)
		want(t, refuses(t, err, ReasonIdentity, filepath.Dir(o.Identity)),
			"bad.key: is no age identity file (bring it back from a copy; age-keygen makes new ones)")
	}
}

// A person made the store with age alone: the next write keeps it open for the
// identity that opened it.
func TestStoreWithoutRecipients(t *testing.T) {
	o := holding(t)
	seal(
		t,
		o,
		`{"version":1,"slots":{"bot":[{"access_key":"k","secret":"CANARY","run":"by hand","at":"2026-11-22T07:00:00Z"}]}}`,
	)
	put(t, open(t, o), 2)
	want(t, held(t, open(t, o)), "run-2 by hand")
}

// In an emergency, the files are plain age: no rekey is needed.
func TestPlainAgeOpensIt(t *testing.T) {
	o := holding(t)
	ids, err := age.ParseIdentities(bytes.NewReader(readFile(t, filepath.Join(o.Dir, IdentityName))))
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.Decrypt(bytes.NewReader(readFile(t, filepath.Join(o.Dir, FileName))), ids...)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		t.Fatal(err)
	}
	recipient := withOwn(nil, ids)[0]
	want(t, b.String(), `{"version":1,"recipients":["`+recipient+`"],"slots":{"bot":[{"access_key":"accesskey-0001",`+
		`"secret":"CANARY-secret-0001","passphrase":"CANARY pass","run":"run-1","at":"0001-01-01T00:00:00Z"}]}}`+"\n")
}
