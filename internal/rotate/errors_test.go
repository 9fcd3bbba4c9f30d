package rotate

import (
	"errors"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// TestErrorAtEveryEffect lets each effect of a run fail once with an error,
// before it happens or after, and takes the run up again: no failure is
// swallowed, and none loses a key.
func TestErrorAtEveryEffect(t *testing.T) {
	for _, kind := range []kind{
		rotateKind, replaceKind, revokeKind, containKind, rotateByHand,
		replaceByHand, revokeByHand,
	} {
		for _, tr := range []trouble{{}, {wider: 1}, {issueLost: 1}, {issueRefused: 1}, {issueLost: 1, narrower: 2}} {
			total := effectsOf(t, kind, tr)
			for half := 2; half < 2*total+2; half++ {
				w := newWorld(t, tr, 2)
				w.replace = !kind.keepsOld()
				w.failAt, w.after = half/2, half%2 == 1
				out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(kind)) })
				if reached := w.effects >= w.failAt; reached && errors.Is(err, errDisk) && out.Stage.Final() {
					t.Errorf("%v, %+v: effect %d failed: %+v, %v", kind, tr, w.failAt, out, err)
				}
				w.failAt, w.after = 0, false
				out = w.settle(kind, nil)
				w.check(kind, out, "after an error")
				if tr == (trouble{}) && out.Stage != journal.Done && len(w.markersInDoubt()) == 0 {
					t.Errorf("%v: effect %d failed once: %+v", kind, half, out)
				}
			}
		}
	}
}

// TestErrorsOfTheJournal lets each append of a run fail: the run says so, has
// not ended, and does nothing more.
func TestErrorsOfTheJournal(t *testing.T) {
	for _, kind := range []kind{
		rotateKind, replaceKind, revokeKind, containKind, rotateByHand,
		replaceByHand, revokeByHand,
	} {
		for _, tr := range []trouble{
			{},
			{wider: 1},
			{issueLost: 1},
			{issueRefused: 1},
			{nobody: 1},
			{issueLost: 1, narrower: 2},
		} {
			for n := 1; ; n++ {
				w := newWorld(t, tr, 2)
				w.replace = !kind.keepsOld()
				e := w.engine()
				full := &full{world: w, left: n}
				e.Journal = full
				out, err := e.Run(t.Context(), w.job(kind))
				if full.left > 0 {
					break
				}
				if !errors.Is(err, errDisk) || out.Stage.Final() || !strings.Contains(out.Why, "the journal could not be written") {
					t.Errorf("%v, %+v: append %d failed: %+v, %v", kind, tr, n, out, err)
				}
				if w.effects != full.effects {
					t.Errorf("%v, %+v: append %d failed, and %d things were done after it", kind, tr, n, w.effects-full.effects)
				}
			}
		}
	}
}

// A full journal takes no more records after some, and notes how much was done
// by then.
type full struct {
	*world
	left    int
	effects int
}

func (f *full) AppendAll(records ...journal.Record) error {
	if f.left--; f.left <= 0 {
		if f.left == 0 {
			f.effects = f.world.effects
		}
		return errDisk
	}
	return f.world.AppendAll(records...)
}

// TestErrorsOfTheVault lets each reading of the store fail: the run says so,
// has not ended, and goes on later.
func TestErrorsOfTheVault(t *testing.T) {
	for _, kind := range []kind{rotateKind, replaceKind, rotateByHand} {
		for _, tr := range []trouble{{}, {wider: 1}, {issueLost: 1, landsAfter: 150 * 1e9}} {
			for n := 1; ; n++ {
				w := newWorld(t, tr, 2)
				w.replace = !kind.keepsOld()
				w.getFails = n
				out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(kind)) })
				if w.gets < n {
					break
				}
				if !errors.Is(err, errDisk) || out.Stage.Final() || !strings.Contains(out.Why, "the store could not be read") {
					t.Errorf("%v, %+v: reading %d failed: %+v, %v", kind, tr, n, out, err)
				}
				out = w.settle(kind, nil)
				w.check(kind, out, "after an error of the store")
			}
		}
	}
}

// A store that lost the new secret cannot deploy it; taking the run back still
// destroys the new key, by its name in the journal, and says so where that name
// is not listed.
func TestStoreLostTheNewSecret(t *testing.T) {
	stuck := func() *world {
		w := newWorld(t, trouble{placeFails: 1}, 1)
		_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(rotateKind)) })
		w.keys[credential(1).AccessKey].passphrase = exchanges.Secret{}
		delete(w.vault, "run-run-1")
		return w
	}
	w := stuck()
	out, err := w.engine().Run(t.Context(), w.job(rotateKind))
	if err == nil || !out.Waits || out.Stage != journal.NeedsPerson {
		t.Errorf("without the secret: %+v, %v", out, err)
	}
	out, err = w.engine().Abandon(t.Context(), w.job(rotateKind))
	if err != nil || out.Stage != journal.Abandoned || w.keys[credential(1).AccessKey].alive ||
		!w.keys[credential(0).AccessKey].alive {
		t.Errorf("taken back: %+v, %v", out, err)
	}
	for story, change := range map[string]func(*world){
		"does not name it": func(w *world) { w.keys[credential(1).AccessKey].listedAt = w.clock + 1 },
		"network":          func(w *world) { w.trouble.listFails = 1 },
	} {
		w = stuck()
		change(w)
		if out, err := w.engine().Abandon(t.Context(), w.job(rotateKind)); err == nil || out.Stage.Final() ||
			!strings.Contains(out.Why, story) {
			t.Errorf("%s: %+v, %v", story, out, err)
		}
	}
}

// A job that is not the one of the journal is refused, and nothing is done.
func TestAnotherJob(t *testing.T) {
	for story, change := range map[string]func(*Job){
		"kind":  func(j *Job) { j.Kind = journal.Revoke },
		"name":  func(j *Job) { j.Key = "other" },
		"order": func(j *Job) { j.Compromised = true },
	} {
		w := newWorld(t, trouble{placeFails: 1}, 1)
		_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(rotateKind)) })
		before := len(w.records)
		for name, do := range map[string]func(*Engine, Job) (Outcome, error){
			"run":     func(e *Engine, j Job) (Outcome, error) { return e.Run(t.Context(), j) },
			"abandon": func(e *Engine, j Job) (Outcome, error) { return e.Abandon(t.Context(), j) },
			"close":   func(e *Engine, j Job) (Outcome, error) { return e.Close(t.Context(), j, "why") },
		} {
			j := w.job(rotateKind)
			change(&j)
			if out, err := do(w.engine(), j); err == nil || len(w.records) != before || out.Why == "" {
				t.Errorf("another %s, %s: %+v, %v", story, name, out, err)
			}
		}
	}
	w := newWorld(t, trouble{placeFails: 1}, 1)
	_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(rotateKind)) })
	e := w.vault["run-run-1-old"]
	e.Credential.AccessKey = "ANOTHERKEY000001"
	w.vault["run-run-1-old"] = e
	if out, err := w.engine().Run(t.Context(), w.job(rotateKind)); err == nil || out.Stage.Final() {
		t.Errorf("another key in the store: %+v, %v", out, err)
	}
}
