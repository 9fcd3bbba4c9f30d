package cmd

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"rekey/audit"
	"rekey/internal/report"
)

// outputs are the flags --format and --output of the commands that print an
// audit: several formats at once, each but one to a file of its own.
type outputs struct {
	chosen []string // as given: FORMAT or FORMAT=FILE
	file   string   // --output, for the one without a file
	screen bool     // the text is the one for people, whatever stdout is
}

func (o *outputs) add(f *pflag.FlagSet) {
	f.StringArrayVar(
		&o.chosen,
		"format",
		nil,
		"`FORMAT` or FORMAT=FILE, several times for several reports: "+strings.Join(
			report.AuditFormats(),
			", ",
		)+" (default text)",
	)
	offer(f, "format", report.AuditFormats())
	f.StringVarP(&o.file, "output", "o", "", "write the format without a file to `FILE` instead of stdout")
}

// A wantedReport is one report that somebody asked for.
type wantedReport struct {
	format, file string // no file: stdout
	byName       bool   // the format was given, not chosen for want of one
}

// wanted reads the flags. The report for stdout comes last: whoever reads it
// may stop early, and the files are there by then.
func (o *outputs) wanted() ([]wantedReport, error) {
	chosen := o.chosen
	if len(chosen) == 0 {
		return []wantedReport{{"text", o.file, o.screen}}, nil
	}
	var files, rest []wantedReport
	for _, c := range chosen {
		format, file, named := strings.Cut(c, "=")
		if !slices.Contains(report.AuditFormats(), format) {
			return nil, unknownFormat(format, report.AuditFormats())
		}
		switch {
		case named && file == "":
			return nil, usage("--format " + format + "= names no file")
		case named:
			files = append(files, wantedReport{format, file, true})
		default:
			rest = append(rest, wantedReport{format, o.file, true})
		}
	}
	if len(rest) > 1 {
		return nil, usage(
			"--format "+rest[0].format+" and --format "+rest[1].format+" would go to the same place",
			"give all but one a file: --format "+rest[1].format+"=FILE",
		)
	}
	if len(rest) == 0 && o.file != "" {
		return nil, usage("--output: every format has a file of its own already")
	}
	return append(files, rest...), nil
}

func (o *outputs) check() error {
	_, err := o.wanted()
	return err
}

// A target is a report with the place that it goes to.
type target struct {
	wantedReport
	*destination
}

type targets []target

// open makes all destinations before anything is sent. Two reports to one
// file, or one to a file that the audit reads, are a mistake of the caller.
func (o *outputs) open(a *App, reads ...string) (all targets, err error) {
	list, err := o.wanted()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			all.discard()
		}
	}()
	taken := slices.Clone(reads)
	for _, w := range list {
		if w.file != "" {
			if slices.ContainsFunc(taken, func(other string) bool { return sameFile(a.path(w.file), other) }) {
				return all, usage("--format " + w.format + ": " + w.file + " is read or written by this command already")
			}
			taken = append(taken, a.path(w.file))
		}
		d, err := (&output{file: w.file}).open(a)
		if err != nil {
			return all, err
		}
		all = append(all, target{w, d})
	}
	return all, nil
}

// sameFile reports whether two paths lead to one file, whether it is there or
// not.
func sameFile(a, b string) bool {
	if a == b || filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return os.SameFile(x, y)
	}
	x, errX = os.Stat(filepath.Dir(a))
	y, errY = os.Stat(filepath.Dir(b))
	return errX == nil && errY == nil && os.SameFile(x, y) && filepath.Base(a) == filepath.Base(b)
}

// print writes the audit to every target and puts the files in place. What one
// cannot take does not keep the others from theirs.
func (t targets) print(ctx context.Context, a *App, doc *audit.Result, show report.Show, all bool) error {
	var failures []error
	for _, at := range t {
		err := a.printAudit(ctx, at, doc, show, all)
		if err == nil {
			err = at.finish()
		}
		if err != nil {
			where := at.wantedReport.file
			if where == "" {
				where = "stdout"
			}
			failures = append(failures, errors.New("the "+at.format+" report could not be written to "+where+": "+cause(err)))
		}
	}
	if err := errors.Join(failures...); err != nil {
		return failed(err.Error())
	}
	return nil
}

// printAudit writes one report. The text that nobody asked for by name is a
// screen on a terminal, and elsewhere a line for each key, with what stands
// beside them on stderr.
func (a *App) printAudit(ctx context.Context, at target, doc *audit.Result, show report.Show, all bool) error {
	screen := a.screen(at.writer)
	o := report.Options{
		Width: screen.Width, Height: screen.Height, Color: screen.Color, ASCII: screen.ASCII, All: all,
	}
	show.Command = a.command()
	switch {
	case a.flags.quiet && !at.byName && at.wantedReport.file == "":
		return nil // one line says what there is
	case at.format != "text":
		return report.Print(at.writer, at.format, doc, o)
	case at.byName || screen.TTY:
		return a.page(ctx, at.writer, func(w io.Writer) error { return report.PrintText(w, doc, show, o) })
	}
	if err := report.PrintLines(at.writer, doc, show); err != nil || a.flags.quiet {
		return err
	}
	aside := a.screen(a.Stderr)
	return report.PrintAside(a.Stderr, doc, show, report.Options{
		Width: aside.Width, Height: aside.Height, Color: aside.Color, ASCII: aside.ASCII,
	})
}

// command is how a command line of rekey begins that means the same
// configuration and state as this one.
func (a *App) command() string {
	words := "rekey"
	for _, flag := range []struct{ name, value string }{{"config", a.flags.config}, {"state", a.flags.state}} {
		if flag.value != "" {
			words += " --" + flag.name + " " + report.ShellWord(flag.value)
		}
	}
	return words
}

func (t targets) discard() {
	for _, at := range t {
		at.discard()
	}
}
