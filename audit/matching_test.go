package audit

import (
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
)

func incidentNamed(t *testing.T, id string) Incident {
	t.Helper()
	for _, in := range exampleIncidents().Incidents {
		if in.ID == id {
			return in
		}
	}
	t.Fatalf("no incident %q among the examples", id)
	return Incident{}
}

func TestMatch(t *testing.T) {
	leak := incidentNamed(t, "3commas-2022")
	with := func(in Incident, edit func(*Incident)) Incident {
		edit(&in)
		return in
	}
	exactly := func(at string) func(*Subject) {
		return func(s *Subject) {
			when, err := time.Parse(time.RFC3339, at)
			if err != nil {
				t.Fatal(err)
			}
			s.Key.CreatedAt = exchanges.Known(when)
		}
	}
	declared := func(day string) func(*Subject) {
		return func(s *Subject) {
			s.Key.CreatedAt = exchanges.Unknown[time.Time]()
			s.Inventory.Created = exchanges.Known(date(day))
		}
	}
	vendor := sharedWith("3commas")
	openEnd := with(leak, func(in *Incident) {
		in.Until, in.CreatedBefore, in.FirstAbuse, in.Disclosed = time.Time{}, time.Time{}, date(
			"2022-11-13",
		), date(
			"2022-11-14",
		)
	})
	atOKX := Incident{
		ID: "planted", Exchanges: []string{"okx"}, Exposure: Possible, Leaked: []string{"api_key_created_by_attacker"},
		Links: []Link{{linkUnknownKey, "okx"}}, From: date("2024-05-01"), Until: date("2024-06-12"),
	}
	tests := []struct {
		story   string
		subject Subject
		in      Incident
		want    MatchOutcome
	}{
		{"made in 2021, given to the vendor", sample("a", "binance", made("2021-06-16"), vendor), leak, Exposed},
		{
			"the vendor under another spelling",
			sample("a", "binance", made("2021-06-16"), sharedWith("3Commas.IO")),
			leak,
			Exposed,
		},
		{"the same age, given to nobody", sample("a", "binance", made("2021-06-16")), leak, NotExposed},
		{
			"the same age, given to another vendor",
			sample("a", "binance", made("2021-06-16"), sharedWith("skyrex")),
			leak,
			NotExposed,
		},
		{"a minute before the cut-off", sample("a", "binance", exactly("2022-12-28T00:00:59Z"), vendor), leak, Exposed},
		{"at the cut-off", sample("a", "binance", exactly("2022-12-28T00:01:00Z"), vendor), leak, NotExposed},
		{"nobody knows the age", sample("a", "okx", madeUntold, vendor), leak, Unmatched},
		{"made next month, which is no answer", sample("a", "okx", made("2026-12-23"), vendor), leak, Unmatched},
		{"made in an hour, by another clock", sample("a", "okx", exactly("2026-11-22T01:00:00Z"), vendor), leak, NotExposed},
		{"the inventory knows it is old", sample("a", "okx", declared("2022-05-01"), vendor), leak, Exposed},
		{"the inventory knows it is new", sample("a", "okx", declared("2025-05-01"), vendor), leak, NotExposed},
		{
			"the exchange's date wins over the inventory's",
			sample(
				"a",
				"okx",
				func(s *Subject) { s.Inventory.Created = exchanges.Known(date("2025-05-01")) },
				made("2021-06-16"),
				vendor,
			),
			leak, Exposed,
		},
		{
			"an end of exposure alone is the cut-off, and includes its last moment",
			sample("a", "binance", made("2022-12-30"), vendor),
			with(leak, func(in *Incident) { in.CreatedBefore, in.Until = time.Time{}, date("2022-12-30") }), Exposed,
		},
		{"no end known, made before the abuse", sample("a", "binance", made("2021-06-16"), vendor), openEnd, Exposed},
		{"no end known, made years later", sample("a", "binance", made("2025-06-16"), vendor), openEnd, PossiblyExposed},
		{
			"keys may have been taken, nobody says so", sample("a", "binance", made("2021-06-16"), vendor),
			with(leak, func(in *Incident) { in.Exposure = Possible }), PossiblyExposed,
		},
		{
			"suspected", sample("a", "binance", made("2021-06-16"), vendor),
			with(leak, func(in *Incident) { in.Suspected = true }), PossiblyExposed,
		},
		{
			"a host that may still be infected", sample("a", "binance", made("2025-06-16"), vendor),
			with(leak, func(in *Incident) { in.Actions = []string{actionHost} }), PossiblyExposed,
		},
		{
			"another exchange's incident", sample("a", "kucoin", made("2021-06-16"), vendor),
			with(leak, func(in *Incident) { in.Exchanges = []string{"binance"} }), NotExposed,
		},
		{
			"the exchange under its old name", sample("a", "coinbase-exchange", made("2021-06-16"), vendor),
			with(leak, func(in *Incident) { in.Exchanges = []string{"coinbase_pro"} }), Exposed,
		},
		{
			"binance is not binance_us", sample("a", "binance", made("2021-06-16"), vendor),
			with(leak, func(in *Incident) { in.Exchanges = []string{"binance_us"} }), NotExposed,
		},
		{
			"no key was taken, whatever the dates", sample("a", "binance", made("2021-06-16"), vendor),
			incidentNamed(t, "3commas-2023-10"), NotExposed,
		},
		{
			"a link that nobody can check is no link", sample("a", "binance", made("2021-06-16"), vendor),
			with(leak, func(in *Incident) { in.Links = []Link{{"package", "pkg:npm/axios@1.14.1"}} }), NotExposed,
		},
		{
			"an owner", sample("a", "binance", made("2021-06-16"), func(s *Subject) { s.Inventory.Owner = "Kronos Research" }),
			with(leak, func(in *Incident) { in.Links = []Link{{linkOwner, "kronos-research"}} }), Exposed,
		},
		{"an undeclared key of the intruder's weeks", sample("", "okx", orphan, made("2024-05-20")), atOKX, PossiblyExposed},
		{"an undeclared key of before", sample("", "okx", orphan, made("2023-05-20")), atOKX, NotExposed},
		{"an undeclared key of after", sample("", "okx", orphan, made("2025-05-20")), atOKX, NotExposed},
		{"an undeclared key of unknown age", sample("", "okx", orphan, madeUntold), atOKX, Unmatched},
		{"a declared key of those weeks", sample("a", "okx", made("2024-05-20")), atOKX, NotExposed},
		{
			"a dead key of that time",
			sample("a", "binance", status(exchanges.StatusDead), made("2021-06-16"), vendor),
			leak,
			Exposed,
		},
	}
	for _, tt := range tests {
		m := compare(tt.subject, tt.in, examplesDay())
		got, why := m.outcome, m.why
		if got != tt.want || why == "" {
			t.Errorf("%s: %s (%s), want %s", tt.story, got, why, tt.want)
		}
	}
}

// Three incidents overlap around New Year 2023. A key is matched by its links
// alone, never by its date.
func TestOverlappingIncidents(t *testing.T) {
	lastPass := Incident{
		ID: "lastpass-2022", Exchanges: []string{"*"}, Exposure: Possible, Links: []Link{{linkStoredIn, "lastpass"}},
		From: date("2022-08-01"), Until: date("2022-11-30"), Severity: High, Actions: []string{"ROTATE", "REVIEW"},
	}
	catalogue := exampleIncidents()
	catalogue.Incidents = append(catalogue.Incidents, lastPass)
	autumn := made("2022-10-15")
	tests := []struct {
		story string
		edits []func(*Subject)
		want  string
	}{
		{"given to 3commas", []func(*Subject){autumn, sharedWith("3commas")}, "INC-01 3commas-2022, INC-01 3commas-2023-10"},
		{"kept in CircleCI", []func(*Subject){autumn, storedIn("circleci")}, "INC-04 circleci-2023"},
		{"kept in LastPass", []func(*Subject){autumn, storedIn("LastPass")}, "INC-04 lastpass-2022"},
		{"kept nowhere", []func(*Subject){autumn}, ""},
		{"kept in LastPass since December", []func(*Subject){made("2022-12-20"), storedIn("lastpass")}, ""},
	}
	for _, tt := range tests {
		c, _ := audited(
			t,
			Input{Now: examplesDay(), Incident: catalogue, Subjects: []Subject{sample("grid", "kucoin", tt.edits...)}},
		)
		var got []string
		for _, f := range c.Findings {
			if f.Incident != "" {
				got = append(got, f.Rule+" "+string(f.Incident))
			}
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%s: %v, want %s", tt.story, got, tt.want)
		}
	}
}

// A vendor that says that it holds a key is a link, whatever the inventory
// forgot to say.
func TestVendorsWordIsALink(t *testing.T) {
	s := sample("grid", "binance", made("2021-06-16"))
	c, _ := audited(t, Input{
		Now: examplesDay(), Incident: exampleIncidents(), Subjects: []Subject{s},
		Vendors: exampleVendor(true, exampleConnection("41", "grid", true)),
	})
	if got := c.findingsOf("INC-01", "grid"); len(got) == 0 || got[0].Severity != Critical {
		t.Errorf("INC-01: %+v", got)
	}
	if got := c.Keys[0].SharedWith; len(got) != 0 {
		t.Errorf("the report's key says shared_with %v, the inventory says nothing", got)
	}
}

func TestIncidentWords(t *testing.T) {
	s := sample("grid", "binance", made("2021-06-16"), sharedWith("3commas"))
	c, _ := audited(t, Input{Now: examplesDay(), Incident: exampleIncidents(), Subjects: []Subject{s}})
	f := c.findingsOf("INC-01", "grid")[0]
	for _, want := range []string{
		`given to "3commas"`, "created 2021-06-16, before 2022-12-28 00:01 UTC",
		"api key, api secret and passphrase", "2022-10-18",
	} {
		if !strings.Contains(f.Detail, want) {
			t.Errorf("detail lacks %q: %s", want, f.Detail)
		}
	}
	want := "revoke the key; bind the key that replaces it to an IP whitelist; leave the key only " +
		"the permissions it needs; " +
		"compare the exchange's list of keys with the inventory and delete what you did not create; " +
		"review trades, orders, transfers and withdrawals since 2022-10-01 (abused then: AKRO, MIR on binance); do " +
		"not use its passphrase again"
	if f.Remedy != want {
		t.Errorf("remedy\n%s\nwant\n%s", f.Remedy, want)
	}
}

// A dead key that a vendor had is one line for information, under INC-01, and
// no line under INC-02.
func TestEndedKeyIsReportedOnce(t *testing.T) {
	for _, edit := range []func(*Subject){madeUntold, made("2021-06-16")} {
		s := sample("grid", "binance", status(exchanges.StatusDead), sharedWith("3commas"), edit)
		c, _ := audited(t, Input{Now: examplesDay(), Incident: exampleIncidents(), Subjects: []Subject{s}})
		var got []string
		for _, f := range c.Findings {
			got = append(got, f.Rule+" "+f.Severity.String())
		}
		if want := "INV-02 low, INC-01 info"; strings.Join(got, ", ") != want {
			t.Errorf("findings %v, want %s", got, want)
		}
	}
}

// A dead key's review begins when the incident's does, also where the entry
// asks for a rotation alone.
func TestEndedKeyIsReviewed(t *testing.T) {
	s := sample("grid", "binance", status(exchanges.StatusDead), made("2018-11-02"))
	c, _ := audited(t, Input{Now: examplesDay(), Incident: exampleIncidents(), Subjects: []Subject{s}})
	got := c.findingsOf("INC-03", "grid")
	if len(got) != 1 || !strings.Contains(got[0].Remedy, "withdrawals since 2019-05-01") ||
		strings.Contains(got[0].Remedy, "rotate") {
		t.Errorf("findings %+v, want one that asks for a review and no rotation", got)
	}
}

// An entry that asks for nothing says so; it does not borrow the rule's advice
// to revoke.
func TestNothingToDo(t *testing.T) {
	calm := Catalogue{Compiled: examplesDay(), Incidents: []Incident{{
		ID: "coinstats-2024", Title: "CoinStats in-app wallets drained", Vendor: "CoinStats", Exposure: NoKeys,
		Links: []Link{
			{linkSharedWith, "coinstats"},
		}, Until: date("2024-06-22"), Severity: Info, Actions: []string{actionNone},
	}}}
	s := sample("tracker", "kucoin", made("2023-01-10"), sharedWith("CoinStats"))
	c, _ := audited(t, Input{Now: examplesDay(), Incident: calm, Subjects: []Subject{s}})
	got := c.findingsOf("INC-01", "tracker")
	if len(got) != 1 || got[0].Severity != Info || got[0].Remedy != "nothing to do about exchange keys" {
		t.Errorf("findings %+v, want one for information that asks for nothing", got)
	}
}
