package journal

import (
	"bytes"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// before returns the files as they were when the last record had not yet been
// appended, and its line.
func before(t *testing.T) (files map[string]string, line string, full map[string]string) {
	t.Helper()
	records := story()
	short := newDisk(t, records[:len(records)-1]).Files()
	full = newDisk(t, records).Files()
	line, ok := strings.CutPrefix(full[fileName], short[fileName])
	if !ok {
		t.Fatal("the journals differ")
	}
	return short, line, full
}

// read returns the files with what the head says in place of the head: opening a
// journal writes it anew, into its other slot.
func read(files map[string]string) map[string]string {
	out := maps.Clone(files)
	h := decodeHead([]byte(files[headName]))
	out[headName] = fmt.Sprintf("%d %s %s %v", h.seq, h.hash, h.line, h.harm)
	return out
}

// Power fails while the last record is written, and any beginning of it may be
// on disk: it is moved to a file of its own, said, and the journal goes on.
func TestTornAtEveryByte(t *testing.T) {
	files, line, _ := before(t)
	for cut := 1; cut < len(line); cut++ {
		disk := onDisk(t, map[string]string{headName: files[headName], fileName: files[fileName] + line[:cut]})
		v := mustRead(t, disk)
		wantRemarks(t, v.Remarks, TornLine)
		if v.Err() != nil || len(v.Lines) != 4 {
			t.Fatalf("cut at %d: read %d lines, %v", cut, len(v.Lines), v.Err())
		}
		j, remarks, err := openOn(disk)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		wantRemarks(t, remarks, TornLine)
		want := map[string]string{headName: files[headName], fileName: files[fileName], tornName + "5": line[:cut]}
		if diff := cmp.Diff(read(want), read(disk.Files())); diff != "" {
			t.Fatalf("cut at %d: %s", cut, diff)
		}
		if !strings.Contains(remarks[0].Text, fmt.Sprintf("%d bytes", cut)) ||
			!strings.Contains(remarks[0].Text, tornName+"5") {
			t.Errorf("the remark says %q", remarks[0].Text)
		}
		if err := j.Append(story()[4]); err != nil {
			t.Fatal(err)
		}
		if v := mustRead(t, disk); v.Err() != nil || v.seq != 5 || len(v.Remarks) > 0 {
			t.Errorf("cut at %d: then %d records, %v %v", cut, v.seq, v.Err(), v.Remarks)
		}
	}
}

// The end of a record is torn off that was already reported as written: a disk
// that lied about its sync, or scissors. The head knows the record and puts it
// back. Without that, a key could live that nobody knows of.
func TestCutAtEveryByte(t *testing.T) {
	files, line, full := before(t)
	for cut := 1; cut < len(line); cut++ {
		disk := onDisk(t, map[string]string{headName: full[headName], fileName: files[fileName] + line[:cut]})
		v := mustRead(t, disk)
		wantRemarks(t, v.Remarks, CutLine)
		if v.Err() != nil {
			t.Fatal(v.Err())
		}
		j, remarks, err := openOn(disk)
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		wantRemarks(t, remarks, CutLine)
		if diff := cmp.Diff(read(full), read(disk.Files())); diff != "" {
			t.Fatalf("cut at %d: %s", cut, diff)
		}
		var records []Record
		for r := range j.Records() {
			records = append(records, r)
		}
		sameRecords(t, records, story())
		if err := j.Append(story()[0]); err != nil {
			t.Fatal(err)
		}
		if v := mustRead(t, disk); v.Err() != nil || v.seq != 6 {
			t.Errorf("cut at %d: then %d records, %v", cut, v.seq, v.Err())
		}
	}
}

// Cut anywhere else, with the same head: whole records are gone, and that is
// damage.
func TestCutFurtherUp(t *testing.T) {
	files, line, full := before(t)
	text := files[fileName]
	for cut := range len(text) {
		trusted := strings.Count(text[:cut], "\n")
		wantDamage(
			t,
			fmt.Sprintf("cut at %d", cut),
			map[string]string{headName: full[headName], fileName: text[:cut]},
			trusted,
		)
	}
	// Nor is it mended when what is left is not the beginning of the record.
	wantDamage(t, "another beginning", map[string]string{headName: full[headName], fileName: text + "{\"w\":1"}, 4)
	wantDamage(
		t,
		"more than the record",
		map[string]string{headName: full[headName], fileName: text + strings.TrimSuffix(line, "\n") + "x"},
		4,
	)
}

// The first record of all is torn.
func TestTornFirstRecord(t *testing.T) {
	disk := newDisk(t, nil)
	files := disk.Files()
	files[fileName] = `{"v":1,"seq":1,`
	disk = onDisk(t, files)
	_, remarks, err := openOn(disk)
	if err != nil {
		t.Fatal(err)
	}
	wantRemarks(t, remarks, TornLine)
	if got := disk.Files(); got[fileName] != "" || got[tornName+"1"] != files[fileName] {
		t.Errorf("got %v", got)
	}
}

// A record that spans two pages of the file can lose the first page and keep
// the second, with its line break. Nobody was told that it is written, so it
// is a torn one all the same.
func TestTornPage(t *testing.T) {
	files, line, _ := before(t)
	for _, lost := range []int{1, 100, len(line) / 2, len(line) - 1} {
		torn := string(bytes.Repeat([]byte{0}, lost)) + line[lost:]
		disk := onDisk(t, map[string]string{headName: files[headName], fileName: files[fileName] + torn})
		wantRemarks(t, mustRead(t, disk).Remarks, TornLine)
		_, remarks, err := openOn(disk)
		if err != nil {
			t.Fatalf("%d bytes lost: %v", lost, err)
		}
		wantRemarks(t, remarks, TornLine)
		want := map[string]string{headName: files[headName], fileName: files[fileName], tornName + "5": torn}
		if diff := cmp.Diff(read(want), read(disk.Files())); diff != "" {
			t.Errorf("%d bytes lost: %s", lost, diff)
		}
	}
}

// The record is whole and its head was not written: rekey died in between.
func TestHeadBehind(t *testing.T) {
	files, _, full := before(t)
	disk := onDisk(t, map[string]string{headName: files[headName], fileName: full[fileName]})
	wantRemarks(t, mustRead(t, disk).Remarks, HeadBehind)
	_, remarks, err := openOn(disk)
	if err != nil {
		t.Fatal(err)
	}
	wantRemarks(t, remarks, HeadBehind)
	if diff := cmp.Diff(read(full), read(disk.Files())); diff != "" {
		t.Error(diff)
	}
	_, remarks, err = openOn(disk)
	if err != nil {
		t.Fatal(err)
	}
	wantRemarks(t, remarks)
	// And a torn line after such a record was not left by a crash.
	wantDamage(t, "a record and a piece", map[string]string{headName: files[headName], fileName: full[fileName] + "{"}, 5)
}

// The same record is torn again and again: no piece is written over.
func TestTornTwice(t *testing.T) {
	files, line, _ := before(t)
	for i, name := range []string{"5", "5-2", "5-3"} {
		torn := line[:10+i]
		files[fileName] += torn
		disk := onDisk(t, files)
		if _, _, err := openOn(disk); err != nil {
			t.Fatal(err)
		}
		files = disk.Files()
		if files[tornName+name] != torn {
			t.Errorf("%s holds %q", tornName+name, files[tornName+name])
		}
	}
	if len(files) != 5 {
		t.Errorf("got %v", files)
	}
}
