package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"rekey/audit"
	"rekey/internal/text"
)

// How much of a big desk the Markdown report shows without --all: a comment of
// GitHub or GitLab holds 65,536 characters.
const (
	markdownRows    = 50
	markdownDetails = 20
	markdownNotes   = 20
)

// printMarkdown prints a page for a comment or a step summary.
func printMarkdown(w io.Writer, r *audit.Result, o Options) error {
	m := &markdown{}
	m.Heading(2, "rekey audit")
	m.Paragraph(
		"**" + text.MarkdownForeign(sum(r)) + ".** " + text.MarkdownForeign(text.Capital(ending(r.Summary))) + ". " +
			text.MarkdownForeign(r.StartedAt.Format("2006-01-02 15:04 UTC")) + ".",
	)
	if r.Summary.ExitCode == audit.Interrupted {
		m.Paragraph("**INTERRUPTED: this is what was seen until then.**")
	}
	v := newView(r)
	m.keyTable(v.keys, o.All)
	m.keyDetails(v.keys, o.All)
	if len(v.other) > 0 {
		m.Heading(3, "About no single key")
		m.List(markdownFindings(v.other))
	}
	m.against(r.Baseline)
	var notes []string
	for _, g := range v.allGaps() {
		notes = append(
			notes,
			text.MarkdownCode(text.CleanName(g.Key))+": "+text.MarkdownForeign(string(g.Kind)+": "+g.Detail),
		)
	}
	m.notes("Unreachable", notes, o.All)
	notes = nil
	for _, u := range r.Unknowns {
		notes = append(
			notes,
			text.MarkdownCode(text.CleanName(u.Key))+": "+text.MarkdownForeign(u.Detail)+" ("+text.MarkdownForeign(u.Rule)+")",
		)
	}
	m.notes("Not told, so not judged", notes, o.All)
	return m.Print(w)
}

func (m *markdown) keyTable(keys []*keyView, all bool) {
	var rows [][]string
	for i, v := range keys {
		if !all && i == markdownRows {
			break
		}
		place, why := "", ""
		if n, placed := v.Place.Get(); placed {
			place = strconv.Itoa(n)
		}
		if open := v.open(); len(open) > 0 {
			why = open[0].Rule + " " + open[0].Title
		}
		rows = append(rows, []string{
			place, text.MarkdownForeign(strings.ToUpper(v.verdict())), text.MarkdownCode(text.CleanName(v.name)),
			text.MarkdownForeign(v.Exchange),
			text.MarkdownForeign(strings.ReplaceAll(mayWords(v.Key), ",", ", ")), text.MarkdownForeign(fromWords(v.Whitelist)),
			text.MarkdownForeign(sinceWords(v.Key)), text.MarkdownForeign(why),
		})
	}
	m.Table([]string{"#", "Worst", "Key", "Exchange", "May", "From", "Since", "Why"}, rows)
	if left := len(keys) - len(rows); left > 0 {
		m.Paragraph(fmt.Sprintf("… and %s more; `--all` shows them.", text.Count(left, "key")))
	}
}

func (m *markdown) keyDetails(keys []*keyView, all bool) {
	shown, left := 0, 0
	for _, v := range keys {
		if len(v.findings) == 0 {
			continue
		}
		if !all && shown == markdownDetails {
			left++
			continue
		}
		if shown == 0 {
			m.Heading(3, "Deal with these, in this order")
		}
		shown++
		m.Paragraph(text.MarkdownCode(text.CleanName(v.name)) + " " + text.MarkdownForeign(identity(v.Key)))
		m.List(markdownFindings(v.findings))
		if steps := v.steps(); len(steps) > 0 {
			var items []string
			for _, s := range steps {
				items = append(items, "**→** "+text.MarkdownForeign(text.Capital(text.Sentence(s))))
			}
			m.List(items)
		}
	}
	if left > 0 {
		m.Paragraph(fmt.Sprintf("… and %s more with findings; `--all` shows them.", text.Count(left, "key")))
	}
}

func markdownFindings(findings []audit.Finding) []string {
	var out []string
	for _, f := range findings {
		prose := "**" + f.Severity.String() + "** "
		if f.Waived != nil {
			prose = "waived until " + f.Waived.Until.String() + " by " + text.MarkdownForeign(
				f.Waived.Owner,
			) + " (" + text.MarkdownForeign(
				f.Waived.Reason,
			) + "): "
		}
		switch f.Change {
		case audit.New:
			prose += "new: "
		case audit.Worse:
			prose += "worse, was " + wasWord(f) + ": "
		}
		out = append(out, prose+text.MarkdownForeign(f.Rule+" "+f.Sentence()))
	}
	return out
}

func (m *markdown) against(b *audit.Comparison) {
	if b == nil {
		return
	}
	m.Heading(3, "Since "+b.StartedAt.Format("2006-01-02"))
	if len(b.Fixed)+len(b.Unseen) == 0 {
		m.Paragraph("Nothing was fixed.")
	}
	line := func(f audit.Finding) string {
		return text.MarkdownCode(
			text.CleanName(f.Key),
		) + ": " + text.MarkdownForeign(
			f.Rule+" "+f.Title,
		) + " (was " + f.Severity.String() + ")"
	}
	var items []string
	for _, f := range b.Fixed {
		items = append(items, "**fixed** "+line(f))
	}
	for _, f := range b.Unseen {
		items = append(items, "not judged this time, so not called fixed: "+line(f))
	}
	m.List(items)
}

func (m *markdown) notes(title string, items []string, all bool) {
	if len(items) == 0 {
		return
	}
	m.Heading(3, title)
	left := 0
	if !all && len(items) > markdownNotes {
		left, items = len(items)-markdownNotes, items[:markdownNotes]
	}
	m.List(items)
	if left > 0 {
		m.Paragraph(fmt.Sprintf("… and %d more; `--all` shows them.", left))
	}
}
