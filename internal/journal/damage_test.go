package journal

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/internal/atomicfile/crashfs"
)

// wantDamage opens and reads files that somebody laid hands on. It checks what
// holds for every damage: nothing is written, the error is typed and says
// where and what to do, reading still works and marks the first trusted lines.
func wantDamage(t *testing.T, what string, files map[string]string, trusted int) *DamageError {
	t.Helper()
	disk := onDisk(t, files)
	j, _, err := openOn(disk)
	var e *DamageError
	if !errors.As(err, &e) {
		t.Errorf("%s: open says %v, want a *DamageError", what, err)
		return nil
	}
	if j != nil {
		t.Errorf("%s: there is a journal beside the error", what)
	}
	if diff := cmp.Diff(files, disk.Files()); diff != "" {
		t.Errorf("%s: something was written: %s", what, diff)
	}
	text := e.Error()
	if !strings.HasPrefix(text, "state/journal.jsonl: ") || !strings.HasSuffix(text, ")") ||
		strings.Contains(text, canary) ||
		strings.Contains(text, "\n") {
		t.Errorf("%s: the error says %q", what, text)
	}
	v := mustRead(t, disk)
	if diff := cmp.Diff(e.Damage, v.Damage); diff != "" {
		t.Errorf("%s: opening and reading see different damage: %s", what, diff)
	}
	if got := strings.Count(files[fileName], "\n"); len(v.Lines) != got {
		t.Errorf("%s: %d of %d lines are shown", what, len(v.Lines), got)
	}
	for i, l := range v.Lines {
		if l.Trusted != (i < trusted) {
			t.Errorf("%s: line %d: trusted is %v, want the first %d lines", what, i+1, l.Trusted, trusted)
		}
	}
	return e
}

// numbered returns the files of a journal of n records.
func numbered(t *testing.T, n int) map[string]string {
	t.Helper()
	var records []Record
	for i := range n {
		records = append(records, Record{
			Run: testRun, Kind: Rotate, Key: "k", Stage: Issuing, Phase: Note, Data: Data{Copies: i + 1},
		})
	}
	return newDisk(t, records).Files()
}

// lines splits a journal, and with replaces its lines.
func lines(files map[string]string) []string {
	return strings.Split(strings.TrimSuffix(files[fileName], "\n"), "\n")
}

func with(files map[string]string, lines ...string) map[string]string {
	text := ""
	for _, l := range lines {
		text += l + "\n"
	}
	return map[string]string{headName: files[headName], fileName: text}
}

// flips change a byte a little: by one, to the other case, out of ASCII.
func flips() []byte { return []byte{0x01, 0x20, 0x80} }

// Every byte of every line is changed: all changes are found, and the error
// names the line.
func TestEveryChangedByteIsFound(t *testing.T) {
	files := newDisk(t, story()).Files()
	text := files[fileName]
	line, checked := 1, 0
	for i := range len(text) {
		flip := flips()[i%3]
		changed := []byte(text)
		changed[i] ^= flip
		e := wantDamage(
			t,
			fmt.Sprintf("byte %d ^ %#x", i, flip),
			map[string]string{headName: files[headName], fileName: string(changed)},
			line-1,
		)
		if e != nil && e.Damage[0].Line != line {
			t.Errorf("byte %d is in line %d, and damage is in %v", i, line, e.Damage)
		}
		checked++
		if text[i] == '\n' {
			line++
		}
	}
	t.Logf("%d changes in %d lines", checked, line-1)
}

// The same for the head. A change in both slots is found; one in the slot of the
// last record leaves the other, as a crash does, and one in that says nothing.
func TestEveryChangedByteOfTheHeadIsFound(t *testing.T) {
	files := newDisk(t, story()[:2]).Files()
	size := len(files[headName]) / 2
	last := decodeHead([]byte(files[headName])).slot
	for i := range size {
		if files[headName][i] == 0 || files[headName][size+i] == 0 {
			break // what is not full
		}
		for _, flip := range flips() {
			changed := []byte(files[headName])
			changed[last*size+i] ^= flip
			now := map[string]string{fileName: files[fileName], headName: string(changed)}
			disk := onDisk(t, now)
			if h := decodeHead(changed); h.harm == nil || h.harm.Harm != Newer {
				wantRemarks(t, mustRead(t, disk).Remarks, HeadBehind)
				sameRecords(t, slices.Collect(mustOpen(t, disk).Records()), story()[:2])
			}
			changed[(1-last)*size+i] ^= flip
			now[headName] = string(changed)
			e := wantDamage(t, fmt.Sprintf("byte %d ^ %#x", i, flip), now, 2)
			if e != nil && (e.Damage[0].Line != 0 || !strings.Contains(e.Error(), headName)) {
				t.Errorf("byte %d: %v", i, e)
			}
		}
	}
	for cut := range len(files[headName]) {
		wantDamage(
			t,
			fmt.Sprintf("the head cut after %d bytes", cut),
			map[string]string{fileName: files[fileName], headName: files[headName][:cut]},
			2,
		)
	}
}

// Lines are removed, swapped, doubled and moved, each at each place.
func TestLinesOutOfPlace(t *testing.T) {
	const n = 7
	files := numbered(t, n)
	all := lines(files)
	check := func(what string, lines []string, line int, harm Harm) {
		t.Helper()
		e := wantDamage(t, what, with(files, lines...), line-1)
		if e != nil && (e.Damage[0].Line != line || e.Damage[0].Harm != harm) {
			t.Errorf("%s: %v, want %s in line %d", what, e.Damage, harm, line)
		}
	}
	for from := range n {
		for to := from + 1; to <= n; to++ {
			check(fmt.Sprintf("lines %d to %d removed", from+1, to), slices.Delete(slices.Clone(all), from, to), from+1, Missing)
		}
		for other := from + 1; other < n; other++ {
			swapped := slices.Clone(all)
			swapped[from], swapped[other] = swapped[other], swapped[from]
			check(fmt.Sprintf("lines %d and %d swapped", from+1, other+1), swapped, from+1, Reordered)
		}
		for to := range n + 1 {
			doubled := slices.Insert(slices.Clone(all), to, all[from])
			// A copy before its original is a line in the wrong place first.
			line, harm := to+1, Duplicated
			switch {
			case to < from:
				harm = Reordered
			case to == from:
				line = to + 2 // of two equal lines the second is the copy
			}
			check(fmt.Sprintf("line %d doubled at %d", from+1, to+1), doubled, line, harm)
		}
		moved := slices.Delete(slices.Clone(all), from, from+1)
		moved = append(moved, all[from])
		if from < n-1 {
			check(fmt.Sprintf("line %d moved to the end", from+1), moved, from+1, Reordered)
		}
	}
}

// Somebody changes a line and counts its checksum anew, with or without the
// chain after it.
func TestChangedByAHandThatCanCount(t *testing.T) {
	const n = 5
	files := numbered(t, n)
	for changed := range n {
		records := mustRead(t, onDisk(t, files)).Lines
		text, prev := []string{}, noHash
		for i, l := range records {
			r := l.Record
			if i == changed {
				r.Data.Copies = 99
			}
			line, err := encode([]Record{r}, prev)
			if err != nil {
				t.Fatal(err)
			}
			text, prev = append(text, string(line)), hashOf(line)
		}
		alone := slices.Clone(lines(files))
		alone[changed] = text[changed]
		// The line itself is fine; the next one, or the head, shows it.
		line, trusted := changed+2, changed+1
		if changed == n-1 {
			line, trusted = n, n-1
		}
		for what, e := range map[string]*DamageError{
			"one line":  wantDamage(t, fmt.Sprintf("line %d", changed+1), with(files, alone...), trusted),
			"all after": wantDamage(t, fmt.Sprintf("line %d and all after", changed+1), with(files, text...), n-1),
		} {
			if e != nil && what == "one line" && e.Damage[0].Line != line {
				t.Errorf("line %d changed: %v", changed+1, e.Damage)
			}
			if e != nil && what == "all after" && (e.Damage[0].Line != n || e.Damage[0].Harm != Changed) {
				t.Errorf("all from line %d changed: %v", changed+1, e.Damage)
			}
		}
	}
}

// Whole records vanish from the end. The chain cannot tell; the head can.
func TestTruncationIsFound(t *testing.T) {
	const n = 6
	files := numbered(t, n)
	all := lines(files)
	for keep := 1; keep < n; keep++ {
		e := wantDamage(t, fmt.Sprintf("%d of %d lines kept", keep, n), with(files, all[:keep]...), keep)
		if e != nil && (e.Damage[0].Line != keep+1 || e.Damage[0].Harm != Missing) {
			t.Errorf("got %v", e.Damage)
		}
	}
	e := wantDamage(t, "an empty file", map[string]string{fileName: "", headName: files[headName]}, 0)
	if e != nil && e.Damage[0].Harm != Missing {
		t.Errorf("got %v", e.Damage)
	}
	e = wantDamage(t, "no file", map[string]string{headName: files[headName]}, 0)
	if e != nil && !strings.Contains(e.Error(), "gone with the whole file, which had 6 records") {
		t.Errorf("got %v", e)
	}
}

// The head is lost, or put back from another day, or from another journal.
func TestHeadOfAnotherDay(t *testing.T) {
	files := numbered(t, 6)
	e := wantDamage(t, "no head", map[string]string{fileName: files[fileName]}, 6)
	if e != nil && e.Damage[0].Harm != HeadLost {
		t.Errorf("got %v", e.Damage)
	}
	for day := range 5 {
		older := numbered(t, day)[headName]
		e := wantDamage(
			t,
			fmt.Sprintf("the head of record %d", day),
			map[string]string{fileName: files[fileName], headName: older},
			6,
		)
		if e != nil && e.Damage[0].Harm != HeadLost {
			t.Errorf("got %v", e.Damage)
		}
	}
	other := newDisk(t, story()).Files()[headName] // of record 5
	wantDamage(t, "the head of another journal", map[string]string{fileName: files[fileName], headName: other}, 4)
}

// Lines are added by hand, one after the other, each with the right chain.
func TestAddedByHand(t *testing.T) {
	files := numbered(t, 3)
	disk := onDisk(t, files)
	j := mustOpen(t, disk)
	for range 2 {
		if err := j.Append(story()[0]); err != nil {
			t.Fatal(err)
		}
	}
	e := wantDamage(
		t,
		"two lines added",
		map[string]string{fileName: disk.Files()[fileName], headName: files[headName]},
		5,
	)
	if e != nil && e.Damage[0].Harm != HeadLost {
		t.Errorf("got %v", e.Damage)
	}
	for _, added := range []string{
		"\n", "{}\n", "a\nb\n", "\n\n", strings.Repeat("x", maxLine+5) + "\n",
		strings.Repeat("x", 3*maxLine),
	} {
		text := files[fileName] + added
		if strings.Count(added, "\n") == 1 && len(added) < maxLine {
			continue // one rotten line that no head knows: see TestTornPage
		}
		wantDamage(t, fmt.Sprintf("%.10q added", added), map[string]string{fileName: text, headName: files[headName]}, 3)
	}
}

// A journal that a later version wrote is read as far as it goes, and not
// written to; nor is a torn line of it cut off.
func TestNewerVersion(t *testing.T) {
	files := numbered(t, 3)
	all := lines(files)
	newer := []string{
		`{"v":3,"seq":4,"something":"else"}`,
		string(seal([]byte(`{"v":3,"seq":4,"at":"2030-01-01T00:00:00.000Z","fresh":true}`))),
		strings.Replace(all[2], `"v":2`, `"v":3`, 1),
		`{"v":123456789}`,
	}
	for _, line := range newer {
		for _, where := range []int{0, 1, 3} {
			text := slices.Insert(slices.Clone(all), where, line)
			e := wantDamage(t, line, with(files, text...), where)
			if e != nil &&
				(e.Damage[0].Line != where+1 || e.Damage[0].Harm != Newer ||
					!strings.Contains(e.Error(), "use the rekey that wrote it")) {
				t.Errorf("%s in line %d: %v", line, where+1, e)
			}
		}
	}
	head := string(seal([]byte(`{"v":3,"seq":3,"more":"fields"}`))) + "\n"
	e := wantDamage(t, "a newer head", map[string]string{fileName: files[fileName], headName: head}, 3)
	if e != nil && e.Damage[0].Harm != Newer {
		t.Errorf("got %v", e.Damage)
	}
	// A line of this version with a field that it does not have, or no longer.
	line := string(
		seal([]byte(strings.Replace(all[0][:strings.Index(all[0], sumStart)]+"}", `"key"`, `"extra":1,"key"`, 1))),
	)
	wantDamage(t, "an unknown field", with(files, line, all[1], all[2]), 0)
	line = string(
		seal([]byte(strings.Replace(all[0][:strings.Index(all[0], sumStart)]+"}", `"data":{`, `"data":{"attempt":1,`, 1))),
	)
	wantDamage(t, "a field of version 1", with(files, line, all[1], all[2]), 0)
}

// Damage in the middle does not hide the runs after it: somebody must see what
// became of them.
func TestRunsBehindTheDamage(t *testing.T) {
	disk := crashfs.NewDisk()
	j := mustOpen(t, disk)
	for i, id := range []RunID{"01jd9x00000aa", "01jd9x00000bb", "01jd9x00000cc"} {
		if err := j.Append(Record{Run: id, Kind: Rotate, Key: fmt.Sprint(i), Stage: Issuing, Phase: Will}); err != nil {
			t.Fatal(err)
		}
	}
	files := disk.Files()
	all := lines(files)
	all[1] = "{" + all[1]
	v := mustRead(t, onDisk(t, with(files, all...)))
	var got []string
	for _, r := range v.Unfinished() {
		got = append(got, fmt.Sprintf("%s doubtful=%v", r.ID, r.Doubtful))
	}
	if diff := cmp.Diff([]string{"01jd9x00000aa doubtful=false", "01jd9x00000cc doubtful=true"}, got); diff != "" {
		t.Error(diff)
	}
	if v.seq != 1 || v.Lines[1].Readable || !v.Lines[2].Readable {
		t.Errorf("got %+v", v.Lines)
	}
}

// The error counts the other damages and says what to do.
func TestDamageError(t *testing.T) {
	files := numbered(t, 4)
	all := lines(files)
	all[1], all[3] = "x", "y"
	_, _, err := openOn(onDisk(t, with(files, all...)))
	const want = "state/journal.jsonl: line 2 is not as it was written: its checksum does not fit, and one " +
		"more place is damaged; " +
		"nothing is written to it any more (`rekey journal show` marks how far it can be trusted; " +
		"see at the exchanges what became of the runs that it names; " +
		"then move journal.jsonl and journal.head to another directory: the next command begins a new journal)"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
