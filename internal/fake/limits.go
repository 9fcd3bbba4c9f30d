package fake

import (
	"sync"
	"time"
)

// Limits counts use the way exchanges do, in two fashions: windows that begin
// with the clock, and windows that begin with the first call.
type Limits struct {
	mu      sync.Mutex
	off     bool
	windows map[string]*window
}

type window struct {
	end  time.Time
	used int
}

// NewLimits makes empty counters.
func NewLimits() *Limits { return &Limits{windows: map[string]*window{}} }

// TurnOff stops the refusals; use is still counted.
func (l *Limits) TurnOff() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.off = true
}

// A Limit is at most Limit of weight in a window of length Window.
type Limit struct {
	Limit  int
	Window time.Duration
	// FromFirst starts the window with the first call after the last one
	// ended. Otherwise windows begin with the clock, as "every minute".
	FromFirst bool
}

// Count adds weight to the counter of that name and returns the use in the
// current window, the time until it ends, and whether it is within the limit.
// A call that is refused is counted too.
func (l *Limits) Count(name string, limit Limit, weight int, now time.Time) (used int, reset time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.windows[name]
	if w == nil || !now.Before(w.end) {
		end := now.Add(limit.Window)
		if !limit.FromFirst {
			end = now.Truncate(limit.Window).Add(limit.Window)
		}
		w = &window{end: end}
		l.windows[name] = w
	}
	w.used += weight
	return w.used, w.end.Sub(now), l.off || w.used <= limit.Limit
}
