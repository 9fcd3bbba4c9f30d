package exchangetest

import (
	"context"
	"testing"

	"rekey/exchanges"
)

// withoutClient holds that an adapter that was opened without a Caller says so
// in an *Error, whichever method is called: it neither panics nor judges.
func withoutClient(t *testing.T, c Config) {
	b := newBench(t, c)
	a, err := c.Exchange.Open(b.Alive, exchanges.Env{})
	if err != nil {
		wantKind(t, err, exchanges.KindOther)
		return
	}
	ctx := context.Background()
	k, err := a.Inspect(ctx)
	if k.Status == exchanges.StatusDefunct {
		return // nobody is asked
	}
	wantKind(t, err, exchanges.KindOther)
	if k.Status != exchanges.StatusUndetermined {
		t.Errorf("status %q of a key that nobody was asked about", k.Status)
	}
	if l, ok := a.(exchanges.Lister); ok {
		failed := false
		for _, err := range l.ListKeys(ctx, exchanges.ListRequest{}) {
			if err != nil {
				failed = true
				wantKind(t, err, exchanges.KindOther)
			}
		}
		if !failed {
			t.Error("a list that nobody was asked for is whole")
		}
	}
	if r, ok := a.(exchanges.Revoker); ok {
		ref := exchanges.KeyRef{
			Exchange:  c.Exchange.Card.Name,
			AccessKey: "CANARYabcdefgh",
			Account:   exchanges.Account{Name: "sub", ID: "1"},
		}
		if err := r.RevokeKey(ctx, exchanges.RevokeRequest{Ref: ref}); err == nil {
			t.Error("a key that nobody was asked to delete is gone")
		}
	}
}
