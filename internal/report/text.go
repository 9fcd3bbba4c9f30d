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

// How much a text shows without --all.
const (
	shortNotes = 8 // gaps and unknowns, lines each
	shortNames = 6 // keys that one of them is about
)

// An auditText is an audit in full: every key with its findings, the worst
// first, and what to do about each.
type auditText struct {
	textWriter
	*view
	show     Show
	nickname func(audit.Key) string
}

// printInFull prints everything that an audit found about the keys of v.
func printInFull(w io.Writer, v *view, show Show, o Options) error {
	t := auditText{newText(w, o), v, show, nicknames(v.Result.Keys)}
	if !show.Named {
		t.printTable()
	}
	t.printDetails()
	t.printOther()
	t.printAgainst()
	t.printGaps(v.Result.Gaps)
	t.printUnknowns()
	t.printSummary()
	return t.Print()
}

// printTable prints a line for each key, with its worst finding.
func (t auditText) printTable() {
	var worst, problem []string
	for _, k := range t.keys {
		worst = append(worst, worstWord(k))
		sentence := ""
		if open := k.open(); len(open) > 0 {
			sentence = k.why() + "  " + text.Sentence(text.Capital(open[0].Title))
		}
		problem = append(problem, sentence)
	}
	t.printKeys(t.keys, len(t.keys), column{
		title: "WORST", min: 8, max: 8, cells: worst,
		paint: func(i int, s string) string { return t.Style.Severity(t.keys[i].worst(), s) },
	}, column{title: "PROBLEM", min: 10, max: 60, late: true, cells: problem})
}

// worstWord is the verdict as the table shows it.
func worstWord(k *keyView) string {
	switch word := k.verdict(); {
	case word == "ended":
		return "-"
	case k.worst().String() == word:
		return strings.ToUpper(word)
	default:
		return word
	}
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
