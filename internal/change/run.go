package change

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"rekey/audit"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// A Result is what a command that changes keys looked at, decided and did.
type Result struct {
	Survey    survey.Result
	SeenAt    time.Time // when the survey had ended
	Decisions []Decision
	Changes   report.Changes // without its times and its exit code
}

// ErrInterrupted says that the look before a plan was cut short. Nothing was
// changed.
var ErrInterrupted = errors.New("interrupted, nothing was changed")

// An UnfinishedError says that a key cannot be changed because a run is
// unfinished. Nothing was changed.
type UnfinishedError struct {
	Run     journal.Run
	Manages bool // it is the manager of the run's key that was to be changed
	Key     string
}

func (e *UnfinishedError) Error() string {
	run := fmt.Sprintf("run %s (%s, stopped at %s)", e.Run.ID, e.Run.Kind, e.Run.Stage)
	if e.Manages {
		return fmt.Sprintf("%s manages %s, which has an unfinished run: %s; nothing was changed", e.Key, e.Run.Key, run)
	}
	text := fmt.Sprintf("%s has an unfinished run: %s", e.Key, run)
	old, made := KeysOf(e.Run)
	switch {
	case !made.IsZero():
		text += fmt.Sprintf("; its old key %s and its new key %s may both live", old, made)
	case !old.IsZero():
		text += fmt.Sprintf("; it is about %s", old)
	}
	return text + "; nothing was changed"
}

// KeysOf are the old key of a run and the one that it made, as far as the
// journal names them.
func KeysOf(r journal.Run) (old, made journal.KeyID) {
	for i := range r.Records {
		rec := &r.Records[i]
		if !rec.Data.Old.IsZero() {
			old = rec.Data.Old
		}
		if rec.Stage == journal.Stored && !rec.Data.New.IsZero() {
			made = rec.Data.New
		}
	}
	return old, made
}

// blocked finds an unfinished run that keeps keys from being changed: their own,
// or one that needs them as its manager. It is nil when there is none. held are
// the access keys, by the names that their keys have now: a key that was renamed
// since is still that of its run.
func blocked(
	runs []journal.Run, entries []survey.Entry, names []string, held map[string]string,
) *UnfinishedError {
	for _, run := range runs {
		if run.Ended {
			continue
		}
		old, made := KeysOf(run)
		of := func(name string) bool {
			return name == run.Key || old.Names(held[name]) || made.Names(held[name])
		}
		if i := slices.IndexFunc(names, of); i >= 0 {
			return &UnfinishedError{Run: run, Key: names[i]}
		}
		for _, name := range names {
			manages := func(e survey.Entry) bool { return of(e.Name) && e.Inventory.Manager == name }
			if slices.ContainsFunc(entries, manages) || managedBy(run) == name {
				return &UnfinishedError{Run: run, Key: name, Manages: true}
			}
		}
	}
	return nil
}

// managedBy names the key that a run was to be carried out with, "" when its
// plan names none.
func managedBy(run journal.Run) string {
	if len(run.Records) == 0 {
		return ""
	}
	return run.Records[0].Data.Manager
}

// heldBy are the access keys of subjects that were looked at, by their names.
func heldBy(subjects []audit.Subject) map[string]string {
	held := map[string]string{}
	for _, s := range subjects {
		if key := s.Key.Ref.AccessKey; key != "" {
			held[s.DisplayName()] = key
		}
	}
	return held
}

// History reads the runs of the journal without its lock. Damage is said, and
// what can be read is returned.
func (r *Runner) History() (journal.View, error) {
	v, err := journal.Read(r.StateDir)
	if err != nil {
		return v, err
	}
	for _, d := range v.Damage {
		r.Terminal.Say("rekey: journal: %s", d)
	}
	return v, nil
}

// trusted is the journal as far as a plan may rest on it: nothing of one that is
// damaged, where it was accepted that none is kept. What such a journal calls
// unfinished cannot be gone on with, and must not keep a leaked key alive.
func (r *Runner) trusted(v journal.View) journal.View {
	if v.Err() != nil && r.mayLackJournal() {
		return journal.View{}
	}
	return v
}

// Change plans a change of the named keys, asks, and has it carried out. The
// names are those of rekey.yaml, or of keys that nobody declared. An error means
// that nothing was changed.
func (r *Runner) Change(ctx context.Context, names []string) (Result, error) {
	var res Result
	view, err := r.History()
	if err == nil && !r.DryRun {
		err = view.Err() // a damaged journal is not gone on with, also where only a person could act
	}
	if err != nil && !r.mayLackJournal() {
		return res, err
	}
	runs := r.trusted(view).Runs()
	if !r.Due {
		if open := blocked(runs, r.Entries, names, nil); open != nil {
			return res, open
		}
	}
	if res.Survey, err = r.Survey(ctx, r.declaredOnly(names)); err != nil {
		return res, err
	}
	res.SeenAt = r.Now()
	if res.Survey.Interrupted {
		return res, ErrInterrupted
	}
	if open := blocked(runs, r.Entries, names, heldBy(res.Survey.Subjects)); open != nil && !r.Due {
		return res, open
	}
	var replaced []string
	if r.Kind == journal.Rotate {
		replaced = names
	}
	seen, err := r.Look(ctx, res.Survey, names, replaced, runs)
	if err != nil {
		return res, err
	}
	res.Decisions = Plan(seen, names, r.Options)
	return res, r.carryOut(ctx, seen, &res)
}

// mayLackJournal reports whether a key may be killed without a journal.
func (r *Runner) mayLackJournal() bool { return r.Kind == journal.Revoke && r.accepted(RiskNoJournal) }

// declaredOnly are the names to look at: all of them when rekey.yaml has them
// all, else everything, since keys that nobody declared are found by their
// managers' lists.
func (r *Runner) declaredOnly(names []string) []string {
	for _, name := range names {
		if _, ok := r.Entry(name); !ok {
			return nil
		}
	}
	return names
}

// carryOut shows the plan, asks, and does it.
func (r *Runner) carryOut(ctx context.Context, seen *Seen, res *Result) error {
	r.answer(&res.Changes, res.Decisions)
	acting := slices.DeleteFunc(slices.Clone(res.Decisions), func(d Decision) bool { return !d.Verdict.Acts() })
	plan := seen.PlanOf(acting, r.Options, r.Settle)
	if len(acting) > 0 {
		r.Terminal.ShowPlan(plan)
	}
	if r.DryRun {
		res.Changes.Plan = plan
	}
	if len(acting) == 0 && r.Due && r.Yes && !r.DryRun && r.watching(seen.Runs) {
		return r.act(ctx, nil, &res.Changes)
	}
	if len(acting) == 0 || r.DryRun {
		return r.addOtherDays(&res.Changes)
	}
	if err := r.askRisks(ctx, acting); err != nil {
		return err
	}
	if ok, err := r.mayAct(ctx); err != nil || !ok {
		return err
	}
	return r.act(ctx, acting, &res.Changes)
}

// answer adds what is not carried out: what a person does, and what is left.
func (r *Runner) answer(doc *report.Changes, decisions []Decision) {
	for _, d := range decisions {
		switch d.Verdict {
		case Person:
			x, _ := r.Registry.Lookup(d.Entry.Exchange)
			doc.Person = append(doc.Person, personLine(x, d, d.Reason.Text))
		case Undecided:
			doc.Person = append(doc.Person, report.PersonLine{
				Key: d.Key, Why: "it was not looked at, so nothing was done about it", Steps: []string{},
			})
		case Skip, PutOff:
			doc.Skipped = append(doc.Skipped, report.SkippedLine{Key: d.Key, Why: d.Reason.Text, PutOff: d.Verdict == PutOff})
		case ByAPI, ByHand, Resume:
		}
	}
}

// act carries out decisions under the lock of the journal. Keys that manage
// others come last: what they sign for must be done before they die.
func (r *Runner) act(ctx context.Context, decisions []Decision, doc *report.Changes) error {
	b, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer b.close()
	if open := blocked(b.unfinished(), r.Entries, keysOf(decisions), seenOf(decisions)); open != nil {
		return open
	}
	if decisions, err = r.stillSo(ctx, decisions, doc); err != nil {
		return err
	}
	jobs, err := r.prepare(ctx, decisions)
	if err != nil {
		return err
	}
	together(ctx, b, jobs, (*rotate.Engine).Run)
	for _, j := range jobs {
		r.addRun(doc, b, j)
	}
	if r.Due {
		r.destroyLost(ctx, b, doc)
	}
	r.addUnfinished(doc, b.unfinished())
	r.sayLast(b)
	return nil
}

// prepare makes the runs of decisions, all of them before the first is carried
// out.
func (r *Runner) prepare(ctx context.Context, decisions []Decision) ([]job, error) {
	var jobs []job
	for _, d := range decisions {
		j, err := r.prepareJob(ctx, d, "", journal.NewRunID(r.Now()))
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job{d, j})
	}
	return jobs, nil
}

func keysOf(decisions []Decision) []string {
	names := make([]string, len(decisions))
	for i, d := range decisions {
		names[i] = d.Key
	}
	return names
}

// seenOf are the access keys of decisions, by the names of their keys.
func seenOf(decisions []Decision) map[string]string {
	held := map[string]string{}
	for _, d := range decisions {
		held[d.Key] = d.Seen.Ref.AccessKey
	}
	return held
}

// stillSo drops the rotations of keys that another rekey has rotated since the
// plan was made: what the place holds now is not what the plan is about. The
// caller holds the lock, so nobody else is changing it.
func (r *Runner) stillSo(ctx context.Context, decisions []Decision, doc *report.Changes) ([]Decision, error) {
	var out []Decision
	for _, d := range decisions {
		if d.Kind == journal.Rotate {
			reading, err := d.Entry.Location.Read(ctx, r.Location)
			if err != nil {
				return nil, err
			}
			if reading.Credential.AccessKey != r.oldCredential(d).AccessKey {
				doc.Skipped = append(doc.Skipped, report.SkippedLine{
					Key: d.Key, PutOff: true, Why: "somebody else put another credential in its place after the plan was made",
				})
				continue
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// addOtherDays is addUnfinished where nothing is changed, and so no lock is
// held.
func (r *Runner) addOtherDays(doc *report.Changes) error {
	if !r.Due {
		return nil
	}
	v, err := journal.Read(r.StateDir)
	if err == nil {
		err = v.Err()
	}
	if err != nil {
		return err
	}
	r.addUnfinished(doc, v.Unfinished())
	return nil
}

// addUnfinished adds the unfinished runs of other days to the answer of --due,
// which makes its exit code 5: cron is the one to find them. The key of such a
// run may be young, because its new key lies in its places already, while the
// old one lives.
func (r *Runner) addUnfinished(doc *report.Changes, unfinished []journal.Run) {
	for _, run := range unfinished {
		if r.Due && !slices.ContainsFunc(doc.Runs, func(l report.RunLine) bool { return l.Run.ID == run.ID }) {
			doc.Runs = append(doc.Runs, report.RunLine{Run: run, Why: "it was begun earlier, and unless another rekey " +
				"is at work on it now, goes on with: rekey runs resume " + string(run.ID)})
		}
	}
}

// sayLast says the last record of the journal: kept elsewhere, it shows later
// whether the journal was changed.
func (r *Runner) sayLast(b *runLog) {
	if b.log == nil {
		return
	}
	if seq, hash := b.log.Last(); seq > 0 {
		r.Terminal.Remark("journal: record %d, %s", seq, hash)
	}
}
