package pages

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"rekey/audit"
	"rekey/internal/text"
	"rekey/internal/text/texttest"
)

var update = flag.Bool("update", false, "write the golden files of internal/pages/testdata")

// A referencePage is one way to print something that is not an audit.
type referencePage struct {
	name  string
	write func(w io.Writer, format string, o text.Options) error
}

func referencePages() []referencePage {
	names := []string{"bitso", "woofipro"}
	return []referencePage{
		{"cards", func(w io.Writer, f string, o text.Options) error {
			return Cards{Entries: stagedExchanges(), ByName: names}.Write(w, f, false, o)
		}},
		{
			"cards-full",
			func(w io.Writer, f string, o text.Options) error {
				return Cards{Entries: stagedExchanges(), ByName: names}.Write(w, f, true, o)
			},
		},
		{
			"operations",
			func(w io.Writer, f string, o text.Options) error { return WriteOperations(w, f, stagedExchanges(), o) },
		},
		{"rules-full", func(w io.Writer, f string, o text.Options) error { return WriteRules(w, f, stagedRules(), true, o) }},
		{"incidents", func(w io.Writer, f string, o text.Options) error {
			return WriteIncidents(w, f, texttest.Incidents(), false, o)
		}},
		{"incidents-full", func(w io.Writer, f string, o text.Options) error {
			return WriteIncidents(w, f, texttest.Incidents(), true, o)
		}},
	}
}

func printed(t *testing.T, p referencePage, format string, o text.Options) []byte {
	t.Helper()
	var out bytes.Buffer
	o.Tool = audit.Tool{Name: "rekey", Version: "0.1.0"}
	if err := p.write(&out, format, o); err != nil {
		t.Fatalf("%s as %s: %v", p.name, format, err)
	}
	return out.Bytes()
}

func TestReferencePagesAreGolden(t *testing.T) {
	for _, p := range referencePages() {
		texttest.Golden(t, *update, p.name+".txt", printed(t, p, "text", text.Options{Width: 80}))
		if p.name == "cards" || p.name == "incidents" { // full changes the text alone
			continue
		}
		texttest.Golden(t, *update, p.name+".md", printed(t, p, "markdown", text.Options{}))
		texttest.Golden(t, *update, p.name+".json", printed(t, p, "json", text.Options{}))
	}
}

func TestReferencePagesFitTheScreen(t *testing.T) {
	for _, p := range referencePages() {
		for _, columns := range []int{40, 60, 80, 200} {
			texttest.Lines(t, p.name, columns, printed(t, p, "text", text.Options{Width: columns}))
			texttest.Lines(t, p.name+" in colour", columns, printed(t, p, "text", text.Options{Width: columns, Color: true}))
		}
	}
}

func TestMoreColumnsAreUsed(t *testing.T) {
	for _, p := range referencePages() {
		narrow := bytes.Count(printed(t, p, "text", text.Options{Width: 80}), []byte("\n"))
		wide := bytes.Count(printed(t, p, "text", text.Options{Width: 200}), []byte("\n"))
		if wide >= narrow && p.name != "cards" { // a table of words is never wide
			t.Errorf("%s has %d lines at 200 columns and %d at 80", p.name, wide, narrow)
		}
	}
}

func TestColourChangesNoWord(t *testing.T) {
	for _, p := range referencePages() {
		plain, painted := printed(
			t,
			p,
			"text",
			text.Options{Width: 80},
		), printed(
			t,
			p,
			"text",
			text.Options{Width: 80, Color: true},
		)
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
		if err := p.write(&out, "sarif", text.Options{}); err == nil || out.Len() > 0 {
			t.Errorf("%s as sarif: error %v, wrote %d bytes", p.name, err, out.Len())
		}
	}
}

func TestReferenceDocumentsHaveTheEnvelope(t *testing.T) {
	for _, p := range referencePages() {
		var doc struct {
			SchemaVersion int        `json:"schema_version"`
			Tool          audit.Tool `json:"tool"`
		}
		if err := json.Unmarshal(printed(t, p, "json", text.Options{}), &doc); err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
		if doc.SchemaVersion != audit.SchemaVersion || doc.Tool.Name != "rekey" {
			t.Errorf("%s has the envelope %+v", p.name, doc)
		}
	}
}
