package report

import (
	"bytes"
	"encoding/json"
	"io"
)

// The lines of the jsonl format. Each has a "type" and the fields of the same
// thing in the audit document.
type (
	headerLine struct {
		Type          string  `json:"type"` // "header", the first line
		SchemaVersion int     `json:"schema_version"`
		Tool          Tool    `json:"tool"`
		StartedAt     string  `json:"started_at"`
		Config        *string `json:"config"`
	}
	keyLine struct {
		Type string `json:"type"` // "key"
		keyDoc
	}
	findingLine struct {
		Type string `json:"type"` // "finding"
		findingDoc
	}
	unknownLine struct {
		Type string `json:"type"` // "unknown"
		unknownDoc
	}
	gapLine struct {
		Type string `json:"type"` // "gap"
		gapDoc
	}
	summaryLine struct {
		Type       string       `json:"type"` // "summary", the last line
		FinishedAt string       `json:"finished_at"`
		Incidents  []windowDoc  `json:"incidents"`
		Baseline   *baselineDoc `json:"baseline"`
		summaryDoc
	}
)

// printJSONL prints a line for each thing. A file without the summary at its
// end is not whole.
func printJSONL(w io.Writer, doc *Document, _ Options) error {
	lines := []any{headerLine{"header", doc.SchemaVersion, doc.Tool, doc.StartedAt, doc.Config}}
	for _, k := range doc.Keys {
		lines = append(lines, keyLine{"key", k})
	}
	for _, f := range doc.Findings {
		lines = append(lines, findingLine{"finding", f})
	}
	for _, u := range doc.Unknowns {
		lines = append(lines, unknownLine{"unknown", u})
	}
	for _, g := range doc.Gaps {
		lines = append(lines, gapLine{"gap", g})
	}
	lines = append(lines, summaryLine{"summary", doc.FinishedAt, doc.Incidents, doc.Baseline, doc.Summary})
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, l := range lines {
		if err := e.Encode(l); err != nil {
			return err
		}
	}
	_, err := w.Write(escapeJSON(b.Bytes()))
	return err
}
