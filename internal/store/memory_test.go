package store

import (
	"os"
	"path/filepath"
	"testing"

	"rekey/internal/atomicfile"
)

// What is kept in memory is an answer for the same bytes alone: another file in
// the place of the one that was read is read anew, as is a damaged one.
func TestFileIsReadAnew(t *testing.T) {
	o := holding(t)
	f := open(t, o)
	path := filepath.Join(o.Dir, FileName)
	one := readFile(t, path)
	put(t, f, 2)
	want(t, held(t, f), "run-2 run-1")
	two := readFile(t, path)

	write := func(data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(one)
	want(t, held(t, f), "run-1")
	put(t, f, 3)
	want(t, held(t, f), "run-3 run-1")
	write(two)
	want(t, held(t, f), "run-2 run-1")
	two[len(two)-1] ^= 1
	write(two)
	_, err := f.Get(t.Context(), "bot")
	refuses(t, err, ReasonDamaged)
	if err := f.Put(t.Context(), "bot", sample(4)); err == nil {
		t.Error("a damaged store was written over")
	}
}

// A change that failed is not remembered, and one that was forgotten does not
// come back.
func TestFailedChangeIsForgotten(t *testing.T) {
	full := false
	o := options(t)
	o.Wrap = func(dir atomicfile.FS) atomicfile.FS { return moody{dir, &full} }
	f := create(t, o, "")
	put(t, f, 1)
	full = true
	if err := f.Put(t.Context(), "bot", sample(2)); err == nil {
		t.Fatal("nothing failed")
	}
	full = false
	want(t, held(t, f), "run-1")
	if err := f.Forget(t.Context(), "bot", sample(1).Fingerprint()); err != nil {
		t.Fatal(err)
	}
	want(t, held(t, f), "")
	put(t, f, 3)
	want(t, held(t, f), "run-3")
}

// A moody directory gives no file another name while it does not want to.
type moody struct {
	atomicfile.FS
	full *bool
}

func (m moody) Rename(from, to string) error {
	if *m.full {
		return os.ErrPermission
	}
	return m.FS.Rename(from, to)
}
