package vendorplace

import (
	"net/http"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/exchanges/threecommas"
	"rekey/internal/fake"
	fakethreecommas "rekey/internal/fake/threecommas"
)

// says fails unless the remarks hold every text, in this order.
func says(t *testing.T, r Report, texts ...string) {
	t.Helper()
	all := strings.Join(r.Remarks, "\n")
	rest := all
	for _, text := range texts {
		i := strings.Index(rest, text)
		if i < 0 {
			t.Fatalf("%q is not said, or not in its place:\n%s", text, all)
		}
		rest = rest[i+len(text):]
	}
}

func TestPlanOfARenewal(t *testing.T) {
	w := newWorld(t)
	w.service.Do(func() { w.state.Users[0].Connections[1].Active = fakethreecommas.Active{Bots: 2, Deals: 1} })
	r := Look(t.Context(), w.vendor(token("reader")), Question{AccessKey: oldKey.AccessKey})
	if r.Person != nil || len(r.Connections) != 2 || !r.Busy || r.LockedOut || len(r.Steps) != 2 ||
		!strings.Contains(r.Steps[0], `3commas connection 501 "main"`) {
		t.Errorf("%+v", r)
	}
	says(
		t,
		r,
		`active on 3commas connection 502 "futures": bots 2, deals 1`,
		"stop what runs at 3commas first",
		"then delete the old key",
		"ACCOUNTS_WRITE",
		"shows only when it is tried",
	)
	clean(t, r)
	for _, sent := range w.server.Requests() {
		if sent.Method != http.MethodGet {
			t.Errorf("a plan sent %s %s", sent.Method, sent.Path)
		}
	}
	w.service.Do(func() { w.state.Users[0].Connections[1].Active = fakethreecommas.Active{} })
	if r := Look(t.Context(), w.vendor(token("reader")), Question{AccessKey: oldKey.AccessKey}); r.Busy {
		t.Errorf("nothing runs, and it is busy: %q", r.Remarks)
	}
}

func TestPlanOfALeak(t *testing.T) {
	w := newWorld(t)
	r := Look(t.Context(), w.vendor(token("reader")), Question{AccessKey: oldKey.AccessKey, Order: Replace})
	says(t, r, "the old key dies first", "suspended for 7 days")
	r = Look(t.Context(), w.vendor(token("reader")), Question{AccessKey: oldKey.AccessKey, Order: Revoke})
	says(t, r, "goes on holding the dead key")
	if len(r.Steps) > 0 || r.Person != nil {
		t.Errorf("a revocation swaps: %+v", r)
	}
}

func TestPlanKnowsAddresses(t *testing.T) {
	for whitelist, want := range map[string]struct {
		locked bool
		says   string
	}{
		"203.0.113.7":               {true, `holds none of the addresses that 3commas connection 501 "main"`},
		"203.0.113.7,198.51.100.99": {true, "holds none"}, // one address of a network is not the network
		"203.0.113.7,198.51.0.0/16": {false, `connection 502 "futures" calls from are not published`},
		"masked":                    {false, "could not be compared"},
	} {
		w := newWorld(t)
		r := Look(
			t.Context(),
			w.vendor(token("reader")),
			Question{AccessKey: oldKey.AccessKey, Whitelist: strings.Split(whitelist, ",")},
		)
		if r.LockedOut != want.locked {
			t.Errorf("%s: locked out %v", whitelist, r.LockedOut)
		}
		says(t, r, want.says)
	}
	w := newWorld(t)
	w.server.Break(fake.Fault{Path: "market_list", Do: fake.Answer(500, "", "")})
	r := Look(
		t.Context(),
		w.vendor(token("reader")),
		Question{AccessKey: oldKey.AccessKey, Whitelist: []string{"203.0.113.7"}},
	)
	says(t, r, "could not be read")
	if r.LockedOut {
		t.Error("an unread list locks out")
	}
}

// What could not be asked is a line for a person.
func TestPlanIsNeverSilent(t *testing.T) {
	for _, c := range []struct {
		story, token string
		fault        fake.Fault
		says         string
	}{
		{"a plan without API", "starter", fake.Fault{}, "plan has no API access"},
		{"an unknown token", "nobody", fake.Fault{}, "does not know the 3Commas token"},
		{"an outage", "reader", fake.Fault{Do: fake.Answer(503, "application/json", `{}`)}, "not available"},
		{"a limit", "reader", fake.Fault{Do: fake.Answer(429, "application/json", `{}`)}, "fewer requests"},
		{"a filter that does nothing", "reader", fake.Fault{
			Query: "api_key=rekey",
			Do:    fake.Answer(200, "application/json", `[{"id":503}]`),
		}, "filter does not work"},
	} {
		w := newWorld(t)
		if c.fault.Do != nil {
			w.server.Break(c.fault)
		}
		r := Look(t.Context(), w.vendor(token(c.token)), Question{AccessKey: oldKey.AccessKey})
		if r.Person == nil || !r.Busy || !strings.Contains(r.Person.Why, c.says) ||
			!strings.Contains(r.Person.Why, "could not be asked") ||
			len(r.Person.Steps) < 3 ||
			r.Person.Page == "" ||
			len(r.Steps) > 0 {
			t.Errorf("%s: %+v", c.story, r)
		}
		clean(t, r)
		if r.Person != nil {
			clean(t, *r.Person)
		}
	}
	w := newWorld(t)
	w.service.Do(func() { w.state.Users[0].Connections[0].KeyInvalid = true })
	r := Look(t.Context(), w.vendor(token("reader")), Question{AccessKey: oldKey.AccessKey})
	says(t, r, `what runs on 3commas connection 501 "main" is not known`, `the key of connection 501 "main" does not work`)
	if !r.Busy {
		t.Error("what is not known counts as nothing")
	}
	r = Look(t.Context(), w.vendor(token("reader")), Question{AccessKey: key("unknown").AccessKey})
	says(t, r, "no connection holds this key")
	if r.Person != nil || r.Busy {
		t.Errorf("%+v", r)
	}
	r = Look(t.Context(), bare{w.vendor(token("reader"))}, Question{AccessKey: oldKey.AccessKey})
	if r.Person == nil || !strings.Contains(r.Person.Why, "no API") || !r.Busy {
		t.Errorf("a vendor that can only be asked: %+v", r)
	}
}

func TestByHand(t *testing.T) {
	p := ByHand(threecommas.Exchange().Card, "rekey.yaml has no token for it")
	if p.Page == "" || !strings.Contains(strings.Join(p.Steps, " "), "Update API Key") {
		t.Errorf("%+v", p)
	}
	p = ByHand(exchanges.Card{Name: "skyrex"}, "rekey does not know it")
	if len(p.Steps) != 1 || !strings.Contains(p.Steps[0], "skyrex") {
		t.Errorf("%+v", p)
	}
}
