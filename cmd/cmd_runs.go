package cmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"rekey/internal/change"
	"rekey/internal/journal"
	"rekey/internal/notify"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/text"
)

func newRunsCmd(a *App) *cobra.Command {
	c := &cobra.Command{
		Use:   "runs",
		Short: "List, resume, abandon and close revocations and rotations",
		Long: `A run is one revocation or rotation, from its plan to its end, kept in the
journal. One that was cut short is resumed, or taken back; one that can end
neither way is closed. RUN is an id as "rekey runs list" prints it, the beginning
of one, or the key that it is about.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newRunsListCmd(a), newRunsShowCmd(a), newRunsResumeCmd(a), newRunsAbandonCmd(a), newRunsCloseCmd(a))
	return c
}

func newRunsListCmd(a *App) *cobra.Command {
	o := &output{formats: report.Formats()}
	all := false
	c := &cobra.Command{
		Use: "list", Short: "List unfinished runs, or all, and the command that goes on", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.listRuns(cmd.Context(), o, all) },
	}
	o.add(c.Flags())
	c.Flags().BoolVar(&all, "all", false, "also those that have ended")
	return c
}

func newRunsShowCmd(a *App) *cobra.Command {
	o := &output{formats: report.Formats()}
	c := &cobra.Command{
		Use: "show RUN", Short: "Show one run, step by step", Args: cobra.ExactArgs(1), ValidArgsFunction: a.completeRuns,
		RunE: func(cmd *cobra.Command, args []string) error { return a.showRun(cmd.Context(), o, args[0]) },
	}
	o.add(c.Flags())
	return c
}

func newRunsResumeCmd(a *App) *cobra.Command {
	o := &changeOptions{output: output{formats: report.Formats()}}
	c := &cobra.Command{
		Use: "resume [RUN...]", Short: "Go on with runs where they stopped: these, or all that are unfinished",
		ValidArgsFunction: a.completeRuns,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.takeUpRuns(cmd.Context(), o, change.ResumeRuns(), args)
		},
	}
	o.addTo(c.Flags())
	o.settling(c.Flags())
	o.giving(c.Flags())
	return c
}

func newRunsAbandonCmd(a *App) *cobra.Command {
	o := &changeOptions{output: output{formats: report.Formats()}}
	c := &cobra.Command{
		Use: "abandon RUN", Short: "Take a run back: the old key stays, the new one is deleted", Args: cobra.ExactArgs(1),
		ValidArgsFunction: a.completeRuns,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.takeUpRuns(cmd.Context(), o, change.AbandonRuns(), args)
		},
	}
	o.addTo(c.Flags())
	return c
}

func newRunsCloseCmd(a *App) *cobra.Command {
	o := &changeOptions{output: output{formats: report.Formats()}}
	because := ""
	c := &cobra.Command{
		Use: "close RUN --because TEXT", Short: "End a run that can neither go on nor be taken back",
		Args: cobra.ExactArgs(1),
		Long: `End a run that can end neither way: a person edited the file that it was to
write, or no file can hold its secret. Nothing is changed at the exchange or in
any place. The record stays, with the reason; what may still live is named, and
no secret is forgotten that still opens something ("rekey store list" has it).`,
		Example:           `  rekey runs close 1m8psp --because "the bot's file is managed by ansible now"`,
		ValidArgsFunction: a.completeRuns,
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(because) == "" {
				return usage("say why the run is closed: --because TEXT")
			}
			return a.takeUpRuns(cmd.Context(), o, change.CloseRuns(because), args)
		},
	}
	o.addTo(c.Flags())
	c.Flags().StringVar(&because, "because", "", "why it is closed, for those who read the journal: a `TEXT`")
	return c
}

// listRuns prints the runs of the journal, and what is still watched for. It
// sends nothing.
func (a *App) listRuns(ctx context.Context, o *output, all bool) error {
	if err := o.check(); err != nil {
		return err
	}
	v, err := a.view()
	if err != nil {
		return err
	}
	doc := report.Changes{Tool: a.tool(), StartedAt: a.Now()}
	unfinished := false
	for _, r := range v.Runs() {
		unfinished = unfinished || !r.Ended
		if all || !r.Ended {
			doc.Runs = append(doc.Runs, report.RunLine{Run: r, Dead: change.ProvenDead(r)})
		}
	}
	if unfinished {
		a.remark("go on with all of them: rekey runs resume")
	}
	for _, r := range v.Responses() {
		if !r.Ended && r.Whole {
			a.remark("the response to %s (%s) is not over: rekey respond --resume", r.Cause, number(len(r.Plan), "key"))
		}
	}
	for _, w := range rotate.Watches(v.Runs(), a.Now()) {
		a.remark(
			"%s: the answer to making a key was lost; one labelled %s may still appear until %s: rekey audit looks for it",
			w.Key,
			w.Marker,
			w.Until.UTC().Format("2006-01-02 15:04 UTC"),
		)
	}
	return a.listChanges(ctx, *o, doc)
}

func (a *App) showRun(ctx context.Context, o *output, word string) error {
	if err := o.check(); err != nil {
		return err
	}
	v, err := a.view()
	if err != nil {
		return err
	}
	run, err := change.FindRun(v.Runs(), word)
	if err != nil {
		return a.changeError(err, "")
	}
	line := report.RunLine{Run: run, Dead: change.ProvenDead(run)}
	doc := report.Changes{Tool: a.tool(), StartedAt: a.Now(), Runs: []report.RunLine{line}}
	if o.format == "text" {
		for _, rec := range run.Records {
			at := rec.At.UTC().Format("2006-01-02 15:04:05")
			_, err := fmt.Fprintf(a.Stdout, "%s  %-12s %-5s %s\n", at, rec.Stage, rec.Phase, text.Clean(rec.Data.Result))
			if err != nil {
				return failed("could not be written: " + plain(err))
			}
		}
	}
	return a.listChanges(ctx, *o, doc)
}

// listChanges prints runs as they stand. How one ended in the past is no failure
// of listing it; one that is unfinished is named by the exit code too, for
// scripts.
func (a *App) listChanges(ctx context.Context, o output, doc report.Changes) error {
	for _, r := range doc.Runs {
		if !r.Run.Ended {
			doc.ExitCode = exitUnfinished
		}
	}
	if ctx.Err() != nil {
		doc.ExitCode = exitInterrupted
	}
	return a.printChange(o, doc)
}

// takeUpRuns goes on with runs, takes them back, or closes them, and tells people of
// it.
func (a *App) takeUpRuns(
	ctx context.Context, o *changeOptions, verb change.Verb, words []string, to ...notify.Address,
) error {
	if err := o.checkAccepted(); err != nil {
		return err
	}
	v, err := a.view()
	if err != nil {
		return err
	}
	var runs []journal.Run
	for _, word := range words {
		run, err := change.FindRun(v.Runs(), word)
		if err != nil {
			return a.changeError(err, "")
		}
		runs = append(runs, run)
	}
	if len(words) == 0 {
		runs = v.Unfinished()
		if len(runs) == 0 {
			a.remark("no run is unfinished")
		}
	}
	if o.newFrom != "" && len(runs) != 1 {
		return usage("--new-from is the new credential of one key: name that run alone")
	}
	started := a.Now()
	doc := report.Changes{}
	if open := unfinishedOf(runs); len(open) > 0 {
		o.Kind = open[0].Kind
		if doc, err = a.takeUp(ctx, o, verb, runs); err != nil {
			return a.changeError(err, o.Kind)
		}
	} else {
		for _, run := range runs {
			doc.Runs = append(doc.Runs, report.RunLine{Run: run, Dead: change.ProvenDead(run)})
		}
	}
	doc.Tool, doc.StartedAt = a.tool(), started
	doc.ExitCode = codeOfEnd(change.EndOf(doc, ctx.Err() != nil))
	if !o.dryRun {
		a.tellChange(ctx, to, doc)
	}
	return a.printChange(o.output, doc)
}

func unfinishedOf(runs []journal.Run) []journal.Run {
	var out []journal.Run
	for _, r := range runs {
		if !r.Ended {
			out = append(out, r)
		}
	}
	return out
}

func (a *App) takeUp(
	ctx context.Context,
	o *changeOptions,
	verb change.Verb,
	runs []journal.Run,
) (report.Changes, error) {
	d, err := a.loadWorkspace(ctx)
	if err != nil {
		return report.Changes{}, err
	}
	r, c, err := a.runner(d, o)
	if err != nil {
		return report.Changes{}, err
	}
	defer c.close()
	return r.TakeUp(ctx, verb, runs)
}

// completeRuns completes the ids of unfinished runs.
func (a *App) completeRuns(c *cobra.Command, given []string, typed string) ([]string, cobra.ShellCompDirective) {
	return words(func() []string {
		v, err := journal.Read(a.stateDir())
		if err != nil {
			return nil
		}
		var ids []string
		for _, r := range v.Unfinished() {
			ids = append(ids, string(r.ID)+"\t"+string(r.Kind)+" "+r.Key)
		}
		return ids
	})(c, given, typed)
}
