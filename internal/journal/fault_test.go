package journal

import (
	"errors"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"rekey/internal/atomicfile/crashfs"
)

// Each operation of an Append fails, with each error. Append says so, the
// journal asks the disk for nothing more, and opening it anew settles what
// became of the record.
func TestAppendFails(t *testing.T) {
	seen := map[string]bool{}
	large := story()[2] // its head does not fit into the slots that are there
	large.Data.Risks = slices.Repeat([]string{strings.Repeat("x", maxText)}, 2)
	for _, third := range []Record{story()[2], large} {
		appendFails(t, third, seen)
	}
	for _, want := range []string{
		"write journal", "sync journal", "create head", "write head", "sync head",
		"rename head", "sync .",
	} {
		if !seen[want] {
			t.Errorf("%q never failed: %v", want, seen)
		}
	}
}

func appendFails(t *testing.T, third Record, seen map[string]bool) {
	t.Helper()
	for _, fault := range []error{syscall.ENOSPC, syscall.EIO, syscall.EROFS, syscall.EDQUOT} {
		for _, keep := range []int{0, 1, 100} {
			for n := 1; ; n++ {
				disk := newDisk(t, story()[:2])
				armed, count, verb := false, 0, ""
				dir := crashfs.Watch(disk, func(op crashfs.Op) error {
					if !armed {
						return nil
					}
					if count++; count != n {
						return nil
					}
					verb = op.Verb + " " + op.Name
					if op.Verb == "write" {
						return &crashfs.Short{Keep: keep, Err: fault}
					}
					return fault
				})
				j := mustOpen(t, dir)
				armed = true
				err := j.Append(third)
				if count < n {
					break // all of them have failed once
				}
				seen[shortVerb(verb)] = true
				var e *WriteError
				if !errors.As(err, &e) || !errors.Is(err, fault) {
					t.Fatalf("%s: %v, want %v in a *WriteError", verb, err, fault)
				}
				at := count
				for range 2 {
					if err := j.Append(third); !errors.Is(err, fault) || !errors.As(err, &e) {
						t.Errorf("%s: then %v", verb, err)
					}
				}
				// After a failure there is the removal of a temporary file, of
				// the same Append, and nothing else ever.
				if count > at {
					t.Errorf("%s: %d operations after the failure", verb, count-at)
				}
				if got := len(slices.Collect(j.Records())); got != 2 {
					t.Errorf("%s: the journal tells of %d records", verb, got)
				}
				if err := j.Close(); err != nil {
					t.Error(err)
				}
				if err := recovered(disk, 2); err != nil {
					t.Errorf("%s with %v: %v", verb, fault, err)
				}
			}
		}
	}
}

// shortVerb drops what differs between temporary files.
func shortVerb(verb string) string {
	what, name, _ := strings.Cut(verb, " ")
	switch name {
	case fileName:
		return what + " journal"
	case ".":
		return verb
	default:
		return what + " head"
	}
}

// A sync of the journal fails, and Linux takes the record for written although
// it is not: a later sync says nothing, and programs read it until the power
// fails. The journal is opened anew before that. The record it finds then must
// be on disk for good, or everything after it is lost one day.
func TestSyncThatLost(t *testing.T) {
	disk := newDisk(t, story()[:2])
	armed := false
	j := mustOpen(t, crashfs.Watch(disk, func(op crashfs.Op) error {
		if armed && op.Verb == "sync" {
			return &crashfs.Lost{Err: syscall.EIO}
		}
		return nil
	}))
	armed = true
	if err := j.Append(story()[2]); !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	n, remarks, err := work(disk, 2)
	if err != nil || n != len(story()) {
		t.Fatalf("%d records, %v", n, err)
	}
	wantRemarks(t, remarks, HeadBehind)
	left := disk.Crashes()
	if len(left) != 1 {
		t.Fatalf("after the last record was acknowledged, a power cut can leave %d states", len(left))
	}
	if v := mustRead(t, left[0]); v.Err() != nil || int(v.seq) != n {
		t.Errorf("after the power cut there are %d records of %d: %v", v.seq, n, v.Err())
	}
}

// Each operation of a recovery fails: Open says so, and the next one mends.
func TestRecoveryFails(t *testing.T) {
	files, line, full := before(t)
	worlds := map[string]map[string]string{
		"nothing yet": {},
		"torn":        {headName: files[headName], fileName: files[fileName] + line[:50]},
		"cut":         {headName: full[headName], fileName: files[fileName] + line[:50]},
		"behind":      {headName: files[headName], fileName: full[fileName]},
		"leftovers":   {headName: full[headName], fileName: full[fileName], ".journal.head.0123456789abcdef.rekey-tmp": "x"},
	}
	acknowledged := map[string]int{"nothing yet": 0, "torn": 4, "cut": 5, "behind": 4, "leftovers": 5}
	for world, files := range worlds {
		for n := 1; ; n++ {
			disk := onDisk(t, files)
			dir := crashfs.Watch(disk, func(op crashfs.Op) error {
				if op.N == n {
					return &crashfs.Short{Keep: 7, Err: syscall.ENOSPC}
				}
				return nil
			})
			_, _, err := openOn(dir)
			if err == nil {
				if n < 3 {
					t.Errorf("%s: only %d operations", world, n-1)
				}
				if !disk.Settled() {
					t.Errorf("%s: what was mended is not yet on disk", world)
				}
				break
			}
			var e *WriteError
			if !errors.As(err, &e) || !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("%s: %v", world, err)
			}
			if err := recovered(disk, acknowledged[world]); err != nil {
				t.Errorf("%s, operation %d: %v", world, n, err)
			}
		}
	}
}

// Somebody lays hands on the files while they are open: the next Append sees
// it and writes nothing.
func TestDisturbed(t *testing.T) {
	disturb := map[string]func(*crashfs.Disk) error{
		"a line is added": func(d *crashfs.Disk) error {
			f, err := d.Open(fileName, os.O_APPEND, 0)
			if err == nil {
				_, err = f.Write([]byte("{}\n"))
			}
			return err
		},
		"an editor writes a new file": func(d *crashfs.Disk) error { return d.Rename(headName, fileName) },
		"the file is removed":         func(d *crashfs.Disk) error { return d.Remove(fileName) },
	}
	for name, f := range disturb {
		disk := newDisk(t, story()[:2])
		j := mustOpen(t, disk)
		if err := f(disk); err != nil {
			t.Fatal(err)
		}
		before := disk.Files()
		for range 2 {
			err := j.Append(story()[2])
			var e *DamageError
			if !errors.As(err, &e) || e.Damage[0].Line != 3 {
				t.Errorf("%s: %v", name, err)
			}
		}
		if after := disk.Files(); after[fileName] != before[fileName] || after[headName] != before[headName] {
			t.Errorf("%s: it was written to", name)
		}
	}
}
