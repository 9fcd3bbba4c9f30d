package audit

import (
	"fmt"

	"rekey/exchanges"
)

// both is the three-valued "and": false as soon as one side is, true only when
// both are.
func both(a, b exchanges.Fact[bool]) exchanges.Fact[bool] {
	va, ka := a.Get()
	vb, kb := b.Get()
	switch {
	case ka && !va, kb && !vb:
		return exchanges.Known(false)
	case ka && kb:
		return exchanges.Known(true)
	}
	return exchanges.Unknown[bool]()
}

// not is the three-valued "not".
func not(a exchanges.Fact[bool]) exchanges.Fact[bool] {
	if v, known := a.Get(); known {
		return exchanges.Known(!v)
	}
	return a
}

// judge turns a condition into the one verdict of a rule. unsaid is the text
// of the unknown.
func judge(broken exchanges.Fact[bool], finding Verdict, unsaid string) []Verdict {
	switch bad, known := broken.Get(); {
	case !known:
		return cannotTell(unsaid)
	case bad:
		finding.Outcome = Fail
		return []Verdict{finding}
	}
	return passed()
}

func passed() []Verdict { return []Verdict{{Outcome: Pass}} }

func failed(detail string) []Verdict { return []Verdict{{Outcome: Fail, Detail: detail}} }

func cannotTell(detail string) []Verdict { return []Verdict{{Outcome: CannotTell, Detail: detail}} }

// mayLive reports whether a rule about what a key can do applies: not to a key
// that is proven to have ended.
func mayLive(s Subject) bool { return s.Key.Status.MayLive() }

// unsaid words an unknown: the exchange does not say it, or could not be asked.
func unsaid(s Subject, what string) string {
	switch s.Key.Status {
	case exchanges.StatusUndetermined, "":
		return "the key could not be looked at, so it is not known " + what
	case exchanges.StatusIPRefused:
		return fmt.Sprintf("%s refuses this address, so it is not known %s", exchangeOf(s), what)
	case exchanges.StatusAlive, exchanges.StatusDead, exchanges.StatusExpired, exchanges.StatusDisabled,
		exchanges.StatusDefunct:
	}
	return fmt.Sprintf("%s does not say %s", exchangeOf(s), what)
}

// unlisted words why the entries of an IP whitelist cannot be judged.
func unlisted(s Subject) string {
	switch n := len(s.Key.Whitelist.Unread); {
	case !s.Key.Whitelist.Restricted.IsKnown():
		return unsaid(s, "whether there is an IP whitelist")
	case n == 1:
		return fmt.Sprintf("%s masks an entry of the list, or writes it in a form that is no address", exchangeOf(s))
	case n > 1:
		return fmt.Sprintf("%s masks %d entries of the list, or writes them in a form that is no address", exchangeOf(s), n)
	}
	return exchangeOf(s) + " does not return the list"
}

func exchangeOf(s Subject) string {
	if s.Key.Ref.Exchange == "" {
		return "the exchange"
	}
	return s.Key.Ref.Exchange
}
