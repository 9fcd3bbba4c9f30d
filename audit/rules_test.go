package audit

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
)

// Every rule carries its own proof: subjects that it must report, leave alone
// and call unknown. They run through the whole audit, as a user's keys do.
func TestExamples(t *testing.T) {
	for _, r := range Rules() {
		t.Run(r.ID, func(t *testing.T) {
			if len(r.Fires) == 0 || len(r.Silent) == 0 {
				t.Errorf("%s has %d subjects to report and %d to leave alone, needs both", r.ID, len(r.Fires), len(r.Silent))
			}
			for _, e := range r.Fires {
				c, _ := audited(t, e.in())
				got := c.findingsOf(r.ID, about(r, e))
				if len(got) == 0 {
					t.Errorf("%q: no finding", e.Words)
				}
				worst := None
				for _, f := range got {
					worst = max(worst, f.Severity)
					if f.Title == "" || f.Detail == "" || f.Remedy == "" || f.Key == "" {
						t.Errorf("%q: a finding lacks words: %+v", e.Words, f)
					}
				}
				if e.Severity != None && worst != e.Severity {
					t.Errorf("%q: severity %v, want %v", e.Words, worst, e.Severity)
				}
			}
			for _, e := range r.Silent {
				c, _ := audited(t, e.in())
				if got := c.findingsOf(r.ID, about(r, e)); len(got) != 0 {
					t.Errorf("%q: finding %+v", e.Words, got)
				}
				if got := c.unknownsOf(r.ID, about(r, e)); len(got) != 0 && e.Subject.Key.Status != exchanges.StatusUndetermined {
					t.Errorf("%q: unknown %+v", e.Words, got)
				}
			}
			for _, e := range r.Unsure {
				c, _ := audited(t, e.in())
				if got := c.findingsOf(r.ID, about(r, e)); len(got) != 0 {
					t.Errorf("%q: finding %+v, want an unknown", e.Words, got)
				}
				if got := c.unknownsOf(r.ID, about(r, e)); len(got) == 0 || got[0].Detail == "" {
					t.Errorf("%q: unknowns %+v, want one with words", e.Words, got)
				}
			}
		})
	}
}

// about is the key that an example's verdicts name, "" for any.
func about(r Rule, e Example) string {
	if r.CheckDesk != nil {
		return ""
	}
	return e.Subject.DisplayName()
}

func TestRulesAreWhole(t *testing.T) {
	form := regexp.MustCompile(`^[A-Z]{3,4}-[0-9]{2}$`)
	seen := map[string]bool{}
	for _, r := range Rules() {
		if !form.MatchString(r.ID) {
			t.Errorf("ID %q has a form of its own", r.ID)
		}
		if seen[r.ID] {
			t.Errorf("ID %s is given twice", r.ID)
		}
		seen[r.ID] = true
		if r.Title == "" || r.Why == "" || r.Remedy == "" || r.When == "" || r.Severity == None {
			t.Errorf("%s lacks title, why, remedy, when or severity", r.ID)
		}
		if (r.Check == nil) == (r.CheckDesk == nil) {
			t.Errorf("%s needs either Check or CheckDesk", r.ID)
		}
		for _, p := range r.Params {
			if p.Doc == "" || !strings.Contains(r.When, p.Name) {
				t.Errorf("%s: parameter %s is not explained", r.ID, p.Name)
			}
		}
	}
	for _, d := range Deferred() {
		if !form.MatchString(d.ID) || seen[d.ID] || d.Title == "" || d.Needs == "" {
			t.Errorf("deferred rule %+v is not whole, or is checked after all", d)
		}
	}
}

func TestRulesHoldTheFirstRelease(t *testing.T) {
	want := strings.Fields(`PERM-01 PERM-02 PERM-03 PERM-04 PERM-05 PERM-06 PERM-15 PERM-18
		NET-01 NET-02 NET-03 NET-04 NET-05 NET-06 NET-09 NET-10 LIFE-01 LIFE-02 LIFE-03 LIFE-06
		INC-01 INC-02 INC-03 INC-04 INC-06 INC-09 INC-10 INV-01 INV-02 INV-03 INV-05 INV-07 PERM-16 NET-13 INC-07
		ROT-01 ROT-08 STO-01 STO-03 STO-04 STO-15
		CRY-01 EXC-01 VEN-01 VEN-02 VEN-03 POL-01 POL-02`)
	var got []string
	for _, r := range Rules() {
		got = append(got, r.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("rules in documented order:\n%v\nwant\n%v", got, want)
	}
}

// A key without fault, of which everything is told, is reported by no rule.
func TestFaultlessKey(t *testing.T) {
	for _, exchange := range []string{"binance", "kucoin", "okx", "coinbase"} {
		c, sum := audited(
			t,
			Input{Now: examplesDay(), Subjects: []Subject{sample("grid", exchange)}, Incident: exampleIncidents()},
		)
		if len(c.Findings)+len(c.Unknowns)+len(c.Gaps) != 0 {
			t.Errorf("%s: findings %+v, unknowns %+v, gaps %+v", exchange, c.Findings, c.Unknowns, c.Gaps)
		}
		if sum.ExitCode != 0 {
			t.Errorf("%s: exit code %d", exchange, sum.ExitCode)
		}
	}
}

// Unknown is never ok: of a key about which nothing was told, no rule that
// needs a fact may say that it passed.
func TestNothingToldNothingPasses(t *testing.T) {
	fromInventoryAlone := []string{"INV-01", "INV-03", "INV-07"} // the inventory itself is the fact
	for _, exchange := range []string{"binance", "kucoin", "okx", "coinbase", "elsewhere"} {
		for _, st := range []exchanges.Status{
			exchanges.StatusUndetermined, exchanges.StatusIPRefused,
			exchanges.StatusAlive, exchanges.StatusDisabled, "",
		} {
			s := unknownSample("grid", exchange)
			s.Key.Status = st
			s.Inventory.SharedWith = []string{"3commas"}
			s.Inventory.StoredIn = []string{"circleci"}
			s.Inventory.Purpose = []exchanges.Permission{exchanges.Read}
			s.Inventory.Locations = []Location{{Text: "dotenv:.env#A", Path: ".env"}}
			in := Input{
				Now:      examplesDay(),
				Subjects: []Subject{s, unknownSample("other", exchange)},
				Incident: exampleIncidents(),
			}
			d := newDesk(in, Rules())
			for _, r := range Rules() {
				if r.Check == nil || slices.Contains(fromInventoryAlone, r.ID) {
					continue
				}
				if r.ID == "INV-02" && st != exchanges.StatusUndetermined && st != "" {
					continue // that the key lives is all it asks
				}
				for _, v := range r.Check(s, d) {
					if v.Outcome == Pass {
						t.Errorf("%s %s: %s passes", exchange, st, r.ID)
					}
					if v.Outcome == Fail && v.Severity != Info && !slices.Contains([]string{rulePossibly, ruleStore, "INV-03"}, r.ID) {
						t.Errorf("%s %s: %s fails on nothing: %s", exchange, st, r.ID, v.Detail)
					}
				}
			}
		}
	}
}

// What a key can do no longer matters once it has ended; a finding that fails
// an audit for a dead key would be noise.
func TestEndedKeysFailNoAudit(t *testing.T) {
	for _, st := range []exchanges.Status{exchanges.StatusDead, exchanges.StatusExpired, exchanges.StatusDefunct} {
		s := sample(
			"old",
			"ftx",
			status(st),
			made("2021-06-16"),
			fromAnywhere,
			sharedWith("3commas", "skyrex"),
			storedIn("circleci"),
			may(exchanges.AllPermissions()...),
			account(exchanges.AccountMaster),
		)
		_, sum := audited(
			t,
			Input{Now: examplesDay(), Subjects: []Subject{s}, Incident: exampleIncidents(), Policy: Policy{FailOn: Medium}},
		)
		if sum.ExitCode != 0 {
			t.Errorf("%s: exit code %d, summary %+v", st, sum.ExitCode, sum)
		}
	}
}
