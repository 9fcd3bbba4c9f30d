package cmd

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/prompt"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/store"
)

// changeOptions are the flags of the commands that change keys.
type changeOptions struct {
	output
	kind        journal.Kind
	keys        []string
	due         bool
	most        int
	compromised bool
	yes, dryRun bool
	accept      []string
	settle      time.Duration
	metrics     metricsFile
}

// risks are the words of --accept-risk.
func risks() []string { return []string{"bot-still-running", "loose-file"} }

func newRotateCmd(a *App) *cobra.Command {
	o := &changeOptions{output: output{formats: report.Formats()}, kind: journal.Rotate}
	c := &cobra.Command{
		Use:   "rotate KEY...",
		Short: "Put a new key in the place of an old one, prove it, and destroy the old one",
		Long: `Make a new key through the key's manager, prove that it works and is no wider
than the old one, write it to every declared place, run the reload command, and
only then destroy the old key and prove it dead. Each step is in the journal
before it happens: whatever dies in between, "rekey runs resume" goes on there.

That works for keys of sub-accounts with a manager in rekey.yaml, where the
exchange has an API for it (see: rekey exchanges). For other keys the steps for
a person are printed, and the exit code is 6.`,
		Example: `  rekey rotate grid-bot --dry-run
  rekey rotate grid-bot
  rekey rotate --due --yes --quiet            from cron
  rekey rotate grid-bot --compromised         kill the old key first`,
		ValidArgsFunction: a.completeKeys,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.keys = args
			return a.withMetrics(cmd.Context(), &o.metrics, func(ctx context.Context) error { return a.changeRun(ctx, o) })
		},
	}
	a.changeFlags(c, o)
	f := c.Flags()
	o.metrics.add(f)
	f.BoolVar(&o.due, "due", false, "all keys that are older than their rotate.every")
	f.IntVar(&o.most, "max", 0, "at most `N` keys in one run, 0 for all")
	f.BoolVar(&o.compromised, "compromised", false, "destroy the old key first, then make the new one")
	f.DurationVar(&o.settle, "settle", 10*time.Second, "how long the old key is kept after the new one is in use")
	return c
}

func newRevokeCmd(a *App) *cobra.Command {
	o := &changeOptions{output: output{formats: report.Formats()}, kind: journal.Revoke}
	c := &cobra.Command{
		Use:   "revoke KEY...",
		Short: "Destroy keys, and prove them dead",
		Long: `Destroy each key through its manager, and ask the exchange for the proof: before
and after, with the same credential, from the same address. Where the proof
cannot be had the run ends as unconfirmed, exit 6.

That works for keys of sub-accounts with a manager in rekey.yaml, where the
exchange has an API for it (see: rekey exchanges). For other keys the steps for
a person are printed, and the exit code is 6.`,
		Example:           `  rekey revoke grid-bot`,
		ValidArgsFunction: a.completeKeys,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.keys = args
			return a.changeRun(cmd.Context(), o)
		},
	}
	a.changeFlags(c, o)
	return c
}

func (a *App) changeFlags(c *cobra.Command, o *changeOptions) {
	f := c.Flags()
	o.add(f)
	f.BoolVarP(&o.yes, "yes", "y", false, "carry out the plan without asking")
	f.BoolVar(&o.dryRun, "dry-run", false, "print the plan and stop")
	f.StringSliceVar(&o.accept, "accept-risk", nil, "accept a `RISK` that the plan names: "+strings.Join(risks(), ", "))
}

func (o *changeOptions) checkChange() error {
	if err := o.check(); err != nil {
		return err
	}
	for _, r := range o.accept {
		if !slices.Contains(risks(), r) {
			return usage("there is no risk "+quote(r), "risks: "+strings.Join(risks(), ", "))
		}
	}
	if o.due == (len(o.keys) > 0) {
		return usage("name the keys, or all that are due with --due", "see: rekey "+string(o.kind)+" --help")
	}
	return nil
}

// changeRun plans, asks, and acts.
func (a *App) changeRun(ctx context.Context, o *changeOptions) error {
	if err := o.checkChange(); err != nil {
		return err
	}
	d, err := a.loadDesk(ctx)
	if err != nil {
		return err
	}
	o.metrics.entries = d.entries
	if o.due {
		for _, e := range d.entries {
			o.keys = append(o.keys, e.Name)
		}
	}
	slices.Sort(o.keys) // a key that is named twice is changed once
	o.keys = slices.Compact(o.keys)
	if err := d.only(o.keys); err != nil {
		return err
	}
	started := a.Now()
	changes, err := a.planned(ctx, d, o)
	if err != nil {
		return err
	}
	doc := report.Changes{Tool: a.tool(), StartedAt: started, Quiet: o.due && a.flags.quiet}
	for _, c := range changes {
		if c.person != nil {
			doc.Person = append(doc.Person, *c.person)
		}
		if c.skip != "" {
			doc.Skipped = append(doc.Skipped, report.SkippedLine{Key: c.entry.Name, Why: c.skip})
		}
	}
	jobs := o.jobs(changes, &doc)
	if len(jobs) > 0 {
		a.showPlan(o, jobs)
	}
	if len(jobs) == 0 || o.dryRun {
		if err := a.lookBack(o, &doc); err != nil {
			return err
		}
		return a.answer(o.output, doc)
	}
	if err := o.refuseRisks(jobs); err != nil {
		return err
	}
	if ok, err := a.mayAct(ctx, o); err != nil || !ok {
		return err
	}
	return a.act(ctx, d, o, jobs, doc)
}

// showPlan prints what would happen. It goes to stderr: the answer, what did
// happen, has stdout for itself.
func (a *App) showPlan(o *changeOptions, jobs []change) {
	if a.flags.quiet && o.yes && !o.dryRun {
		return
	}
	for _, c := range jobs {
		a.say("plan: %s %s", o.kind, c.entry.Name)
		for i, s := range c.plan {
			a.say("  %d. %s", i+1, report.Sentence(s))
		}
		for _, r := range c.risks {
			a.say("  risk: %s", r)
		}
	}
}

// refuseRisks ends the command while a risk of the plan was not accepted.
func (o *changeOptions) refuseRisks(jobs []change) error {
	for _, c := range jobs {
		for _, r := range c.risks {
			if !slices.Contains(o.accept, r) {
				why := map[string]string{"bot-still-running": "rekey.yaml names no rotate.reload for it: a bot that runs would go on with the old key until it dies"}[r]
				return usage(fmt.Sprintf("%s: %s; nothing was changed", c.entry.Name, why), "--accept-risk="+r)
			}
		}
	}
	return nil
}

// mayAct asks once, unless --yes has answered.
func (a *App) mayAct(ctx context.Context, o *changeOptions) (bool, error) {
	if o.yes {
		return true, nil
	}
	tty, err := a.Terminal()
	if err != nil {
		return false, usage("there is no terminal to ask on, nothing was changed", "--yes carries out the plan", "--dry-run prints it")
	}
	defer func() { _ = tty.Close() }()
	ok, err := prompt.New(tty).Confirm(ctx, "Carry out this plan?")
	if err == nil && !ok {
		a.remark("nothing was changed")
	}
	return ok, err
}

// act carries out the jobs, one after the other, under the lock of the journal.
func (a *App) act(ctx context.Context, d *desk, o *changeOptions, jobs []change, doc report.Changes) error {
	log, engine, err := a.engine(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	for _, run := range log.Unfinished() {
		a.remark("run %s (%s %s) is unfinished: rekey runs resume %s", run.ID, run.Kind, run.Key, run.ID)
		if slices.ContainsFunc(jobs, func(c change) bool { return c.entry.Name == run.Key }) {
			return &exitError{code: exitUnfinished, text: fmt.Sprintf("%s has an unfinished run, nothing was changed", run.Key), hints: []string{"rekey runs resume " + string(run.ID), "rekey runs abandon " + string(run.ID)}}
		}
	}
	if jobs, err = stillSo(ctx, d, jobs, &doc); err != nil {
		return err
	}
	for _, c := range jobs { // all of them before the first is carried out
		if err := a.equip(ctx, d, c.entry, c.job, slices.Contains(o.accept, "loose-file")); err != nil {
			return err
		}
	}
	for _, c := range jobs {
		out, _ := engine.Run(ctx, *c.job)
		doc.Runs = append(doc.Runs, report.RunLine{Run: runOf(log, c.job.ID), Dead: out.Dead, Why: out.Why})
		if ctx.Err() != nil {
			break
		}
	}
	o.leftOver(log.Unfinished(), &doc)
	return a.answer(o.output, doc)
}

func runOf(log *journal.Journal, id journal.RunID) journal.Run {
	for _, r := range log.Runs() {
		if r.ID == id {
			return r
		}
	}
	return journal.Run{ID: id, Stage: journal.Planned}
}

// stateDir is where the journal and the store are.
func (a *App) stateDir() string {
	if a.flags.state != "" {
		return a.path(a.flags.state)
	}
	if dir := a.getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "rekey")
	}
	return filepath.Join(a.getenv("HOME"), ".local", "state", "rekey")
}

// engine opens the journal for writing and the store beside it.
func (a *App) engine(ctx context.Context) (*journal.Journal, *rotate.Engine, error) {
	dir := a.stateDir()
	log, remarks, err := journal.Open(dir, journal.Options{Now: a.Now, Holder: journal.Holder{Command: "rekey"}})
	if err != nil {
		return nil, nil, journalError(err)
	}
	for _, r := range remarks {
		a.remark("%s", r.Text)
	}
	s, err := store.Open(ctx, store.Options{Dir: dir})
	if store.ReasonOf(err) == store.ReasonAbsent && len(log.Unfinished()) == 0 { // a lost store is not made up for by an empty one
		s, err = store.Create(ctx, store.Options{Dir: dir}, exchanges.Secret{})
	}
	if err != nil {
		_ = log.Close()
		return nil, nil, failed(err.Error() + "; nothing was sent")
	}
	return log, &rotate.Engine{Journal: log, Vault: rotate.Sealed(s, a.Now), Sleep: a.Sleep, Marker: newMarker}, nil
}

func journalError(err error) error {
	var held *journal.HeldError
	var damage *journal.DamageError
	switch {
	case errors.As(err, &held):
		return &exitError{code: exitUnfinished, text: held.Error() + "; nothing was sent", hints: []string{held.Hint()}}
	case errors.As(err, &damage):
		return &exitError{code: exitUnfinished, text: damage.Error() + "; nothing was sent", hints: []string{damage.Hint()}}
	default:
		return failed(err.Error() + "; nothing was sent")
	}
}

// newMarker makes the label of a new key: 16 letters and digits.
func newMarker() string { return "rekey" + randomWord(11) }

// answer prints what was done and decides the exit code.
func (a *App) answer(o output, doc report.Changes) error {
	doc.FinishedAt = a.Now()
	doc.ExitCode = changeCode(doc)
	out, err := o.open(a)
	if err != nil {
		return err
	}
	defer out.discard()
	screen := a.screen(out.writer)
	if err := doc.Write(out.writer, o.format, report.Options{Width: screen.Width, Color: screen.Color}); err != nil {
		return failed("could not be written: " + plain(err))
	}
	if err := out.finish(); err != nil {
		return failed("could not be written: " + plain(err))
	}
	return silently(doc.ExitCode)
}

// changeCode is the one function from what was done to an exit code.
func changeCode(doc report.Changes) int {
	code := exitDone
	if len(doc.Person) > 0 {
		code = exitPerson
	}
	for _, r := range doc.Runs {
		switch {
		case !r.Run.Ended:
			return exitUnfinished
		case r.Run.Stage == journal.Failed:
			code = exitFailed
		case r.Run.Stage == journal.Unconfirmed && code == exitDone:
			code = exitPerson
		}
	}
	return code
}
