package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"rekey/audit"
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
	m.heading(2, "rekey audit")
	m.paragraph("**" + foreignText(sum(r)) + ".** " + foreignText(capital(ending(r.Summary))) + ". " +
		foreignText(r.StartedAt.Format("2006-01-02 15:04 UTC")) + ".")
	if r.Summary.ExitCode == audit.Interrupted {
		m.paragraph("**INTERRUPTED: this is what was seen until then.**")
	}
	v := newView(r)
	m.keyTable(v.keys, o.All)
	m.keyDetails(v.keys, o.All)
	if len(v.other) > 0 {
		m.heading(3, "About no single key")
		m.list(markdownFindings(v.other))
	}
	m.against(r.Baseline)
	var notes []string
	for _, g := range v.allGaps() {
		notes = append(notes, markdownCode(CleanName(g.Key))+": "+foreignText(string(g.Kind)+": "+g.Detail))
	}
	m.notes("Could not be looked at", notes, o.All)
	notes = nil
	for _, u := range r.Unknowns {
		notes = append(notes, markdownCode(CleanName(u.Key))+": "+foreignText(u.Detail)+" ("+foreignText(u.Rule)+")")
	}
	m.notes("Not told, so not judged", notes, o.All)
	return m.print(w)
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
			place, foreignText(strings.ToUpper(v.verdict())), markdownCode(CleanName(v.name)), foreignText(v.Exchange),
			foreignText(strings.ReplaceAll(mayWords(v.Key), ",", ", ")), foreignText(fromWords(v.Whitelist)),
			foreignText(sinceWords(v.Key)), foreignText(why),
		})
	}
	m.table([]string{"#", "Worst", "Key", "Exchange", "May", "From", "Since", "Why"}, rows)
	if left := len(keys) - len(rows); left > 0 {
		m.paragraph(fmt.Sprintf("… and %s more; `--all` shows them.", counted(left, "key")))
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
			m.heading(3, "Deal with these, in this order")
		}
		shown++
		m.paragraph(markdownCode(CleanName(v.name)) + " " + foreignText(identity(v.Key)))
		m.list(markdownFindings(v.findings))
		if steps := v.steps(); len(steps) > 0 {
			var items []string
			for _, s := range steps {
				items = append(items, "**→** "+foreignText(capital(Sentence(s))))
			}
			m.list(items)
		}
	}
	if left > 0 {
		m.paragraph(fmt.Sprintf("… and %s more with findings; `--all` shows them.", counted(left, "key")))
	}
}

func markdownFindings(findings []audit.Finding) []string {
	var out []string
	for _, f := range findings {
		prose := "**" + f.Severity.String() + "** "
		if f.Waived != nil {
			prose = "waived until " + f.Waived.Until.String() + " by " + foreignText(f.Waived.Owner) + " (" + foreignText(f.Waived.Reason) + "): "
		}
		switch f.Change {
		case audit.New:
			prose += "new: "
		case audit.Worse:
			prose += "worse, was " + wasWord(f) + ": "
		}
		out = append(out, prose+foreignText(f.Rule+" "+f.Sentence()))
	}
	return out
}

func (m *markdown) against(b *audit.Comparison) {
	if b == nil {
		return
	}
	m.heading(3, "Since "+b.StartedAt.Format("2006-01-02"))
	if len(b.Fixed)+len(b.Unseen) == 0 {
		m.paragraph("Nothing was fixed.")
	}
	line := func(f audit.Finding) string {
		return markdownCode(CleanName(f.Key)) + ": " + foreignText(f.Rule+" "+f.Title) + " (was " + f.Severity.String() + ")"
	}
	var items []string
	for _, f := range b.Fixed {
		items = append(items, "**fixed** "+line(f))
	}
	for _, f := range b.Unseen {
		items = append(items, "not judged this time, so not called fixed: "+line(f))
	}
	m.list(items)
}

func (m *markdown) notes(title string, items []string, all bool) {
	if len(items) == 0 {
		return
	}
	m.heading(3, title)
	left := 0
	if !all && len(items) > markdownNotes {
		left, items = len(items)-markdownNotes, items[:markdownNotes]
	}
	m.list(items)
	if left > 0 {
		m.paragraph(fmt.Sprintf("… and %d more; `--all` shows them.", left))
	}
}

// foreignText is markdownText for sentences that quote what others wrote: a
// word that a forge would make a link, a mention or a reference of is shown as
// code.
func foreignText(prose string) string {
	words := strings.Fields(Sentence(prose))
	out := make([]string, len(words))
	for i, w := range words {
		lower := strings.ToLower(w)
		switch {
		case strings.ContainsAny(w, "@#`") || strings.Contains(w, "://") || strings.Contains(lower, "www.") || strings.HasPrefix(lower, "gh-"):
			out[i] = markdownCode(w)
		case i == 0:
			out[i] = markdownFirst(w)
		default:
			out[i] = markdownWord(w)
		}
	}
	return strings.Join(out, " ")
}
