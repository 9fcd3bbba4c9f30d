package journal

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/internal/atomicfile/crashfs"
)

// goodPrefix counts the lines at the start of a journal that are as they were
// written. It is written anew and simply, to hold the reader to it.
func goodPrefix(text string) int {
	prev, n := noHash, 0
	for {
		line, rest, ended := strings.Cut(text, "\n")
		records, before, err := decode([]byte(line))
		if !ended || len(line) >= maxLine || err != nil || records[0].Seq != uint64(n)+1 || before != prev {
			return n
		}
		prev, text, n = hashOf([]byte(line)), rest, n+1
	}
}

// checkAnything holds for every content of the two files: nothing panics, no
// line is hidden, no line before the damage is lost, what is damaged is not
// written to, and what is taken off a journal is kept.
func checkAnything(t *testing.T, text, headText string) {
	t.Helper()
	files := map[string]string{fileName: text, headName: headText}
	disk := onDisk(t, files)
	good := goodPrefix(text)
	v := mustRead(t, disk)
	wantLines := strings.Count(text, "\n")
	if len(v.Remarks) == 1 && v.Remarks[0].Kind == TornLine && strings.HasSuffix(text, "\n") {
		wantLines-- // it is called torn, and nobody was told that it is written
	}
	if len(v.Lines) != wantLines {
		t.Fatalf("%d lines, %d are shown", wantLines, len(v.Lines))
	}
	for i, l := range v.Lines {
		if i < good && (!l.Readable || l.Record.Seq != uint64(i)+1) {
			t.Fatalf("line %d is before the damage and hidden", i+1)
		}
		if i >= good && l.Trusted {
			t.Fatalf("line %d is trusted, and only %d lines are good", i+1, good)
		}
	}
	if v.Err() == nil && len(v.Lines) != good {
		t.Fatalf("nothing is damaged, and %d of %d lines are good", good, len(v.Lines))
	}
	j, remarks, err := openOn(disk)
	after := disk.Files()
	if err != nil {
		var e *DamageError
		if !errors.As(err, &e) || v.Err() == nil {
			t.Fatalf("open says %v, read says %v", err, v.Err())
		}
		if diff := cmp.Diff(files, after); diff != "" {
			t.Fatalf("a damaged journal was written to: %s", diff)
		}
		return
	}
	if v.Err() != nil {
		t.Fatalf("open is content, and read says %v", v.Err())
	}
	aside := ""
	for name, content := range after {
		if strings.HasPrefix(name, tornName) {
			aside = content
		}
	}
	if whole := after[fileName] + aside; !strings.HasPrefix(whole, text) || aside != "" && whole != text {
		t.Fatalf("bytes were lost: %q became %q and %q (%v)", text, after[fileName], aside, remarks)
	}
	have := 0
	for r := range j.Records() {
		if r.Seq != uint64(have) { // else it was appended with the one before
			have++
		}
		if r.Seq != uint64(have) {
			t.Fatalf("record %d is the %d.", r.Seq, have)
		}
	}
	if have < good {
		t.Fatalf("%d of %d good records came back", have, good)
	}
	if err := j.Append(story()[0]); err != nil {
		t.Fatal(err)
	}
	if v := mustRead(t, disk); v.Err() != nil || len(v.Lines) != have+1 || len(v.Remarks) > 0 {
		t.Fatalf("afterwards: %v %v", v.Err(), v.Remarks)
	}
}

// fuzzDays returns a small journal as it was before and after each record.
func fuzzDays(f *testing.F) []map[string]string {
	f.Helper()
	disk := crashfs.NewDisk()
	j, _, err := openOn(disk)
	if err != nil {
		f.Fatal(err)
	}
	days := []map[string]string{disk.Files()}
	for i := range 4 {
		err := j.Append(Record{Run: testRun, Kind: Rotate, Key: "k", Stage: Planned, Phase: Note, Data: Data{Copies: i}})
		if err != nil {
			f.Fatal(err)
		}
		days = append(days, disk.Files())
	}
	return days
}

func FuzzRead(f *testing.F) {
	days := fuzzDays(f)
	full := days[len(days)-1]
	disk := crashfs.NewDisk()
	j, _, err := openOn(disk)
	if err != nil {
		f.Fatal(err)
	}
	for _, day := range days {
		f.Add(full[fileName], day[headName])
		f.Add(day[fileName]+"\x00\x00\n", day[headName])
	}
	f.Add(full[fileName][:len(days[3][fileName])+40], days[3][headName])
	f.Add(full[fileName][:len(days[3][fileName])+40], full[headName])
	f.Add(`{"v":3,"seq":1}`+"\n", days[0][headName])
	f.Add(strings.Repeat("x", maxLine)+"\n", "")
	if err := j.AppendAll(story()...); err != nil {
		f.Fatal(err)
	}
	f.Add(disk.Files()[fileName], disk.Files()[headName])
	f.Fuzz(checkAnything)
}

// FuzzHands lets hands loose on a good journal: each pair of bytes removes,
// doubles, moves, swaps or changes a line, counts its checksum anew, cuts the
// end off, or puts back the head of another day.
func FuzzHands(f *testing.F) {
	days := fuzzDays(f)
	for _, hands := range []string{
		"", "\x00\x01", "\x01\x02", "\x02\x01\x03\x00", "\x04\x07", "\x05\x02", "\x06\x30",
		"\x07\x01", "\x06\x20\x07\x03",
	} {
		f.Add([]byte(hands))
	}
	f.Fuzz(func(t *testing.T, hands []byte) {
		all, head := lines(days[4]), days[4][headName]
		torn := ""
		for ; len(hands) > 1 && len(all) > 0; hands = hands[2:] {
			at, other := int(hands[1])%len(all), int(hands[1])/16%len(all)
			switch hands[0] % 8 {
			case 0:
				all = slices.Delete(all, at, at+1)
			case 1:
				all = slices.Insert(all, other, all[at])
			case 2:
				all[at], all[other] = all[other], all[at]
			case 3:
				line := all[at]
				all = slices.Insert(slices.Delete(all, at, at+1), min(other, len(all)-1), line)
			case 4:
				line := []byte(all[at])
				if len(line) > 0 {
					line[int(hands[1])*7%len(line)] ^= 1 << (hands[1] % 7)
				}
				all[at] = strings.ReplaceAll(string(line), "\n", " ")
			case 5:
				if object, ok := unseal([]byte(all[at])); ok {
					all[at] = string(seal(append(object[:len(object)-1], `,"more":1}`...)))
				}
			case 6:
				last := all[len(all)-1]
				torn = last[:min(len(last), int(hands[1])*2)]
				all = all[:len(all)-1]
			case 7:
				head = days[int(hands[1])%len(days)][headName]
			}
		}
		checkAnything(t, with(nil, all...)[fileName]+torn, head)
	})
}

// Whatever a record holds: Append refuses it, or it comes back as it was.
func FuzzRecord(f *testing.F) {
	f.Add("grid-bot", "sub@example.com", "detail\n\x00\u2028<&>", 1)
	f.Add("\xff", "", strings.Repeat("x", maxText), -1)
	f.Add(`","sum":"0123456789abcdef"}`, `\`, `"`, 1<<40)
	f.Fuzz(func(t *testing.T, key, text, detail string, number int) {
		r := Record{Run: testRun, Kind: Contain, Key: key, Stage: Settling, Phase: Note, Data: Data{
			Account: text, Whitelist: []string{text, detail}, Marker: text, Because: detail,
			Old: NameKey(text), Before: DigestOf([]byte(text)), Copies: number, Status: number,
		}}
		disk := crashfs.NewDisk()
		j := mustOpen(t, disk)
		err := j.Append(r)
		v := mustRead(t, disk)
		if err != nil {
			var refused *RecordError
			if !errors.As(err, &refused) || len(v.Lines) != 0 || v.Err() != nil {
				t.Fatalf("%v beside %d lines", err, len(v.Lines))
			}
			return
		}
		if v.Err() != nil || len(v.Lines) != 1 || len(v.Remarks) > 0 {
			t.Fatalf("%v %v", v.Err(), v.Remarks)
		}
		got := v.Lines[0].Record
		if got.Data.Old.Fingerprint() != r.Data.Old.Fingerprint() {
			t.Errorf("another key: %v", got.Data.Old)
		}
		// A key of broken text is shown with the sign for it.
		got.Data.Old, r.Data.Old = KeyID{}, KeyID{}
		sameRecords(t, []Record{got}, []Record{r})
	})
}
