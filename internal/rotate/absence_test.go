package rotate

import (
	"errors"
	"strings"
	"testing"

	"rekey/exchanges"
)

// plainJob is a rotation at an exchange that asks for no passphrase to delete a key.
func (w *world) plainJob() Job {
	j := w.job(rotateKind)
	j.Want.Passphrase = nil
	return j
}

// deployed is a world whose run stopped while the bot settled: every place holds the
// new key.
func deployed(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, trouble{}, 3)
	w.settling = func() error { return errors.New("stopped") }
	_, err := w.engine().Run(t.Context(), w.plainJob())
	if err == nil || w.places[0].holds.AccessKey == credential(0).AccessKey {
		t.Fatalf("the run did not stop behind its places: %v", err)
	}
	w.settling = nil
	return w
}

// The store lost the new secret, or does not show it: what the places hold is not
// decided by that. The old credential returns to them before the new key dies.
func TestTakingBackWithoutTheNewSecret(t *testing.T) {
	w := deployed(t)
	delete(w.vault, newSlot("run-1"))
	out, err := w.engine().Abandon(t.Context(), w.plainJob())
	if err != nil || !out.TakenBack {
		t.Fatalf("%+v, %v", out, err)
	}
	for _, p := range w.places {
		if p.holds.AccessKey != credential(0).AccessKey || !p.holds.Secret.Equal(credential(0).Secret) {
			t.Errorf("%s does not hold the old credential", p.name)
		}
	}
	for name, key := range w.keys {
		if key.alive != (name == credential(0).AccessKey) {
			t.Errorf("%s: alive is %v", exchanges.MaskAccessKey(name), key.alive)
		}
	}
	if len(w.keys) != 2 {
		t.Errorf("%d keys", len(w.keys))
	}
}

// The store lost the old secret, too: then nothing is destroyed that a place may
// hold, and a person is told.
func TestTakingBackWithoutAnySecret(t *testing.T) {
	w := deployed(t)
	clear(w.vault)
	_, err := w.engine().Abandon(t.Context(), w.plainJob())
	if err == nil || !strings.Contains(err.Error(), "holds neither the new secret nor the old one") {
		t.Errorf("%v", err)
	}
	for _, p := range w.places {
		if key := w.keys[p.holds.AccessKey]; key == nil || !key.alive {
			t.Errorf("%s holds a credential that does not work", p.name)
		}
	}
}
