package cmd

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"rekey/internal/change"
	"rekey/internal/journal"
	"rekey/internal/report"
)

// rotateOptions are the flags of rotate and revoke.
type rotateOptions struct {
	changeOptions
	keys    []string
	metrics metricsFile
	notify  []string
}

func newRotateCmd(a *App) *cobra.Command {
	o := &rotateOptions{changeOptions: changeOptions{
		output: output{formats: report.Formats()}, Options: change.Options{Kind: journal.Rotate},
	}}
	c := &cobra.Command{
		Use:   "rotate KEY...",
		Short: "Put a new key in the place of an old one, prove it, and delete the old one",
		Long: `Make a new key, prove that it works and is no wider than the old one, write it
to every declared place, run the reload command, and only then delete the old
key and prove it dead. Each step is in the journal before it happens: whatever
dies in between, "rekey runs resume" goes on there.

Keys of sub-accounts with a manager in rekey.yaml are made and deleted by API,
where the exchange has one (see: rekey exchanges). For other keys you are led
through the exchange's page, step by step, and everything you do there is
checked with the exchange. Without a terminal the steps are printed, and the
exit code is 6.`,
		Example: `  rekey rotate grid-bot --dry-run
  rekey rotate grid-bot
  rekey rotate --due --yes --quiet            from cron
  rekey rotate grid-bot --compromised         kill the old key first
  rekey rotate main --open                    open the exchange's page as well`,
		ValidArgsFunction: a.completeKeys,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.keys = args
			return a.withMetrics(cmd.Context(), &o.metrics, func(ctx context.Context) error { return a.changeKeys(ctx, o) })
		},
	}
	f := c.Flags()
	o.addTo(f)
	o.settling(f)
	o.giving(f)
	o.metrics.add(f)
	f.StringArrayVar(&o.notify, "notify", nil, notifyHelp)
	f.BoolVar(
		&o.Due,
		"due",
		false,
		"all keys that are older than their rotate.every; those that need a person are named and left",
	)
	f.IntVar(&o.Max, "max", 0, "at most `N` keys in one run, 0 for all")
	f.BoolVar(&o.Compromised, "compromised", false, "delete the old key first, then make the new one")
	return c
}

func (o *rotateOptions) checkChange() error {
	if err := o.checkAccepted(); err != nil {
		return err
	}
	if o.Max < 0 {
		return usage("--max cannot be negative")
	}
	if o.newFrom != "" && len(o.keys) != 1 {
		return usage("--new-from is the new credential of one key: name that key alone")
	}
	if o.Due && len(o.keys) > 0 || !o.Due && len(o.keys) == 0 {
		hints := []string{"see: rekey " + string(o.Kind) + " --help"}
		if o.Kind == journal.Rotate {
			return usage("name the keys, or all that are due with --due", hints...)
		}
		return usage("name the keys to delete", hints...)
	}
	return nil
}

// changeKeys plans, asks, and acts.
func (a *App) changeKeys(ctx context.Context, o *rotateOptions) error {
	if err := o.checkChange(); err != nil {
		return err
	}
	to, err := a.addresses(o.notify)
	if err != nil {
		return err
	}
	d, err := a.loadWorkspace(ctx)
	if err != nil {
		return err
	}
	o.metrics.entries = d.Entries
	if o.Due {
		for _, e := range d.Entries {
			o.keys = append(o.keys, e.Name)
		}
	}
	if err := a.readyStore(ctx, &o.changeOptions); err != nil {
		return err
	}
	started := a.Now()
	names, err := a.keyNames(ctx, d, o.keys, o.yes)
	if err != nil {
		return err
	}
	slices.Sort(names) // a key that is named twice is changed once
	names = slices.Compact(names)
	if o.Kind == journal.Rotate {
		if err := declaredOnly(d, names); err != nil {
			return err
		}
	}
	r, c, err := a.runner(d, &o.changeOptions)
	if err != nil {
		return err
	}
	defer c.close()
	res, err := r.Change(ctx, names)
	if res.Survey.Subjects != nil {
		o.metrics.saw(res.Survey.Subjects, res.Decisions, o.Due, res.SeenAt)
	}
	if err != nil {
		return a.changeError(err, o.Kind)
	}
	doc := res.Changes
	doc.Tool, doc.StartedAt, doc.Quiet = a.tool(), started, o.Due && a.flags.quiet
	if o.Due {
		a.remindOf(&doc, res, o)
	}
	doc.ExitCode = codeOfEnd(change.EndOf(doc, ctx.Err() != nil))
	if !o.dryRun { // a plan is nothing that happened
		a.tellChange(ctx, to, doc)
	}
	return a.printChange(o.output, doc)
}

// declaredOnly refuses keys that nobody declared: their secret is not known, so
// there is no place for a new one.
func declaredOnly(d *workspace, names []string) error {
	for _, name := range names {
		if _, ok := d.Entry(name); !ok {
			return usage(name+" is no key of "+d.Source+", so there is no place for a new one; nothing was changed",
				"rekey revoke '"+name+"' deletes it")
		}
	}
	return nil
}
