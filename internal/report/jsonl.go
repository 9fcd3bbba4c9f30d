package report

import (
	"io"

	"rekey/audit"
	"rekey/internal/text"
)

// The first and the last line of the jsonl format. Those between them have the
// fields of the same things in the audit document.
type (
	headerLine struct {
		SchemaVersion int        `json:"schema_version"`
		Tool          Tool       `json:"tool"`
		StartedAt     audit.Time `json:"started_at"`
		Config        audit.Text `json:"config"`
	}
	summaryLine struct {
		FinishedAt audit.Time        `json:"finished_at"`
		Incidents  []audit.Window    `json:"incidents"`
		Baseline   *audit.Comparison `json:"baseline"`
		audit.Summary
	}
)

// printJSONL prints a line for each thing. A file without the summary at its
// end is not whole.
func printJSONL(w io.Writer, r *audit.Result, _ Options) error {
	l := text.NewJSONLines(w)
	l.Add("header", headerLine{r.SchemaVersion, r.Tool, r.StartedAt, r.Config})
	for i := range r.Keys {
		l.Add("key", &r.Keys[i])
	}
	for i := range r.Findings {
		l.Add("finding", &r.Findings[i])
	}
	for i := range r.Unknowns {
		l.Add("unknown", &r.Unknowns[i])
	}
	for i := range r.Gaps {
		l.Add("gap", &r.Gaps[i])
	}
	l.Add("summary", summaryLine{r.FinishedAt, r.Incidents, r.Baseline, r.Summary})
	return l.Flush()
}
