// Package pages prints the reference of rekey: cards, operations, rules,
// incidents and policies, for people and for programs. What it prints was
// written for people and goes through package text, because a file of incidents
// may come from anybody.
package pages

import (
	"io"

	"rekey/internal/text"
)

// A textWriter writes a page for a person at a terminal.
type textWriter struct{ *text.Writer }

func newText(w io.Writer, o text.Options) textWriter { return textWriter{text.NewWriter(w, o)} }

// A markdown is a page in Markdown.
type markdown struct{ text.Markdown }
