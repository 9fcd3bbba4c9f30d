package journal

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/internal/atomicfile/crashfs"
)

func TestRuns(t *testing.T) {
	disk := crashfs.NewDisk()
	j := mustOpen(t, disk)
	const a, b, c, d = RunID("01jd9x00000aa"), RunID("01jd9x00000bb"), RunID("01jd9x00000cc"), RunID("01jd9x00000dd")
	for _, r := range []Record{
		{Run: b, Kind: Rotate, Key: "b", Stage: Planned, Phase: Did},
		{Run: a, Kind: Revoke, Key: "a", Stage: Retiring, Phase: Will},
		{Run: c, Kind: Contain, Key: "c", Stage: NeedsPerson, Phase: Did},
		{Run: a, Kind: Revoke, Key: "a", Stage: Done, Phase: Did},
		{Run: a, Kind: Revoke, Key: "a", Stage: Retiring, Phase: Note},
		{Run: d, Kind: Rotate, Key: "d", Stage: Deployed, Phase: Will},
		{Run: d, Kind: Rotate, Key: "d", Stage: Abandoned, Phase: Will},
		{Run: b, Kind: Rotate, Key: "b", Stage: Issuing, Phase: Will},
		{Run: b, Kind: Rotate, Key: "b", Stage: Done, Phase: Note},
	} {
		if err := j.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, r := range j.Runs() {
		got = append(
			got,
			fmt.Sprintf(
				"%s %s %s %s %s ended=%v %d %s",
				r.ID,
				r.Kind,
				r.Key,
				r.Phase,
				r.Stage,
				r.Ended,
				len(r.Records),
				r.Updated.Sub(r.Started),
			),
		)
	}
	want := []string{
		"01jd9x00000bb rotate b will issuing ended=false 3 8s",
		"01jd9x00000aa revoke a did done ended=true 3 3s", // a note does not open it again
		"01jd9x00000cc contain c did needs_person ended=false 1 0s",
		"01jd9x00000dd rotate d will deployed ended=false 2 1s", // it is being taken back, and stands where it came from
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var open []RunID
	for _, r := range j.Unfinished() {
		if r.TakingBack != (r.ID == d) {
			t.Errorf("%s is being taken back: %v", r.ID, r.TakingBack)
		}
		open = append(open, r.ID)
	}
	if !slices.Equal(open, []RunID{b, c, d}) {
		t.Errorf("unfinished: %v", open)
	}
	// The very same from a view, and from a journal that is opened again.
	opts := cmp.AllowUnexported(KeyID{}, Digest{})
	if diff := cmp.Diff(j.Runs(), mustRead(t, disk).Runs(), opts); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(j.Runs(), mustOpen(t, disk).Runs(), opts); diff != "" {
		t.Error(diff)
	}
}

func TestFinalStages(t *testing.T) {
	var final []Stage
	for _, s := range Stages() {
		if s.Final() {
			final = append(final, s)
		}
	}
	if !slices.Equal(final, []Stage{Done, Unconfirmed, Abandoned, Closed, Failed}) {
		t.Errorf("got %v", final)
	}
}

func TestRunIDs(t *testing.T) {
	seen := map[RunID]bool{}
	var last RunID
	for i := range 2000 {
		id := NewRunID(start.Add(time.Duration(i) * time.Millisecond))
		if !id.valid() || seen[id] || id <= last {
			t.Fatalf("%q after %q", id, last)
		}
		seen[id], last = true, id
	}
	same := map[RunID]bool{}
	for range 20 {
		same[NewRunID(start)] = true
	}
	if len(same) < 15 {
		t.Errorf("20 runs of one millisecond have %d names", len(same))
	}
	for _, bad := range []RunID{"", "01jd9x00000a", "01jd9x00000aaa", "01jd9x00000ai", "01JD9X00000AA", "../../../../x"} {
		if bad.valid() {
			t.Errorf("%q is a run", bad)
		}
	}
}
