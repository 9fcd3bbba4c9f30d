package text

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strings"
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

// A JSONStream writes one indented document as [WriteJSON] does, value by value,
// so that a document of many megabytes is never in memory as a whole. The first
// error ends it, and is what Flush returns. Names are rekey's own words.
type JSONStream struct {
	w     *bufio.Writer
	b     bytes.Buffer
	depth int
	begun bool // there is a value before, in the same object or list
	err   error
}

// NewJSONStream returns a writer to w, which is to be flushed.
func NewJSONStream(w io.Writer) *JSONStream { return &JSONStream{w: bufio.NewWriter(w)} }

// Value writes a value: a member of that name, or with "" an item of a list.
func (s *JSONStream) Value(name string, v any) {
	s.next(name)
	if s.err != nil {
		return
	}
	s.b.Reset()
	e := json.NewEncoder(&s.b)
	e.SetEscapeHTML(false)
	e.SetIndent(strings.Repeat("  ", s.depth), "  ")
	if s.err = e.Encode(v); s.err == nil {
		s.write(string(EscapeJSON(bytes.TrimSuffix(s.b.Bytes(), []byte("\n")))))
	}
}

// Object writes an object whose members the function writes.
func (s *JSONStream) Object(name string, members func()) { s.block(name, "{", "}", members) }

// List writes a list whose items the function writes.
func (s *JSONStream) List(name string, items func()) { s.block(name, "[", "]", items) }

func (s *JSONStream) block(name, begin, end string, content func()) {
	s.next(name)
	s.write(begin)
	s.depth++
	s.begun = false
	content()
	s.depth--
	if s.begun {
		s.line()
	}
	s.write(end)
	s.begun = true
}

// next begins a value.
func (s *JSONStream) next(name string) {
	if s.begun {
		s.write(",")
	}
	if s.depth > 0 {
		s.line()
	}
	if name != "" {
		s.write(`"` + name + `": `)
	}
	s.begun = true
}

func (s *JSONStream) line() { s.write("\n" + strings.Repeat("  ", s.depth)) }

func (s *JSONStream) write(text string) {
	if s.err == nil {
		_, s.err = s.w.WriteString(text)
	}
}

// Flush ends the document, and returns the first error.
func (s *JSONStream) Flush() error {
	s.write("\n")
	if s.err != nil {
		return s.err
	}
	return s.w.Flush()
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
