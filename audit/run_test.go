package audit

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
)

// equate lets cmp look into the values of package exchanges.
func equate() cmp.Option { return cmp.Exporter(func(_ reflect.Type) bool { return true }) }

// randomDesk makes keys of all kinds, some with the same labels and access
// keys, with waivers, vendors and gaps.
func randomDesk(r *rand.Rand) Input {
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	in := Input{
		Now:          examplesDay(),
		Incident:     exampleIncidents(),
		VendorRanges: exampleRanges(),
		Policy:       Policy{FailOn: High},
	}
	for i := range 1 + r.IntN(12) {
		s := sample(fmt.Sprintf("key-%02d", i), pick("binance", "kucoin", "okx", "ftx"), randomEdits(r)...)
		s.Key.Label = pick("", "bot", "Bot", "grid")
		if r.IntN(5) == 0 {
			s.Key.Ref.AccessKey = "S4meAccessKey0000"
		}
		in.Subjects = append(in.Subjects, s)
		in.Policy.Waivers = append(in.Policy.Waivers, Waiver{
			Rule: pick(
				"NET-01",
				"LIFE-01",
				"INC-01",
			), Key: s.Name, Until: date(pick("2026-01-01", "2027-01-01")), Owner: "desk-a",
		})
		in.Vendors = append(
			in.Vendors,
			exampleVendor(r.IntN(2) == 0, exampleConnection(fmt.Sprint(i), pick("", s.Name), r.IntN(2) == 0))...)
		if r.IntN(4) == 0 {
			in.Gaps = append(in.Gaps, Gap{Key: s.Name, Kind: exchanges.KindNetwork, Detail: "no route"})
		}
	}
	return in
}

func randomEdits(r *rand.Rand) []func(*Subject) {
	choices := [][]func(*Subject){
		{
			may(exchanges.Read),
			may(exchanges.Read, exchanges.Trade, exchanges.Withdraw),
			permissionsUntold,
			may(exchanges.Unmapped, exchanges.Transfer),
		},
		{fromAnywhere, listUnseen, listUntold, from("103.26.9.7", "10.0.0.1", "192.0.43.0/20"), from("0.0.0.0/0")},
		{made("2018-01-01"), made("2021-06-16"), madeUntold, made("2026-11-20")},
		{sharedWith("3commas"), sharedWith("3commas", "skyrex"), storedIn("circleci"), forPurpose(exchanges.Read)},
		{
			status(exchanges.StatusAlive),
			status(exchanges.StatusDead),
			status(exchanges.StatusUndetermined),
			status(exchanges.StatusIPRefused),
		},
		{
			account(exchanges.AccountMaster),
			account(exchanges.AccountUnknown),
			orphan,
			func(s *Subject) { s.Inventory.Owner = "" },
		},
	}
	var out []func(*Subject)
	for _, c := range choices {
		if r.IntN(3) > 0 {
			out = append(out, c[r.IntN(len(c))])
		}
	}
	return out
}

// Two audits of the same state differ in nothing, in whatever order the keys,
// gaps and vendors came in.
func TestOrderOfInputDoesNotMatter(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 7))
		in := randomDesk(r)
		first, sum := audited(t, in)
		shuffled := in
		shuffled.Subjects, shuffled.Gaps, shuffled.Vendors = slices.Clone(
			in.Subjects,
		), slices.Clone(
			in.Gaps,
		), slices.Clone(
			in.Vendors,
		)
		r.Shuffle(len(shuffled.Subjects), func(i, j int) {
			shuffled.Subjects[i], shuffled.Subjects[j] = shuffled.Subjects[j], shuffled.Subjects[i]
		})
		r.Shuffle(
			len(shuffled.Gaps),
			func(i, j int) { shuffled.Gaps[i], shuffled.Gaps[j] = shuffled.Gaps[j], shuffled.Gaps[i] },
		)
		r.Shuffle(len(shuffled.Vendors), func(i, j int) {
			shuffled.Vendors[i], shuffled.Vendors[j] = shuffled.Vendors[j], shuffled.Vendors[i]
		})
		second, sum2 := audited(t, shuffled)
		if diff := cmp.Diff(first, second, equate()); diff != "" {
			t.Fatalf("seed %d: the order of the input shows (-first +second):\n%s", seed, diff)
		}
		if diff := cmp.Diff(sum, sum2); diff != "" {
			t.Fatalf("seed %d: the summaries differ:\n%s", seed, diff)
		}
		if !slices.Equal(Rank(in.Subjects, first.Findings), Rank(shuffled.Subjects, first.Findings)) {
			t.Fatalf("seed %d: Rank depends on the order of the keys", seed)
		}
	}
}

// The counts of a summary are those of what the result holds, whatever the desk.
func TestSummaryCounts(t *testing.T) {
	for seed := range uint64(60) {
		in := randomDesk(rand.New(rand.NewPCG(seed, 11)))
		c, sum := audited(t, in)
		want := Summary{Keys: len(c.Keys), Unknowns: len(c.Unknowns), Gaps: len(c.Gaps), FailOn: High}
		for _, f := range c.Findings {
			switch {
			case f.Waived != nil:
				want.Waived++
			case f.Severity >= High:
				want.AtOrAbove++
				fallthrough
			default:
				*want.count(f.Severity)++
			}
		}
		want.ExitCode = want.exitCode()
		if diff := cmp.Diff(want, sum); diff != "" {
			t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
		}
		for _, k := range c.Keys {
			seen := k.Status != exchanges.StatusUndetermined
			if !seen && !slices.ContainsFunc(c.Gaps, func(g Gap) bool { return g.Key == k.DisplayName() }) {
				t.Fatalf("seed %d: %s was not seen, and no gap says so", seed, k.DisplayName())
			}
		}
	}
}

func TestExitCodeOfSummary(t *testing.T) {
	high := sample("grid", "binance", fromAnywhere)
	gap := []Gap{{Key: "okx-main", Kind: exchanges.KindNotMaster, Detail: "not a master account"}}
	tests := []struct {
		story  string
		in     Input
		failOn Severity
		want   int
	}{
		{"a high finding, threshold high", Input{Subjects: []Subject{high}}, High, 3},
		{"a high finding, threshold critical", Input{Subjects: []Subject{high}}, Critical, 0},
		{"findings never fail", Input{Subjects: []Subject{high}}, None, 0},
		{"a gap", Input{Subjects: []Subject{sample("grid", "okx")}, Gaps: gap}, High, 4},
		{"a gap, and findings never fail", Input{Subjects: []Subject{high}, Gaps: gap}, None, 4},
		{"a finding wins over a gap", Input{Subjects: []Subject{high}, Gaps: gap}, High, 3},
		{
			"a key that nobody could judge, and nobody said why",
			Input{Subjects: []Subject{unknownSample("grid", "okx")}},
			Critical,
			4,
		},
	}
	for _, tt := range tests {
		tt.in.Now, tt.in.Policy.FailOn = examplesDay(), tt.failOn
		c, sum := audited(t, tt.in)
		if got := sum.ExitCode; got != tt.want {
			t.Errorf("%s: exit code %d, want %d", tt.story, got, tt.want)
		}
		for _, g := range c.Gaps {
			if g.Kind != g.Kind.Gap() {
				t.Errorf("%s: gap kind %q is not one of the contract", tt.story, g.Kind)
			}
		}
	}
}

func TestFindingsAreSorted(t *testing.T) {
	findings := []Finding{
		{Severity: Low, Key: "a", Rule: "NET-06"},
		{Severity: High, Key: "b", Rule: "INC-01", Incident: "y"},
		{Severity: High, Key: "b", Rule: "INC-01", Incident: "x", Detail: "2"},
		{Severity: High, Key: "b", Rule: "INC-01", Incident: "x", Detail: "1"},
		{Severity: High, Key: "a", Rule: "NET-01"},
		{Severity: Critical, Key: "c", Rule: "INV-01"},
		{Severity: High, Key: "a", Rule: "LIFE-02"},
	}
	want := []Finding{findings[5], findings[6], findings[4], findings[3], findings[2], findings[1], findings[0]}
	sortFound(findings, nil, nil)
	if diff := cmp.Diff(want, findings, equate()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Labels, account names and a vendor's words are written by strangers. None of
// them reaches a finding unescaped.
func TestHostileText(t *testing.T) {
	hostile := "\x1b[2J\r\n::error::\u202e<img>" + strings.Repeat("é", 4000)
	s := sample("", "kucoin", orphan, made("2021-06-16"), may(exchanges.Unmapped), fromAnywhere)
	s.Key.Label, s.Key.Ref.Account.Name, s.Key.Raw = hostile, hostile, []string{hostile}
	s.Key.Whitelist.Unread = []string{hostile}
	twin := sample("grid", "kucoin", sharedWith(hostile), storedIn(hostile), may(exchanges.Withdraw))
	twin.Key.Label, twin.Key.Ref.Account = hostile, s.Key.Ref.Account
	twin.Inventory.Locations = []Location{{Text: hostile, Path: "/x", Mode: 0o644}}
	c := exchanges.Connection{
		ID:       "7",
		Name:     hostile,
		Exchange: hostile,
		Market:   hostile,
		State:    hostile,
		Working:  exchanges.Known(false),
	}
	stray := c
	stray.Working = exchanges.Known(true)
	out, _ := audited(t, Input{
		Now: examplesDay(), Subjects: []Subject{s, twin}, Incident: exampleIncidents(),
		Vendors: exampleVendor(true, VendorConnection{Connection: c}, VendorConnection{Connection: stray}),
		Policy:  Policy{Waivers: []Waiver{{Rule: "NET-06", Key: "grid", Until: date("2020-01-01"), Owner: hostile}}},
	})
	rules := map[string]bool{}
	for _, f := range out.Findings {
		rules[f.Rule] = true
		text := f.Title + f.Detail + f.Remedy
		if i := strings.IndexFunc(text, func(r rune) bool { return !strconv.IsPrint(r) }); i >= 0 {
			t.Errorf("%s: raw text from outside: %q", f.Rule, text)
		}
		if len(f.Detail) > 2000 {
			t.Errorf("%s: a detail of %d bytes", f.Rule, len(f.Detail))
		}
	}
	for _, want := range []string{"INV-01", "INV-05", "PERM-03", "STO-04", "VEN-01", "VEN-02", "POL-01"} {
		if !rules[want] {
			t.Errorf("%s said nothing, so the test proves nothing about it", want)
		}
	}
}

func TestRank(t *testing.T) {
	subjects := []Subject{
		sample("calm", "okx"),
		sample("tight", "okx"),
		sample("open", "okx", fromAnywhere),
		sample("payout", "okx", may(exchanges.Withdraw)),
		sample("tracker", "okx", may(exchanges.Read)),
		sample("waived", "okx"),
		sample("note", "okx"),
	}
	finding := func(key string, s Severity) Finding { return Finding{Rule: "X", Key: key, Severity: s} }
	waived := finding("waived", Critical)
	waived.Waived = &Waived{}
	got := Rank(subjects, []Finding{
		finding(
			"tight",
			High,
		), finding("tracker", Critical), finding("open", High), finding("payout", High), finding("tight", Low),
		finding("note", Info), finding("catalogue", Critical), waived,
	})
	if want := []string{"tracker", "payout", "open", "tight"}; !slices.Equal(got, want) {
		t.Errorf("Rank: %v, want %v", got, want)
	}
}

func BenchmarkRun(b *testing.B) {
	in := Input{Now: examplesDay(), Incident: exampleIncidents()}
	for i := range 5000 {
		in.Subjects = append(in.Subjects, sample(fmt.Sprintf("key-%04d", i), "binance", sharedWith("3commas")))
	}
	for b.Loop() {
		if _, err := Run(in); err != nil {
			b.Fatal(err)
		}
	}
}
