package rotate

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

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
		{"the new key is too wide", rotateByHand, journal.Done, true, 0}, // they narrowed it on the page
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

// A person is told what is wrong with the key that they gave.
func TestProblems(t *testing.T) {
	for says, tr := range map[string]trouble{
		"the exchange knows no such key":   {typos: 1},
		"that is the old key":              {givesOld: 1},
		"it is wider than asked for (with": {wider: 1},
		"it lacks spot":                    {narrower: 1},
		"could not be shown to work":       {undetermined: 2},
	} {
		w := newWorld(t, tr, 1)
		w.settle(rotateByHand, nil)
		if !strings.Contains(w.human.said, says) {
			t.Errorf("%+v: the person was told %q", tr, w.human.said)
		}
		for other := range map[string]bool{"lacks": true, "wider": true} {
			if strings.Contains(w.human.said, other) != strings.Contains(says, other) {
				t.Errorf("%+v: the person was told %q", tr, w.human.said)
			}
		}
	}
	w := newWorld(t, trouble{wider: 1}, 1)
	j := w.job(rotateByHand)
	j.Risks = []string{RiskWiderKey}
	if out, err := w.engine().Run(t.Context(), j); err != nil || out.Stage != journal.Done ||
		strings.TrimSpace(w.human.said) != "" {
		t.Errorf("with the risk accepted the person was told %q: %+v, %v", w.human.said, out, err)
	}
}

// Named as left are the keys that a person gave and that were not used, and
// those that could not be destroyed.
func TestLeft(t *testing.T) {
	key := func(n int) journal.KeyID { return journal.NameKey(credential(n).AccessKey) }
	note := func(n int, result string) journal.Record {
		return rec(n, journal.Issuing, journal.Note, journal.Data{New: key(n), Result: result})
	}
	got := left([]journal.Record{
		note(
			1,
			"",
		), note(2, unfit), note(3, absent), note(4, destroyed), note(5, unclear), note(6, unfit), note(6, destroyed),
		rec(
			7,
			journal.Closed,
			journal.Note,
			journal.Data{New: key(7)},
		), rec(8, journal.Issuing, journal.Will, journal.Data{New: key(8)}),
		note(9, ""), storedAs("a", credential(9).AccessKey), note(2, unfit),
	})
	if want := []journal.KeyID{key(1), key(2), key(5)}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A risk that was accepted when the run was planned stays accepted.
func TestRiskOfThePlan(t *testing.T) {
	w := newWorld(t, trouble{wider: 1, late: 1}, 1)
	j := w.job(rotateKind)
	j.Risks = []string{RiskWiderKey}
	ctx, cancel := context.WithCancel(t.Context())
	e := w.engine()
	e.Sleep = func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }
	if out, err := e.Run(ctx, j); err == nil || out.Stage != journal.Stored {
		t.Fatalf("%+v, %v", out, err)
	}
	if out := w.settle(rotateKind, nil); out.Stage != journal.Done {
		t.Errorf("%+v", out)
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

// A person who puts off the key that they were to delete leaves it alive: the run
// waits, and goes on later.
func TestKeyPutOff(t *testing.T) {
	w := newWorld(t, trouble{lies: 1, later: 1}, 1)
	w.replace = true
	out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(revokeByHand)) })
	if !errors.Is(err, ErrLater) || !out.Waits || out.Stage != journal.NeedsPerson {
		t.Fatalf("%+v, %v", out, err)
	}
	if !w.keys[credential(0).AccessKey].alive {
		t.Error("the old key died")
	}
	if out := w.settle(revokeByHand, nil); out.Stage != journal.Done || w.keys[credential(0).AccessKey].alive {
		t.Errorf("%+v", out)
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

// A taking-back that needs a person waits for one, says so in the journal, and
// goes on with the taking-back.
func TestTakingBackWaits(t *testing.T) {
	w := newWorld(t, trouble{placeFails: 1}, 1)
	_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(rotateByHand)) })
	w.trouble.nobody = 1
	out, err := w.engine().Abandon(t.Context(), w.job(rotateByHand))
	last := w.records[len(w.records)-1]
	if !errors.Is(err, ErrNobody) || !out.Waits || out.Stage != journal.NeedsPerson || last.Stage != journal.NeedsPerson ||
		out.Why == "" {
		t.Errorf("%+v, %v; the journal ends with %s", out, err, last.Stage)
	}
	w.trouble.nobody = 1
	e := w.engine()
	e.Journal = &full{world: w, left: 1}
	if out, err := e.Abandon(t.Context(), w.job(rotateByHand)); !errors.Is(err, errDisk) || out.Waits {
		t.Errorf("with a full disk: %+v, %v", out, err)
	}
	if out = w.settle(rotateByHand, nil); out.Stage != journal.Abandoned || w.keys[w.human.made.AccessKey].alive {
		t.Errorf("later: %+v", out)
	}
}
