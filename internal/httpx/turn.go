package httpx

import (
	"context"
	"sync"
	"time"

	"rekey/exchanges"
)

// turns lets the serial calls of each user go one at a time.
type turns struct {
	mu    sync.Mutex
	users map[string]*turn
}

// A turn is that of one user. The nil turn is that of calls which need none.
type turn struct {
	free chan struct{} // holds one token while nobody's call is under way
	last time.Time     // of the newest call; whoever has the token may write it
}

// take waits for the turn of a call's user. Whoever got one must call done.
func (t *turns) take(ctx context.Context, call exchanges.Call) (*turn, error) {
	if !call.Serial {
		return nil, nil //nolint:nilnil // the nil turn is one
	}
	t.mu.Lock()
	mine := t.users[call.User]
	if mine == nil {
		if t.users == nil {
			t.users = map[string]*turn{}
		}
		mine = &turn{free: make(chan struct{}, 1)}
		mine.free <- struct{}{}
		t.users[call.User] = mine
	}
	t.mu.Unlock()
	select {
	case <-mine.free:
		return mine, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// at returns the time for the next call: now, or a millisecond after the time of
// the call before, if now is no later.
func (t *turn) at(now time.Time) time.Time {
	if t == nil {
		return now
	}
	now = now.Truncate(time.Millisecond)
	if next := t.last.Add(time.Millisecond); now.Before(next) {
		now = next
	}
	t.last = now
	return now
}

// done gives the turn to the next call.
func (t *turn) done() {
	if t != nil {
		t.free <- struct{}{}
	}
}
