package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"rekey/internal/journal"
	"rekey/internal/report"
)

func newJournalCmd(a *App) *cobra.Command {
	c := &cobra.Command{
		Use:   "journal",
		Short: "Show the journal of changes, and verify that nobody altered it",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(
		&cobra.Command{
			Use: "show", Short: "Print every record", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return a.showJournal() },
		},
		&cobra.Command{
			Use: "verify", Short: "Find any record that was changed, removed or moved", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return a.verifyJournal() },
		})
	return c
}

func (a *App) showJournal() error {
	v, err := journal.Read(a.stateDir())
	if err != nil {
		return a.journalError(err, nil)
	}
	if v.Absent {
		a.remark("there is no journal yet at %s", a.stateDir())
	}
	for rec, trusted := range v.Records() {
		mark := " "
		if !trusted {
			mark = "?"
		}
		line := fmt.Sprintf("%s%4d %s %s %-7s %-16s %-12s %-4s %s", mark, rec.Seq, rec.At.UTC().Format("2006-01-02 15:04:05"), rec.Run, rec.Kind,
			report.CleanName(rec.Key), rec.Stage, rec.Phase, report.Clean(rec.Data.Result))
		if _, err := fmt.Fprintln(a.Stdout, strings.TrimRight(line, " ")); err != nil {
			return failed("could not be written: " + plain(err))
		}
	}
	return a.journalState(v)
}

func (a *App) verifyJournal() error {
	v, err := journal.Read(a.stateDir())
	if err != nil {
		return a.journalError(err, nil)
	}
	if err := a.journalState(v); err != nil {
		return err
	}
	switch {
	case v.Absent:
		_, err = fmt.Fprintf(a.Stdout, "there is no journal yet at %s\n", a.stateDir())
	case v.Seq == 0:
		_, err = fmt.Fprintln(a.Stdout, "ok: 0 records")
	default:
		_, err = fmt.Fprintf(a.Stdout, "ok: %s, the last is %d with hash %s\n", number(len(v.Lines), "record"), v.Seq, v.Hash)
	}
	if err != nil {
		return failed("could not be written: " + plain(err))
	}
	return nil
}

// journalState ends with 5 when the journal is damaged: nothing is written to
// such a one.
func (a *App) journalState(v journal.View) error {
	for _, r := range v.Remarks {
		a.remark("%s", r.Text)
	}
	if err := v.Err(); err != nil {
		return &exitError{code: exitUnfinished, text: err.Error()}
	}
	return nil
}
