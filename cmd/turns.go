package cmd

import (
	"context"
	"slices"
	"sync"
)

// turns give the terminal to one run at a time: of those that wait, to the one
// of the lowest rank.
type turns struct {
	mu      sync.Mutex
	taken   bool
	waiting []*turn
	ranks   int
}

type turn struct {
	rank  int
	ready chan struct{}
}

func newTurns() *turns { return &turns{} }

// rank returns the next rank.
func (t *turns) rank() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ranks++
	return t.ranks
}

// take waits until the terminal is free for this rank. After an error it was
// not taken.
func (t *turns) take(ctx context.Context, rank int) error {
	t.mu.Lock()
	if !t.taken {
		t.taken = true
		t.mu.Unlock()
		return ctx.Err()
	}
	me := &turn{rank, make(chan struct{})}
	t.waiting = append(t.waiting, me)
	t.mu.Unlock()
	select {
	case <-me.ready:
		return nil
	case <-ctx.Done():
		t.leave(me)
		return ctx.Err()
	}
}

// leave gives up waiting. A turn that came at that moment is handed on.
func (t *turns) leave(me *turn) {
	t.mu.Lock()
	i := slices.Index(t.waiting, me)
	if i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
	}
	t.mu.Unlock()
	if i < 0 {
		t.give()
	}
}

// give hands the terminal to whoever is next.
func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		t.taken = false
		return
	}
	next := slices.MinFunc(t.waiting, func(a, b *turn) int { return a.rank - b.rank })
	t.waiting = slices.DeleteFunc(t.waiting, func(w *turn) bool { return w == next })
	close(next.ready)
}
