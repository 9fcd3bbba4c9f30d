package report

import (
	"slices"
	"strings"
	"testing"

	"rekey/audit"
	"rekey/exchanges"
)

// "Everything was seen" is said only when it was, and "no problem" only when
// there is none.
func TestEndingSaysWhatWasSeen(t *testing.T) {
	for _, tt := range []struct {
		story string
		s     audit.Summary
		want  string
	}{
		{"all seen", audit.Summary{Keys: 2, FailOn: audit.High}, "exit 0: everything was seen, nothing at or above high"},
		{"all seen, no threshold", audit.Summary{Keys: 2}, "exit 0: everything was seen, nothing at or above any threshold"},
		{
			"checks not possible",
			audit.Summary{Unknowns: 10, FailOn: audit.High},
			"exit 0: no problem found; 10 checks not possible",
		},
		{
			"one check not possible",
			audit.Summary{Unknowns: 1, FailOn: audit.High},
			"exit 0: no problem found; 1 check not possible",
		},
		{
			"a lower finding",
			audit.Summary{Low: 1, Unknowns: 2, FailOn: audit.High},
			"exit 0: nothing at or above high; 2 checks not possible",
		},
		{
			"a waived finding",
			audit.Summary{Waived: 1, Unknowns: 2, FailOn: audit.High},
			"exit 0: nothing at or above high; 2 checks not possible",
		},
		{
			"a known finding",
			audit.Summary{Known: 1, Unknowns: 2, FailOn: audit.High},
			"exit 0: nothing at or above high; 2 checks not possible",
		},
		{"a gap", audit.Summary{Gaps: 1, Unknowns: 2, ExitCode: 4}, "exit 4: something could not be reached"},
		{
			"findings",
			audit.Summary{AtOrAbove: 2, High: 2, FailOn: audit.High, ExitCode: 3},
			"exit 3: 2 findings at or above high",
		},
		{"interrupted", audit.Summary{ExitCode: audit.Interrupted}, "exit 130: interrupted"},
	} {
		if got := ending(tt.s); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.story, got, tt.want)
		}
	}
}

// What the exchange does not say has a question mark in words and in the
// drawing; a key that has ended has none.
func TestNotToldHasAQuestionMark(t *testing.T) {
	untold := func(s *audit.Subject) {
		s.Key.Permissions = exchanges.Permissions{}.Grant(exchanges.Read, exchanges.Spot)
	}
	for _, tt := range []struct {
		story string
		key   audit.Subject
		may   string
		dots  string // read, trade, move, withdraw, keys: filled, empty or ?
	}{
		{"all is told", stagedKey("a", "okx"), "read,spot", "XX..."},
		{
			"withdrawal and transfers are withheld", stagedKey("a", "binance", untold),
			"withdraw?,read,spot,transfer?,subaccount_transfer?", "XX??.",
		},
		{
			"withdrawal is granted", stagedKey("a", "okx", func(s *audit.Subject) {
				s.Key.Permissions = exchanges.Permissions{}.Grant(exchanges.Withdraw, exchanges.Read).DenyRest()
			}), "withdraw,read", "X..X.",
		},
		{"nothing is told", stagedKey("a", "okx", withStatus(exchanges.StatusUndetermined)), "not reported", "?????"},
		{"a dead key", stagedKey("a", "okx", withStatus(exchanges.StatusDead)), "nothing (dead)", "....."},
		{"an expired key of which some is known", stagedKey("a", "okx", untold, func(s *audit.Subject) {
			s.Key.Status = exchanges.StatusExpired
		}), "nothing (expired)", "XX..."},
	} {
		in := stagedFleet(0)
		in.Subjects = []audit.Subject{tt.key}
		v := newView(judged(t, in, Options{}))
		if got := mayWords(v.keys[0].Key); got != tt.may {
			t.Errorf("%s: it may %q, want %q", tt.story, got, tt.may)
		}
		dots := ""
		for _, d := range reach(v.keys, 1).Rows[0].Dots {
			switch {
			case d.Text != "":
				dots += d.Text
			case d.Class == "maynot":
				dots += "."
			default:
				dots += "X"
			}
		}
		if dots != tt.dots {
			t.Errorf("%s: the dots are %s, want %s", tt.story, dots, tt.dots)
		}
	}
}

// The page does not say "no key to deal with" as if all had been judged.
func TestPageSaysWhatWasNotPossible(t *testing.T) {
	in := stagedFleet(0)
	in.Subjects = []audit.Subject{stagedKey("a", "okx", func(s *audit.Subject) {
		s.Key.Permissions = exchanges.Permissions{}.Grant(exchanges.Read)
	})}
	in.Policy.Rules = map[string]audit.RulePolicy{"LIFE-01": {Off: true}, "NET-05": {Off: true}}
	r := judged(t, in, Options{})
	if r.Summary.Unknowns == 0 || r.Summary.ExitCode != 0 {
		t.Fatalf("the audit says %+v", r.Summary)
	}
	if got := newView(r).page(Options{}).Verdict; !strings.HasPrefix(got, "No key to deal with. ") ||
		!strings.HasSuffix(got, " checks not possible.") {
		t.Errorf("the page begins with %q", got)
	}
	whole := slices.DeleteFunc(r.Unknowns, func(audit.Unknown) bool { return true })
	r.Unknowns, r.Summary.Unknowns = whole, 0
	if got := newView(r).page(Options{}).Verdict; got != "No key to deal with." {
		t.Errorf("an audit that saw everything begins with %q", got)
	}
}
