package report

import (
	"time"

	"rekey/audit"
)

// printAgainst says what became of the findings of the baseline.
func (t auditText) printAgainst() {
	c := t.Baseline
	if c == nil || len(c.Fixed)+len(c.Unseen) == 0 {
		return
	}
	t.heading("since " + c.StartedAt.Format(time.DateOnly))
	show := func(word string, findings []audit.Finding) {
		for _, f := range findings {
			prose := f.Rule + " " + CleanName(f.Key) + ": " + f.Title + " (was " + f.Severity.String() + ")"
			t.paragraph("  "+pad(word, 12), "              ", Sentence(prose))
		}
	}
	show("fixed", c.Fixed)
	show("not judged", c.Unseen)
	if len(c.Unseen) > 0 {
		t.note("  ", "What was not judged this time is not called fixed.")
	}
}
