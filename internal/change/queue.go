package change

import (
	"context"
	"slices"
	"sync"
)

// A queue gives the terminal to one run at a time: of those that wait, to the
// one of the lowest rank.
type queue struct {
	mu      sync.Mutex
	taken   bool
	waiting []*ticket
	ranks   int
}

type ticket struct {
	rank  int
	ready chan struct{}
}

func newQueue() *queue { return &queue{} }

// rank returns the next rank.
func (t *queue) rank() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ranks++
	return t.ranks
}

// take waits until the terminal is free for this rank. After an error it was
// not taken.
func (t *queue) take(ctx context.Context, rank int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t.mu.Lock()
	if !t.taken {
		t.taken = true
		t.mu.Unlock()
		return nil
	}
	me := &ticket{rank, make(chan struct{})}
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

// leave gives up waiting. A place that came at that moment is handed on.
func (t *queue) leave(me *ticket) {
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

// waits reports whether somebody waits for the terminal.
func (t *queue) waits() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.waiting) > 0
}

// give hands the terminal to whoever is next.
func (t *queue) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		t.taken = false
		return
	}
	next := slices.MinFunc(t.waiting, func(a, b *ticket) int { return a.rank - b.rank })
	t.waiting = slices.DeleteFunc(t.waiting, func(w *ticket) bool { return w == next })
	close(next.ready)
}
