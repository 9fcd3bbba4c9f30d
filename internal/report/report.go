// Package report prints what an audit found, and is the only room that does.
//
// Labels, account names and an exchange's own words are hostile text: whoever
// made a key chose them. They reach a writer through clean.go alone.
package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"rekey/audit"
)

// Tool names the program in documents.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Options say how a report looks.
type Options struct {
	Tool  Tool
	Width int  // columns of the text report
	Color bool // whether the text report may use colour
	All   bool // show every key and finding in full, however many
	// Interrupted makes the text report say that it is partial.
	Interrupted bool
}

// Formats returns the formats of an audit report.
func Formats() []string { return []string{"text", "json"} }

// New returns the sink that prints an audit to w in the given format.
func New(format string, w io.Writer, o Options) (audit.Sink, error) {
	switch format {
	case "text":
		return newText(w, o), nil
	case "json":
		return &jsonSink{w: w, tool: o.Tool}, nil
	default:
		return nil, fmt.Errorf("there is no format %q (%s)", format, strings.Join(Formats(), ", "))
	}
}

// stamp writes a time as the contract has it: RFC 3339, UTC, milliseconds.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
