package change

import (
	"context"
	"maps"
	"slices"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/survey"
	"rekey/internal/text"
)

// refuseByPerson asks about each new key, on a terminal and without --yes; one
// that is refused is left alone.
func (w *response) refuseByPerson(ctx context.Context, items []Item) {
	if w.Yes || !w.Terminal.Present() {
		return
	}
	for i := range items {
		ok, err := w.Person.Confirm(ctx, text.CleanName(items[i].Name())+" is new since the response began. Delete it too?")
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
	over := counts[report.Alive]+counts[report.Narrowed] == 0 &&
		!slices.ContainsFunc(w.doc.Runs, func(l report.RunLine) bool {
			return !l.Run.Ended
		})
	for _, k := range w.doc.Keys {
		over = over && (k.State != report.Unproven || k.Next == "")
	}
	over = over && len(w.unwatched()) == 0
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
			w.doc.Person = append(w.doc.Person, personLine(x, item.End, "it could not be deleted by API: "+why))
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
	unwatched := w.unwatched()
	if !interrupted {
		w.doc.Person = append(w.doc.Person, unwatched...)
	}
	next := ""
	if len(unwatched) > 0 || slices.ContainsFunc(w.doc.Keys, func(k report.KeyEnd) bool { return k.Next != "" }) {
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

// unwatched are the lists that nobody looked at again, each a step for a person: an
// intruder may have made a key there since the first look. The list of a manager
// that this response destroyed is none of them when it was read just before.
func (w *response) unwatched() []report.PersonLine {
	if w.log == nil {
		return nil // nothing was done, so the first look is the last one
	}
	var lines []report.PersonLine
	for _, name := range w.unreadOrAll() {
		m := w.first.Managers[name]
		died := slices.ContainsFunc(w.doc.Keys, func(k report.KeyEnd) bool {
			return k.Key == name && (k.State == report.Dead || k.State == report.Gone)
		})
		if died && !slices.Contains(w.unseen, name) {
			continue
		}
		line := report.PersonLine{
			Key: name, Why: "its list of keys could not be read again, so whether a key was made meanwhile is not known",
			Steps: []string{},
		}
		x, known := w.Registry.Lookup(m.Key.Ref.Exchange)
		if page, _ := pageSteps(x, exchanges.ActRevoke, m.Key); known && page != "" {
			line.Page = page
			line.Steps = []string{"Open " + page, "Look for a key that you do not know, and delete it"}
		}
		lines = append(lines, line)
	}
	return lines
}

// unreadOrAll are the managers whose lists could not be read again: every one
// that was listed before when there was no second look at all.
func (w *response) unreadOrAll() []string {
	if w.last != nil {
		return w.unread()
	}
	var all []string
	for name, m := range w.first.Managers {
		if len(m.Lists) > 0 {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// readByOther reports whether the list of another manager of the same account was
// read again.
func (w *response) readByOther(m survey.Manager) bool {
	for _, other := range w.last.Managers {
		if !other.Listed || other.Err != nil || other.Key.Status != exchanges.StatusAlive ||
			other.Key.Ref.Exchange != m.Key.Ref.Exchange {
			continue
		}
		if id := m.Key.Ref.Account.ID; id != "" && id == other.Key.Ref.Account.ID {
			return true
		}
	}
	return false
}
