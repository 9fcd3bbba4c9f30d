package report

import (
	"fmt"
	"strings"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/text"
)

// noticeLines is how many findings a notice names.
const noticeLines = 10

// Notice is what to tell people of an audit against a baseline: a title and a
// few lines that name keys by their names. There is none when nothing is new,
// worse or fixed and nothing else could not be looked at.
func Notice(r, earlier *audit.Result) (title, prose string, changed bool) {
	if r.Baseline == nil {
		return "", "", false
	}
	type about struct {
		key  string
		kind exchanges.Kind
	}
	before := map[about]bool{}
	for _, g := range earlier.Gaps {
		before[about{g.Key, g.Kind}] = true
	}
	var worse, lines []string
	for _, f := range r.Findings {
		if f.Waived == nil {
			worse = append(
				worse,
				fmt.Sprintf(
					"%s %s %s: %s (%s)",
					strings.ToUpper(f.Severity.String()),
					f.Rule,
					noticeText(text.CleanName(f.Key)),
					noticeText(f.Title),
					f.Change,
				),
			)
		}
	}
	lines = append(lines, atMost(worse)...)
	var fixed, gaps []string
	for _, f := range r.Baseline.Fixed {
		fixed = append(fixed, fmt.Sprintf("fixed: %s %s: %s", f.Rule, noticeText(text.CleanName(f.Key)), noticeText(f.Title)))
	}
	for _, g := range r.Gaps {
		if !before[about{g.Key, g.Kind}] {
			gaps = append(gaps, fmt.Sprintf("unreachable: %s (%s)", noticeText(text.CleanName(g.Key)), g.Kind))
		}
	}
	lines = append(append(lines, atMost(gaps)...), atMost(fixed)...)
	if len(lines) == 0 {
		return "", "", false
	}
	title = fmt.Sprintf("rekey: %d new or worse, %d fixed", len(worse), len(fixed))
	if len(gaps) > 0 {
		title += fmt.Sprintf(", %d unreachable", len(gaps))
	}
	lines = append(lines, noticeText(ending(r.Summary)), "What to do: rekey audit")
	return title, strings.Join(lines, "\n"), true
}

// ResponseNotice is what to tell people of a response: how its keys stand, those
// that may still be used first, and what goes on with it. Only of a response that is
// about keys, or may be.
func ResponseNotice(r Response) (title, prose string) {
	var open, over []string
	for _, k := range r.Keys {
		line := noticeText(text.CleanName(k.Key) + ": " + string(k.State) + ", " + k.Why)
		if k.State == Dead || k.State == Gone {
			over = append(over, line)
		} else {
			open = append(open, line)
		}
	}
	title = noticeText(fmt.Sprintf("rekey: response to %s: %d of %s dead or gone", r.Cause, len(over),
		text.Count(len(r.Keys), "key")))
	lines := append(atMost(open), atMost(over)...)
	if len(r.Keys) == 0 {
		title = noticeText("rekey: response to " + r.Cause + ": no key is known to be concerned")
	}
	if r.Gaps > 0 {
		lines = append(lines, text.Count(r.Gaps, "thing")+" could not be looked at, and may be concerned: rekey audit")
	}
	last := fmt.Sprintf("exit %d", r.ExitCode)
	if next := nextOf(r.Keys); next != "" {
		last += ". What to do: " + noticeText(next)
	}
	return title, strings.Join(append(lines, last), "\n")
}

// nextOf is the first command that goes on with a key, "" for none.
func nextOf(keys []KeyEnd) string {
	for _, k := range keys {
		if k.Next != "" {
			return k.Next
		}
	}
	return ""
}

func atMost(lines []string) []string {
	if len(lines) <= noticeLines {
		return lines
	}
	return append(lines[:noticeLines:noticeLines], fmt.Sprintf("... and %d more", len(lines)-noticeLines))
}

// noticeText takes from a text what chat services make mentions, links and
// markup of.
func noticeText(prose string) string {
	return strings.NewReplacer("@", "＠", "<", "‹", ">", "›", "`", "'", "*", "∗", "[", "(", "]", ")", "~", "-",
		"://", ": //", "|", "/").
		Replace(text.Sentence(prose))
}
