package audit

import (
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
)

// Ages: a limit is reached on its last moment and passed one second later.
func TestAgesAtTheirLimits(t *testing.T) {
	old := func(age time.Duration, edits ...func(*Subject)) Example {
		s := sample("grid", "okx", edits...)
		s.Key.CreatedAt = exchanges.Known(examplesDay().Add(-age))
		return Example{Subject: s}
	}
	draws, reads := may(exchanges.Read, exchanges.Withdraw), may(exchanges.Read)
	for _, c := range []struct {
		story, rule string
		limit       time.Duration
		at, after   Outcome
		edits       []func(*Subject)
	}{
		{"trade", "LIFE-01", days(90), Pass, Fail, nil},
		{"withdraw", "LIFE-01", days(30), Pass, Fail, []func(*Subject){draws}},
		{"read", "LIFE-01", days(365), Pass, Fail, []func(*Subject){reads}},
		{
			"no permissions told, the shortest limit", "LIFE-01", days(30), Pass, CannotTell,
			[]func(*Subject){permissionsUntold},
		},
		{
			"no permissions told, the longest limit", "LIFE-01", days(365), CannotTell, Fail,
			[]func(*Subject){permissionsUntold},
		},
		{
			"its own limit is shorter", "LIFE-01", days(10), Pass, Fail,
			[]func(*Subject){func(s *Subject) { s.Inventory.Rotation = days(10) }},
		},
		{
			"its own limit is longer", "LIFE-01", days(90), Pass, Fail,
			[]func(*Subject){func(s *Subject) { s.Inventory.Rotation = days(900) }},
		},
		{"very old", "LIFE-02", days(730), Pass, Fail, nil},
	} {
		for age, want := range map[time.Duration]Outcome{c.limit: c.at, c.limit + time.Second: c.after} {
			if got := checked(t, c.rule, old(age, c.edits...)); got.Outcome != want {
				t.Errorf("%s, %v old: %+v, want %s", c.story, age, got, want)
			}
		}
		dead := append(c.edits, status(exchanges.StatusDead))
		if got := checked(t, c.rule, old(c.limit+time.Second, dead...)); got.Outcome != "" {
			t.Errorf("%s, dead: %+v", c.story, got)
		}
	}
	for idle, want := range map[time.Duration]Outcome{days(30): Pass, days(30) + time.Second: Fail} {
		s := sample("grid", "okx")
		s.Key.LastUsedAt = exchanges.Known(examplesDay().Add(-idle))
		if got := checked(t, "LIFE-06", Example{Subject: s}); got.Outcome != want {
			t.Errorf("idle for %v: %+v, want %s", idle, got, want)
		}
	}
	for left, want := range map[time.Duration]string{
		days(14) + time.Second: "", days(14): "the key ends on 2026-12-06, as the exchange says",
		0:        "the key ends on 2026-11-22, as the exchange says",
		-days(1): "the key ends on 2026-11-21, as the exchange says: that day has passed",
	} {
		s := sample("grid", "okx")
		s.Key.ExpiresAt = exchanges.Known(examplesDay().Add(left))
		if got := checked(t, "LIFE-03", Example{Subject: s}); got.Detail != want {
			t.Errorf("ends in %v: %q, want %q", left, got.Detail, want)
		}
	}
	for age, want := range map[time.Duration]Outcome{days(180): Pass, days(180) + time.Second: Fail} {
		d := newDesk(Input{Now: examplesDay(), Incident: Catalogue{Compiled: examplesDay().Add(-age)}}, Rules())
		if got := ruleNamed(t, "INC-10").CheckDesk(d); got[0].Outcome != want {
			t.Errorf("a catalogue %v old: %+v, want %s", age, got[0], want)
		}
	}
}

// A date ahead of the clock by more than a day is no answer; the inventory's is
// only asked where the exchange says nothing.
func TestWhenAKeyWasMade(t *testing.T) {
	now := examplesDay()
	unknown := exchanges.Unknown[time.Time]()
	for _, c := range []struct {
		told, declared          exchanges.Fact[time.Time]
		want                    time.Time
		fromInventory, answered bool
	}{
		{exchanges.Known(date("2026-01-01")), exchanges.Known(date("2020-01-01")), date("2026-01-01"), false, true},
		{unknown, exchanges.Known(date("2020-01-01")), date("2020-01-01"), true, true},
		{unknown, unknown, time.Time{}, false, false},
		{exchanges.Known(now.Add(24 * time.Hour)), unknown, now.Add(24 * time.Hour), false, true},
		{exchanges.Known(now.Add(24*time.Hour + time.Second)), unknown, time.Time{}, false, false},
		{exchanges.Known(time.Time{}), unknown, time.Time{}, false, false},
	} {
		s := sample("grid", "okx")
		s.Key.CreatedAt, s.Inventory.Created = c.told, c.declared
		at, declared, known := createdAt(s, now)
		if !at.Equal(c.want) || declared != c.fromInventory || known != c.answered {
			t.Errorf("%v, %v: %v, %v, %v", c.told, c.declared, at, declared, known)
		}
	}
}

// Which rule reports a match, and which matches nobody reports.
func TestRuleForAMatch(t *testing.T) {
	link := func(kind string) Link { return Link{Type: kind, Value: "x"} }
	history := Incident{Severity: Info, Actions: []string{actionNone}, Exposure: Confirmed}
	for _, c := range []struct {
		story   string
		in      Incident
		link    string
		linked  bool
		outcome MatchOutcome
		why     string
		want    string
	}{
		{"no link", Incident{}, linkSharedWith, false, Exposed, "", ""},
		{"not exposed", Incident{}, linkSharedWith, true, NotExposed, "", ""},
		{"exposed at a vendor", Incident{Exposure: Confirmed}, linkSharedWith, true, Exposed, "", ruleExposed},
		{"possibly at a vendor", Incident{Exposure: Confirmed}, linkSharedWith, true, PossiblyExposed, "", rulePossibly},
		{"of unknown age at a vendor", Incident{Exposure: Confirmed}, linkSharedWith, true, Unmatched, "", rulePossibly},
		{
			"no key was taken at a vendor",
			Incident{Exposure: NoKeys},
			linkSharedWith, true, NotExposed, whyNoKeys,
			ruleExposed,
		},
		{"no key was taken at a store", Incident{Exposure: NoKeys}, linkStoredIn, true, NotExposed, whyNoKeys, ruleStore},
		{"no key was taken at an exchange", Incident{Exposure: NoKeys}, linkExchangeKey, true, NotExposed, whyNoKeys, ""},
		{"no key was taken, and it is newer", Incident{Exposure: NoKeys}, linkSharedWith, true, NotExposed, "newer", ""},
		{"at a store", Incident{Exposure: Confirmed}, linkStoredIn, true, Exposed, "", ruleStore},
		{"at a CI", Incident{Exposure: Confirmed}, linkCI, true, PossiblyExposed, "", ruleStore},
		{"at an exchange", Incident{Exposure: Confirmed, Severity: High}, linkExchangeKey, true, Exposed, "", ruleExchange},
		{"of an owner", Incident{Exposure: Confirmed, Severity: High}, linkOwner, true, Exposed, "", ruleExchange},
		{
			"suspected",
			Incident{Exposure: Confirmed, Suspected: true},
			linkSharedWith, true, PossiblyExposed, "",
			ruleSuspected,
		},
		{"history at an exchange", history, linkExchangeKey, true, Exposed, "", ""},
		{
			"history with something to do",
			Incident{Severity: Info, Actions: []string{actionNone, "ROTATE"}},
			linkExchangeKey,
			true, Exposed, "", ruleExchange,
		},
		{
			"grave, and nothing to do",
			Incident{Severity: High, Actions: []string{actionNone}},
			linkExchangeKey, true, Exposed,
			"", ruleExchange,
		},
	} {
		if got := ruleFor(c.in, match{linked: c.linked, link: link(c.link), outcome: c.outcome, why: c.why}); got != c.want {
			t.Errorf("%s: %q, want %q", c.story, got, c.want)
		}
	}
}

// An incident rule passes only a living key that no incident is left open
// about, and does not apply to a key that nobody was given.
func TestIncidentRulesPass(t *testing.T) {
	none := Catalogue{}
	all := exampleIncidents()
	leak := Catalogue{Incidents: all.Incidents[:1]}
	given, kept := sharedWith("3commas"), storedIn("circleci")
	for _, c := range []struct {
		story, rule string
		subject     Subject
		incidents   Catalogue
		want        Outcome // "" for not applicable
	}{
		{"given to nobody", ruleExposed, sample("grid", "okx"), all, ""},
		{"given to nobody", rulePossibly, sample("grid", "okx"), all, ""},
		{"kept nowhere", ruleStore, sample("grid", "okx"), all, ""},
		{"no catalogue", ruleExposed, sample("grid", "okx", given), none, ""},
		{"newer than all", ruleExposed, sample("grid", "okx", given), all, Pass},
		{"newer than all", ruleStore, sample("grid", "okx", kept), all, Pass},
		{"exposed, which another rule reports", rulePossibly, sample("grid", "okx", given, made("2021-06-16")), all, ""},
		{"of unknown age, which another rule reports", ruleExposed, sample("grid", "okx", given, madeUntold), leak, ""},
		{"of unknown age", rulePossibly, sample("grid", "okx", given, madeUntold), all, Fail},
		{"at a store when it leaked", ruleStore, sample("grid", "okx", kept, made("2022-12-01")), all, Fail},
		{"dead, and exposed to nothing", ruleExposed, sample("grid", "okx", given, status(exchanges.StatusDead)), all, ""},
		{
			"nobody says whom it was given to, and it is old", ruleExposed, sample("", "okx", orphan, made("2021-06-16")), all,
			CannotTell,
		},
		{"nobody says whom it was given to, and it is new", ruleExposed, sample("", "okx", orphan), all, ""},
		{"the same, dead", ruleExposed, sample("", "okx", orphan, made("2021-06-16"), status(exchanges.StatusDead)), all, ""},
	} {
		if got := checked(t, c.rule, Example{Subject: c.subject, Incidents: c.incidents}); got.Outcome != c.want {
			t.Errorf("%s, %s: %+v, want %q", c.rule, c.story, got, c.want)
		}
	}
}

// What is said of a key beside an incident, whole.
func TestWordsOfAnIncident(t *testing.T) {
	given := sharedWith("3commas")
	old := made("2021-06-16")
	leak := Incident{
		ID: "leak", Title: "leak", Vendor: "3Commas", Exchanges: []string{"*"}, Exposure: Confirmed,
		Links: []Link{{linkSharedWith, "3commas"}}, CreatedBefore: date("2022-12-28"),
		Severity: Critical, Actions: []string{"REVOKE", actionReview},
	}
	with := func(edit func(*Incident)) Incident {
		in := leak
		edit(&in)
		return in
	}
	rumour := func(vendor string) Incident {
		return with(func(in *Incident) { in.Suspected, in.Vendor = true, vendor })
	}
	const review = "review trades, orders, transfers and withdrawals"
	const linked = `given to "3commas"; created 2021-06-16, before 2022-12-28`
	const suspected = `given to "3commas"; created 2021-06-16, and the incident is suspected, not confirmed`
	for _, c := range []struct {
		story, rule string
		subject     Subject
		in          Incident
		want        Verdict
	}{
		{"nothing more is known", ruleExposed, sample("grid", "okx", given, old), leak, Verdict{
			Outcome: Fail, Severity: Critical, Title: "exposed: leak", Detail: linked, Remedy: "revoke the key; " + review,
		}},
		{
			"the loot is known", ruleExposed, sample("grid", "okx", given, old),
			with(func(in *Incident) { in.Leaked = []string{"api_key", "api_secret"} }),
			Verdict{
				Outcome: Fail, Severity: Critical, Title: "exposed: leak", Detail: linked + "; taken were api key and api secret",
				Remedy: "revoke the key; " + review,
			},
		},
		{"permissions are not told", ruleExposed, sample("grid", "okx", given, old, permissionsUntold), leak, Verdict{
			Outcome: Fail, Severity: Critical, Title: "exposed: leak",
			Detail: linked + "; what the key may do is not known and counts as trading",
			Remedy: "revoke the key; " + review,
		}},
		{
			"permissions are not told, and no key was taken", ruleExposed, sample("grid", "okx", given, old, permissionsUntold),
			with(func(in *Incident) {
				in.Exposure, in.Leaked = NoKeys, []string{"email"}
			}),
			Verdict{
				Outcome: Fail, Severity: Info, Title: "leak: " + whyNoKeys, Detail: `given to "3commas"; ` + whyNoKeys,
				Remedy: "revoke the key; " + review,
			},
		},
		{"a key that is dead", ruleExposed, sample("grid", "okx", given, old, status(exchanges.StatusDead)), leak, Verdict{
			Outcome: Fail, Severity: Info, Title: "exposed key is dead, review its trades: leak",
			Detail: linked, Remedy: review,
		}},
		{
			"a key that is dead, and perhaps was exposed", ruleExposed,
			sample("grid", "okx", given, madeUntold, status(exchanges.StatusDead)), leak,
			Verdict{
				Outcome: Fail, Severity: Info, Title: "possibly exposed key is dead, review its trades: leak",
				Detail: `given to "3commas"; nobody says when the key was created`,
				Remedy: review,
			},
		},
		{"a rumour", ruleSuspected, sample("grid", "okx", given, old), rumour("3Commas"), Verdict{
			Outcome: Fail, Severity: Medium, Title: "possibly exposed: leak", Detail: suspected + "; 3Commas denies it",
			Remedy: "revoke the key; " + review,
		}},
		{"a rumour about nobody", ruleSuspected, sample("grid", "okx", given, old), rumour(""), Verdict{
			Outcome: Fail, Severity: Medium, Title: "possibly exposed: leak", Detail: suspected + "; the vendor denies it",
			Remedy: "revoke the key; " + review,
		}},
		{
			"nothing to do", ruleExposed, sample("grid", "okx", given, old), with(func(in *Incident) { in.Actions = nil }),
			Verdict{
				Outcome: Fail, Severity: Critical, Title: "exposed: leak", Detail: linked,
				Remedy: "nothing to do about exchange keys",
			},
		},
		{
			"of unknown age, and nothing to do", rulePossibly, sample("grid", "okx", given, madeUntold),
			with(func(in *Incident) { in.Actions = nil }),
			Verdict{
				Outcome: Fail, Severity: High, Title: "possibly exposed: leak",
				Detail: `given to "3commas"; nobody says when the key was created`,
				Remedy: "look up when the key was created and set `created` in rekey.yaml; until then treat it as exposed; " +
					"nothing to do about exchange keys",
			},
		},
	} {
		c.want.Incident = "leak"
		known := Catalogue{Incidents: []Incident{c.in}}
		if got := checked(t, c.rule, Example{Subject: c.subject, Incidents: known}); got != c.want {
			t.Errorf("%s:\n%+v\nwant\n%+v", c.story, got, c.want)
		}
	}
	if got := joined("", "a", "", "b"); got != "a; b" {
		t.Errorf("joined: %q", got)
	}
}

// An incident of an exchange whose end decides, and a key of unknown age.
func TestExchangeIncidentAndAnUnknownAge(t *testing.T) {
	breach := func(severity Severity, actions ...string) Catalogue {
		return Catalogue{Incidents: []Incident{{
			ID: "breach", Title: "breach", Exchanges: []string{"okx"}, Exposure: Confirmed, Links: []Link{{
				linkExchangeKey,
				"okx",
			}},
			Until: date("2019-05-07"), Severity: severity, Actions: actions,
		}}}
	}
	for _, c := range []struct {
		story    string
		subject  Subject
		in       Catalogue
		want     Outcome
		severity Severity
	}{
		{"old", sample("grid", "okx", made("2018-01-01")), breach(High, "ROTATE"), Fail, High},
		{"new", sample("grid", "okx"), breach(High, "ROTATE"), Pass, None},
		{"of unknown age", sample("grid", "okx", madeUntold), breach(High, "ROTATE"), CannotTell, None},
		{"of unknown age, and only information", sample("grid", "okx", madeUntold), breach(Info, "ROTATE"), "", None},
		{"old, and only information", sample("grid", "okx", made("2018-01-01")), breach(Info, "ROTATE"), Fail, Info},
		{
			"of unknown age, and dead", sample("grid", "okx", madeUntold, status(exchanges.StatusDead)),
			breach(High, "ROTATE", actionReview), "", None,
		},
		{"of another exchange", sample("grid", "kucoin", made("2018-01-01")), breach(High, "ROTATE"), Pass, None},
	} {
		got := checked(t, ruleExchange, Example{Subject: c.subject, Incidents: c.in})
		if got.Outcome != c.want || got.Severity != c.severity {
			t.Errorf("%s: %+v, want %q, %v", c.story, got, c.want, c.severity)
		}
	}
}

// The undeclared key, and which key of the inventory it may be.
func TestWordsOfAnUndeclaredKey(t *testing.T) {
	stray := func(edits ...func(*Subject)) Subject {
		return sample("", "kucoin", append([]func(*Subject){orphan, may(exchanges.Read), func(s *Subject) {
			s.Key.Ref.Account.Name = ""
		}}, edits...)...)
	}
	unread := func(n int) []Subject {
		var out []Subject
		for _, name := range []string{"a", "b", "c", "d"}[:n] {
			out = append(out, unknownSample(name, "kucoin", func(s *Subject) { s.Key.Ref.AccessKey = "" }))
		}
		return out
	}
	known := stray()
	const detail = "kucoin lists it, with the permissions read, created 2026-10-01"
	for _, c := range []struct {
		story    string
		example  Example
		detail   string
		severity Severity
	}{
		{"no more is known", Example{Subject: known}, detail, None},
		{
			"its account has a name",
			Example{Subject: stray(func(s *Subject) { s.Key.Ref.Account.Name = "grid" })},
			`kucoin lists it for account "grid", with the permissions read, created 2026-10-01`, None,
		},
		{"a special key in a frozen account", Example{Subject: stray(madeUntold, func(s *Subject) {
			s.Key.SpecialMargin, s.Key.Ref.Account.Frozen = true, exchanges.Known(true)
		})}, "kucoin lists it, with the permissions read; " +
			"it is a margin special key, which the page of ordinary keys does not show; " +
			"the sub-account is frozen, and the key works again once it is not", None},
		{"dead", Example{Subject: stray(status(exchanges.StatusDead))}, detail, Low},
		{
			"new since the baseline",
			Example{Subject: known, Baseline: &Baseline{At: date("2026-11-21")}},
			detail + "; it was not there at the audit of 2026-11-21", None,
		},
		{"known to the baseline", Example{Subject: known, Baseline: recorded(known)}, detail, None},
		{
			"one key was not read",
			Example{Subject: known, Others: unread(1)},
			detail + "; it may be a, whose credential could not be read", None,
		},
		{
			"two keys were not read",
			Example{Subject: known, Others: unread(2)},
			detail + "; it may be one of a and b, whose credentials could not be read", None,
		},
		{
			"three keys were not read",
			Example{Subject: known, Others: unread(3)},
			detail + "; it may be one of a, b and c, whose credentials could not be read", None,
		},
		{
			"four keys were not read",
			Example{Subject: known, Others: unread(4)},
			detail + "; it may be one of the 4 keys of the inventory whose credentials could not be read", None,
		},
	} {
		got := checked(t, "INV-01", c.example)
		if got.Outcome != Fail || got.Detail != c.detail || got.Severity != c.severity {
			t.Errorf("%s: %+v, want %q, %v", c.story, got, c.detail, c.severity)
		}
	}
	if got := checked(t, "INV-01", Example{Subject: sample("grid", "kucoin")}); got.Outcome != Pass {
		t.Errorf("a declared key: %+v", got)
	}
}

func TestManyPlaces(t *testing.T) {
	twin := func(name string, edits ...func(*Subject)) Subject {
		return sample(name, "kucoin", append(edits, func(s *Subject) { s.Key.Ref.AccessKey = "S4me" })...)
	}
	for _, c := range []struct {
		story   string
		example Example
		want    Outcome
		detail  string
	}{
		{"one place", Example{Subject: sample("grid", "kucoin")}, Pass, ""},
		{"one vendor", Example{Subject: sample("grid", "kucoin", sharedWith("3commas"))}, Pass, ""},
		{
			"two vendors",
			Example{Subject: sample("grid", "kucoin", sharedWith("3commas", "skyrex"))},
			Fail,
			`2 vendors had it: "3commas" and "skyrex"`,
		},
		{"one vendor by two names", Example{
			Subject:   sample("grid", "kucoin", sharedWith("3commas", "3Commas.io")),
			Incidents: exampleIncidents(),
		}, Pass, ""},
		{
			"two names",
			Example{Subject: twin("grid"), Others: []Subject{twin("hedge")}},
			Fail,
			"the same access key is also declared as hedge",
		},
		{"its own row of the exchange's list", Example{Subject: twin("grid"), Others: []Subject{twin("", orphan)}}, Pass, ""},
		{"dead", Example{Subject: twin("grid", status(exchanges.StatusDead)), Others: []Subject{twin("hedge")}}, "", ""},
	} {
		if got := checked(t, "INV-07", c.example); got.Outcome != c.want || got.Detail != c.detail {
			t.Errorf("%s: %+v, want %q, %q", c.story, got, c.want, c.detail)
		}
	}
}

func TestFoundInADump(t *testing.T) {
	found := func(what ...string) func(*Subject) {
		return func(s *Subject) { s.Leaks = []Leak{{What: what, Dump: "d", At: examplesDay()}} }
	}
	for _, c := range []struct {
		story   string
		subject Subject
		want    Severity
	}{
		{"the secret of a tracker", sample("a", "okx", may(exchanges.Read), found("access_key", "secret")), Critical},
		{"the access key of a tracker", sample("a", "okx", may(exchanges.Read), found("access_key")), High},
		{"the access key of a bot", sample("a", "okx", found("access_key")), Critical},
		{"the access key of a key that draws", sample("a", "okx", may(exchanges.Withdraw), found("access_key")), Critical},
		{
			"the access key of a key of which nothing is told", sample("a", "okx", permissionsUntold, found("access_key")),
			Critical,
		},
		{"the secret of a dead key", sample("a", "okx", status(exchanges.StatusDead), found("secret")), Info},
	} {
		if got := checked(t, "INC-06", Example{Subject: c.subject}); got.Outcome != Fail || got.Severity != c.want {
			t.Errorf("%s: %+v, want %v", c.story, got, c.want)
		}
	}
}

// What exceeds a purpose, and what counts as trading.
func TestPurposes(t *testing.T) {
	const read, spot, futures, trade = exchanges.Read, exchanges.Spot, exchanges.Futures, exchanges.Trade
	list := func(p ...exchanges.Permission) []exchanges.Permission { return p }
	for _, c := range []struct {
		purpose, granted []exchanges.Permission
		want             Outcome
		severity         Severity
	}{
		{list(read), list(read), Pass, None},
		{list(read), list(read, spot), Fail, None},
		{list(read), list(read, trade), Fail, None},
		{list(read), list(read, exchanges.Transfer), Fail, Medium},
		{list(read, spot), list(read, spot), Pass, None},
		{list(read, spot), list(read, spot, futures), Fail, Medium},
		{list(read, spot), list(read, trade), Pass, None},
		{list(read, trade), list(read, spot, futures), Pass, None},
		{list(read, trade), list(read, exchanges.Withdraw), Fail, Medium},
		{list(read, spot), list(read, exchanges.Unmapped), Pass, None}, // PERM-18's
		{nil, list(read, spot), "", None},
	} {
		got := checked(t, "PERM-06", Example{Subject: sample("grid", "okx", may(c.granted...), forPurpose(c.purpose...))})
		if got.Outcome != c.want || got.Severity != c.severity {
			t.Errorf("purpose %v, granted %v: %+v, want %q, %v", c.purpose, c.granted, got, c.want, c.severity)
		}
	}
}

// Foreign text in a detail is short and plain.
func TestQuoted(t *testing.T) {
	for text, want := range map[string]string{
		"": `""`, "a\n": `"a\n"`, strings.Repeat("a", 60): `"` + strings.Repeat("a", 60) + `"`,
		strings.Repeat("a", 61):       `"` + strings.Repeat("a", 60) + `"…`,
		strings.Repeat("a", 59) + "é": `"` + strings.Repeat("a", 59) + `"…`,
		strings.Repeat("\x80", 70):    `""…`,
	} {
		if got := quoted(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	for n, want := range map[int]string{0: "0 days", 1: "1 day", 2: "2 days"} {
		if got := counted(n, "day"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	for want, words := range map[string][]string{
		"": nil, "a": {"a"}, "a and b": {"a", "b"}, "a, b and c": {"a", "b", "c"},
		"a, b, c and d": {"a", "b", "c", "d"},
	} {
		if got := listed(words); got != want {
			t.Errorf("%v: %q, want %q", words, got, want)
		}
	}
	for n, want := range map[int]string{
		5: "a; a; a; a; a", 6: "a; a; a; a; a; and 1 more",
		8: "a; a; a; a; a; and 3 more",
	} {
		if got := some(strings.Split(strings.Repeat("a", n), "")); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	for at, want := range map[time.Time]string{
		date("2026-01-02"):                  "2026-01-02",
		date("2026-01-02").Add(time.Minute): "2026-01-02 00:01 UTC",
	} {
		if got := day(at); got != want {
			t.Errorf("%v: %q, want %q", at, got, want)
		}
	}
}
