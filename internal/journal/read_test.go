package journal

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Others read all the time while one writes, opens and closes: they never see
// damage, and never less than before.
func TestReadWhileWriting(t *testing.T) {
	dir := t.TempDir()
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			last, reads, busy := uint64(0), 0, 0
			for {
				select {
				case <-done:
					if reads == 0 || last == 0 {
						t.Errorf("%d reads, up to record %d", reads, last)
					}
					t.Logf("%d reads, %d of them in the middle of a record", reads, busy)
					return
				default:
				}
				v, err := Read(dir)
				if err != nil || v.Err() != nil || v.seq < last {
					t.Errorf("record %d after %d: %v, %v", v.seq, last, err, v.Err())
					return
				}
				last = v.seq
				reads++
				busy += len(v.Remarks)
			}
		})
	}
	for range 20 {
		j, _, err := Open(dir, options())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range story() {
			if err := j.Append(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	close(done)
	readers.Wait()
}

// A file that cannot be read is an error, and not an empty journal.
func TestReadFails(t *testing.T) {
	for _, name := range []string{fileName, headName} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		v, err := Read(dir)
		want := filepath.Join(dir, fileName) + ": cannot be read: it is no regular file"
		if err == nil || err.Error() != want || len(v.Lines) > 0 {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(file); err == nil {
		t.Error("a file was read as a directory")
	}
}
