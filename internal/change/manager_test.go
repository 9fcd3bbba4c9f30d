package change

import (
	"slices"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/survey"
)

// The last key that manages others is not killed without being asked about, and
// nobody is asked about one that another key can stand in for.
func TestLastManager(t *testing.T) {
	backup := func(change func(*survey.Manager)) func(*world) {
		return func(w *world) {
			k := w.add("backup", "BACKUPbackupBACKUPbackup", exchanges.Account{Kind: exchanges.AccountMaster})
			m := survey.Manager{Key: k, Lists: map[string]bool{botKey: true}}
			change(&m)
			w.Survey.Managers["backup"] = m
		}
	}
	asItIs := func(*survey.Manager) {}
	is := func(s exchanges.Status) func(*survey.Manager) { return func(m *survey.Manager) { m.Key.Status = s } }
	managesGrid := func(w *world) { // another account, of which backup is the master
		w.add("grid", "GRIDgridGRIDgridGRIDgrid", exchanges.Account{Name: "grid", Kind: exchanges.AccountSub})
		w.entry("grid", func(e *survey.Entry) { e.Inventory.Manager = "backup" })
	}
	killed := []string{"master"}
	for _, c := range []struct {
		story   string
		world   func(*world)
		names   []string
		options Options
		risk    string // a part of it, "" for none
	}{
		{
			"it is the only one", nil, killed, toRevoke(),
			"the last key that manages bot: without it rekey cannot change it by API",
		},
		{"it is the only one, and is replaced", nil, killed, toRotate(), ""},
		{"it is the only one, and dies before it is replaced", nil, killed, compromised(), "the last key that manages bot"},
		{"it manages nothing", noManager, killed, toRevoke(), ""},
		{"another one lists the key", backup(asItIs), killed, toRevoke(), ""},
		{
			"another one lists other keys", backup(func(m *survey.Manager) { m.Lists = map[string]bool{"x": true} }), killed,
			toRevoke(), "bot",
		},
		{
			"another one manages other keys", both(backup(func(m *survey.Manager) { m.Lists = map[string]bool{} }),
				managesGrid), killed,
			toRevoke(), "bot",
		},
		{"another one is dead", backup(is(exchanges.StatusDead)), killed, toRevoke(), "bot"},
		{"another one is refused from here", backup(is(exchanges.StatusIPRefused)), killed, toRevoke(), "bot"},
		{"another one could not be looked at", backup(is(exchanges.StatusUndetermined)), killed, toRevoke(), "bot"},
		{
			"another one is of another exchange",
			both(backup(asItIs), func(w *world) { w.entry("backup", func(e *survey.Entry) { e.Exchange = "kucoin" }) }),
			killed, toRevoke(), "bot",
		},
		{
			"another one is no key of rekey.yaml any more",
			both(backup(asItIs), func(w *world) { w.Entries = w.Entries[:2] }), killed, toRevoke(), "bot",
		},
		{"another one dies too", backup(asItIs), []string{"master", "backup"}, toRevoke(), "bot"},
		{"what it manages dies too", nil, []string{"master", "bot"}, toRevoke(), ""},
		{
			"what it manages is to die too, and cannot",
			func(w *world) { w.facts("bot", func(f *Facts) { f.Credential.Problem = "the file is gone" }) },
			[]string{"master", "bot"},
			toRevoke(), "bot",
		},
		{"what it manages is dead", status(exchanges.StatusDead), []string{"master", "bot"}, toRevoke(), ""},
		{
			"what it manages is gone with its exchange", status(exchanges.StatusDefunct),
			[]string{"master", "bot"},
			toRevoke(), "",
		},
		{
			"what it manages was not looked at", func(w *world) { w.Survey.Subjects = w.Survey.Subjects[:1] }, killed,
			toRevoke(), "bot",
		},
		{"it manages two, of which one dies too", both(backup(asItIs), func(w *world) {
			managesGrid(w)
			w.entry("grid", func(e *survey.Entry) { e.Inventory.Manager = "master" })
			w.manager("backup", func(m *survey.Manager) { m.Lists = nil })
		}), []string{"master", "bot"}, toRevoke(), "manages grid: without it rekey cannot change it"},
		{"it manages two", func(w *world) {
			managesGrid(w)
			w.entry("grid", func(e *survey.Entry) { e.Inventory.Manager = "master" })
		}, killed, toRevoke(), "manages bot, grid: without it rekey cannot change them"},
	} {
		w := worldOf("okx")
		w.Person = true
		w.Reloads["master"] = []string{"true"}
		if c.world != nil {
			c.world(w)
		}
		d := Plan(w.Seen, c.names, c.options)[0]
		var got string
		for _, r := range d.Risks {
			if r.Word != RiskLastManager {
				t.Errorf("%s: %+v", c.story, r)
			}
			got = r.Why
		}
		if d.Verdict != ByHand || (got == "") != (c.risk == "") || !strings.Contains(got, c.risk) {
			t.Errorf("%s: verdict %d, %q, want %q", c.story, d.Verdict, got, c.risk)
		}
	}
}

// A key that is not killed takes nobody's manager away.
func TestLastManagerThatStays(t *testing.T) {
	w := worldOf("okx") // nobody is here who could delete a master's key
	for _, options := range []Options{toRevoke(), compromised(), {Kind: journal.Contain}} {
		if d := Plan(w.Seen, []string{"master"}, options)[0]; d.Verdict != Person || len(d.Risks) > 0 {
			t.Errorf("%s: %d, %v", options.Kind, d.Verdict, d.Risks)
		}
	}
}

// Keys are carried out after those that they manage, each with its own run.
func TestBefore(t *testing.T) {
	w := worldOf("okx").intrude()
	w.Person = true
	var jobs []job
	for i, d := range Plan(w.Seen, []string{"master", "bot", intruderName}, toRevoke()) {
		jobs = append(jobs, job{d, jobOf(i)})
	}
	names := func(list []job) (out []string) {
		for _, j := range list {
			out = append(out, j.Key)
		}
		return out
	}
	if got := names(before(jobs[0], jobs)); !slices.Equal(got, []string{"bot", intruderName}) {
		t.Errorf("before the master dies: %v", got)
	}
	for _, j := range jobs[1:] {
		if got := before(j, jobs); len(got) > 0 {
			t.Errorf("%s waits for %v", j.Key, names(got))
		}
	}
	own := job{Decision{Entry: survey.Entry{Name: "self"}}, jobOf(9)}
	own.Entry.Inventory.Manager = "self"
	if got := before(own, []job{own}); len(got) > 0 {
		t.Error("a run waits for itself")
	}
	nameless := job{Decision{}, jobOf(10)}
	if got := before(nameless, []job{nameless, {Decision{}, jobOf(11)}}); len(got) > 0 {
		t.Error("a key without a name manages those without a manager")
	}
}
