package rotate

import (
	"testing"

	"rekey/internal/journal"
)

// TestEnds says for every world how a run ends there that nobody kills: done
// where every key is known to be dead or in use, and with the right other word
// where one is not.
func TestEnds(t *testing.T) {
	type ends map[string]journal.Stage // the worlds in which a run does not end done
	same := func(a ends, more ends) ends {
		out := ends{}
		for _, m := range []ends{a, more} {
			for world, stage := range m {
				out[world] = stage
			}
		}
		return out
	}
	killing := ends{
		"a killed key lives on":             journal.Retiring,
		"the list goes on naming dead keys": journal.Retiring,
		"the network fails after the death": journal.Retiring,
		"no word for dead":                  journal.Unconfirmed,
	}
	making := ends{
		"a lost key lands after the run":  journal.Unconfirmed,
		"two lost keys land late":         journal.Unconfirmed,
		"the new key is dead on arrival":  journal.Failed,
		"every new key is dead":           journal.Failed,
		"a person edits a place at first": journal.Deployed,
		"a person edits a place later":    journal.Deployed,
	}
	mute := ends{"the exchange has no word for dead": journal.Unconfirmed}
	for _, c := range []struct {
		kind kind
		ends ends
	}{
		{rotateKind, same(same(killing, making), ends{
			"the new key is too wide":              journal.Failed,
			"the new key may less":                 journal.Failed,
			"a key is lost, and the next may less": journal.Unconfirmed,
			"the exchange refuses to make a key":   journal.Failed,
			"an intruder copies the label":         journal.Issuing, // it has another passphrase, and is named
			"the manager dies at once":             journal.Retiring,
		})},
		{replaceKind, same(same(killing, making), ends{
			"a lost key lands while the bot settles": journal.Unconfirmed, // nothing settles: it is watched for
			"a lost key, in a list behind 150 s":     journal.Unconfirmed,
			"the new key is too wide":                journal.NeedsPerson,
			"the new key may less":                   journal.NeedsPerson,
			"a key is lost, and the next may less":   journal.NeedsPerson,
			"the exchange is vague":                  journal.Unconfirmed,
			"the manager dies at once":               journal.Issuing,
		})},
		{revokeKind, same(killing, ends{"the exchange is vague": journal.Unconfirmed})},
		{containKind, ends{"the old key is gone already": journal.Deployed, "the manager dies at once": journal.Deployed}},
		{rotateByHand, mute},
		{replaceByHand, same(mute, ends{"the exchange is vague": journal.Unconfirmed})},
		{revokeByHand, same(mute, ends{"the exchange is vague": journal.Unconfirmed})},
	} {
		for name, tr := range c.kind.worlds() {
			want, other := c.ends[name]
			if !other {
				want = journal.Done
			}
			w := newWorld(t, tr, 3)
			w.replace = !c.kind.keepsOld()
			out := w.settle(c.kind, nil)
			if out.Stage != want {
				t.Errorf("%v, %s: %s (%s), want %s", c.kind, name, out.Stage, out.Why, want)
			}
			if want != journal.Done && out.Why == "" {
				t.Errorf("%v, %s: nothing is said of why it is %s", c.kind, name, want)
			}
		}
	}
}
