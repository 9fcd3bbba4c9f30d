package audit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rekey/exchanges"
)

// A MatchOutcome is what is known of a key and an incident.
type MatchOutcome string

// The outcomes of a match.
const (
	Exposed         MatchOutcome = "exposed"
	PossiblyExposed MatchOutcome = "possibly exposed" // linked, and the incident's end or its loot is not certain
	NotExposed      MatchOutcome = "not exposed"
	Unmatched       MatchOutcome = "cannot tell" // linked, and nobody knows when the key was made
)

// Match says whether an incident exposes a key, and why: what the embedded
// catalogue is held to.
func Match(s Subject, in Incident, now time.Time) (MatchOutcome, string) {
	m := compare(s, in, now)
	return m.outcome, m.why
}

const whyNoKeys = "no exchange key was reported taken"

// A match is a comparison with the link that it rests on.
type match struct {
	outcome MatchOutcome
	linked  bool
	link    Link
	word    string // what the inventory says, in its own word
	why     string
}

// compare compares a key with an incident: the link first, then the lifetimes. A
// date alone never exposes a key, since incidents overlap, and a key whose age
// nobody knows is never clear of an incident that is linked with it. The why
// says why.
//
// NotExposed without a link says only what the inventory says; links that
// nobody can check here (see [LinkTypes]) are not looked at.
func compare(s Subject, in Incident, now time.Time) match {
	m := match{outcome: NotExposed, why: "nothing in the inventory links the key with it"}
	if !concerns(in, s.Key.Ref.Exchange) {
		m.why = "it does not concern keys of " + exchangeOf(s)
		return m
	}
	m.link, m.word, m.linked = linkOf(s, in)
	if !m.linked {
		return m
	}
	created, declared, known := createdAt(s, now)
	age := "created " + day(created)
	if declared {
		age += " as the inventory says"
	}
	switch {
	case known && clear(in, created):
		m.why = age + ", after the exposure had ended"
	case in.Exposure == NoKeys:
		m.why = whyNoKeys
	case !known:
		m.outcome, m.why = Unmatched, "nobody says when the key was created"
	case planted(in) && created.Before(in.From):
		m.why = age + ", before the intruder could have made it"
	default:
		m.outcome, m.why = within(in, created)
		m.why = age + ", " + m.why
	}
	return m
}

// within judges a key that is linked and old enough.
func within(in Incident, created time.Time) (MatchOutcome, string) {
	end := cutOff(in)
	switch {
	case in.Suspected:
		return PossiblyExposed, "and the incident is suspected, not confirmed"
	case in.Exposure == Possible && end.IsZero():
		return PossiblyExposed, "and the end of the exposure is not known"
	case in.Exposure == Possible:
		return PossiblyExposed, "before the exposure ended on " + day(
			end,
		) + "; that exchange keys were taken is possible, not reported"
	case !end.IsZero():
		return Exposed, "before " + day(end)
	}
	if d := in.reported(); !d.IsZero() && !created.After(d) {
		return Exposed, "before the incident was reported on " + day(d)
	}
	return PossiblyExposed, "and the end of the exposure is not known"
}

// clear reports whether a key made at that time came after the exposure.
func clear(in Incident, created time.Time) bool {
	switch {
	case slices.Contains(in.Actions, actionHost):
		return false // lasts until the machine was rebuilt, and nobody tells when
	case !in.CreatedBefore.IsZero():
		return !created.Before(in.CreatedBefore)
	case !in.Until.IsZero():
		return created.After(in.Until)
	}
	return false
}

// cutOff is the time before which a key must have been made to be exposed,
// zero when nobody knows.
func cutOff(in Incident) time.Time {
	switch {
	case slices.Contains(in.Actions, actionHost):
		return time.Time{}
	case !in.CreatedBefore.IsZero():
		return in.CreatedBefore
	}
	return in.Until
}

// reported is the earliest day by which the incident had surely begun.
func (in Incident) reported() time.Time {
	switch {
	case in.FirstAbuse.IsZero():
		return in.Disclosed
	case in.Disclosed.IsZero() || in.FirstAbuse.Before(in.Disclosed):
		return in.FirstAbuse
	}
	return in.Disclosed
}

// planted reports whether the keys of the incident were made by the intruder,
// rather than copied: those existed at no time before.
func planted(in Incident) bool {
	return slices.Contains(in.Leaked, "api_key_created_by_attacker") && !slices.Contains(in.Leaked, "api_secret")
}

// concerns reports whether the incident is about keys of that exchange. An
// incident without exchanges is about none, but an entry that says "no key was
// taken" answers for all.
func concerns(in Incident, exchange string) bool {
	if len(in.Exchanges) == 0 {
		return in.Exposure == NoKeys
	}
	return slices.ContainsFunc(in.Exchanges, func(name string) bool {
		return name == "*" || sameExchange(name, exchange)
	})
}

// linkOf returns the first link of the incident that the inventory confirms.
func linkOf(s Subject, in Incident) (Link, string, bool) {
	for _, l := range in.Links {
		var words []string
		switch l.Type {
		case linkSharedWith:
			words = s.Inventory.SharedWith
		case linkStoredIn, linkCI:
			words = s.Inventory.StoredIn
		case linkOwner:
			if s.Inventory.Owner != "" && fold(s.Inventory.Owner) == fold(l.Value) {
				return l, s.Inventory.Owner, true
			}
		case linkExchangeKey:
			if sameExchange(l.Value, s.Key.Ref.Exchange) {
				return l, s.Key.Ref.Exchange, true
			}
		case linkUnknownKey:
			if s.Origin == FromExchange && sameExchange(l.Value, s.Key.Ref.Exchange) {
				return l, s.Key.Ref.Exchange, true
			}
		}
		names := append([]string{l.Value}, in.Aliases...)
		for _, w := range words {
			if slices.ContainsFunc(names, func(n string) bool { return fold(n) == fold(w) }) {
				return l, w, true
			}
		}
	}
	return Link{}, "", false
}

// fold makes names comparable: "3Commas.io" and "3commas io" are the same.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r > 127:
			return r
		}
		return -1
	}, strings.ToLower(name))
}

// sameExchange compares exchange names, also by the names they had before.
func sameExchange(a, b string) bool { return exchangeName(a) == exchangeName(b) }

func exchangeName(name string) string {
	switch n := fold(name); n {
	case "coinbasepro", "gdax":
		return "coinbaseexchange"
	case "okex":
		return "okx"
	case "huobi":
		return "htx"
	default:
		return n
	}
}

// linkText words a link: "given to 3commas".
func (m match) linkText() string {
	switch m.link.Type {
	case linkSharedWith:
		return "given to " + quoted(m.word)
	case linkStoredIn, linkCI:
		return "stored in " + quoted(m.word)
	case linkOwner:
		return "owned by " + quoted(m.word)
	case linkUnknownKey:
		return fmt.Sprintf("at %s and not in the inventory", m.word)
	}
	return "a key of " + m.word
}

// ended reports whether the key is proven to have ended, and words it.
func ended(s Subject) (string, bool) {
	switch s.Key.Status {
	case exchanges.StatusDead:
		return "is dead", true
	case exchanges.StatusExpired:
		return "has expired", true
	case exchanges.StatusDefunct:
		return "has no exchange behind it", true
	case exchanges.StatusAlive, exchanges.StatusIPRefused, exchanges.StatusDisabled, exchanges.StatusUndetermined:
	}
	return "", false
}
