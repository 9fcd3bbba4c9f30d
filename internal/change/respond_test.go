package change

import (
	"slices"
	"strings"
	"testing"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/survey"
)

func namesOf(concerns []Concern) []string {
	out := []string{}
	for _, c := range concerns {
		out = append(out, c.Name())
	}
	return out
}

// plan is the key of an earlier plan.
func plan(key, accessKey string) journal.PlannedKey {
	p := journal.PlannedKey{Key: key, Exchange: "okx", Account: "desk", Manager: "master", Why: "it was exposed"}
	p.ID = journal.NameKey(accessKey)
	return p
}

// Which keys a response is about, why, and which others it offers.
func TestConcerned(t *testing.T) {
	vendors := map[string]string{"3commas": "3commas", "threecommas": "3commas"}
	of3commas := Scope{Vendor: "3commas", Vendors: vendors}
	given := func(words ...string) func(*world) {
		return func(w *world) { w.entry("bot", func(e *survey.Entry) { e.Inventory.SharedWith = words }) }
	}
	held := func(vendor, key string) func(*world) {
		return func(w *world) {
			w.Survey.Vendors = []audit.VendorReport{{Vendor: vendor, Connections: []audit.VendorConnection{
				{Key: "x"},
				{Key: key},
			}}}
		}
	}
	exposed := func(key, incident string) audit.Finding {
		return audit.Finding{Key: key, Incident: audit.Text(incident), Title: "exposed by " + incident}
	}
	waived := exposed("bot", "leak-1")
	waived.Waived = &audit.Waived{}
	later := exposed("bot", "leak-1")
	later.Title = "said again"
	for _, c := range []struct {
		story    string
		world    func(*world)
		scope    Scope
		findings []audit.Finding
		want     []string
		why      string // of the first
	}{
		{"no key", nil, Scope{}, nil, nil, ""},
		{"a key that was named", nil, Scope{Keys: []string{"bot"}}, nil, []string{"bot"}, "it was named"},
		{"a name that no key has", nil, Scope{Keys: []string{"bo"}}, nil, nil, ""},
		{
			"an incident", nil,
			Scope{Incident: "leak-1"},
			[]audit.Finding{exposed("bot", "leak-1")},
			[]string{"bot"},
			"exposed by leak-1",
		},
		{"a waived incident", nil, Scope{Incident: "leak-1"}, []audit.Finding{waived}, []string{"bot"}, "exposed by leak-1"},
		{
			"the first finding says why", nil,
			Scope{Incident: "leak-1"},
			[]audit.Finding{exposed("bot", "leak-1"), later},
			[]string{"bot"},
			"exposed by leak-1",
		},
		{"another incident", nil, Scope{Incident: "leak-2"}, []audit.Finding{exposed("bot", "leak-1")}, nil, ""},
		{"a finding of no incident", nil, Scope{Vendor: "x"}, []audit.Finding{exposed("bot", "")}, nil, ""},
		{"a vendor", given("3commas"), of3commas, nil, []string{"bot"}, "it was given to 3commas"},
		{"a vendor by another spelling", given("3Commas.io"), of3commas, nil, []string{"bot"}, ""},
		{"a vendor by another name", given("lastpass", "Three Commas"), of3commas, nil, []string{"bot"}, ""},
		{"another vendor", given("3com"), of3commas, nil, nil, ""},
		{"a vendor that holds it", held("3commas", "bot"), of3commas, nil, []string{"bot"}, "3commas holds it"},
		{"a vendor that holds it, by another spelling", held("ThreeCommas", "bot"), of3commas, nil, []string{"bot"}, ""},
		{"another vendor holds it", held("lastpass", "bot"), of3commas, nil, nil, ""},
		{"a vendor that holds another", held("3commas", "grid"), of3commas, nil, nil, ""},
		{"a vendor that holds one that is no key of rekey.yaml", held("3commas", ""), of3commas, nil, nil, ""},
		{"a vendor, and the scope is of no vendor", given("3commas"), Scope{Incident: "x"}, nil, nil, ""},
		{
			"an earlier plan", nil,
			Scope{Earlier: []journal.PlannedKey{plan("bot", botKey)}},
			nil,
			[]string{"bot"},
			"it was exposed",
		},
		{
			"an earlier plan, by its old name", nil,
			Scope{Earlier: []journal.PlannedKey{plan("old-name", botKey)}},
			nil,
			[]string{"bot"},
			"it was exposed",
		},
		{
			"an earlier plan of the same name and another key", nil,
			Scope{Earlier: []journal.PlannedKey{plan("bot",
				"ANOTHERanotherANOTHER")}},
			nil,
			[]string{"bot"},
			"it was exposed",
		},
		{
			"an earlier plan of another exchange", nil,
			Scope{Earlier: []journal.PlannedKey{{Key: "elsewhere", Exchange: "kucoin", ID: journal.NameKey(botKey)}}},
			nil,
			[]string{"elsewhere"},
			"",
		},
		{
			"a missing key", nil,
			Scope{Earlier: []journal.PlannedKey{plan("gone", "GONEgoneGONEgoneGONE")}},
			nil,
			[]string{"gone"},
			"",
		},
		{"the same missing key twice", nil, Scope{Earlier: []journal.PlannedKey{
			plan("gone", "GONEgoneGONEgoneGONE"),
			plan("gone-too", "GONEgoneGONEgoneGONE"),
		}}, nil, []string{"gone"}, ""},
		{
			"a missing key without an access key", nil,
			Scope{Earlier: []journal.PlannedKey{{Key: "gone", Exchange: "okx"}}},
			nil,
			[]string{"gone"},
			"",
		},
	} {
		w := worldOf("okx")
		if c.world != nil {
			c.world(w)
		}
		in, offered := Concerned(w.Survey, c.findings, c.scope)
		got := namesOf(in)
		if !slices.Equal(got, append([]string{}, c.want...)) || len(offered) > 0 {
			t.Errorf("%s: %v, offered %v", c.story, got, namesOf(offered))
			continue
		}
		if c.why != "" && in[0].Why != c.why {
			t.Errorf("%s: because %q", c.story, in[0].Why)
		}
		for _, x := range in {
			known := slices.ContainsFunc(w.Survey.Subjects, func(s audit.Subject) bool {
				return journal.NameKey(s.Key.Ref.AccessKey) == x.ID && s.Key.Ref.Exchange == x.Subject.Key.Ref.Exchange
			})
			if x.Missing == known || x.Missing && (x.Subject.Key.Status != exchanges.StatusUndetermined ||
				x.Subject.Name == "") {
				t.Errorf("%s: %+v", c.story, x)
			}
		}
	}
}

// Keys that nobody declared belong to a response when whoever holds a concerned
// key may have made them; the others are offered, none is dropped.
func TestIntruders(t *testing.T) {
	named := func(names ...string) Scope { return Scope{Keys: names} }
	elsewhere := func(w *world) {
		w.Survey.Subjects[2].Key.Ref.Account = exchanges.Account{Name: "elsewhere", Kind: exchanges.AccountSub}
	}
	unlistedIntruder := func(w *world) { delete(w.Survey.Managers["master"].Lists, intruderKey) }
	byID := func(bot, intruder string) func(*world) {
		return func(w *world) {
			unlistedIntruder(w)
			w.Survey.Subjects[1].Key.Ref.Account = exchanges.Account{ID: bot}
			w.Survey.Subjects[2].Key.Ref.Account = exchanges.Account{ID: intruder}
		}
	}
	declaredAccount := func(w *world) { // dead keys tell no account, and no list has them
		unlistedIntruder(w)
		w.key("bot", func(k *exchanges.Key) { k.Ref.Account, k.Status = exchanges.Account{}, exchanges.StatusDead })
		w.entry("bot", func(e *survey.Entry) { e.Inventory.Account = "desk" })
	}
	gone := Scope{Earlier: []journal.PlannedKey{plan("gone", "GONEgoneGONEgoneGONE")}}
	for _, c := range []struct {
		story string
		world func(*world)
		scope Scope
		taken bool
		since bool
	}{
		{"in the same account", unlistedIntruder, named("bot"), true, false},
		{"in the account that rekey.yaml names", declaredAccount, named("bot"), true, false},
		{"in the account of the same number", byID("7", "7"), named("bot"), true, false},
		{"in the account of another number", byID("7", "8"), named("bot"), false, false},
		{"in accounts of which nothing is known", byID("", ""), named("bot"), false, false},
		{"in another account", elsewhere, named("bot"), false, false},
		{"in another account, listed by a concerned manager", elsewhere, named("master"), true, false},
		{"in another account, not listed by it", both(elsewhere, unlistedIntruder), named("master"), false, false},
		{
			"in an account of that name at another exchange",
			func(w *world) { w.Survey.Subjects[2].Key.Ref.Exchange = "kucoin" }, named("bot"), false, false,
		},
		{"nobody is concerned", nil, Scope{}, false, false},
		{"of a response that goes on", nil, Scope{Earlier: []journal.PlannedKey{plan("bot", botKey)}}, true, true},
		{"in the account of a key that is missing", unlistedIntruder, gone, true, true},
		{"that was named", elsewhere, named("okx/elsewhere/EVIL…0003"), true, false},
	} {
		w := worldOf("okx").intrude()
		if c.world != nil {
			c.world(w)
		}
		in, offered := Concerned(w.Survey, nil, c.scope)
		is := func(x Concern) bool { return x.Subject.Key.Ref.AccessKey == intruderKey }
		taken := slices.IndexFunc(in, is)
		if taken >= 0 != c.taken || slices.ContainsFunc(offered, is) == c.taken {
			t.Errorf("%s: %v, offered %v", c.story, namesOf(in), namesOf(offered))
			continue
		}
		if c.taken && in[taken].Since != c.since {
			t.Errorf("%s: found since the beginning %v", c.story, in[taken].Since)
		}
		if n := len(slices.DeleteFunc(in, func(x Concern) bool { return !is(x) })); n > 1 {
			t.Errorf("%s: taken %d times", c.story, n)
		}
	}
	// An intruder reaches nothing by its empty name.
	w := worldOf("okx").intrude()
	w.Survey.Managers[""] = survey.Manager{Lists: map[string]bool{intruderKey: true}}
	one := audit.Subject{Key: exchanges.Key{Ref: exchanges.KeyRef{Exchange: "okx"}}}
	if reaches(w.Survey, one, w.Survey.Subjects[2]) {
		t.Error("a key without a name lists others")
	}
}

// The most dangerous key comes first, among those concerned and those offered.
func TestConcernedInOrder(t *testing.T) {
	w := worldOf("okx")
	w.add("reader", "READreadREADreadREAD", exchanges.Account{Name: "desk", Kind: exchanges.AccountSub})
	w.key("reader", func(k *exchanges.Key) { k.Permissions = grants(exchanges.Read) })
	dead := func(k *exchanges.Key) { k.Status = exchanges.StatusDead }
	w.add("dead", "DEADdeadDEADdeadDEAD", exchanges.Account{Name: "desk", Kind: exchanges.AccountSub})
	w.key("dead", dead)
	w.add("open", "OPENopenOPENopenOPEN", exchanges.Account{Name: "desk", Kind: exchanges.AccountSub})
	w.key("open", func(k *exchanges.Key) { k.Whitelist = exchanges.Unrestricted() })
	in, _ := Concerned(w.Survey, nil, Scope{Keys: []string{"dead", "reader", "bot", "open"}})
	if got := namesOf(in); !slices.Equal(got, []string{"open", "bot", "reader", "dead"}) {
		t.Errorf("%v", got)
	}
	for i := range w.Survey.Subjects {
		w.Survey.Subjects[i].Name, w.Survey.Subjects[i].Origin = "", audit.FromExchange
	}
	_, offered := Concerned(w.Survey, nil, Scope{})
	if len(offered) != 5 || offered[0].Subject.Key.Ref.AccessKey != "OPENopenOPENopenOPEN" ||
		offered[4].Subject.Key.Status != exchanges.StatusDead {
		t.Errorf("offered %v", namesOf(offered))
	}
}

// What is done about each key: narrowed at once where an API can, then
// destroyed, or replaced; killing waits for nothing that a replacement needs.
func TestRespond(t *testing.T) {
	unwritable := func(w *world) {
		w.facts("bot", func(f *Facts) { f.Places = []Place{{Name: "a", Problem: "the file is read only"}} })
	}
	broken := func(w *world) { w.facts("bot", func(f *Facts) { f.Credential.Problem = "the file is gone" }) }
	reads := func(w *world) { w.key("bot", func(k *exchanges.Key) { k.Permissions = grants(exchanges.Read) }) }
	wider := func(w *world) {
		w.key("bot", func(k *exchanges.Key) { k.Permissions = exchanges.Permissions{} })
		w.entry("bot", func(e *survey.Entry) { e.Inventory.Purpose = []exchanges.Permission{exchanges.Read} })
	}
	proven := func(w *world) {
		w.run(journal.Revoke, "bot", begun(botKey), result(journal.Retiring, "proven"), did(journal.Done))
	}
	type decided struct {
		verdict Verdict
		kind    journal.Kind
	}
	for _, c := range []struct {
		story    string
		world    func(*world)
		replaced bool
		accepted []string
		narrow   decided
		end      decided
		besides  Code
	}{
		{"a key by API", nil, false, nil, decided{ByAPI, journal.Contain}, decided{ByAPI, journal.Revoke}, ""},
		{"a key by API, replaced", nil, true, nil, decided{ByAPI, journal.Contain}, decided{ByAPI, journal.Rotate}, ""},
		{
			"a key by API, replaced, and nothing reloads its bot", func(w *world) { w.Reloads = nil }, true, nil,
			decided{ByAPI, journal.Contain},
			decided{ByAPI, journal.Rotate},
			"",
		},
		{"there is nothing to take from it", reads, false, nil, decided{}, decided{ByAPI, journal.Revoke}, ""},
		{"it is dead", status(exchanges.StatusDead), false, nil, decided{}, decided{Skip, journal.Revoke}, ""},
		{"it is dead, and to be replaced", status(exchanges.StatusDead), true, nil, decided{}, decided{
			ByAPI,
			journal.Rotate,
		}, ""},
		{
			"it cannot be replaced", unwritable, true, nil,
			decided{ByAPI, journal.Contain},
			decided{ByAPI, journal.Revoke},
			PlaceUnwritable,
		},
		{"it cannot be replaced, and need not be", unwritable, false, nil, decided{ByAPI, journal.Contain}, decided{
			ByAPI,
			journal.Revoke,
		}, ""},
		{
			"its powers are not known", wider, true, nil,
			decided{ByAPI, journal.Contain},
			decided{ByAPI, journal.Revoke},
			PowersUnknown,
		},
		{
			"its powers are not known, and that is accepted", wider, true,
			[]string{RiskWiderKey},
			decided{
				ByAPI,
				journal.Contain,
			},
			decided{ByAPI, journal.Rotate},
			"",
		},
		{"it can be neither replaced nor destroyed", broken, true, nil, decided{}, decided{Person, journal.Rotate}, ""},
		{"by hand", atHand, false, nil, decided{}, decided{ByHand, journal.Revoke}, ""},
		{"by hand, replaced", atHand, true, nil, decided{}, decided{ByHand, journal.Rotate}, ""},
		{"nobody is here", noManager, false, nil, decided{}, decided{Person, journal.Revoke}, ""},
		{
			"it was not looked at", func(w *world) { w.Survey.Subjects = w.Survey.Subjects[:1] }, false, nil,
			decided{},
			decided{Undecided, journal.Revoke},
			"",
		},
		{
			"a narrowing of it is unfinished", func(w *world) {
				w.run(journal.Contain, "bot", begun(botKey),
					will(journal.Deployed))
			},
			false, nil,
			decided{Resume, journal.Contain},
			decided{ByAPI, journal.Revoke},
			"",
		},
		{
			"a rotation of it is unfinished", func(w *world) {
				w.run(journal.Rotate, "bot", begun(botKey),
					did(journal.Issuing))
			},
			false, nil,
			decided{},
			decided{Resume, journal.Rotate},
			"",
		},
		{
			"a revocation of it is unfinished", func(w *world) { w.run(journal.Revoke, "bot", begun(botKey)) },
			true, nil,
			decided{},
			decided{Resume, journal.Revoke},
			"",
		},
		{
			"one is unfinished under another name", func(w *world) { w.run(journal.Revoke, "old-name", begun(botKey)) },
			true, nil,
			decided{},
			decided{Resume, journal.Revoke},
			"",
		},
		{
			"one of another key is unfinished", func(w *world) { w.run(journal.Revoke, "other", begun("OTHERotherOTHERother")) },
			false, nil,
			decided{ByAPI, journal.Contain},
			decided{ByAPI, journal.Revoke},
			"",
		},
		{"one has ended", proven, false, nil, decided{ByAPI, journal.Contain}, decided{ByAPI, journal.Revoke}, ""},
	} {
		w := worldOf("okx")
		subject := w.Survey.Subjects[1]
		if c.world != nil {
			c.world(w)
		}
		if len(w.Survey.Subjects) > 1 {
			subject = w.Survey.Subjects[1]
		}
		o := ResponseOptions{Accepted: c.accepted, Replaced: func(e survey.Entry) bool {
			return c.replaced &&
				e.Name == "bot"
		}}
		item := Respond(w.Seen, []Concern{newConcern(subject, "it was named", false)}, o)[0]
		narrow, end := decided{item.Narrow.Verdict, item.Narrow.Kind}, decided{item.End.Verdict, item.End.Kind}
		if narrow != c.narrow || end != c.end {
			t.Errorf("%s: narrow %v, end %v (%v)", c.story, narrow, end, item.End.Reason)
		}
		var besides Code
		for _, d := range item.Besides {
			besides = d.Reason.Code
			if d.Verdict != Person || d.Kind != journal.Rotate {
				t.Errorf("%s: besides %d %s", c.story, d.Verdict, d.Kind)
			}
		}
		if besides != c.besides || len(item.Besides) > 1 {
			t.Errorf("%s: besides %q, want %q", c.story, besides, c.besides)
		}
		for _, d := range []Decision{item.Narrow, item.End} {
			if d.Verdict == Resume && (d.Run == "" || d.Entry.Inventory.Manager != "master") {
				t.Errorf("%s: goes on with %q through %q", c.story, d.Run, d.Entry.Inventory.Manager)
			}
			if d.Verdict != Resume && d.Run != "" {
				t.Errorf("%s: a new run is %q", c.story, d.Run)
			}
		}
		if len(item.End.Risks)+len(item.Narrow.Risks) > 0 {
			t.Errorf("%s: %v", c.story, item.End.Risks)
		}
	}
}

// A planned key that nothing has any more is dead only by the proof of a run.
func TestRespondToAMissingKey(t *testing.T) {
	const gone = "GONEgoneGONEgoneGONE"
	ending := func(kind journal.Kind, accessKey string, records ...journal.Record) func(*world) {
		return func(w *world) { w.run(kind, "gone", append([]journal.Record{begun(accessKey)}, records...)...) }
	}
	proof, ended := result(journal.Retiring, "proven"), did(journal.Done)
	for _, c := range []struct {
		story   string
		world   func(*world)
		id      string
		verdict Verdict
		code    Code
	}{
		{"no run knows it", nil, gone, Person, Undeclared},
		{"a run proved it dead", ending(journal.Revoke, gone, proof, ended), gone, Skip, AlreadyDead},
		{
			"a run destroyed it without proof", ending(journal.Revoke, gone, result(journal.Retiring, "unproven"),
				did(journal.Unconfirmed)),
			gone, Person, Undeclared,
		},
		{
			"a run narrowed it", ending(journal.Contain, gone, result(journal.Proved, "proven"), ended), gone, Person,
			Undeclared,
		},
		{"a run proved another dead", ending(journal.Revoke, botKey, proof, ended), gone, Person, Undeclared},
		{
			"a run without a key was proven", func(w *world) {
				w.run(journal.Revoke, "gone", did(journal.Planned), proof,
					ended)
			},
			"", Person, Undeclared,
		},
		{"a run of it goes on, through the manager that it was planned with", ending(journal.Revoke, gone), gone, Resume, ""},
		{"a narrowing of it goes on", ending(journal.Contain, gone), gone, Resume, ""},
		{"a run of another key of that name goes on", ending(journal.Revoke, botKey), gone, Person, Undeclared},
		{"a run of that name goes on, and no access key is known", ending(journal.Revoke, botKey), "", Resume, ""},
		{"a run of that name goes on, and has no records", func(w *world) {
			w.Runs = append(w.Runs, journal.Run{ID: "1m8q4s78m3jas", Kind: journal.Revoke, Key: "gone"})
		}, "", Person, Undeclared},
		{"a run of it goes on, and names no manager", func(w *world) {
			r := begun(gone)
			r.Data.Manager = ""
			w.run(journal.Revoke, "gone", r)
		}, gone, Person, Undeclared},
	} {
		w := worldOf("okx")
		if c.world != nil {
			c.world(w)
		}
		concern := missing(plan("gone", c.id))
		item := Respond(w.Seen, []Concern{concern}, ResponseOptions{Replaced: func(survey.Entry) bool { return true }})[0]
		d := item.End
		if d.Verdict != c.verdict || d.Reason.Code != c.code || item.Narrow.Verdict != Undecided || len(item.Besides) > 0 {
			t.Errorf("%s: %d %+v, narrow %d", c.story, d.Verdict, d.Reason, item.Narrow.Verdict)
		}
		if d.Verdict == Resume && (d.Entry.Inventory.Manager != "master" || d.Entry.Inventory.Account != "desk" ||
			d.Entry.Exchange != "okx") {
			t.Errorf("%s: %+v", c.story, d.Entry)
		}
		if c.code == Undeclared && d.Entry.Name != "gone" {
			t.Errorf("%s: %+v", c.story, d.Entry)
		}
	}
}

// A whole response: the order of the keys stays, and the last manager is asked
// about only when a key that it manages stays.
func TestRespondToSeveral(t *testing.T) {
	concerns := func(w *world) []Concern {
		in, _ := Concerned(w.Survey, nil, Scope{Keys: []string{"master", "bot"}})
		return in
	}
	none := ResponseOptions{Replaced: func(survey.Entry) bool { return false }}
	w := worldOf("okx").intrude()
	w.Person = true
	in := concerns(w)
	items := Respond(w.Seen, in, none)
	for i, item := range items {
		if item.Name() != in[i].Name() || !item.End.Verdict.Acts() || item.End.Kind != journal.Revoke ||
			len(item.End.Risks) > 0 {
			t.Errorf("%s: %d, %v", item.Name(), item.End.Verdict, item.End.Risks)
		}
	}
	if len(items) != 3 {
		t.Errorf("%d keys, want 3", len(items))
	}
	w = worldOf("okx")
	w.Person = true
	w.facts("bot", func(f *Facts) { f.Credential.Problem = "the file is gone" })
	for _, item := range Respond(w.Seen, concerns(w), none) {
		warned := slices.Contains(wordsOf(item.End), RiskLastManager)
		if warned != (item.Name() == "master") {
			t.Errorf("%s: %v", item.Name(), item.End.Risks)
		}
	}
	if got := Respond(w.Seen, nil, none); len(got) != 0 {
		t.Errorf("a response to nothing: %v", got)
	}
}

// The words of a missing key name what to look for, without the whole key.
func TestUnfoundSaysWhatToLookFor(t *testing.T) {
	const gone = "GONEgoneGONEgoneGONE"
	d := newPlanner(worldOf("okx").Seen, Options{}, nil).unfound(missing(plan("gone", gone)))
	if !strings.Contains(d.Reason.Text, journal.NameKey(gone).AccessKey()) || strings.Contains(d.Reason.Text, gone) {
		t.Errorf("%q", d.Reason.Text)
	}
}

// A key that nobody declared, and that no list names any more, was destroyed when
// a run of it did that and has ended.
func TestUnfoundThatWasDestroyed(t *testing.T) {
	const gone, name = "GONEgoneGONEgoneGONE", "okx/desk/GONE…GONE"
	destroyed := result(journal.Retiring, "unproven")
	for _, c := range []struct {
		story   string
		about   string
		records []journal.Record
		verdict Verdict
		code    Code
	}{
		{"a run destroyed it", gone, []journal.Record{destroyed, did(journal.Unconfirmed)}, Skip, AlreadyDestroyed},
		{"a run was refused", gone, []journal.Record{did(journal.Failed)}, Person, Undeclared},
		{"a run destroyed another", botKey, []journal.Record{destroyed, did(journal.Unconfirmed)}, Person, Undeclared},
	} {
		w := worldOf("okx")
		w.run(journal.Revoke, name, append([]journal.Record{begun(c.about)}, c.records...)...)
		item := Respond(w.Seen, []Concern{missing(plan(name, gone))}, ResponseOptions{
			Replaced: func(survey.Entry) bool { return false },
		})[0]
		if d := item.End; d.Verdict != c.verdict || d.Reason.Code != c.code {
			t.Errorf("%s: %d %+v", c.story, d.Verdict, d.Reason)
		}
	}
}
