package pages

import (
	"strings"

	"rekey/audit"
	"rekey/internal/text"
)

func incidentsPage(c audit.Catalogue) *markdown {
	m := &markdown{}
	m.Heading(1, "Incidents")
	m.Paragraph(
		"Incidents that made traders rotate keys, or that look like it and should raise no alarm; " + compiledWords(
			c,
		) + ". " + listHelp +
			" What is not known never speaks for a key. `rekey incidents ID` prints the same.",
	)
	var rows [][]string
	for _, in := range c.Incidents {
		rows = append(
			rows,
			[]string{
				text.MarkdownLink(in.ID),
				in.Severity.String(),
				incidentDay(in),
				text.MarkdownText(string(in.Exposure)),
				text.MarkdownText(incidentTitle(in)),
			},
		)
	}
	m.Table([]string{"incident", "severity", "date", "exposure", "title"}, rows)
	for _, in := range c.Incidents {
		m.incident(in)
	}
	return m
}

func (m *markdown) incident(in audit.Incident) {
	m.Heading(2, in.ID)
	m.Paragraph("**" + text.MarkdownText(incidentTitle(in)) + "** (" + in.Severity.String() + ")")
	if steps := actionSteps(in); len(steps) > 0 {
		m.Paragraph("What to do:")
		m.Numbered(steps)
	}
	m.Paragraph("A key is linked with it when:")
	var links []string
	for _, g := range linkGroups(in) {
		links = append(
			links,
			text.MarkdownText(g.kind.Doc)+" ("+text.MarkdownCode(g.kind.Name)+"; "+g.who()+"): "+text.MarkdownCodes(g.values),
		)
	}
	if len(links) == 0 {
		links = []string{"no link is known: nobody can tell from a key"}
	}
	m.List(links)
	m.Paragraph("What is known:")
	var facts []string
	for _, f := range incidentFacts(in) {
		if f.text != "" {
			facts = append(facts, f.label+": "+text.MarkdownText(f.text))
		}
	}
	m.List(facts)
	m.Labelled("Notes", in.Notes)
	m.Paragraph("Sources:")
	var sources []string
	for _, s := range in.Sources {
		sources = append(sources, text.MarkdownText(strings.TrimSpace(s.Kind+" "+s.URL)))
	}
	if len(sources) == 0 {
		sources = []string{"none is named"}
	}
	m.List(sources)
}
