package gitdb

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

const (
	idOne = "1111111111111111111111111111111111111111"
	idTwo = "2222222222222222222222222222222222222222"
)

// What git answers is read object by object, whatever is in them.
func TestAnswer(t *testing.T) {
	large := strings.Repeat("x\n", 100_000)
	out := idOne + " blob 3\na\nb\n" + idTwo + " missing\n" + idTwo + " commit 0\n\n" + idOne + fmt.Sprintf(
		" blob %d\n%s\n",
		len(large),
		large,
	) + idTwo + " tag 4\n"
	for name, c := range map[string]struct {
		out  string
		want []string
		ok   bool
	}{
		"whole": {out + "last\n", []string{
			"blob a\nb", "bad is missing", "commit ",
			"blob ", "tag last",
		}, true},
		"ends in an object":    {out + "la", []string{"blob a\nb", "bad is missing", "commit ", "blob ", "tag la"}, false},
		"ends behind a header": {out, []string{"blob a\nb", "bad is missing", "commit ", "blob ", "tag "}, false},
		"no answer":            {"fatal: no\n", nil, false},
		"a size below zero":    {idOne + " blob -1\n", nil, false},
		"an endless line":      {strings.Repeat("x", 1<<20), nil, false},
		"nothing":              {"", nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			a := answer{to: Reader{
				Object: func(_ int, o Object) {
					content := make([]byte, 10) // the rest of a large one is left
					n, _ := io.ReadFull(o.Body, content)
					if n == len(content) {
						n = 0
					}
					got = append(got, o.Type+" "+string(content[:n]))
				},
				Bad: func(_ int, _, detail string) { got = append(got, "bad "+detail) },
			}}
			err := a.read(bufio.NewReaderSize(strings.NewReader(c.out), 64<<10))
			if !slices.Equal(got, c.want) || (err == nil) != c.ok {
				t.Errorf("got %q, error %v; want %q", got, err, c.want)
			}
		})
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(idOne + " blob 3\nabc\n" + idTwo + " missing\n"))
	f.Add([]byte(idOne + " blob 99999999999999999999\n"))
	f.Fuzz(func(t *testing.T, out []byte) {
		seen := 0
		a := answer{to: Reader{
			Object: func(_ int, o Object) {
				seen++
				if n, _ := io.Copy(io.Discard, o.Body); n > int64(len(out)) {
					t.Errorf("an object of %d bytes out of %d", n, len(out))
				}
			},
			Bad: func(int, string, string) { seen++ },
		}}
		if err := a.read(bufio.NewReader(bytes.NewReader(out))); err == nil && seen != a.number {
			t.Errorf("%d objects given, %d counted", seen, a.number)
		}
	})
}

// Names, authors and subjects are foreign text: line ends, colons and control
// characters in them are theirs.
func TestLog(t *testing.T) {
	commit := func(id, subject string) string {
		return "\x01" + id + "\x002022-05-01T10:00:00Z\x00a : b\n\x00" + subject
	}
	change := func(id, path string) string {
		return ":100644 100644 " + strings.Repeat("0", 40) + " " + id + " M\x00" + path + "\x00"
	}
	merge := "::100644 100644 100644 " + strings.Repeat(
		"0",
		40,
	) + " " + strings.Repeat(
		"0",
		40,
	) + " " + idTwo + " MM\x00merged\x00"
	long := strings.Repeat("long/", 20_000)
	out := commit("c1", ": a subject\n"+change(idOne, ":a\nname\x1b")) + commit("c2", "nothing\x00") +
		commit("c3", "two\n"+change(idTwo, long)+change("3333", "other")) + commit("c4", "\n"+merge)
	found := map[string]Origin{}
	readLog(
		bufio.NewReaderSize(strings.NewReader(out), 4096),
		10,
		changesOf{blobs: map[string]bool{idOne: true, idTwo: true}, found: found},
	)
	if o := found[idOne]; o.Commit != "c1" || o.Path != ":a\nname\x1b" || o.Author != "a : b\n" ||
		o.Subject != ": a subject" ||
		o.Age != 11 {
		t.Errorf("%+v", o)
	}
	if o := found[idTwo]; o.Commit != "c4" || o.Path != "merged" || o.Age != 14 || len(found) != 2 {
		t.Errorf("%+v of %d", o, len(found))
	}
}

func FuzzLog(f *testing.F) {
	f.Add([]byte("\x01c1\x00d\x00a\x00s\n:100644 100644 0 1 M\x00p\x00"))
	f.Add([]byte(":::\x00\x01\x00"))
	f.Fuzz(func(_ *testing.T, out []byte) {
		readLog(
			bufio.NewReader(bytes.NewReader(out)),
			0,
			changesOf{blobs: map[string]bool{"1": true, "": true}, found: map[string]Origin{}},
		)
	})
}

// Parts hold every line once and in order.
func TestPartsOf(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 1000, 1001} {
		var list bytes.Buffer
		for i := range n {
			_, _ = fmt.Fprintf(&list, "%d\n", i)
		}
		var joined []byte
		for _, p := range partsOf(list.Bytes(), 3) {
			if first := fmt.Sprintf("%d\n", p.first); !bytes.HasPrefix(p.ids, []byte(first)) {
				t.Errorf("%d lines: a part begins with %.5q, want %q", n, p.ids, first)
			}
			joined = append(joined, p.ids...)
		}
		if !bytes.Equal(joined, list.Bytes()) {
			t.Errorf("%d lines: the parts are not the list", n)
		}
	}
}
