package change

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/all"
	"rekey/internal/journal"
	"rekey/internal/rotate"
	"rekey/internal/survey"
)

// A listing is an adapter whose list names these keys, and breaks off with an
// error.
type listing struct {
	exchanges.Adapter
	keys []string
	err  error
}

func (l listing) ListKeys(context.Context, exchanges.ListRequest) iter.Seq2[exchanges.Key, error] {
	return func(yield func(exchanges.Key, error) bool) {
		if l.err != nil && !yield(exchanges.Key{}, l.err) {
			return
		}
		for _, k := range l.keys {
			if !yield(exchanges.Key{Ref: exchanges.KeyRef{AccessKey: k}}, nil) {
				return
			}
		}
	}
}

// opens is a manager's run whose key lists this.
func opens(l exchanges.Adapter, err error) rotate.Job {
	return rotate.Job{Key: "master", Open: func(exchanges.Credential) (exchanges.Adapter, error) { return l, err }}
}

// A list proves that a key is gone when it was read whole and does not name it.
func TestLists(t *testing.T) {
	c := newConcern(worldOf("okx").intrude().Survey.Subjects[2], "", false)
	broken := errors.New("half of it is missing")
	for _, x := range []struct {
		story   string
		manager rotate.Job
		named   bool
		whole   bool
	}{
		{"it names it", opens(listing{keys: []string{botKey, intruderKey}}, nil), true, true},
		{"it does not", opens(listing{keys: []string{botKey}}, nil), false, true},
		{"it broke off", opens(listing{keys: []string{botKey}, err: broken}, nil), false, false},
		{"it broke off, and names it", opens(listing{keys: []string{intruderKey}, err: broken}, nil), true, false},
		{"it cannot be opened", opens(nil, broken), false, false},
		{"it cannot list", opens(struct{ exchanges.Adapter }{}, nil), false, false},
	} {
		named, err := lists(t.Context(), x.manager, c)
		if named != x.named || (err == nil) != x.whole {
			t.Errorf("%s: %v, %v", x.story, named, err)
		}
	}
}

// The manager that alone lists a living key is known, and so is one that is not
// alone: another that stays, lives, and lists the key too.
func TestOnlyLists(t *testing.T) {
	second := func(change func(*survey.Manager)) func(*world) {
		return func(w *world) {
			k := w.add("second", "SECONDsecondSECONDsecond04", exchanges.Account{Kind: exchanges.AccountMaster})
			m := survey.Manager{Key: k, Lists: map[string]bool{intruderKey: true}}
			change(&m)
			w.Survey.Managers["second"] = m
		}
	}
	for _, c := range []struct {
		story string
		world func(*world)
		dying []string // besides the intruder's key
		want  bool
	}{
		{"it alone lists it", func(*world) {}, nil, true},
		{"it does not list it", func(w *world) { delete(w.Survey.Managers["master"].Lists, intruderKey) }, nil, false},
		{"another stays and lists it too", second(func(*survey.Manager) {}), nil, false},
		{"another lists it and dies too", second(func(*survey.Manager) {}), []string{"second"}, true},
		{"another stays and does not list it", second(func(m *survey.Manager) { m.Lists = nil }), nil, true},
		{"another lists it and is dead", second(func(m *survey.Manager) { m.Key.Status = exchanges.StatusDead }), nil, true},
		{"another lists it and was not seen", second(func(m *survey.Manager) {
			m.Key.Status = exchanges.StatusUndetermined
		}), nil, true},
	} {
		w := worldOf("okx").intrude()
		c.world(w)
		in, _ := Concerned(w.Survey, nil, Scope{Keys: append([]string{intruderName}, c.dying...)})
		r := &response{first: w.Survey}
		for _, one := range in {
			r.items = append(r.items, Item{Concern: one})
		}
		i := slices.IndexFunc(r.items, func(item Item) bool { return item.Name() == intruderName })
		if got := r.onlyLists("master", r.items[i]); got != c.want {
			t.Errorf("%s: %v", c.story, got)
		}
	}
}

// What only a person can delete, and the manager alone lists, keeps the manager
// alive while nobody says that it is gone and no list shows it.
func TestDeleteListed(t *testing.T) {
	for _, c := range []struct {
		story   string
		verdict Verdict
		list    listing
		person  bool
		left    string
	}{
		{"it lives, and nobody is there", Person, listing{keys: []string{intruderKey}}, false, intruderName},
		{"it is gone already", Person, listing{keys: []string{botKey}}, false, ""},
		{"the list breaks off, and nobody is there", Person, listing{err: errors.New("x")}, false, intruderName},
		{"it lives, and the terminal is closed", Person, listing{keys: []string{intruderKey}}, true, intruderName},
		{"rekey destroys it itself", ByAPI, listing{keys: []string{intruderKey}}, false, ""},
	} {
		w := worldOf("okx").intrude()
		in, _ := Concerned(w.Survey, nil, Scope{Keys: []string{intruderName}})
		s := &screen{person: c.person}
		memory := newMemory(s)
		ws := &Workspace{}
		guide, err := NewGuide(s, ws, all.Registry(), nil, "")
		if err != nil {
			t.Fatal(err)
		}
		r := &response{
			Runner: &Runner{Workspace: ws, Registry: all.Registry(), Terminal: s, Person: guide, Now: memory.now},
			first:  w.Survey, items: []Item{{Concern: in[0], End: Decision{Verdict: c.verdict, Kind: journal.Revoke}}},
			log: &runLog{memory: memory, engine: &rotate.Engine{Journal: memory}},
		}
		if left := r.deleteListed(t.Context(), opens(c.list, nil)); left != c.left {
			t.Errorf("%s: %q is left, want %q", c.story, left, c.left)
		}
		for _, run := range r.log.runs() {
			if run.Stage == journal.Done || ProvenDead(run) {
				t.Errorf("%s: the journal calls it dead: %s", c.story, run.Stage)
			}
		}
	}
}

// An answering screen is one where Enter is pressed at every question.
type answering struct{ *screen }

func (answering) Line(context.Context, string) (string, error) { return "", nil }

func (answering) Key(context.Context, string) (string, error) { return "", nil }

// A deletion by hand is over when the list does not name the key any more. That is
// no proof, and the journal does not say that it is.
func TestDeletionThatAListShows(t *testing.T) {
	w := worldOf("okx").intrude()
	in, _ := Concerned(w.Survey, nil, Scope{Keys: []string{intruderName}})
	s := answering{&screen{person: true}}
	memory := newMemory(s.screen)
	ws := &Workspace{}
	guide, err := NewGuide(s, ws, all.Registry(), nil, "")
	if err != nil {
		t.Fatal(err)
	}
	r := &response{
		Runner: &Runner{Workspace: ws, Registry: all.Registry(), Terminal: s, Person: guide, Now: memory.now},
		first:  w.Survey, items: []Item{{Concern: in[0], End: Decision{Verdict: Person, Kind: journal.Revoke}}},
		log: &runLog{memory: memory, engine: &rotate.Engine{Journal: memory}},
	}
	looks := 0
	manager := rotate.Job{Key: "master", Open: func(exchanges.Credential) (exchanges.Adapter, error) {
		if looks++; looks > 2 {
			return listing{keys: []string{botKey}}, nil
		}
		return listing{keys: []string{intruderKey}}, nil
	}}
	// Enter and the end of a pause race for the next look: either begins one.
	r.Sleep = func(context.Context, time.Duration) error { return nil }
	if left := r.deleteListed(t.Context(), manager); left != "" || looks != 3 {
		t.Errorf("%q is left after %d looks", left, looks)
	}
	runs := r.log.runs()
	if len(runs) != 1 || runs[0].Stage != journal.Unconfirmed || !runs[0].Ended || ProvenDead(runs[0]) {
		t.Errorf("the journal has %+v", runs)
	}
}
