package audit

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
)

// Each decision that a rule rests on, from both sides of its boundary.

func TestSeverityWords(t *testing.T) {
	for word, want := range map[string]Severity{
		"critical": Critical, "high": High, "medium": Medium, "low": Low, "info": Info, "none": None,
	} {
		got, err := ParseSeverity(word)
		if err != nil || got != want || got.String() != word {
			t.Errorf("%q is %v, %v, want %v", word, got, err, want)
		}
	}
	for _, word := range []string{"", "High", "severe"} {
		if got, err := ParseSeverity(word); err == nil || got != None {
			t.Errorf("%q is %v, %v, want an error", word, got, err)
		}
	}
}

func TestRemedyNamesTheVendor(t *testing.T) {
	live := sample("grid", "binance")
	for _, c := range []struct {
		story string
		in    Incident
		alive bool
		want  string
	}{
		{
			"a vendor's accounts were hit",
			Incident{Exposure: NoKeys, Vendor: "3Commas", Actions: []string{actionAccount}},
			true, "at 3Commas, change the account's password",
		},
		{
			"nobody says whose accounts",
			Incident{Exposure: NoKeys, Actions: []string{actionAccount}},
			true,
			"change the account's password",
		},
		{
			"keys were taken",
			Incident{Exposure: Confirmed, Vendor: "3Commas", Actions: []string{actionAccount}},
			true,
			"change the account's password",
		},
		{"another step", Incident{Exposure: NoKeys, Vendor: "3Commas", Actions: []string{"ROTATE"}}, true, "rotate the key"},
		{"a host", Incident{Actions: []string{"ROTATE", actionHost}}, true, "treat the machine as compromised"},
		{
			"an ended key is not rotated",
			Incident{Actions: []string{"ROTATE", "KEYLIST"}},
			false,
			"compare the exchange's list",
		},
		{"nothing to do", Incident{Actions: []string{actionNone}}, true, ""},
		{"an unknown step", Incident{Actions: []string{"DANCE"}}, true, ""},
	} {
		got := remedyFor(live, c.in, c.alive)
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%s: %q, want %q first", c.story, got, c.want)
		}
	}
}

// An ended key is reviewed from the day of the incident on; one that lives only
// where the incident asks for it.
func TestWhenTradesAreReviewed(t *testing.T) {
	since := Incident{ReviewFrom: date("2022-10-01")}
	asked := Incident{Actions: []string{actionReview}}
	abused := Incident{
		Actions: []string{actionReview},
		Symbols: map[string][]string{"ftx": {"DMG"}, "okx": {"AXS", "ENJ"}},
	}
	const review = "review trades, orders, transfers and withdrawals"
	for _, c := range []struct {
		story, exchange string
		in              Incident
		alive           bool
		want            string
	}{
		{"alive, and not asked for", "binance", since, true, ""},
		{"ended, and a day is known", "binance", since, false, review + " since 2022-10-01"},
		{"ended, and no day is known", "binance", Incident{}, false, ""},
		{"asked for, without a day", "binance", asked, true, review},
		{"symbols of this exchange", "okx", abused, true, review + " (abused then: AXS, ENJ on okx)"},
		{"symbols of others", "binance", abused, true, review + " (abused then: DMG on ftx; AXS, ENJ on okx)"},
		{
			"a passphrase was taken", "kucoin",
			Incident{Leaked: []string{"passphrase"}},
			true,
			"do not use its passphrase again",
		},
		{"a passphrase of an ended key", "kucoin", Incident{Leaked: []string{"passphrase"}}, false, ""},
	} {
		if got := remedyFor(sample("grid", c.exchange), c.in, c.alive); got != c.want {
			t.Errorf("%s: %q, want %q", c.story, got, c.want)
		}
	}
}

// What a baseline says of a key, and whether the key is another one since.
func TestRecordOf(t *testing.T) {
	s := sample("grid", "okx")
	unread := sample("grid", "okx", func(s *Subject) { s.Key.Ref.AccessKey = "" })
	listed := sample("grid", "okx", func(s *Subject) { s.Name = "" })
	own := Recorded{Name: "grid", Exchange: "okx", Fingerprint: exchanges.Fingerprint(s.Key.Ref.AccessKey)}
	with := func(edit func(*Recorded)) Recorded {
		r := own
		edit(&r)
		return r
	}
	for _, c := range []struct {
		story           string
		subject         Subject
		records         []Recorded
		found, replaced bool
	}{
		{"no record", s, nil, false, false},
		{"this very key", s, []Recorded{own}, true, false},
		{"this very key under another name", s, []Recorded{with(func(r *Recorded) { r.Name = "old" })}, true, false},
		{"another key under this name", s, []Recorded{with(func(r *Recorded) { r.Fingerprint = "other" })}, true, true},
		{
			"the name, whose key could not be read then", s,
			[]Recorded{with(func(r *Recorded) { r.Fingerprint = "" })},
			true,
			false,
		},
		{"the name, whose key cannot be read now", unread, []Recorded{own}, true, false},
		{"neither could be read", unread, []Recorded{with(func(r *Recorded) { r.Fingerprint = "" })}, true, false},
		{"without a fingerprint it is nobody's", unread, []Recorded{with(func(r *Recorded) {
			r.Fingerprint, r.Name = "",
				""
		})}, false, false},
		{"at another exchange", s, []Recorded{with(func(r *Recorded) { r.Exchange = "kucoin" })}, false, false},
		{"a listed key that was recorded", listed, []Recorded{own}, true, false},
		{
			"a listed key that was not", listed,
			[]Recorded{with(func(r *Recorded) { r.Fingerprint, r.Name = "other", "" })},
			false, false,
		},
	} {
		d := newDesk(Input{Now: examplesDay(), Subjects: []Subject{c.subject}, Baseline: &Baseline{Keys: c.records}}, nil)
		r, replaced := d.recordOf(c.subject)
		if (r != nil) != c.found || replaced != c.replaced {
			t.Errorf("%s: found %v, replaced %v, want %v, %v", c.story, r != nil, replaced, c.found, c.replaced)
		}
	}
}

// Two accounts differ only where both say so.
func TestAccountsDiffer(t *testing.T) {
	account := func(id, name string) exchanges.Account { return exchanges.Account{ID: id, Name: name} }
	for _, c := range []struct {
		a, b exchanges.Account
		want bool
	}{
		{account("1", "a"), account("1", "a"), false},
		{account("1", "a"), account("2", "a"), true},
		{account("1", "a"), account("1", "b"), true},
		{account("1", ""), account("", ""), false},
		{account("", ""), account("1", ""), false},
		{account("", "a"), account("", ""), false},
		{account("", ""), account("", "a"), false},
		{account("1", ""), account("", "a"), false},
		{account("1", ""), account("2", ""), true},
		{account("", "a"), account("", "b"), true},
	} {
		if got := accountsDiffer(c.a, c.b); got != c.want {
			t.Errorf("%+v and %+v: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// A key of the inventory that could not be read may be a listed one, unless the
// account says that it is not.
func TestUnreadLike(t *testing.T) {
	unread := func(account string) Subject {
		return sample("grid", "okx", func(s *Subject) { s.Key.Ref.AccessKey, s.Inventory.Account = "", account })
	}
	stray := func(account string) Subject {
		return sample("", "okx", orphan, func(s *Subject) { s.Key.Ref.Account.Name = account })
	}
	for _, c := range []struct {
		declared, listed string
		want             int
	}{{"", "", 1}, {"desk", "", 1}, {"", "desk", 1}, {"Desk", "dEsk", 1}, {"desk", "other", 0}} {
		d := newDesk(Input{Now: examplesDay(), Subjects: []Subject{unread(c.declared), stray(c.listed)}}, nil)
		if got := d.unreadLike(stray(c.listed)); len(got) != c.want {
			t.Errorf("declared %q, listed %q: %d keys, want %d", c.declared, c.listed, len(got), c.want)
		}
	}
}

func TestWordsOfAnUnseenList(t *testing.T) {
	masked := func(n int) Subject {
		entries := []string{"192.0.43.8"}
		for range n {
			entries = append(entries, "10.**.1")
		}
		return sample("grid", "kucoin", from(entries...))
	}
	for _, c := range []struct {
		subject Subject
		want    string
	}{
		{sample("grid", "kucoin", listUnseen), "kucoin does not return the list"},
		{masked(1), "kucoin masks an entry of the list, or writes it in a form that is no address"},
		{masked(2), "kucoin masks 2 entries of the list, or writes them in a form that is no address"},
		{sample("grid", "", listUnseen), "the exchange does not return the list"},
		{sample("grid", "okx", listUntold), "okx does not say whether there is an IP whitelist"},
		{
			sample("grid", "okx", listUntold, status(exchanges.StatusIPRefused)),
			"okx refuses this address, so it is not known whether there is an IP whitelist",
		},
		{
			sample("grid", "okx", listUntold, status("")),
			"the key could not be looked at, so it is not known whether there is an IP whitelist",
		},
	} {
		if got := unlisted(c.subject); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestFold(t *testing.T) {
	for name, want := range map[string]string{
		"3Commas.io": "3commasio", "a`z{": "az", "0/9:": "09", "\x7f": "", "\u0080ü": "\u0080ü", "A@Z[": "az", " -_.": "",
	} {
		if got := fold(name); got != want {
			t.Errorf("%q folds to %q, want %q", name, got, want)
		}
	}
	for _, pair := range [][2]string{
		{"gdax", "coinbase_exchange"},
		{"coinbase-pro", "coinbaseexchange"},
		{"okex", "OKX"},
		{"huobi", "htx"},
	} {
		if !sameExchange(pair[0], pair[1]) {
			t.Errorf("%q and %q are told apart", pair[0], pair[1])
		}
	}
	if sameExchange("binance", "binanceus") {
		t.Error("binance and binance_us are one")
	}
}

// The time before which a key must have been made, and by which it is clear.
func TestEndOfAnExposure(t *testing.T) {
	before, until := date("2022-12-28"), date("2022-12-29")
	for _, c := range []struct {
		story   string
		in      Incident
		cutOff  time.Time
		clearAt time.Time // the first second that is clear, zero for never
	}{
		{"a day before which", Incident{CreatedBefore: before, Until: until}, before, before},
		{"an end", Incident{Until: until}, until, until.Add(time.Second)},
		{"a host", Incident{CreatedBefore: before, Until: until, Actions: []string{actionHost}}, time.Time{}, time.Time{}},
		{"nothing", Incident{}, time.Time{}, time.Time{}},
	} {
		if got := cutOff(c.in); !got.Equal(c.cutOff) {
			t.Errorf("%s: cut off at %v, want %v", c.story, got, c.cutOff)
		}
		if c.clearAt.IsZero() {
			if clear(c.in, date("2030-01-01")) {
				t.Errorf("%s: a key is clear of it", c.story)
			}
			continue
		}
		if clear(c.in, c.clearAt.Add(-time.Second)) || !clear(c.in, c.clearAt) {
			t.Errorf("%s: not clear from %v on", c.story, c.clearAt)
		}
	}
}

func TestReported(t *testing.T) {
	early, late := date("2022-10-18"), date("2022-12-28")
	for _, c := range []struct {
		in   Incident
		want time.Time
	}{
		{Incident{}, time.Time{}},
		{Incident{Disclosed: late}, late},
		{Incident{FirstAbuse: early}, early},
		{Incident{FirstAbuse: early, Disclosed: late}, early},
		{Incident{FirstAbuse: late, Disclosed: early}, early},
	} {
		if got := c.in.reported(); !got.Equal(c.want) {
			t.Errorf("%+v: %v, want %v", c.in, got, c.want)
		}
	}
}

func TestWithin(t *testing.T) {
	made, end := date("2022-05-01"), date("2022-12-28")
	for _, c := range []struct {
		story string
		in    Incident
		want  MatchOutcome
		says  string
	}{
		{"suspected", Incident{Suspected: true, Exposure: Confirmed, CreatedBefore: end}, PossiblyExposed, "suspected"},
		{"possible, no end", Incident{Exposure: Possible}, PossiblyExposed, "the end of the exposure is not known"},
		{"possible, an end", Incident{Exposure: Possible, CreatedBefore: end}, PossiblyExposed, "ended on 2022-12-28"},
		{"confirmed, an end", Incident{Exposure: Confirmed, CreatedBefore: end}, Exposed, "before 2022-12-28"},
		{
			"confirmed, reported later",
			Incident{Exposure: Confirmed, Disclosed: date("2022-05-02")},
			Exposed,
			"reported on 2022-05-02",
		},
		{
			"confirmed, reported that moment",
			Incident{Exposure: Confirmed, Disclosed: made},
			Exposed,
			"reported on 2022-05-01",
		},
		{
			"confirmed, reported before",
			Incident{Exposure: Confirmed, Disclosed: date("2022-04-30")},
			PossiblyExposed,
			"not known",
		},
		{"confirmed, no day at all", Incident{Exposure: Confirmed}, PossiblyExposed, "not known"},
	} {
		got, why := within(c.in, made)
		if got != c.want || !strings.Contains(why, c.says) {
			t.Errorf("%s: %s, %q, want %s, %q", c.story, got, why, c.want, c.says)
		}
	}
}

func TestPlantedAndConcerned(t *testing.T) {
	for _, c := range []struct {
		leaked []string
		want   bool
	}{
		{nil, false},
		{[]string{"api_secret"}, false},
		{[]string{"api_key_created_by_attacker"}, true},
		{[]string{"api_key_created_by_attacker", "api_secret"}, false},
	} {
		if got := planted(Incident{Leaked: c.leaked}); got != c.want {
			t.Errorf("%v: planted %v, want %v", c.leaked, got, c.want)
		}
	}
	for _, c := range []struct {
		in   Incident
		want bool
	}{
		{Incident{Exposure: Confirmed}, false},
		{Incident{Exposure: NoKeys}, true},
		{
			Incident{Exposure: Confirmed, Exchanges: []string{"*"}},
			true,
		},
		{Incident{Exposure: Confirmed, Exchanges: []string{"okex"}}, true},
		{Incident{Exposure: Confirmed, Exchanges: []string{"kucoin"}}, false},
	} {
		if got := concerns(c.in, "okx"); got != c.want {
			t.Errorf("%+v concerns okx: %v, want %v", c.in, got, c.want)
		}
	}
}

// Which link of an incident the inventory confirms, and how it is worded.
func TestLinkOf(t *testing.T) {
	for _, c := range []struct {
		subject Subject
		link    Link
		aliases []string
		want    string // "" for no link
	}{
		{
			sample("a", "okx", sharedWith("3Commas.io")),
			Link{linkSharedWith, "3commas"},
			[]string{"3commas.io"},
			`given to "3Commas.io"`,
		},
		{sample("a", "okx", sharedWith("skyrex")), Link{linkSharedWith, "3commas"}, nil, ""},
		{sample("a", "okx", storedIn("3commas")), Link{linkSharedWith, "3commas"}, nil, ""},
		{sample("a", "okx", storedIn("LastPass")), Link{linkStoredIn, "lastpass"}, nil, `stored in "LastPass"`},
		{sample("a", "okx", storedIn("circleci")), Link{linkCI, "circleci"}, nil, `stored in "circleci"`},
		{sample("a", "okx"), Link{linkOwner, "Desk A"}, nil, `owned by "desk-a"`},
		{sample("a", "okx"), Link{linkOwner, "desk-b"}, nil, ""},
		{sample("a", "okx", func(s *Subject) { s.Inventory.Owner = "" }), Link{linkOwner, ""}, nil, ""},
		{sample("a", "okx"), Link{linkExchangeKey, "okex"}, nil, "a key of okx"},
		{sample("a", "okx"), Link{linkExchangeKey, "kucoin"}, nil, ""},
		{sample("a", "okx", orphan), Link{linkUnknownKey, "okx"}, nil, "at okx and not in the inventory"},
		{sample("a", "okx"), Link{linkUnknownKey, "okx"}, nil, ""},
		{sample("a", "kucoin", orphan), Link{linkUnknownKey, "okx"}, nil, ""},
		{sample("a", "okx"), Link{"package", "okx"}, nil, ""},
	} {
		link, word, ok := linkOf(c.subject, Incident{Links: []Link{c.link}, Aliases: c.aliases})
		if ok != (c.want != "") {
			t.Errorf("%+v: linked %v, want %q", c.link, ok, c.want)
			continue
		}
		if ok && (match{link: link, word: word}).linkText() != c.want {
			t.Errorf("%+v: %q, want %q", c.link, match{link: link, word: word}.linkText(), c.want)
		}
	}
}

// A key is ended only by an answer that says so.
func TestEnded(t *testing.T) {
	for st, want := range map[exchanges.Status]string{
		exchanges.StatusDead:    "is dead",
		exchanges.StatusExpired: "has expired", exchanges.StatusDefunct: "has no exchange behind it",
		exchanges.StatusAlive: "", exchanges.StatusIPRefused: "", exchanges.StatusDisabled: "",
		exchanges.StatusUndetermined: "", "": "",
	} {
		if got, over := ended(sample("a", "okx", status(st))); got != want || over != (want != "") {
			t.Errorf("%q: %q, %v, want %q", st, got, over, want)
		}
	}
}

// The most dangerous key comes first; what is not known counts as danger.
func TestCompareDanger(t *testing.T) {
	order := []Subject{
		sample("draws", "okx", may(exchanges.Read, exchanges.Withdraw), fromAnywhere),
		sample("trades", "okx", fromAnywhere),
		sample("untold", "okx", permissionsUntold, fromAnywhere),
		sample("reads", "okx", may(exchanges.Read), fromAnywhere),
		sample("draws-bound", "okx", may(exchanges.Read, exchanges.Withdraw)),
		sample("trades-wide", "okx", from("52.95.0.0/16")),
		sample("trades-bound", "okx"),
		sample("trades-bound-too", "okx"),
		sample("reads-bound", "okx", may(exchanges.Read)),
		sample("dead", "okx", may(exchanges.Read, exchanges.Withdraw), fromAnywhere, status(exchanges.StatusDead)),
	}
	got := slices.Clone(order)
	slices.Reverse(got)
	slices.SortStableFunc(got, CompareDanger)
	for i := range order {
		if got[i].Name != order[i].Name {
			t.Errorf("place %d: %s, want %s", i+1, got[i].Name, order[i].Name)
		}
	}
	if CompareDanger(order[0], order[0]) != 0 || compareSubjects(order[0], order[0]) != 0 ||
		compareSubjects(order[0], order[1]) >= 0 {
		t.Error("a key is not equal to itself, or names are not in order")
	}
}

func TestNormalise(t *testing.T) {
	for text, want := range map[string]string{
		"::ffff:192.0.43.8/128": "192.0.43.8/32", "::ffff:0.0.0.0/96": "0.0.0.0/0", "::ffff:192.0.43.8/97": "128.0.0.0/1",
		"::fffe:0:0/95": "::fffe:0:0/95", "192.0.43.9/29": "192.0.43.8/29", "2600::1/64": "2600::/64",
	} {
		if got := normalise(netip.MustParsePrefix(text)); got.String() != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	wide := netip.PrefixFrom(netip.MustParseAddr("::ffff:0:0"), 95) // wider than all of IPv4: no IPv4 prefix is its like
	if got := normalise(wide); got.Addr().Is4() || got.Bits() != 95 {
		t.Errorf("%s became %s", wide, got)
	}
	for text, want := range map[string]bool{
		"::ffff:0:0/96": true, "::fffe:0:0/95": true, "::ffff:0:0/97": false,
		"::/1": true, "8000::/1": false, "::/97": false,
	} {
		if got := isEverything([]netip.Prefix{netip.MustParsePrefix(text)}); got != want {
			t.Errorf("%s lets in everything: %v, want %v", text, got, want)
		}
	}
}

func TestPolicyParametersFromZeroOn(t *testing.T) {
	for value, ok := range map[int]bool{-1: false, 0: true, 1: true} {
		p := Policy{Rules: map[string]RulePolicy{"LIFE-06": {Params: map[string]int{"days": value}}}}
		if err := p.Validate(); (err == nil) != ok {
			t.Errorf("%d days: %v, want ok %v", value, err, ok)
		}
	}
}

// ruleNamed returns a rule.
func ruleNamed(t *testing.T, id string) Rule {
	t.Helper()
	for _, r := range Rules() {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("there is no rule %s", id)
	return Rule{}
}

// checked is the one verdict of a rule about a key, the zero one where the rule
// does not apply.
func checked(t *testing.T, id string, e Example) Verdict {
	t.Helper()
	d := newDesk(e.in(), Rules())
	for _, s := range d.Subjects {
		if s.Name == e.Subject.Name && s.Key.Ref.AccessKey == e.Subject.Key.Ref.AccessKey {
			got := ruleNamed(t, id).Check(s, d)
			if len(got) > 1 {
				t.Fatalf("%s gives %d verdicts", id, len(got))
			}
			return append(got, Verdict{})[0]
		}
	}
	t.Fatal("the key is not on the desk")
	return Verdict{}
}

// What is said of a key that drifted, in full: a word more or less is a wrong
// statement about what somebody did.
func TestDriftWords(t *testing.T) {
	was := sample("grid", "okx")
	odd := func(words ...string) func(*Subject) {
		return func(s *Subject) {
			may(exchanges.Read, exchanges.Unmapped)(s)
			s.Key.Raw = words
		}
	}
	for _, c := range []struct {
		story, rule string
		example     Example
		want        Verdict
	}{
		{
			"a permission came", "PERM-16",
			Example{Subject: sample("grid", "okx",
				may(exchanges.Read, exchanges.Spot, exchanges.Withdraw)), Baseline: recorded(was)},
			Verdict{Outcome: Fail, Detail: "it may read, spot and withdraw; at the audit of 2026-11-21 it could read and spot"},
		},
		{
			"a word came", "PERM-16",
			Example{
				Subject:  sample("grid", "okx", odd("a", "b")),
				Baseline: recorded(sample("grid", "okx", odd("a"))),
			},
			Verdict{Outcome: Fail, Detail: "it may read and unmapped; " +
				`at the audit of 2026-11-21 it could read and unmapped; new words of the exchange: "b"`},
		},
		{
			"the words are the same", "PERM-16",
			Example{
				Subject:  sample("grid", "okx", odd("a")),
				Baseline: recorded(sample("grid", "okx", odd("a"))),
			},
			Verdict{Outcome: Pass},
		},
		{
			"a word without a permission says nothing", "PERM-16",
			Example{
				Subject:  sample("grid", "okx", func(s *Subject) { s.Key.Raw = []string{"new"} }),
				Baseline: recorded(was),
			},
			Verdict{Outcome: Pass},
		},
		{
			"reading came", "PERM-16",
			Example{
				Subject:  sample("grid", "okx", may(exchanges.Read, exchanges.FIXRead, exchanges.Receive)),
				Baseline: recorded(sample("grid", "okx", may())),
			},
			Verdict{
				Outcome: Fail, Severity: Medium,
				Detail: "it may read, fix_read and receive; at the audit of 2026-11-21 it could none",
			},
		},
		{"a dead key", "PERM-16", Example{Subject: sample("grid", "okx", may(exchanges.Withdraw),
			status(exchanges.StatusDead)), Baseline: recorded(was)}, Verdict{}},
		{
			"an address came", "NET-13",
			Example{
				Subject:  sample("grid", "okx", from("192.0.43.8", "103.26.9.7")),
				Baseline: recorded(was),
			},
			Verdict{Outcome: Fail, Detail: "at the audit of 2026-11-21 it did not let in 103.26.9.7/32"},
		},
		{
			"an address came and one went", "NET-13",
			Example{
				Subject:  sample("grid", "okx", from("103.26.9.7")),
				Baseline: recorded(was),
			},
			Verdict{Outcome: Fail, Detail: "at the audit of 2026-11-21 it did not let in 103.26.9.7/32; gone is 192.0.43.8/32"},
		},
		{"the list is narrower", "NET-13", Example{Subject: was, Baseline: recorded(sample("grid", "okx",
			from("192.0.43.0/28")))}, Verdict{
			Outcome: Fail, Severity: Info, Title: "Addresses were taken off the IP whitelist",
			Detail: "gone since then: 192.0.43.0/28",
			Remedy: "Nothing, if the team did it. Otherwise somebody else edits your keys: ask who.",
		}},
		{"the list is the same", "NET-13", Example{Subject: was, Baseline: recorded(was)}, Verdict{Outcome: Pass}},
		{
			"there was no list and none is told", "NET-13",
			Example{
				Subject:  sample("grid", "okx", listUntold),
				Baseline: recorded(sample("grid", "okx", fromAnywhere)),
			},
			Verdict{
				Outcome: CannotTell, Detail: "okx does not say whether the key has an IP whitelist",
			},
		},
		{"a dead key's list", "NET-13", Example{
			Subject:  sample("grid", "okx", fromAnywhere, status(exchanges.StatusDead)),
			Baseline: recorded(was),
		}, Verdict{}},
	} {
		if got := checked(t, c.rule, c.example); got != c.want {
			t.Errorf("%s:\n%+v\nwant\n%+v", c.story, got, c.want)
		}
	}
}

func TestRemedyForFTX(t *testing.T) {
	gone := checked(t, "EXC-01", Example{Subject: sample("old", "ftx", status(exchanges.StatusDefunct))})
	other := checked(t, "EXC-01", Example{Subject: sample("old", "quadriga", status(exchanges.StatusDefunct))})
	if gone.Remedy != ftxRemedy || other.Remedy != "" || other.Outcome != Fail || !strings.Contains(other.Detail,
		"quadriga does not run any more") {
		t.Errorf("ftx %+v, another %+v", gone, other)
	}
}
