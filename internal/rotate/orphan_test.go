package rotate

import (
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// An intruder's key is waited for until the list does not name it any more, and
// no longer; a list that fails is no list without it.
func TestRevokeWithoutSecretWaits(t *testing.T) {
	for _, c := range []struct {
		tr     trouble
		waited time.Duration
		want   journal.Stage
	}{
		{trouble{}, 0, journal.Unconfirmed},
		{trouble{listLag: 15 * time.Second}, 15 * time.Second, journal.Unconfirmed},
		{trouble{ghosts: true}, patience, journal.Retiring},
		{trouble{revokeLies: 1}, patience, journal.Retiring},
		{trouble{listFailsAt: 2}, interval, journal.Unconfirmed},
	} {
		w := newWorld(t, c.tr, 0)
		w.replace = true
		access := credential(0).AccessKey
		w.keys[access].passphrase = exchanges.Secret{}
		j := w.job(revokeKind)
		j.Old = exchanges.Credential{AccessKey: access}
		out, err := w.engine().Run(t.Context(), j)
		if out.Stage != c.want || (err == nil) != c.want.Final() || out.Dead || w.clock != c.waited {
			t.Errorf("%+v: %+v, %v, after %v", c.tr, out, err, w.clock)
		}
	}
}

// A key that an intruder made is destroyed although nobody here has its secret.
// Its death cannot be proven: the list alone says so.
func TestRevokeWithoutSecret(t *testing.T) {
	for name, tr := range map[string]trouble{
		"all goes well": {}, "the answer gets lost": {revokeLost: 1},
		"the list fails at first": {revokeLost: 1, listFails: 1},
	} {
		w := newWorld(t, tr, 0)
		w.replace = true
		access := credential(0).AccessKey
		w.keys[access].passphrase = exchanges.Secret{}
		var out Outcome
		var err error
		for range 3 {
			j := w.job(revokeKind)
			j.Old = exchanges.Credential{AccessKey: access}
			if out, err, _ = w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), j) }); err == nil {
				break
			}
		}
		if err != nil || out.Stage != journal.Unconfirmed || out.Dead || w.keys[access].alive {
			t.Errorf("%s: %+v, %v", name, out, err)
		}
	}
}
