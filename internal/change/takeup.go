package change

import (
	"context"
	"slices"
	"strings"

	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/survey"
	"rekey/internal/text"
)

// A Verb is what is done with runs that are taken up again.
type Verb struct {
	Word string // resume, abandon, close
	do   action
}

// ResumeRuns goes on with runs where they stopped.
func ResumeRuns() Verb { return Verb{"resume", (*rotate.Engine).Run} }

// AbandonRuns takes runs back: the old key stays, the new one is destroyed.
func AbandonRuns() Verb { return Verb{"abandon", (*rotate.Engine).Abandon} }

// CloseRuns ends runs that can end neither way. The reason goes into the journal.
func CloseRuns(because string) Verb {
	return Verb{"close", func(e *rotate.Engine, ctx context.Context, j rotate.Job) (rotate.Outcome, error) {
		return e.Close(ctx, j, because)
	}}
}

// TakeUp goes on with runs, all under one plan and one question. A run that has
// ended is only reported. An error means that nothing was changed.
func (r *Runner) TakeUp(ctx context.Context, v Verb, runs []journal.Run) (report.Changes, error) {
	var doc report.Changes
	var open []Decision
	for _, run := range runs {
		if run.Ended {
			doc.Runs = append(doc.Runs, report.RunLine{Run: run, Dead: ProvenDead(run)})
			continue
		}
		d, err := r.decisionOf(run)
		if err != nil {
			return doc, err
		}
		open = append(open, d)
		r.Terminal.Say("plan: %s run %s (%s %s), which stopped at %s", v.Word, run.ID, run.Kind,
			text.CleanName(run.Key), run.Stage)
	}
	if len(open) == 0 {
		return doc, nil
	}
	if r.DryRun {
		for _, run := range runs {
			doc.Runs = append(doc.Runs, report.RunLine{Run: run})
		}
		return doc, nil
	}
	if ok, err := r.mayAct(ctx); err != nil || !ok {
		return doc, err
	}
	b, err := r.open(ctx)
	if err != nil {
		return doc, err
	}
	defer b.close()
	var jobs []job
	for _, d := range open {
		j, err := r.resumedJob(ctx, b.run(d.Run), d)
		if err != nil {
			return doc, err
		}
		jobs = append(jobs, job{d, j})
	}
	together(ctx, b, jobs, v.do)
	for _, j := range jobs {
		r.addRun(&doc, b, j)
	}
	r.sayLast(b)
	return doc, nil
}

// decisionOf is the decision to go on with a run. The error says that rekey.yaml
// no longer has its key.
func (r *Runner) decisionOf(run journal.Run) (Decision, error) {
	e, ok := r.entryOfRun(run)
	if !ok {
		return Decision{}, &MismatchError{run.Key + " is no key of " + r.Source +
			" any more; its run can only be taken up with it: put it back into rekey.yaml"}
	}
	return Decision{Verdict: Resume, Kind: run.Kind, Key: run.Key, Entry: e, Run: run.ID}, nil
}

// entryOfRun is the entry of a run: of rekey.yaml, or for a key that nobody
// declared, made from what the journal keeps.
func (r *Runner) entryOfRun(run journal.Run) (survey.Entry, bool) {
	if e, ok := r.Entry(run.Key); ok {
		return e, true
	}
	if len(run.Records) == 0 || !strings.Contains(run.Key, "/") {
		return survey.Entry{}, false
	}
	plan := run.Records[0].Data
	return undeclared(run.Key, plan.Exchange, plan.Manager, plan.Account), true
}

// FindRun returns the run that a word names: by its whole id, by the beginning
// of one that no other run shares, or by the key of one unfinished run alone.
func FindRun(runs []journal.Run, word string) (journal.Run, error) {
	var begun, ofKey []journal.Run
	for _, run := range runs {
		if string(run.ID) == word {
			return run, nil
		}
		switch {
		case word != "" && strings.HasPrefix(string(run.ID), word):
			begun = append(begun, run)
		case run.Key == word && !run.Ended:
			ofKey = append(ofKey, run)
		}
	}
	found := slices.Concat(begun, ofKey)
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return journal.Run{}, &NoRunError{Word: word}
	}
	e := &ManyError{Word: word, Kind: "run"}
	for _, run := range found {
		e.Names = append(e.Names, string(run.ID)+" ("+string(run.Kind)+" "+run.Key+")")
	}
	return journal.Run{}, e
}

// A NoRunError says that the journal has no run of that name.
type NoRunError struct{ Word string }

func (e *NoRunError) Error() string { return "the journal has no run " + quoted(e.Word) }
