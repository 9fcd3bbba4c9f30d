package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"rekey/audit"
)

// How much of a big desk the text report shows without --all.
const (
	shortTable   = 40 // rows of the table
	shortDetails = 12 // keys in full
	shortNotes   = 8  // gaps and unknowns, lines each
)

// A textSink collects the lines of a text for a person at a terminal.
type textSink struct {
	w     io.Writer
	o     Options
	style style
	out   strings.Builder
}

func newText(w io.Writer, o Options) *textSink {
	if o.Width <= 0 {
		o.Width = 80
	}
	o.Width = max(o.Width, 40)
	return &textSink{w: w, o: o, style: newStyle(o.Color)}
}

// An auditText is the text report: the key to deal with first on top, why, and
// what to do next.
type auditText struct {
	*textSink
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
	return t.print()
}

func (t *textSink) line(format string, args ...any) { fmt.Fprintf(&t.out, format+"\n", args...) }

func (t *textSink) heading(prose string) {
	t.line("")
	t.line("%s", t.style.bold(strings.ToUpper(prose)))
}

// paragraph prints text with a hanging indent, broken at spaces.
func (t *textSink) paragraph(first, rest, prose string) {
	lines := wrap(prose, t.o.Width-width(rest))
	for i, l := range lines {
		if i == 0 {
			t.line("%s%s", first, l)
			continue
		}
		t.line("%s%s", rest, l)
	}
}

// note prints a remark about the report itself.
func (t *textSink) note(indent, prose string) {
	for _, l := range wrap(prose, t.o.Width-width(indent)) {
		t.line("%s%s", indent, t.style.faint(l))
	}
}

// printInterrupted says that the report is partial.
func (t *textSink) printInterrupted() {
	if !t.o.Interrupted {
		return
	}
	for _, l := range wrap("INTERRUPTED: this is what was seen until then.", t.o.Width) {
		t.line("%s", t.style.bold(l))
	}
}

// printSummary is the last line that a person reads and the first that they
// look for.
func (t auditText) printSummary() {
	t.line("")
	s := t.Summary
	var parts []string
	for _, severity := range audit.Severities() {
		if n := s.Count(severity); n > 0 {
			parts = append(parts, t.style.severity(severity, fmt.Sprintf("%d %s", n, severity)))
		}
	}
	parts = slices.Concat(orNothing(t.Result, parts), alsoCounted(s))
	t.printInterrupted()
	t.paragraph("", "", fmt.Sprintf("%s: %s.", counted(s.Keys, "key"), strings.Join(parts, ", ")))
	took := t.FinishedAt.Sub(t.StartedAt.Time).Round(100 * time.Millisecond)
	t.note("", fmt.Sprintf("%s, took %s, %s", t.StartedAt.Format("2006-01-02 15:04:05 UTC"), took, ending(s)))
}
