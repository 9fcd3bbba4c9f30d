package change

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"rekey/audit"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/survey"
	"rekey/internal/text"
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

	mu     sync.Mutex // of the rest: keys are taken up while runs go on
	unseen []string   // managers whose list could not be read before they died
	seen   *Seen
	items  []Item
	jobs   []job
	calls  []report.PersonLine // what a job that could not be begun leaves
}

// Respond looks at everything, plans, asks once, writes the plan into the
// journal, acts, looks again, and says how every key stands. An error means that
// nothing was changed; after the first effect there is none, and the answer
// holds what went wrong.
func (r *Runner) Respond(ctx context.Context, q Request) (report.Response, error) {
	w := &response{Runner: r, Request: q}
	w.doc.Cause = q.Cause
	view, err := r.History()
	if err == nil && (q.Resume || !r.DryRun) { // a plan that is not whole names not every key
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
		name := text.CleanName(c.Name())
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
				"it changed nothing: begin it again", text.CleanName(o.Cause))
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
