package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"rekey/audit"
	"rekey/internal/trace"
)

// IsTrace reports whether a saved document begins as one of a trace. A page of
// it is enough.
func IsTrace(begin []byte) bool {
	d := json.NewDecoder(bytes.NewReader(begin))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	for {
		name, err := d.Token()
		if err != nil {
			return false
		}
		switch name {
		case "schema_version", "tool", "started_at", "finished_at":
		default:
			return name == "window"
		}
		var skipped json.RawMessage
		if d.Decode(&skipped) != nil {
			return false
		}
	}
}

// ReadTrace reads a trace that was saved as json, and checks it as [Read] does
// an audit.
func ReadTrace(r io.Reader) (trace.Result, error) {
	var doc trace.Result
	d := json.NewDecoder(&limited{r: r, left: MaxSaved, most: MaxSaved})
	if err := d.Decode(&doc); err != nil {
		return doc, whyNot("it", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return doc, errors.New("there is something behind its end")
	}
	switch {
	case doc.SchemaVersion > audit.SchemaVersion:
		return doc, fmt.Errorf("is of a newer rekey: its schema_version is %d", doc.SchemaVersion)
	case doc.SchemaVersion < 1:
		return doc, fmt.Errorf("has the schema_version %d, which no rekey writes", doc.SchemaVersion)
	case doc.StartedAt.IsZero() || doc.FinishedAt.IsZero():
		return doc, errors.New("started_at or finished_at is missing")
	}
	return doc, doc.Check()
}
