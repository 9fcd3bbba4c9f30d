package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"rekey/internal/trace"
)

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
