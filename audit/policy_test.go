package audit

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
)

func TestPolicyIsChecked(t *testing.T) {
	tests := []struct {
		story string
		rules map[string]RulePolicy
		want  string // part of the error, "" for none
	}{
		{
			"the contract's example",
			map[string]RulePolicy{
				"LIFE-01": {Params: map[string]int{"trade_days": 60}},
				"NET-02":  {Severity: Info},
				"INV-03":  {Off: true},
			},
			"",
		},
		{"a rule that is not checked yet", map[string]RulePolicy{"STO-06": {Off: true}}, ""},
		{"a rule that does not exist", map[string]RulePolicy{"NET-99": {Off: true}}, `no rule is called "NET-99"`},
		{
			"a parameter of another rule",
			map[string]RulePolicy{"LIFE-02": {Params: map[string]int{"trade_days": 60}}},
			`LIFE-02 has no parameter "trade_days"`,
		},
		{"days below zero", map[string]RulePolicy{"LIFE-02": {Params: map[string]int{"days": -1}}}, "must not be below 0"},
	}
	for _, tt := range tests {
		r, err := Run(Input{Now: examplesDay(), Policy: Policy{Rules: tt.rules}})
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: error %v, want %q", tt.story, err, tt.want)
		}
		if err != nil && r.SchemaVersion != 0 {
			t.Errorf("%s: there is a result, %+v, of an audit that cannot run", tt.story, r)
		}
	}
}

func TestPolicyChangesRules(t *testing.T) {
	old := sample("grid", "binance", made("2026-08-14")) // a hundred days
	run := func(rules map[string]RulePolicy, subjects ...Subject) *judged {
		c, _ := audited(
			t,
			Input{Now: examplesDay(), Subjects: subjects, Policy: Policy{Rules: rules}, Incident: exampleIncidents()},
		)
		return c
	}
	if got := run(nil, old).findingsOf("LIFE-01", "grid"); len(got) != 1 || got[0].Severity != Medium {
		t.Errorf("without a policy: %+v", got)
	}
	if got := run(map[string]RulePolicy{"LIFE-01": {Params: map[string]int{"trade_days": 120}}},
		old).findingsOf("LIFE-01", ""); len(
		got,
	) != 0 {
		t.Errorf("with 120 days: %+v", got)
	}
	if got := run(map[string]RulePolicy{"LIFE-01": {Severity: Critical}}, old).findingsOf("LIFE-01", ""); len(got) != 1 ||
		got[0].Severity != Critical {
		t.Errorf("with another severity: %+v", got)
	}
	if got := run(map[string]RulePolicy{"LIFE-01": {Off: true}}, old).findingsOf("LIFE-01", ""); len(got) != 0 {
		t.Errorf("switched off: %+v", got)
	}
	if got := run(map[string]RulePolicy{"LIFE-03": {Off: true}},
		sample("grid", "okx", endUntold)).unknownsOf("LIFE-03", ""); len(
		got,
	) != 0 {
		t.Errorf("a rule that is off has no unknowns either: %+v", got)
	}
	dead := sample("grid", "binance", status(exchanges.StatusDead), made("2021-06-16"), sharedWith("3commas"))
	for _, f := range run(map[string]RulePolicy{"INC-01": {Severity: Critical}}, dead).findingsOf("INC-01", "") {
		if f.Severity != Info {
			t.Errorf("a dead key's review became %v", f.Severity)
		}
	}
}

// A key that could be looked at in part only may still need its waiver.
func TestWaiverOfAKeyWithAGapIsNotNeedless(t *testing.T) {
	in := Input{Now: examplesDay(), Subjects: []Subject{sample("grid", "binance")}, Policy: Policy{Waivers: []Waiver{
		{Rule: "INV-01", Key: "grid", Until: date("2027-01-31")},
	}}}
	if c, _ := audited(t, in); len(c.findingsOf("POL-02", "grid")) != 1 {
		t.Error("without a gap the waiver is needless, and nobody says so")
	}
	in.Gaps = []Gap{{Key: "grid", Kind: exchanges.KindTimeout}}
	if c, _ := audited(t, in); len(c.findingsOf("POL-02", "grid")) != 0 {
		t.Error("with a gap the waiver is called needless")
	}
}

func TestWaivers(t *testing.T) {
	noList := sample("grid", "binance", fromAnywhere)
	waiver := func(rule, key, until string) Waiver {
		return Waiver{Rule: rule, Key: key, Until: date(until), Owner: "desk-a", Reason: "vendor has no fixed address"}
	}
	type result struct {
		waived            bool
		exit              int
		expired, needless int
	}
	tests := []struct {
		story   string
		now     time.Time
		waivers []Waiver
		subject Subject
		want    result
	}{
		{"none", examplesDay(), nil, noList, result{exit: 3}},
		{"in force", examplesDay(), []Waiver{waiver("NET-01", "grid", "2027-01-31")}, noList, result{waived: true}},
		{
			"in the last second of its last day",
			date("2027-01-31").Add(24*time.Hour - time.Second),
			[]Waiver{waiver("NET-01", "grid", "2027-01-31")},
			noList,
			result{waived: true},
		},
		{
			"a second later",
			date("2027-02-01"),
			[]Waiver{waiver("NET-01", "grid", "2027-01-31")},
			noList,
			result{exit: 3, expired: 1},
		},
		{
			"for another key",
			examplesDay(),
			[]Waiver{waiver("NET-01", "hedge", "2027-01-31")},
			noList,
			result{exit: 3, needless: 1},
		},
		{
			"for another rule",
			examplesDay(),
			[]Waiver{waiver("NET-03", "grid", "2027-01-31")},
			noList,
			result{exit: 3, needless: 1},
		},
		{"without a last day", examplesDay(), []Waiver{{Rule: "NET-01", Key: "grid"}}, noList, result{exit: 3, expired: 1}},
		{
			"two for one finding: it is waived once, and neither is needless", examplesDay(),
			[]Waiver{waiver("NET-01", "grid", "2027-01-31"), waiver("NET-01", "grid", "2027-06-30")},
			noList,
			result{waived: true},
		},
		{
			"the exchange did not say this time whether there is a list", examplesDay(),
			[]Waiver{waiver("NET-01", "grid", "2027-01-31")},
			sample("grid", "binance", listUntold),
			result{},
		},
		{
			"the key has a list by now",
			examplesDay(),
			[]Waiver{waiver("NET-01", "grid", "2027-01-31")},
			sample("grid", "binance"),
			result{needless: 1},
		},
	}
	for _, tt := range tests {
		c, sum := audited(
			t,
			Input{Now: tt.now, Subjects: []Subject{tt.subject}, Policy: Policy{FailOn: High, Waivers: tt.waivers}},
		)
		got := result{exit: sum.ExitCode, expired: len(c.findingsOf("POL-01", "")), needless: len(c.findingsOf("POL-02", ""))}
		for _, f := range c.findingsOf("NET-01", "grid") {
			got.waived = f.Waived != nil
		}
		if sum.Waived != map[bool]int{true: 1}[got.waived] {
			t.Errorf("%s: summary counts %d waived", tt.story, sum.Waived)
		}
		if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.story, diff)
		}
	}
}
