package exchanges_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"rekey/exchanges"
	"rekey/internal/parallel"
)

// pages hands over the numbers from 0, so many in each page, with a pause
// after every page.
func pages(n, size int, pause time.Duration) func(context.Context, func([]int, error) bool) {
	return func(_ context.Context, yield func([]int, error) bool) {
		for from := 0; from < n; from += size {
			var page []int
			for i := range min(size, n-from) {
				page = append(page, from+i)
			}
			if !yield(page, nil) {
				return
			}
			time.Sleep(pause)
		}
	}
}

// one yields a key for an account after some time.
func one(took time.Duration) func(context.Context, int, func(exchanges.Key, error) bool) {
	return func(_ context.Context, account int, yield func(exchanges.Key, error) bool) {
		time.Sleep(took)
		yield(exchanges.Key{Ref: exchanges.KeyRef{AccessKey: fmt.Sprint(account)}}, nil)
	}
}

// Accounts are read while the list goes on: four pages a second apart and
// forty reads of a second by ten workers take four seconds and not eight. The
// progress never goes back.
func TestFanOutReadsWhileItLists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []exchanges.ListProgress
		progress := func(p exchanges.ListProgress) { told = append(told, p) }
		start := time.Now()
		seen := map[string]bool{}
		for k, err := range exchanges.FanOut(t.Context(), 10, progress, pages(40, 10, time.Second), one(time.Second)) {
			if err != nil || seen[k.Ref.AccessKey] {
				t.Errorf("%q, %v", k.Ref.AccessKey, err)
			}
			seen[k.Ref.AccessKey] = true
		}
		if took := time.Since(start); len(seen) != 40 || took != 4*time.Second {
			t.Errorf("%d keys in %v, want 40 in 4s", len(seen), took)
		}
		if last := told[len(told)-1]; last != (exchanges.ListProgress{Accounts: 40, Done: 40}) {
			t.Errorf("at last %+v", last)
		}
		if !slices.IsSortedFunc(
			told,
			func(a, b exchanges.ListProgress) int { return a.Accounts + a.Done - b.Accounts - b.Done },
		) {
			t.Errorf("progress went back: %+v", told)
		}
	})
}

// A list that may change is read in one go, however long the accounts take.
func TestFanOutDoesNotHoldTheListUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var listed time.Duration
		find := func(ctx context.Context, yield func([]int, error) bool) {
			pages(1000, 100, time.Second)(ctx, yield)
			listed = time.Since(start)
		}
		n := 0
		for range exchanges.FanOut(t.Context(), 2, nil, find, one(time.Minute)) {
			n++
		}
		if n != 1000 || listed != 10*time.Second {
			t.Errorf("%d keys, listed in %v, want 1000 and 10s", n, listed)
		}
	})
}

// An error beside a page is told, what the page holds is read, and the list
// goes on.
func TestFanOutTellsErrorsOfTheList(t *testing.T) {
	trouble := errors.New("half a page")
	find := func(_ context.Context, yield func([]int, error) bool) {
		_ = yield([]int{1, 2}, trouble) && yield([]int{3}, nil)
	}
	keys, errs := 0, 0
	for _, err := range exchanges.FanOut(t.Context(), 4, nil, find, one(0)) {
		switch {
		case err == nil:
			keys++
		case errors.Is(err, trouble):
			errs++
		}
	}
	if keys != 3 || errs != 1 {
		t.Errorf("%d keys and %d errors, want 3 and 1", keys, errs)
	}
}

// A list that was cut short by an interrupt says so: it must never pass for
// whole.
func TestFanOutInterrupted(t *testing.T) {
	for range 100 {
		ctx, cancel := context.WithCancel(t.Context())
		find := func(ctx context.Context, yield func([]int, error) bool) {
			cancel()
			yield(nil, ctx.Err())
		}
		var errs []error
		for _, err := range exchanges.FanOut(ctx, 4, nil, find, one(0)) {
			errs = append(errs, err)
		}
		if len(errs) != 1 || !errors.Is(errs[0], context.Canceled) {
			t.Fatalf("errors %v, want the interrupt", errs)
		}
	}
}

// When the consumer stops, nobody is left behind (synctest would say so) and
// little more is read.
func TestFanOutStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reads atomic.Int64
		read := func(ctx context.Context, account int, yield func(exchanges.Key, error) bool) {
			reads.Add(1)
			one(time.Second)(ctx, account, yield)
		}
		n := 0
		for range exchanges.FanOut(t.Context(), 4, nil, pages(1000, 10, time.Second), read) {
			if n++; n == 3 {
				break
			}
		}
		if got := reads.Load(); got > 3+2*4 {
			t.Errorf("%d accounts were read after the third key", got)
		}
	})
}

// A panic, wherever it is, comes out where the keys are consumed. Nobody is
// left behind (synctest would say so), and little more is read.
func TestFanOutPanics(t *testing.T) {
	for _, at := range []string{"find", "read", "progress", "consumer"} {
		synctest.Test(t, func(t *testing.T) {
			breaks := func(here string) {
				if here == at {
					panic("CANARY")
				}
			}
			find := func(ctx context.Context, yield func([]int, error) bool) {
				pages(100, 10, time.Second)(ctx, yield)
				breaks("find")
			}
			var reads atomic.Int64
			read := func(ctx context.Context, account int, yield func(exchanges.Key, error) bool) {
				if reads.Add(1) == 20 {
					breaks("read")
				}
				one(time.Second)(ctx, account, yield)
			}
			progress := func(p exchanges.ListProgress) {
				if p.Done == 20 {
					breaks("progress")
				}
			}
			n := 0
			defer func() {
				_, crash := recover().(*parallel.Crash)
				if crash == (at == "consumer") {
					t.Errorf("%s: a crash %v", at, crash)
				}
				if got := int(reads.Load()); at != "find" && got > 20+4 {
					t.Errorf("%s: %d accounts were read", at, got)
				}
			}()
			for range exchanges.FanOut(t.Context(), 4, progress, find, read) {
				if n++; n == 20 {
					breaks("consumer")
				}
			}
			t.Errorf("%s: it ended as if nothing was", at)
		})
	}
}
