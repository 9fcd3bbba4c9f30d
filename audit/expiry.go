package audit

import (
	"time"

	"rekey/exchanges"
)

// DeriveExpiry returns the earliest end that a published rule implies for a
// key, or nil: when the exchange states an end itself, when the key is not
// known to be alive and free of an IP whitelist, or when no rule gives a day.
//
// A rule that counts from creation gives no day once that day has passed and
// the key still has the power: then the power was given later, and exchanges
// do not tell when. A rule that counts from the last use counts from now for a
// key that was just asked about itself, because the question was a use.
func DeriveExpiry(s Subject, rules []exchanges.ExpiryRule, now time.Time) *DerivedExpiry {
	restricted, known := s.Key.Whitelist.Restricted.Get()
	if !known || restricted || s.Key.Status != exchanges.StatusAlive || s.Key.ExpiresAt.IsKnown() {
		return nil
	}
	var first *DerivedExpiry
	for _, r := range rules {
		holds, _ := s.Key.Permissions.HasAny(r.Powers...).Get()
		if !holds {
			continue
		}
		at, ok := endUnder(r, s, now)
		if !ok || first != nil && !NewTime(at).Before(first.At.Time) {
			continue
		}
		first = &DerivedExpiry{At: NewTime(at), Rule: r.ID, Source: r.Source, IfIdle: r.Start == exchanges.FromLastUse}
	}
	return first
}

// endUnder returns the day that one rule gives, and whether it lies ahead.
func endUnder(r exchanges.ExpiryRule, s Subject, now time.Time) (time.Time, bool) {
	switch r.Start {
	case exchanges.FromCreation:
		created, _, known := createdAt(s, now)
		at := created.Add(r.After)
		return at, known && at.After(now)
	case exchanges.FromLastUse:
		if used, known := s.Key.LastUsedAt.Get(); known && used.Add(r.After).After(now) {
			return used.Add(r.After), true
		}
		return now.Add(r.After), s.Asked
	}
	return time.Time{}, false
}
