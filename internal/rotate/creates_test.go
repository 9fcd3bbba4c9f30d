package rotate

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// rec is a record of a rotation at a minute of a day.
func rec(minute int, s journal.Stage, p journal.Phase, d journal.Data) journal.Record {
	return journal.Record{
		At: time.Date(
			2026,
			11,
			30,
			7,
			minute,
			0,
			0,
			time.UTC,
		), Run: "r", Kind: journal.Rotate, Key: "grid-bot", Stage: s, Phase: p, Data: d,
	}
}

func planned(d journal.Data) journal.Record {
	d.Exchange, d.Account, d.Manager, d.Old = "sim", account, "master", journal.NameKey("ACCESSKEY0000000")
	return rec(0, journal.Planned, journal.Did, d)
}

func will(minute int, marker string) journal.Record {
	return rec(minute, journal.Issuing, journal.Will, journal.Data{Marker: marker})
}

func became(marker, result string) journal.Record {
	return rec(5, journal.Issuing, journal.Note, journal.Data{Marker: marker, Result: result})
}

func storedAs(marker, access string) journal.Record {
	return rec(5, journal.Stored, journal.Did, journal.Data{Marker: marker, New: journal.NameKey(access)})
}

// What became of each attempt to make a key, from what the journal says. An
// attempt of which it says nothing is open.
func TestCreates(t *testing.T) {
	for _, c := range []struct {
		story   string
		records []journal.Record
		open    []string
	}{
		{"none", []journal.Record{planned(journal.Data{})}, nil},
		{"announced", []journal.Record{planned(journal.Data{}), will(1, "a")}, []string{"a"}},
		{"unclear", []journal.Record{will(1, "a"), became("a", unclear)}, []string{"a"}},
		{"an unknown word", []journal.Record{will(1, "a"), became("a", "maybe")}, []string{"a"}},
		{"refused", []journal.Record{will(1, "a"), became("a", refused)}, nil},
		{"destroyed", []journal.Record{will(1, "a"), became("a", unclear), became("a", destroyed)}, nil},
		{"one of two keys of a label is destroyed", []journal.Record{
			will(1, "a"), became("a", destroyed),
			became("a", unclear),
		}, []string{"a"}},
		{"stored", []journal.Record{will(1, "a"), storedAs("a", "ACCESSKEY0000001")}, nil},
		{"one of two", []journal.Record{will(1, "a"), will(2, "b"), storedAs("b", "ACCESSKEY0000001")}, []string{"a"}},
		{"the other is refused", []journal.Record{will(1, "a"), will(2, "b"), became("b", refused)}, []string{"a"}},
		{"stored is begun, not done", []journal.Record{
			will(1, "a"),
			rec(2, journal.Stored, journal.Will, journal.Data{Marker: "a"}),
		}, []string{"a"}},
		{"refused, says another stage", []journal.Record{
			will(1, "a"),
			rec(2, journal.Retiring, journal.Note, journal.Data{Marker: "a", Result: refused}),
		}, []string{"a"}},
		{"kept when the run was closed", []journal.Record{
			will(1, "a"),
			rec(2, journal.Closed, journal.Note, journal.Data{Marker: "a", New: journal.NameKey("ACCESSKEY0000001")}),
		}, nil},
		{"open when the run was closed", []journal.Record{
			will(1, "a"),
			rec(2, journal.Closed, journal.Note, journal.Data{Marker: "a"}),
		}, []string{"a"}},
		{"destroyed, says another stage", []journal.Record{
			will(1, "a"),
			rec(2, journal.Retiring, journal.Note, journal.Data{Marker: "a", Result: destroyed}),
		}, []string{"a"}},
		{"unclear, says another stage", []journal.Record{
			will(1, "a"), became("a", destroyed),
			rec(2, journal.Retiring, journal.Note, journal.Data{Marker: "a", Result: unclear}),
		}, nil},
		{"by a person", []journal.Record{planned(journal.Data{Person: true}), will(1, "a")}, nil},
	} {
		if got := openMarkers(c.records); !reflect.DeepEqual(got, c.open) {
			t.Errorf("%s: open are %v, want %v", c.story, got, c.open)
		}
		if got := notLookedFor(c.records); !reflect.DeepEqual(got, c.open) {
			t.Errorf("%s: to be looked for are %v, want %v", c.story, got, c.open)
		}
	}
	looked := []journal.Record{will(1, "a"), became("a", unseen), became("a", unclear), will(2, "b")}
	if open, fresh := openMarkers(looked), notLookedFor(looked); !reflect.DeepEqual(open, []string{"a", "b"}) ||
		!reflect.DeepEqual(fresh, []string{"b"}) {
		t.Errorf("what was not seen is open: %v, and not looked for again: %v", open, fresh)
	}
}

// In use are the key that is replaced and the one that stays, and no other that
// the journal names.
func TestUsedBy(t *testing.T) {
	note := became("a", unclear)
	note.Data.New = journal.NameKey("ACCESSKEY0000002")
	proved := rec(6, journal.Proved, journal.Did, journal.Data{New: journal.NameKey("ACCESSKEY0000003")})
	records := []journal.Record{
		planned(journal.Data{}),
		will(1, "a"),
		note,
		will(2, "b"),
		storedAs("b", "ACCESSKEY0000001"),
		proved,
	}
	for access, want := range map[string]bool{
		"ACCESSKEY0000000": true, "ACCESSKEY0000001": true, "ACCESSKEY0000002": false, "ACCESSKEY0000003": false, "": false,
	} {
		if got := usedBy(records, access); got != want {
			t.Errorf("%q: %v", access, got)
		}
	}
	gone := became("a", destroyed)
	gone.Data.New = journal.NameKey("ACCESSKEY0000002")
	records = append(records, gone)
	if !isDestroyed(records, gone.Data.New) || isDestroyed(records, journal.NameKey("ACCESSKEY0000001")) {
		t.Error("the wrong key is destroyed")
	}
	records = append(records, became("b", destroyed))
	if usedBy(records, "ACCESSKEY0000001") || !usedBy(records, "ACCESSKEY0000000") {
		t.Error("a key that was destroyed is in use, or the old one is not")
	}
}

// A create that was never seen is looked for once more at the end, and no
// longer; a resume does not wait for it again.
func TestPatience(t *testing.T) {
	w := newWorld(t, trouble{issueLost: 1, landsAfter: time.Hour, placeFails: 1}, 1)
	for range 2 {
		_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(rotateKind)) })
	}
	if w.clock != patience+time.Minute {
		t.Errorf("it took %v", w.clock)
	}
}

// Only a refusal in the exchange's own words, or of rekey's own, says that
// nothing happened.
func TestMayHaveHappened(t *testing.T) {
	no := map[exchanges.Kind]bool{
		exchanges.KindRejected: true, exchanges.KindForbidden: true, exchanges.KindIPRefused: true,
		exchanges.KindBadSignature:  true,
		exchanges.KindBadPassphrase: true, exchanges.KindNoSuchKey: true, exchanges.KindNotMaster: true,
		exchanges.KindNotFound: true,
		exchanges.KindRefused:  true, exchanges.KindRateLimited: true, exchanges.KindClock: true,
		exchanges.KindGeoBlocked: true,
		exchanges.KindCredential: true,
	}
	for _, kind := range []exchanges.Kind{
		exchanges.KindNetwork, exchanges.KindTimeout, exchanges.KindRateLimited, exchanges.KindClock,
		exchanges.KindMaintenance,
		exchanges.KindGeoBlocked, exchanges.KindForbidden, exchanges.KindBadSignature, exchanges.KindBadPassphrase,
		exchanges.KindCredential,
		exchanges.KindUndetermined, exchanges.KindOther, exchanges.KindNoSuchKey,
		exchanges.KindIPRefused, exchanges.KindNotMaster,
		exchanges.KindNotFound, exchanges.KindRejected, exchanges.KindUncertain,
		exchanges.KindRefused, exchanges.KindCanceled,
	} {
		err := &exchanges.Error{Kind: kind}
		if got := mayHaveHappened(err); got == no[kind] {
			t.Errorf("%s: %v", kind, got)
		}
		if want := map[bool]string{true: "refused", false: "unclear"}[no[kind]]; resultOf(err) != want {
			t.Errorf("%s: the journal says %q, want %q", kind, resultOf(err), want)
		}
	}
	if mayHaveHappened(nil) || !mayHaveHappened(errors.New("no word of the exchange")) || resultOf(nil) != "ok" {
		t.Error("no error, or a foreign one, is judged wrongly")
	}
}

// A run is done when the proof is there and no key may come into being.
func TestEndOf(t *testing.T) {
	dead := rec(9, journal.Retiring, journal.Did, journal.Data{Result: proven})
	unknown := rec(9, journal.Retiring, journal.Did, journal.Data{Result: unproven})
	narrow := rec(9, journal.Proved, journal.Did, journal.Data{Result: proven})
	back := rec(8, journal.Abandoned, journal.Will, journal.Data{Result: "abandoned"})
	for _, c := range []struct {
		story   string
		kind    journal.Kind
		records []journal.Record
		want    journal.Stage
		taken   journal.Stage // when it is abandoned
		why     []string
	}{
		{"nothing is known", journal.Revoke, nil, journal.Unconfirmed, journal.Abandoned, nil},
		{"proven", journal.Revoke, []journal.Record{dead}, journal.Done, journal.Abandoned, nil},
		{
			"not proven", journal.Revoke,
			[]journal.Record{unknown},
			journal.Unconfirmed, journal.Unconfirmed,
			[]string{"no proof that the old key is dead"},
		},
		{
			"rotated", journal.Rotate,
			[]journal.Record{will(1, "a"), storedAs("a", "ACCESSKEY0000001"), dead},
			journal.Done, journal.Abandoned, nil,
		},
		{
			"a key is lost", journal.Rotate,
			[]journal.Record{will(1, "a"), will(2, "b"), storedAs("b", "ACCESSKEY0000001"), dead},
			journal.Unconfirmed, journal.Unconfirmed,
			[]string{"labelled a "},
		},
		{
			"lost and not proven", journal.Rotate,
			[]journal.Record{will(1, "a"), unknown},
			journal.Unconfirmed, journal.Unconfirmed,
			[]string{"labelled a ", "no proof"},
		},
		{
			"what a new key showed is no proof of death", journal.Rotate,
			[]journal.Record{narrow},
			journal.Unconfirmed, journal.Abandoned, nil,
		},
		{"narrowed", journal.Contain, []journal.Record{narrow}, journal.Done, journal.Abandoned, nil},
		{
			"narrowed, and not shown", journal.Contain,
			[]journal.Record{rec(9, journal.Proved, journal.Did, journal.Data{Result: unproven})},
			journal.Unconfirmed, journal.Abandoned,
			[]string{"what the key may do now"},
		},
		{
			"a death is no proof of narrowness", journal.Contain,
			[]journal.Record{dead},
			journal.Unconfirmed,
			journal.Abandoned,
			[]string{"what the key may do now"},
		},
		{
			"taken back, a key is lost", journal.Rotate,
			[]journal.Record{will(1, "a"), back},
			journal.Unconfirmed, journal.Unconfirmed,
			[]string{"taken back", "labelled a "},
		},
	} {
		if got := endOf(c.kind, c.records); got != c.want {
			t.Errorf("%s: %s, want %s", c.story, got, c.want)
		}
		if got := endOfTakingBack(journal.Abandoned, c.records); got != c.taken {
			t.Errorf("%s: taken back, %s, want %s", c.story, got, c.taken)
		}
		why := whyUnconfirmed(c.kind, c.records)
		if (why == "") != (c.why == nil) {
			t.Errorf("%s: why is %q", c.story, why)
		}
		for _, part := range c.why {
			if !strings.Contains(why, part) {
				t.Errorf("%s: %q does not say %q", c.story, why, part)
			}
		}
	}
	if got := endOfTakingBack(journal.Failed, []journal.Record{unknown}); got != journal.Failed {
		t.Errorf("a failure without proof of the death ends %s", got)
	}
}
