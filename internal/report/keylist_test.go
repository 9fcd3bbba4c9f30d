package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/audit"
	"rekey/internal/text/texttest"
)

// stagedList is the list of the staged audit's keys, in the order in which the
// answers came.
func stagedList(in audit.Input) KeyList {
	keys := audit.Keys(in.Subjects, in.Expiry, in.Now)
	return KeyList{Tool: Tool{Name: "rekey", Version: "0.1.0"}, StartedAt: in.Now, Keys: keys, Gaps: in.Gaps}
}

func listed(t *testing.T, l KeyList, format string, o Options) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := l.Write(&out, format, l.StartedAt.Add(time.Second), 4, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestKeyListIsGolden(t *testing.T) {
	l := stagedList(stagedAudit())
	texttest.Golden(t, *update, "keys-80.txt", listed(t, l, "text", Options{Width: 80}))
	texttest.Golden(t, *update, "keys-200.txt", listed(t, l, "text", Options{Width: 200}))
	texttest.Golden(t, *update, "keys.json", listed(t, l, "json", Options{}))
}

func TestKeyListFitsTheScreen(t *testing.T) {
	for _, columns := range []int{40, 60, 80, 200} {
		for name, in := range map[string]audit.Input{
			"staged": stagedAudit(), "fleet": stagedFleet(410),
			"empty": stagedFleet(0),
		} {
			for _, all := range []bool{false, true} {
				o := Options{Width: columns, All: all, Interrupted: all}
				plain := listed(t, stagedList(in), "text", o)
				o.Color = true
				painted := listed(t, stagedList(in), "text", o)
				texttest.Lines(t, name, columns, plain)
				texttest.Lines(t, name+" in colour", columns, painted)
				checkPlain(t, fmt.Sprintf("%s at %d columns", name, columns), plain, painted)
			}
		}
	}
}

// Of very many keys the list shows the beginning; a document shows all.
func TestLongKeyListIsCut(t *testing.T) {
	l := stagedList(stagedFleet(403))
	prose := listed(t, l, "text", Options{Width: 80})
	if !bytes.Contains(prose, []byte("… and 3 keys more; --all shows them\n")) ||
		!bytes.Contains(prose, []byte("403 keys, 40 unreachable\n")) {
		t.Errorf("the list ends in\n%s", prose[len(prose)-600:])
	}
	if all := listed(t, l, "text", Options{Width: 80, All: true}); !bytes.Contains(all, []byte("bot-0402")) {
		t.Error("--all leaves out keys")
	}
	var doc struct {
		Keys    []any
		Gaps    []any
		Summary map[string]int
	}
	if err := json.Unmarshal(listed(t, l, "json", Options{}), &doc); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"keys": 403, "gaps": 40, "exit_code": 4}, doc.Summary); diff != "" ||
		len(doc.Keys) != 403 ||
		len(doc.Gaps) != 40 {
		t.Errorf("%d keys, %d gaps, summary:\n%s", len(doc.Keys), len(doc.Gaps), diff)
	}
}

// The order in which the answers came shows nowhere, and the caller's list
// stays as it was.
func TestKeyListIsSorted(t *testing.T) {
	in := stagedFleet(30)
	want := listed(t, stagedList(in), "json", Options{})
	slices.Reverse(in.Subjects)
	slices.Reverse(in.Gaps)
	l := stagedList(in)
	first := l.Gaps[0]
	if diff := cmp.Diff(string(want), string(listed(t, l, "json", Options{}))); diff != "" {
		t.Errorf("in reverse:\n%s", diff)
	}
	if l.Gaps[0] != first {
		t.Error("Write changed the order of its input")
	}
}

func TestKeyListKnowsItsFormats(t *testing.T) {
	var out bytes.Buffer
	if err := (KeyList{}).Write(&out, "sarif", time.Time{}, 0, Options{}); err == nil || out.Len() > 0 {
		t.Errorf("sarif: error %v, wrote %d bytes", err, out.Len())
	}
	if err := Print(&out, "xml", &audit.Result{}, Options{}); err == nil ||
		err.Error() != fmt.Sprintf("there is no format %q (%s)", "xml", strings.Join(AuditFormats(), ", ")) {
		t.Errorf("Print: %v", err)
	}
}
