package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"rekey/internal/text"
	"rekey/internal/trace"
)

// An EvidenceCheck is what `rekey trace verify` prints.
type EvidenceCheck struct {
	Tool       Tool
	At         time.Time
	Sum        string
	Files      int
	Problems   []string
	Signatures []string
	Notes      []string
}

// The exit codes of a check.
const (
	evidenceWhole   = 0
	evidenceChanged = 3
)

// ExitCode is 0 when nothing was found wrong, else 3.
func (e EvidenceCheck) ExitCode() int {
	if len(e.Problems) > 0 || e.Files == 0 {
		return evidenceChanged
	}
	return evidenceWhole
}

type evidenceDoc struct {
	SchemaVersion int             `json:"schema_version"`
	Tool          Tool            `json:"tool"`
	StartedAt     string          `json:"started_at"`
	Sum           string          `json:"sum"`
	Problems      []string        `json:"problems"`
	Signatures    []string        `json:"signatures"`
	Notes         []string        `json:"notes"`
	Summary       evidenceSummary `json:"summary"`
}

type evidenceSummary struct {
	Files    int `json:"files"`
	Problems int `json:"problems"`
	ExitCode int `json:"exit_code"`
}

// Write prints the check in the given format.
func (e EvidenceCheck) Write(w io.Writer, format string, o Options) error {
	switch format {
	case "json":
		return text.WriteJSON(w, evidenceDoc{
			SchemaVersion, e.Tool, stamp(e.At), e.Sum, append([]string{}, e.Problems...),
			append([]string{}, e.Signatures...), append([]string{}, e.Notes...),
			evidenceSummary{e.Files, len(e.Problems), e.ExitCode()},
		})
	case "text":
		t := newText(w, o)
		for _, p := range e.Problems {
			t.Item(0, "-", 0, text.Sentence(p))
		}
		for _, s := range e.Signatures {
			t.Prose(0, "Signed: "+text.Sentence(s)+".")
		}
		for _, n := range e.Notes {
			t.Prose(0, text.Capital(text.Sentence(n))+".")
		}
		if e.Sum != "" {
			t.Prose(0, "Sum of SHA256SUMS: "+e.Sum)
		}
		end := "nothing was changed, removed or added since the sums were written"
		if e.ExitCode() != evidenceWhole {
			end = "this is not the folder that was written"
		}
		t.Prose(0, text.Count(e.Files, "file")+" as in SHA256SUMS, "+text.Count(len(e.Problems), "problem")+": "+end+".")
		return t.Print()
	}
	return text.UnknownFormat(format)
}

// timelineHead are the columns of a timeline: those that Timesketch imports,
// and what a reader needs besides.
func timelineHead() []string {
	return []string{
		"message", "datetime", "timestamp_desc", "timestamp", "account", "actor", "object_id", "value_usd", "rules",
		"source_file", "source_record", "inferred",
	}
}

// traceCSV prints the timeline of a trace.
func traceCSV(w io.Writer, r trace.Result) error { return WriteTimeline(w, r.Timeline()) }

// WriteTimeline prints events as CSV that Timesketch imports: times in UTC with
// their offset, and once more in microseconds.
func WriteTimeline(w io.Writer, events []trace.Event) error {
	rows := [][]string{timelineHead()}
	for _, e := range events {
		rows = append(rows, []string{
			e.Message, timesketchTime(e.At), e.What, strconv.FormatInt(e.At.UnixMicro(), 10), e.Account, e.Actor, e.Object,
			e.USD, e.Rules, e.File, e.Record, strconv.FormatBool(e.Inferred),
		})
	}
	return WriteCSV(w, rows)
}

func timesketchTime(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000+00:00") }

// WriteCSV prints rows for a spreadsheet, in UTF-8 without a mark before it. A
// cell that a spreadsheet would take for a formula gets an apostrophe, a number
// does not.
func WriteCSV(w io.Writer, rows [][]string) error {
	out := csv.NewWriter(w)
	line := []string{}
	for _, row := range rows {
		line = line[:0]
		for _, cell := range row {
			if !plainNumber(cell) {
				cell = csvCell(cell)
			}
			line = append(line, cell)
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// plainNumber reports whether a cell is digits with at most a sign before them
// and a point among them.
func plainNumber(cell string) bool {
	whole, part, _ := strings.Cut(strings.TrimPrefix(cell, "-"), ".")
	return whole+part != "" && strings.Trim(whole+part, "0123456789") == ""
}
