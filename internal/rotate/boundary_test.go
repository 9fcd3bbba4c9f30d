package rotate

import (
	"context"
	"iter"
	"testing"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// A deletion that failed ends no run, however vague the exchange is after it.
func TestFailedDeletionEndsNothing(t *testing.T) {
	w := newWorld(t, trouble{listFails: 9}, 0)
	w.replace = true
	j := w.job(revokeKind)
	j.Manager = &half{world: w, first: exchanges.KindNetwork, then: exchanges.KindNetwork}
	vague := answer{key: exchanges.Key{Status: exchanges.StatusUndetermined}}
	asked := &script{answers: []answer{{key: exchanges.Key{Status: exchanges.StatusAlive}}, vague}}
	j.Open = func(exchanges.Credential) (exchanges.Adapter, error) { return asked, nil }
	out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), j) })
	if err == nil || out.Stage.Final() || out.Dead {
		t.Errorf("%+v, %v", out, err)
	}
}

// A narrowed key is never called dead.
func TestContainedIsNotDead(t *testing.T) {
	records := []journal.Record{{Stage: journal.Proved, Phase: journal.Did, Data: journal.Data{Result: proven}}}
	if out := outcomeAt("r", journal.Contain, records, journal.Done, ""); out.Dead {
		t.Errorf("%+v", out)
	}
}

// A list that breaks off says nothing about the keys that it did not name.
func TestHalfAListFindsNothing(t *testing.T) {
	w := newWorld(t, trouble{listFails: 1}, 0)
	if found, err := marked(t.Context(), w, account, []string{"m"}, func(string) bool { return false }); err == nil {
		t.Errorf("%+v without an error", found)
	}
}

// A silent manager lists keys and says nothing of what they may do.
type silent struct{ *world }

func (s silent) ListKeys(context.Context, exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	return func(yield func(exchanges.Key, error) bool) {
		yield(exchanges.Key{Ref: exchanges.KeyRef{AccessKey: credential(0).AccessKey}}, nil)
	}
}

// A key of which the list says nothing is not known to be narrowed.
func TestSilentListShowsNoNarrowness(t *testing.T) {
	w := newWorld(t, trouble{}, 0)
	j := w.job(containKind)
	j.Manager = silent{w}
	r := &run{Job: j}
	if got, err := r.narrowed(t.Context()); err != nil || got.done {
		t.Errorf("%+v, %v", got, err)
	}
}
