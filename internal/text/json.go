package text

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
)

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
	_, err := w.Write(EscapeJSON(b.Bytes()))
	return err
}

// A JSONLines writes JSON objects, one a line, as they come. Each says in
// "type" what it is. The first error ends it, and is what Flush returns.
type JSONLines struct {
	w   *bufio.Writer
	b   bytes.Buffer
	e   *json.Encoder
	err error
}

// NewJSONLines returns a writer to w, which is to be flushed.
func NewJSONLines(w io.Writer) *JSONLines {
	l := &JSONLines{w: bufio.NewWriter(w)}
	l.e = json.NewEncoder(&l.b)
	l.e.SetEscapeHTML(false)
	return l
}

// Add writes the object v under a type of rekey's own words.
func (l *JSONLines) Add(kind string, v any) {
	if l.err != nil {
		return
	}
	l.b.Reset()
	if l.err = l.e.Encode(v); l.err != nil {
		return
	}
	_, _ = l.w.WriteString(`{"type":"` + kind + `",`) // Flush has the error
	_, _ = l.w.Write(EscapeJSON(l.b.Bytes()[1:]))
}

// Flush writes what is left, and returns the first error.
func (l *JSONLines) Flush() error {
	if l.err != nil {
		return l.err
	}
	return l.w.Flush()
}
