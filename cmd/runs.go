package cmd

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

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
		RunE: func(_ *cobra.Command, _ []string) error { return a.listRuns(list, all) },
	}
	list.add(listCmd.Flags())
	listCmd.Flags().BoolVar(&all, "all", false, "also those that have ended")
	show := &output{formats: report.Formats()}
	showCmd := &cobra.Command{
		Use: "show RUN", Short: "Show one run, step by step", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return a.showRun(show, args[0]) },
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
		return nil, journalError(err)
	}
	for _, d := range v.Damage {
		a.remark("journal: %s", d)
	}
	return v.Runs(), nil
}

func (a *App) listRuns(o *output, all bool) error {
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
			doc.Runs = append(doc.Runs, report.RunLine{Run: r, Dead: r.Stage == journal.Done})
		}
	}
	return a.answer(*o, doc)
}

func (a *App) showRun(o *output, id string) error {
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
	doc := report.Changes{Tool: a.tool(), StartedAt: a.Now(), Runs: []report.RunLine{{Run: runs[i], Dead: runs[i].Stage == journal.Done}}}
	if o.format == "text" {
		for _, rec := range runs[i].Records {
			if _, err := fmt.Fprintf(a.Stdout, "%s  %-12s %-5s %s\n", rec.At.UTC().Format("2006-01-02 15:04:05"), rec.Stage, rec.Phase, report.Clean(rec.Data.Result)); err != nil {
				return failed("could not be written: " + plain(err))
			}
		}
	}
	return a.answer(*o, doc)
}

// goOn makes the commands that take up a run again.
func (a *App) goOn(word, short string, do func(*rotate.Engine, context.Context, rotate.Job) (rotate.Outcome, error)) *cobra.Command {
	o := &changeOptions{output: output{formats: report.Formats()}}
	c := &cobra.Command{
		Use: word + " RUN", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			return a.takeUp(cmd.Context(), o, word, journal.RunID(args[0]), do)
		},
	}
	a.changeFlags(c, o)
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
		doc.Runs = []report.RunLine{{Run: run, Dead: run.Stage == journal.Done}}
		return a.answer(o.output, doc)
	}
	d, err := a.loadDesk(ctx)
	if err != nil {
		return err
	}
	e := slices.IndexFunc(d.entries, func(e survey.Entry) bool { return e.Name == run.Key })
	if e < 0 {
		return usage(run.Key+" is no key of "+d.source+" any more; the run can only be taken up with it", "put it back into rekey.yaml")
	}
	a.say("plan: %s run %s (%s %s), which stopped at %s", word, run.ID, run.Kind, run.Key, run.Stage)
	if o.dryRun {
		doc.Runs = []report.RunLine{{Run: run}}
		return a.answer(o.output, doc)
	}
	if ok, err := a.mayAct(ctx, o); err != nil || !ok {
		return err
	}
	log, engine, err := a.engine(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	job := jobOf(run)
	if err := a.equip(ctx, d, d.entries[e], &job, slices.Contains(o.accept, "loose-file")); err != nil {
		return err
	}
	out, _ := do(engine, ctx, job)
	doc.Runs = []report.RunLine{{Run: runOf(log, id), Dead: out.Dead, Why: out.Why}}
	return a.answer(o.output, doc)
}
