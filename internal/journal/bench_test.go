package journal

import (
	"os"
	"strings"
	"testing"

	"rekey/internal/atomicfile/crashfs"
)

// One record on a real disk: one sync of the journal, one of its head.
func BenchmarkAppend(b *testing.B) {
	j, _, err := Open(b.TempDir(), options())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = j.Close() }()
	r := story()[3]
	for b.Loop() {
		if err := j.Append(r); err != nil {
			b.Fatal(err)
		}
	}
}

// Years of records: 10,000 runs of ten.
func BenchmarkOpen(b *testing.B) {
	const n = 100_000
	disk := written(b, n)
	b.ReportAllocs()
	for b.Loop() {
		j, _, err := openOn(disk)
		if err != nil || len(j.records) != n {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(disk.Files()[fileName]))/n, "bytes/record")
}

// written returns a disk with a journal of n records, written at once.
func written(b *testing.B, n int) *crashfs.Disk {
	b.Helper()
	var text strings.Builder
	var line []byte
	prev := noHash
	for i := range n {
		r := story()[i%5]
		r.Seq, r.At = uint64(i)+1, start
		var err error
		if line, err = encode([]Record{r}, prev); err != nil {
			b.Fatal(err)
		}
		prev = hashOf(line)
		text.Write(line)
		text.WriteByte('\n')
	}
	disk := crashfs.NewDisk()
	if err := (&headFile{dir: disk}).write(uint64(n), prev, line); err != nil {
		b.Fatal(err)
	}
	f, err := disk.Open(fileName, os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.Write([]byte(text.String()))
	}
	if err != nil {
		b.Fatal(err)
	}
	return disk
}
