package pages

import (
	"io"
	"time"

	"rekey/audit"
	"rekey/internal/text"
)

// WriteIncidents prints the catalogue: in the text format a list, or with full
// everything about each incident; markdown is a page with both; JSON has every
// field.
func WriteIncidents(w io.Writer, format string, c audit.Catalogue, full bool, o text.Options) error {
	switch format {
	case "text":
		t := newText(w, o)
		if full {
			for i, in := range c.Incidents {
				if i > 0 {
					t.Line("\n")
				}
				t.printIncident(in)
			}
			return t.Print()
		}
		t.printIncidents(c)
		return t.Print()
	case "markdown":
		return incidentsPage(c).Print(w)
	case "json":
		return text.WriteJSON(w, newIncidentsDoc(c, o.Tool))
	default:
		return text.UnknownFormat(format)
	}
}

func (t textWriter) printIncidents(c audit.Catalogue) {
	l := text.Table{
		Head: []string{"INCIDENT", "SEVERITY", "DATE", "EXPOSURE", "TITLE"},
		Paint: func(row, col int, prose string) string {
			switch col {
			case 0:
				return t.Style.Bold(prose)
			case 1:
				return t.Style.Severity(c.Incidents[row].Severity, prose)
			}
			return prose
		},
	}
	for _, in := range c.Incidents {
		l.Rows = append(
			l.Rows,
			[]string{in.ID, in.Severity.String(), incidentDay(in), string(in.Exposure), incidentTitle(in)},
		)
	}
	t.Listing(l)
	t.Line("")
	t.Prose(
		0,
		text.Count(
			len(c.Incidents),
			"incident",
		)+", "+compiledWords(
			c,
		)+". "+listHelp+" What to do, and the sources: rekey incidents ID",
	)
}

// listHelp explains the words that a list has no room to explain.
const listHelp = "The date is the disclosure, else the first abuse, else the exposure. Exposure says what is " +
	"reported of exchange keys: confirmed, probable or possible that they were taken, or none."

func compiledWords(c audit.Catalogue) string {
	return "brought up to date on " + dayKnown(c.Compiled)
}

// incidentDay is the first of these days that is known: the disclosure, the
// first abuse, the start and the end of the exposure.
func incidentDay(in audit.Incident) string {
	for _, at := range []time.Time{in.Disclosed, in.FirstAbuse, in.From, in.Until} {
		if !at.IsZero() {
			return at.UTC().Format(time.DateOnly)
		}
	}
	return "not known"
}

func incidentTitle(in audit.Incident) string {
	if in.Suspected {
		return in.Title + " (suspected; the vendor denies it)"
	}
	return in.Title
}

func dayKnown(at time.Time) string {
	if at.IsZero() {
		return "a day that is not known"
	}
	return text.Moment(at)
}
