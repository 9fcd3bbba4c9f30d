package report

import (
	"strings"

	"rekey/audit"
)

func incidentsPage(c audit.Catalogue) *markdown {
	m := &markdown{}
	m.heading(1, "Incidents")
	m.paragraph("Incidents that made traders rotate keys, or that look like it and should raise no alarm; " + compiledWords(c) + ". " + listHelp +
		" What is not known never speaks for a key. `rekey incidents ID` prints the same.")
	var rows [][]string
	for _, in := range c.Incidents {
		rows = append(rows, []string{markdownLink(in.ID), in.Severity.String(), incidentDay(in), markdownText(string(in.Exposure)), markdownText(incidentTitle(in))})
	}
	m.table([]string{"incident", "severity", "date", "exposure", "title"}, rows)
	for _, in := range c.Incidents {
		m.incident(in)
	}
	return m
}

func (m *markdown) incident(in audit.Incident) {
	m.heading(2, in.ID)
	m.paragraph("**" + markdownText(incidentTitle(in)) + "** (" + in.Severity.String() + ")")
	if steps := actionSteps(in); len(steps) > 0 {
		m.paragraph("What to do:")
		m.numbered(steps)
	}
	m.paragraph("A key is linked with it when:")
	var links []string
	for _, g := range linkGroups(in) {
		links = append(links, markdownText(g.kind.Doc)+" ("+markdownCode(g.kind.Name)+"; "+g.who()+"): "+markdownCodes(g.values))
	}
	if len(links) == 0 {
		links = []string{"no link is known: nobody can tell from a key"}
	}
	m.list(links)
	m.paragraph("What is known:")
	var facts []string
	for _, f := range incidentFacts(in) {
		if f.text != "" {
			facts = append(facts, f.label+": "+markdownText(f.text))
		}
	}
	m.list(facts)
	m.labelled("Notes", in.Notes)
	m.paragraph("Sources:")
	var sources []string
	for _, s := range in.Sources {
		sources = append(sources, markdownText(strings.TrimSpace(s.Kind+" "+s.URL)))
	}
	if len(sources) == 0 {
		sources = []string{"none is named"}
	}
	m.list(sources)
}
