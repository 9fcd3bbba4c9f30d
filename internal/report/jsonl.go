package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"rekey/audit"
)

// The lines of the jsonl format. Each has a "type" and the fields of the same
// thing in the audit document.
type (
	headerLine struct {
		Type          string     `json:"type"` // "header", the first line
		SchemaVersion int        `json:"schema_version"`
		Tool          Tool       `json:"tool"`
		StartedAt     audit.Time `json:"started_at"`
		Config        audit.Text `json:"config"`
	}
	keyLine struct {
		Type string `json:"type"` // "key"
		audit.Key
	}
	findingLine struct {
		Type string `json:"type"` // "finding"
		audit.Finding
	}
	unknownLine struct {
		Type string `json:"type"` // "unknown"
		audit.Unknown
	}
	gapLine struct {
		Type string `json:"type"` // "gap"
		audit.Gap
	}
	summaryLine struct {
		Type       string            `json:"type"` // "summary", the last line
		FinishedAt audit.Time        `json:"finished_at"`
		Incidents  []audit.Window    `json:"incidents"`
		Baseline   *audit.Comparison `json:"baseline"`
		audit.Summary
	}
)

// printJSONL prints a line for each thing. A file without the summary at its
// end is not whole.
func printJSONL(w io.Writer, r *audit.Result, _ Options) error {
	l := newLines(w)
	l.add(headerLine{"header", r.SchemaVersion, r.Tool, r.StartedAt, r.Config})
	for _, k := range r.Keys {
		l.add(keyLine{"key", k})
	}
	for _, f := range r.Findings {
		l.add(findingLine{"finding", f})
	}
	for _, u := range r.Unknowns {
		l.add(unknownLine{"unknown", u})
	}
	for _, g := range r.Gaps {
		l.add(gapLine{"gap", g})
	}
	l.add(summaryLine{"summary", r.FinishedAt, r.Incidents, r.Baseline, r.Summary})
	return l.flush()
}

// A lines writes JSON values, one a line, as they come.
type lines struct {
	w   *bufio.Writer
	b   bytes.Buffer
	e   *json.Encoder
	err error
}

func newLines(w io.Writer) *lines {
	l := &lines{w: bufio.NewWriter(w)}
	l.e = json.NewEncoder(&l.b)
	l.e.SetEscapeHTML(false)
	return l
}

func (l *lines) add(v any) {
	if l.err != nil {
		return
	}
	l.b.Reset()
	if l.err = l.e.Encode(v); l.err == nil {
		_, l.err = l.w.Write(escapeJSON(l.b.Bytes()))
	}
}

func (l *lines) flush() error {
	if l.err != nil {
		return l.err
	}
	return l.w.Flush()
}
