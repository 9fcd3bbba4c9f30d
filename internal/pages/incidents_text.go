package pages

import (
	"strings"

	"rekey/audit"
)

// printIncident prints everything about an incident: what to do first, then
// what is known.
func (t textWriter) printIncident(in audit.Incident) {
	const labels = len("review from")
	t.Title(0, in.ID)
	t.Title(0, incidentTitle(in))
	t.Line("%s", t.Style.Severity(in.Severity, in.Severity.String()))
	if steps := actionSteps(in); len(steps) > 0 {
		t.Heading("what to do")
		t.Steps(2, steps)
	}
	t.Heading("a key is linked with it when")
	if len(in.Links) == 0 {
		t.Prose(2, "no link is known: nobody can tell from a key")
	}
	for _, g := range linkGroups(in) {
		t.Prose(2, g.kind.Doc+" ("+g.kind.Name+"; "+g.who()+"):")
		t.Bullets(4, g.values)
	}
	t.Heading("what is known")
	for _, f := range incidentFacts(in) {
		t.Item(2, f.label, labels, f.text)
	}
	if in.Notes != "" {
		t.Heading("notes")
		t.Prose(2, in.Notes)
	}
	t.Heading("sources")
	if len(in.Sources) == 0 {
		t.Prose(2, "none is named")
	}
	for _, s := range in.Sources {
		t.Bullets(2, []string{strings.TrimSpace(s.Kind + " " + s.URL)})
	}
}
