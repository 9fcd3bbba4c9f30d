package main

import (
	"context"
	"math"
	"time"

	"rekey/internal/httpx"
)

// A clock runs faster than real time. Two processes with the same epoch and
// speed read the same time from it.
type clock struct {
	epoch time.Time
	speed float64
}

// clock is the one that a run goes by: a scaled one while limits are on, real
// time otherwise.
func (p plan) clock() clock {
	if !p.Limits {
		return clock{epoch: p.Epoch, speed: 1}
	}
	return clock{epoch: p.Epoch, speed: p.Speed}
}

// Now is the scaled time.
func (c clock) Now() time.Time {
	return c.epoch.Add(time.Duration(float64(time.Since(c.epoch)) * c.speed))
}

// Sleep waits for d of scaled time, and never a little less.
func (c clock) Sleep(ctx context.Context, d time.Duration) error {
	return httpx.Sleep(ctx, time.Duration(math.Ceil(float64(d)/c.speed)))
}

// untilPhase waits for the next moment that is so far in a clock minute.
func (c clock) untilPhase(ctx context.Context, phase time.Duration) error {
	for now := c.Now(); ; now = c.Now() {
		next := now.Add(-phase).Truncate(time.Minute).Add(time.Minute + phase)
		if next.Sub(now) > 59*time.Second { // it has just come
			return nil
		}
		if err := c.Sleep(ctx, next.Sub(now)); err != nil {
			return err
		}
	}
}
