package httpx

import (
	"context"
	"net/http"
	"sync"
	"time"

	"rekey/exchanges"
)

// clockPatience is how long a failed measurement is not repeated.
const clockPatience = 30 * time.Second

// A clock is the difference between the exchange's clock and ours.
type clock struct {
	measuring sync.Mutex // held while a measurement is under way

	mu     sync.Mutex
	offset time.Duration
	known  bool
	tried  time.Time
}

func (k *clock) get() (time.Duration, bool, time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.offset, k.known, k.tried
}

func (k *clock) set(offset time.Duration, known bool, at time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.offset, k.known, k.tried = offset, known, at
}

// forget makes the next signed call measure again.
func (k *clock) forget() { k.set(0, false, time.Time{}) }

// Now returns the exchange's time as far as it was measured, else ours.
func (c *Client) Now() time.Time {
	offset, _, _ := c.clock.get()
	return c.opts.Now().Add(offset)
}

// Offset returns how far the exchange's clock is ahead of ours, and whether it
// was measured. Half the round trip is taken for the way back.
func (c *Client) Offset() (time.Duration, bool) {
	offset, known, _ := c.clock.get()
	return offset, known
}

// measureClock asks the exchange for its time, once per client. A failure is
// not an error: the signed call that follows will say what is wrong.
func (c *Client) measureClock(ctx context.Context) {
	name := c.opts.Protocol.TimeOperation
	if name == "" || c.opts.Protocol.TimeOf == nil {
		return
	}
	c.clock.measuring.Lock()
	defer c.clock.measuring.Unlock()
	if _, known, tried := c.clock.get(); known || c.opts.Now().Sub(tried) < clockPatience {
		return
	}
	op, ok := c.opts.Protocol.Operation(name)
	if !ok || c.Endpoint(op.Host) == "" {
		return
	}
	sent := c.opts.Now()
	res, err := c.attempt(ctx, op, exchanges.Call{Op: name, Build: func(time.Time) (*http.Request, error) {
		return http.NewRequestWithContext(ctx, op.Method, c.Endpoint(op.Host)+op.Path, http.NoBody)
	}}, 1)
	got := c.opts.Now()
	if err != nil {
		c.clock.set(0, false, got)
		return
	}
	theirs, ok := c.opts.Protocol.TimeOf(res)
	if !ok {
		c.clock.set(0, false, got)
		return
	}
	c.clock.set(theirs.Sub(sent.Add(got.Sub(sent)/2)), true, got)
}
