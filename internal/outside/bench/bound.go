package main

import (
	"time"

	"rekey/internal/fake"
)

// bound is the least time from the start of a run to its last call under one
// limit, whatever the client does: a window takes L of weight, so a weight of
// W needs n = ceil(W/L) windows, and the last one cannot begin before n-1 of
// them have passed.
//
// Windows that begin with the first call: (n-1) windows of time. Windows that
// begin with the clock: the part of the first one that had passed before the
// start was free, which makes it (n-1) windows less that part.
func bound(u fake.Use, start time.Time) time.Duration {
	windows := (u.Weight + u.Limit.Limit - 1) / u.Limit.Limit
	if windows <= 1 {
		return 0
	}
	least := time.Duration(windows-1) * u.Limit.Window
	if !u.Limit.FromFirst {
		least -= start.Sub(start.Truncate(u.Limit.Window))
	}
	return least
}

// tightest returns the limit with the greatest bound, and the bound. Limits
// are waited for side by side, so the greatest is the bound of all of them.
func tightest(uses []fake.Use, start time.Time) (fake.Use, time.Duration) {
	var which fake.Use
	var least time.Duration
	for _, u := range uses {
		if b := bound(u, start); b > least {
			which, least = u, b
		}
	}
	return which, least
}
