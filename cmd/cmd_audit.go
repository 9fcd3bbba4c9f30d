package cmd

import (
	"context"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/catalogue"
	"rekey/internal/change"
	"rekey/internal/config"
	"rekey/internal/report"
	"rekey/internal/survey"
	"rekey/internal/text"
)

// auditOptions are the flags of audit.
type auditOptions struct {
	outputs
	keys      []string
	failOn    string
	policy    string
	incidents string
	all       bool
	schema    bool
	baseline  string
	update    bool
	notify    []string
	page      auditPage
	forget    []string
	severity  string
	exchange  string
	owner     string
	top       int
	staged    bool // the drill: what was found for real desks does not concern it
}

func newAuditCmd(a *App, run func(context.Context, *auditOptions) error) *cobra.Command {
	o := &auditOptions{}
	if run == nil {
		run = func(ctx context.Context, o *auditOptions) error { return auditRun(ctx, a, o) }
	}
	c := &cobra.Command{
		Use:   "audit [KEY...]",
		Short: "Look at every key, judge it, and say which to deal with first",
		Long: `Look at every key of rekey.yaml, or without one at those of the environment and
of the bot files in this folder; list the keys of sub-accounts through their
managers; ask the vendors what they hold; and judge all of them.

A terminal gets one screen: the keys with a problem, worst first, what could not
be reached, and the commands to type next. With KEY, or --all, everything is
shown. A pipe gets one line for each key, with tabs: name, exchange, status,
permissions, IPs, created, severity, rules; the rest goes to stderr. --format
text is the screen in either case. --quiet prints one line when the exit code is
not 0, and nothing otherwise.

What an exchange does not say has a question mark, and is never taken for safe.
Nothing is changed anywhere. A look counts as use of a key: at OKX, KuCoin and
Binance it restarts the clock after which an idle key without an IP whitelist
is deleted.

With --baseline only what is new or worse than in an earlier audit is reported
and decides the exit code; what was fixed is named, and so is what could not be
judged again. What could not be looked at counts as ever.`,
		Example: `  rekey audit                               everything, for a person
  rekey audit grid-bot                      one key in full
  rekey audit --severity high --top 10      the ten worst
  rekey audit | cut -f1,7                   names and severities, for a script
  rekey audit --format json --output a.json everything, for a script
  rekey audit --fail-on medium              a stricter CI check
  rekey audit --format sarif=out.sarif --format html=out.html --format text
  rekey audit --baseline last.json --update-baseline`,
		ValidArgsFunction: a.completeKeys,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.keys = args
			if o.failOn != "" {
				if _, err := audit.ParseSeverity(o.failOn); err != nil {
					return unknownWord("severity", o.failOn, severityWords(), "--fail-on ", "--fail-on: "+err.Error())
				}
			}
			if o.update && o.baseline == "" {
				return usage("--update-baseline needs --baseline FILE")
			}
			if len(o.notify) > 0 && o.baseline == "" {
				return usage("--notify needs --baseline FILE: it tells what changed since then")
			}
			if o.update && len(o.keys) > 0 {
				return usage("--update-baseline records all keys; name none")
			}
			if err := o.check(); err != nil {
				return err
			}
			if err := o.checkFilters(); err != nil {
				return err
			}
			return run(cmd.Context(), o)
		},
	}
	f := c.Flags()
	o.add(f)
	o.page.add(f)
	f.StringVar(
		&o.failOn,
		"fail-on",
		"",
		"exit 3 for findings at or above this `SEVERITY`: critical, high, medium, low, info, none "+
			"(default: the policy's, or high)",
	)
	offer(f, "fail-on", append(severityWords(), "none"))
	f.StringVar(&o.policy, "policy", "", "policy `FILE`, in place of the one in rekey.yaml")
	f.StringVar(&o.incidents, "incidents", "", "`FILE` with further incidents")
	f.BoolVar(&o.all, "all", false, "show every key and every finding, however many")
	f.StringVar(&o.severity, "severity", "", "show only keys with a finding at or above this `SEVERITY`")
	offer(f, "severity", severityWords())
	f.StringVar(&o.exchange, "exchange", "", "show only keys of this `EXCHANGE`")
	f.StringVar(&o.owner, "owner", "", "show only keys of this `OWNER`")
	f.IntVar(&o.top, "top", 0, "show only the `N` most urgent keys")
	f.StringVar(
		&o.baseline,
		"baseline",
		"",
		"report only what is new or worse than in the saved audit `FILE` (json or jsonl)",
	)
	f.BoolVar(
		&o.update,
		"update-baseline",
		false,
		"afterwards write this audit to the file of --baseline, which need not be there",
	)
	f.StringArrayVar(&o.notify, "notify", nil, notifyHelp)
	f.StringArrayVar(
		&o.forget,
		"forget",
		nil,
		"forget a `KEY` that an earlier look saw on a list and that nobody can list any more: you saw "+
			"yourself that it is gone",
	)
	f.BoolVar(&o.schema, "schema", false, "print the JSON Schema of the JSON document and stop")
	return c
}

func auditRun(ctx context.Context, a *App, o *auditOptions) error {
	if o.schema {
		_, err := a.Stdout.Write(report.Schema)
		return err
	}
	if err := a.forgetListed(o.forget); err != nil {
		return err
	}
	d, err := a.loadWorkspace(ctx)
	if err != nil {
		return err
	}
	code, err := a.auditDesk(ctx, d, o)
	if err != nil {
		return err
	}
	return silently(code)
}

// auditDesk looks, judges and prints, and returns the exit code.
func (a *App) auditDesk(ctx context.Context, d *workspace, o *auditOptions) (int, error) {
	words := o.keys
	if d.declares(words) {
		d.selected = words
	}
	if err := o.checkShown(d); err != nil {
		return 0, err
	}
	policy, err := a.policyOf(d, o)
	if err != nil {
		return 0, err
	}
	incidents, err := a.incidents(o.incidents)
	if err != nil {
		return 0, err
	}
	people, err := a.addresses(o.notify)
	if err != nil {
		return 0, err
	}
	baseline, err := a.loadBaseline(o)
	if err != nil {
		return 0, err
	}
	reads := []string{}
	if o.baseline != "" {
		reads = append(reads, a.path(o.baseline))
	}
	out, err := o.open(a, reads...)
	if err != nil {
		return 0, err
	}
	defer out.discard()

	started := a.Now()
	result, err := a.survey(ctx, d)
	if err != nil {
		return 0, err
	}
	if result, err = narrowed(result, d, words); err != nil {
		return 0, err
	}
	in, err := a.inputOf(ctx, d, result, started, o.staged)
	if err != nil {
		return 0, err
	}
	in.Policy, in.Incident, in.Baseline = policy, incidents, baseline.compared(d.selected)
	doc, err := a.judge(in, result.Interrupted)
	if err != nil {
		return 0, err
	}
	if err := out.print(ctx, a, doc, o.show(), o.all); err != nil {
		return 0, err
	}
	if err := o.page.show(ctx, a, &o.outputs, doc); err != nil {
		return 0, err
	}
	if a.flags.quiet && !o.staged && doc.Summary.ExitCode != exitDone {
		a.say("rekey audit: %s", report.OneLine(doc, a.command()))
	}
	return doc.Summary.ExitCode, a.afterwards(ctx, o, people, baseline, in, doc)
}

// inputOf is what an audit of a survey judges, with what the state directory and
// git know about its keys; staged ones they do not know. The policy and the
// incidents are the caller's.
func (a *App) inputOf(
	ctx context.Context,
	d *workspace,
	result survey.Result,
	started time.Time,
	staged bool,
) (audit.Input, error) {
	if !staged {
		if err := a.recall(result.Subjects, started); err != nil {
			return audit.Input{}, err
		}
	}
	a.askGit(ctx, result.Subjects)
	for i, s := range result.Subjects {
		result.Subjects[i].Declared = d.places[s.Name]
	}
	return audit.Input{
		Now: started, Tool: a.tool(), Config: d.config, Subjects: result.Subjects, Gaps: append(result.Gaps, d.unread...),
		Vendors: result.Vendors, VendorRanges: result.Ranges, Expiry: expiryRules(a.Registry),
	}, nil
}

// judge makes the result of an audit, with its exit code.
func (a *App) judge(in audit.Input, interrupted bool) (*audit.Result, error) {
	result, err := audit.Run(in)
	if err != nil {
		return nil, failed("the audit could not be made: " + err.Error())
	}
	result.Finish(a.Now(), interrupted)
	return &result, nil
}

// survey looks at the desk and says what a person should know about its
// credentials.
func (a *App) survey(ctx context.Context, d *workspace) (survey.Result, error) {
	show := a.newProgress()
	result, err := a.surveyWith(ctx, d, show.update, show.askCode)
	show.clear()
	for _, r := range result.Remarks {
		a.remark("%s", text.Sentence(r))
	}
	return result, err
}

// surveyWith is survey, with the counts for somebody else to show; the remarks
// are in the result, sorted. ask, which may be nil, asks for codes of second
// factors.
func (a *App) surveyWith(
	ctx context.Context, d *workspace, progress func(audit.Progress), ask exchanges.AskCode,
) (survey.Result, error) {
	for _, e := range a.Registry.All() { // bad endpoints end the run before anything is sent
		if _, err := a.client(e, d.Settings[e.Card.Name]); err != nil {
			return survey.Result{}, usage(err.Error())
		}
	}
	if err := a.unlock(ctx, d); err != nil {
		return survey.Result{}, err
	}
	result := survey.Run(ctx, survey.Options{
		Registry: a.Registry, Entries: d.Entries, Only: d.selected, Vendors: d.Vendors, Location: d.Location, Now: a.Now,
		Env: func(x exchanges.Exchange) (exchanges.Env, error) {
			s := d.Settings[x.Card.Name]
			c, err := a.client(x, s)
			return exchanges.Env{Caller: c, Region: s.Region, Environment: environment(x, s), AskCode: ask}, err
		},
		Progress: progress,
	})
	slices.Sort(result.Remarks)
	if len(d.selected) > 0 || d.staged || result.Interrupted {
		return result, nil
	}
	return result, a.compareListed(&result)
}

// policyOf is the policy that holds: the file's of --policy, else that of
// rekey.yaml, with --fail-on on top.
func (a *App) policyOf(d *workspace, o *auditOptions) (audit.Policy, error) {
	policy := d.policy
	if o.policy != "" {
		p, err := config.LoadPolicy(a.path(o.policy), d.names)
		if err != nil {
			return policy, usage(err.Error())
		}
		policy = *p
	}
	if len(d.selected) > 0 { // the waivers of other keys are no business of this run
		policy.Waivers = slices.DeleteFunc(
			slices.Clone(policy.Waivers),
			func(w audit.Waiver) bool { return !slices.Contains(d.selected, w.Key) },
		)
	}
	if o.failOn != "" {
		policy.FailOn, _ = audit.ParseSeverity(o.failOn)
	}
	return policy, nil
}

// incidents is the embedded catalogue and what a file adds.
func (a *App) incidents(file string) (audit.Catalogue, error) {
	base, err := catalogue.Embedded()
	if err != nil || file == "" {
		return base, err
	}
	data, err := os.ReadFile(a.path(file))
	if err != nil {
		return base, usage("--incidents: " + plain(err))
	}
	extra, err := catalogue.Parse(file, data)
	if err != nil {
		return base, usage("--incidents: " + err.Error())
	}
	return catalogue.Merge(base, extra), nil
}

func expiryRules(r exchanges.Registry) map[string][]exchanges.ExpiryRule {
	rules := map[string][]exchanges.ExpiryRule{}
	for _, x := range r.Exchanges() {
		rules[x.Card.Name] = x.Card.Expiry
	}
	return rules
}

// declares reports whether every word is the name of a key of rekey.yaml: then
// nothing else need be looked at.
func (d *workspace) declares(words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool {
		_, ok := d.Entry(word)
		return !ok
	})
}

// narrowed leaves of a survey the keys that words name, and what keeps them from
// being seen. Without words, or where the survey was of these keys alone, it is
// returned as it is.
func narrowed(result survey.Result, d *workspace, words []string) (survey.Result, error) {
	if d.declares(words) || result.Interrupted {
		return result, nil
	}
	names, err := change.FindKeys(change.CandidatesOf(result.Subjects), words, false)
	if err != nil {
		return result, nameError(err, d.Source, result)
	}
	wanted := func(name string) bool { return slices.Contains(names, name) }
	result.Subjects = slices.DeleteFunc(
		slices.Clone(result.Subjects),
		func(s audit.Subject) bool { return !wanted(s.DisplayName()) },
	)
	result.Gaps = slices.DeleteFunc(slices.Clone(result.Gaps), func(g audit.Gap) bool { return !wanted(g.Key) })
	result.Vendors = nil
	d.selected = names
	return result, nil
}
