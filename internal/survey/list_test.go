package survey_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rekey/exchanges"
	"rekey/internal/survey"
)

// Every key that may be a master's is tried. That it is none is no news, but
// for one that the inventory calls a manager.
func TestNotMaster(t *testing.T) {
	w := newWorld(t)
	w.declare("perhaps", "alpha", alive()) // the exchange does not tell the kind of account
	w.declare("named", "alpha", alive())
	w.declare("bot", "alpha", alive(), managedBy("named"))
	r := w.run(t.Context())
	if diff := cmp.Diff([]string{"named: forbidden"}, gaps(r)); diff != "" {
		t.Errorf("gaps:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"alpha-named-4k7Qz0", "alpha-perhaps-4k7Qz0"}, w.listed); diff != "" {
		t.Errorf("listed through:\n%s", diff)
	}
}

// Who is asked for a list, and in which order: declared managers, then
// masters, then those of which nobody knows.
func TestWhoListsAndInWhichOrder(t *testing.T) {
	w := newWorld(t)
	keyOf := map[string]string{}
	for _, k := range []struct {
		name, exchange string
		says           answer
		manager        string
	}{
		{"unknown", "alpha", alive(), ""},
		{"master", "alpha", alive(master("1")), ""},
		{"sub", "alpha", alive(sub("desk")), ""},
		{"managed", "alpha", alive(), "chief"},
		{"chief", "alpha", alive(sub("odd")), ""}, // declared, whatever the exchange says
		{"refused", "alpha", refused(exchanges.StatusIPRefused, exchanges.KindIPRefused), ""},
		{"undetermined", "alpha", refused(exchanges.StatusUndetermined, exchanges.KindNetwork), ""},
		{"half", "alpha", refused(exchanges.StatusAlive, exchanges.KindNetwork), ""}, // it lives, and did not tell all
		{"other", "gamma", alive(master("1")), ""},                                   // gamma lists nothing
	} {
		keyOf[k.name] = w.declare(k.name, k.exchange, k.says, managedBy(k.manager))
	}
	w.run(t.Context())
	if diff := cmp.Diff([]string{keyOf["chief"], keyOf["master"], keyOf["unknown"], keyOf["half"]}, w.listed); diff != "" {
		t.Errorf("listed through:\n%s", diff)
	}
}

// A manager that lives and did not tell all of itself is listed through all the
// same: what it did not tell stays a gap, and what it lists is seen.
func TestManagerThatAnswersInPart(t *testing.T) {
	w := newWorld(t)
	boss := w.declare("boss", "alpha", refused(exchanges.StatusAlive, exchanges.KindNetwork))
	bot := w.declare("bot", "alpha", alive(), managedBy("boss"))
	w.lists[boss] = []any{inList(bot, sub("desk")), inList("alpha-x-1111111", sub("desk"))}
	r := w.run(t.Context())
	if diff := cmp.Diff([]string{"alpha/desk/alph…1111", "boss", "bot"}, names(r)); diff != "" {
		t.Errorf("subjects:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"boss: network"}, gaps(r)); diff != "" {
		t.Errorf("gaps:\n%s", diff)
	}
	if s := subject(t, r, "bot"); s.Key.Ref.Account.Name != "desk" {
		t.Error("what the manager lists of the key is lost")
	}
}

// Two keys of one master account see the same sub-accounts. The second is
// asked only where the first did not see all.
func TestOneAccountIsListedOnce(t *testing.T) {
	for _, c := range []struct {
		story  string
		first  []any
		listed int
		gaps   []string
	}{
		{"the first sees all", []any{inList("alpha-x-1111111")}, 1, []string{}},
		{
			"the first misses a part",
			[]any{
				inList("alpha-x-1111111"),
				error(&exchanges.Error{Exchange: "alpha", Kind: exchanges.KindTimeout, Account: "desk"}),
			},
			2,
			[]string{"one: timeout"},
		},
		{"the first is no master, against what it says of itself", nil, 2, []string{"one: forbidden"}},
	} {
		w := newWorld(t)
		one, two := w.declare("one", "alpha", alive(master("77"))), w.declare("two", "alpha", alive(master("77")))
		if c.first != nil {
			w.lists[one] = c.first
		}
		w.lists[two] = []any{inList("alpha-x-1111111")}
		r := w.run(t.Context())
		if len(w.listed) != c.listed {
			t.Errorf("%s: listed through %v", c.story, w.listed)
		}
		if diff := cmp.Diff(c.gaps, gaps(r)); diff != "" {
			t.Errorf("%s: gaps:\n%s", c.story, diff)
		}
		if diff := cmp.Diff([]string{"alpha/-/alph…1111", "one", "two"}, names(r)); diff != "" {
			t.Errorf("%s: subjects:\n%s", c.story, diff)
		}
	}
}

// Accounts without an ID are not known to be one, nor are equal IDs of two
// exchanges.
func TestDifferentAccountsAreAllListed(t *testing.T) {
	w := newWorld(t)
	var want []string
	for _, k := range []struct{ name, exchange, account string }{
		{"a", "alpha", ""},
		{"b", "alpha", ""},
		{"c", "alpha", "5"},
		{"d", "beta", "5"},
	} {
		key := w.declare(k.name, k.exchange, alive(master(k.account)))
		w.lists[key] = []any{}
		want = append(want, key)
	}
	w.run(t.Context())
	slices.Sort(w.listed)
	if diff := cmp.Diff(want, w.listed); diff != "" {
		t.Errorf("listed through:\n%s", diff)
	}
}

// A part that could not be listed is a gap; the keys before and after it stay.
func TestErrorInTheMiddleOfAListLosesNothing(t *testing.T) {
	w := newWorld(t)
	boss := w.declare("boss", "alpha", alive(master("1")))
	w.lists[boss] = []any{inList("alpha-one-1111111"), errors.New("a page is missing"), inList("alpha-two-2222222")}
	r := w.run(t.Context())
	if diff := cmp.Diff([]string{"alpha/-/alph…1111", "alpha/-/alph…2222", "boss"}, names(r)); diff != "" {
		t.Errorf("subjects:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"boss: other"}, gaps(r)); diff != "" {
		t.Errorf("gaps:\n%s", diff)
	}
}

// Asked about one key, the survey asks that key and its manager, reports the
// one key, and leaves out strangers and vendors.
func TestOnly(t *testing.T) {
	w := newWorld(t)
	w.vendor = &stubVendor{}
	w.options.Vendors = []survey.VendorEntry{
		{Name: "delta", Location: w.credential("delta", "delta-key-3f9Kq1", "sec-delta-CANARY")},
	}
	boss := w.declare("boss", "alpha", alive(master("1")))
	bot := w.declare("bot", "alpha", alive(), managedBy("boss"))
	w.declare("twin", "alpha", alive(), managedBy("boss"))
	w.declare("alone", "alpha", alive(master("2")))
	w.declare("far", "beta", alive())
	w.lists[boss] = []any{inList(bot, sub("desk")), inList("alpha-stranger-9xZ")}
	w.options.Only = []string{"bot"}
	r := w.run(t.Context())
	if diff := cmp.Diff([]string{"bot"}, names(r)); diff != "" {
		t.Errorf("subjects:\n%s", diff)
	}
	if s := subject(t, r, "bot"); s.Key.Ref.Account.Name != "desk" {
		t.Error("the manager was not asked")
	}
	if len(w.opened) != 2 || len(w.listed) != 1 || w.vendor.asked > 0 || r.Vendors != nil {
		t.Errorf("opened %v, listed through %v, vendor asked %d times", w.opened, w.listed, w.vendor.asked)
	}

	// The manager alone is one key: nobody asked about its sub-accounts.
	w.opened, w.listed, w.options.Only = nil, nil, []string{"boss"}
	r = w.run(t.Context())
	if diff := cmp.Diff([]string{"boss"}, names(r)); diff != "" || len(w.opened) != 1 || len(w.listed) > 0 {
		t.Errorf("opened %v, listed through %v, subjects:\n%s", w.opened, w.listed, diff)
	}
}

// What became of a list is said of the key that was asked for it, and only the
// exchange's own "not a master" is no gap.
func TestManagerList(t *testing.T) {
	trouble := func(kind exchanges.Kind) error {
		return &exchanges.Error{Exchange: "alpha", Op: "sub-accounts", Kind: kind, Code: "-10038", Status: 400}
	}
	for _, c := range []struct {
		name  string
		says  answer
		lists []any // nil for "not a master"
		want  string
		gaps  []string
	}{
		{"a list that was read", alive(), []any{inList("alpha-x-1111111", sub("desk"))}, "read", []string{}},
		{"an empty list", alive(), []any{}, "read", []string{}},
		{"not a master", alive(), nil, "not_master", []string{}},
		{"not a master, and the key is one", alive(master("1")), nil, "refused", []string{"boss: forbidden"}},
		{"a code that nobody knows", alive(), []any{trouble(exchanges.KindOther)}, "refused", []string{"boss: other"}},
		{"a right that is missing", alive(), []any{trouble(exchanges.KindForbidden)}, "refused", []string{"boss: forbidden"}},
		{"a page that is gone", alive(), []any{trouble(exchanges.KindNotFound)}, "refused", []string{"boss: other"}},
		{
			"half a list", alive(),
			[]any{inList("alpha-x-1111111", sub("desk")), trouble(exchanges.KindNetwork)},
			"refused",
			[]string{"boss: network"},
		},
		{
			"refused, and not a master", alive(),
			[]any{trouble(exchanges.KindForbidden), notMaster("alpha")},
			"refused",
			[]string{"boss: forbidden"},
		},
		{"a sub-account's key is not asked", alive(sub("desk")), nil, "", []string{}},
		{"a dead key is not asked", says(exchanges.StatusDead), nil, "", []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			boss := w.declare("boss", "alpha", c.says)
			if c.lists != nil {
				w.lists[boss] = c.lists
			}
			r := w.run(t.Context())
			if got := subject(t, r, "boss").ManagerList; got != c.want {
				t.Errorf("manager list %q, want %q", got, c.want)
			}
			if diff := cmp.Diff(c.gaps, gaps(r)); diff != "" {
				t.Errorf("gaps:\n%s", diff)
			}
		})
	}
}

// A declared manager that is dead, or lives and may not be asked, is a gap:
// nobody else can list the keys behind it.
func TestManagerThatCannotBeAsked(t *testing.T) {
	for _, c := range []struct {
		name string
		says answer
		kind string
	}{
		{"dead", says(exchanges.StatusDead), "undetermined"},
		{"expired", says(exchanges.StatusExpired), "undetermined"},
		{"disabled", says(exchanges.StatusDisabled), "undetermined"},
		{"this address is refused", refused(exchanges.StatusIPRefused, exchanges.KindIPRefused), "forbidden"},
		{"no answer", refused(exchanges.StatusUndetermined, exchanges.KindNetwork), "network"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.declare("boss", "alpha", c.says)
			w.declare("bot", "alpha", alive(), managedBy("boss"))
			if diff := cmp.Diff([]string{"boss: " + c.kind}, gaps(w.run(t.Context()))); diff != "" {
				t.Errorf("gaps:\n%s", diff)
			}
		})
	}
}
