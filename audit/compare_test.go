package audit

import (
	"testing"

	"rekey/exchanges"
)

// saved makes a baseline of what an audit reported.
func saved(c *judged, at string) *Baseline {
	b := c.AsBaseline()
	b.At = date(at)
	return b
}

func named(findings []Finding) string {
	out := ""
	for _, f := range findings {
		out += f.Rule + " " + f.Key + " " + string(f.Change) + "; "
	}
	return out
}

// Against its own baseline an audit reports nothing, and all of it is known.
func TestNothingNew(t *testing.T) {
	in := Input{
		Now:      examplesDay(),
		Subjects: []Subject{sample("grid", "okx", fromAnywhere), sample("", "okx", orphan)},
		Policy:   Policy{FailOn: High},
	}
	first, _ := audited(t, in)
	in.Baseline = saved(first, "2026-11-21")
	in.Now = in.Now.AddDate(0, 0, 3) // ages change the words, not the findings
	second, sum := audited(t, in)
	if len(second.Findings) != 0 || sum.AtOrAbove != 0 || sum.ExitCode != 0 || sum.Known != len(first.Findings) ||
		len(first.Findings) < 2 {
		t.Errorf("reported again: %s of %d; %+v", named(second.Findings), len(first.Findings), sum)
	}
	if len(second.Baseline.Fixed)+len(second.Baseline.Unseen) != 0 {
		t.Errorf("fixed %s, unseen %s", named(second.Baseline.Fixed), named(second.Baseline.Unseen))
	}
}

// What became of each finding of yesterday.
func TestAgainstABaseline(t *testing.T) {
	grid, gone := sample("grid", "okx", fromAnywhere), sample("", "okx", orphan)
	was := []Subject{grid, gone, sample("hedge", "okx", fromAnywhere)}
	policy := Policy{FailOn: High}
	for _, tt := range []struct {
		story                   string
		now                     []Subject
		gaps                    []Gap
		policy                  Policy
		reported, fixed, unseen string
		exit, wantKnown         int
	}{
		{story: "a list was set", now: []Subject{sample("grid", "okx"), gone, was[2]}, fixed: "NET-01 grid ; ", wantKnown: 2},
		{
			story: "a key appeared", now: append([]Subject{sample("", "okx", orphan,
				func(s *Subject) { s.Key.Ref.AccessKey = "N3wKeyNobodyKnows000" })}, was...),
			reported: "INV-01 okx/grid/N3wK…s000 new; ", wantKnown: 3, exit: 3,
		},
		{
			story: "the listed key was deleted", now: []Subject{grid, was[2]},
			fixed: "INV-01 okx/grid/Ex4m…0000 ; ", wantKnown: 2,
		},
		{
			story: "nobody could look at the list", now: []Subject{grid, was[2]},
			gaps:   []Gap{{Key: "grid", Kind: exchanges.KindNetwork, Detail: "no route"}},
			unseen: "INV-01 okx/grid/Ex4m…0000 ; ", wantKnown: 2, exit: 4,
		},
		{
			story: "the key that could list it was taken out of the inventory", now: []Subject{grid}, wantKnown: 1,
			unseen: "INV-01 okx/grid/Ex4m…0000 ; NET-01 hedge ; ",
		},
		{
			story: "the exchange did not say", now: []Subject{sample("grid", "okx", listUntold), gone, was[2]},
			unseen: "NET-01 grid ; ", wantKnown: 2,
		},
		{
			story: "the rule was turned off", now: was, policy: Policy{
				FailOn: High,
				Rules:  map[string]RulePolicy{"NET-01": {Off: true}},
			},
			unseen: "NET-01 grid ; NET-01 hedge ; ", wantKnown: 1,
		},
		{
			story: "the team made it worse", now: was, policy: Policy{
				FailOn: High,
				Rules:  map[string]RulePolicy{"NET-01": {Severity: Critical}},
			},
			reported: "NET-01 grid worse; NET-01 hedge worse; ", wantKnown: 1, exit: 3,
		},
	} {
		first, _ := audited(t, Input{Now: examplesDay(), Subjects: was, Policy: policy})
		if tt.policy.FailOn == None {
			tt.policy = policy
		}
		// Drift rules are off: they have examples of their own.
		rules := map[string]RulePolicy{"PERM-16": {Off: true}, "NET-13": {Off: true}}
		for id, r := range tt.policy.Rules {
			rules[id] = r
		}
		tt.policy.Rules = rules
		c, sum := audited(
			t,
			Input{Now: examplesDay(), Subjects: tt.now, Gaps: tt.gaps, Policy: tt.policy, Baseline: saved(first, "2026-11-21")},
		)
		if got := named(c.Findings); got != tt.reported {
			t.Errorf("%s: reported %q, want %q", tt.story, got, tt.reported)
		}
		if got := named(c.Baseline.Fixed); got != tt.fixed {
			t.Errorf("%s: fixed %q, want %q", tt.story, got, tt.fixed)
		}
		if got := named(c.Baseline.Unseen); got != tt.unseen {
			t.Errorf("%s: unseen %q, want %q", tt.story, got, tt.unseen)
		}
		if sum.Known != tt.wantKnown || sum.ExitCode != tt.exit {
			t.Errorf("%s: known %d, exit %d, want %d, %d", tt.story, sum.Known, sum.ExitCode, tt.wantKnown, tt.exit)
		}
	}
}

// A waiver that ends makes a known finding worse; one that begins makes no new
// finding.
func TestWaiversAndTheBaseline(t *testing.T) {
	subject := []Subject{sample("grid", "okx", fromAnywhere)}
	waived := Policy{
		FailOn:  High,
		Waivers: []Waiver{{Rule: "NET-01", Key: "grid", Until: date("2026-12-31"), Owner: "desk-a", Reason: "later"}},
	}
	with, _ := audited(t, Input{Now: examplesDay(), Subjects: subject, Policy: waived})
	without, _ := audited(t, Input{Now: examplesDay(), Subjects: subject, Policy: Policy{FailOn: High}})
	ended, sum := audited(
		t,
		Input{Now: examplesDay(), Subjects: subject, Policy: Policy{FailOn: High}, Baseline: saved(with, "2026-11-21")},
	)
	if named(ended.Findings) != "NET-01 grid worse; " || sum.ExitCode != 3 {
		t.Errorf("when the waiver is gone: %s, exit %d", named(ended.Findings), sum.ExitCode)
	}
	begun, sum := audited(
		t,
		Input{Now: examplesDay(), Subjects: subject, Policy: waived, Baseline: saved(without, "2026-11-21")},
	)
	if len(begun.Findings) != 0 || sum.ExitCode != 0 {
		t.Errorf("when a waiver begins: %s, exit %d", named(begun.Findings), sum.ExitCode)
	}
}

// An ID outlives rotations, labels, account names and ages, and never names
// two findings of one audit.
func TestFindingIDs(t *testing.T) {
	id := func(edits ...func(*Subject)) string {
		c, _ := audited(
			t,
			Input{
				Now:      examplesDay(),
				Subjects: []Subject{sample("grid", "okx", append([]func(*Subject){fromAnywhere}, edits...)...)},
			},
		)
		return c.Findings[0].ID
	}
	want := "24263cfa" // stable for ever: SARIF alerts and baselines hold it
	if got := id(); got[:8] != want || len(got) != 32 {
		t.Errorf("the ID is %s, want %s...", got, want)
	}
	if id(func(s *Subject) {
		s.Key.Ref.AccessKey, s.Key.Label, s.Key.Ref.Account.Name = "R0tatedKey0000000", "x", "y"
	}) != id() {
		t.Error("a rotation changes the ID")
	}
	orphanID := func(edit func(*Subject)) string { return id(orphan, edit) }
	plain := orphanID(func(*Subject) {})
	if orphanID(func(s *Subject) { s.Key.Ref.Account.Name = "renamed" }) != plain {
		t.Error("an account's name changes the ID")
	}
	if orphanID(func(s *Subject) { s.Key.Ref.AccessKey = "An0therKey000000" }) == plain {
		t.Error("two listed keys share an ID")
	}
}
