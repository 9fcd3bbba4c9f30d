package audit

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
)

// What an exchange does not say, and that would change the judgement, is never
// taken for absent.
func TestNotTold(t *testing.T) {
	type powers = []exchanges.Permission
	told := func(granted, denied powers) func(*Subject) {
		return func(s *Subject) { s.Key.Permissions = exchanges.Permissions{}.Grant(granted...).Deny(denied...) }
	}
	all := powers{exchanges.Trade, exchanges.Transfer, exchanges.SubaccountTransfer, exchanges.Withdraw}
	moves := powers{exchanges.Transfer, exchanges.SubaccountTransfer}
	for _, tt := range []struct {
		story string
		edits []func(*Subject)
		want  powers
	}{
		{"everything is told", nil, powers{}},
		{"nothing is told", []func(*Subject){permissionsUntold}, all},
		{"reading alone is told", []func(*Subject){told(powers{exchanges.Read}, nil)}, all},
		{"withdrawal alone is withheld", []func(*Subject){told(powers{exchanges.Spot}, moves)}, powers{exchanges.Withdraw}},
		{"transfers are withheld", []func(*Subject){told(powers{exchanges.Spot}, powers{exchanges.Withdraw})}, moves},
		{
			"one market is withheld and no other granted",
			[]func(*Subject){told(powers{exchanges.Read}, slices.DeleteFunc(exchanges.AllPermissions(),
				func(p exchanges.Permission) bool {
					return p == exchanges.Futures
				}))},
			powers{exchanges.Futures},
		},
		{"a further market changes nothing", []func(*Subject){told(powers{exchanges.Spot},
			append(moves, exchanges.Withdraw))}, powers{}},
		{"a dead key", []func(*Subject){permissionsUntold, status(exchanges.StatusDead)}, powers{}},
		{"an expired key", []func(*Subject){permissionsUntold, status(exchanges.StatusExpired)}, powers{}},
		{"a key that nobody could judge", []func(*Subject){permissionsUntold, status(exchanges.StatusUndetermined)}, all},
		{"a disabled key, which may be enabled again", []func(*Subject){
			permissionsUntold,
			status(exchanges.StatusDisabled),
		}, all},
	} {
		r, _ := audited(t, Input{Now: examplesDay(), Subjects: []Subject{sample("grid", "okx", tt.edits...)}})
		if diff := cmp.Diff(tt.want, r.Keys[0].NotTold); diff != "" {
			t.Errorf("%s:\n%s", tt.story, diff)
		}
	}
}

// The result holds the list that was asked for, and null for one that was not.
func TestManagerList(t *testing.T) {
	for _, list := range []string{"", ListRead, ListRefused, ListNotMaster} {
		s := sample("grid", "okx")
		s.ManagerList = list
		r, _ := audited(t, Input{Now: examplesDay(), Subjects: []Subject{s}})
		text, err := json.Marshal(r.Keys[0])
		want := `"manager_list":` + map[bool]string{true: "null", false: `"` + list + `"`}[list == ""]
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%q: %s, %v", list, text, err)
		}
	}
}

// No way leads from an access key, or from a saved audit that somebody wrote,
// to a result with a full access key.
func TestResultHoldsNoAccessKey(t *testing.T) {
	const full = "CANARYabcdefghijklmnopqrstuvwxyz0123456789"
	s := sample(
		"",
		"binance",
		orphan,
		func(s *Subject) { s.Key.Ref.AccessKey, s.Key.Ref.Account = full, exchanges.Account{} },
	)
	r, _ := audited(t, Input{Now: examplesDay(), Subjects: []Subject{s}})
	text, err := json.Marshal(r.Result)
	if err != nil || strings.Contains(string(text), full[5:20]) || !strings.Contains(string(text), `"CANA…6789"`) {
		t.Errorf("%s, %v", text, err)
	}
	for saved, want := range map[string]string{
		full: "CANA…6789", "CANA…6789": "CANA…6789", "…89": "…89", "…": "…", "": "", "short": "…rt",
		"CANARYCANARY": "CANA…NARY",
	} {
		var k Key
		if err := json.Unmarshal([]byte(`{"access_key":"`+saved+`"}`), &k); err != nil || k.AccessKey.String() != want {
			t.Errorf("%q is read as %q, %v, want %q", saved, k.AccessKey, err, want)
		}
	}
	var k Key
	if err := json.Unmarshal([]byte(`{"access_key":null}`), &k); err != nil || k.AccessKey != (Masked{}) {
		t.Errorf("null is read as %q, %v", k.AccessKey, err)
	}
}

// The exit code is that of what was found; an interruption outdoes it.
func TestFinish(t *testing.T) {
	at := examplesDay().AddDate(0, 0, 1)
	for _, tt := range []struct {
		story       string
		summary     Summary
		interrupted bool
		want        int
	}{
		{"nothing", Summary{}, false, 0},
		{"a gap", Summary{Gaps: 1}, false, 4},
		{"a finding", Summary{AtOrAbove: 1, Gaps: 1}, false, 3},
		{"interrupted", Summary{}, true, Interrupted},
		{"interrupted, with a finding", Summary{AtOrAbove: 1}, true, Interrupted},
	} {
		r := Result{Summary: tt.summary}
		r.Finish(at, tt.interrupted)
		if r.Summary.ExitCode != tt.want || !r.FinishedAt.Equal(at) {
			t.Errorf("%s: exit %d at %s, want %d", tt.story, r.Summary.ExitCode, r.FinishedAt, tt.want)
		}
	}
}

// A date that a document cannot write is not told, so that every result can be
// read back.
func TestDatesThatNobodyCanMean(t *testing.T) {
	s := sample("grid", "okx", func(s *Subject) {
		s.Key.CreatedAt = exchanges.MilliTime(1 << 62)
		s.Key.LastUsedAt = exchanges.Known(date("2026-11-01"))
	})
	r, _ := audited(t, Input{Now: examplesDay(), Subjects: []Subject{s}})
	text, err := json.Marshal(r.Result)
	if err != nil {
		t.Fatal(err)
	}
	var back Result
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if back.Keys[0].CreatedAt.IsKnown() || !back.Keys[0].LastUsedAt.IsKnown() {
		t.Errorf("created %v, used %v", back.Keys[0].CreatedAt, back.Keys[0].LastUsedAt)
	}
}
