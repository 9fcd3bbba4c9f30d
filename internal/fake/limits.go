package fake

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Limits counts use the way exchanges do, in two fashions: windows that begin
// with the clock, and windows that begin with the first call.
type Limits struct {
	mu      sync.Mutex
	off     bool
	windows map[string]*window
	uses    map[string]*Use
}

type window struct {
	end  time.Time
	used int
}

// NewLimits makes empty counters.
func NewLimits() *Limits {
	return &Limits{windows: map[string]*window{}, uses: map[string]*Use{}}
}

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
	ok = l.off || w.used <= limit.Limit
	l.note(name, limit, weight, ok)
	return w.used, w.end.Sub(now), ok
}

// A Use is all that came in under one counter, in all windows.
type Use struct {
	Name    string
	Limit   Limit
	Calls   int // refused ones too
	Weight  int // refused calls' too
	Refused int
}

// Uses returns the use of every counter, sorted by name.
func (l *Limits) Uses() []Use {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []Use
	for _, u := range l.uses {
		out = append(out, *u)
	}
	slices.SortFunc(out, func(a, b Use) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func (l *Limits) note(name string, limit Limit, weight int, ok bool) {
	u := l.uses[name]
	if u == nil {
		u = &Use{Name: name, Limit: limit}
		l.uses[name] = u
	}
	u.Calls++
	u.Weight += weight
	if !ok {
		u.Refused++
	}
}
