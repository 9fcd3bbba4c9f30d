// Package report prints audits, and what other commands found and did, in the
// formats of people and programs. Foreign text goes through package text.
package report

import (
	_ "embed" // the schema of the document
	"fmt"
	"io"
	"strings"
	"time"

	"rekey/audit"
	"rekey/internal/text"
)

// SchemaVersion is the version of the JSON documents.
const SchemaVersion = audit.SchemaVersion

// Tool names the program in documents.
type Tool = audit.Tool

// A printer writes a whole audit in one format. What it writes depends on the
// result alone, so that a saved audit prints as the live one did.
type printer func(io.Writer, *audit.Result, Options) error

// Options say how a report looks.
type Options = text.Options

// A textWriter writes a report for a person at a terminal.
type textWriter struct{ *text.Writer }

func newText(w io.Writer, o Options) textWriter { return textWriter{text.NewWriter(w, o)} }

// A markdown is a report in Markdown.
type markdown struct{ text.Markdown }

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
		return func(w io.Writer, r *audit.Result, o Options) error { return PrintText(w, r, Show{}, o) }, nil
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

// Schema is the JSON Schema of the audit document.
//
//go:embed audit.schema.json
var Schema []byte

// printJSON prints the result as it is.
func printJSON(w io.Writer, r *audit.Result, _ Options) error {
	s := text.NewJSONStream(w)
	s.Object("", func() {
		s.Value("schema_version", r.SchemaVersion)
		s.Value("tool", r.Tool)
		s.Value("started_at", r.StartedAt)
		s.Value("finished_at", r.FinishedAt)
		s.Value("config", r.Config)
		writeList(s, "keys", r.Keys)
		writeList(s, "findings", r.Findings)
		writeList(s, "unknowns", r.Unknowns)
		writeList(s, "gaps", r.Gaps)
		s.Value("incidents", r.Incidents)
		s.Value("baseline", r.Baseline)
		s.Value("summary", r.Summary)
	})
	return s.Flush()
}

func writeList[T any](s *text.JSONStream, name string, items []T) {
	s.List(name, func() {
		for i := range items {
			s.Value("", &items[i])
		}
	})
}

// Wrapped breaks the lines of a text that are longer than so many columns, at
// blanks, with an indent.
func Wrapped(prose string, columns int) string {
	lines := strings.Split(prose, "\n")
	for i, l := range lines {
		if text.Width(l) > columns {
			lines[i] = strings.Join(text.Wrap(l, columns-2), "\n  ")
		}
	}
	return strings.Join(lines, "\n")
}
