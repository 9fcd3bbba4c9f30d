package change

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// The zero values do nothing and say nothing.
func TestZeroDecision(t *testing.T) {
	var d Decision
	if d.Verdict != Undecided || d.Verdict.Acts() || !d.Reason.IsZero() || !isZeroWant(d.Want) {
		t.Errorf("the zero decision is %+v", d)
	}
	for v, acts := range map[Verdict]bool{
		Undecided: false, ByAPI: true, ByHand: true, Person: false, Skip: false, PutOff: false, Resume: true,
	} {
		if v.Acts() != acts {
			t.Errorf("verdict %d acts: %v", v, v.Acts())
		}
	}
	if (Reason{Code: NotDue}).IsZero() || (Reason{Text: "why"}).IsZero() {
		t.Error("a reason counts as none")
	}
}

// A key that was not looked at is never fine, and nothing is done to it.
func TestPlanOfAKeyThatWasNotLookedAt(t *testing.T) {
	for _, kind := range []journal.Kind{journal.Rotate, journal.Revoke, journal.Contain} {
		for _, s := range []*Seen{{}, worldOf("okx").Seen} {
			got := Plan(s, []string{"nobody"}, Options{Kind: kind})
			if len(got) != 1 || got[0].Verdict != Undecided || got[0].Key != "nobody" || got[0].Kind != kind {
				t.Errorf("%s: %+v", kind, got)
			}
		}
	}
}

// Without facts beside the survey nothing is done.
func TestPlanWithoutFacts(t *testing.T) {
	w := worldOf("okx")
	w.Facts = nil
	for _, kind := range []journal.Kind{journal.Rotate, journal.Revoke, journal.Contain} {
		d := Plan(w.Seen, []string{"bot"}, Options{Kind: kind})[0]
		if d.Verdict != Person || d.Reason.Code != Unreadable || d.Reason.Text != "its access key is not known" {
			t.Errorf("%s: %v %v", kind, d.Verdict, d.Reason)
		}
	}
}

// --due leaves a key alone only when something says that it is young, or that
// it is not to be rotated at all.
func TestNotDue(t *testing.T) {
	const day = 24 * time.Hour
	every := func(days int) func(*survey.Entry) {
		return func(e *survey.Entry) { e.Inventory.Rotation = time.Duration(days) * day }
	}
	aged := func(age time.Duration) func(*exchanges.Key) {
		return func(k *exchanges.Key) { k.CreatedAt = exchanges.Known(now.Add(-age)) }
	}
	declared := func(age time.Duration) func(*survey.Entry) {
		return func(e *survey.Entry) { e.Inventory.Created = exchanges.Known(now.Add(-age)) }
	}
	unread := func(m *survey.Manager) { m.Err = errors.New("the list broke off") }
	for _, c := range []struct {
		story   string
		world   func(*world)
		verdict Verdict
		code    Code
		text    string
	}{
		{"no rotate.every", func(w *world) { w.key("bot", aged(900*day)) }, Skip, NeverDue, "it has no rotate.every"},
		{
			"young", func(w *world) { w.entry("bot", every(90)); w.key("bot", aged(89*day)) }, Skip, NotDue,
			"not due before 2026-12-01",
		},
		{"due this moment", func(w *world) { w.entry("bot", every(90)); w.key("bot", aged(90*day)) }, ByAPI, "", ""},
		{"a second early", func(w *world) {
			w.entry("bot", every(90))
			w.key("bot", aged(90*day-time.Second))
		}, Skip, NotDue, "not due before 2026-11-30"},
		{"old", func(w *world) { w.entry("bot", every(90)); w.key("bot", aged(900*day)) }, ByAPI, "", ""},
		{"of an age that nobody states", func(w *world) { w.entry("bot", every(90)) }, ByAPI, "", ""},
		{
			"young, as rekey.yaml says", func(w *world) { w.entry("bot", every(90)); w.entry("bot", declared(day)) },
			Skip, NotDue, "not due before 2027-02-27",
		},
		{
			"old, as rekey.yaml says", func(w *world) { w.entry("bot", every(90)); w.entry("bot", declared(91*day)) },
			ByAPI, "", "",
		},
		{"young, as rekey's own record says", func(w *world) {
			w.entry("bot", every(90))
			w.entry("bot", declared(900*day))
			w.run(journal.Rotate, "bot", begun("another"), stored(botKey, now.Add(-day)), did(journal.Done))
		}, Skip, NotDue, "not due before 2027-02-27"},
		{"old, as rekey's own record says", func(w *world) {
			w.entry("bot", every(90))
			w.entry("bot", declared(day))
			w.run(journal.Rotate, "bot", begun("another"), stored(botKey, now.Add(-100*day)), did(journal.Done))
		}, ByAPI, "", ""},
		{"old, as the exchange says, whatever the others say", func(w *world) {
			w.entry("bot", every(90))
			w.entry("bot", declared(day))
			w.key("bot", aged(900*day))
			w.run(journal.Rotate, "bot", begun("another"), stored(botKey, now.Add(-day)), did(journal.Done))
		}, ByAPI, "", ""},
		{"of no known age, and its manager's list could not be read", func(w *world) {
			w.entry("bot", every(90))
			w.manager("master", unread)
		}, Person, AgeUnseen, "how old it is could not be seen tonight: the list broke off"},
		{"young, and its manager's list could not be read", func(w *world) {
			w.entry("bot", every(90))
			w.entry("bot", declared(day))
			w.manager("master", unread)
		}, Skip, NotDue, ""},
		{"old, and its manager's list could not be read", func(w *world) {
			w.entry("bot", every(90))
			w.entry("bot", declared(900*day))
			w.manager("master", unread)
		}, ByAPI, "", ""},
		{"of no known age, and it has no manager", func(w *world) {
			w.entry("bot", every(90))
			w.entry("bot", func(e *survey.Entry) { e.Inventory.Manager = "" })
		}, Person, NoManager, ""},
		{"a run of it is unfinished", func(w *world) {
			w.entry("bot", every(90))
			w.run(journal.Rotate, "bot", begun(botKey))
		}, PutOff, Unfinished, "it has an unfinished run"},
		{"young, and a run of it is unfinished", func(w *world) {
			w.entry("bot", every(90))
			w.key("bot", aged(day))
			w.run(journal.Rotate, "bot", begun("another"), stored(botKey, now.Add(-day)))
		}, PutOff, Unfinished, ""},
		{"a run of it under its former name is unfinished", func(w *world) {
			w.entry("bot", every(90))
			w.run(journal.Rotate, "bot-of-yesterday", begun(botKey))
		}, PutOff, Unfinished, ""},
		{"a run that made it under its former name is unfinished", func(w *world) {
			w.entry("bot", every(90))
			w.run(journal.Rotate, "bot-of-yesterday", begun("another"), stored(botKey, now.Add(-day)))
		}, PutOff, Unfinished, ""},
		{"a run of it has ended", func(w *world) {
			w.entry("bot", every(90))
			w.run(journal.Rotate, "bot", begun("another"), did(journal.Failed))
		}, ByAPI, "", ""},
		{"a run of another key is unfinished", func(w *world) {
			w.entry("bot", every(90))
			w.run(journal.Rotate, "other", begun("another"))
		}, ByAPI, "", ""},
	} {
		w := worldOf("okx")
		c.world(w)
		d := Plan(w.Seen, []string{"bot"}, Options{Kind: journal.Rotate, Due: true})[0]
		if d.Verdict != c.verdict || d.Reason.Code != c.code || c.text != "" && d.Reason.Text != c.text {
			t.Errorf("%s: %v %+v", c.story, d.Verdict, d.Reason)
		}
		if d.Reason.Code == AgeUnseen && (d.Steps == nil || len(d.Steps) > 0) {
			t.Errorf("%s: steps %v of a change that is not yet due", c.story, d.Steps)
		}
	}
	// Without --due the same young key is rotated.
	w := worldOf("okx")
	if d := Plan(w.Seen, []string{"bot"}, Options{Kind: journal.Rotate})[0]; d.Verdict != ByAPI {
		t.Errorf("without --due: %v %+v", d.Verdict, d.Reason)
	}
}

// The date of rekey's own making counts for the key that it made, under its own
// name.
func TestMadeByRekey(t *testing.T) {
	at := now.Add(-time.Hour)
	announced := stored(botKey, at)
	announced.Phase = journal.Will
	for _, c := range []struct {
		story  string
		record journal.Record
		key    string
		known  bool
	}{
		{"it made this key", stored(botKey, at), "bot", true},
		{"it made another", stored("another access key of it", at), "bot", false},
		{"it announced that it would", announced, "bot", false},
		{"the run is of another name", stored(botKey, at), "grid", false},
		{"the record is of another stage", journal.Record{
			Stage: journal.Issuing, Phase: journal.Did, At: at, Data: journal.Data{New: journal.NameKey(botKey)},
		}, "bot", false},
	} {
		runs := []journal.Run{
			runOf(journal.Rotate, "first", begun("x"), stored("another", at.Add(-time.Hour))),
			runOf(journal.Rotate, c.key, begun("x"), c.record),
		}
		made, known := MadeByRekey(runs, "bot", botKey).Get()
		if known != c.known || known && !made.Equal(at) {
			t.Errorf("%s: %v, %v", c.story, made, known)
		}
	}
	if _, known := MadeByRekey(nil, "bot", botKey).Get(); known {
		t.Error("an empty journal says when a key was made")
	}
	if _, known := MadeByRekey([]journal.Run{runOf(journal.Rotate, "bot", did(journal.Stored))}, "bot", "").Get(); known {
		t.Error("a record without a key says when a key without an access key was made")
	}
}

// --max puts off the keys beyond it, and counts those that are changed alone.
func TestPlanMax(t *testing.T) {
	for _, c := range []struct {
		story string
		most  int
		acts  []bool
	}{
		{"none given", 0, []bool{false, true, true, true}},
		{"one", 1, []bool{false, true, false, false}},
		{"two", 2, []bool{false, true, true, false}},
		{"as many as there are", 3, []bool{false, true, true, true}},
		{"more than there are", 9, []bool{false, true, true, true}},
	} {
		w := worldOf("okx")
		names := []string{"odd"} // it needs a person, and counts for nothing
		w.add("odd", "odd-odd-odd-odd-odd", exchanges.Account{Name: "odd", Kind: exchanges.AccountSub})
		for i := range 3 {
			name := fmt.Sprintf("bot%d", i)
			accessKey := strings.Repeat(name, 4)
			w.add(name, accessKey, exchanges.Account{Name: name, Kind: exchanges.AccountSub})
			w.entry(name, func(e *survey.Entry) { e.Inventory.Manager = "master" })
			w.Survey.Managers["master"].Lists[accessKey] = true
			names = append(names, name)
		}
		for i, d := range Plan(w.Seen, names, Options{Kind: journal.Rotate, Max: c.most}) {
			if d.Key != names[i] || d.Verdict.Acts() != c.acts[i] {
				t.Errorf("%s: %s acts %v: %+v", c.story, d.Key, d.Verdict.Acts(), d.Reason)
			}
			if i == 0 || c.acts[i] {
				continue
			}
			text := fmt.Sprintf("put off to another time, --max is %d", c.most)
			if d.Verdict != PutOff || d.Reason != (Reason{OverMax, text}) || len(d.Risks) > 0 || d.Entry.Name != names[i] {
				t.Errorf("%s: %s: %+v", c.story, d.Key, d)
			}
		}
	}
}

// A key that nobody declared is changed through a manager that lists it, and
// otherwise by nobody.
func TestPlanOfAnUndeclaredKey(t *testing.T) {
	backup := func(w *world) {
		m := w.add("backup", "BACKUPbackupBACKUPbackup", exchanges.Account{Kind: exchanges.AccountMaster})
		w.Survey.Managers["backup"] = survey.Manager{Key: m, Lists: map[string]bool{intruderKey: true}}
	}
	twoManagers := func(w *world) {
		backup(w)
		w.add("grid", "GRIDgridGRIDgridGRIDgrid", exchanges.Account{Name: "grid", Kind: exchanges.AccountSub})
		w.entry("grid", func(e *survey.Entry) { e.Inventory.Manager = "backup" })
	}
	for _, c := range []struct {
		story   string
		world   func(*world)
		names   []string
		verdict Verdict
		code    Code
		manager string
	}{
		{"a manager lists it", func(*world) {}, nil, ByAPI, "", "master"},
		{
			"no manager lists it", func(w *world) { delete(w.Survey.Managers["master"].Lists, intruderKey) }, nil,
			Person, Undeclared, "",
		},
		{"the manager that lists it is of another exchange", func(w *world) {
			w.entry("master", func(e *survey.Entry) { e.Exchange = "kucoin" })
		}, nil, Person, Undeclared, ""},
		{"two keys list it: the one that others name as their manager", backup, nil, ByAPI, "", "master"},
		{"that one is destroyed too, and no other is known to manage keys", backup, []string{"master"}, ByAPI, "", "master"},
		{"two managers list it: the first by name", twoManagers, nil, ByAPI, "", "backup"},
		{"one of two is destroyed too: the one that stays", twoManagers, []string{"backup"}, ByAPI, "", "master"},
		{"both are destroyed too", twoManagers, []string{"master", "backup"}, ByAPI, "", "backup"},
		{"neither is named as a manager: the first by name", both(backup, noManager), nil, ByAPI, "", "backup"},
		{"the first of these is destroyed too", both(backup, noManager), []string{"backup"}, ByAPI, "", "master"},
		{"the only one is destroyed too", func(*world) {}, []string{"master"}, ByAPI, "", "master"},
	} {
		w := worldOf("okx").intrude()
		c.world(w)
		d := Plan(w.Seen, append([]string{intruderName}, c.names...), Options{Kind: journal.Revoke})[0]
		if d.Verdict != c.verdict || d.Reason.Code != c.code || d.Entry.Inventory.Manager != c.manager ||
			d.Key != intruderName {
			t.Errorf("%s: %v %+v through %q", c.story, d.Verdict, d.Reason, d.Entry.Inventory.Manager)
		}
		if c.manager != "" && (d.Entry.Inventory.Account != "desk" || d.Account.Name != "desk" ||
			d.Seen.Ref.AccessKey != intruderKey) {
			t.Errorf("%s: %+v", c.story, d)
		}
	}
}

// A subject with a name that rekey.yaml no longer has is no key that may be
// changed.
func TestPlanOfAForgottenName(t *testing.T) {
	w := worldOf("okx")
	w.Entries = w.Entries[:1]
	d := Plan(w.Seen, []string{"bot"}, Options{Kind: journal.Revoke})[0]
	if d.Verdict != Person || d.Reason.Code != Undeclared || d.Entry.Exchange != "okx" {
		t.Errorf("%v %+v", d.Verdict, d.Reason)
	}
}

// Decisions come in the order of the names, each once for each name.
func TestPlanKeepsTheOrder(t *testing.T) {
	w := worldOf("okx").intrude()
	names := []string{intruderName, "master", "nobody", "bot"}
	for i, d := range Plan(w.Seen, names, Options{Kind: journal.Revoke}) {
		if d.Key != names[i] {
			t.Errorf("%d is %s", i, d.Key)
		}
	}
	if got := Plan(w.Seen, nil, Options{Kind: journal.Revoke}); len(got) != 0 {
		t.Errorf("a plan for no key: %+v", got)
	}
}

// isZeroWant reports whether nothing is wanted.
func isZeroWant(w rotate.Want) bool {
	return len(w.Permissions) == 0 && len(w.Whitelist) == 0 && !w.Restricted && w.Passphrase == nil
}
