package cmd

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

func newRunsCmd(a *App) *cobra.Command {
	c := &cobra.Command{
		Use:   "runs",
		Short: "List, resume and abandon revocations and rotations",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	list := &output{formats: report.Formats()}
	all := false
	listCmd := &cobra.Command{
		Use: "list", Short: "List unfinished runs, or all", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listRuns(cmd.Context(), list, all) },
	}
	list.add(listCmd.Flags())
	listCmd.Flags().BoolVar(&all, "all", false, "also those that have ended")
	show := &output{formats: report.Formats()}
	showCmd := &cobra.Command{
		Use: "show RUN", Short: "Show one run, step by step", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.showRun(cmd.Context(), show, args[0]) },
	}
	show.add(showCmd.Flags())
	c.AddCommand(listCmd, showCmd,
		a.goOn("resume", "Go on with a run where it stopped", (*rotate.Engine).Run),
		a.goOn("abandon", "Take a run back: the old key stays, the new one is destroyed", (*rotate.Engine).Abandon))
	return c
}

// view reads the journal without its lock.
func (a *App) view() ([]journal.Run, error) {
	v, err := journal.Read(a.stateDir())
	if err != nil {
		return nil, a.journalError(err, nil)
	}
	for _, d := range v.Damage {
		a.say("rekey: journal: %s", d)
	}
	return v.Runs(), nil
}

func (a *App) listRuns(ctx context.Context, o *output, all bool) error {
	if err := o.check(); err != nil {
		return err
	}
	runs, err := a.view()
	if err != nil {
		return err
	}
	doc := report.Changes{Tool: a.tool(), StartedAt: a.Now()}
	for _, r := range runs {
		if all || !r.Ended {
			doc.Runs = append(doc.Runs, report.RunLine{Run: r, Dead: dead(r)})
		}
	}
	return a.list(ctx, *o, doc)
}

func (a *App) showRun(ctx context.Context, o *output, id string) error {
	if err := o.check(); err != nil {
		return err
	}
	runs, err := a.view()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(runs, func(r journal.Run) bool { return string(r.ID) == id })
	if i < 0 {
		return usage("the journal has no run "+quote(id), "see: rekey runs list --all")
	}
	doc := report.Changes{Tool: a.tool(), StartedAt: a.Now(), Runs: []report.RunLine{{Run: runs[i], Dead: dead(runs[i])}}}
	if o.format == "text" {
		for _, rec := range runs[i].Records {
			if _, err := fmt.Fprintf(a.Stdout, "%s  %-12s %-5s %s\n", rec.At.UTC().Format("2006-01-02 15:04:05"), rec.Stage, rec.Phase, report.Clean(rec.Data.Result)); err != nil {
				return failed("could not be written: " + plain(err))
			}
		}
	}
	return a.list(ctx, *o, doc)
}

// list prints runs as they stand. How one ended in the past is no failure of
// listing it; one that is unfinished is named by the exit code too, for scripts.
func (a *App) list(ctx context.Context, o output, doc report.Changes) error {
	for _, r := range doc.Runs {
		if !r.Run.Ended {
			doc.ExitCode = exitUnfinished
		}
	}
	if ctx.Err() != nil {
		doc.ExitCode = exitInterrupted
	}
	return a.print(o, doc)
}

// goOn makes the commands that take up a run again.
func (a *App) goOn(word, short string, do func(*rotate.Engine, context.Context, rotate.Job) (rotate.Outcome, error)) *cobra.Command {
	o := &changeOptions{output: output{formats: report.Formats()}}
	c := &cobra.Command{
		Use: word + " RUN", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.checkAccepted(); err != nil {
				return err
			}
			return a.takeUp(cmd.Context(), o, word, journal.RunID(args[0]), do)
		},
	}
	o.addTo(c.Flags())
	if word == "resume" {
		o.settling(c.Flags())
		o.giving(c.Flags())
	}
	return c
}

func (a *App) takeUp(ctx context.Context, o *changeOptions, word string, id journal.RunID, do func(*rotate.Engine, context.Context, rotate.Job) (rotate.Outcome, error)) error {
	runs, err := a.view()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(runs, func(r journal.Run) bool { return r.ID == id })
	if i < 0 {
		return usage("the journal has no run "+quote(string(id)), "see: rekey runs list --all")
	}
	run := runs[i]
	doc := report.Changes{Tool: a.tool(), StartedAt: a.Now()}
	if run.Ended {
		doc.Runs = []report.RunLine{{Run: run, Dead: dead(run)}}
		return a.answer(ctx, o.output, doc)
	}
	d, err := a.loadDesk(ctx)
	if err != nil {
		return err
	}
	e, ok := d.entryOf(run)
	if !ok {
		return usage(run.Key+" is no key of "+d.source+" any more; the run can only be taken up with it", "put it back into rekey.yaml")
	}
	a.say("plan: %s run %s (%s %s), which stopped at %s", word, run.ID, run.Kind, run.Key, run.Stage)
	if o.dryRun {
		doc.Runs = []report.RunLine{{Run: run}}
		return a.answer(ctx, o.output, doc)
	}
	w, err := a.walker(ctx, d, o.walk)
	if err != nil {
		return err
	}
	defer w.close()
	if ok, err := a.mayAct(ctx, o, w); err != nil || !ok {
		return err
	}
	o.kind = run.Kind
	b, err := a.openBooks(ctx, o)
	if err != nil {
		return err
	}
	defer b.close()
	c := changeOf(run, e, o)
	if err := a.equip(ctx, d, o, w, &c); err != nil {
		return err
	}
	a.together(ctx, b, []change{c}, do)
	a.enter(&doc, b, c)
	return a.answer(ctx, o.output, doc)
}

// changeOf makes the job of a run again from what the journal keeps of it. The
// old credential comes from the store.
func changeOf(run journal.Run, e survey.Entry, o *changeOptions) change {
	j := &rotate.Job{ID: run.ID, Kind: run.Kind, Key: run.Key, Settle: o.settle, Risks: o.accept}
	c := change{entry: e, job: j}
	for _, rec := range run.Records {
		if rec.Stage != journal.Planned {
			continue
		}
		d := rec.Data
		c.byHand, c.places = d.Person, d.Copies
		j.Compromised, j.Exchange = d.Compromised, d.Exchange
		j.Account = exchanges.Account{Name: d.Account, Kind: exchanges.AccountSub}
		if c.byHand {
			j.Account.Kind = exchanges.AccountUnknown
		}
		j.Want = rotate.Want{Permissions: d.Permissions, Whitelist: d.Whitelist, Restricted: d.Restricted, Passphrase: newPassphrase}
	}
	return c
}

// dead reports whether the journal says that the exchange proved the old key
// of a run dead.
func dead(r journal.Run) bool {
	return rotate.OutcomeOf(r).Dead
}
