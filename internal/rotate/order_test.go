package rotate

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// A process that dies after the new secret was stored goes on with that key: it
// makes no other.
func TestStoredSecretIsUsed(t *testing.T) {
	for _, kind := range []kind{rotateKind, replaceKind} {
		met := false
		for n := 1; n <= 30; n++ {
			w := newWorld(t, trouble{}, 1)
			w.replace, w.crashAt, w.after = !kind.keepsOld(), n, true
			_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(kind)) })
			if e := w.vault["run-run-1"]; !e.made() || w.begun(journal.Stored) {
				continue
			}
			met, w.crashAt, w.effects = true, 0, 0
			if out := w.settle(kind, nil); out.Stage != journal.Done || w.made != 1 {
				t.Errorf("%v: %+v after %d keys", kind, out, w.made)
			}
		}
		if !met {
			t.Errorf("%v: no process died there", kind)
		}
	}
}

// The bot is made to read the new credential, and the old one when it is put
// back.
func TestReload(t *testing.T) {
	w := newWorld(t, trouble{}, 1)
	w.settle(rotateKind, nil)
	if want := []string{credential(1).AccessKey}; !slices.Equal(w.reloaded, want) {
		t.Errorf("reloaded with %v, want %v", w.reloaded, want)
	}
	w = newWorld(t, trouble{}, 1)
	w.settling = func() error { return context.Canceled }
	_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(rotateKind)) })
	if out, err := w.engine().Abandon(t.Context(), w.job(rotateKind)); err != nil || out.Stage != journal.Abandoned ||
		out.Why != "" {
		t.Errorf("%+v, %v", out, err)
	}
	if want := []string{credential(1).AccessKey, credential(0).AccessKey}; !slices.Equal(w.reloaded, want) {
		t.Errorf("reloaded with %v, want %v", w.reloaded, want)
	}
	w = newWorld(t, trouble{}, 1)
	j := w.job(rotateKind)
	j.Reload = func(context.Context, ...exchanges.Credential) error { return errors.New("no such service") }
	if out, err := w.engine().Run(t.Context(), j); err == nil || !w.keys[credential(0).AccessKey].alive ||
		!strings.Contains(out.Why, "reload") {
		t.Errorf("a reload that fails: %+v, %v", out, err)
	}
	if out, err := w.engine().Abandon(t.Context(), j); err == nil || out.Stage.Final() ||
		!strings.Contains(out.Why, "reload") {
		t.Errorf("a reload that fails, taken back: %+v, %v", out, err)
	}
	j.Reload = nil
	if out, err := w.engine().Abandon(t.Context(), j); err != nil || out.Stage != journal.Abandoned {
		t.Errorf("nothing to reload: %+v, %v", out, err)
	}
}

// While the bot settles everything that was done is in the journal, and an
// interruption keeps the old key.
func TestInterruptedWhileSettling(t *testing.T) {
	w := newWorld(t, trouble{}, 1)
	w.settling = func() error {
		if last := w.records[len(w.records)-1]; last.Stage != journal.Deployed || last.Phase != journal.Did {
			t.Errorf("the journal ends with %s %s", last.Stage, last.Phase)
		}
		return context.Canceled
	}
	out, err := w.engine().Run(t.Context(), w.job(rotateKind))
	if !errors.Is(err, context.Canceled) || out.Stage != journal.Deployed || !w.keys[credential(0).AccessKey].alive {
		t.Errorf("%+v, %v", out, err)
	}
}

// A place that got the old credential back and cannot be written again keeps
// the old key.
func TestPutBackAndNotWritten(t *testing.T) {
	w := newWorld(t, trouble{reverts: 1}, 1)
	w.settling = func() error {
		w.settling, w.trouble.placeFails = nil, 1
		return w.sleep(t.Context(), time.Minute)
	}
	out, err := w.engine().Run(t.Context(), w.job(rotateKind))
	if err == nil || out.Stage.Final() || !w.keys[credential(0).AccessKey].alive || w.begun(journal.Retiring) {
		t.Errorf("%+v, %v", out, err)
	}
}

// A key of a lost answer that comes into being while the run is taken back is
// destroyed with the rest.
func TestLostKeyLandsBeforeTheTakingBack(t *testing.T) {
	w := newWorld(t, trouble{issueLost: 1, landsAfter: 110 * time.Second, late: 2, narrower: 2}, 1)
	out, err := w.engine().Run(t.Context(), w.job(rotateKind))
	if err != nil || out.Stage != journal.Failed || w.made != 2 || w.keys[credential(1).AccessKey].alive ||
		w.keys[credential(2).AccessKey].alive {
		t.Errorf("%+v, %v, after %d keys", out, err, w.made)
	}
}

// A list that cannot be read when a destroyed key is looked for once more is no
// all-clear.
func TestLastLookFails(t *testing.T) {
	for n := 1; n <= 2; n++ {
		w := newWorld(t, trouble{issueLost: 1, listFailsAt: n}, 1)
		out, err := w.engine().Run(t.Context(), w.job(rotateKind))
		if err == nil || out.Stage.Final() {
			t.Errorf("list %d fails: %+v, %v", n, out, err)
		}
		if out = w.settle(rotateKind, nil); out.Stage != journal.Done {
			t.Errorf("later: %+v", out)
		}
	}
}

// A person is asked for a key of the same label again, in a later life too.
func TestSameLabel(t *testing.T) {
	w := newWorld(t, trouble{nobody: 2, typos: 1}, 1)
	w.settle(rotateByHand, nil)
	for _, label := range w.human.labels {
		if label != "rk000001" {
			t.Errorf("labels %v", w.human.labels)
			break
		}
	}
}

// Where a person made the new key and the store lost it, nobody knows whether
// it lives: a taking-back does not end.
func TestStoreLostTheKeyOfAPerson(t *testing.T) {
	w := newWorld(t, trouble{placeFails: 1}, 1)
	_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(rotateByHand)) })
	delete(w.vault, "run-run-1")
	out, err := w.engine().Abandon(t.Context(), w.job(rotateByHand))
	if err == nil || !out.Waits || out.Stage != journal.NeedsPerson || !strings.Contains(out.Why, "runs close run-1") {
		t.Errorf("%+v, %v", out, err)
	}
}

// A narrowing is proven by the manager's list alone, which may lag, and what
// the list does not tell is no proof.
func TestNarrowed(t *testing.T) {
	narrow := exchanges.Permissions{}.Grant(exchanges.Read).DenyRest()
	wide := exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Spot).DenyRest()
	here := []string{"203.0.113.7"}
	list := exchanges.ParseWhitelist(here)
	for _, c := range []struct {
		story  string
		want   Want
		lists  []exchanges.Key // in turn, the last one again and again
		stage  journal.Stage
		waited time.Duration
	}{
		{"narrow", Want{}, []exchanges.Key{{Permissions: narrow}}, journal.Done, 0},
		{
			"the list lags",
			Want{},
			[]exchanges.Key{{Permissions: wide}, {Permissions: wide}, {Permissions: narrow}},
			journal.Done, 2 * interval,
		},
		{"wide to the end", Want{}, []exchanges.Key{{Permissions: wide}}, journal.Deployed, patience},
		{"narrow at the last moment", Want{}, append(slices.Repeat([]exchanges.Key{{Permissions: wide}}, 24),
			exchanges.Key{Permissions: narrow}), journal.Done, patience},
		{"narrow too late", Want{}, append(slices.Repeat([]exchanges.Key{{Permissions: wide}}, 25),
			exchanges.Key{Permissions: narrow}), journal.Deployed, patience},
		{"nothing is told", Want{}, []exchanges.Key{{}}, journal.Unconfirmed, 0},
		{"the addresses too", Want{Whitelist: here}, []exchanges.Key{{
			Permissions: narrow,
			Whitelist:   list,
		}}, journal.Done, 0},
		{"the addresses are not told", Want{Whitelist: here}, []exchanges.Key{{Permissions: narrow}}, journal.Unconfirmed, 0},
		{"the permissions are not told", Want{Whitelist: here}, []exchanges.Key{{Whitelist: list}}, journal.Unconfirmed, 0},
	} {
		w := newWorld(t, trouble{}, 0)
		j := w.job(containKind)
		j.Want, j.Manager = c.want, &listing{world: w, lists: c.lists}
		out, err := w.engine().Run(t.Context(), j)
		if out.Stage != c.stage || (err == nil) != c.stage.Final() || w.clock != c.waited {
			t.Errorf("%s: %+v, %v, after %v", c.story, out, err, w.clock)
		}
	}
}

// An answer that got lost is looked for before the narrowing is sent again.
func TestNarrowOnce(t *testing.T) {
	w := newWorld(t, trouble{editLost: 1}, 0)
	if out, err := w.engine().Run(t.Context(), w.job(containKind)); err != nil || out.Stage != journal.Done ||
		w.managed != 3 {
		t.Errorf("%+v, %v, after %d calls", out, err, w.managed) // the edit, the look, the proof
	}
	w = newWorld(t, trouble{}, 0)
	w.settling = nil
	ctx, cancel := context.WithCancel(t.Context())
	j := w.job(containKind)
	j.Manager = &listing{
		world: w,
		lists: []exchanges.Key{{Permissions: exchanges.Permissions{}.Grant(exchanges.Spot).DenyRest()}},
		then:  cancel,
	}
	if out, err := w.engine().Run(ctx, j); !errors.Is(err, context.Canceled) || out.Stage.Final() || w.clock != interval {
		t.Errorf("interrupted: %+v, %v, after %v", out, err, w.clock)
	}
}

// A listing manager lists the old key as it is told to.
type listing struct {
	*world
	lists []exchanges.Key
	then  func()
}

func (l *listing) ListKeys(context.Context, exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	return func(yield func(exchanges.Key, error) bool) {
		k := l.lists[0]
		if len(l.lists) > 1 {
			l.lists = l.lists[1:]
		}
		k.Ref.AccessKey = credential(0).AccessKey
		yield(k, nil)
		if l.then != nil {
			l.then()
		}
	}
}
