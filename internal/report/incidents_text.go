package report

import (
	"strings"

	"rekey/audit"
)

// printIncident prints everything about an incident: what to do first, then
// what is known.
func (t *textSink) printIncident(in audit.Incident) {
	const labels = len("review from")
	t.title(0, in.ID)
	t.title(0, incidentTitle(in))
	t.line("%s", t.style.severity(in.Severity, in.Severity.String()))
	if steps := actionSteps(in); len(steps) > 0 {
		t.heading("what to do")
		t.steps(2, steps)
	}
	t.heading("a key is linked with it when")
	if len(in.Links) == 0 {
		t.prose(2, "no link is known: nobody can tell from a key")
	}
	for _, g := range linkGroups(in) {
		t.prose(2, g.kind.Doc+" ("+g.kind.Name+"; "+g.who()+"):")
		t.bullets(4, g.values)
	}
	t.heading("what is known")
	for _, f := range incidentFacts(in) {
		t.item(2, f.label, labels, f.text)
	}
	if in.Notes != "" {
		t.heading("notes")
		t.prose(2, in.Notes)
	}
	t.heading("sources")
	if len(in.Sources) == 0 {
		t.prose(2, "none is named")
	}
	for _, s := range in.Sources {
		t.bullets(2, []string{strings.TrimSpace(s.Kind + " " + s.URL)})
	}
}
