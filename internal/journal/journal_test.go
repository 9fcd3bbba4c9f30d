package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
	"rekey/internal/atomicfile"
	"rekey/internal/atomicfile/crashfs"
)

const canary = "CANARY"

// oldKey and newKey are access keys. Their middle, which no journal may show,
// holds the canary.
const (
	oldKey = "oldk0000CANARY0000yold"
	newKey = "newk0000CANARY0000ywen"
)

var start = time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)

// clock returns a clock that goes on by a second at every look.
func clock() func() time.Time {
	now := start
	var mu sync.Mutex
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
}

const testRun = RunID("01jd9x0000abc")

// story is a rotation in a few records that use every field.
func story() []Record {
	record := func(stage Stage, phase Phase, data Data) Record {
		return Record{Run: testRun, Kind: Rotate, Key: "grid-bot", Stage: stage, Phase: phase, Data: data}
	}
	return []Record{
		record(Planned, Did, Data{
			Exchange: "binance", Account: "sub@example.com", Old: NameKey(oldKey), Manager: "master",
			Permissions: []exchanges.Permission{exchanges.Read, exchanges.Spot}, Whitelist: []string{"203.0.113.7/32"},
			Risks: []string{"bot-still-running"}, Compromised: true, Copies: 2,
		}),
		record(Issuing, Will, Data{Marker: "rekey-7f3a91c2", Op: "create-key", Copies: 1}),
		record(Issuing, Did, Data{New: NameKey(newKey), Result: "ok", Code: "-1021", Status: 200, Address: "203.0.113.7"}),
		record(Deployed, Will, Data{
			Location: "dotenv:.env#BINANCE", Copies: 2,
			Before: DigestOf([]byte("a")), After: DigestOf([]byte("b")),
		}),
		record(Settling, Note, Data{
			Because: "shop & co <kept> \"as it is\", ü, \u2028, \x01",
		}),
	}
}

// newDisk returns a disk in memory with a journal that holds the records.
func newDisk(t *testing.T, records []Record) *crashfs.Disk {
	t.Helper()
	disk := crashfs.NewDisk()
	j := mustOpen(t, disk)
	for _, r := range records {
		if err := j.Append(r); err != nil {
			t.Fatal(err)
		}
	}
	return disk
}

// openOn opens the journal of a directory as Open does, without the lock.
func openOn(dir atomicfile.FS) (*Journal, []Remark, error) { return open("state", dir, clock()) }

func mustOpen(t *testing.T, dir atomicfile.FS) *Journal {
	t.Helper()
	j, _, err := openOn(dir)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func mustRead(t *testing.T, dir atomicfile.FS) View {
	t.Helper()
	v, err := readIn(dir, "state")
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// onDisk returns a disk in memory with these files.
func onDisk(t *testing.T, files map[string]string) *crashfs.Disk {
	t.Helper()
	disk := crashfs.NewDisk()
	for name, content := range files {
		f, err := disk.Open(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err == nil {
			_, err = f.Write([]byte(content))
		}
		if err == nil {
			err = errors.Join(f.Sync(), disk.Sync())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return disk
}

// bare returns records without what Append adds.
func bare(records []Record) []Record {
	out := slices.Clone(records)
	for i := range out {
		out[i].Seq, out[i].At = 0, time.Time{}
	}
	return out
}

func sameRecords(t *testing.T, got, want []Record) {
	t.Helper()
	opts := cmp.AllowUnexported(KeyID{}, Digest{})
	if diff := cmp.Diff(bare(want), bare(got), opts); diff != "" {
		t.Errorf("the records differ (-want +got):\n%s", diff)
	}
	for i, r := range got {
		if r.Seq != uint64(i)+1 {
			t.Errorf("record %d has the number %d", i+1, r.Seq)
		}
	}
}

func kinds(remarks []Remark) []RemarkKind {
	var out []RemarkKind
	for _, r := range remarks {
		out = append(out, r.Kind)
	}
	return out
}

func wantRemarks(t *testing.T, got []Remark, want ...RemarkKind) {
	t.Helper()
	if !slices.Equal(kinds(got), want) {
		t.Errorf("remarks %v, want %v", got, want)
	}
}

// What is appended comes back, in a journal that is opened again and in one
// that is only read, and the file holds one line a record.
func TestAppendAndReadBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "rekey", "state")
	for round := range 3 {
		j, remarks, err := Open(dir, Options{Now: clock(), Holder: Holder{Command: "rekey rotate"}})
		if err != nil {
			t.Fatal(err)
		}
		if round == 0 {
			wantRemarks(t, remarks, Begun)
		} else {
			wantRemarks(t, remarks)
		}
		for _, r := range story() {
			if err := j.Append(r); err != nil {
				t.Fatal(err)
			}
		}
		want := slices.Repeat(story(), round+1)
		seq, hash := j.Last()
		sameRecords(t, slices.Collect(j.Records()), want)
		if err := errors.Join(j.Close(), j.Close()); err != nil {
			t.Fatal(err)
		}
		if err := j.Append(story()[0]); !errors.Is(err, errClosed) {
			t.Errorf("a closed journal says %v", err)
		}
		v, err := Read(dir)
		if err != nil || v.Err() != nil || len(v.Remarks) > 0 {
			t.Fatalf("%v %v %v", err, v.Damage, v.Remarks)
		}
		var read []Record
		for r, trusted := range v.Records() {
			if !trusted {
				t.Errorf("record %d is not trusted", r.Seq)
			}
			read = append(read, r)
		}
		sameRecords(t, read, want)
		if v.seq != uint64(len(want)) || v.hash != v.Lines[len(want)-1].hash {
			t.Errorf("the view ends at %d %s", v.seq, v.hash)
		}
		if s, h := v.Last(); s != seq || h != hash {
			t.Errorf("the view ends at %d %s, the journal at %d %s", s, h, seq, hash)
		}
		for n, want := range map[uint64]bool{0: false, 1: true, seq: true, seq + 1: false} {
			if _, ok := v.HashOf(n); ok != want {
				t.Errorf("record %d: there is a hash: %v", n, ok)
			}
		}
	}
	names, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, n := range names {
		left = append(left, n.Name())
	}
	if want := []string{headName, fileName, lockName}; !slices.Equal(left, want) {
		t.Errorf("the directory holds %v, want %v", left, want)
	}
}

// Where nothing was ever written there is nothing to read, and no error.
func TestReadNothing(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "missing")} {
		v, err := Read(path)
		if err != nil || !v.Absent || len(v.Lines) != 0 || v.Err() != nil || v.hash != noHash {
			t.Errorf("%v %v", v, err)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("reading left %v behind", entries)
	}
}

// The clock jumps back by an hour between records: they keep their order, and
// runs their stages.
func TestClockGoesBack(t *testing.T) {
	times := []time.Time{start, start.Add(-time.Hour), start.Add(-time.Minute)}
	disk := crashfs.NewDisk()
	j, _, err := open("state", disk, func() time.Time {
		now := times[0]
		times = times[1:]
		return now
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, stage := range []Stage{Planned, Retiring, Done} {
		if err := j.Append(Record{Run: testRun, Kind: Revoke, Key: "a", Stage: stage, Phase: Did}); err != nil {
			t.Fatal(err)
		}
	}
	v := mustRead(t, disk)
	if v.Err() != nil {
		t.Error(v.Err())
	}
	runs := v.Runs()
	if len(runs) != 1 || runs[0].Stage != Done || !runs[0].Ended || !runs[0].Started.Equal(start) {
		t.Errorf("got %+v", runs)
	}
}

// A record that cannot be kept is refused alone; the journal goes on.
func TestRefusedRecords(t *testing.T) {
	disk := crashfs.NewDisk()
	j := mustOpen(t, disk)
	good := story()[0]
	change := func(f func(*Record)) Record {
		r := good
		f(&r)
		return r
	}
	long := strings.Repeat("x", maxText+1)
	bad := map[string]Record{
		"no run":          change(func(r *Record) { r.Run = "" }),
		"a run by hand":   change(func(r *Record) { r.Run = "My-Run" }),
		"no kind":         change(func(r *Record) { r.Kind = "" }),
		"no key":          change(func(r *Record) { r.Key = "" }),
		"no stage":        change(func(r *Record) { r.Stage = "" }),
		"unknown stage":   change(func(r *Record) { r.Stage = "finished" }),
		"unknown phase":   change(func(r *Record) { r.Phase = "maybe" }),
		"a long reason":   change(func(r *Record) { r.Data.Because = long }),
		"a long entry":    change(func(r *Record) { r.Data.Whitelist = []string{long} }),
		"a long list":     change(func(r *Record) { r.Data.Risks = make([]string, maxList+1) }),
		"broken text":     change(func(r *Record) { r.Key = "\xff" }),
		"a line too long": change(func(r *Record) { r.Data.Whitelist = slices.Repeat([]string{long[1:]}, maxList) }),
	}
	before := disk.Files()
	for name, r := range bad {
		err := j.Append(r)
		var refused *RecordError
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if diff := cmp.Diff(before, disk.Files()); diff != "" {
		t.Errorf("a refused record was written: %s", diff)
	}
	if err := j.Append(good); err != nil {
		t.Error(err)
	}
}

// Append makes the record its own: what the caller does to its slices later
// changes nothing.
func TestRecordsAreNotShared(t *testing.T) {
	j := mustOpen(t, crashfs.NewDisk())
	r := story()[0]
	if err := j.Append(r); err != nil {
		t.Fatal(err)
	}
	r.Data.Whitelist[0] = "0.0.0.0/0"
	for got := range j.Records() {
		if got.Data.Whitelist[0] != "203.0.113.7/32" {
			t.Errorf("the record now says %v", got.Data.Whitelist)
		}
	}
}

// Many goroutines write at once: every record is there once, and the chain
// holds.
func TestConcurrentAppends(t *testing.T) {
	disk := crashfs.NewDisk()
	j := mustOpen(t, disk)
	var wg sync.WaitGroup
	for writer := range 8 {
		id := NewRunID(start)
		wg.Go(func() {
			for i := range 25 {
				r := Record{
					Run:   id,
					Kind:  Revoke,
					Key:   fmt.Sprintf("key-%d", writer),
					Stage: Retiring,
					Phase: Note,
					Data:  Data{Copies: i + 1},
				}
				if err := j.Append(r); err != nil {
					t.Error(err)
				}
				j.Unfinished()
			}
		})
	}
	wg.Wait()
	v := mustRead(t, disk)
	if v.Err() != nil || v.seq != 200 {
		t.Fatalf("%d records, %v", v.seq, v.Err())
	}
	for _, run := range v.Runs() {
		for i, r := range run.Records {
			if r.Data.Copies != i+1 {
				t.Errorf("%s: record %d is attempt %d", run.Key, i+1, r.Data.Copies)
			}
		}
	}
}
