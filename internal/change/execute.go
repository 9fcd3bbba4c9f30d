package change

import (
	"context"
	"errors"
	"slices"

	"rekey/internal/journal"
	"rekey/internal/parallel"
	"rekey/internal/prompt"
	"rekey/internal/rotate"
)

// apiRuns is how many runs go on by API at once: most of them wait for their
// bots to settle, and all share one client for each exchange, which keeps its
// limits. With the default --settle that is three rotations a second.
const apiRuns = 32

// A job is a decision that is carried out, and its run.
type job struct {
	Decision
	run *rotate.Job
}

// An action is what the engine does with a run: go on with it, or take it back.
type action func(*rotate.Engine, context.Context, rotate.Job) (rotate.Outcome, error)

// before are the jobs that must have ended before one begins: those of the keys
// that it manages, whose changes it signs.
func before(j job, all []job) []job {
	var out []job
	for _, other := range all {
		if m := other.Entry.Inventory.Manager; m != "" && m == j.Entry.Name && other.run.ID != j.run.ID {
			out = append(out, other)
		}
	}
	return out
}

// together carries out jobs at once: those by API a few at a time, those by hand
// all, since they wait for a person, who is asked one question at a time. A key
// that manages others of them waits until they have ended, and is left alone
// when one of them cannot be ended.
func together(ctx context.Context, b *runLog, jobs []job, do action) {
	g, ctx := parallel.New(ctx)
	lanes := make(chan struct{}, apiRuns)
	ended := map[journal.RunID]chan struct{}{}
	for _, j := range jobs {
		ended[j.run.ID] = make(chan struct{})
	}
	for _, j := range jobs {
		first := before(j, jobs)
		lane := lanes
		if j.run.Person != nil {
			lane = nil
		}
		run := func() {
			defer close(ended[j.run.ID])
			out, _ := do(b.engine, ctx, *j.run) // the outcome says what the error says
			b.note(j.run.ID, out)
		}
		if len(first) == 0 && !acquire(ctx, lane) { // in the order of the jobs
			break
		}
		g.Go(func() {
			for _, other := range first {
				select {
				case <-ended[other.run.ID]:
				case <-ctx.Done():
					return
				}
				if !b.run(other.run.ID).Ended {
					why := "it was left alone: it manages " + other.Entry.Name + ", whose run has not ended"
					b.note(j.run.ID, rotate.Outcome{Why: why})
					return
				}
			}
			if len(first) > 0 && !acquire(ctx, lane) {
				return
			}
			run()
			release(lane) // not after a panic: nothing more is to begin
		})
	}
	g.Wait()
}

// acquire takes a lane, and reports whether it did; nil needs none.
func acquire(ctx context.Context, lane chan struct{}) bool {
	if lane != nil {
		select {
		case lane <- struct{}{}:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

func release(lane chan struct{}) {
	if lane != nil {
		<-lane
	}
}

// ErrNoTerminal says that a plan was to be asked about and nobody is there.
var ErrNoTerminal = errors.New("there is no terminal to ask on, nothing was changed")

// ErrClosed says that the terminal was closed at the question.
var ErrClosed = errors.New("the terminal was closed, nothing was changed")

// mayAct asks once, unless --yes has answered.
func (r *Runner) mayAct(ctx context.Context) (bool, error) {
	if r.Yes {
		return true, nil
	}
	if !r.Terminal.Present() {
		return false, ErrNoTerminal
	}
	ok, err := r.Terminal.Confirm(ctx, "Carry out this plan?")
	if errors.Is(err, prompt.ErrNoAnswer) {
		return false, ErrClosed
	}
	if err == nil && !ok {
		r.Terminal.Remark("nothing was changed")
	}
	return ok, err
}

// askRisks asks on a terminal about each risk that a plan holds and that was not
// accepted by its word; elsewhere it is a *RiskError. What is accepted here
// counts as if it had been named.
func (r *Runner) askRisks(ctx context.Context, decisions []Decision) error {
	open := unaccepted(decisions, r.Accepted)
	if open == nil {
		return nil
	}
	if r.Yes || !r.Terminal.Present() {
		return open
	}
	for _, text := range open.Texts {
		ok, err := r.Terminal.Confirm(ctx, text+". Accept this?")
		if errors.Is(err, prompt.ErrNoAnswer) {
			return ErrClosed
		}
		if err != nil || !ok {
			return errors.Join(err, open)
		}
	}
	r.Accepted = append(slices.Clone(r.Accepted), open.Words...)
	return nil
}
