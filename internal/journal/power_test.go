package journal

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"rekey/internal/atomicfile"
	"rekey/internal/atomicfile/crashfs"
)

// errDead is what a process sees that dies: nothing it does happens any more.
var errDead = errors.New("dead")

// mortal is a directory in which everything fails from the n-th operation on.
func mortal(disk *crashfs.Disk, n int) atomicfile.FS {
	return crashfs.Watch(disk, func(op crashfs.Op) error {
		if op.N >= n {
			return errDead
		}
		return nil
	})
}

// work opens the journal and appends records until there are as many as the
// story has. It returns how many were acknowledged, also those of before.
func work(dir atomicfile.FS, before int) (acknowledged int, remarks []Remark, err error) {
	acknowledged = before
	j, remarks, err := openOn(dir)
	if err != nil {
		return acknowledged, nil, err
	}
	have := len(slices.Collect(j.Records()))
	acknowledged = max(acknowledged, have)
	for _, r := range story()[have:] {
		if err := j.Append(r); err != nil {
			return acknowledged, remarks, err
		}
		acknowledged++
	}
	return acknowledged, remarks, nil
}

// after lists what the next process may find: everything that was written, if
// rekey was killed; any part of what was not synced, if the power failed.
func after(disk *crashfs.Disk) []*crashfs.Disk { return append(disk.Crashes(), disk.Kill()) }

// recovered checks a directory in which a journal with so many acknowledged
// records was cut short: they are all there, at most one more is, and the
// journal works.
func recovered(disk *crashfs.Disk, acknowledged int) error {
	v, err := readIn(disk, "state")
	if err := errors.Join(err, v.Err()); err != nil {
		return err
	}
	if n := len(v.Lines); n < acknowledged-len(cutOff(v)) || n > acknowledged+1 {
		return fmt.Errorf("%d records were acknowledged, %d are read", acknowledged, n)
	}
	torn := v.Remarks
	j, remarks, err := openOn(disk)
	if err != nil {
		return err
	}
	have := slices.Collect(j.Records())
	if n := len(have); n < acknowledged || n > acknowledged+1 {
		return fmt.Errorf("%d records were acknowledged, %d came back", acknowledged, n)
	}
	for i, r := range have {
		if want := story()[i]; r.Stage != want.Stage || r.Phase != want.Phase || r.Data.Marker != want.Data.Marker {
			return fmt.Errorf("record %d is %+v", i+1, r)
		}
	}
	said := slices.DeleteFunc(kinds(remarks), func(k RemarkKind) bool { return k == Begun })
	if !slices.Equal(said, kinds(torn)) {
		return fmt.Errorf("read says %v, open says %v", torn, remarks)
	}
	if n, _, err := work(disk, len(have)); err != nil || n != len(story()) {
		return fmt.Errorf("%d records, %w", n, err)
	}
	if _, remarks, err = openOn(disk); err != nil || len(remarks) > 0 {
		return fmt.Errorf("opened again: %v, %w", remarks, err)
	}
	v, err = readIn(disk, "state")
	if err := errors.Join(err, v.Err()); err != nil || len(v.Lines) != len(story()) || len(v.Remarks) > 0 {
		return fmt.Errorf("at last: %d lines, %v, %w", len(v.Lines), v.Remarks, err)
	}
	for name := range disk.Files() {
		if name != fileName && name != headName && !strings.HasPrefix(name, tornName) {
			return fmt.Errorf("%s is left over", name)
		}
	}
	return nil
}

// cutOff returns the remarks about a record whose end only the head knows.
func cutOff(v View) []Remark {
	return slices.DeleteFunc(slices.Clone(v.Remarks), func(r Remark) bool { return r.Kind != CutLine })
}

// look is the same for directories that differ in nothing but the names that
// were drawn by chance.
func look(disk *crashfs.Disk, acknowledged int) string {
	var all []string
	for name, content := range disk.Files() {
		if strings.HasPrefix(name, ".") {
			name = "temporary"
		}
		all = append(all, name+" "+content)
	}
	slices.Sort(all)
	return fmt.Sprintf("%d %q", acknowledged, all)
}

// A record is longer than the slots of the head. Whatever cuts it or the records
// around it short, all that was acknowledged comes back.
func TestCrashesWhileTheHeadGrows(t *testing.T) {
	records := story()[:4]
	records[1].Data.Risks = slices.Repeat([]string{strings.Repeat("x", maxText)}, 5)
	states := 0
	for n := 1; ; n++ {
		disk := crashfs.NewDisk()
		acknowledged := 0
		j, _, err := openOn(mortal(disk, n))
		for i := 0; err == nil && i < len(records); i++ {
			if err = j.Append(records[i]); err == nil {
				acknowledged++
			}
		}
		for _, left := range after(disk) {
			states++
			again, _, err := openOn(left.Kill())
			if err != nil {
				t.Fatalf("before operation %d: %v", n, err)
			}
			have := slices.Collect(again.Records())
			if len(have) < acknowledged || len(have) > acknowledged+1 {
				t.Fatalf("before operation %d: %d records were acknowledged, %d came back", n, acknowledged, len(have))
			}
			if len(have) > 0 {
				sameRecords(t, have, records[:len(have)])
			}
			if err := again.Append(records[1]); err != nil {
				t.Fatal(err)
			}
		}
		if err == nil {
			break
		}
	}
	if states < 100 {
		t.Errorf("only %d states", states)
	}
}

// A journal is begun and written. It is killed, or the power fails, before
// each operation; then again before each operation of the recovery. Nothing
// that was acknowledged is ever lost, nothing is ever called damaged, and the
// journal always goes on.
func TestCrashesAndPowerCuts(t *testing.T) {
	first, second, remarks := 0, 0, map[RemarkKind]int{}
	good := map[string]bool{} // what recovers, to look at nothing twice
	check := func(disk *crashfs.Disk, acknowledged int, when string, args ...any) {
		key := look(disk, acknowledged)
		if good[key] {
			return
		}
		if err := recovered(disk.Kill(), acknowledged); err != nil {
			t.Fatalf("cut "+when+": %v", append(args, err)...)
		}
		good[key] = true
	}
	started := map[string]bool{} // what a second crash was tried from
	for n := 1; ; n++ {
		disk := crashfs.NewDisk()
		acknowledged, _, err := work(mortal(disk, n), 0)
		for i, left := range after(disk) {
			first++
			check(left, acknowledged, "before operation %d, state %d", n, i)
			if key := look(left, acknowledged); left.Settled() {
				if started[key] {
					continue
				}
				started[key] = true
			}
			for m := 1; ; m++ {
				again := left.Kill()
				got, said, err := work(mortal(again, m), acknowledged)
				for _, r := range said {
					remarks[r.Kind]++
				}
				for k, left := range after(again) {
					second++
					check(left, got, "before operation %d, state %d, again before %d, state %d", n, i, m, k)
				}
				// What comes once the first crash is mended has been seen.
				if err == nil || got > acknowledged+1 {
					break
				}
			}
		}
		if err == nil {
			break
		}
		if !errors.Is(err, errDead) {
			t.Fatal(err)
		}
	}
	t.Logf("%d states after one crash, %d after two; mended: %v", first, second, remarks)
	if first < 140 || second < 5000 || remarks[TornLine] == 0 || remarks[HeadBehind] == 0 {
		t.Error("too little was looked at")
	}
}
