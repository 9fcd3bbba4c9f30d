package report

import (
	"bytes"
	"encoding/json"
	"io"
)

// jsonLines collects JSON objects, one a line. Each says in "type" what it is.
type jsonLines struct {
	b   bytes.Buffer
	err error
}

// An envelope is the last line: what is said once for all.
type envelope[S any] struct {
	SchemaVersion int    `json:"schema_version"`
	Tool          Tool   `json:"tool"`
	StartedAt     string `json:"started_at"`
	FinishedAt    string `json:"finished_at"`
	Summary       S      `json:"summary"`
}

// add adds an object, v, under a type of rekey's own words.
func (l *jsonLines) add(kind string, v any) {
	prose, err := json.Marshal(v)
	if err != nil && l.err == nil {
		l.err = err
		return
	}
	l.b.WriteString(`{"type":"` + kind + `",`)
	l.b.Write(prose[1:])
	l.b.WriteByte('\n')
}

func (l *jsonLines) write(w io.Writer) error {
	if l.err != nil {
		return l.err
	}
	_, err := w.Write(escapeJSON(l.b.Bytes()))
	return err
}
