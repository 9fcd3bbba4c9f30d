package rotate

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"rekey/internal/journal"
)

// worlds are what may go wrong besides the process dying.
func worlds() map[string]trouble {
	return map[string]trouble{
		"all goes well":                   {},
		"the answer of making gets lost":  {issueLost: 1},
		"it gets lost twice":              {issueLost: 2},
		"the answer of killing gets lost": {revokeLost: 1},
		"the list fails at first":         {issueLost: 1, listFails: 2},
		"the vault is full at first":      {vaultFull: 1},
		"the vault stays full":            {vaultFull: 3},
		"a place cannot be written":       {placeFails: 2},
		"the new key is dead on arrival":  {deadOnArrival: 1},
		"every new key is dead":           {deadOnArrival: 9},
		"the new key is too wide":         {wider: 1},
		"the new key works late":          {late: 1},
		"the old key is gone already":     {oldGone: 1},
		"the exchange is vague":           {undetermined: 40},
	}
}

// worlds are those that a kind of run can meet.
func (k kind) worlds() map[string]trouble {
	if k == containKind {
		return map[string]trouble{
			"all goes well":                     {},
			"the answer of narrowing gets lost": {editLost: 1},
			"it gets lost twice":                {editLost: 2},
			"the list fails at first":           {editLost: 1, listFails: 2},
			"the old key is gone already":       {oldGone: 1},
		}
	}
	if !k.byHand {
		return worlds()
	}
	return map[string]trouble{
		"all goes well":                     {},
		"nobody is there at first":          {nobody: 2},
		"a typo, and the old key is pasted": {typos: 1, givesOld: 1},
		"the secret of another is pasted":   {deadOnArrival: 1, wrongSecret: 1},
		"says yes and did nothing":          {lies: 1},
		"the new key is too wide":           {wider: 1},
		"the new key is dead on arrival":    {deadOnArrival: 1},
		"the vault is full at first":        {vaultFull: 1},
		"a place cannot be written":         {placeFails: 2},
		"the old key is gone already":       {oldGone: 1},
		"the exchange has no word for dead": {mute: true},
		"the exchange is vague":             {undetermined: 6},
	}
}

// TestCrashMatrix kills the process before and after every effect of every
// kind of run in every world, and again during the resume, and checks what must
// be true when the dust has settled.
func TestCrashMatrix(t *testing.T) {
	cases := 0
	for _, kind := range []kind{rotateKind, replaceKind, revokeKind, containKind, rotateByHand, replaceByHand, revokeByHand} {
		for name, tr := range kind.worlds() {
			t.Run(fmt.Sprintf("%v/%s", kind, name), func(t *testing.T) {
				total := effectsOf(t, kind, tr)
				for first := range 2*total + 1 {
					for second := range 2*total + 1 {
						cases++
						w := newWorld(t, tr, 3)
						w.replace = !kind.keepsOld()
						schedule := []int{first, second}
						out := w.settle(kind, schedule)
						w.check(kind, out, fmt.Sprintf("crashes at half-effects %v of %d", schedule, 2*total))
					}
				}
			})
		}
	}
	t.Logf("%d cases", cases)
}

// effectsOf counts the effects of a run that nobody kills.
func effectsOf(t *testing.T, kind kind, tr trouble) int {
	t.Helper()
	w := newWorld(t, tr, 3)
	w.replace = !kind.keepsOld()
	w.settle(kind, nil)
	return w.effects
}

// settle runs and resumes until the run has ended or nothing moves any more.
// Each process dies at its half-effect of the schedule: odd before, even after.
func (w *world) settle(kind kind, schedule []int) Outcome {
	var out Outcome
	for life := range 12 {
		w.crashAt, w.after, w.effects = 0, false, 0
		if life < len(schedule) && schedule[life] > 0 {
			w.crashAt, w.after = (schedule[life]+1)/2, schedule[life]%2 == 0
		}
		var err error
		var died bool
		out, err, died = w.live(func(e *Engine) (Outcome, error) { return e.Run(context.Background(), w.job(kind)) })
		if !died && err == nil {
			return out
		}
	}
	return out
}

// check holds the invariants of the issue.
func (w *world) check(kind kind, out Outcome, when string) {
	w.t.Helper()
	old := w.keys[credential(0).AccessKey]
	fail := func(format string, args ...any) {
		w.t.Helper()
		w.t.Fatalf("%s: outcome %+v: %s\njournal: %v", when, out, fmt.Sprintf(format, args...), w.records)
	}
	ended := out.Stage.Final()
	entry, kept := w.vault["run-run-1"]
	known := map[string]bool{old.credential.AccessKey: true}
	if kept {
		known[entry.Credential.AccessKey] = true
	}
	for _, p := range w.places {
		known[p.holds.AccessKey] = true
	}
	for access, k := range w.keys {
		if k.alive && !known[access] && !slices.Contains(out.Left, journal.NameKey(access)) {
			if w.marked(k.label) && (!ended || kind.byHand && !w.told[access]) {
				continue // unfinished, or never given to rekey: its label is in the journal
			}
			fail("key %s lives and nobody knows it", access)
		}
	}
	switch {
	case !ended: // named in the journal; nothing may be lost
		if kind.keepsOld() && !old.alive && w.trouble.oldGone == 0 && !w.begun(journal.Retiring) {
			fail("the old key is dead and the run stands at %s", out.Stage)
		}
	case kind == containKind && out.Stage == journal.Done:
		if !old.alive || !old.narrowed || out.Dead {
			fail("contained, and the old key is %+v", old)
		}
	case kind == containKind && out.Stage == journal.Unconfirmed: // named as such
	case out.Stage == journal.Done || out.Stage == journal.Unconfirmed:
		if old.alive {
			fail("the old key lives")
		}
		if len(w.vault) > 0 {
			fail("the vault still holds a secret")
		}
		for _, p := range w.places {
			if k := w.keys[p.holds.AccessKey]; kind.journal != journal.Revoke && (!k.alive || p.holds.AccessKey == old.credential.AccessKey) {
				fail("%s does not hold a working new key", p.name)
			}
		}
		if out.Stage == journal.Done && !out.Dead {
			fail("done without proof")
		}
	case out.Stage == journal.Failed || out.Stage == journal.Abandoned:
		if len(w.vault) > 0 {
			fail("taken back, and the vault still holds a secret")
		}
		for access, k := range w.keys {
			if k.alive && access != old.credential.AccessKey && !slices.Contains(out.Left, journal.NameKey(access)) {
				fail("taken back, and key %s lives", access)
			}
		}
		if kind.keepsOld() && !old.alive && w.trouble.oldGone == 0 {
			fail("taken back, and the old key is dead")
		}
		for _, p := range w.places {
			if kind.keepsOld() && p.holds.AccessKey != old.credential.AccessKey {
				fail("taken back, and %s holds another key", p.name)
			}
		}
	}
}

func (w *world) marked(label string) bool {
	for _, r := range w.records {
		if r.Data.Marker == label {
			return true
		}
	}
	return false
}

// A run can be taken back at every effect before the old key is touched.
func TestAbandonAnywhere(t *testing.T) {
	total := effectsOf(t, rotateKind, trouble{})
	for half := range 2*total + 1 {
		for again := range 2*total + 1 {
			w := newWorld(t, trouble{}, 3)
			w.crashAt, w.after = (half+1)/2, half%2 == 0
			_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(rotateKind)) })
			late := w.begun(journal.Retiring)
			w.effects, w.crashAt, w.after = 0, (again+1)/2, again%2 == 0
			_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Abandon(t.Context(), w.job(rotateKind)) })
			w.effects, w.crashAt = 0, 0
			out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Abandon(t.Context(), w.job(rotateKind)) })
			if late {
				continue
			}
			if err != nil || out.Stage != journal.Abandoned {
				t.Fatalf("killed at %d and %d: %+v, %v", half, again, out, err)
			}
			w.check(rotateKind, out, "abandoned")
			for access, k := range w.keys {
				if k.alive && access != credential(0).AccessKey {
					t.Fatalf("key %s lives after the run was taken back", access)
				}
			}
		}
	}
}

func (w *world) begun(s journal.Stage) bool {
	for _, r := range w.records {
		if r.Stage == s {
			return true
		}
	}
	return false
}
