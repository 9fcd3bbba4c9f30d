package httpx

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"rekey/exchanges"
)

// A pool that all operations share holds back the calls of many users, each of
// which is far from its own limit, and frees its weight when a call is given up.
func TestSharedPool(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	began, waiting := now, errors.New("waits")
	refuse := false
	l := newLimits(Options{
		Protocol: exchanges.Protocol{Pools: []exchanges.Pool{
			{Name: "own", Per: exchanges.PerUser, Limit: 10, Window: time.Second},
			{Name: "all", Per: exchanges.PerIP, Shared: true, Limit: 3, Window: 5 * time.Second},
		}},
		Now: func() time.Time { return now },
		Sleep: func(_ context.Context, d time.Duration) error {
			if refuse {
				return waiting
			}
			now = now.Add(d)
			return nil
		},
	})
	op := exchanges.Operation{Name: "look", Pool: "own", Weight: 1}
	for i := range 9 {
		held, err := l.take(t.Context(), op, fmt.Sprint(i))
		if err != nil {
			t.Fatal(err)
		}
		held.done(now)
		if want := began.Add(time.Duration(i/3) * 5 * time.Second); now.Before(want) {
			t.Errorf("call %d at %v, want not before %v", i, now, want)
		}
	}
	refuse = true
	if _, err := l.take(t.Context(), op, "one more"); !errors.Is(err, waiting) {
		t.Fatalf("not held back: %v", err)
	}
	if b := l.bucket(op, "one more"); b.inFlight != 0 {
		t.Error("a call that was given up still counts as under way")
	}
	if n := len(l.sharedBuckets(exchanges.Operation{Pool: "all"}, "")); n != 0 {
		t.Error("a call is counted twice in one pool")
	}
}
