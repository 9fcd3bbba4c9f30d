package cmd

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/change"
	"rekey/internal/leak"
	"rekey/internal/report"
	"rekey/internal/scan"
	"rekey/internal/scan/find"
	"rekey/internal/survey"
)

// A dump that was not read whole has not proven a key absent.
func TestLeakCode(t *testing.T) {
	hit, gap := leak.Result{Hits: make([]leak.Hit, 1)}, leak.Result{Gaps: make([]leak.Gap, 1)}
	both := leak.Result{Hits: hit.Hits, Gaps: gap.Gaps}
	for _, c := range []struct {
		story  string
		result leak.Result
		want   int
	}{
		{"nothing", leak.Result{}, 0},
		{"a hit", hit, 3},
		{"a gap", gap, 4},
		{"a hit and a gap", both, 3},
		{"interrupted", leak.Result{Interrupted: true}, 130},
		{"interrupted after a hit", leak.Result{Interrupted: true, Hits: hit.Hits}, 130},
	} {
		if got := leakCode(c.result); got != c.want {
			t.Errorf("%s: exit %d, want %d", c.story, got, c.want)
		}
	}
}

// A tree that was not read whole is not free of credentials.
func TestScanCode(t *testing.T) {
	found := func(kind find.Kind, accepted string) []scan.Finding {
		return []scan.Finding{{Kind: kind, Accepted: accepted}}
	}
	gap := make([]scan.Gap, 1)
	for _, c := range []struct {
		story  string
		result scan.Result
		want   int
	}{
		{"nothing", scan.Result{}, 0},
		{"a gap", scan.Result{Gaps: gap}, 4},
		{"a credential", scan.Result{Findings: found(find.Credential, "")}, 3},
		{"a part of one", scan.Result{Findings: found(find.Partial, "")}, 3},
		{"a credential and a gap", scan.Result{Findings: found(find.Credential, ""), Gaps: gap}, 3},
		{"one that is ignored with a reason", scan.Result{Findings: found(find.Credential, "a test key")}, 0},
		{"one that is ignored, and a gap", scan.Result{Findings: found(find.Credential, "a test key"), Gaps: gap}, 4},
		{"a sample", scan.Result{Findings: found(find.Sample, "")}, 0},
		{"interrupted", scan.Result{Interrupted: true}, 130},
	} {
		if got := scanCode(c.result); got != c.want {
			t.Errorf("%s: exit %d, want %d", c.story, got, c.want)
		}
	}
}

// A word that names no key is no proof that there is none while a list could not
// be read: a list that the exchange says is not there could be.
func TestNameError(t *testing.T) {
	none := &change.NoKeyError{Word: "grid"}
	list := func(err error) survey.Result {
		return survey.Result{Managers: map[string]survey.Manager{"main": {Err: err}}}
	}
	for _, c := range []struct {
		story  string
		err    error
		result survey.Result
		want   int
		says   string
	}{
		{"every list was read", none, list(nil), 2, "rekey.yaml"},
		{"a list could not be read", none, list(errors.New("no answer")), 4, "nothing was changed"},
		{"a list is not there", none, list(&exchanges.Error{Kind: exchanges.KindNotMaster}), 2, "rekey.yaml"},
		{"it names two", &change.ManyError{Names: []string{"a", "b"}}, list(nil), 2, "nothing was changed"},
		{"a part, with --yes", &change.PartError{Name: "a"}, list(nil), 2, "nothing was changed"},
		{"no error", nil, list(errors.New("no answer")), 0, ""},
		{"another error", errors.New("x"), list(nil), 1, "x"},
	} {
		err := nameError(c.err, "rekey.yaml", c.result)
		if got := codeOf(err); got != c.want || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: exit %d, %v; want %d", c.story, got, err, c.want)
		}
	}
}

// A response that is about no key has seen everything, or says what it has not.
func TestNoneConcerned(t *testing.T) {
	for gaps, want := range map[int]int{0: 0, 1: 4, 3: 4} {
		var stdout, stderr bytes.Buffer
		a := &App{Stdout: &stdout, Stderr: &stderr, Dir: t.TempDir(), Now: func() time.Time { return time.Unix(0, 0) }}
		o := &respondOptions{}
		o.format = "json"
		err := a.noneConcerned(t.Context(), o, &workspace{}, report.Response{Gaps: gaps})
		said := strings.Contains(stderr.String(), "could not be looked at, and may be concerned")
		if got := codeOf(err); got != want || said != (gaps > 0) {
			t.Errorf("%d gaps: exit %d, want %d; %s", gaps, got, want, stderr.String())
		}
	}
}
