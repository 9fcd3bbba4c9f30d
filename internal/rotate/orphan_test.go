package rotate

import (
	"testing"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// A key that an intruder made is destroyed although nobody here has its secret.
// Its death cannot be proven: the list alone says so.
func TestRevokeWithoutSecret(t *testing.T) {
	for name, tr := range map[string]trouble{"all goes well": {}, "the answer gets lost": {revokeLost: 1}, "the list fails at first": {revokeLost: 1, listFails: 1}} {
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
