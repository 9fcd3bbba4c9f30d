package change

import (
	"context"
	"maps"
	"slices"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/rotate"
	"rekey/internal/text"
)

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
//
//nolint:revive // the shape of a method expression
func (w *response) runLast(e *rotate.Engine, ctx context.Context, j rotate.Job) (rotate.Outcome, error) {
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
// on it that are new. A list that cannot be read is said at the end: nobody may
// be able to read it afterwards.
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
	broken := false
	for k, err := range lister.ListKeys(ctx, exchanges.ListRequest{}) {
		if err == nil {
			found = append(found, k)
		}
		broken = broken || err != nil
	}
	w.mu.Lock()
	if broken {
		w.unseen = append(w.unseen, j.Key)
	}
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
		w.Terminal.Say("rekey: new since the response began: %s", text.CleanName(c.Name()))
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
