package cmd

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rekey/audit"
	"rekey/internal/change"
	"rekey/internal/journal"
	"rekey/internal/notify"
	"rekey/internal/report"
	"rekey/internal/survey"
	"rekey/internal/text"
)

// respondOptions are the flags of respond.
type respondOptions struct {
	changeOptions
	words   []string // an incident, or keys
	vendor  string
	replace []string // names, "all" or "none"; empty for those with a rotate block
	resume  bool
	report  string // a file for the report as Markdown, "" for none
	notify  []string
	to      []notify.Address // those of notify
}

func newRespondCmd(a *App) *cobra.Command {
	o := &respondOptions{changeOptions: changeOptions{
		output: output{formats: report.ResponseFormats()}, Options: change.Options{Kind: journal.Revoke, Compromised: true},
	}}
	c := &cobra.Command{
		Use:   "respond INCIDENT | KEY...",
		Short: "The first hour: make read-only, delete and replace every key that an incident concerns",
		Long: `Look at all keys, take those that an incident concerns (see: rekey incidents),
that were given to a vendor (--vendor), or that are named, and deal with them in
the order of what a thief can do with each: withdrawal from anywhere first, dead
keys last. The list and its reasons are shown before the question.

Keys that an API can change are made read-only at once, then deleted, then
replaced where they are still needed. Beside that you are led through the pages
of the exchanges for the others; several of them are watched at the same time.
Keys that nobody declared, in the accounts that are concerned, are deleted too;
others that nobody declared are offered. A key that lists others is deleted after
them, and its list is read once more before.

Everything is looked at again before it ends. Keys that were made meanwhile are
taken up: on a terminal you are asked. The last lines say how many keys are dead,
which still live, and the command that goes on.

A key is replaced when its entry in rekey.yaml has a rotate block; --replace
names others, all or none. The whole plan is in the journal before its first
effect, and whatever is cut short goes on with --resume. Unattended (--yes, no
terminal) all is done that APIs allow; the rest is listed, and the exit code
is 6.`,
		Example: `  rekey respond 3commas-2022 --dry-run
  rekey respond 3commas-2022 --report tonight.md
  rekey respond --vendor 3commas --yes
  rekey respond grid-bot payout --replace none
  rekey respond --resume`,
		ValidArgsFunction: a.completeResponse,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.words = args
			return a.respond(cmd.Context(), o)
		},
	}
	f := c.Flags()
	o.addTo(f)
	f.StringVar(&o.vendor, "vendor", "", "all keys that were given to this `VENDOR`")
	f.StringSliceVar(&o.replace, "replace", nil, "replace these `KEYS` with new ones: names, all, or none")
	f.BoolVar(&o.resume, "resume", false, "go on with a response that was cut short")
	f.StringArrayVar(&o.notify, "notify", nil, notifyHelp)
	f.StringVar(&o.report, "report", "", "write the report as Markdown to `FILE`")
	return c
}

func (o *respondOptions) checkRespond() error {
	if err := o.checkAccepted(); err != nil {
		return err
	}
	if o.resume {
		if len(o.words) > 0 || o.vendor != "" {
			return usage("--resume goes on with what was begun: it takes no incident, vendor or key")
		}
		return nil
	}
	if (len(o.words) > 0) == (o.vendor != "") {
		return usage("name an incident, or keys, or a vendor with --vendor", "see: rekey incidents",
			"rekey respond --resume goes on with a response that was cut short")
	}
	return nil
}

// respond looks at everything, plans, asks once, acts, and looks again.
func (a *App) respond(ctx context.Context, o *respondOptions) error {
	err := o.checkRespond()
	if err != nil {
		return err
	}
	if o.to, err = a.addresses(o.notify); err != nil {
		return err
	}
	d, err := a.loadWorkspace(ctx)
	if err != nil {
		return err
	}
	if err := o.checkReplaced(d); err != nil {
		return err
	}
	request := change.Request{
		Cause: "resumed", Resume: o.resume,
		Replaced: func(e survey.Entry) bool { return o.replaces(d, e) },
	}
	started := a.Now()
	request.Judge = func(result survey.Result) ([]audit.Finding, error) { return a.findings(d, result, started) }
	if !o.resume {
		if request, err = a.scopeOf(ctx, d, o, request); err != nil {
			return err
		}
	}
	r, c, err := a.runner(d, &o.changeOptions)
	if err != nil {
		return err
	}
	defer c.close()
	doc, err := r.Respond(ctx, request)
	doc.Tool, doc.StartedAt, doc.Accounts = a.tool(), started, accountSteps(r.Registry, doc.Affected)
	switch {
	case errors.Is(err, change.ErrNothingOpen):
		return a.resumeRuns(ctx, o)
	case errors.Is(err, change.ErrInterrupted) && len(doc.Keys) > 0:
		return a.answerResponse(ctx, o, c, doc)
	case err != nil && o.resume: // without its plan there is nothing to kill
		return a.changeError(err, "")
	case err != nil:
		return a.changeError(err, journal.Revoke)
	case len(doc.Affected) == 0:
		return a.noneConcerned(ctx, o, d, doc)
	case len(doc.Keys) == 0: // the question was answered with no
		return nil
	default:
		return a.answerResponse(ctx, o, c, doc)
	}
}

// resumeRuns goes on with the unfinished runs where no response was begun. With
// none of either there is nothing to go on with, and nothing is known of any key.
func (a *App) resumeRuns(ctx context.Context, o *respondOptions) error {
	v, err := a.view()
	if err != nil {
		return err
	}
	if len(v.Unfinished()) == 0 {
		return usage(change.ErrNothingOpen.Error()+"; nothing was looked at",
			"rekey respond INCIDENT, or rekey respond KEY..., begins one", "see: rekey incidents")
	}
	return a.takeUpRuns(ctx, &o.changeOptions, change.ResumeRuns(), nil, o.to...)
}

// noneConcerned ends a response that is about no key. What could not be looked at
// may be concerned.
func (a *App) noneConcerned(ctx context.Context, o *respondOptions, d *workspace, doc report.Response) error {
	doc.ExitCode = exitDone
	a.remark("no key of %s is concerned", d.Source)
	if n := doc.Gaps; n > 0 {
		doc.ExitCode = exitIncomplete
		a.say("rekey: %s could not be looked at, and may be concerned: rekey audit names them", number(n, "thing"))
		if !o.dryRun {
			a.tellResponse(ctx, o.to, doc)
		}
	}
	return a.printResponse(o, doc)
}

// scopeOf reads what the user named.
func (a *App) scopeOf(ctx context.Context, d *workspace, o *respondOptions, q change.Request) (change.Request, error) {
	all, err := a.incidents("")
	if err != nil {
		return q, err
	}
	if o.vendor != "" {
		known := vendorsOf(all, d)
		names := slices.Sorted(maps.Keys(known))
		vendor, ok := known[audit.VendorName(o.vendor)]
		if !ok {
			return q, unknownWord("vendor", o.vendor, names, "rekey respond --vendor ", "see: rekey incidents")
		}
		q.Cause, q.Scope.Vendor = "vendor "+vendor, vendor
		q.Scope.Vendors = known
		return q, nil
	}
	if len(o.words) == 1 {
		for _, in := range all.Incidents {
			if strings.EqualFold(in.ID, o.words[0]) {
				q.Cause, q.Scope.Incident = in.ID, in.ID
				return q, nil
			}
		}
	}
	q.Cause = "keys named"
	q.Scope.Keys, err = a.keyNames(ctx, d, o.words, o.yes)
	var e *exitError
	if errors.As(err, &e) && errors.As(err, new(*change.NoKeyError)) && len(o.words) == 1 {
		return q, notIncidentNorKey(all, o.words[0], e)
	}
	d.selected = nil // everything is looked at: intruders are found by their neighbours
	return q, err
}

// notIncidentNorKey is the error for a word that is neither, with what was likely
// meant.
func notIncidentNorKey(all audit.Catalogue, word string, e *exitError) error {
	hints := incidentsWith(all, word, "rekey respond ")
	if len(hints) == 0 {
		err := unknownWord("incident", word, incidentIDs(all), "rekey respond ",
			slices.Concat(e.hints, []string{"see: rekey incidents"})...)
		errors.As(err, &e)
		hints = e.hints
	} else {
		hints = append(hints, "see: rekey incidents", "see: rekey keys")
	}
	return usage(quote(word)+" is neither an incident nor a key: "+e.text, hints...)
}

// vendorsOf are the vendors that rekey knows of, by every spelling: those of the
// incidents, and those that rekey.yaml names.
func vendorsOf(all audit.Catalogue, d *workspace) map[string]string {
	known := all.Vendors()
	add := func(name string) {
		if _, ok := known[name]; !ok && name != "" {
			known[name] = name
		}
	}
	for _, e := range d.Entries {
		for _, v := range e.Inventory.SharedWith {
			add(audit.VendorName(v))
		}
	}
	for _, v := range d.Vendors {
		add(audit.VendorName(v.Name))
	}
	return known
}

// checkReplaced refuses a name of --replace that is no key.
func (o *respondOptions) checkReplaced(d *workspace) error {
	var names []string
	for _, e := range d.Entries {
		names = append(names, e.Name)
	}
	for _, name := range o.replace {
		if name != "all" && name != "none" && !slices.Contains(names, name) {
			return unknownWord("key", name, names, "--replace ", "it has: "+strings.Join(names, ", "))
		}
	}
	return nil
}

// replaces reports whether a key is to be replaced.
func (o *respondOptions) replaces(d *workspace, e survey.Entry) bool {
	switch {
	case slices.Contains(o.replace, "none"):
		return false
	case slices.Contains(o.replace, "all"), slices.Contains(o.replace, e.Name):
		return true
	default:
		declared := e.Inventory.Rotation > 0 || len(e.Inventory.Whitelist) > 0 || len(d.Reloads[e.Name]) > 0
		return len(o.replace) == 0 && declared
	}
}

// findings judges a survey. Waived findings count: an incident that somebody
// waived last year may be tonight's.
func (a *App) findings(d *workspace, result survey.Result, now time.Time) ([]audit.Finding, error) {
	incidents, err := a.incidents("")
	if err != nil {
		return nil, err
	}
	judged, err := audit.Run(audit.Input{
		Now: now, Subjects: result.Subjects, Gaps: result.Gaps, Vendors: result.Vendors, VendorRanges: result.Ranges,
		Policy: d.policy, Incident: incidents, Expiry: expiryRules(a.Registry),
	})
	return judged.Findings, err
}

// answerResponse prints the report, decides the exit code, and ends the screen
// with how the keys stand.
func (a *App) answerResponse(ctx context.Context, o *respondOptions, c *console, doc report.Response) error {
	end := change.EndOfResponse(doc.Keys, doc.Changes, ctx.Err() != nil)
	if o.dryRun {
		end = change.EndOf(doc.Changes, ctx.Err() != nil)
	}
	doc.ExitCode = codeOfEnd(end)
	if doc.ExitCode == exitDone && len(doc.Accounts) > 0 && len(doc.Runs) > 0 && !c.Present() {
		doc.ExitCode = exitPerson // nobody was here to hear what no API can do
	}
	err := a.printResponse(o, doc)
	if o.dryRun {
		return err
	}
	a.close(doc)
	if a.tellResponse(ctx, o.to, doc) { // nothing else stays last on the screen
		a.close(doc)
	}
	return err
}

// close says how the keys of a response stand.
func (a *App) close(doc report.Response) {
	for _, line := range doc.Closing {
		a.say("rekey: %s", text.Sentence(line))
	}
}

// printResponse prints the report with the exit code that it holds.
func (a *App) printResponse(o *respondOptions, doc report.Response) error {
	doc.FinishedAt = a.Now()
	if o.report != "" {
		if err := a.writeReport(o, doc); err != nil {
			a.say("rekey: the report could not be written: %s", plain(err))
		}
	}
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
