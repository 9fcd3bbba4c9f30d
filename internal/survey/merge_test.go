package survey_test

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"rekey/audit"
	"rekey/exchanges"
)

func on(day string) time.Time {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return at
}

func prefixes(words ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, w := range words {
		out = append(out, netip.MustParsePrefix(w))
	}
	return out
}

// The bot's own answer and the row of its manager's list become one key. What
// the bot says wins; what it leaves out comes from the list.
func TestKeyAndItsManagersListAreMerged(t *testing.T) {
	w := newWorld(t)
	boss := w.declare("boss", "alpha", alive(master("1")))
	bot := w.declare("bot", "alpha", alive(may(exchanges.Spot), func(k *exchanges.Key) {
		k.Whitelist = exchanges.RestrictedUnseen()
		k.CreatedAt = exchanges.Known(on("2026-01-02"))
	}), managedBy("boss"))
	w.lists[boss] = []any{inList(bot, sub("desk"), may(exchanges.Read, exchanges.Withdraw), func(k *exchanges.Key) {
		k.Label = "grid"
		k.Whitelist = exchanges.ParseWhitelist([]string{"203.0.113.7"})
		k.CreatedAt = exchanges.Known(on("2020-01-01"))
		k.LastUsedAt = exchanges.Known(on("2026-11-01"))
	})}

	r := w.run(t.Context())
	if diff := cmp.Diff([]string{"boss", "bot"}, names(r)); diff != "" {
		t.Errorf("subjects:\n%s", diff)
	}
	s := subject(t, r, "bot")
	if got, _ := s.Key.Permissions.Granted(); !cmp.Equal(got, []exchanges.Permission{exchanges.Spot}) {
		t.Errorf("permissions are %v, and the key itself said spot", got)
	}
	if at, _ := s.Key.CreatedAt.Get(); !at.Equal(on("2026-01-02")) {
		t.Errorf("created %s, and the key itself said 2026-01-02", at)
	}
	if entries, _ := s.Key.Whitelist.Entries.Get(); !cmp.Equal(
		entries,
		prefixes("203.0.113.7/32"),
		cmpopts.EquateComparable(netip.Prefix{}),
	) {
		t.Errorf("entries are %v, want those of the list", entries)
	}
	if at, known := s.Key.LastUsedAt.Get(); !known || s.Key.Label != "grid" || s.Key.Ref.Account.Name != "desk" {
		t.Errorf("last use %v, label %q, account %q: not filled in from the list", at, s.Key.Label, s.Key.Ref.Account.Name)
	}
	if !s.Asked || len(r.Gaps) > 0 {
		t.Errorf("asked %v, gaps %v", s.Asked, r.Gaps)
	}
}

// A list of addresses belongs to a key that has one. Where the key says that
// it works from anywhere, the entries of the list are not its whitelist.
func TestWhitelistIsFilledInOnlyWhenBothAgree(t *testing.T) {
	listed := exchanges.ParseWhitelist([]string{"203.0.113.7"})
	for _, c := range []struct {
		story      string
		own, list  exchanges.IPWhitelist
		restricted exchanges.Fact[bool]
		entries    int // -1: not told
	}{
		{"both restricted", exchanges.RestrictedUnseen(), listed, exchanges.Known(true), 1},
		{
			"the key says anywhere",
			exchanges.IPWhitelist{Restricted: exchanges.Known(false)},
			listed,
			exchanges.Known(false), -1,
		},
		{"the list says anywhere", exchanges.RestrictedUnseen(), exchanges.Unrestricted(), exchanges.Known(true), -1},
		{"the key says nothing", exchanges.IPWhitelist{}, listed, exchanges.Known(true), 1},
		{"the list says nothing", exchanges.RestrictedUnseen(), exchanges.IPWhitelist{}, exchanges.Known(true), -1},
	} {
		w := newWorld(t)
		boss := w.declare("boss", "alpha", alive(master("1")))
		bot := w.declare("bot", "alpha", alive(func(k *exchanges.Key) { k.Whitelist = c.own }), managedBy("boss"))
		w.lists[boss] = []any{inList(bot, func(k *exchanges.Key) { k.Whitelist = c.list })}
		got := subject(t, w.run(t.Context()), "bot").Key.Whitelist
		entries, told := got.Entries.Get()
		n := len(entries)
		if !told {
			n = -1
		}
		if got.Restricted != c.restricted || n != c.entries {
			t.Errorf("%s: restricted %v with %d entries, want %v with %d", c.story, got.Restricted, n, c.restricted, c.entries)
		}
	}
}

// Two managers list the intruder's key; it is one key, with what both say.
func TestUnknownKeyIsReportedOnce(t *testing.T) {
	w := newWorld(t)
	first := w.declare("first", "alpha", alive(master("1")))
	second := w.declare("second", "alpha", alive(master("2")))
	const stranger = "alpha-stranger-9xZ"
	w.lists[first] = []any{inList(stranger, sub("desk"), may(exchanges.Spot))}
	w.lists[second] = []any{inList(stranger, func(k *exchanges.Key) { k.Label = "oops" })}
	r := w.run(t.Context())
	if diff := cmp.Diff([]string{"alpha/desk/alph…-9xZ", "first", "second"}, names(r)); diff != "" {
		t.Fatalf("subjects:\n%s", diff)
	}
	s := subject(t, r, "alpha/desk/alph…-9xZ")
	if s.Origin != audit.FromExchange || s.Name != "" || s.Key.Label != "oops" || !s.Key.Permissions.IsKnown() || s.Asked {
		t.Errorf("the unknown key is %+v", s)
	}
}

// The list answers for keys that could not be looked at, and against keys that
// are said to be dead.
func TestWhatTheListProves(t *testing.T) {
	facts := []func(*exchanges.Key){sub("desk"), may(exchanges.Spot)}
	dead := func(context.Context) (exchanges.Key, error) { return exchanges.Key{Status: exchanges.StatusDead}, nil }
	for _, c := range []struct {
		story string
		says  answer
		list  []func(*exchanges.Key)
		want  exchanges.Status
		gaps  []string
	}{
		{"dead and still listed", dead, facts, exchanges.StatusUndetermined, []string{"bot: undetermined"}},
		{
			"this address is refused", refused(exchanges.StatusIPRefused, exchanges.KindIPRefused), facts,
			exchanges.StatusIPRefused,
			[]string{},
		},
		{
			"this address is refused, and the list says little",
			refused(exchanges.StatusIPRefused, exchanges.KindIPRefused), nil,
			exchanges.StatusIPRefused,
			[]string{"bot: forbidden"},
		},
		{"no answer", refused(exchanges.StatusUndetermined, exchanges.KindTimeout), facts, exchanges.StatusAlive, []string{}},
		{
			"no answer, and the list says disabled", refused(exchanges.StatusUndetermined, exchanges.KindTimeout),
			append(facts, func(k *exchanges.Key) { k.Status = exchanges.StatusDisabled }), exchanges.StatusDisabled,
			[]string{},
		},
		{
			"no answer, and the list does not tell either", refused(exchanges.StatusUndetermined, exchanges.KindTimeout),
			append(facts, func(k *exchanges.Key) { k.Status = exchanges.StatusUndetermined }), exchanges.StatusUndetermined,
			[]string{"bot: timeout"},
		},
		{
			"alive, and a part is missing", refused(exchanges.StatusAlive, exchanges.KindNetwork), facts,
			exchanges.StatusAlive,
			[]string{"bot: network"},
		},
	} {
		w := newWorld(t)
		boss := w.declare("boss", "alpha", alive(master("1")))
		bot := w.declare("bot", "alpha", c.says, managedBy("boss"))
		w.lists[boss] = []any{inList(bot, c.list...)}
		r := w.run(t.Context())
		s := subject(t, r, "bot")
		if s.Key.Status != c.want || s.Asked {
			t.Errorf("%s: %s, asked %v; want %s, not asked", c.story, s.Key.Status, s.Asked, c.want)
		}
		if diff := cmp.Diff(c.gaps, gaps(r)); diff != "" {
			t.Errorf("%s: gaps:\n%s", c.story, diff)
		}
		if s.Key.Permissions.IsKnown() != (c.list != nil) {
			t.Errorf("%s: the permissions of the list are not there", c.story)
		}
	}
}

// A key is dead when the exchange says so and no list speaks against it.
func TestDeadKeyThatNobodyListsIsDead(t *testing.T) {
	w := newWorld(t)
	boss := w.declare("boss", "alpha", alive(master("1")))
	w.declare(
		"old",
		"alpha",
		func(context.Context) (exchanges.Key, error) { return exchanges.Key{Status: exchanges.StatusDead}, nil },
		managedBy("boss"),
	)
	w.lists[boss] = []any{}
	r := w.run(t.Context())
	if s := subject(t, r, "old"); s.Key.Status != exchanges.StatusDead || len(r.Gaps) > 0 {
		t.Errorf("old is %s, gaps %v", s.Key.Status, r.Gaps)
	}
}

// The same text is a key of beta in beta's list. A key declared for alpha is
// not looked up there.
func TestListsOfOtherExchangesProveNothing(t *testing.T) {
	w := newWorld(t)
	w.options.Entries = nil
	const text = "some-key-77aB3x"
	mistaken := w.credential("mistaken", text, "sec-mistaken-CANARY")
	w.declare("boss", "beta", alive(master("1")))
	w.lists["beta-boss-4k7Qz0"] = []any{inList(text, sub("desk"), may(exchanges.Withdraw))}
	w.declare("mistaken", "alpha", alive())
	w.options.Entries[1].Location = mistaken
	w.answers[text] = refused(exchanges.StatusUndetermined, exchanges.KindBadSignature)
	r := w.run(t.Context())
	if diff := cmp.Diff([]string{"beta/desk/some…aB3x", "boss", "mistaken"}, names(r)); diff != "" {
		t.Errorf("subjects:\n%s", diff)
	}
	if s := subject(t, r, "mistaken"); s.Key.Status != exchanges.StatusUndetermined || s.Key.Permissions.IsKnown() {
		t.Errorf("alpha's key is %s with beta's permissions", s.Key.Status)
	}
}
