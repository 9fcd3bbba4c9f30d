package store

import (
	"path/filepath"
	"testing"

	"rekey/exchanges"
	"rekey/internal/atomicfile"
	"rekey/internal/atomicfile/crashfs"
)

// A passphrase is set, changed and taken away; the credentials stay.
func TestProtect(t *testing.T) {
	o := holding(t)
	f := open(t, o)
	for _, passphrase := range []string{"CANARY first", "CANARY second", ""} {
		if err := f.Protect(t.Context(), exchanges.NewSecret(passphrase)); err != nil {
			t.Fatal(err)
		}
		o.Passphrase = nil
		if passphrase != "" {
			_, err := Open(t.Context(), o)
			refuses(t, err, ReasonNoPassphrase)
			o.Passphrase = tells("CANARY wrong")
			_, err = Open(t.Context(), o)
			refuses(t, err, ReasonPassphrase)
			o.Passphrase = tells(passphrase)
		}
		f = open(t, o)
		want(t, held(t, f), "run-1")
	}
	put(t, f, 2)
	want(t, held(t, open(t, o)), "run-2 run-1")
}

// An identity file kept elsewhere is not rekey's to change.
func TestProtectLeavesOthersAlone(t *testing.T) {
	o := holding(t)
	o.Identity = filepath.Join(o.Dir, IdentityName)
	before := readFile(t, o.Identity)
	refuses(t, open(t, o).Protect(t.Context(), exchanges.NewSecret("CANARY")), ReasonInvalid)
	want(t, string(readFile(t, o.Identity)), string(before))
}

// Protect is killed anywhere: the store opens with the old passphrase or with
// the new one.
func TestCrashesOfProtect(t *testing.T) {
	for _, p := range []struct{ before, after string }{
		{"", testPassphrase},
		{testPassphrase, ""},
		{testPassphrase, "CANARY other"},
	} {
		for n := 0; ; n++ {
			disk := crashfs.NewDisk()
			put(t, create(t, onDisk(disk), p.before), 1)
			o := onDisk(disk)
			o.Passphrase = tells(p.before)
			f := open(t, o)
			f.options.openFS = func(string) (atomicfile.FS, error) { return crashfs.Watch(disk, dying(n)), nil }
			err := f.Protect(t.Context(), exchanges.NewSecret(p.after))
			for _, left := range append(disk.Crashes(), disk.Kill()) {
				clean(t, left)
				now := onDisk(left)
				now.Passphrase = tells(p.after)
				found, opening := Open(t.Context(), now)
				if opening != nil {
					if err == nil {
						t.Fatalf("after success: %v", opening)
					}
					now.Passphrase = tells(p.before)
					found = open(t, now)
				}
				want(t, held(t, found), "run-1")
			}
			if err == nil {
				break
			}
		}
	}
}
