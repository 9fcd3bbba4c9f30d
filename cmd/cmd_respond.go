package cmd

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rekey/audit"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
)

// respondOptions are the flags of respond.
type respondOptions struct {
	changeOptions
	vendor  string
	replace []string // names, "all" or "none"; empty for those with a rotate block
	resume  bool
	report  string // a file for the report as Markdown, "" for none
}

func newRespondCmd(a *App) *cobra.Command {
	o := &respondOptions{changeOptions: changeOptions{output: output{formats: report.ResponseFormats()}, kind: journal.Revoke, compromised: true}}
	c := &cobra.Command{
		Use:   "respond INCIDENT | KEY...",
		Short: "The first hour: contain, kill and replace every key that an incident concerns",
		Long: `Look at all keys, take those that an incident concerns (see: rekey incidents),
that were given to a vendor (--vendor), or that are named, and deal with them in
the order of what a thief can do with each: withdrawal from anywhere first, dead
keys last.

Keys that an API can change are narrowed at once to reading, then destroyed, then
replaced where they are still needed. Beside that you are led through the pages
of the exchanges for the others; several of them are watched at the same time.
Keys that nobody declared, in the accounts that are concerned, are destroyed too.

A key is replaced when its entry in rekey.yaml has a rotate block; --replace
names others, all or none. Every step is in the journal, and whatever is cut
short goes on with --resume. Unattended (--yes, no terminal) all is done that
APIs allow; the rest is listed, and the exit code is 6.`,
		Example: `  rekey respond 3commas-2022 --dry-run
  rekey respond 3commas-2022 --report tonight.md
  rekey respond --vendor 3commas --yes
  rekey respond grid-bot payout --replace none
  rekey respond --resume`,
		ValidArgsFunction: a.completeKeys,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.keys = args
			return a.respond(cmd.Context(), o)
		},
	}
	f := c.Flags()
	o.addTo(f)
	f.StringVar(&o.vendor, "vendor", "", "all keys that were given to this `VENDOR`")
	f.StringSliceVar(&o.replace, "replace", nil, "replace these `KEYS` with new ones: names, all, or none")
	f.BoolVar(&o.resume, "resume", false, "go on with a response that was cut short")
	f.StringVar(&o.report, "report", "", "write the report as Markdown to `FILE`")
	return c
}

func (o *respondOptions) checkRespond() error {
	if err := o.checkAccepted(); err != nil {
		return err
	}
	if o.resume {
		if len(o.keys) > 0 || o.vendor != "" {
			return usage("--resume goes on with what was begun: it takes no incident, vendor or key")
		}
		return nil
	}
	if (len(o.keys) > 0) == (o.vendor != "") {
		return usage("name an incident, or keys, or a vendor with --vendor", "see: rekey incidents", "rekey respond --resume goes on with a response that was cut short")
	}
	return nil
}

// respond looks at everything, plans, asks once, and acts.
func (a *App) respond(ctx context.Context, o *respondOptions) error {
	if err := o.checkRespond(); err != nil {
		return err
	}
	d, err := a.loadDesk(ctx)
	if err != nil {
		return err
	}
	if o.resume {
		return a.resumeResponse(ctx, d, o)
	}
	cause, scope, err := a.scopeOf(d, o)
	if err != nil {
		return err
	}
	started := a.Now()
	result, err := a.survey(ctx, d)
	if err != nil {
		return err
	}
	if result.Interrupted {
		return silently(exitInterrupted)
	}
	hit, err := a.affected(d, result, scope, started)
	if err != nil {
		return err
	}
	doc := report.Response{Changes: report.Changes{Tool: a.tool(), StartedAt: started}, Cause: cause}
	doc.Affected = affectedLines(hit)
	if len(hit) == 0 {
		a.remark("no key of %s is concerned", d.source)
		return a.answerResponse(ctx, o, doc)
	}
	w, err := a.walker(ctx, d, o.walk)
	if err != nil {
		return err
	}
	defer w.close()
	p := &response{app: a, desk: d, options: o, walker: w, result: result, cause: cause}
	if err := p.plan(ctx, hit); err != nil {
		return err
	}
	return p.carryOut(ctx, doc)
}

// A scope decides which keys a response is about.
type scope struct {
	incident string // its ID
	vendor   string
	keys     []string
}

// scopeOf reads what the user named.
func (a *App) scopeOf(d *desk, o *respondOptions) (cause string, s scope, err error) {
	if o.vendor != "" {
		return "vendor " + o.vendor, scope{vendor: audit.VendorName(o.vendor)}, nil
	}
	all, err := a.incidents("")
	if err != nil {
		return "", s, err
	}
	if len(o.keys) == 1 {
		for _, in := range all.Incidents {
			if strings.EqualFold(in.ID, o.keys[0]) {
				return in.ID, scope{incident: in.ID}, nil
			}
		}
	}
	if err := d.only(o.keys); err != nil {
		var hints []string
		for _, in := range all.Incidents {
			if len(o.keys) == 1 && strings.Contains(in.ID, strings.ToLower(o.keys[0])) {
				hints = append(hints, "rekey respond "+in.ID)
			}
		}
		return "", s, usage(quote(strings.Join(o.keys, " "))+" is neither an incident nor a key of "+d.source, append(hints, "see: rekey incidents", "see: rekey keys")...)
	}
	d.selected = nil // everything is looked at: intruders are found by their neighbours
	return "keys named", scope{keys: o.keys}, nil
}

// replaces reports whether a key is to be replaced.
func (o *respondOptions) replaces(name string, declared bool) bool {
	switch {
	case slices.Contains(o.replace, "none"):
		return false
	case slices.Contains(o.replace, "all"), slices.Contains(o.replace, name):
		return true
	default:
		return len(o.replace) == 0 && declared
	}
}

// resumeResponse takes up every unfinished run at once.
func (a *App) resumeResponse(ctx context.Context, d *desk, o *respondOptions) error {
	runs, err := a.view()
	if err != nil {
		return err
	}
	doc := report.Response{Changes: report.Changes{Tool: a.tool(), StartedAt: a.Now()}, Cause: "resumed"}
	open := slices.DeleteFunc(runs, func(r journal.Run) bool { return r.Ended })
	if len(open) == 0 {
		a.remark("nothing was cut short")
		return a.answerResponse(ctx, o, doc)
	}
	w, err := a.walker(ctx, d, o.walk)
	if err != nil {
		return err
	}
	defer w.close()
	p := &response{app: a, desk: d, options: o, walker: w, cause: "resumed"}
	for _, r := range open {
		e, ok := d.entryOf(r)
		if !ok {
			return usage(r.Key+" is no key of "+d.source+" any more; its run can only be taken up with it", "put it back into rekey.yaml")
		}
		a.say("plan: resume run %s (%s %s), which stopped at %s", r.ID, r.Kind, report.CleanName(r.Key), r.Stage)
		c := changeOf(r, e, &o.changeOptions)
		if r.Kind == journal.Contain {
			p.contain = append(p.contain, c)
		} else {
			p.kill = append(p.kill, c)
		}
	}
	return p.carryOut(ctx, doc)
}

// do is what the engine does with a job of a response.
func do(e *rotate.Engine, ctx context.Context, j rotate.Job) (rotate.Outcome, error) { //nolint:revive // the shape of a method expression
	return e.Run(ctx, j)
}
