package cmd

import (
	"bufio"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"rekey/internal/report"
	"rekey/internal/trace"
)

// beginning is how much of a saved document says what it is.
const beginning = 4 << 10

// readSavedTrace reads a saved trace; nil when the document is none, or is not
// there. What was looked at of stdin can be read again.
func (a *App) readSavedTrace(from string) (*trace.Result, error) {
	in, name := a.Stdin, "stdin"
	if from != "-" {
		f, err := os.Open(a.path(from))
		if err != nil {
			return nil, nil //nolint:nilnil // who reads it as an audit says it
		}
		defer func() { _ = f.Close() }() // read only: nothing is lost
		in, name = f, from
	}
	buffered := bufio.NewReaderSize(in, beginning)
	begin, err := buffered.Peek(beginning)
	if from == "-" {
		a.Stdin = buffered
	}
	if err != nil && !errors.Is(err, io.EOF) || !report.IsTrace(begin) {
		return nil, nil //nolint:nilnil // said above
	}
	doc, err := report.ReadTrace(buffered)
	if err != nil {
		return nil, errors.New(name + ": " + cause(err))
	}
	return &doc, nil
}

// reportTrace prints a saved trace to every place that was asked for.
func (a *App) reportTrace(o *reportOptions, doc trace.Result) error {
	wanted, err := o.wanted()
	if err != nil {
		return err
	}
	for _, w := range wanted {
		if !slices.Contains(report.TraceFormats(), w.format) {
			return usage("a trace has no format " + w.format + " (" + strings.Join(report.TraceFormats(), ", ") + ")")
		}
	}
	var reads []string
	if o.from != "-" {
		reads = []string{a.path(o.from)}
	}
	places, err := o.open(a, reads...)
	if err != nil {
		return err
	}
	defer places.discard()
	for _, at := range places {
		if err := a.writeTrace(at.destination, at.format, doc, o.all); err != nil {
			return err
		}
	}
	if o.exitZero {
		return nil
	}
	return silently(doc.Summary.ExitCode)
}

// writeTrace prints a trace and puts the file in its place.
func (a *App) writeTrace(to *destination, format string, doc trace.Result, all bool) error {
	screen := a.screen(to.writer)
	if err := report.WriteTrace(to.writer, format, doc, report.Options{
		Width: screen.Width, Color: screen.Color, All: all,
	}); err != nil {
		return failed("the report could not be written: " + plain(err))
	}
	if err := to.finish(); err != nil {
		return failed("the report could not be written: " + plain(err))
	}
	return nil
}
