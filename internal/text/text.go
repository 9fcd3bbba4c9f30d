// Package text is the only writer of foreign text: it cleans it, lays it out
// for a terminal, and writes it as prose, lists, tables, Markdown and JSON.
//
// Labels, account names and an exchange's own words are hostile: whoever made a
// key chose them. They reach a writer through [Clean], [CleanName] and
// [Sentence] alone.
package text

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"rekey/audit"
)

// Options say how a text looks.
type Options struct {
	Tool   audit.Tool // stands in documents
	Width  int        // columns of the screen
	Height int        // its lines; 24 when not known
	Color  bool       // whether a text may use colour
	ASCII  bool       // the screen shows no other characters
	All    bool       // show everything in full, however much
	// Interrupted makes a text say that it is partial.
	Interrupted bool
}

// A Writer collects the lines of a text for a person at a terminal.
type Writer struct {
	Options Options
	Style   Style
	w       io.Writer
	out     strings.Builder
}

// NewWriter returns a writer that prints to w, 40 columns wide at least.
func NewWriter(w io.Writer, o Options) *Writer {
	if o.Width <= 0 {
		o.Width = 80
	}
	if o.ASCII {
		o.Width -= 6 // three dots take the place of one character
	}
	o.Width = max(o.Width, 40)
	if o.Height <= 0 {
		o.Height = 24
	}
	return &Writer{Options: o, Style: newStyle(o.Color), w: w}
}

// Print writes what was collected.
func (t *Writer) Print() error {
	out := t.out.String()
	if t.Options.ASCII {
		out = inASCII(out)
	}
	_, err := io.WriteString(t.w, out)
	return err
}

// Lines are the lines that were collected, without those that are empty at the
// beginning.
func (t *Writer) Lines() []string {
	return strings.Split(strings.Trim(t.out.String(), "\n"), "\n")
}

// inASCII writes a text in the characters that every terminal shows. "..." may be
// typed in a name in place of "…".
func inASCII(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case r == '…':
			b.WriteString("...")
		case r == '→':
			b.WriteString("->")
		case r == '“' || r == '”':
			b.WriteByte('"')
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

// Height returns how many lines were collected.
func (t *Writer) Height() int { return strings.Count(t.out.String(), "\n") }

// Append adds what another writer collected.
func (t *Writer) Append(other *Writer) { t.out.WriteString(other.out.String()) }

// Line adds one line, as it is.
func (t *Writer) Line(format string, args ...any) { fmt.Fprintf(&t.out, format+"\n", args...) }

// Heading adds a heading in capitals, and an empty line before it.
func (t *Writer) Heading(text string) {
	t.Line("")
	t.Line("%s", t.Style.Bold(strings.ToUpper(text)))
}

// Paragraph adds text with a hanging indent, broken at blanks.
func (t *Writer) Paragraph(first, rest, text string) {
	for i, l := range Wrap(text, t.Options.Width-Width(rest)) {
		if i == 0 {
			t.Line("%s%s", first, l)
			continue
		}
		t.Line("%s%s", rest, l)
	}
}

// Note adds a remark about the text itself.
func (t *Writer) Note(indent, text string) {
	for _, l := range Wrap(text, t.Options.Width-Width(indent)) {
		t.Line("%s%s", indent, t.Style.Faint(l))
	}
}

// Interruption says that the text is partial, when it is.
func (t *Writer) Interruption() {
	if !t.Options.Interrupted {
		return
	}
	for _, l := range Wrap("INTERRUPTED: this is what was seen until then.", t.Options.Width) {
		t.Line("%s", t.Style.Bold(l))
	}
}
