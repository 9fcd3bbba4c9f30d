package drill

import (
	"context"
	"sync"
	"time"
)

// A Clock goes when somebody sleeps, and only then: half a minute passes at
// once, and what happens every few seconds has happened in it. Drills without a
// person run on it, so that two of them tell the same story.
type Clock struct {
	every time.Duration
	do    func(context.Context)

	turn sync.Mutex // one sleeper at a time moves the hands
	mu   sync.Mutex // over the rest
	now  time.Time
	next time.Time
}

// NewClock makes a clock that shows now. Nothing happens on it until Every.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Every has something done each time that so much has passed. do must not sleep.
func (c *Clock) Every(d time.Duration, do func(context.Context)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.every, c.do, c.next = d, do, c.now.Add(d)
}

// Now is what the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep lets d pass, together with those who sleep at the same time. It returns
// the context's error when that has ended.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	until := c.Now().Add(d)
	c.turn.Lock()
	defer c.turn.Unlock()
	for ctx.Err() == nil {
		do := c.step(until)
		if do == nil {
			break
		}
		do(ctx)
	}
	return ctx.Err()
}

// step moves the hands to the next thing that is to be done, or to the end.
func (c *Clock) step(until time.Time) func(context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.do == nil || c.next.After(until) {
		if until.After(c.now) {
			c.now = until
		}
		return nil
	}
	c.now, c.next = c.next, c.next.Add(c.every)
	return c.do
}
