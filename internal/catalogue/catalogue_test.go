package catalogue

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rekey/audit"
	"rekey/exchanges"
)

func shippedCatalogue(t *testing.T) audit.Catalogue {
	t.Helper()
	c, err := Embedded()
	if err != nil {
		t.Fatalf("the shipped catalogue cannot be read: %v", err)
	}
	return c
}

func named(t *testing.T, c audit.Catalogue, id string) audit.Incident {
	t.Helper()
	i := slices.IndexFunc(c.Incidents, func(in audit.Incident) bool { return in.ID == id })
	if i < 0 {
		t.Fatalf("no incident %q", id)
	}
	return c.Incidents[i]
}

func utc(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestShippedCatalogueIsWhole(t *testing.T) {
	c := shippedCatalogue(t)
	if c.Compiled.IsZero() || len(c.Incidents) < 30 {
		t.Fatalf("compiled %v, %d incidents", c.Compiled, len(c.Incidents))
	}
	for _, in := range c.Incidents {
		if in.Title == "" || in.Category == "" || in.Vendor == "" || in.Basis == "" || len(in.Leaked) == 0 ||
			len(in.Sources) == 0 {
			t.Errorf("%s lacks title, category, vendor, basis, loot or sources", in.ID)
		}
		for _, at := range []time.Time{in.From, in.CreatedBefore, in.FirstAbuse, in.Disclosed, in.ReviewFrom} {
			if at.After(c.Compiled) {
				t.Errorf("%s has a date after the catalogue was compiled: %v", in.ID, at)
			}
		}
		if !in.FirstAbuse.IsZero() && !in.ReviewFrom.IsZero() && in.ReviewFrom.After(in.FirstAbuse) {
			t.Errorf("%s: the review begins after the first abuse", in.ID)
		}
	}
}

// What could not be found in a source does not belong into the catalogue, nor
// does a note of the people who wrote it.
func TestShippedCatalogueHoldsNoAsides(t *testing.T) {
	asides := regexp.MustCompile(
		`(?i)general knowledge|not in source|before shipping|verify|in the brief|todo|stored sources`,
	)
	for i, line := range strings.Split(string(shipped), "\n") {
		if asides.MatchString(line) {
			t.Errorf("catalogue.yaml:%d: %s", i+1, line)
		}
	}
}

// One entry read field by field.
func TestShippedEntry(t *testing.T) {
	got := named(t, shippedCatalogue(t), "3commas-2022")
	got.Sources, got.Notes = got.Sources[:1], ""
	want := audit.Incident{
		ID: "3commas-2022", Title: "3Commas API key database leak", Category: "vendor_breach", Vendor: "3Commas",
		Aliases: []string{"3commas", "3commas.io", "3commas_io"}, Exchanges: []string{"*"}, Exposure: audit.Confirmed,
		Leaked: []string{"api_key", "api_secret", "passphrase"}, Links: []audit.Link{{Type: "shared_with", Value: "3commas"}},
		Until: utc(t, "2022-12-29T18:00:00Z"), CreatedBefore: utc(t, "2022-12-28T00:01:00Z"),
		FirstAbuse: utc(
			t,
			"2022-10-18T00:00:00Z",
		), Disclosed: utc(t, "2022-12-28T00:00:00Z"), ReviewFrom: utc(t, "2022-10-01T00:00:00Z"),
		Severity: audit.Critical, Actions: []string{"REVOKE", "IP_ALLOWLIST", "LEAST_PRIV", "REVIEW", "KEYLIST"},
		Symbols: map[string][]string{"ftx": {"DMG"}, "binance": {"AKRO", "MIR"}},
		Basis: "3Commas hard-reset all API keys created before 2022-12-28 00:01 UTC; reset started 2022-12-29 18:00 " +
			"UTC and took about 5 hours",
		Sources: []audit.IncidentSource{
			{Kind: "primary", URL: "https://3commas.io/blog/notice-on-api-data-disclosure-incident"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The shipped entries against keys of the time: incidents overlap around New
// Year 2023, and only links tell them apart.
func TestShippedCatalogueMatches(t *testing.T) {
	c := shippedCatalogue(t)
	at := func(day string) exchanges.Fact[time.Time] { return exchanges.Known(utc(t, day+"T12:00:00Z")) }
	tests := []struct {
		story    string
		exchange string
		created  exchanges.Fact[time.Time]
		declared audit.Inventory
		want     map[string]audit.MatchOutcome // those that are not "not exposed"
	}{
		{
			"given to 3commas in autumn 2022", "kucoin", at("2022-10-15"),
			audit.Inventory{SharedWith: []string{"3Commas"}},
			map[string]audit.MatchOutcome{"3commas-2022": audit.Exposed},
		},
		{
			"the same day, in CircleCI", "kucoin", at("2022-10-15"),
			audit.Inventory{StoredIn: []string{"circleci"}},
			map[string]audit.MatchOutcome{"circleci-2023": audit.Exposed},
		},
		{
			"the same day, in LastPass", "kucoin", at("2022-10-15"),
			audit.Inventory{StoredIn: []string{"LastPass"}},
			map[string]audit.MatchOutcome{"lastpass-2022": audit.PossiblyExposed},
		},
		{
			"in all three", "kucoin", at("2022-10-15"),
			audit.Inventory{SharedWith: []string{"3commas"}, StoredIn: []string{"lastpass", "circleci"}},
			map[string]audit.MatchOutcome{
				"3commas-2022": audit.Exposed, "circleci-2023": audit.Exposed, "lastpass-2022": audit.PossiblyExposed,
			},
		},
		{"the same day, nowhere", "kucoin", at("2022-10-15"), audit.Inventory{}, map[string]audit.MatchOutcome{}},
		{
			"in LastPass on the last day", "kucoin", at("2022-11-30"),
			audit.Inventory{StoredIn: []string{"lastpass"}},
			map[string]audit.MatchOutcome{"lastpass-2022": audit.PossiblyExposed},
		},
		{
			"in LastPass a day later",
			"kucoin",
			at("2022-12-01"),
			audit.Inventory{StoredIn: []string{"lastpass"}},
			map[string]audit.MatchOutcome{},
		},
		{
			"given to 3commas, nobody knows when", "okx", exchanges.Unknown[time.Time](),
			audit.Inventory{SharedWith: []string{"3commas.io"}},
			map[string]audit.MatchOutcome{"3commas-2022": audit.Unmatched},
		},
		{
			"given to Skyrex before the abuse", "binance", at("2022-03-01"),
			audit.Inventory{SharedWith: []string{"skyrex"}},
			map[string]audit.MatchOutcome{"skyrex-2022": audit.Exposed},
		},
		{
			"given to Skyrex in 2025: no end of the exposure is known", "binance", at("2025-03-01"),
			audit.Inventory{SharedWith: []string{"skyrex"}},
			map[string]audit.MatchOutcome{"skyrex-2022": audit.PossiblyExposed},
		},
		{
			"given to CoinStats in 2023",
			"kucoin",
			at("2023-03-01"),
			audit.Inventory{SharedWith: []string{"coinstats"}},
			map[string]audit.MatchOutcome{},
		},
		{
			"a CI with the Codecov uploader, in February 2021", "kucoin", at("2021-02-01"),
			audit.Inventory{StoredIn: []string{"codecov"}},
			map[string]audit.MatchOutcome{"codecov-2021": audit.PossiblyExposed},
		},
		{
			"a Binance key of 2018", "binance", at("2018-12-01"),
			audit.Inventory{},
			map[string]audit.MatchOutcome{"binance-2019-05": audit.Exposed, "binance-sys-2018": audit.PossiblyExposed},
		},
	}
	for _, tt := range tests {
		s := audit.Subject{Name: "grid", Origin: audit.FromInventory, Inventory: tt.declared, Key: exchanges.Key{
			Ref: exchanges.KeyRef{
				Exchange:  tt.exchange,
				AccessKey: "4ccessKeyOfGrid",
			}, Status: exchanges.StatusAlive, CreatedAt: tt.created,
		}}
		got := map[string]audit.MatchOutcome{}
		for _, in := range c.Incidents {
			if outcome, _ := audit.Match(s, in, c.Compiled); outcome != audit.NotExposed {
				got[in.ID] = outcome
			}
		}
		if tt.exchange == "binance" && tt.want["binance-sys-2018"] == "" {
			delete(got, "binance-sys-2018") // undated and for information only: open for every Binance key
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.story, diff)
		}
	}
}

func TestMerge(t *testing.T) {
	day := func(text string) time.Time { return utc(t, text+"T00:00:00Z") }
	base := audit.Catalogue{Compiled: day("2026-11-22"), Incidents: []audit.Incident{{ID: "a", Title: "old"}, {ID: "b"}}}
	tests := []struct {
		story string
		extra audit.Catalogue
		want  audit.Catalogue
	}{
		{"nothing more", audit.Catalogue{}, base},
		{
			"an entry of one's own does not make the rest up to date",
			audit.Catalogue{Compiled: day("2027-03-01"), Incidents: []audit.Incident{{ID: "own"}}},
			audit.Catalogue{
				Compiled:  day("2026-11-22"),
				Incidents: []audit.Incident{{ID: "a", Title: "old"}, {ID: "b"}, {ID: "own"}},
			},
		},
		{
			"a corrected entry takes the place of the old one",
			audit.Catalogue{Incidents: []audit.Incident{{ID: "a", Title: "new"}}},
			audit.Catalogue{Compiled: day("2026-11-22"), Incidents: []audit.Incident{{ID: "a", Title: "new"}, {ID: "b"}}},
		},
		{
			"a newer edition of the whole",
			audit.Catalogue{Compiled: day("2027-03-01"), Incidents: []audit.Incident{{ID: "c"}, {ID: "b"}, {ID: "a"}}},
			audit.Catalogue{Compiled: day("2027-03-01"), Incidents: []audit.Incident{{ID: "a"}, {ID: "b"}, {ID: "c"}}},
		},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, Merge(base, tt.extra)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.story, diff)
		}
	}
	if base.Incidents[0].Title != "old" {
		t.Error("Merge changed its argument")
	}
}
