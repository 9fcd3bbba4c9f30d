package audit

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"rekey/exchanges"
)

// maxQuoted bounds foreign text inside a detail, in bytes.
const maxQuoted = 60

// quoted makes foreign text fit for a detail: short, and with everything that
// is not plainly printable escaped.
func quoted(text string) string {
	if len(text) > maxQuoted {
		cut := maxQuoted
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		return strconv.Quote(text[:cut]) + "…"
	}
	return strconv.Quote(text)
}

// day writes a date, and adds the time of day where there is one.
func day(t time.Time) string {
	t = t.UTC()
	if t.Equal(startOfDay(t)) {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04 UTC")
}

func startOfDay(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

func inDays(d time.Duration) string { return counted(int(d/(24*time.Hour)), "day") }

// span is a length of time as people say it: in years from two on, else in days.
func span(d time.Duration) string {
	if d >= days(730) {
		return counted(int((d+days(182))/days(365)), "year")
	}
	return inDays(d)
}

// counted writes "1 day", "2 days".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// listed writes "a", "a and b", "a, b and c".
func listed[T ~string](words []T) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}

// createdAt returns when a key was made: by the exchange's word, else by the
// inventory's. A date ahead of now by more than clocks and time zones explain
// is no answer.
func createdAt(s Subject, now time.Time) (at time.Time, declared, known bool) {
	at, known = s.Key.CreatedAt.Get()
	if !known {
		at, declared = s.Inventory.Created.Get()
		known = declared
	}
	if !known || at.IsZero() || at.After(now.Add(24*time.Hour)) {
		return time.Time{}, false, false
	}
	return at, declared, true
}

// permissionsOf lists the powers in the words of the report.
func permissionsOf(powers []exchanges.Permission) string {
	if len(powers) == 0 {
		return "none"
	}
	return listed(powers)
}
