package report

import (
	"cmp"
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

// textSink collects an audit and prints it for a person: the key to deal with
// first on top, why, and what to do next.
type textSink struct {
	w        io.Writer
	o        Options
	style    style
	header   audit.Header
	keys     []audit.KeyReport
	findings []audit.Finding
	unknowns []audit.Unsaid
	gaps     []audit.Gap
	about    map[string][]audit.Finding // findings by key, made when they are asked for
	out      strings.Builder
}

func newText(w io.Writer, o Options) *textSink {
	if o.Width <= 0 {
		o.Width = 80
	}
	o.Width = max(o.Width, 40)
	return &textSink{w: w, o: o, style: newStyle(o.Color)}
}

func (t *textSink) Header(h audit.Header) error {
	t.header = h
	return nil
}

func (t *textSink) Key(k audit.KeyReport) error {
	t.keys = append(t.keys, k)
	return nil
}

func (t *textSink) Finding(f audit.Finding) error {
	t.findings = append(t.findings, f)
	return nil
}

func (t *textSink) Unknown(u audit.Unsaid) error {
	t.unknowns = append(t.unknowns, u)
	return nil
}

func (t *textSink) Gap(g audit.Gap) error {
	t.gaps = append(t.gaps, g)
	return nil
}

// Flush prints everything.
func (t *textSink) Flush(s audit.Summary, finished time.Time, exit int) error {
	order := t.order()
	t.printTable(order)
	t.printDetails(order)
	t.printOther()
	t.printAgainst(s.Against)
	t.printGaps()
	t.printUnknowns()
	t.printSummary(s, finished, exit)
	_, err := io.WriteString(t.w, t.out.String())
	return err
}

// order returns the keys, the most urgent first, those without a finding last.
func (t *textSink) order() []audit.KeyReport {
	out := slices.Clone(t.keys)
	rank := func(k audit.KeyReport) int {
		if k.Place > 0 {
			return k.Place
		}
		if !k.Key.Status.MayLive() {
			return len(t.keys) + 2
		}
		return len(t.keys) + 1
	}
	slices.SortStableFunc(out, func(a, b audit.KeyReport) int { return rank(a) - rank(b) })
	return out
}

// of returns the findings about a key, worst first and among equals what
// decides over money first, waived ones last.
func (t *textSink) of(key string) []audit.Finding {
	if t.about == nil {
		t.about = map[string][]audit.Finding{}
		for _, f := range t.findings {
			t.about[f.Key] = append(t.about[f.Key], f)
		}
	}
	var out, waived []audit.Finding
	for _, f := range t.about[key] {
		if f.Waived != nil {
			waived = append(waived, f)
		} else {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b audit.Finding) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(weight([]string{a.Rule}), weight([]string{b.Rule})))
	})
	return append(out, waived...)
}

func (t *textSink) line(format string, args ...any) { fmt.Fprintf(&t.out, format+"\n", args...) }

func (t *textSink) heading(text string) {
	t.line("")
	t.line("%s", t.style.bold(strings.ToUpper(text)))
}

// paragraph prints text with a hanging indent, broken at spaces.
func (t *textSink) paragraph(first, rest, text string) {
	lines := wrap(text, t.o.Width-width(rest))
	for i, l := range lines {
		if i == 0 {
			t.line("%s%s", first, l)
			continue
		}
		t.line("%s%s", rest, l)
	}
}

// note prints a remark about the report itself.
func (t *textSink) note(indent, text string) {
	for _, l := range wrap(text, t.o.Width-width(indent)) {
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

// printSummary is the last line that a person reads and the first that he
// looks for.
func (t *textSink) printSummary(s audit.Summary, finished time.Time, exit int) {
	t.line("")
	var parts []string
	for _, severity := range audit.Severities() {
		if n := s.BySeverity[severity]; n > 0 {
			parts = append(parts, t.style.severity(severity, fmt.Sprintf("%d %s", n, severity)))
		}
	}
	if len(parts) == 0 {
		parts = []string{"no findings"}
		if s.Against != nil {
			parts = []string{"nothing new and nothing worse"}
		}
	}
	if s.Waived > 0 {
		parts = append(parts, fmt.Sprintf("%d waived", s.Waived))
	}
	if s.Against != nil && s.Against.Known > 0 {
		parts = append(parts, fmt.Sprintf("%d known from the baseline", s.Against.Known))
	}
	text := fmt.Sprintf("%s: %s", counted(s.Keys, "key"), strings.Join(parts, ", "))
	for _, n := range []struct {
		n    int
		word string
	}{{s.Unknowns, "not told"}, {s.Gaps, "not looked at"}} {
		if n.n > 0 {
			text += fmt.Sprintf(", %d %s", n.n, n.word)
		}
	}
	t.printInterrupted()
	t.paragraph("", "", text+".")
	took := finished.Sub(t.header.StartedAt).Round(100 * time.Millisecond)
	t.note("", fmt.Sprintf("%s, took %s, exit %d: %s", t.header.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC"), took, exit, exitWords(s, exit)))
}

func exitWords(s audit.Summary, exit int) string {
	switch exit {
	case 0:
		return "everything was seen, nothing at or above " + threshold(s)
	case 3:
		return fmt.Sprintf("%s at or above %s", counted(s.AtOrAbove, "finding"), threshold(s))
	case 4:
		return "something could not be looked at"
	case 130:
		return "interrupted"
	default:
		return ""
	}
}

func threshold(s audit.Summary) string {
	if s.FailOn == audit.None {
		return "any threshold"
	}
	return s.FailOn.String()
}

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
