package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"rekey/internal/journal"
)

// A sub-account has the name text, and a hand wrote the rest into the journal.
func hostileChanges(text string) Changes {
	name := "binance/" + text + "/abcd…wxyz"
	return Changes{
		Tool: Tool{Name: "rekey", Version: "0.1.0"},
		Runs: []RunLine{
			{
				Run: journal.Run{
					ID: journal.RunID("01jd9x00000aa" + text), Kind: journal.Kind(text), Key: name, Stage: journal.Done,
					Records: []journal.Record{{Stage: journal.Stored, Phase: journal.Did, Data: journal.Data{
						New: journal.NameKey(text + "0123456789ab" + text), Result: text,
					}}},
				},
				Why: "the exchange says " + text + ": try again",
			},
			{Run: journal.Run{ID: "01jd9x00000bb", Kind: journal.Rotate, Key: name, Stage: journal.Stage(text)}},
		},
		Person:  []PersonLine{{Key: name, Why: "it says " + text + ": look", Steps: []string{"delete " + text + " there"}}},
		Skipped: []SkippedLine{{Key: name, Why: "it has " + text + ": already"}},
	}
}

// Whatever a sub-account is called, no line of changes obeys it, and none loses
// its words to it: the access key behind the name, what stands in the way, the
// steps.
func TestChangesOfHostileNames(t *testing.T) {
	for _, text := range hostileTexts() {
		var out bytes.Buffer
		if err := hostileChanges(text).Write(&out, "text", Options{Width: 1 << 24}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		for _, l := range lines {
			safe(t, l)
		}
		if len(lines) != 8 {
			t.Errorf("%.80q: %d lines, want 8:\n%s", text, len(lines), out.String())
			continue
		}
		for i, want := range []string{
			"/abcd…wxyz: done, the old key is proven dead, new key", ": try again", "/abcd…wxyz: unfinished, at", "/abcd…wxyz: nothing to do, it has ",
			"", "A PERSON MUST DO THIS", "/abcd…wxyz: it says ", "    1. delete ",
		} {
			if !strings.Contains(lines[i], want) {
				t.Errorf("%.80q: line %d is %.300q, want %q in it", text, i, lines[i], want)
			}
		}
	}
}

// To a program the names are what they were, and a terminal that shows the
// document obeys none.
func TestChangesOfHostileNamesAsJSON(t *testing.T) {
	for _, text := range hostileTexts() {
		if !utf8.ValidString(text) {
			continue
		}
		var out bytes.Buffer
		c := hostileChanges(text)
		if err := c.Write(&out, "json", Options{}); err != nil {
			t.Fatal(err)
		}
		if i := strings.IndexFunc(out.String(), func(r rune) bool { return r != '\n' && unsafeRune(r) }); i >= 0 {
			t.Errorf("%.80q: the document shows %q", text, out.String()[i:i+4])
		}
		var back changesDoc
		if err := json.Unmarshal(out.Bytes(), &back); err != nil {
			t.Fatalf("%.80q: %v", text, err)
		}
		if diff := cmp.Diff(c.doc(), back); diff != "" {
			t.Errorf("%.80q is read back as\n%s", text, diff)
		}
	}
}
