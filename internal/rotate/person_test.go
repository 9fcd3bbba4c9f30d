package rotate

import (
	"errors"
	"strings"
	"testing"

	"rekey/internal/journal"
)

// What becomes of runs that a person carries out, when nobody kills rekey.
func TestByHand(t *testing.T) {
	for _, c := range []struct {
		world string
		kind  kind
		want  journal.Stage
		dead  bool
		left  int
	}{
		{"all goes well", rotateByHand, journal.Done, true, 0},
		{"all goes well", replaceByHand, journal.Done, true, 0},
		{"all goes well", revokeByHand, journal.Done, true, 0},
		{"nobody is there at first", rotateByHand, journal.Done, true, 0},
		{"a typo, and the old key is pasted", rotateByHand, journal.Done, true, 0},
		{"says yes and did nothing", revokeByHand, journal.Done, true, 0},
		{"the new key is too wide", rotateByHand, journal.Done, true, 0}, // he narrowed it on the page
		{"the exchange has no word for dead", revokeByHand, journal.Unconfirmed, false, 0},
		{"the exchange has no word for dead", rotateByHand, journal.Unconfirmed, false, 0},
		{"the old key is gone already", revokeByHand, journal.Done, true, 0},
		{"the exchange is vague", rotateByHand, journal.Done, true, 6}, // each was thought unfit, and may live
	} {
		w := newWorld(t, c.kind.worlds()[c.world], 3)
		w.replace = !c.kind.keepsOld()
		out := w.settle(c.kind, nil)
		if out.Stage != c.want || out.Dead != c.dead || len(out.Left) != c.left {
			t.Errorf("%s, %v: %+v, want %s, %d left", c.world, c.kind, out, c.want, c.left)
		}
		w.check(c.kind, out, c.world)
	}
}

// Where nobody is, the run stands still and says for whom it waits, and the old
// key goes on working.
func TestNobodyThere(t *testing.T) {
	w := newWorld(t, trouble{nobody: 1}, 1)
	out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(rotateByHand)) })
	if !errors.Is(err, ErrNobody) || !out.Waits || out.Stage != journal.NeedsPerson {
		t.Fatalf("%+v, %v", out, err)
	}
	if !w.keys[credential(0).AccessKey].alive {
		t.Error("the old key died")
	}
}

// A key that a person made too wide is used when that risk was accepted by name.
func TestWiderKeyAccepted(t *testing.T) {
	for _, kind := range []kind{rotateKind, rotateByHand} {
		w := newWorld(t, trouble{wider: 1}, 1)
		j := w.job(kind)
		j.Risks = []string{RiskWiderKey}
		out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), j) })
		if err != nil || out.Stage != journal.Done || !w.keys[w.places[0].holds.AccessKey].wide {
			t.Errorf("%v: %+v, %v", kind, out, err)
		}
	}
}

// A refusal in the exchange's own words ends a run that changed nothing: there
// is nothing to resume.
func TestRefusedForGood(t *testing.T) {
	for _, kind := range []kind{rotateKind, revokeKind, containKind} {
		w := newWorld(t, trouble{}, 1)
		j := w.job(kind)
		j.Manager = refusing{w}
		out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), j) })
		if err != nil || out.Stage != journal.Failed || !strings.Contains(out.Why, "forbidden") {
			t.Errorf("%v: %+v, %v", kind, out, err)
		}
		if !w.keys[credential(0).AccessKey].alive || len(w.vault) > 0 {
			t.Errorf("%v: something was changed, or kept", kind)
		}
	}
}
