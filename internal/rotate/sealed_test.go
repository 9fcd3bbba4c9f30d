package rotate

import (
	"path/filepath"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/store"
)

// The store keeps the secrets of runs, and an intruder's key without one.
func TestSealed(t *testing.T) {
	s, err := store.Create(t.Context(), store.Options{Dir: filepath.Join(t.TempDir(), "state")}, exchanges.Secret{})
	if err != nil {
		t.Fatal(err)
	}
	v := Sealed(s, func() time.Time { return time.Date(2026, 11, 30, 7, 0, 0, 0, time.UTC) })
	if e, ok, err := v.Get(t.Context(), "run-1"); ok || err != nil || e.made() {
		t.Errorf("an empty slot: %v, %v", ok, err)
	}
	own := Entry{Marker: "rk000001", Credential: credential(1)}
	foreign := Entry{Credential: exchanges.Credential{AccessKey: "INTRUDERKEY0001"}}
	for slot, e := range map[string]Entry{"run-1": own, "run-1-old": foreign} {
		if err := v.Put(t.Context(), slot, e); err != nil {
			t.Fatal(err)
		}
		got, ok, err := v.Get(t.Context(), slot)
		if !ok || err != nil || got.Marker != e.Marker || got.Credential.AccessKey != e.Credential.AccessKey ||
			!got.Credential.Secret.Equal(e.Credential.Secret) {
			t.Errorf("%s: %v, %v", slot, ok, err)
		}
	}
	if err := v.Forget(t.Context(), "run-1", "run-1-old", "run-1-lost"); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := v.Get(t.Context(), "run-1"); ok || err != nil {
		t.Errorf("forgotten: %v, %v", ok, err)
	}
}
