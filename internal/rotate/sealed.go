package rotate

import (
	"context"
	"time"

	"rekey/exchanges"
	"rekey/internal/store"
)

// Sealed keeps the secrets of runs in the encrypted store, in a slot of each
// run's own.
func Sealed(s store.Store, now func() time.Time) Vault { return sealed{s, now} }

type sealed struct {
	store store.Store
	now   func() time.Time
}

// nobodys stands for the secret of a key that somebody else made: the store
// takes no entry without one.
const nobodys = "rekey: nobody here has this secret"

func (s sealed) Put(ctx context.Context, slot string, e Entry) error {
	if e.Credential.Secret.IsZero() {
		e.Credential.Secret = exchanges.NewSecret(nobodys)
	}
	return s.store.Put(ctx, slot, store.Entry{Credential: e.Credential, Marker: e.Marker, At: s.now()})
}

func (s sealed) Get(ctx context.Context, slot string) (Entry, bool, error) {
	e, err := s.store.Get(ctx, slot)
	if store.ReasonOf(err) == store.ReasonNoEntry {
		return Entry{}, false, nil
	}
	if e.Credential.Secret.Equal(exchanges.NewSecret(nobodys)) {
		e.Credential.Secret = exchanges.Secret{}
	}
	return Entry{Marker: e.Marker, Credential: e.Credential}, err == nil, err
}

// Forget empties the slots: earlier attempts may have put an entry each.
func (s sealed) Forget(ctx context.Context, slots ...string) error {
	return s.store.Empty(ctx, slots...)
}
