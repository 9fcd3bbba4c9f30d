package change

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/survey"
)

// How a key stands, and why: every word that lets somebody sleep has its
// opposite beside it.
func TestStateOf(t *testing.T) {
	const alive, dead = exchanges.StatusAlive, exchanges.StatusDead
	for _, c := range []struct {
		story string
		look  KeyLook
		want  report.KeyState
		why   string
	}{
		{"nothing", KeyLook{}, report.Unproven, "nothing says whether it lives"},
		{"looked, and nothing seen", KeyLook{Looked: true}, report.Unproven, "nothing says whether it lives"},
		{"a status that was not asked for", KeyLook{Looked: true, Status: dead}, report.Unproven, ""},
		{"a status of another look", KeyLook{Found: true, Status: dead}, report.Unproven, ""},

		{"dead", KeyLook{Looked: true, Found: true, Status: dead}, report.Dead, "the exchange says that it does not exist"},
		{
			"dead, and listed",
			KeyLook{Looked: true, Found: true, Status: dead, Listed: true},
			report.Alive,
			"the exchange lists it",
		},
		{"dead, and unlisted", KeyLook{Looked: true, Found: true, Status: dead, Unlisted: true}, report.Dead, ""},
		{
			"of a dead exchange",
			KeyLook{Looked: true, Found: true, Status: exchanges.StatusDefunct},
			report.Gone,
			"the exchange is gone",
		},

		{"alive", KeyLook{Looked: true, Found: true, Status: alive}, report.Alive, "the exchange says that it is alive"},
		{"alive, though proven dead", KeyLook{Looked: true, Found: true, Status: alive, Proven: true}, report.Alive, ""},
		{
			"alive, though destroyed",
			KeyLook{Looked: true, Found: true, Status: alive, Destroyed: true, Unlisted: true},
			report.Alive, "",
		},
		{"alive and narrow", KeyLook{Looked: true, Found: true, Status: alive, Narrow: true}, report.Narrowed, ""},
		{
			"refused from here",
			KeyLook{Looked: true, Found: true, Status: exchanges.StatusIPRefused},
			report.Alive,
			"it is ip_refused",
		},
		{"disabled", KeyLook{Looked: true, Found: true, Status: exchanges.StatusDisabled}, report.Alive, "it is disabled"},

		{"listed", KeyLook{Looked: true, Listed: true}, report.Alive, "the exchange lists it"},
		{"listed and narrow", KeyLook{Looked: true, Listed: true, Narrow: true}, report.Narrowed, ""},
		{"listed, though proven dead", KeyLook{Looked: true, Listed: true, Proven: true}, report.Alive, ""},
		{"listed, though destroyed", KeyLook{Looked: true, Listed: true, Destroyed: true}, report.Alive, ""},
		{
			"listed, and undetermined",
			KeyLook{Looked: true, Found: true, Status: exchanges.StatusUndetermined, Listed: true},
			report.Alive, "",
		},

		{"expired", KeyLook{Looked: true, Found: true, Status: exchanges.StatusExpired}, report.Dead, "has expired"},
		{
			"expired, and listed",
			KeyLook{Looked: true, Found: true, Status: exchanges.StatusExpired, Listed: true},
			report.Alive, "",
		},
		{
			"expired, and proven dead",
			KeyLook{Looked: true, Found: true, Status: exchanges.StatusExpired, Proven: true},
			report.Dead, "proved it dead",
		},

		{"proven", KeyLook{Looked: true, Proven: true}, report.Dead, "the exchange proved it dead"},
		{"proven, not looked at again", KeyLook{Proven: true, Before: alive}, report.Dead, ""},
		{
			"proven, and undetermined",
			KeyLook{Looked: true, Found: true, Status: exchanges.StatusUndetermined, Proven: true},
			report.Dead, "",
		},
		{"undetermined", KeyLook{Looked: true, Found: true, Status: exchanges.StatusUndetermined}, report.Unproven, ""},

		{"in no list any more", KeyLook{Looked: true, Unlisted: true}, report.Gone, "no proof is possible"},
		{"in no list, and asked itself", KeyLook{
			Looked: true, Unlisted: true, Found: true,
			Status: exchanges.StatusUndetermined,
		}, report.Unproven, ""},
		{"in no list, destroyed", KeyLook{Looked: true, Unlisted: true, Destroyed: true}, report.Gone, ""},
		{
			"destroyed",
			KeyLook{Looked: true, Destroyed: true},
			report.Unproven,
			"it was deleted, and the exchange gives no proof",
		},
		{"destroyed, not looked at again", KeyLook{Destroyed: true, Before: alive}, report.Unproven, "it was deleted"},

		{"dead before", KeyLook{Before: dead}, report.Dead, "said before"},
		{"dead before, and looked at again", KeyLook{Looked: true, Before: dead}, report.Unproven, ""},
		{"of a dead exchange before", KeyLook{Before: exchanges.StatusDefunct}, report.Gone, ""},
		{
			"of a dead exchange before, looked at again",
			KeyLook{Looked: true, Before: exchanges.StatusDefunct},
			report.Unproven, "",
		},
		{"alive before", KeyLook{Before: alive}, report.Alive, "it was alive when it was last looked at"},
		{"alive before, narrowed", KeyLook{Before: alive, Narrow: true}, report.Narrowed, ""},
		{"alive before, not found again", KeyLook{Looked: true, Before: alive}, report.Unproven, ""},
		{"refused before", KeyLook{Before: exchanges.StatusIPRefused}, report.Alive, "it was ip_refused"},
		{"disabled before", KeyLook{Before: exchanges.StatusDisabled}, report.Alive, ""},
		{"expired before", KeyLook{Before: exchanges.StatusExpired}, report.Unproven, ""},
		{"undetermined before", KeyLook{Before: exchanges.StatusUndetermined}, report.Unproven, ""},
	} {
		got, why := StateOf(c.look)
		if got != c.want || !strings.Contains(why, c.why) || why == "" {
			t.Errorf("%s: %s, %q, want %s", c.story, got, why, c.want)
		}
	}
}

// Whatever is known besides, a key that its exchange lists or answers for now is
// never dead, gone or unproven; and nothing looked at now is dead without an
// answer or a proof.
func TestStateOfNeverBuriesALivingKey(t *testing.T) {
	statuses := []exchanges.Status{
		"", exchanges.StatusAlive, exchanges.StatusDead, exchanges.StatusIPRefused, exchanges.StatusExpired,
		exchanges.StatusDisabled, exchanges.StatusDefunct, exchanges.StatusUndetermined,
	}
	for bits := range 1 << 7 {
		on := func(i int) bool { return bits&(1<<i) != 0 }
		for _, status := range statuses {
			for _, before := range statuses {
				l := KeyLook{
					Looked: on(0), Found: on(1), Status: status, Listed: on(2), Unlisted: on(3), Proven: on(4),
					Destroyed: on(5), Narrow: on(6), Before: before,
				}
				state, _ := StateOf(l)
				defunct := l.Found && status == exchanges.StatusDefunct
				answers := l.Found && (status == exchanges.StatusAlive || status == exchanges.StatusIPRefused ||
					status == exchanges.StatusDisabled)
				lives := l.Looked && !defunct && (answers || l.Listed)
				if lives != (state == report.Alive || state == report.Narrowed) && l.Looked {
					t.Fatalf("%+v is %s", l, state)
				}
				ended := l.Found && (status == exchanges.StatusDead || status == exchanges.StatusExpired)
				if state == report.Dead && l.Looked && !l.Proven && !ended {
					t.Fatalf("%+v is %s", l, state)
				}
				if state == report.Dead && !l.Looked && !l.Proven && before != exchanges.StatusDead {
					t.Fatalf("%+v is %s", l, state)
				}
			}
		}
	}
}

// What the looks before and after and the journal say of a key.
func TestLookOf(t *testing.T) {
	listed := func(w *world, on bool) {
		w.manager("master", func(m *survey.Manager) { m.Lists = map[string]bool{botKey: on, intruderKey: on} })
	}
	run := func(kind journal.Kind, records ...journal.Record) []journal.Run {
		return []journal.Run{runOf(kind, "bot", append([]journal.Record{begun(botKey)}, records...)...)}
	}
	narrowing := func(end journal.Stage) []journal.Run {
		return run(journal.Contain, result(journal.Proved, "proven"), did(end))
	}
	proof, unproven := result(journal.Retiring, "proven"), result(journal.Retiring, "unproven")
	const alive = exchanges.StatusAlive
	for _, c := range []struct {
		story string
		after func(*world) // nil: nothing was looked at again
		runs  []journal.Run
		want  KeyLook
	}{
		{"not looked at again", nil, nil, KeyLook{Before: alive}},
		{"as before", func(*world) {}, nil, KeyLook{Looked: true, Found: true, Status: alive, Listed: true, Before: alive}},
		{
			"dead", both(status(exchanges.StatusDead), func(w *world) { listed(w, false) }), nil,
			KeyLook{Looked: true, Found: true, Status: exchanges.StatusDead, Unlisted: true, Before: alive},
		},
		{"its place holds another key, and no list names it", func(w *world) {
			w.key("bot", func(k *exchanges.Key) { k.Ref.AccessKey = "NEWnewNEWnewNEWnew" })
			listed(w, false)
		}, nil, KeyLook{Looked: true, Unlisted: true, Before: alive}},
		{"the list could not be read again", func(w *world) {
			listed(w, false)
			w.manager("master", func(m *survey.Manager) { m.Err = errors.New("it broke off") })
		}, nil, KeyLook{Looked: true, Found: true, Status: alive, Before: alive}},
		{"the manager does not live any more", func(w *world) {
			listed(w, false)
			w.manager("master", func(m *survey.Manager) { m.Key.Status = exchanges.StatusDead })
		}, nil, KeyLook{Looked: true, Found: true, Status: alive, Before: alive}},
		{"a list that broke off after it", func(w *world) {
			w.manager("master", func(m *survey.Manager) { m.Err = errors.New("it broke off") })
		}, nil, KeyLook{Looked: true, Found: true, Status: alive, Listed: true, Before: alive}},
		{"the manager of another exchange lists it", func(w *world) {
			w.manager("master", func(m *survey.Manager) { m.Key.Ref.Exchange = "kucoin" })
		}, nil, KeyLook{Looked: true, Found: true, Status: alive, Before: alive}},
		{"it is of another exchange", func(w *world) {
			w.key("bot", func(k *exchanges.Key) { k.Ref.Exchange = "kucoin" })
		}, nil, KeyLook{Looked: true, Listed: true, Before: alive}},
		{
			"it was seen in a list alone", func(w *world) { w.Survey.Subjects[1].Origin = audit.FromExchange }, nil,
			KeyLook{Looked: true, Listed: true, Before: alive},
		},
		{"a second list names it", func(w *world) {
			listed(w, false)
			m := w.Survey.Managers["master"]
			m.Lists = map[string]bool{botKey: true}
			w.Survey.Managers["other"] = m
		}, nil, KeyLook{Looked: true, Found: true, Status: alive, Listed: true, Before: alive}},
		{"it only reads", func(w *world) {
			w.key("bot", func(k *exchanges.Key) { k.Permissions = grants(exchanges.Read) })
		}, nil, KeyLook{Looked: true, Found: true, Status: alive, Listed: true, Narrow: true, Before: alive}},
		{"it reads, and more is not stated", func(w *world) {
			w.key("bot", func(k *exchanges.Key) { k.Permissions = exchanges.Permissions{}.Grant(exchanges.Read) })
		}, nil, KeyLook{Looked: true, Found: true, Status: alive, Listed: true, Before: alive}},
		{"nothing of its powers is known", func(w *world) {
			w.key("bot", func(k *exchanges.Key) { k.Permissions = exchanges.Permissions{} })
		}, nil, KeyLook{Looked: true, Found: true, Status: alive, Listed: true, Before: alive}},

		{"a run proved it dead", nil, run(journal.Revoke, proof, did(journal.Done)), KeyLook{Proven: true, Before: alive}},
		{"a run destroyed it", nil, run(journal.Revoke, unproven, did(journal.Unconfirmed)), KeyLook{
			Destroyed: true,
			Before:    alive,
		}},
		{"a run was to destroy it", nil, run(journal.Revoke, will(journal.Retiring)), KeyLook{Before: alive}},
		{"a run narrowed it", nil, narrowing(journal.Done), KeyLook{Narrow: true, Before: alive}},
		{"a run may have narrowed it", nil, narrowing(journal.Unconfirmed), KeyLook{Before: alive}},
		{"a run did not narrow it", nil, narrowing(journal.Failed), KeyLook{Before: alive}},
		{"a run is narrowing it", nil, run(journal.Contain, result(journal.Proved, "proven")), KeyLook{Before: alive}},
		{
			"a run narrowed it, another destroyed it", nil,
			append(narrowing(journal.Done), run(journal.Revoke, unproven)...),
			KeyLook{
				Narrow: true, Destroyed: true,
				Before: alive,
			},
		},
		{
			"a run proved another dead", nil,
			[]journal.Run{runOf(journal.Revoke, "bot", begun("OTHERotherOTHERother"), proof,
				did(journal.Done))},
			KeyLook{Before: alive},
		},
		{
			"a run narrowed it, and it trades again", func(*world) {}, narrowing(journal.Done),
			KeyLook{Looked: true, Found: true, Status: alive, Listed: true, Before: alive},
		},
		{"a run narrowed it, and what it may do is not stated", func(w *world) {
			w.key("bot", func(k *exchanges.Key) { k.Permissions = exchanges.Permissions{} })
		}, narrowing(journal.Done), KeyLook{
			Looked: true, Found: true, Status: alive, Listed: true,
			Narrow: true, Before: alive,
		}},
	} {
		w := worldOf("okx")
		concern := newConcern(w.Survey.Subjects[1], "it was named", false)
		var after *survey.Result
		if c.after != nil {
			second := worldOf("okx")
			c.after(second)
			after = &second.Survey
		}
		if got := lookOf(concern, &w.Survey, after, c.runs); got != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", c.story, got, c.want)
		}
	}
}

// A key that nobody declared is gone when a run saw it leave the list; one that
// no list ever named is not.
func TestLookOfAnUndeclaredKey(t *testing.T) {
	destroyed := []journal.Run{runOf(journal.Revoke, intruderName, begun(intruderKey), result(journal.Retiring,
		"unproven"))}
	first := worldOf("okx").intrude()
	concern := newConcern(first.Survey.Subjects[2], "nobody declared it", false)
	if l := lookOf(concern, &first.Survey, nil, nil); l.Unlisted || l.Destroyed {
		t.Errorf("nothing was done: %+v", l)
	}
	l := lookOf(concern, &first.Survey, nil, destroyed)
	if state, _ := StateOf(l); !l.Unlisted || state != report.Gone {
		t.Errorf("a run saw it leave the list: %+v", l)
	}
	second := worldOf("okx").intrude()
	l = lookOf(concern, &first.Survey, &second.Survey, destroyed)
	if state, _ := StateOf(l); l.Unlisted || !l.Listed || state != report.Alive {
		t.Errorf("it is listed again: %+v, %s", l, state)
	}
	second = worldOf("okx")
	l = lookOf(concern, &first.Survey, &second.Survey, nil)
	if state, _ := StateOf(l); !l.Unlisted || state != report.Gone {
		t.Errorf("it left the list by itself: %+v, %s", l, state)
	}
	second.manager("master", func(m *survey.Manager) { m.Listed = false })
	l = lookOf(concern, &first.Survey, &second.Survey, nil)
	if state, _ := StateOf(l); l.Unlisted || state != report.Unproven {
		t.Errorf("the manager was not asked for its list: %+v, %s", l, state)
	}
	second = worldOf("okx")
	never := worldOf("okx").intrude()
	delete(never.Survey.Managers["master"].Lists, intruderKey)
	l = lookOf(concern, &never.Survey, &second.Survey, nil)
	if state, _ := StateOf(l); l.Unlisted || state != report.Unproven {
		t.Errorf("no list named it before: %+v, %s", l, state)
	}
}

// Of a missing key the plan knows the fingerprint alone: lists are searched for
// it, and without it nothing is said.
func TestLookOfAMissingKey(t *testing.T) {
	w := worldOf("okx")
	l := lookOf(missing(plan("old-name", botKey)), &w.Survey, &w.Survey, nil)
	if !l.Looked || !l.Found || !l.Listed || l.Status != exchanges.StatusAlive {
		t.Errorf("it has another name now: %+v", l)
	}
	l = lookOf(missing(plan("gone", "GONEgoneGONEgoneGONE")), &w.Survey, &w.Survey, nil)
	if state, _ := StateOf(l); l.Found || l.Listed || l.Unlisted || state != report.Unproven {
		t.Errorf("nothing has it: %+v, %s", l, state)
	}
	proven := []journal.Run{{Kind: journal.Revoke, Records: []journal.Record{result(journal.Retiring, "proven")}}}
	l = lookOf(missing(plan("nameless", "")), &w.Survey, &w.Survey, proven)
	if state, _ := StateOf(l); l.Proven || l.Looked || state != report.Unproven {
		t.Errorf("no access key is known of it: %+v, %s", l, state)
	}
}

func ends(states ...report.KeyState) (out []report.KeyEnd) {
	for i, s := range states {
		out = append(out, report.KeyEnd{Key: fmt.Sprintf("key%d", i+1), State: s})
	}
	return out
}

// A response ends well only when every key is dead or gone and nothing is left.
func TestEndOfResponse(t *testing.T) {
	const dead, alive, gone = report.Dead, report.Alive, report.Gone
	run := func(stage journal.Stage, ended bool) report.Changes {
		return report.Changes{Runs: []report.RunLine{
			{Run: journal.Run{Stage: journal.Done, Ended: true}},
			{Run: journal.Run{Stage: stage, Ended: ended}},
		}}
	}
	step := report.Changes{Person: []report.PersonLine{{Key: "x"}}}
	for _, c := range []struct {
		story   string
		keys    []report.KeyEnd
		changes report.Changes
		want    End
	}{
		{"all dead", ends(dead, dead), report.Changes{}, Done},
		{"dead and gone", ends(dead, gone), report.Changes{}, Done},
		{"gone", ends(gone), report.Changes{}, Done},
		{"no key at all", nil, report.Changes{}, NeedsPerson},
		{"one alive", ends(dead, alive), report.Changes{}, NeedsPerson},
		{"one narrowed", ends(dead, report.Narrowed), report.Changes{}, NeedsPerson},
		{"one unproven", ends(dead, report.Unproven), report.Changes{}, NeedsPerson},
		{"one of a state that nobody knows", ends(dead, ""), report.Changes{}, NeedsPerson},
		{"all dead, and a step for a person", ends(dead), step, NeedsPerson},
		{"all dead, and a run is unfinished", ends(dead), run(journal.Retiring, false), Cut},
		{"one alive, and a run is unfinished", ends(alive), run(journal.Issuing, false), Cut},
		{"all dead, and a run failed", ends(dead), run(journal.Failed, true), Done},
		{"one alive, and its run failed", ends(alive), run(journal.Failed, true), NeedsPerson},
		{"one alive, and its run waits for a person", ends(alive), run(journal.NeedsPerson, false), NeedsPerson},
		{"all dead, and all runs are done", ends(dead), run(journal.Done, true), Done},
	} {
		if got := EndOfResponse(c.keys, c.changes, false); got != c.want {
			t.Errorf("%s: %v, want %v", c.story, got, c.want)
		}
		if got := EndOfResponse(c.keys, c.changes, true); got != Interrupted {
			t.Errorf("%s, interrupted: %v", c.story, got)
		}
	}
}

// Keys are counted by how they stand.
func TestEnds(t *testing.T) {
	got := Ends(ends(report.Dead, report.Alive, report.Dead, report.Unproven, report.Narrowed, report.Gone, report.Dead))
	want := map[report.KeyState]int{
		report.Dead: 3, report.Alive: 1, report.Unproven: 1, report.Narrowed: 1,
		report.Gone: 1,
	}
	if !maps.Equal(got, want) || len(Ends(nil)) != 0 {
		t.Errorf("%v", got)
	}
}

// The last lines of a response, word for word.
func TestClosing(t *testing.T) {
	const dead, alive = report.Dead, report.Alive
	at := time.Date(2026, 11, 30, 13, 0, 5, 0, time.FixedZone("", 3600))
	for _, c := range []struct {
		story  string
		keys   []report.KeyEnd
		unread []string
		at     time.Time
		next   string
		want   []string
	}{
		{"one dead", ends(dead), nil, at, "", []string{"the key is dead, looked at again at 12:00:05 UTC"}},
		{"three dead", ends(dead, dead, dead), nil, at, "", []string{"all 3 keys dead, looked at again at 12:00:05 UTC"}},
		{
			"not looked at again", ends(dead, dead), nil,
			time.Time{},
			"",
			[]string{"all 2 keys dead; not everything was looked at again"},
		},
		{"none", nil, nil, at, "", []string{"0 of 0 keys dead, looked at again at 12:00:05 UTC"}},
		{"one alive", ends(alive), nil, at, "rekey respond --resume", []string{
			"the key is still active, looked at again at 12:00:05 UTC", "STILL ACTIVE: key1",
			"go on with: rekey respond --resume",
		}},
		{"all dead, and a list that was not read", ends(dead), []string{"master"}, at, "", []string{
			"the key is dead, looked at again at 12:00:05 UTC",
			"lists that could not be read again: master; look on the exchange's page whether they name " +
				"keys that you do not know",
		}},
		{
			"one of each, and a list that was not read",
			ends(dead, alive, report.Narrowed, report.Unproven, report.Gone, alive),
			[]string{"master", "okx-main"},
			time.Time{},
			"rekey respond --resume",
			[]string{
				"3 of 6 keys still active, 1 dead; not everything was looked at again",
				"STILL ACTIVE: key2, key6",
				"STILL ACTIVE, read-only or usable from one address alone: key3",
				"NOT PROVEN DEAD: key4",
				"not listed any more, no proof is possible: key5",
				"lists that could not be read again: master, okx-main; look on the exchange's page whether they name keys " +
					"that you do not know",
				"go on with: rekey respond --resume",
			},
		},
	} {
		if got := Closing(c.keys, c.unread, c.at, c.next); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.story, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
		}
	}
}
