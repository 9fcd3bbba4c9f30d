package report

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/text"
)

// The words that formats share. What a saved audit holds is foreign text, also
// where rekey writes words of its own.

const (
	notReported = "not reported"
	hiddenList  = "IP list (hidden)"
)

func statusWord(s exchanges.Status) string { return strings.ReplaceAll(string(s), "_", " ") }

// mayWords says what a key may do, or why that is not known. What the exchange
// does not say stands there with a question mark: it is not absent.
func mayWords(k audit.Key) string {
	if !k.Status.MayLive() {
		return "nothing (" + string(k.Status) + ")"
	}
	if _, known := k.Granted(); !known {
		return notReported
	}
	if powers := powersOf(k); len(powers) > 0 {
		return strings.Join(powers, ",")
	}
	return "nothing"
}

// powersOf lists the powers of a key that may live. What hurts most comes
// first, so that it is not cut off.
func powersOf(k audit.Key) []string {
	var worst, rest, perhaps []string
	granted, _ := k.Granted()
	for _, p := range granted {
		switch p {
		case exchanges.Withdraw, exchanges.ManageKeys, exchanges.Unmapped:
			worst = append(worst, string(p))
		default:
			rest = append(rest, string(p))
		}
	}
	for _, p := range k.NotTold {
		if p == exchanges.Withdraw {
			worst = append(worst, "withdraw?")
		} else {
			perhaps = append(perhaps, string(p)+"?")
		}
	}
	return slices.Concat(worst, rest, perhaps)
}

// fromWords says from where a key may be used.
func fromWords(w audit.Whitelist) string {
	restricted, known := w.Restricted.Get()
	switch {
	case !known:
		return notReported
	case !restricted:
		return "ANYWHERE"
	case w.Entries == nil:
		return hiddenList
	}
	return addresses(w.Entries)
}

// addresses writes a whitelist for people: single addresses without /32.
func addresses(prefixes []netip.Prefix) string {
	words := make([]string, len(prefixes))
	for i, p := range prefixes {
		words[i] = p.String()
		if p.IsSingleIP() {
			words[i] = p.Addr().String()
		}
	}
	return strings.Join(words, ", ")
}

func sinceWords(k audit.Key) string {
	at, known := k.Since().Get()
	if !known {
		return notReported
	}
	return at.Format(time.DateOnly)
}

// endWords says when the key ends, "" when nobody knows.
func endWords(k audit.Key) string {
	if at, known := k.ExpiresAt.Get(); known {
		if k.EndsTrading {
			return "trading ends " + at.Format(time.DateOnly)
		}
		return "ends " + at.Format(time.DateOnly)
	}
	switch d := k.Derived; {
	case d == nil:
		return ""
	case d.IfIdle:
		return fmt.Sprintf("ends %s if unused (by rule %s)", d.At.Format(time.DateOnly), d.Rule)
	default:
		return fmt.Sprintf("trading ends %s (by rule %s)", d.At.Format(time.DateOnly), d.Rule)
	}
}

// identity says which key it is.
func identity(k audit.Key) string {
	parts := []string{text.Clean(k.Exchange)}
	if masked := k.AccessKey.String(); masked != "" {
		parts = append(parts, text.Clean(masked))
	}
	if k.Label != "" {
		parts = append(parts, "“"+text.Clean(string(k.Label))+"”")
	}
	switch k.Account.Kind {
	case exchanges.AccountMaster:
		parts = append(parts, "master account")
	case exchanges.AccountSub:
		parts = append(parts, strings.TrimSpace("sub-account "+text.Clean(string(k.Account.Name))))
	case exchanges.AccountUnknown:
	}
	if k.SpecialMargin {
		parts = append(parts, "margin special key")
	}
	if frozen, _ := k.Account.Frozen.Get(); frozen {
		parts = append(parts, "account frozen")
	}
	if len(k.SharedWith) > 0 {
		parts = append(parts, "shared with "+text.Clean(strings.Join(k.SharedWith, ", ")))
	}
	if k.Status != exchanges.StatusAlive {
		parts = append(parts, statusWord(k.Status))
	}
	return strings.Join(parts, ", ")
}

// accountName is what an account is called, "" when nobody says.
func accountName(a audit.Account) string { return text.Clean(string(cmp.Or(a.Name, a.ID))) }

// sum is the audit in a sentence, as the text report ends with it.
func sum(r *audit.Result) string {
	s := r.Summary
	var parts []string
	for _, severity := range audit.Severities() {
		if n := s.Count(severity); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, severity))
		}
	}
	return text.Count(s.Keys, "key") + ": " + strings.Join(slices.Concat(orNothing(r, parts), alsoCounted(s)), ", ")
}

// orNothing is what to say where there are no findings to count.
func orNothing(r *audit.Result, parts []string) []string {
	switch {
	case len(parts) > 0:
		return parts
	case r.Baseline != nil:
		return []string{"nothing new and nothing worse"}
	}
	return []string{"no findings"}
}

// alsoCounted words the counts of a summary beside those of its findings.
func alsoCounted(s audit.Summary) []string {
	var parts []string
	for _, c := range []struct {
		n    int
		word string
	}{{s.Waived, "waived"}, {s.Known, "known from the baseline"}, {
		s.Unknowns,
		"checks not possible",
	}, {s.Gaps, "unreachable"}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.word))
		}
	}
	return parts
}

// ending says how the audit ended, and why.
func ending(s audit.Summary) string {
	return fmt.Sprintf("exit %d: %s", s.ExitCode, exitWords(s))
}

func exitWords(s audit.Summary) string {
	switch s.ExitCode {
	case 0:
		return passWords(s)
	case 3:
		return fmt.Sprintf("%s at or above %s", text.Count(s.AtOrAbove, "finding"), threshold(s))
	case 4:
		return "something could not be reached"
	case audit.Interrupted:
		return "interrupted"
	default:
		return ""
	}
}

// passWords say what an exit code of 0 means. Everything was seen only when
// every rule could judge every key.
func passWords(s audit.Summary) string {
	checks := text.Count(s.Unknowns, "check") + " not possible"
	switch below := s.Critical + s.High + s.Medium + s.Low + s.Info + s.Waived + s.Known; {
	case s.Unknowns == 0:
		return "everything was seen, nothing at or above " + threshold(s)
	case below == 0:
		return "no problem found; " + checks
	}
	return "nothing at or above " + threshold(s) + "; " + checks
}

func threshold(s audit.Summary) string {
	if s.FailOn == audit.None {
		return "any threshold"
	}
	return s.FailOn.String()
}

func andMore(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" +%d", n)
}

// wasWord is the severity that a finding had in the baseline.
func wasWord(f audit.Finding) string {
	was, _ := f.Was.Get()
	return was.String()
}
