package report

import (
	"fmt"
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

// printInFull prints every key with its findings, the worst first, and what to do
// about each.
func (s *auditScreen) printInFull() error {
	if !s.show.Named {
		s.printTable()
	}
	s.printDetails()
	s.printOther()
	s.printAgainst()
	s.printGaps(s.Gaps)
	s.printUnknowns()
	s.printSummary()
	return s.Print()
}

// printTable prints a line for each key, as the screen does.
func (s *auditScreen) printTable() {
	if len(s.keys) == 0 {
		s.Line("no keys")
		return
	}
	rows := make([]screenRow, len(s.keys))
	for i, k := range s.keys {
		if said, _ := audit.Merged(k.open()); len(said) > 0 {
			rows[i] = newScreenRow(k, said[0], s.wording)
			continue
		}
		words := k.verdict()
		switch {
		case words == "nothing":
			words = "none found"
		case words == "unknown" && k.blind():
			words = statusUnreachable
		case words == "unknown":
			words = "checks missing"
		}
		rows[i] = screenRow{key: k, keys: []*keyView{k}, problem: words, sentence: strings.TrimSuffix(k.verdictWords(), ".")}
	}
	s.printColumns(s.columns(s.textWriter, rows), len(rows))
}

// printSummary is the last line that a person reads and the first that they
// look for.
func (s *auditScreen) printSummary() {
	s.Line("")
	sum := s.Summary
	var parts []string
	for _, severity := range audit.Severities() {
		if n := sum.Count(severity); n > 0 {
			parts = append(parts, s.Style.Severity(severity, fmt.Sprintf("%d %s", n, severity)))
		}
	}
	parts = slices.Concat(orNothing(s.Result, parts), alsoCounted(sum))
	s.Interruption()
	s.Paragraph("", "", fmt.Sprintf("%s: %s.", text.Count(sum.Keys, "key"), strings.Join(parts, ", ")))
	took := s.FinishedAt.Sub(s.StartedAt.Time).Round(100 * time.Millisecond)
	s.Note("", fmt.Sprintf("%s, took %s, %s", s.StartedAt.Format("2006-01-02 15:04:05 UTC"), took, ending(sum)))
}

// printAgainst says what became of the findings of the baseline.
func (s *auditScreen) printAgainst() {
	c := s.Baseline
	if c == nil || len(c.Fixed)+len(c.Unseen) == 0 {
		return
	}
	s.Heading("since " + c.StartedAt.Format(time.DateOnly))
	show := func(word string, findings []audit.Finding) {
		for _, f := range findings {
			prose := f.Rule + " " + text.CleanName(f.Key) + ": " + f.Title + " (was " + f.Severity.String() + ")"
			s.Paragraph("  "+text.Pad(word, 12), "              ", text.Sentence(prose))
		}
	}
	show("fixed", c.Fixed)
	show("not judged", c.Unseen)
	if len(c.Unseen) > 0 {
		s.Note("  ", "What was not judged this time is not called fixed.")
	}
}

// A Show says which part of an audit a person asked to see. The zero Show is all
// of it, as far as a screen holds it.
type Show struct {
	Named    bool           // the keys were named: they are shown in full
	Least    audit.Severity // keys with a finding at or above it
	Exchange string         // keys of it
	Owner    string         // keys of that owner in rekey.yaml
	Top      int            // so many keys, the worst first
	// Command is how this call began, "rekey" and its global flags: the commands
	// to type next begin with it.
	Command string
}

// narrows reports whether some keys are left out on purpose.
func (s Show) narrows() bool {
	return s.Least > audit.None || s.Exchange != "" || s.Owner != "" || s.Top > 0
}

// words repeat what was asked for.
func (s Show) words() string {
	var out []string
	if s.Least > audit.None {
		out = append(out, s.Least.String()+" and worse")
	}
	if s.Exchange != "" {
		out = append(out, "exchange "+text.Clean(s.Exchange))
	}
	if s.Owner != "" {
		out = append(out, "owner "+text.Clean(s.Owner))
	}
	if s.Top > 0 {
		out = append(out, "the first "+text.Count(s.Top, "key"))
	}
	return strings.Join(out, ", ")
}

// only returns the view with the keys that were asked for. What is about no key
// is left out as soon as keys are chosen.
func (s Show) only(v *view) *view {
	if !s.narrows() {
		return v
	}
	out := *v
	out.keys, out.other = nil, nil
	for _, k := range v.keys {
		owner := audit.Text("")
		if k.Declared != nil {
			owner = k.Declared.Owner
		}
		switch {
		case s.Least > audit.None && k.worst() < s.Least,
			s.Exchange != "" && k.Exchange != s.Exchange,
			s.Owner != "" && string(owner) != s.Owner,
			s.Top > 0 && len(out.keys) == s.Top:
			continue
		}
		out.keys = append(out.keys, k)
	}
	out.gaps = slices.Clone(v.gaps) // a list that could not be read may hide keys
	return &out
}

// A column of a table. Columns are dropped from the highest drop number down
// when they do not fit.
type column struct {
	title    string
	min, max int
	drop     int // 0: always there
	cells    []string
	brief    []string                 // in place of cells that do not fit; nil for none
	late     bool                     // grows when the others have what they need
	paint    func(int, string) string // of a row's number; nil for none
	cut      func(string, int) string // shortens a cell, text.Shorten when nil
}

// printColumns prints a table with so many rows.
func (t textWriter) printColumns(columns []column, rows int) {
	widths := fit(columns, t.Options.Width)
	var head []string
	for i, c := range columns {
		if widths[i] > 0 {
			head = append(head, text.Pad(text.Shorten(c.title, widths[i]), widths[i]))
		}
	}
	t.Line("%s", t.Style.Faint(strings.TrimRight(strings.Join(head, " "), " ")))
	var line strings.Builder
	for r := range rows {
		line.Reset()
		for i, c := range columns {
			if widths[i] == 0 {
				continue
			}
			if line.Len() > 0 {
				line.WriteByte(' ')
			}
			cut := text.Shorten
			if c.cut != nil {
				cut = c.cut
			}
			cell := c.cells[r]
			if c.brief != nil && text.Width(cell) > widths[i] {
				cell = c.brief[r]
			}
			if text.Width(cell) > widths[i] {
				cell = cut(cell, widths[i])
			}
			gap := text.Blanks(widths[i] - text.Width(cell))
			if c.paint != nil {
				cell = c.paint(r, cell)
			}
			line.WriteString(cell + gap)
		}
		t.Line("%s", strings.TrimRight(line.String(), " "))
	}
}

// fit gives each column a width, 0 for a column that is left out. Columns
// begin at their least width; what is left over is given from the left to
// those that need it. On the narrowest screen the widest column gives way.
func fit(columns []column, total int) []int {
	want, widths := make([]int, len(columns)), make([]int, len(columns))
	for i, c := range columns {
		want[i] = text.Width(c.title)
		for _, cell := range c.cells {
			want[i] = max(want[i], text.Width(cell))
		}
		want[i] = min(want[i], c.max)
		widths[i] = min(c.min, want[i])
	}
	for drop := len(columns); drop > 0 && used(widths) > total; drop-- {
		for i, c := range columns {
			if c.drop == drop {
				widths[i] = 0
			}
		}
	}
	for used(widths) > total && slices.Max(widths) > 1 {
		widths[slices.Index(widths, slices.Max(widths))]--
	}
	spare := total - used(widths)
	for _, late := range []bool{false, true} {
		for grown := true; grown && spare > 0; {
			grown = false
			for i, c := range columns {
				if c.late == late && widths[i] > 0 && widths[i] < want[i] && spare > 0 {
					widths[i]++
					spare--
					grown = true
				}
			}
		}
	}
	return widths
}

func used(widths []int) int {
	sum := -1
	for _, w := range widths {
		if w > 0 {
			sum += w + 1
		}
	}
	return sum
}
