package parallel_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"rekey/internal/parallel"
)

// caught returns the crash that comes out of f.
func caught(t *testing.T, f func()) (c *parallel.Crash) {
	t.Helper()
	defer func() {
		r := recover()
		ok := false
		if c, ok = r.(*parallel.Crash); !ok {
			t.Fatalf("what came out is a %T", r)
		}
	}()
	f()
	return nil
}

type answer struct{ text string }

func (a answer) Error() string { return a.text }

func readAnswer() { panic(answer{"the answer was CANARY"}) }

// The type and the place of a panic come out where it is waited for, however
// often it is handed on, and its text does not.
func TestCrashHasNoText(t *testing.T) {
	c := caught(t, func() {
		var outer parallel.Group
		outer.Go(func() {
			parallel.Each(t.Context(), 3, []int{1, 2, 3}, func(context.Context, int) { readAnswer() })
		})
		outer.Wait()
	})
	if c.Type != "parallel_test.answer" {
		t.Errorf("type %q", c.Type)
	}
	if len(c.Frames) == 0 || !strings.Contains(c.Frames[0], "readAnswer (") ||
		!strings.Contains(c.Frames[0], "parallel_test.go:") {
		t.Errorf("frames %q, want readAnswer first", c.Frames)
	}
	if text := fmt.Sprintf("%v %+v %#v %s", c, c, c, c.Frames); strings.Contains(text, "CANARY") {
		t.Errorf("the text is told: %s", text)
	}
}

// Panics of the runtime's own are told like others, and so is one from a
// deferred function.
func TestCrashOfTheRuntime(t *testing.T) {
	var empty []int
	c := caught(t, func() {
		var g parallel.Group
		g.Go(func() {
			defer readAnswer()
			_ = empty[len(empty)]
		})
		g.Wait()
	})
	if c.Type != "parallel_test.answer" || !strings.Contains(c.Frames[0], "readAnswer (") {
		t.Errorf("%s", c)
	}
	c = caught(t, func() {
		var g parallel.Group
		g.Go(func() { _ = empty[len(empty)] })
		g.Wait()
	})
	if c.Type != "runtime.boundsError" || !strings.Contains(c.Frames[0], "TestCrashOfTheRuntime") {
		t.Errorf("%s", c)
	}
}

// A panic ends what runs beside it, and nothing more is begun. Whoever waits is
// never left waiting.
func TestCrashStopsTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var begun atomic.Int64
		start := time.Now()
		caught(t, func() {
			parallel.Each(t.Context(), 2, make([]int, 1000), func(ctx context.Context, _ int) {
				if begun.Add(1) == 1 {
					time.Sleep(time.Second)
					readAnswer()
				}
				select {
				case <-ctx.Done():
				case <-time.After(time.Hour):
				}
			})
		})
		if took := time.Since(start); took != time.Second || begun.Load() != 2 {
			t.Errorf("%d were begun in %v, want 2 in 1s", begun.Load(), took)
		}
	})
}

// Every item is worked on once, no more than so many at a time, and also when
// the context has ended.
func TestEach(t *testing.T) {
	for _, c := range []struct{ n, items int }{{1, 5}, {4, 100}, {100, 3}, {4, 0}} {
		synctest.Test(t, func(t *testing.T) {
			items := make([]int, c.items)
			for i := range items {
				items[i] = i
			}
			var mu sync.Mutex
			seen, now, most := map[int]int{}, 0, 0
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			parallel.Each(ctx, c.n, items, func(ctx context.Context, i int) {
				mu.Lock()
				seen[i]++
				now++
				most = max(most, now)
				mu.Unlock()
				if ctx.Err() == nil {
					t.Error("the context goes on")
				}
				time.Sleep(time.Second)
				mu.Lock()
				now--
				mu.Unlock()
			})
			if len(seen) != c.items || most != min(c.n, c.items) {
				t.Errorf("%d of %d items, %d of %d at a time", len(seen), c.items, most, c.n)
			}
			for i, n := range seen {
				if n != 1 {
					t.Errorf("item %d: %d times", i, n)
				}
			}
		})
	}
}

// The context of a group ends with it.
func TestContextOfAGroup(t *testing.T) {
	g, ctx := parallel.New(t.Context())
	g.Go(func() {
		if ctx.Err() != nil {
			t.Error("it ended before its group")
		}
	})
	g.Wait()
	if ctx.Err() == nil {
		t.Error("it outlives its group")
	}
}
