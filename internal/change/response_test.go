package change

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/exchanges/all"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// The final record of a response: it is over only when no key lives and no run is
// left, and done only when every key is proven dead.
func TestFinish(t *testing.T) {
	goesOn := func(k report.KeyEnd) report.KeyEnd { k.Next = "rekey respond --resume"; return k }
	for _, c := range []struct {
		story string
		keys  []report.KeyEnd
		ended []bool // of its runs
		want  journal.Stage
	}{
		{"all are dead", ends(report.Dead, report.Dead), []bool{true}, journal.Done},
		{"one is gone", ends(report.Dead, report.Gone), []bool{true}, journal.Unconfirmed},
		{"one was destroyed without proof", ends(report.Dead, report.Unproven), []bool{true}, journal.Unconfirmed},
		{
			"of one nothing is known",
			[]report.KeyEnd{ends(report.Dead)[0], goesOn(ends(report.Unproven)[0])},
			nil,
			journal.NeedsPerson,
		},
		{"one lives", ends(report.Dead, report.Alive), []bool{true}, journal.NeedsPerson},
		{"one is narrowed", ends(report.Dead, report.Narrowed), []bool{true}, journal.NeedsPerson},
		{"a run is unfinished", ends(report.Dead), []bool{true, false}, journal.NeedsPerson},
	} {
		memory := newMemory(&screen{})
		w := &response{Runner: &Runner{Terminal: &screen{}}}
		w.log = &runLog{memory: memory, engine: &rotate.Engine{Journal: memory}}
		w.doc.Keys = c.keys
		for _, ended := range c.ended {
			w.doc.Runs = append(w.doc.Runs, report.RunLine{Run: journal.Run{Stage: journal.Retiring, Ended: ended}})
		}
		w.finish()
		if len(memory.extra) != 1 || memory.extra[0].Stage != c.want {
			t.Errorf("%s: %+v", c.story, memory.extra)
		}
	}
}

// ended is a response about the keys of a world, after a last look.
func ended(w *world, last *survey.Result, names ...string) *response {
	in, _ := Concerned(w.Survey, nil, Scope{Keys: names})
	s := &screen{}
	r := &response{
		Runner: &Runner{Workspace: &Workspace{}, Registry: all.Registry(), Terminal: s}, seen: w.Seen, first: w.Survey,
		last: last, at: now, items: Respond(w.Seen, in, ResponseOptions{Replaced: func(survey.Entry) bool { return false }}),
	}
	r.log = &runLog{memory: newMemory(s, w.Runs...), outcomes: map[journal.RunID]rotate.Outcome{}}
	return r
}

// seenAgain is a look after the last effect: every key as it was, but for what a
// story changes.
func seenAgain(change func(*world)) *survey.Result {
	w := worldOf("okx").intrude()
	change(w)
	return &w.Survey
}

// How a key stands at the end, and the command that goes on: none only where
// nothing is left that rekey can do.
func TestKeyEnd(t *testing.T) {
	dead := func(w *world) {
		w.key("bot", func(k *exchanges.Key) { k.Status = exchanges.StatusDead })
		delete(w.Survey.Managers["master"].Lists, botKey)
	}
	silent := func(w *world) {
		w.key("bot", func(k *exchanges.Key) { k.Status = exchanges.StatusUndetermined })
		delete(w.Survey.Managers["master"].Lists, botKey)
	}
	destroyed := []journal.Record{begun(botKey), result(journal.Retiring, "unproven"), did(journal.Unconfirmed)}
	for _, c := range []struct {
		story   string
		change  func(*world)
		records []journal.Record
		end     func(*Item)
		state   report.KeyState
		next    string
	}{
		{"it is dead", dead, nil, nil, report.Dead, ""},
		{"it lives", func(*world) {}, nil, nil, report.Alive, "rekey respond --resume"},
		{"it lives, and a person left it alone", func(*world) {}, nil, func(i *Item) {
			i.End = i.End.with(PutOff, Reason{LeftByPerson, "you left it alone"})
		}, report.Alive, "rekey revoke bot"},
		{"nothing is said of it", silent, nil, nil, report.Unproven, "rekey respond --resume"},
		{"it was destroyed, and nothing is said of it", silent, destroyed, nil, report.Unproven, ""},
	} {
		w := worldOf("okx")
		if c.records != nil {
			w.run(journal.Revoke, "bot", c.records...)
		}
		r := ended(w, seenAgain(c.change), "bot")
		if c.end != nil {
			c.end(&r.items[0])
		}
		got := r.keyEnd(r.items[0], w.Runs)
		if got.State != c.state || got.Next != c.next {
			t.Errorf("%s: %+v", c.story, got)
		}
	}
}

// What a response says at its end of what it could not do: a step for a person
// for as long as the key may live, and lines that say so.
func TestCloseOfAResponse(t *testing.T) {
	alive := func(*world) {}
	gone := func(w *world) {
		w.key("bot", func(k *exchanges.Key) { k.Status = exchanges.StatusDead })
		delete(w.Survey.Managers["master"].Lists, botKey)
	}
	byPerson := func(i *Item) { i.End = i.End.with(Person, Reason{NoAPI, "there is no API for it"}) }
	for _, c := range []struct {
		story       string
		change      func(*world)
		end         func(*Item)
		failed      bool // the run that was to destroy it
		interrupted bool
		person      int
		closing     string
	}{
		{"it lives, and a person must delete it", alive, byPerson, false, false, 1, "STILL ACTIVE: bot"},
		{"a person has deleted it", gone, byPerson, false, false, 0, "the key is dead, looked at again at 12:00:00 UTC"},
		{"its deletion was refused, and it lives", alive, nil, true, false, 1, "STILL ACTIVE: bot"},
		{"its deletion was refused, and it is dead", gone, nil, true, false, 0, "the key is dead"},
		{"interrupted", gone, nil, false, true, 0, "the key is dead; not everything was looked at again"},
	} {
		w := worldOf("okx")
		if c.failed {
			w.run(journal.Revoke, "bot", begun(botKey), did(journal.Failed))
		}
		r := ended(w, seenAgain(c.change), "bot")
		if c.end != nil {
			c.end(&r.items[0])
		}
		if c.failed {
			r.items[0].endRun = w.Runs[0].ID
			r.log.note(w.Runs[0].ID, rotate.Outcome{Why: "not allowed"})
		}
		r.close(w.Runs, c.interrupted)
		if len(r.doc.Person) != c.person || !strings.Contains(strings.Join(r.doc.Closing, "\n"), c.closing) {
			t.Errorf("%s: %+v, %q", c.story, r.doc.Person, r.doc.Closing)
		}
	}
	// Cut short before anything was looked at: the keys of the plan are named.
	r := &response{Runner: &Runner{}}
	r.Scope.Earlier = []journal.PlannedKey{plan("grid", botKey)}
	r.close(nil, true)
	if len(r.doc.Keys) != 1 || r.doc.Keys[0].Key != "grid" || r.doc.Keys[0].State != report.Unproven {
		t.Errorf("cut short before a look: %+v", r.doc.Keys)
	}
}

// A step of a run about a key is dropped when no list names the key any more, and
// at no other end of it.
func TestDropSettled(t *testing.T) {
	for state, want := range map[report.KeyState]int{
		report.Gone: 1, report.Alive: 2, report.Narrowed: 2, report.Unproven: 2, report.Dead: 2,
	} {
		w := &response{}
		w.doc.Keys = []report.KeyEnd{{Key: "bot", State: state}}
		w.doc.Person = []report.PersonLine{{Run: "r", Key: "bot"}, {Key: "bot"}}
		w.dropSettled()
		if len(w.doc.Person) != want {
			t.Errorf("%s: %+v", state, w.doc.Person)
		}
	}
}

// A manager whose list was read and cannot be read again is named, unless another
// manager's list holds the same account.
func TestUnread(t *testing.T) {
	other := func(change func(*survey.Manager)) func(*world) {
		return func(w *world) {
			w.manager("master", func(m *survey.Manager) { m.Key.Status = exchanges.StatusDead })
			m := survey.Manager{Listed: true, Lists: map[string]bool{}}
			m.Key.Ref = exchanges.KeyRef{Exchange: "okx", Account: exchanges.Account{ID: "7"}}
			m.Key.Status = exchanges.StatusAlive
			change(&m)
			w.Survey.Managers["second"] = m
		}
	}
	for _, c := range []struct {
		story  string
		change func(*world)
		want   int
	}{
		{"it was read again", func(*world) {}, 0},
		{"it is dead", other(func(m *survey.Manager) { m.Key.Ref.Account.ID = "8" }), 1},
		{"it broke off", func(w *world) { w.manager("master", func(m *survey.Manager) { m.Err = errors.New("x") }) }, 1},
		{"whether it lives is not known", func(w *world) {
			w.manager("master", func(m *survey.Manager) { m.Key.Status = exchanges.StatusUndetermined })
		}, 1},
		{"nobody asked it", func(w *world) { delete(w.Survey.Managers, "master") }, 1},
		{"another reads the same account", other(func(*survey.Manager) {}), 0},
		{"another of the same account broke off", other(func(m *survey.Manager) { m.Err = errors.New("x") }), 1},
		{"another of the same account is dead", other(func(m *survey.Manager) {
			m.Key.Status = exchanges.StatusDead
		}), 1},
		{"another of the same number elsewhere", other(func(m *survey.Manager) { m.Key.Ref.Exchange = "kucoin" }), 1},
		{"another, and no number is known", other(func(m *survey.Manager) { m.Key.Ref.Account.ID = "" }), 1},
	} {
		w := worldOf("okx").intrude()
		w.manager("master", func(m *survey.Manager) { m.Key.Ref.Account.ID = "7" })
		r := &response{first: w.Survey, last: seenAgain(func(again *world) {
			again.manager("master", func(m *survey.Manager) { m.Key.Ref.Account.ID = "7" })
			c.change(again)
		})}
		if got := r.unread(); len(got) != c.want {
			t.Errorf("%s: %v", c.story, got)
		}
	}
}

// What nobody looked at again is a step for a person, and keeps a response open:
// not the list of a manager that it destroyed right after reading it, and nothing
// where nothing was done.
func TestUnwatched(t *testing.T) {
	broken := func(w *world) { w.manager("master", func(m *survey.Manager) { m.Err = errors.New("x") }) }
	for _, c := range []struct {
		story  string
		change func(*world)
		state  report.KeyState // of the manager, "" where the response is not about it
		unseen bool            // its list could not be read before it died
		blind  bool            // nothing was looked at again
		idle   bool            // nothing was done
		want   int
	}{
		{"it was read again", func(*world) {}, "", false, false, false, 0},
		{"it broke off", broken, "", false, false, false, 1},
		{"it broke off, and the manager lives", broken, report.Alive, false, false, false, 1},
		{"it broke off, and whether the manager is dead is not proven", broken, report.Unproven, false, false, false, 1},
		{"its manager was destroyed", broken, report.Dead, false, false, false, 0},
		{"its manager is gone", broken, report.Gone, false, false, false, 0},
		{"its manager was destroyed, and it could not be read before", broken, report.Dead, true, false, false, 1},
		{"nothing was looked at again", nil, "", false, true, false, 1},
		{"nothing was done", nil, "", false, true, true, 0},
	} {
		w := worldOf("okx")
		r := ended(w, nil, "bot")
		if !c.blind {
			r.last = seenAgain(c.change)
		}
		if c.idle {
			r.log = nil
		}
		if c.unseen {
			r.unseen = []string{"master"}
		}
		if c.state != "" {
			r.doc.Keys = []report.KeyEnd{{Key: "master", State: c.state}}
		}
		got := r.unwatched()
		if len(got) != c.want {
			t.Errorf("%s: %+v", c.story, got)
		}
		for _, line := range got {
			if line.Key != "master" || line.Page == "" || len(line.Steps) != 2 || !strings.Contains(line.Why, "not known") {
				t.Errorf("%s: %+v", c.story, line)
			}
		}
	}
}

// Which keys of a list are new, and nobody's here: those that nobody declared, no
// item is about, and no run made.
func TestUnknown(t *testing.T) {
	const fresh, label = "FRESHfreshFRESHfresh05", "rekeyabcdefghij"
	key := func(accessKey, text string) exchanges.Key {
		return exchanges.Key{Label: text, Ref: exchanges.KeyRef{Exchange: "okx", AccessKey: accessKey}}
	}
	asked := will(journal.Issuing)
	asked.Data.Marker = label
	for _, c := range []struct {
		story string
		key   exchanges.Key
		runs  []journal.Record
		want  bool
	}{
		{"nobody knows it", key(fresh, ""), nil, true},
		{"it is declared", key(botKey, ""), nil, false},
		{"the response is about it", key(intruderKey, ""), nil, false},
		{"a run made it", key(fresh, ""), []journal.Record{begun(botKey), stored(fresh, now)}, false},
		{"a run made another", key(fresh, ""), []journal.Record{begun(botKey), stored("OTHERother06", now)}, true},
		{"it has the label of a run", key(fresh, label), []journal.Record{begun(botKey), asked}, false},
		{"it has another label", key(fresh, "thief"), []journal.Record{begun(botKey), asked}, true},
		{"a run asked for a key, and it has no label", key(fresh, ""), []journal.Record{begun(botKey), asked}, true},
	} {
		w := worldOf("okx").intrude()
		if c.runs != nil {
			w.run(journal.Rotate, "bot", c.runs...)
		}
		r := ended(w, nil, intruderName)
		got := r.unknown([]exchanges.Key{c.key})
		if (len(got) == 1) != c.want || len(got) == 1 && got[0].Origin != audit.FromExchange {
			t.Errorf("%s: %+v", c.story, got)
		}
	}
}

// What a plan holds is gone on with; what is new since it was over is named.
func TestSplitPlanned(t *testing.T) {
	w := worldOf("okx").intrude()
	in, _ := Concerned(w.Survey, nil, Scope{Keys: []string{"bot", intruderName}})
	in = append(in, missing(plan("gone", "GONEgoneGONEgoneGONE")))
	held, others := splitPlanned(in, []journal.PlannedKey{plan("bot", botKey)})
	if got := namesOf(held); !slices.Equal(got, []string{"bot", "gone"}) {
		t.Errorf("held: %v", got)
	}
	if got := namesOf(others); !slices.Equal(got, []string{intruderName}) {
		t.Errorf("others: %v", got)
	}
}

// A new key dies unless a person in front of the terminal refuses it.
func TestRefuseByPerson(t *testing.T) {
	for _, c := range []struct {
		story   string
		present bool
		yes     bool
		answers []bool
		dies    bool
	}{
		{"nobody is there", false, false, nil, true},
		{"--yes has answered", true, true, []bool{false}, true},
		{"yes", true, false, []bool{true}, true},
		{"no", true, false, []bool{false}, false},
		{"the terminal is closed", true, false, nil, false},
	} {
		s := &screen{person: c.present, answers: c.answers}
		guide, err := NewGuide(s, &Workspace{}, all.Registry(), nil, "")
		if err != nil {
			t.Fatal(err)
		}
		w := worldOf("okx")
		r := ended(w, nil, "bot")
		r.Terminal, r.Person, r.Yes = s, guide, c.yes
		r.refuseByPerson(t.Context(), r.items)
		if got := r.items[0].End.Verdict.Acts(); got != c.dies {
			t.Errorf("%s: %v, %+v", c.story, got, r.items[0].End.Reason)
		}
		if c.dies != (r.items[0].End.Reason.Code != LeftByPerson) || !c.dies && r.items[0].Narrow.Verdict != Undecided {
			t.Errorf("%s: %+v", c.story, r.items[0])
		}
	}
}

// A response that goes on is ended without a new one only when its keys are all
// dead.
func TestLeave(t *testing.T) {
	for _, c := range []struct {
		story string
		keys  []report.KeyEnd
		dry   bool
		want  journal.Stage
	}{
		{"all are dead", ends(report.Dead, report.Gone), false, journal.Done},
		{"one lives", ends(report.Dead, report.Alive), false, journal.Planned},
		{"one is unproven", ends(report.Dead, report.Unproven), false, journal.Planned},
		{"a dry run", ends(report.Dead), true, journal.Planned},
	} {
		dir := t.TempDir()
		log, _, err := journal.Open(dir, journal.Options{Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		id := journal.NewRunID(now)
		begin := journal.Record{Run: id, Kind: journal.Respond, Key: "a", Stage: journal.Planned, Phase: journal.Did}
		if err := errors.Join(log.AppendAll(begin), log.Close()); err != nil {
			t.Fatal(err)
		}
		w := &response{Runner: &Runner{
			Workspace: &Workspace{}, StateDir: dir, Terminal: &screen{}, Now: time.Now, DryRun: c.dry,
			Vault: func(context.Context, []journal.Run) (rotate.Vault, error) { return newMemory(&screen{}), nil },
			Lost:  func(context.Context, journal.View) []journal.RunID { return nil },
		}}
		w.doc.Keys = c.keys
		w.leave(context.Background(), []journal.Response{{ID: id, Cause: "a"}})
		view, err := journal.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if got := view.Responses()[0].Stage; got != c.want {
			t.Errorf("%s: %s", c.story, got)
		}
	}
}
