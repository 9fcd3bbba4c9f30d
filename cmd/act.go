package cmd

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/parallel"
	"rekey/internal/prompt"
	"rekey/internal/report"
	"rekey/internal/rotate"
)

// apiRuns is how many runs go on by API at once: most of them wait for their
// bots to settle, and all share one client for each exchange, which keeps its
// limits. With the default --settle that is three rotations a second.
const apiRuns = 32

// mayAct asks once, unless --yes has answered.
func (a *App) mayAct(ctx context.Context, o *changeOptions, w *walker) (bool, error) {
	if o.yes {
		return true, nil
	}
	if !w.onTerminal() {
		return false, usage("there is no terminal to ask on, nothing was changed", "--yes carries out the plan", "--dry-run prints it")
	}
	ok, err := w.confirm(ctx, "Carry out this plan?")
	if errors.Is(err, prompt.ErrNoAnswer) {
		return false, usage("the terminal was closed, nothing was changed")
	}
	if err == nil && !ok {
		a.remark("nothing was changed")
	}
	return ok, err
}

// act carries out the jobs under the lock of the journal. Keys that manage
// others come last: what they sign for must be done before they die.
func (a *App) act(ctx context.Context, d *desk, o *changeOptions, w *walker, jobs []change, doc report.Changes) error {
	b, err := a.openBooks(ctx, o)
	if err != nil {
		return err
	}
	defer b.close()
	if err := a.noneUnfinished(b, d, jobs); err != nil {
		return err
	}
	if jobs, err = stillSo(ctx, d, jobs, &doc); err != nil {
		return err
	}
	for i := range jobs { // all of them before the first is carried out
		if err := a.equip(ctx, d, o, w, &jobs[i]); err != nil {
			return err
		}
	}
	a.together(ctx, b, jobs, (*rotate.Engine).Run)
	for _, c := range jobs {
		a.enter(&doc, b, c)
	}
	o.leftOver(b.unfinished(), &doc)
	return a.answer(ctx, o.output, doc)
}

// together runs jobs at once: those by API a few at a time, those by hand all,
// since they wait for a person, who is asked one question at a time. A key that
// manages others of them waits until they have ended.
func (a *App) together(ctx context.Context, b *books, jobs []change, do func(*rotate.Engine, context.Context, rotate.Job) (rotate.Outcome, error)) {
	g, ctx := parallel.New(ctx)
	lanes := make(chan struct{}, apiRuns)
	ended := map[journal.RunID]chan struct{}{}
	for _, c := range jobs {
		ended[c.job.ID] = make(chan struct{})
	}
	for _, c := range jobs {
		var first []change // what it signs for
		for _, other := range jobs {
			if m := other.entry.Inventory.Manager; m != "" && m == c.entry.Name {
				first = append(first, other)
			}
		}
		lane := lanes
		if c.byHand {
			lane = nil
		}
		run := func() {
			defer close(ended[c.job.ID])
			out, _ := do(b.engine, ctx, *c.job) // the outcome says what the error says
			b.note(c.job.ID, out)
		}
		if len(first) == 0 && !enter(ctx, lane) { // in the order of the jobs
			break
		}
		g.Go(func() {
			for _, other := range first {
				select {
				case <-ended[other.job.ID]:
				case <-ctx.Done():
					return
				}
				if !b.run(other.job.ID).Ended {
					b.note(c.job.ID, rotate.Outcome{Why: "it was left alone: it manages " + other.entry.Name + ", whose run has not ended"})
					return
				}
			}
			if len(first) > 0 && !enter(ctx, lane) {
				return
			}
			run()
			leave(lane) // not after a panic: nothing more is to begin
		})
	}
	g.Wait()
}

// enter takes a lane, and reports whether it did; nil needs none.
func enter(ctx context.Context, lane chan struct{}) bool {
	if lane != nil {
		select {
		case lane <- struct{}{}:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

func leave(lane chan struct{}) {
	if lane != nil {
		<-lane
	}
}

// noneUnfinished names the unfinished runs, and refuses to begin a second one
// on the same key, or to kill the manager that one needs.
func (a *App) noneUnfinished(b *books, d *desk, jobs []change) error {
	for _, run := range b.unfinished() {
		a.remark("run %s (%s %s) is unfinished: rekey runs resume %s", run.ID, run.Kind, run.Key, run.ID)
		manager := ""
		for _, e := range d.entries {
			if e.Name == run.Key {
				manager = e.Inventory.Manager
			}
		}
		for _, c := range jobs {
			text := ""
			switch c.entry.Name {
			case run.Key:
				text = fmt.Sprintf("%s has an unfinished run, nothing was changed", run.Key)
			case manager:
				text = fmt.Sprintf("%s manages %s, which has an unfinished run; nothing was changed", manager, run.Key)
			default:
				continue
			}
			return &exitError{code: exitUnfinished, text: text, hints: []string{"rekey runs resume " + string(run.ID), "rekey runs abandon " + string(run.ID)}}
		}
	}
	return nil
}

// enter adds to the answer what became of a job, and what is left for a person.
func (a *App) enter(doc *report.Changes, b *books, c change) {
	out := b.outcome(c.job.ID)
	run := b.run(c.job.ID)
	switch {
	case run.Kind == "": // it was not begun
		run = journal.Run{ID: c.job.ID, Kind: c.job.Kind, Key: c.entry.Name, Stage: journal.Planned}
	case !run.Ended:
		a.remark("run %s (%s %s) is unfinished, go on with: rekey runs resume %s", run.ID, run.Kind, run.Key, run.ID)
	}
	doc.Runs = append(doc.Runs, report.RunLine{Run: run, Dead: out.Dead, Why: out.Why})
	x, _ := a.Registry.Lookup(c.entry.Exchange)
	key := exchanges.Key{Ref: exchanges.KeyRef{Exchange: c.entry.Exchange, Account: c.job.Account, AccessKey: c.job.Old.AccessKey}}
	add := func(kind journal.Kind, why string, steps ...string) {
		p := byHand(x, kind, key, c.entry.Name, why)
		p.Run, p.Steps = string(run.ID), append(p.Steps, steps...)
		doc.Person = append(doc.Person, *p)
	}
	if out.Waits {
		add(run.Kind, out.Why, "Then: rekey runs resume "+string(run.ID))
	}
	if run.Stage == journal.Unconfirmed && run.Kind != journal.Contain {
		add(journal.Revoke, out.Why)
	}
	for _, id := range out.Left {
		key.Ref.AccessKey = ""
		add(journal.Revoke, "a key that was made is not used, and may live: delete it", "The access key of the unused key is "+id.AccessKey())
	}
}

// stateDir is where the journal and the store are.
func (a *App) stateDir() string {
	if a.flags.state != "" {
		return a.path(a.flags.state)
	}
	if dir := a.getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "rekey")
	}
	return filepath.Join(a.getenv("HOME"), ".local", "state", "rekey")
}

// answer prints what was done and decides the exit code.
func (a *App) answer(ctx context.Context, o output, doc report.Changes) error {
	doc.ExitCode = changeCode(doc, ctx.Err() != nil)
	return a.print(o, doc)
}

func (a *App) print(o output, doc report.Changes) error {
	doc.FinishedAt = a.Now()
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

// changeCode is the one function from what was done to an exit code. What is
// unfinished weighs most, a step for a person least.
func changeCode(doc report.Changes, interrupted bool) int {
	code := exitDone
	if len(doc.Person) > 0 {
		code = exitPerson
	}
	for _, r := range doc.Runs {
		switch {
		case r.Run.Stage == journal.NeedsPerson && code == exitDone:
			code = exitPerson
		case r.Run.Stage == journal.NeedsPerson:
		case !r.Run.Ended:
			code = exitUnfinished
		case r.Run.Stage == journal.Failed && code != exitUnfinished:
			code = exitFailed
		case r.Run.Stage == journal.Unconfirmed && code == exitDone:
			code = exitPerson
		}
	}
	if interrupted {
		return exitInterrupted
	}
	return code
}
