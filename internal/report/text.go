package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"rekey/audit"

	"rekey/internal/text"
)

// How much of a big desk the text report shows without --all.
const (
	shortTable   = 40 // rows of the table
	shortDetails = 12 // keys in full
	shortNotes   = 8  // gaps and unknowns, lines each
)

// An auditText is the text report: the key to deal with first on top, why, and
// what to do next.
type auditText struct {
	textWriter
	*view
}

// printText prints an audit for a person at a terminal.
func printText(w io.Writer, r *audit.Result, o Options) error {
	o.Interrupted = o.Interrupted || r.Summary.ExitCode == audit.Interrupted
	t := auditText{newText(w, o), newView(r)}
	t.printTable()
	t.printDetails()
	t.printOther()
	t.printAgainst()
	t.printGaps(r.Gaps)
	t.printUnknowns()
	t.printSummary()
	return t.Print()
}

// printSummary is the last line that a person reads and the first that they
// look for.
func (t auditText) printSummary() {
	t.Line("")
	s := t.Summary
	var parts []string
	for _, severity := range audit.Severities() {
		if n := s.Count(severity); n > 0 {
			parts = append(parts, t.Style.Severity(severity, fmt.Sprintf("%d %s", n, severity)))
		}
	}
	parts = slices.Concat(orNothing(t.Result, parts), alsoCounted(s))
	t.Interruption()
	t.Paragraph("", "", fmt.Sprintf("%s: %s.", text.Count(s.Keys, "key"), strings.Join(parts, ", ")))
	took := t.FinishedAt.Sub(t.StartedAt.Time).Round(100 * time.Millisecond)
	t.Note("", fmt.Sprintf("%s, took %s, %s", t.StartedAt.Format("2006-01-02 15:04:05 UTC"), took, ending(s)))
}

// printAgainst says what became of the findings of the baseline.
func (t auditText) printAgainst() {
	c := t.Baseline
	if c == nil || len(c.Fixed)+len(c.Unseen) == 0 {
		return
	}
	t.Heading("since " + c.StartedAt.Format(time.DateOnly))
	show := func(word string, findings []audit.Finding) {
		for _, f := range findings {
			prose := f.Rule + " " + text.CleanName(f.Key) + ": " + f.Title + " (was " + f.Severity.String() + ")"
			t.Paragraph("  "+text.Pad(word, 12), "              ", text.Sentence(prose))
		}
	}
	show("fixed", c.Fixed)
	show("not judged", c.Unseen)
	if len(c.Unseen) > 0 {
		t.Note("  ", "What was not judged this time is not called fixed.")
	}
}
