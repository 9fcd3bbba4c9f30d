package audit

import (
	"maps"
	"slices"
	"strings"
)

// The actions that a rule acts upon itself.
const (
	actionHost    = "HOST"
	actionAccount = "ACCOUNT"
	actionReview  = "REVIEW"
	actionNone    = "NONE"
)

// ActionText returns what an action of an incident asks a person to do, and
// whether there is such an action. The text continues a sentence.
func ActionText(action string) (string, bool) {
	switch action {
	case actionHost:
		return "treat the machine as compromised and rebuild it before a new key touches it", true
	case "REVOKE":
		return "revoke the key", true
	case "ROTATE":
		return "rotate the key", true
	case "IP_ALLOWLIST":
		return "bind the key that replaces it to an IP whitelist", true
	case "LEAST_PRIV":
		return "leave the key only the permissions it needs", true
	case "KEYLIST":
		return "compare the exchange's list of keys with the inventory and delete what you did not create", true
	case actionAccount:
		return "change the account's password, reset its second factor to an authenticator or hardware key, " +
			"and end all sessions", true
	case actionReview:
		return "review trades, orders, transfers and withdrawals", true
	case actionNone:
		return "nothing to do about exchange keys", true
	}
	return "", false
}

// remedyFor words the actions of an incident for a key, in an order that is
// safe to follow. An ended key can only be reviewed.
func remedyFor(s Subject, in Incident, alive bool) string {
	order := []string{actionHost, "REVOKE", "ROTATE", "IP_ALLOWLIST", "LEAST_PRIV", "KEYLIST", actionAccount}
	if !alive {
		order = []string{"KEYLIST", actionAccount}
	}
	var steps []string
	for _, a := range order {
		text, ok := ActionText(a)
		if !ok || !slices.Contains(in.Actions, a) {
			continue
		}
		if a == actionAccount && in.Exposure == NoKeys && in.Vendor != "" {
			text = "at " + in.Vendor + ", " + text // its accounts were hit, not the exchange's
		}
		steps = append(steps, text)
	}
	if slices.Contains(in.Actions, actionReview) || !alive && !in.ReviewFrom.IsZero() {
		steps = append(steps, reviewText(s, in))
	}
	if alive && slices.Contains(in.Leaked, "passphrase") {
		steps = append(steps, "do not use its passphrase again")
	}
	return strings.Join(steps, "; ")
}

// reviewText names the day from which to look and the symbols that were abused.
func reviewText(s Subject, in Incident) string {
	text, _ := ActionText(actionReview)
	if !in.ReviewFrom.IsZero() {
		text += " since " + day(in.ReviewFrom)
	}
	var seen []string
	for _, exchange := range slices.Sorted(maps.Keys(in.Symbols)) {
		symbols := strings.Join(in.Symbols[exchange], ", ") + " on " + exchange
		if sameExchange(exchange, s.Key.Ref.Exchange) {
			return text + " (abused then: " + symbols + ")"
		}
		seen = append(seen, symbols)
	}
	if len(seen) > 0 {
		text += " (abused then: " + strings.Join(seen, "; ") + ")"
	}
	return text
}
