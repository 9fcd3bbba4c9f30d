package cmd

import (
	"context"
	"slices"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/survey"
)

// A response is what is done about the keys of a scope.
type response struct {
	app     *App
	desk    *desk
	options *respondOptions
	walker  *walker
	result  survey.Result
	cause   string

	contain, kill []change // in this order
	rest          []change // nothing by API and nobody here, or nothing to do
}

// plan decides what is done about each key, in the order of danger.
func (p *response) plan(ctx context.Context, hits []hit) error {
	var dying []string
	for _, h := range hits {
		dying = append(dying, h.subject.DisplayName())
	}
	for _, h := range hits {
		o := p.options.changeOptions
		o.keys = dying
		e, ok := p.entry(ctx, h.subject)
		if !ok {
			x, _ := p.app.Registry.Lookup(h.subject.Key.Ref.Exchange)
			person := byHand(x, journal.Revoke, h.subject.Key, h.subject.DisplayName(), "nobody declared it, and no manager in rekey.yaml lists it")
			p.rest = append(p.rest, change{entry: survey.Entry{Name: h.subject.DisplayName()}, person: person})
			continue
		}
		if c, ok, err := p.narrowing(ctx, o, e, h.subject.Key); err != nil {
			return err
		} else if ok {
			p.contain = append(p.contain, c)
		}
		o.kind = journal.Revoke
		if h.subject.Name != "" && p.options.replaces(e.Name, hasRotateBlock(p.desk, e)) {
			o.kind = journal.Rotate
		}
		c := change{entry: e, key: h.subject.Key}
		if err := p.app.planKey(ctx, p.desk, &o, p.walker, p.result, &c); err != nil {
			return err
		}
		if c.job == nil && o.kind == journal.Rotate && c.person != nil { // killing does not wait for what a replacement lacks
			kill := change{entry: e, key: h.subject.Key}
			o.kind = journal.Revoke
			if err := p.app.planKey(ctx, p.desk, &o, p.walker, p.result, &kill); err != nil {
				return err
			}
			if kill.job != nil {
				p.rest = append(p.rest, change{entry: e, person: c.person})
				c = kill
			}
		}
		if c.job == nil {
			p.rest = append(p.rest, c)
			continue
		}
		c.job.Cause = p.cause
		p.kill = append(p.kill, c)
	}
	return nil
}

// entry is the entry of a key: its own, or for one that nobody declared, one
// with the manager that lists it.
func (p *response) entry(ctx context.Context, s audit.Subject) (survey.Entry, bool) {
	if s.Name != "" {
		i := slices.IndexFunc(p.desk.entries, func(e survey.Entry) bool { return e.Name == s.Name })
		return p.desk.entries[i], true
	}
	manager := managerThatLists(ctx, p.result, s.Key)
	if manager == "" {
		return survey.Entry{}, false
	}
	return undeclared(s.DisplayName(), s.Key.Ref.Exchange, manager, s.Key.Ref.Account.Name), true
}

// narrowing plans to take from a key all but reading, where an API can and there
// is something to take.
func (p *response) narrowing(ctx context.Context, o changeOptions, e survey.Entry, k exchanges.Key) (change, bool, error) {
	granted, known := k.Permissions.Granted()
	if !k.Status.MayLive() || known && !slices.ContainsFunc(granted, func(g exchanges.Permission) bool { return g != exchanges.Read }) {
		return change{}, false, nil
	}
	o.kind, o.compromised = journal.Contain, false
	c := change{entry: e, key: k}
	if err := p.app.planKey(ctx, p.desk, &o, p.walker, p.result, &c); err != nil || c.job == nil {
		return change{}, false, err
	}
	c.job.Cause = p.cause
	return c, true, nil
}

func hasRotateBlock(d *desk, e survey.Entry) bool {
	return e.Inventory.Rotation > 0 || len(e.Inventory.Whitelist) > 0 || len(d.reloads[e.Name]) > 0
}

// carryOut shows the plan, asks, and acts: narrow, kill and replace, and the
// keys that manage others last.
func (p *response) carryOut(ctx context.Context, doc report.Response) error {
	a, o := p.app, p.options
	for _, c := range p.rest {
		if c.person != nil {
			doc.Person = append(doc.Person, *c.person)
		}
		if c.skip != "" {
			doc.Skipped = append(doc.Skipped, report.SkippedLine{Key: c.entry.Name, Why: c.skip})
		}
	}
	jobs := slices.Concat(p.contain, p.kill)
	if !o.resume && len(jobs) > 0 {
		a.showPlan(&o.changeOptions, jobs)
	}
	if o.dryRun {
		doc.Plan = planOf(jobs)
	}
	doc.Accounts = a.accountSteps(doc.Affected)
	if len(jobs) == 0 || o.dryRun {
		return a.answerResponse(ctx, o, doc)
	}
	if err := o.refuseRisks(jobs); err != nil {
		return err
	}
	if ok, err := a.mayAct(ctx, &o.changeOptions, p.walker); err != nil || !ok {
		return err
	}
	b, err := a.openBooks(ctx, &o.changeOptions)
	if err != nil {
		return err
	}
	defer b.close()
	if !o.resume {
		if err := a.noneUnfinished(b, p.desk, jobs); err != nil {
			return err
		}
	}
	for _, list := range [][]change{p.contain, p.kill} { // all of them before the first is carried out
		for i := range list {
			if err := a.equip(ctx, p.desk, &o.changeOptions, p.walker, &list[i]); err != nil {
				return err
			}
		}
	}
	a.together(ctx, b, p.contain, do)
	b.countdown(a, p.kill)
	a.together(ctx, b, p.kill, do)
	p.giveUpNarrowing(ctx, b)
	for _, c := range jobs {
		a.enter(&doc.Changes, b, c)
	}
	return a.answerResponse(ctx, o, doc)
}

// giveUpNarrowing ends the containment of keys that are dead by now: there is
// nothing left to narrow.
func (p *response) giveUpNarrowing(ctx context.Context, b *books) {
	for _, c := range p.contain {
		run := b.run(c.job.ID)
		gone := slices.ContainsFunc(p.kill, func(k change) bool { return k.entry.Name == c.entry.Name && b.run(k.job.ID).Ended })
		if gone && run.Kind != "" && !run.Ended {
			out, _ := b.engine.Abandon(ctx, *c.job) // a run that stays unfinished is named
			b.note(c.job.ID, out)
		}
	}
}

// answerResponse prints the report and decides the exit code.
func (a *App) answerResponse(ctx context.Context, o *respondOptions, doc report.Response) error {
	doc.FinishedAt = a.Now()
	doc.ExitCode = changeCode(doc.Changes, ctx.Err() != nil)
	if doc.ExitCode == exitDone && len(doc.Accounts) > 0 && len(doc.Runs) > 0 && !o.onTerminal(a) {
		doc.ExitCode = exitPerson // nobody was here to be told what no API can do
	}
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

func (o *respondOptions) onTerminal(a *App) bool {
	if a.Terminal == nil {
		return false
	}
	tty, err := a.Terminal()
	if err != nil {
		return false
	}
	_ = tty.Close()
	return true
}
