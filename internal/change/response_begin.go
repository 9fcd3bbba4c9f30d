package change

import (
	"context"
	"fmt"
	"slices"

	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/text"
)

// carryOut shows the plan, asks, and does it: narrow, kill and replace, and the
// keys that manage others last.
func (w *response) carryOut(ctx context.Context, open []journal.Response, offered []Concern) error {
	narrow, end := decisions(w.items)
	acting := slices.Concat(narrow, end)
	options := w.Options
	options.Compromised = true
	plan := w.seen.PlanOf(acting, options, w.Settle)
	w.Terminal.ShowResponse(w.doc, w.peopleNeeded(), plan)
	if w.DryRun || len(acting) == 0 {
		if w.DryRun {
			w.doc.Plan = plan
		}
		w.last, w.at = &w.first, w.Now()
		w.close(w.seen.Runs, false)
		w.leave(ctx, open)
		return nil
	}
	if err := w.askRisks(ctx, acting); err != nil {
		return err
	}
	if err := w.askOffered(ctx, offered); err != nil {
		return err
	}
	if ok, err := w.mayAct(ctx); err != nil || !ok {
		return err
	}
	var err error
	if w.log, err = w.open(ctx); err != nil {
		return err
	}
	defer w.log.close()
	if err := w.stillUnblocked(); err != nil {
		return err
	}
	if err := w.begin(ctx, open); err != nil {
		return err
	}
	w.follow(ctx)
	w.end(ctx)
	return nil
}

// follow acts, and looks again, with a line on the screen for each key.
func (w *response) follow(ctx context.Context) {
	var names []string
	for _, item := range w.items {
		if item.Narrow.Verdict.Acts() || item.End.Verdict.Acts() {
			names = append(names, item.Name())
		}
	}
	defer w.Terminal.Follow(ctx, names)()
	w.act(ctx, w.items)
	if ctx.Err() == nil {
		w.Terminal.Remark("looking again at every key and list")
	}
	w.lookAgain(ctx)
}

// peopleNeeded counts the keys that a person has a step for.
func (w *response) peopleNeeded() int {
	n := 0
	for _, item := range w.items {
		if item.End.Verdict == ByHand || item.End.Verdict == Person {
			n++
		}
	}
	return n
}

// askOffered asks on a terminal about keys that nobody declared, in accounts that
// are not concerned. Those that are taken become part of the plan.
func (w *response) askOffered(ctx context.Context, offered []Concern) error {
	if w.Yes || !w.Terminal.Present() {
		return nil
	}
	var taken []Concern
	for _, c := range offered {
		question := fmt.Sprintf("Not part of this, and nobody declared it: %s. Delete it too?", text.CleanName(c.Name()))
		ok, err := w.Person.Confirm(ctx, question)
		if err != nil {
			return ErrClosed
		}
		if ok {
			c.Why = "nobody declared it, and you added it"
			taken = append(taken, c)
		}
	}
	if len(taken) == 0 {
		return nil
	}
	w.doc.Affected = append(w.doc.Affected, affectedLines(taken)...)
	w.doc.Offered = slices.DeleteFunc(w.doc.Offered, func(l report.AffectedLine) bool {
		return slices.ContainsFunc(taken, func(c Concern) bool { return c.Name() == l.Key.DisplayName() })
	})
	runs := w.seen.Runs
	var all []Concern
	for _, item := range w.items {
		all = append(all, item.Concern)
	}
	w.items = nil
	return w.plan(ctx, append(all, taken...), runs)
}

// stillUnblocked fails when another rekey began a run of one of the keys since
// the plan was made. The caller holds the lock.
func (w *response) stillUnblocked() error {
	known := map[journal.RunID]bool{}
	for _, run := range w.seen.Runs {
		known[run.ID] = true
	}
	fresh := slices.DeleteFunc(w.log.unfinished(), func(r journal.Run) bool { return known[r.ID] })
	_, end := decisions(w.items)
	if open := blocked(fresh, w.Entries, keysOf(end), seenOf(end)); open != nil {
		return open
	}
	return nil
}

// begin writes the whole plan into the journal, before its first effect. The
// responses that it goes on with end: their keys are in it.
func (w *response) begin(ctx context.Context, open []journal.Response) error {
	w.id = journal.NewRunID(w.Now())
	w.prepareItems(ctx, w.items)
	if err := w.writePlan(journal.Will); err != nil {
		return err
	}
	whole := w.record(journal.Planned, journal.Did)
	whole.Data = journal.Data{Risks: w.Accepted, SettleMS: w.Settle.Milliseconds()}
	if err := w.log.engine.Journal.AppendAll(whole); err != nil {
		return err
	}
	for _, o := range open {
		taken := journal.Record{Run: o.ID, Kind: journal.Respond, Key: o.Cause, Stage: journal.Abandoned, Phase: journal.Did}
		taken.Data.Because = "its keys are in the response " + string(w.id)
		if err := w.log.engine.Journal.AppendAll(taken); err != nil {
			return err
		}
	}
	return nil
}

func (w *response) record(s journal.Stage, p journal.Phase) journal.Record {
	return journal.Record{Run: w.id, Kind: journal.Respond, Key: w.Cause, Stage: s, Phase: p}
}

// writePlan writes the items that are not in the journal yet.
func (w *response) writePlan(phase journal.Phase) error {
	var plan []journal.PlannedKey
	for i := range w.items {
		if item := &w.items[i]; !item.written {
			plan = append(plan, w.planned(*item, phase == journal.Note))
			item.written = true
		}
	}
	for part := range slices.Chunk(plan, journal.MaxPlanned) {
		r := w.record(journal.Planned, phase)
		r.Data.Plan = part
		if err := w.log.engine.Journal.AppendAll(r); err != nil {
			return err
		}
	}
	return nil
}

// planned is what the journal keeps of an item.
func (w *response) planned(item Item, since bool) journal.PlannedKey {
	ref := item.Subject.Key.Ref
	p := journal.PlannedKey{
		Key: item.Name(), ID: item.ID, Exchange: ref.Exchange, Account: ref.Account.Name,
		Manager: item.End.Entry.Inventory.Manager,
		Why:     item.Why, Since: since, Narrow: item.narrowRun, Decision: journal.Left,
	}
	kind := item.End.Kind
	switch {
	case item.End.Verdict.Acts() && kind == journal.Rotate:
		p.Decision, p.Kill, p.Kind = journal.Replaced, item.endRun, kind
	case item.End.Verdict.Acts() && kind == journal.Revoke:
		p.Decision, p.Kill, p.Kind = journal.Revoked, item.endRun, kind
	case item.End.Verdict == Person:
		p.Decision = journal.ByPerson
	case p.Narrow != "":
		p.Decision = journal.Narrowed
	}
	if p.Decision == journal.Left {
		p.Why, p.Narrow = item.End.Reason.Text, ""
	}
	return p
}

// prepareItems makes the runs of items. A run that cannot be made is a step for a
// person, and keeps no other from being made.
func (w *response) prepareItems(ctx context.Context, items []Item) {
	for i := range items {
		item := &items[i]
		item.narrowRun = w.prepareOne(ctx, item.Narrow)
		item.endRun = w.prepareOne(ctx, item.End)
	}
}

// prepareOne makes the run of one decision, and returns its id, "" when there is
// none.
func (w *response) prepareOne(ctx context.Context, d Decision) journal.RunID {
	if !d.Verdict.Acts() {
		return ""
	}
	var run *rotate.Job
	var err error
	if d.Verdict == Resume {
		run, err = w.resumedJob(ctx, w.log.run(d.Run), d)
	} else {
		run, err = w.compromised().prepareJob(ctx, d, w.Cause, journal.NewRunID(w.Now()))
	}
	if err != nil {
		x, _ := w.Registry.Lookup(d.Entry.Exchange)
		w.calls = append(w.calls, personLine(x, d, "it could not be begun: "+err.Error()))
		return ""
	}
	w.jobs = append(w.jobs, job{d, run})
	return run.ID
}

// compromised is the runner with the order of an incident: the old key dies
// first.
func (w *response) compromised() *Runner {
	r := *w.Runner
	r.Compromised = true
	return &r
}

// jobsOf are the prepared runs of items: those that narrow a key, those that
// would have and whose key is gone meanwhile, and the others.
func (w *response) jobsOf(items []Item) (narrow, needless, end []job) {
	for _, item := range items {
		for _, j := range w.jobs {
			switch {
			case j.run.ID == item.narrowRun && item.End.Verdict == Skip:
				needless = append(needless, j)
			case j.run.ID == item.narrowRun:
				narrow = append(narrow, j)
			case j.run.ID == item.endRun:
				end = append(end, j)
			}
		}
	}
	return narrow, needless, end
}
