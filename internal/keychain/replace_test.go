package keychain

import (
	"testing"

	"rekey/exchanges"
)

func TestReplace(t *testing.T) {
	k := on(newBackend())
	next := sample()
	next.AccessKey, next.Secret = "next", exchanges.NewSecret(canary+"next")
	refuses(t, k.Replace(t.Context(), "bot", next, sample()), ReasonNotFound, "")
	if err := k.Put(t.Context(), "bot", sample()); err != nil {
		t.Fatal(err)
	}
	for range 2 { // again, after a crash
		if err := k.Replace(t.Context(), "bot", next, sample()); err != nil {
			t.Fatal(err)
		}
		reads(t, k, "bot", next)
	}
	other := sample()
	other.Secret = exchanges.NewSecret(canary + "other")
	refuses(t, k.Replace(t.Context(), "bot", sample(), other), ReasonChanged,
		"keychain:bot: the keychain holds another credential than before (somebody else put it there, and it was left alone)")
	reads(t, k, "bot", next)
}
