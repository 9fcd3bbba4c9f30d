package journal

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/internal/atomicfile/crashfs"
)

// Records that are appended together are one line with one number, and cost two
// syncs. They come back in their order, in a view too, and the next one follows.
func TestAppendAll(t *testing.T) {
	disk := crashfs.NewDisk()
	syncs := 0
	j := mustOpen(t, crashfs.Watch(disk, func(op crashfs.Op) error {
		if op.Verb == "sync" {
			syncs++
		}
		return nil
	}))
	all := story()
	if err := errors.Join(j.AppendAll(), j.Append(all[0])); err != nil {
		t.Fatal(err)
	}
	syncs = 0
	if err := j.AppendAll(all[1:4]...); err != nil || syncs != 2 {
		t.Fatalf("%d syncs, %v", syncs, err)
	}
	if err := j.Append(all[4]); err != nil {
		t.Fatal(err)
	}
	v := mustRead(t, disk)
	var got []Record
	for r, trusted := range v.Records() {
		if !trusted {
			t.Errorf("record %d is not trusted", r.Seq)
		}
		got = append(got, r)
	}
	opts := cmp.AllowUnexported(KeyID{}, Digest{})
	for what, records := range map[string][]Record{
		"the journal": slices.Collect(j.Records()), "a view": got,
		"opened again": slices.Collect(mustOpen(t, disk).Records()),
	} {
		if diff := cmp.Diff(bare(all), bare(records), opts); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
		var seqs []uint64
		for _, r := range records {
			seqs = append(seqs, r.Seq)
		}
		if !slices.Equal(seqs, []uint64{1, 2, 2, 2, 3}) || !records[1].At.Equal(records[3].At) {
			t.Errorf("%s: the numbers are %v", what, seqs)
		}
	}
	if v.Err() != nil || len(v.Lines) != 3 || v.seq != 3 || len(v.Runs()[0].Records) != 5 {
		t.Errorf("%d lines, %v", len(v.Lines), v.Err())
	}
}

// One record that is refused keeps the others from being written.
func TestAppendAllRefusesAll(t *testing.T) {
	disk := crashfs.NewDisk()
	j := mustOpen(t, disk)
	bad := story()[1]
	bad.Stage = "finished"
	var refused *RecordError
	if err := j.AppendAll(story()[0], bad); !errors.As(err, &refused) {
		t.Errorf("got %v", err)
	}
	if n := len(slices.Collect(j.Records())); n != 0 || disk.Files()[fileName] != "" {
		t.Errorf("%d records were kept", n)
	}
	if err := j.AppendAll(story()...); err != nil {
		t.Error(err)
	}
}

// Whatever cuts it short: all of them are there, or none.
func TestAppendAllIsWhole(t *testing.T) {
	all := story()
	states := 0
	for n := 1; ; n++ {
		disk := crashfs.NewDisk()
		j, _, err := openOn(mortal(disk, n))
		acknowledged := 0
		for _, part := range [][]Record{all[:1], all[1:4], all[4:]} {
			if err == nil {
				if err = j.AppendAll(part...); err == nil {
					acknowledged += len(part)
				}
			}
		}
		for _, left := range after(disk) {
			states++
			again, _, err := openOn(left.Kill())
			if err != nil {
				t.Fatalf("before operation %d: %v", n, err)
			}
			have := slices.Collect(again.Records())
			if len(have) < acknowledged || !slices.Contains([]int{0, 1, 4, 5}, len(have)) {
				t.Fatalf("before operation %d: %d records were acknowledged, %d came back", n, acknowledged, len(have))
			}
		}
		if err == nil {
			break
		}
	}
	if states < 50 {
		t.Errorf("only %d states", states)
	}
}
