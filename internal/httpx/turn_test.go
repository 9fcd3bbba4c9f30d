package httpx

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"rekey/exchanges"
)

// Serial calls of one user go one at a time, each with a later time, whatever the
// clock does; those of others do not wait for them.
func TestTurns(t *testing.T) {
	var all turns
	var seen []time.Time
	var wg sync.WaitGroup
	clock := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for i := range 50 {
		wg.Go(func() {
			turn, err := all.take(t.Context(), exchanges.Call{User: "one", Serial: true})
			if err != nil {
				t.Error(err)
				return
			}
			defer turn.done()
			now := clock.Add(-time.Duration(i%3) * time.Hour) // a clock that is set back
			seen = append(seen, turn.at(now))
		})
	}
	wg.Wait()
	for i := 1; i < len(seen); i++ {
		if seen[i].Sub(seen[i-1]) < time.Millisecond {
			t.Fatalf("call %d at %v, after %v", i, seen[i], seen[i-1])
		}
	}
	held, _ := all.take(t.Context(), exchanges.Call{User: "one", Serial: true})
	other, err := all.take(t.Context(), exchanges.Call{User: "two", Serial: true})
	if err != nil || other == nil {
		t.Fatal("another user waits")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := all.take(ctx, exchanges.Call{User: "one", Serial: true}); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted wait: %v", err)
	}
	held.done()
	if free, err := all.take(t.Context(), exchanges.Call{User: "one"}); err != nil || !free.at(clock).Equal(clock) {
		t.Error("a call that needs no turn got one")
	}
}
