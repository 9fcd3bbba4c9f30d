package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"rekey/internal/journal"
	"rekey/internal/text"
	"rekey/internal/text/texttest"
)

// A sub-account has the name text, and a hand wrote the rest into the journal.
func hostileChanges(prose string) Changes {
	name := "binance/" + prose + "/abcd…wxyz"
	return Changes{
		Tool: Tool{Name: "rekey", Version: "0.1.0"},
		Runs: []RunLine{
			{
				Run: journal.Run{
					ID: journal.RunID("01jd9x00000aa" + prose), Kind: journal.Kind(prose), Key: name, Stage: journal.Done,
					Records: []journal.Record{{Stage: journal.Stored, Phase: journal.Did, Data: journal.Data{
						New: journal.NameKey(prose + "0123456789ab" + prose), Result: prose,
					}}},
				},
				Why: "the exchange says " + prose + ": try again",
			},
			{Run: journal.Run{ID: "01jd9x00000bb", Kind: journal.Rotate, Key: name, Stage: journal.Stage(prose)}},
		},
		Person:  []PersonLine{{Key: name, Why: "it says " + prose + ": look", Steps: []string{"delete " + prose + " there"}}},
		Skipped: []SkippedLine{{Key: name, Why: "it has " + prose + ": already"}},
	}
}

// Whatever a sub-account is called, no line of changes obeys it, and none loses
// its words to it: the access key behind the name, what stands in the way, the
// steps.
func TestChangesOfHostileNames(t *testing.T) {
	for _, prose := range texttest.Hostile() {
		var out bytes.Buffer
		if err := hostileChanges(prose).Write(&out, "text", Options{Width: 1 << 24}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		for _, l := range lines {
			texttest.Safe(t, l, text.Unsafe)
		}
		if len(lines) != 8 {
			t.Errorf("%.80q: %d lines, want 8:\n%s", prose, len(lines), out.String())
			continue
		}
		for i, want := range []string{
			"/abcd…wxyz: done, the old key is proven dead, new key", ": try again", "/abcd…wxyz: unfinished, at",
			"/abcd…wxyz: nothing to do, it has ",
			"", "YOU: DO THIS ON THE WEBSITE", "/abcd…wxyz: it says ", "    1. delete ",
		} {
			if !strings.Contains(lines[i], want) {
				t.Errorf("%.80q: line %d is %.300q, want %q in it", prose, i, lines[i], want)
			}
		}
	}
}

// To a program the names are what they were, and a terminal that shows the
// document obeys none.
func TestChangesOfHostileNamesAsJSON(t *testing.T) {
	for _, prose := range texttest.Hostile() {
		if !utf8.ValidString(prose) {
			continue
		}
		var out bytes.Buffer
		c := hostileChanges(prose)
		if err := c.Write(&out, "json", Options{}); err != nil {
			t.Fatal(err)
		}
		if i := strings.IndexFunc(out.String(), func(r rune) bool { return r != '\n' && text.Unsafe(r) }); i >= 0 {
			t.Errorf("%.80q: the document shows %q", prose, out.String()[i:i+4])
		}
		var back changesDoc
		if err := json.Unmarshal(out.Bytes(), &back); err != nil {
			t.Fatalf("%.80q: %v", prose, err)
		}
		if diff := cmp.Diff(c.doc(), back); diff != "" {
			t.Errorf("%.80q is read back as\n%s", prose, diff)
		}
	}
}

// A key that is to be deleted and may not be is named first, and as active: what is
// unfinished is never said as if it were over.
func TestRunWords(t *testing.T) {
	by := func(person bool) journal.Record {
		return journal.Record{Stage: journal.Planned, Phase: journal.Did, Data: journal.Data{Person: person}}
	}
	run := func(kind journal.Kind, stage journal.Stage, ended bool, records ...journal.Record) journal.Run {
		return journal.Run{Key: "main", Kind: kind, Stage: stage, Ended: ended, Records: records}
	}
	for _, c := range []struct {
		story string
		line  RunLine
		want  string
	}{
		{
			"it waits for a person",
			RunLine{Run: run(journal.Revoke, journal.NeedsPerson, true, by(true))},
			"main: STILL ACTIVE, waiting for you to delete it",
		},
		{
			"cut short while a person deletes",
			RunLine{Run: run(journal.Revoke, journal.Retiring, false, by(true))},
			"main: STILL ACTIVE, waiting for you to delete it",
		},
		{
			"cut short by API",
			RunLine{Run: run(journal.Revoke, journal.Retiring, false, by(false))},
			"main: STILL ACTIVE as far as is known, its deletion is unfinished",
		},
		{
			"cut short, and proven dead",
			RunLine{Dead: true, Run: run(journal.Revoke, journal.Retiring, false, by(false))},
			"revoke main: unfinished, at retiring; the old key is proven dead",
		},
		{
			"not begun to delete",
			RunLine{Run: run(journal.Revoke, journal.Planned, false, by(false))},
			"revoke main: unfinished, at planned; the old key may still be active",
		},
		{
			"deleted",
			RunLine{Dead: true, Run: run(journal.Revoke, journal.Done, true, by(false))},
			"revoke main: done, the old key is proven dead",
		},
		{
			"no proof",
			RunLine{Run: run(journal.Revoke, journal.Unconfirmed, true, by(false))},
			"revoke main: the old key was deleted, and no answer proves it dead",
		},
		{
			"read-only",
			RunLine{Run: run(journal.Contain, journal.Done, true, by(false))},
			"contain main: done, now read-only (confirmed)",
		},
		{
			"a rotation cut short",
			RunLine{Run: run(journal.Rotate, journal.Retiring, false, by(true))},
			"rotate main: unfinished, at retiring; the old key may still be active",
		},
	} {
		if got := runWords(c.line); got != c.want {
			t.Errorf("%s: %q, want %q", c.story, got, c.want)
		}
	}
}
