package httpx

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"rekey/exchanges"
)

// backoff is the pause before the second attempt; it doubles after that.
const backoff = 500 * time.Millisecond

// retry says whether a failed call may be tried again, and after what pause. A
// write may only after a refused timestamp: then it is clear that nothing was
// done, and the clock is measured anew.
func (c *Client) retry(op exchanges.Operation, err error, n int) (time.Duration, bool) {
	var e *exchanges.Error
	if !errors.As(err, &e) || op.Effect != exchanges.ReadOnly && e.Kind != exchanges.KindClock {
		return 0, false
	}
	pause := backoff << (n - 1)
	switch e.Kind {
	case exchanges.KindNetwork, exchanges.KindMaintenance:
		return pause, true
	case exchanges.KindTimeout: // somebody waits: once more and no further
		return pause, n == 1
	case exchanges.KindRateLimited:
		// The ban that noteBan recorded is waited for by the next attempt.
		return 0, c.banLeft() <= c.opts.MaxWait
	case exchanges.KindClock:
		return 0, n == 1
	default:
		return 0, false
	}
}

// settle is the last word on a call: a write without a clear answer may have
// happened, and says so.
func (c *Client) settle(op exchanges.Operation, err error) error {
	var e *exchanges.Error
	if op.Effect == exchanges.ReadOnly || !errors.As(err, &e) {
		return err
	}
	switch e.Kind {
	case exchanges.KindNetwork,
		exchanges.KindTimeout,
		exchanges.KindMaintenance,
		exchanges.KindCanceled,
		exchanges.KindOther:
		uncertain := *e
		uncertain.Kind = exchanges.KindUncertain
		uncertain.Detail = "no clear answer, it may have happened: look before trying again"
		return &uncertain
	default:
		return err
	}
}

// noteBan remembers how long the exchange wants to be left alone. It holds
// for every key of the exchange: limits and bans are counted by address, and
// a second key must not make the first one's ban longer.
func (c *Client) noteBan(err error) {
	var e *exchanges.Error
	if !errors.As(err, &e) || e.Kind != exchanges.KindRateLimited {
		return
	}
	wait := e.RetryAfter
	if !e.Until.IsZero() {
		wait = max(wait, e.Until.Sub(c.Now()))
	}
	if wait <= 0 {
		wait = 2 * backoff
	}
	c.opts.Bans.note(c.opts.Exchange, c.opts.Now().Add(min(wait, longestBan)))
}

func (c *Client) banLeft() time.Duration {
	return c.opts.Bans.until(c.opts.Exchange).Sub(c.opts.Now())
}

// longestBan is the longest that an exchange is left alone for one answer.
const longestBan = 7 * 24 * time.Hour

// Bans remember until when an exchange wants to be left alone. Clients that
// share them heed each other's. The zero value is ready.
type Bans struct {
	mu     sync.Mutex
	banned map[string]time.Time // by exchange
}

func (b *Bans) note(exchange string, until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.banned == nil {
		b.banned = map[string]time.Time{}
	}
	if until.After(b.banned[exchange]) {
		b.banned[exchange] = until
	}
}

func (b *Bans) until(exchange string) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.banned[exchange]
}

// waitForBan waits until the exchange may be asked again. It fails at once
// when that is further away than MaxWait.
func (c *Client) waitForBan(ctx context.Context, op exchanges.Operation) error {
	for {
		left := c.banLeft()
		if left <= 0 {
			return nil
		}
		if left > c.opts.MaxWait {
			return &exchanges.Error{
				Exchange: c.opts.Exchange, Op: op.Name, Kind: exchanges.KindRateLimited, RetryAfter: left,
				Detail: fmt.Sprintf(
					"the exchange wants to be left alone for another %s, nothing was sent",
					left.Round(time.Second),
				),
			}
		}
		if err := c.opts.Sleep(ctx, left); err != nil {
			return c.canceled(op)
		}
	}
}

// Sleep waits for d in real time, or until the context ends.
func Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
