// Package parallel runs goroutines that somebody waits for.
//
// A panic that no goroutine recovers ends the program at once and prints its
// text, which may hold an answer of an exchange. Here it comes out as a *Crash
// where the goroutines are waited for, and unwinds from there to the top of
// the program like any other.
package parallel

import (
	"context"
	"sync"
	"sync/atomic"
)

// A Group is goroutines that are waited for together. The zero value is an
// empty one.
type Group struct {
	running sync.WaitGroup
	crashed atomic.Pointer[Crash] // the first
	stop    context.CancelFunc
}

// New returns an empty group, and a context for its goroutines. It ends when
// one of them panics, so that the others need not go on, and when Wait returns.
func New(ctx context.Context) (*Group, context.Context) {
	ctx, stop := context.WithCancel(ctx)
	return &Group{stop: stop}, ctx
}

// Go runs f in a goroutine of the group.
func (g *Group) Go(f func()) {
	g.running.Go(func() {
		defer func() {
			if r := recover(); r != nil {
				g.crashed.CompareAndSwap(nil, Caught(r))
				g.end()
			}
		}()
		f()
	})
}

// Wait returns when all goroutines of the group have ended. It panics with the
// *Crash of the first that panicked.
func (g *Group) Wait() {
	g.running.Wait()
	g.end()
	if c := g.crashed.Load(); c != nil {
		panic(c)
	}
}

func (g *Group) end() {
	if g.stop != nil {
		g.stop()
	}
}

// Each calls f for every item, in their order and for at most n, which is 1 or
// more, at a time. It returns when all calls have; that ctx ended is for f to
// see. After a panic of f no call is begun, the context of those under way
// ends, and Each panics with the *Crash.
func Each[T any](ctx context.Context, n int, items []T, f func(context.Context, T)) {
	g, ctx := New(ctx)
	var begun atomic.Int64
	for range min(n, len(items)) {
		g.Go(func() {
			for g.crashed.Load() == nil {
				i := int(begun.Add(1)) - 1
				if i >= len(items) {
					return
				}
				f(ctx, items[i])
			}
		})
	}
	g.Wait()
}
