package journal

import (
	"crypto/rand"
	"strings"
	"time"
)

// A RunID names a run: 13 letters and digits, nine for the millisecond of its
// start and four drawn by chance. Runs sort by their start, as far as the
// clock was right; what counts is the order of the journal.
type RunID string

// digits are those of Crockford's base 32: none that people take for another.
const digits = "0123456789abcdefghjkmnpqrstvwxyz"

const (
	timeDigits   = 9 // 45 bits of milliseconds, until the year 3084
	chanceDigits = 4
)

// NewRunID returns a name for a run that starts now.
func NewRunID(now time.Time) RunID {
	var id [timeDigits + chanceDigits]byte
	ms := now.UnixMilli()
	for i := timeDigits - 1; i >= 0; i-- {
		id[i] = digits[ms&31]
		ms >>= 5
	}
	_, _ = rand.Read(id[timeDigits:]) // never fails
	for i := timeDigits; i < len(id); i++ {
		id[i] = digits[id[i]&31]
	}
	return RunID(id[:])
}

// ParseRunID returns the name of a run that text is, and whether it has the form
// of one.
func ParseRunID(text string) (RunID, bool) {
	if id := RunID(text); id.valid() {
		return id, true
	}
	return "", false
}

// valid reports whether id has the form of a name of a run.
func (id RunID) valid() bool {
	return len(id) == timeDigits+chanceDigits && strings.Trim(string(id), digits) == ""
}
