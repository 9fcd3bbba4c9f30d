package cmd

import (
	"context"
	"errors"
	"io/fs"

	"github.com/spf13/cobra"

	"rekey/audit"
	"rekey/internal/report"
)

type reportOptions struct {
	outputs
	from     string
	all      bool
	exitZero bool
}

func newReportCmd(a *App) *cobra.Command {
	o := &reportOptions{outputs: outputs{screen: true}}
	c := &cobra.Command{
		Use:   "report",
		Short: "Print a saved audit or trace again, in any format, without asking anybody",
		Long: `Print an audit that was saved with --format json or jsonl, or a trace that was
saved with --format json. Nothing is sent, and no configuration and no credential
is read. It ends with the exit code that the audit or the trace ended with.

A file that was cut off, that a newer rekey wrote, or whose summary does not
count what it holds is refused.`,
		Example: `  rekey report --from last.json
  rekey report --from last.json --format html=audit.html --format sarif=audit.sarif
  rekey audit --format json | rekey report --from - --format markdown
  rekey report --from trace.json --format html=trace.html`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return reportRun(cmd.Context(), a, o) },
	}
	f := c.Flags()
	o.add(f)
	f.StringVar(&o.from, "from", "", "saved `FILE`, or - for stdin")
	f.BoolVar(&o.all, "all", false, "show every key and every finding, however many")
	f.BoolVar(&o.exitZero, "exit-zero", false, "exit 0 when the report could be printed, whatever the audit found")
	return c
}

func reportRun(ctx context.Context, a *App, o *reportOptions) error {
	if o.from == "" {
		return usage("--from FILE is needed: a saved audit", "rekey audit --format json --output last.json   saves one")
	}
	if err := o.check(); err != nil {
		return err
	}
	traced, err := a.readSavedTrace(o.from)
	switch {
	case err != nil:
		return usage("--from: " + plain(err))
	case traced != nil:
		return a.reportTrace(o, *traced)
	}
	var doc *audit.Result
	var reads []string
	if o.from == "-" {
		if doc, err = report.Read(a.Stdin); err != nil {
			return usage("--from: stdin " + err.Error())
		}
	} else {
		reads = []string{a.path(o.from)}
		if doc, err = a.readSaved(o.from); err != nil {
			text := plain(err)
			if errors.Is(err, fs.ErrNotExist) {
				return usage("--from: "+text, "rekey audit --format json --output FILE   saves one")
			}
			return usage("--from: " + text)
		}
	}
	out, err := o.open(a, reads...)
	if err != nil {
		return err
	}
	defer out.discard()
	if err := out.print(ctx, a, doc, report.Show{}, o.all); err != nil {
		return err
	}
	if o.exitZero {
		return nil
	}
	return silently(doc.Summary.ExitCode)
}
