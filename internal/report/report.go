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
	// Config is the rekey.yaml of the audit as a reader of the report finds
	// it, "" where there is none.
	Config string
	// Interrupted makes the text report say that it is partial.
	Interrupted bool
}

// Formats returns the formats of most commands.
func Formats() []string { return []string{"text", "json"} }

// AuditFormats returns the formats of an audit report.
func AuditFormats() []string {
	return []string{"text", "json", "jsonl", "sarif", "junit", "markdown", "html", "github", "csv", "prometheus"}
}

// printerOf returns what writes a format.
func printerOf(format string) (printer, error) {
	switch format {
	case "text":
		return printText, nil
	case "json":
		return printJSON, nil
	case "jsonl":
		return printJSONL, nil
	case "sarif":
		return printSARIF, nil
	case "junit":
		return printJUnit, nil
	case "markdown":
		return printMarkdown, nil
	case "html":
		return printHTML, nil
	case "github":
		return printGitHub, nil
	case "csv":
		return printCSV, nil
	case "prometheus":
		return printPrometheus, nil
	}
	return nil, fmt.Errorf("there is no format %q (%s)", format, strings.Join(AuditFormats(), ", "))
}

// New returns the sink that prints an audit to w in the given format, when it
// is flushed.
func New(format string, w io.Writer, o Options) (audit.Sink, error) {
	write, err := printerOf(format)
	if err != nil {
		return nil, err
	}
	return &documentSink{w: w, o: o, print: write}, nil
}

// Print writes a whole audit in the given format.
func Print(w io.Writer, format string, doc *Document, o Options) error {
	write, err := printerOf(format)
	if err != nil {
		return err
	}
	return write(w, doc, o)
}

// stamp writes a time as the contract has it: RFC 3339, UTC, milliseconds.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
