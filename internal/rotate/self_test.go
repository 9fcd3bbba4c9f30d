package rotate

import (
	"context"
	"testing"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// selfWorlds are what may go wrong when a key destroys or narrows itself.
func selfWorlds() map[string]trouble {
	return map[string]trouble{
		"all goes well":                        {},
		"the answer of killing gets lost":      {revokeLost: 1},
		"it gets lost twice":                   {revokeLost: 2},
		"a killed key lives on":                {revokeLies: 99},
		"the exchange lies once":               {revokeLies: 1},
		"the answer of narrowing gets lost":    {editLost: 1},
		"the old key is gone already":          {oldGone: 1},
		"no word for dead":                     {vagueDeath: true},
		"the network fails after the death":    {offlineAfter: true},
		"the exchange is vague":                {undetermined: 40},
		"the exchange keeps silent of a while": {undetermined: 3},
	}
}

// RevokeSelf destroys the key with its own call, as Bybit does: a key that is
// gone is refused.
func (a asker) RevokeSelf(ctx context.Context) error {
	if err := a.known(); err != nil {
		return err
	}
	k := a.w.keys[a.c.AccessKey]
	ref := exchanges.KeyRef{AccessKey: a.c.AccessKey}
	return a.w.RevokeKey(ctx, exchanges.RevokeRequest{Ref: ref, Passphrase: k.passphrase})
}

func (a asker) EditSelf(ctx context.Context, req exchanges.EditRequest) (exchanges.Key, error) {
	if err := a.known(); err != nil {
		return exchanges.Key{}, err
	}
	req.Ref.AccessKey = a.c.AccessKey
	return a.w.EditKey(ctx, req)
}

// known refuses a key that is gone, or whose secret is another one.
func (a asker) known() error {
	k := a.w.keys[a.c.AccessKey]
	switch {
	case k == nil || !k.alive:
		return &exchanges.Error{Exchange: "sim", Kind: exchanges.KindNoSuchKey, Code: "10003", Status: 200}
	case !k.credential.Secret.Equal(a.c.Secret):
		return &exchanges.Error{Exchange: "sim", Kind: exchanges.KindBadSignature}
	}
	return nil
}

// A key that destroys itself is proven dead by its own secret, from the vault,
// and the journal says that no manager did it.
func TestRevokeSelf(t *testing.T) {
	w := newWorld(t, trouble{}, 0)
	out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(revokeSelf)) })
	if err != nil || out.Stage != journal.Done || !out.Dead || w.keys[credential(0).AccessKey].alive {
		t.Fatalf("outcome %+v, %v", out, err)
	}
	if plan := w.records[0].Data; !plan.Self || plan.Person || plan.Manager != "" {
		t.Errorf("the plan in the journal is %+v", plan)
	}
}

// Whatever its own call is answered, a key that answers after it is not dead,
// and the run is not done.
func TestRevokeSelfLives(t *testing.T) {
	w := newWorld(t, trouble{revokeLies: 99}, 0)
	out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(revokeSelf)) })
	if err == nil || out.Stage.Final() || out.Dead {
		t.Fatalf("outcome %+v, %v", out, err)
	}
}

// A call that names no key is never made with another key than the one meant.
func TestOwnKeyIsItself(t *testing.T) {
	w := newWorld(t, trouble{}, 0)
	j := w.job(revokeSelf)
	own := ownKey{credential: credential(0), open: j.Open}
	for _, access := range []string{"", "ACCESSKEY0000099"} {
		ref := exchanges.KeyRef{AccessKey: access}
		if err := own.RevokeKey(t.Context(), exchanges.RevokeRequest{Ref: ref}); err == nil {
			t.Errorf("%q: revoked", access)
		}
		if _, err := own.EditKey(t.Context(), exchanges.EditRequest{Ref: ref}); err == nil {
			t.Errorf("%q: changed", access)
		}
	}
	if _, err := own.IssueKey(t.Context(), exchanges.IssueRequest{}); err == nil {
		t.Error("a key made its own successor")
	}
	if !w.keys[credential(0).AccessKey].alive || w.effects != 0 {
		t.Errorf("%d effects", w.effects)
	}
}

// The own list of a key: none once it is dead, an error while nothing is known.
func TestOwnKeyList(t *testing.T) {
	for _, c := range []struct {
		story        string
		trouble      trouble
		listed, fail bool
	}{
		{"alive", trouble{}, true, false},
		{"gone", trouble{oldGone: 1}, false, false},
		{"gone, and there is no word for it", trouble{oldGone: 1, vagueDeath: true}, false, true},
		{"undetermined", trouble{undetermined: 1}, false, true},
	} {
		w := newWorld(t, c.trouble, 0)
		own := ownKey{credential: w.keys[credential(0).AccessKey].credential, open: w.job(revokeSelf).Open}
		listed, failed := false, false
		for _, err := range own.ListKeys(t.Context(), exchanges.ListRequest{}) {
			listed, failed = err == nil, err != nil
		}
		if listed != c.listed || failed != c.fail {
			t.Errorf("%s: listed %v, failed %v", c.story, listed, failed)
		}
	}
}

// All questions about one credential in a life of a run are asked of one adapter:
// what it saw before a deletion belongs to the proof after it. Another secret is
// another credential.
func TestOneAdapterForAKey(t *testing.T) {
	w := newWorld(t, trouble{}, 0)
	j := w.job(revokeKind)
	inner, made := j.Open, 0
	j.Open = func(c exchanges.Credential) (exchanges.Adapter, error) { made++; return inner(c) }
	if out, err := w.engine().Run(t.Context(), j); err != nil || out.Stage != journal.Done || made != 1 {
		t.Errorf("%d adapters, %+v, %v", made, out, err)
	}
	r := &run{Job: j}
	for _, secret := range []string{"CANARYa", "CANARYb", "CANARYa"} {
		_, _ = r.opened(exchanges.Credential{AccessKey: "k", Secret: exchanges.NewSecret(secret)})
	}
	if made != 3 {
		t.Errorf("%d adapters", made)
	}
}
