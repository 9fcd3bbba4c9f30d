package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rekey/internal/journal"
)

// A record that has the hash that was expected is not enough: the journal must
// be whole, also after that record.
func TestCompareExpected(t *testing.T) {
	dir := t.TempDir()
	log, _, err := journal.Open(dir, journal.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, stage := range []journal.Stage{journal.Planned, journal.Retiring, journal.Done} {
		r := journal.Record{Run: "01jd9x00000aa", Kind: journal.Revoke, Key: "a", Stage: stage, Phase: journal.Did}
		if err := log.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	v, err := journal.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	first, _ := v.HashOf(1)
	last, hash := v.Last()
	other := strings.Repeat("0", len(hash))
	for _, c := range []struct {
		seq  uint64
		hash string
		want bool
	}{{1, first, true}, {last, hash, true}, {1, hash, false}, {last, other, false}, {last + 1, hash, false}} {
		if err := compareExpected(v, c.seq, c.hash); (err == nil) != c.want {
			t.Errorf("record %d: %v", c.seq, err)
		}
	}
	path := filepath.Join(dir, "journal.jsonl")
	data, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, bytes.Replace(data, []byte("done"), []byte("gone"), 1), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if v, err = journal.Read(dir); err != nil {
		t.Fatal(err)
	}
	if got, ok := v.HashOf(1); !ok || got != first {
		t.Fatalf("record 1 is not trusted any more: %s", got)
	}
	if err := compareExpected(v, 1, first); err == nil {
		t.Error("a damaged journal is as expected")
	}
	if v, err = journal.Read(filepath.Join(dir, "none")); err != nil {
		t.Fatal(err)
	}
	if err := compareExpected(v, 1, first); err == nil {
		t.Error("a journal that is gone is as expected")
	}
}
