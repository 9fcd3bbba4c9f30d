package change

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// A Request is what somebody asks a response for.
type Request struct {
	Cause string // the incident, the vendor, or that keys were named
	Scope Scope
	// Replaced reports whether a declared key is replaced with a new one.
	Replaced func(survey.Entry) bool
	// Judge finds what is known against the keys.
	Judge func(survey.Result) ([]audit.Finding, error)
	// Resume goes on with the responses that the journal holds unfinished.
	Resume bool
}

// ErrNothingOpen says that the journal holds no response whose plan is whole.
var ErrNothingOpen = errors.New("no response was begun, so there is none to go on with")

// rounds is how often a response takes up keys that were made while it went on.
const rounds = 5

// A response is one that is being carried out.
type response struct {
	*Runner
	Request
	id    journal.RunID
	first survey.Result // before anything was done
	last  *survey.Result
	at    time.Time // when last was seen
	log   *runLog
	doc   report.Response

	mu    sync.Mutex // of the rest: keys are taken up while runs go on
	seen  *Seen
	items []Item
	jobs  []job
	calls []report.PersonLine // what a job that could not be begun leaves
}

// Respond looks at everything, plans, asks once, writes the plan into the
// journal, acts, looks again, and says how every key stands. An error means that
// nothing was changed; after the first effect there is none, and the answer
// holds what went wrong.
func (r *Runner) Respond(ctx context.Context, q Request) (report.Response, error) {
	w := &response{Runner: r, Request: q}
	w.doc.Cause = q.Cause
	view, err := r.History()
	if err == nil && q.Resume { // a plan that is not whole names not every key
		err = view.Err()
	}
	if err != nil && (q.Resume || !r.mayLackJournal()) {
		return w.doc, err
	}
	view = r.trusted(view)
	open := openResponses(view, q)
	earlier := open
	w.sayUnplanned(view)
	if q.Resume && len(open) == 0 {
		if earlier = lastWhole(view); len(earlier) == 0 {
			return w.doc, ErrNothingOpen
		}
	}
	for _, o := range earlier {
		w.Scope.Earlier = append(w.Scope.Earlier, o.Plan...)
		if q.Resume {
			w.Cause, w.doc.Cause = o.Cause, o.Cause
		}
	}
	if w.first, err = r.Survey(ctx, nil); err != nil {
		return w.doc, err
	}
	if w.first.Interrupted {
		w.close(view.Runs(), true)
		return w.doc, ErrInterrupted
	}
	findings, err := q.Judge(w.first)
	if err != nil {
		return w.doc, err
	}
	w.doc.Gaps = len(w.first.Gaps)
	concerns, offered := Concerned(w.first, findings, w.Scope)
	if q.Resume && len(open) == 0 { // it is over: nothing new is begun in its name
		var fresh []Concern
		concerns, fresh = splitPlanned(concerns, w.Scope.Earlier)
		offered = append(fresh, offered...)
		w.nameFresh(fresh)
	}
	w.doc.Affected, w.doc.Offered = affectedLines(concerns), affectedLines(offered)
	if len(concerns) == 0 {
		return w.doc, nil
	}
	if err := w.plan(ctx, concerns, view.Runs()); err != nil {
		return w.doc, err
	}
	return w.doc, w.carryOut(ctx, open, offered)
}

// openResponses are those that a request takes up: all that are unfinished, or
// those of the same cause.
func openResponses(v journal.View, q Request) []journal.Response {
	return slices.DeleteFunc(v.Responses(), func(o journal.Response) bool {
		return o.Ended || !o.Whole || !q.Resume && o.Cause != q.Cause
	})
}

// lastWhole is the last response whose plan is whole, none when there is none. It
// is looked at again when somebody asks to go on and nothing is unfinished.
func lastWhole(v journal.View) []journal.Response {
	whole := slices.DeleteFunc(v.Responses(), func(o journal.Response) bool { return !o.Whole })
	return whole[max(0, len(whole)-1):]
}

// splitPlanned are the concerns that a plan holds, and the others.
func splitPlanned(concerns []Concern, plan []journal.PlannedKey) (held, others []Concern) {
	keys := plannedKeys(plan)
	for _, c := range concerns {
		if _, ok := keys[planID(c.Subject.Key.Ref.Exchange, c.ID)]; ok || c.Missing {
			held = append(held, c)
		} else {
			others = append(others, c)
		}
	}
	return held, others
}

// nameFresh names keys that nobody declared and that were found in the accounts of
// a response after it was over: a person decides about them.
func (w *response) nameFresh(fresh []Concern) {
	for _, c := range fresh {
		name := report.CleanName(c.Name())
		w.Terminal.Say("rekey: new since the response was over: %s", name)
		w.calls = append(w.calls, report.PersonLine{
			Key: c.Name(), Why: "nobody declared it, and it was found in an account of the response after that was over",
			Steps: []string{"If it is not yours: rekey respond " + name, "If it is: declare it in rekey.yaml"},
		})
	}
}

// sayUnplanned names the responses that were cut short while their plan was
// written, and that no later one of the same cause replaces: they changed
// nothing, and nobody goes on with them.
func (w *response) sayUnplanned(v journal.View) {
	all := v.Responses()
	for i, o := range all {
		later := func(p journal.Response) bool { return p.Whole && p.Cause == o.Cause }
		if !o.Whole && !o.Ended && o.Cause != w.Cause && !slices.ContainsFunc(all[i+1:], later) {
			w.Terminal.Say("rekey: the response to %s was cut short before its plan was written; "+
				"it changed nothing: begin it again", report.CleanName(o.Cause))
		}
	}
}

func affectedLines(concerns []Concern) []report.AffectedLine {
	var out []report.AffectedLine
	for _, c := range concerns {
		out = append(out, report.AffectedLine{Key: audit.NewKey(c.Subject), Why: c.Why})
	}
	return out
}

// plan decides about keys and adds them to the response.
func (w *response) plan(ctx context.Context, concerns []Concern, runs []journal.Run) error {
	var names, replaced []string
	for _, c := range concerns {
		if c.Missing {
			continue
		}
		names = append(names, c.Name())
		if e, ok := w.Entry(c.Subject.Name); ok && w.Replaced(e) {
			replaced = append(replaced, c.Name())
		}
	}
	seen, err := w.Look(ctx, w.first, names, replaced, runs)
	if err != nil {
		return err
	}
	w.seen = seen
	w.items = append(w.items, Respond(seen, concerns, ResponseOptions{Accepted: w.Accepted, Replaced: w.Replaced})...)
	return nil
}

// decisions are those of the items: what narrows, and what ends.
func decisions(items []Item) (narrow, end []Decision) {
	for _, item := range items {
		if item.Narrow.Verdict.Acts() {
			narrow = append(narrow, item.Narrow)
		}
		if item.End.Verdict.Acts() {
			end = append(end, item.End)
		}
	}
	return narrow, end
}

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
		question := fmt.Sprintf("Not part of this, and nobody declared it: %s. Delete it too?", report.CleanName(c.Name()))
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
	if open := blocked(fresh, w.Entries, keysOf(end)); open != nil {
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
		Key: item.Name(), ID: item.ID, Exchange: ref.Exchange, Account: ref.Account.Name, Manager: item.End.Entry.Inventory.Manager,
		Why: item.Why, Since: since, Narrow: item.narrowRun, Decision: journal.Left,
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

// act carries out items: all that narrows first.
func (w *response) act(ctx context.Context, items []Item) {
	narrow, needless, end := w.jobsOf(items)
	together(ctx, w.log, needless, (*rotate.Engine).Abandon)
	together(ctx, w.log, narrow, (*rotate.Engine).Run)
	together(ctx, w.log, end, w.runLast)
	w.tryOthers(ctx, end)
	w.giveUpNarrowing(ctx, narrow, end)
}

// tryOthers destroys keys that nobody declared, and whose deletion was refused,
// through the other keys that list them.
func (w *response) tryOthers(ctx context.Context, end []job) {
	for _, j := range end {
		run := w.log.run(j.run.ID)
		if run.Stage != journal.Failed || j.Kind != journal.Revoke || j.Entry.Location.Kind() != "" {
			continue
		}
		w.mu.Lock()
		others := newPlanner(w.seen, w.Options, nil).managersThatList(j.Seen)
		w.mu.Unlock()
		for _, manager := range others {
			if manager == j.Entry.Inventory.Manager || ctx.Err() != nil {
				continue
			}
			d := j.Decision
			d.Entry.Inventory.Manager = manager
			w.mu.Lock()
			id := w.prepareOne(ctx, d)
			again := slices.DeleteFunc(slices.Clone(w.jobs), func(o job) bool { return o.run.ID != id })
			w.mu.Unlock()
			together(ctx, w.log, again, (*rotate.Engine).Run)
			if id != "" && w.log.run(id).Stage != journal.Failed {
				break
			}
		}
	}
}

// runLast runs one job. Before a key is killed that lists others, what it alone
// lists dies: what a person must delete, and what was made since the list was
// read. While such a key lives, the one that lists it is left alone.
func (w *response) runLast(e *rotate.Engine, ctx context.Context, j rotate.Job) (rotate.Outcome, error) { //nolint:revive // the shape of a method expression
	if m, ok := w.first.Managers[j.Key]; !ok || len(m.Lists) == 0 {
		return e.Run(ctx, j)
	}
	if left := w.deleteListed(ctx, j); left != "" {
		why := "it was left alone: it alone lists " + left + ", which still lives"
		return rotate.Outcome{Run: j.ID, Stage: journal.NeedsPerson, Why: why}, ctx.Err()
	}
	w.relist(ctx, j)
	return e.Run(ctx, j)
}

// giveUpNarrowing ends the containment of keys whose other run has ended: there
// is nothing left to narrow.
func (w *response) giveUpNarrowing(ctx context.Context, narrow, end []job) {
	for _, n := range narrow {
		run := w.log.run(n.run.ID)
		gone := slices.ContainsFunc(end, func(k job) bool { return k.Key == n.Key && w.log.run(k.run.ID).Ended })
		if gone && run.Kind != "" && !run.Ended {
			out, _ := w.log.engine.Abandon(ctx, *n.run) // a run that stays unfinished is named
			w.log.note(n.run.ID, out)
		}
	}
}

// relist reads the list of a manager that is about to die, and takes up the keys
// on it that are new.
func (w *response) relist(ctx context.Context, j rotate.Job) {
	adapter, err := j.Open(j.Old)
	if err != nil {
		return // the run says it
	}
	lister, ok := adapter.(exchanges.Lister)
	if !ok {
		return
	}
	var found []exchanges.Key
	for k, err := range lister.ListKeys(ctx, exchanges.ListRequest{}) {
		if err == nil {
			found = append(found, k)
		}
	}
	w.mu.Lock()
	fresh := w.unknown(found)
	w.mu.Unlock()
	w.takeUp(ctx, j.Key, fresh)
}

// unknown are the keys of a list that nobody declared, that are no part of the
// response, and that no run made.
func (w *response) unknown(found []exchanges.Key) []audit.Subject {
	own := map[string]bool{} // access keys
	for _, s := range w.first.Subjects {
		own[s.Key.Ref.AccessKey] = own[s.Key.Ref.AccessKey] || s.Origin == audit.FromInventory
	}
	for _, item := range w.items {
		own[item.Subject.Key.Ref.AccessKey] = true
	}
	made, markers := madeByRuns(w.log.runs())
	var out []audit.Subject
	for _, k := range found {
		switch {
		case k.Ref.AccessKey == "" || own[k.Ref.AccessKey], made[exchanges.Fingerprint(k.Ref.AccessKey)]:
		case k.Label != "" && markers[k.Label]:
		default:
			out = append(out, audit.Subject{Origin: audit.FromExchange, Key: k})
		}
	}
	return out
}

// madeByRuns are the fingerprints of the keys that runs made or were given, and
// the markers that their keys carry.
func madeByRuns(runs []journal.Run) (made, markers map[string]bool) {
	made, markers = map[string]bool{}, map[string]bool{}
	for _, run := range runs {
		for _, rec := range run.Records {
			if !rec.Data.New.IsZero() {
				made[rec.Data.New.Fingerprint()] = true
			}
			if rec.Data.Marker != "" {
				markers[rec.Data.Marker] = true
			}
		}
	}
	return made, markers
}

// takeUp adds keys that were made since the response began to it, and deals with
// them. On a terminal each is asked about, unless --yes has answered.
func (w *response) takeUp(ctx context.Context, manager string, fresh []audit.Subject) {
	if len(fresh) == 0 || ctx.Err() != nil {
		return
	}
	w.mu.Lock()
	w.first.Subjects = append(slices.Clone(w.first.Subjects), fresh...)
	if m, ok := w.first.Managers[manager]; ok {
		m.Lists = maps.Clone(m.Lists)
		for _, s := range fresh {
			m.Lists[s.Key.Ref.AccessKey] = true
		}
		w.first.Managers = maps.Clone(w.first.Managers)
		w.first.Managers[manager] = m
	}
	w.mu.Unlock()
	var taken []Concern
	for _, s := range fresh {
		c := newConcern(s, "it was made after the response began", true)
		w.Terminal.Say("rekey: new since the response began: %s", report.CleanName(c.Name()))
		taken = append(taken, c)
	}
	w.mu.Lock()
	from := len(w.items)
	err := w.plan(ctx, taken, w.log.runs())
	if err == nil {
		w.refuseByPerson(ctx, w.items[from:])
		w.prepareItems(ctx, w.items[from:])
		err = w.writePlan(journal.Note)
	}
	items := slices.Clone(w.items[from:])
	w.mu.Unlock()
	w.doc.Affected = append(w.doc.Affected, affectedLines(taken)...)
	if err != nil {
		w.Terminal.Say("rekey: the new keys could not be dealt with: %s", err)
		return
	}
	w.act(ctx, items)
}

// refuseByPerson asks about each new key, on a terminal and without --yes; one
// that is refused is left alone.
func (w *response) refuseByPerson(ctx context.Context, items []Item) {
	if w.Yes || !w.Terminal.Present() {
		return
	}
	for i := range items {
		ok, err := w.Person.Confirm(ctx, report.CleanName(items[i].Name())+" is new since the response began. Delete it too?")
		if err != nil || !ok {
			items[i].Narrow = Decision{}
			items[i].End = items[i].End.with(PutOff, Reason{LeftByPerson, "you left it alone"})
		}
	}
}

// lookAgain looks at everything, takes up keys that are new, and looks once more,
// until there are none.
func (w *response) lookAgain(ctx context.Context) {
	for range rounds {
		if ctx.Err() != nil {
			return
		}
		result, err := w.Survey(ctx, nil)
		if err != nil || result.Interrupted {
			if err != nil {
				w.Terminal.Say("rekey: the keys could not be looked at again: %s", err)
			}
			return
		}
		w.last, w.at = &result, w.Now()
		var fresh []exchanges.Key
		var concerns []Concern
		for _, item := range w.items {
			concerns = append(concerns, item.Concern)
		}
		for _, s := range intruders(result, concerns) {
			fresh = append(fresh, s.Key)
		}
		unknown := w.unknown(fresh)
		if len(unknown) == 0 {
			return
		}
		for name, m := range result.Managers { // it is through these that they are killed
			if _, known := w.first.Managers[name]; !known || m.Key.Status == exchanges.StatusAlive {
				w.first.Managers = maps.Clone(w.first.Managers)
				if w.first.Managers == nil {
					w.first.Managers = map[string]survey.Manager{}
				}
				w.first.Managers[name] = m
			}
		}
		w.takeUp(ctx, "", unknown)
	}
}

// end writes how the response ended, and completes the answer.
func (w *response) end(ctx context.Context) {
	for _, j := range w.jobs {
		w.addRun(&w.doc.Changes, w.log, j)
	}
	w.close(w.log.runs(), ctx.Err() != nil)
	w.finish()
	w.sayLast(w.log)
}

// finish writes the final record of a response that is over. One with keys that
// live stays open.
func (w *response) finish() {
	counts := Ends(w.doc.Keys)
	over := counts[report.Alive]+counts[report.Narrowed] == 0 && !slices.ContainsFunc(w.doc.Runs, func(l report.RunLine) bool {
		return !l.Run.Ended
	})
	for _, k := range w.doc.Keys {
		over = over && (k.State != report.Unproven || k.Next == "")
	}
	r := w.record(journal.NeedsPerson, journal.Did)
	if over {
		r.Stage = journal.Unconfirmed
		if counts[report.Dead] == len(w.doc.Keys) {
			r.Stage = journal.Done
		}
	}
	if err := w.log.engine.Journal.AppendAll(r); err != nil {
		w.Terminal.Say("rekey: the end of the response could not be written: %s", err)
	}
}

// leave ends the earlier responses of a request that has nothing to do by itself
// and whose keys are all dead.
func (w *response) leave(ctx context.Context, open []journal.Response) {
	if w.DryRun || len(open) == 0 || EndOfResponse(w.doc.Keys, w.doc.Changes, false) != Done {
		return
	}
	b, err := w.open(ctx)
	if err != nil {
		return // they stay open, and are said to be
	}
	defer b.close()
	for _, o := range open {
		r := journal.Record{Run: o.ID, Kind: journal.Respond, Key: o.Cause, Stage: journal.Done, Phase: journal.Did}
		if err := b.engine.Journal.AppendAll(r); err != nil {
			w.Terminal.Say("rekey: the end of the response could not be written: %s", err)
		}
	}
}

// close says how every key stands.
func (w *response) close(runs []journal.Run, interrupted bool) {
	for _, item := range w.items {
		end := w.keyEnd(item, runs)
		w.doc.Keys = append(w.doc.Keys, end)
		over := end.State == report.Dead || end.State == report.Gone
		left := slices.Clone(item.Besides)
		if item.End.Verdict != Person || !over { // what a person was to delete is gone
			left = append([]Decision{item.End}, left...)
		}
		w.answer(&w.doc.Changes, left)
		if why := w.refused(item); why != "" && !over {
			x, _ := w.Registry.Lookup(item.Subject.Key.Ref.Exchange)
			w.doc.Person = append(w.doc.Person, personLine(x, item.End, "it could not be destroyed by API: "+why))
		}
	}
	w.doc.Person = append(w.doc.Person, w.calls...)
	if len(w.items) == 0 { // it was cut short before anything was looked at
		for _, p := range w.Scope.Earlier {
			w.doc.Keys = append(w.doc.Keys, w.keyEnd(Item{Concern: missing(p)}, runs))
		}
	}
	w.dropSettled()
	w.doc.Unread = w.unread()
	next := ""
	if slices.ContainsFunc(w.doc.Keys, func(k report.KeyEnd) bool { return k.Next != "" }) {
		next = "rekey respond --resume"
	}
	if interrupted {
		w.at = time.Time{}
	}
	w.doc.Closing = Closing(w.doc.Keys, w.doc.Unread, w.at, next)
}

// dropSettled drops the steps of a person about keys that are on no list any more
// and of which nobody here has the secret: there is nothing left to see.
func (w *response) dropSettled() {
	w.doc.Person = slices.DeleteFunc(w.doc.Person, func(p report.PersonLine) bool {
		return p.Run != "" && slices.ContainsFunc(w.doc.Keys, func(k report.KeyEnd) bool {
			return k.Key == p.Key && k.State == report.Gone
		})
	})
}

// refused says why the run that was to destroy a key failed, "" when it did not.
func (w *response) refused(item Item) string {
	if w.log == nil || item.endRun == "" || w.log.run(item.endRun).Stage != journal.Failed {
		return ""
	}
	return w.log.outcome(item.endRun).Why
}

func (w *response) keyEnd(item Item, runs []journal.Run) report.KeyEnd {
	look := lookOf(item.Concern, &w.first, w.last, runs)
	end := report.KeyEnd{Key: item.Name(), Fingerprint: item.ID.Fingerprint(), SinceBegin: item.Since}
	end.State, end.Why = StateOf(look)
	switch end.State {
	case report.Alive, report.Narrowed:
		end.Next = "rekey respond --resume"
		if item.End.Verdict == Person || item.End.Verdict == PutOff {
			end.Why = item.End.Reason.Text
		} else if !item.End.ByHandWhy.IsZero() {
			end.Why = "a person must delete it: " + item.End.ByHandWhy.Text
		}
		if item.End.Reason.Code == LeftByPerson {
			end.Next = "rekey revoke " + item.Name()
		}
	case report.Unproven:
		if !look.Destroyed {
			end.Next = "rekey respond --resume"
		}
	case report.Dead, report.Gone:
	}
	return end
}

// unread are the managers whose lists were read at the beginning and could not be
// read again: the response killed them, or their exchange did not answer.
func (w *response) unread() []string {
	if w.last == nil {
		return nil
	}
	var out []string
	for name, m := range w.first.Managers {
		again := w.last.Managers[name]
		if len(m.Lists) == 0 || again.Listed && again.Err == nil && again.Key.Status == exchanges.StatusAlive {
			continue
		}
		if !w.readByOther(m) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// readByOther reports whether the list of another manager of the same account was
// read again.
func (w *response) readByOther(m survey.Manager) bool {
	for _, other := range w.last.Managers {
		if !other.Listed || other.Err != nil || other.Key.Status != exchanges.StatusAlive || other.Key.Ref.Exchange != m.Key.Ref.Exchange {
			continue
		}
		if id := m.Key.Ref.Account.ID; id != "" && id == other.Key.Ref.Account.ID {
			return true
		}
	}
	return false
}
