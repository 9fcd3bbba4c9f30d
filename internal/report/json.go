package report

import (
	"bytes"
	_ "embed" // the schema of the document
	"encoding/json"
	"io"
	"time"

	"rekey/audit"
)

// Schema is the JSON Schema of the audit document.
//
//go:embed audit.schema.json
var Schema []byte

// jsonSink writes one document at the end.
type jsonSink struct {
	w    io.Writer
	tool Tool
	doc  Document
}

func (j *jsonSink) Header(h audit.Header) error {
	j.doc = Document{
		SchemaVersion: SchemaVersion, Tool: j.tool, StartedAt: stamp(h.StartedAt),
		Keys: []keyDoc{}, Findings: []findingDoc{}, Unknowns: []unknownDoc{}, Gaps: []gapDoc{},
	}
	return nil
}

func (j *jsonSink) Key(k audit.KeyReport) error {
	j.doc.Keys = append(j.doc.Keys, newKeyDoc(k))
	return nil
}

func (j *jsonSink) Finding(f audit.Finding) error {
	j.doc.Findings = append(j.doc.Findings, newFindingDoc(f))
	return nil
}

func (j *jsonSink) Unknown(u audit.Unsaid) error {
	j.doc.Unknowns = append(j.doc.Unknowns, unknownDoc(u))
	return nil
}

func (j *jsonSink) Gap(g audit.Gap) error {
	j.doc.Gaps = append(j.doc.Gaps, gapDoc{Key: g.Key, Kind: string(g.Kind), Detail: g.Detail})
	return nil
}

func (j *jsonSink) Flush(s audit.Summary, finished time.Time, exit int) error {
	j.doc.FinishedAt = stamp(finished)
	j.doc.Summary = newSummaryDoc(s, exit)
	return WriteJSON(j.w, j.doc)
}

// WriteJSON writes v as an indented document that is safe to show in a
// terminal.
func WriteJSON(w io.Writer, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escapeJSON(b.Bytes()))
	return err
}
