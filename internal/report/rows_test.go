package report

import (
	"strings"
	"testing"
	"time"

	"rekey/audit"
	"rekey/exchanges"
)

// Of a key that could not be judged whole no row says that there is no problem.
func TestProblemOfARow(t *testing.T) {
	for name, c := range map[string]struct {
		key    audit.Key
		result audit.Result
		want   string
	}{
		"nothing": {audit.Key{Status: exchanges.StatusAlive}, audit.Result{}, "no problem found"},
		"a gap": {
			audit.Key{Status: exchanges.StatusUndetermined},
			audit.Result{Gaps: []audit.Gap{{Key: "k", Kind: exchanges.KindNetwork, Detail: "no route"}}},
			"unreachable: no route",
		},
		"a gap and a small finding": {audit.Key{Status: exchanges.StatusAlive}, audit.Result{
			Gaps:     []audit.Gap{{Key: "k", Kind: exchanges.KindNetwork, Detail: "no route"}},
			Findings: []audit.Finding{{Key: "k", Severity: audit.Info, Title: "a remark"}},
		}, "unreachable: no route"},
		"a gap and a finding": {audit.Key{Status: exchanges.StatusAlive}, audit.Result{
			Gaps: []audit.Gap{{Key: "k", Kind: exchanges.KindNetwork, Detail: "no route"}},
			Findings: []audit.Finding{
				{Key: "k", Severity: audit.High, Title: "any address"},
				{Key: "k", Severity: audit.Low, Title: "old"},
			},
		}, "any address +1"},
		"checks that were not possible": {
			audit.Key{Status: exchanges.StatusAlive},
			audit.Result{Unknowns: []audit.Unknown{{Rule: "NET-01", Key: "k", Detail: "not told"}}},
			"1 check not possible",
		},
		"waived": {
			audit.Key{Status: exchanges.StatusAlive},
			audit.Result{Findings: []audit.Finding{{
				Key: "k", Severity: audit.High, Title: "x",
				Waived: &audit.Waived{Owner: "desk"},
			}}},
			"1 finding waived",
		},
		"known from the baseline": {
			audit.Key{Status: exchanges.StatusAlive, Known: 2},
			audit.Result{},
			"known from the baseline +1",
		},
		"dead": {audit.Key{Status: exchanges.StatusDead}, audit.Result{}, "dead"},
	} {
		c.key.Name = "k"
		c.result.Keys = []audit.Key{c.key}
		rows := KeyRows(&c.result)
		if len(rows) != 1 || rows[0].Problem != c.want || rows[0].Name != "k" {
			t.Errorf("%s: %+v, want %q", name, rows, c.want)
		}
		if lives := c.key.Status != exchanges.StatusDead; rows[0].Lives != lives {
			t.Errorf("%s: lives %v", name, rows[0].Lives)
		}
	}
}

// What could not be seen stands at the beginning of the headline, which may be
// cut at its end.
func TestHeadline(t *testing.T) {
	r := &audit.Result{
		Keys: make([]audit.Key, 3), Gaps: make([]audit.Gap, 2), Unknowns: make([]audit.Unknown, 9),
		Findings: []audit.Finding{{Severity: audit.High}, {Severity: audit.Low, Waived: &audit.Waived{}}},
	}
	r.Summary = r.Count(audit.High)
	if got := Headline(r); got != "3 keys, 2 unreachable, 1 high, 9 checks not possible, 1 waived" {
		t.Error(got)
	}
	r.Finish(time.Now(), true)
	if got := Headline(r); !strings.HasPrefix(got, "INTERRUPTED, partial: 3 keys, 2 unreachable") {
		t.Error(got)
	}
}
