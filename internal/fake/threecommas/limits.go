package threecommas

import (
	"net/http"
	"time"

	"rekey/internal/fake"
)

// limit is the documented one: 100 requests a minute, and 300 seconds of nothing for
// who exceeds it. Whose requests are counted is not said; the fake counts
// those of an address and those of a user. It sends no Retry-After, because
// none is documented.
func limit() fake.Limit { return fake.Limit{Limit: 100, Window: time.Minute, FromFirst: true} }

const (
	mitigation = 300 * time.Second
	// patience is how many refused requests turn a block into a ban. Only
	// that repetition does so is documented.
	patience    = 10
	shortestBan = 2 * time.Minute
	longestBan  = 72 * time.Hour
)

// A block is the state of an address or user that exceeded the limit.
type block struct {
	until   time.Time
	refused int // requests that were sent into it
	bans    int
	banned  bool
}

// count reports whether a request is within the limit, and answers it when it
// is not.
func (s *Service) count(w http.ResponseWriter, name string) bool {
	now := s.server.Now()
	b := s.blocks[name]
	if b == nil {
		b = &block{}
		s.blocks[name] = b
	}
	if !now.Before(b.until) {
		if _, _, ok := s.server.Limits.Count(name, limit(), 1, now); ok {
			return true
		}
		b.until, b.refused, b.banned = now.Add(mitigation), 0, false
		fail(w, http.StatusTooManyRequests, "Too Many Requests", "")
		return false
	}
	if b.refused++; b.refused > patience {
		b.until, b.refused, b.banned = now.Add(min(shortestBan<<min(b.bans, 12), longestBan)), 0, true
		b.bans++
	}
	status := http.StatusTooManyRequests
	if b.banned {
		status = http.StatusTeapot
	}
	fail(w, status, "Too Many Requests", "")
	return false
}
