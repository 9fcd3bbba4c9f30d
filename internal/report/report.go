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

// SchemaVersion is the version of the JSON documents.
const SchemaVersion = audit.SchemaVersion

// Tool names the program in documents.
type Tool = audit.Tool

// A printer writes a whole audit in one format. What it writes depends on the
// result alone, so that a saved audit prints as the live one did.
type printer func(io.Writer, *audit.Result, Options) error

// Options say how a report looks.
type Options struct {
	Tool  Tool
	Width int  // columns of the text report
	Color bool // whether the text report may use colour
	All   bool // show every key and finding in full, however many
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

// Print writes a whole audit in the given format.
func Print(w io.Writer, format string, r *audit.Result, o Options) error {
	write, err := printerOf(format)
	if err != nil {
		return err
	}
	return write(w, r, o)
}

// stamp writes a time as the contract has it: RFC 3339, UTC, milliseconds.
func stamp(t time.Time) string { return audit.NewTime(t).String() }

// nullable is null for what was not told.
func nullable(s string) *string {
	if s == "" {
		return nil
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	return &s
}
