package rotate

import (
	"context"
	"errors"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// closing runs a rotation in a world until it is stuck, and closes it.
func closing(t *testing.T, kind kind, tr trouble, change func(*Job)) (*world, Outcome, error) {
	t.Helper()
	w := newWorld(t, tr, 1)
	w.replace = !kind.keepsOld()
	if out := w.settle(kind, nil); out.Stage.Final() {
		t.Fatalf("it is not stuck: %+v", out)
	}
	j := w.job(kind)
	if change != nil {
		change(&j)
	}
	out, err := w.engine().Close(t.Context(), j, "the file is another bot's now")
	return w, out, err
}

// A run that can end neither way is closed: what lives is named, with the slot
// of its secret, and what opens something is kept.
func TestClose(t *testing.T) {
	dead := map[string]bool{}
	for _, c := range []struct {
		story string
		kind  kind
		tr    trouble
		job   func(*Job)
		alive []Living
		slots []string
	}{
		{"a person edited the file", rotateKind, trouble{edits: 2}, nil, []Living{
			{Key: journal.NameKey(credential(0).AccessKey), Status: exchanges.StatusAlive, Slot: "run-run-1-old"},
			{
				Key: journal.NameKey(credential(1).AccessKey), Label: "rk000001", Status: exchanges.StatusAlive,
				New: true, Slot: "run-run-1",
			},
		}, []string{"run-run-1-old", "run-run-1"}},
		{"the old key is gone", replaceKind, trouble{edits: 2}, nil, []Living{
			{
				Key: journal.NameKey(credential(1).AccessKey), Label: "rk000001", Status: exchanges.StatusAlive,
				New: true, Slot: "run-run-1",
			},
		}, []string{"run-run-1"}},
		{"nobody can be asked", rotateKind, trouble{edits: 2}, func(j *Job) { j.Open = nil }, []Living{
			{Key: journal.NameKey(credential(0).AccessKey), Status: exchanges.StatusUndetermined, Slot: "run-run-1-old"},
			{
				Key: journal.NameKey(credential(1).AccessKey), Label: "rk000001", Status: exchanges.StatusUndetermined,
				New: true, Slot: "run-run-1",
			},
		}, []string{"run-run-1-old", "run-run-1"}},
		{"a killed key lives on", revokeKind, trouble{revokeLies: 99}, nil, []Living{
			{Key: journal.NameKey(credential(0).AccessKey), Status: exchanges.StatusAlive, Slot: "run-run-1-old"},
		}, []string{"run-run-1-old"}},
		{"the network fails", revokeKind, trouble{offlineAfter: true}, nil, []Living{
			{Key: journal.NameKey(credential(0).AccessKey), Status: exchanges.StatusUndetermined, Slot: "run-run-1-old"},
		}, []string{"run-run-1-old"}},
		{"it is dead now", revokeKind, trouble{offlineAfter: true}, func(j *Job) {
			j.Open = func(exchanges.Credential) (exchanges.Adapter, error) {
				return &script{answers: []answer{{key: exchanges.Key{Status: exchanges.StatusDead}}}}, nil
			}
		}, nil, nil},
		{"a lost key, and a dead manager", replaceKind, trouble{managerDies: 2, issueLost: 1}, nil, []Living{
			{Label: "rk000001", Status: exchanges.StatusUndetermined, New: true},
		}, []string{"run-run-1"}},
	} {
		w, out, err := closing(t, c.kind, c.tr, c.job)
		if err != nil || out.Stage != journal.Closed || len(out.Alive) != len(c.alive) {
			t.Errorf("%s: %+v, %v", c.story, out, err)
			continue
		}
		for i, l := range out.Alive {
			if l != c.alive[i] {
				t.Errorf("%s: %+v, want %+v", c.story, l, c.alive[i])
			}
		}
		if len(w.vault) != len(c.slots) {
			t.Errorf("%s: the vault holds %v, want %v", c.story, w.vault, c.slots)
		}
		for _, slot := range c.slots {
			if _, kept := w.vault[slot]; !kept {
				t.Errorf("%s: %s is forgotten", c.story, slot)
			}
		}
		runs := journal.RunsOf(w.Records())
		if !runs[0].Ended || runs[0].Stage != journal.Closed || len(OutcomeOf(runs[0]).Alive) != len(c.alive) {
			t.Errorf("%s: the journal has the run at %s", c.story, runs[0].Stage)
		}
		if because := w.records[len(w.records)-1].Data.Because; because != "the file is another bot's now" {
			t.Errorf("%s: closed because %q", c.story, because)
		}
		before := len(w.records)
		if again, err := w.engine().Run(t.Context(), w.job(c.kind)); err != nil || again.Stage != journal.Closed ||
			len(w.records) != before {
			t.Errorf("%s: it goes on: %+v, %v", c.story, again, err)
		}
		dead[c.story] = out.Dead
	}
	if !dead["the old key is gone"] || dead["it is dead now"] || dead["a person edited the file"] {
		t.Errorf("proven dead are %v", dead)
	}
}

// A new key whose secret the store lost is named as well; an intruder's key is
// named, and there is no secret of it to keep.
func TestCloseWithoutSecrets(t *testing.T) {
	w := newWorld(t, trouble{edits: 2}, 1)
	w.settle(rotateKind, nil)
	delete(w.vault, "run-run-1")
	out, err := w.engine().Close(t.Context(), w.job(rotateKind), "why")
	want := Living{Key: journal.NameKey(credential(1).AccessKey), Status: exchanges.StatusUndetermined, New: true}
	if err != nil || len(out.Alive) != 2 || out.Alive[1] != want {
		t.Errorf("%+v, %v", out, err)
	}
	w = newWorld(t, trouble{revokeLies: 99}, 0)
	w.replace = true
	w.keys[credential(0).AccessKey].passphrase = exchanges.Secret{}
	j := w.job(revokeKind)
	j.Old = exchanges.Credential{AccessKey: credential(0).AccessKey}
	_, _ = w.engine().Run(t.Context(), j)
	out, err = w.engine().Close(t.Context(), j, "why")
	want = Living{Key: journal.NameKey(credential(0).AccessKey), Status: exchanges.StatusAlive}
	if err != nil || len(out.Alive) != 1 || out.Alive[0] != want || len(w.vault) > 0 {
		t.Errorf("an intruder's: %+v, %v", out, err)
	}
	w = newWorld(t, trouble{edits: 2}, 1)
	w.settle(rotateByHand, nil)
	w.vault["run-run-1-old"] = Entry{Credential: exchanges.Credential{AccessKey: credential(0).AccessKey}}
	if out, err := w.engine().Close(t.Context(), w.job(rotateByHand), "why"); err != nil ||
		out.Alive[0].Status != exchanges.StatusUndetermined {
		t.Errorf("by hand: %+v, %v", out, err)
	}
}

// A store that does not forget the secret of a dead key is said to.
func TestCloseCannotForget(t *testing.T) {
	w := newWorld(t, trouble{edits: 2}, 1)
	w.replace = true
	w.settle(replaceKind, nil)
	e := w.engine()
	e.Vault = keeping{w}
	out, err := e.Close(t.Context(), w.job(replaceKind), "why")
	if err != nil || out.Stage != journal.Closed || !strings.Contains(out.Why, "still in the store") {
		t.Errorf("%+v, %v", out, err)
	}
}

// A keeping vault forgets nothing.
type keeping struct{ *world }

func (keeping) Forget(context.Context, ...string) error { return errDisk }

// A create that is open when its run is closed is watched for.
func TestClosedRunsAreWatched(t *testing.T) {
	w, _, err := closing(t, replaceKind, trouble{managerDies: 2, issueLost: 1}, nil)
	if watches := Watches(journal.RunsOf(w.Records()), w.now()); err != nil || len(watches) != 1 || !watches[0].Ended {
		t.Fatalf("%+v, %v", watches, err)
	}
	w.trouble.managerDies = 0
	gone, err := w.engine().RemoveWatched(t.Context(), Watches(journal.RunsOf(w.Records()), w.now())[0], w)
	if err != nil || len(gone) != 1 || w.keys[credential(1).AccessKey].alive {
		t.Errorf("%v, %v", gone, err)
	}
}

// Closing needs a run and a reason, and an interruption or a trouble closes
// nothing.
func TestCloseRefuses(t *testing.T) {
	w := newWorld(t, trouble{edits: 2}, 1)
	if _, err := w.engine().Close(t.Context(), w.job(rotateKind), "why"); err == nil || len(w.records) > 0 {
		t.Errorf("a run that is not there: %v", err)
	}
	w.settle(rotateKind, nil)
	before := len(w.records)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for story, close := range map[string]func() (Outcome, error){
		"no reason": func() (Outcome, error) { return w.engine().Close(t.Context(), w.job(rotateKind), " \n") },
		"a long reason": func() (Outcome, error) {
			return w.engine().Close(t.Context(), w.job(rotateKind), strings.Repeat("x", 1025))
		},
		"not UTF-8":   func() (Outcome, error) { return w.engine().Close(t.Context(), w.job(rotateKind), "\xff") },
		"interrupted": func() (Outcome, error) { return w.engine().Close(canceled, w.job(rotateKind), "why") },
		"no store": func() (Outcome, error) {
			e := w.engine()
			e.Vault = locked{w}
			return e.Close(t.Context(), w.job(rotateKind), "why")
		},
	} {
		if out, err := close(); err == nil || out.Stage.Final() || len(w.records) != before {
			t.Errorf("%s: %+v, %v", story, out, err)
		}
	}
	if out, err := w.engine().Close(t.Context(), w.job(rotateKind), strings.Repeat("x", 1024)); err != nil ||
		out.Stage != journal.Closed {
		t.Errorf("%+v, %v", out, err)
	}
}

// locked is a vault that opens for old slots alone.
type locked struct{ *world }

func (l locked) Get(ctx context.Context, slot string) (Entry, bool, error) {
	if !strings.HasSuffix(slot, "-old") {
		return Entry{}, false, errors.New("wrong passphrase")
	}
	return l.world.Get(ctx, slot)
}
