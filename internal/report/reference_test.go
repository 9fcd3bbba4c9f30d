package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files of internal/report/testdata")

// golden compares a text with testdata/NAME.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is different (-update writes it anew):\n%s", file, diff)
	}
}

// A referencePage is one way to print something that is not an audit.
type referencePage struct {
	name  string
	write func(w io.Writer, format string, o Options) error
}

func referencePages() []referencePage {
	return []referencePage{
		{"cards", func(w io.Writer, f string, o Options) error { return WriteCards(w, f, stagedExchanges(), false, o) }},
		{"cards-full", func(w io.Writer, f string, o Options) error { return WriteCards(w, f, stagedExchanges(), true, o) }},
		{"operations", func(w io.Writer, f string, o Options) error { return WriteOperations(w, f, stagedExchanges(), o) }},
		{"rules-full", func(w io.Writer, f string, o Options) error { return WriteRules(w, f, stagedRules(), true, o) }},
		{"incidents", func(w io.Writer, f string, o Options) error { return WriteIncidents(w, f, stagedIncidents(), false, o) }},
		{"incidents-full", func(w io.Writer, f string, o Options) error { return WriteIncidents(w, f, stagedIncidents(), true, o) }},
	}
}

func printed(t *testing.T, p referencePage, format string, o Options) []byte {
	t.Helper()
	var out bytes.Buffer
	o.Tool = Tool{Name: "rekey", Version: "0.1.0"}
	if err := p.write(&out, format, o); err != nil {
		t.Fatalf("%s as %s: %v", p.name, format, err)
	}
	return out.Bytes()
}

func TestReferencePagesAreGolden(t *testing.T) {
	for _, p := range referencePages() {
		golden(t, p.name+".txt", printed(t, p, "text", Options{Width: 80}))
		if p.name == "cards" || p.name == "incidents" { // full changes the text alone
			continue
		}
		golden(t, p.name+".md", printed(t, p, "markdown", Options{}))
		golden(t, p.name+".json", printed(t, p, "json", Options{}))
	}
}

// checkLines fails on a line that is too wide or ends in blanks.
func checkLines(t *testing.T, name string, columns int, out []byte) {
	t.Helper()
	for i, l := range strings.Split(string(out), "\n") {
		if width(l) > columns && !strings.Contains(l, "://") {
			t.Errorf("%s at %d columns, line %d is %d wide: %s", name, columns, i+1, width(l), l)
		}
		if strings.TrimRight(l, " \t") != l {
			t.Errorf("%s at %d columns, line %d ends in blanks: %q", name, columns, i+1, l)
		}
	}
}

func TestReferencePagesFitTheScreen(t *testing.T) {
	for _, p := range referencePages() {
		for _, columns := range []int{40, 60, 80, 200} {
			checkLines(t, p.name, columns, printed(t, p, "text", Options{Width: columns}))
			checkLines(t, p.name+" in colour", columns, printed(t, p, "text", Options{Width: columns, Color: true}))
		}
	}
}

func TestMoreColumnsAreUsed(t *testing.T) {
	for _, p := range referencePages() {
		narrow := bytes.Count(printed(t, p, "text", Options{Width: 80}), []byte("\n"))
		wide := bytes.Count(printed(t, p, "text", Options{Width: 200}), []byte("\n"))
		if wide >= narrow && p.name != "cards" { // a table of words is never wide
			t.Errorf("%s has %d lines at 200 columns and %d at 80", p.name, wide, narrow)
		}
	}
}

func TestColourChangesNoWord(t *testing.T) {
	for _, p := range referencePages() {
		plain, painted := printed(t, p, "text", Options{Width: 80}), printed(t, p, "text", Options{Width: 80, Color: true})
		if bytes.Equal(plain, painted) {
			t.Errorf("%s has no colour", p.name)
		}
		if diff := cmp.Diff(string(plain), ansi.Strip(string(painted))); diff != "" {
			t.Errorf("%s says other things in colour:\n%s", p.name, diff)
		}
	}
}

func TestUnknownFormatIsRefused(t *testing.T) {
	for _, p := range referencePages() {
		var out bytes.Buffer
		if err := p.write(&out, "sarif", Options{}); err == nil || out.Len() > 0 {
			t.Errorf("%s as sarif: error %v, wrote %d bytes", p.name, err, out.Len())
		}
	}
}

func TestReferenceDocumentsHaveTheEnvelope(t *testing.T) {
	for _, p := range referencePages() {
		var doc struct {
			SchemaVersion int  `json:"schema_version"`
			Tool          Tool `json:"tool"`
		}
		if err := json.Unmarshal(printed(t, p, "json", Options{}), &doc); err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
		if doc.SchemaVersion != SchemaVersion || doc.Tool.Name != "rekey" {
			t.Errorf("%s has the envelope %+v", p.name, doc)
		}
	}
}
