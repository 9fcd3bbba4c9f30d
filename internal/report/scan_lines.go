package report

import (
	"bytes"
	"encoding/json"
	"io"
)

// lines writes one JSON object a line: every finding, every gap, and the
// summary last. Each says in "type" what it is.
func (r ScanReport) lines(w io.Writer) error {
	var b bytes.Buffer
	add := func(kind string, v any) error {
		text, err := json.Marshal(v)
		if err != nil {
			return err
		}
		head, err := json.Marshal(kind)
		if err != nil {
			return err
		}
		b.WriteString(`{"type":` + string(head) + ",")
		b.Write(text[1:])
		b.WriteByte('\n')
		return nil
	}
	doc := r.document()
	for _, f := range doc.Findings {
		if err := add("finding", f); err != nil {
			return err
		}
	}
	for _, g := range doc.Gaps {
		if err := add("gap", g); err != nil {
			return err
		}
	}
	end := struct {
		SchemaVersion int            `json:"schema_version"`
		Tool          Tool           `json:"tool"`
		StartedAt     string         `json:"started_at"`
		FinishedAt    string         `json:"finished_at"`
		Summary       scanSummaryDoc `json:"summary"`
	}{doc.SchemaVersion, doc.Tool, doc.StartedAt, doc.FinishedAt, doc.Summary}
	if err := add("summary", end); err != nil {
		return err
	}
	_, err := w.Write(escapeJSON(b.Bytes()))
	return err
}
