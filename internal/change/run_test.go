package change

import (
	"slices"
	"testing"

	"rekey/exchanges"
	"rekey/internal/config"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/survey"
)

// An unfinished run keeps its key from being changed, and the manager that it
// needs.
func TestBlocked(t *testing.T) {
	open := runOf(journal.Rotate, "bot", begun(botKey))
	ended := runOf(journal.Rotate, "bot", begun(botKey), did(journal.Failed))
	other := runOf(journal.Rotate, "grid", begun("GRIDgridGRIDgridGRIDgrid"))
	halfWay := runOf(journal.Rotate, "bot-of-yesterday", begun("an older key"), stored(botKey, now))
	renamed := runOf(journal.Rotate, "bot-of-yesterday", begun(botKey))
	elsewhere := func(of *journal.Run) journal.Run { // planned with a manager of that name
		run := *of
		run.Records = slices.Clone(run.Records)
		run.Records[0].Data.Manager = "former-master"
		return run
	}
	held := map[string]string{"bot": botKey, "master": masterKey, "grid": "another key"}
	for _, c := range []struct {
		story   string
		runs    []journal.Run
		names   []string
		key     string // "" when nothing is in the way
		manages bool
	}{
		{"that of the key under its former name", []journal.Run{renamed}, []string{"grid", "bot"}, "bot", false},
		{"that made the key under its former name", []journal.Run{halfWay}, []string{"bot"}, "bot", false},
		{"that of a renamed key that it manages", []journal.Run{renamed}, []string{"master"}, "master", true},
		{
			"that of a key whose manager it was",
			[]journal.Run{elsewhere(&renamed)},
			[]string{"former-master"},
			"former-master", true,
		},
		{"that of a key whose manager it is now", []journal.Run{elsewhere(&open)}, []string{"master"}, "master", true},
		{"that of another key that was renamed", []journal.Run{renamed}, []string{"grid"}, "", false},
		{"no run", nil, []string{"bot"}, "", false},
		{"its own", []journal.Run{open}, []string{"bot"}, "bot", false},
		{"its own has ended", []journal.Run{ended}, []string{"bot"}, "", false},
		{"its own after one that has ended", []journal.Run{ended, open}, []string{"bot"}, "bot", false},
		{"that of another key", []journal.Run{other}, []string{"bot"}, "", false},
		{"its own after that of another", []journal.Run{other, open}, []string{"bot"}, "bot", false},
		{"that of a key that it manages", []journal.Run{open}, []string{"master"}, "master", true},
		{"that of a key that it manages has ended", []journal.Run{ended}, []string{"master"}, "", false},
		{"both keys are named", []journal.Run{open}, []string{"master", "bot"}, "bot", false},
		{"the second of the named", []journal.Run{open}, []string{"grid", "bot"}, "bot", false},
		{
			"that of a key without a manager",
			[]journal.Run{runOf(journal.Revoke, "master", begun(masterKey))},
			[]string{"bot"},
			"", false,
		},
		{"no name", []journal.Run{open}, nil, "", false},
	} {
		got := blocked(c.runs, worldOf("okx").Entries, c.names, held)
		if (got != nil) != (c.key != "") || got != nil && (got.Key != c.key || got.Manages != c.manages) {
			t.Errorf("%s: %+v", c.story, got)
		}
	}
}

// What is said of an unfinished run: which, where it stopped, and which keys may
// live.
func TestUnfinishedError(t *testing.T) {
	masked := func(accessKey string) string { return journal.NameKey(accessKey).String() }
	run := func(records ...journal.Record) journal.Run {
		r := runOf(journal.Rotate, "bot", records...)
		r.ID = "1m8q4s78m3jas"
		return r
	}
	const fresh = "NEWnewNEWnewNEWnew"
	for _, c := range []struct {
		err  UnfinishedError
		want string
	}{
		{
			UnfinishedError{Run: run(begun(botKey)), Key: "bot"},
			"bot has an unfinished run: run 1m8q4s78m3jas (rotate, stopped at planned); it is about " + masked(botKey) +
				"; nothing was changed",
		},
		{
			UnfinishedError{Run: run(begun(botKey), stored(fresh, now)), Key: "bot"},
			"bot has an unfinished run: run 1m8q4s78m3jas (rotate, stopped at stored); its old key " + masked(botKey) +
				" and its new key " + masked(fresh) + " may both live; nothing was changed",
		},
		{
			UnfinishedError{Run: run(did(journal.Planned)), Key: "bot"},
			"bot has an unfinished run: run 1m8q4s78m3jas (rotate, stopped at planned); nothing was changed",
		},
		{
			UnfinishedError{Run: run(begun(botKey)), Key: "master", Manages: true},
			"master manages bot, which has an unfinished run: run 1m8q4s78m3jas (rotate, stopped at " +
				"planned); nothing was changed",
		},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("\n got %s\nwant %s", got, c.want)
		}
	}
}

// The keys of a run: the old one as it was last named, the new one once it was
// kept.
func TestKeysOf(t *testing.T) {
	const fresh = "NEWnewNEWnewNEWnew"
	bot, made := journal.NameKey(botKey), journal.NameKey(fresh)
	issued := journal.Record{Stage: journal.Issuing, Phase: journal.Note, Data: journal.Data{New: made}}
	for _, c := range []struct {
		story    string
		run      journal.Run
		old, new journal.KeyID
	}{
		{"no record", journal.Run{}, journal.KeyID{}, journal.KeyID{}},
		{"begun", runOf(journal.Rotate, "bot", begun(botKey)), bot, journal.KeyID{}},
		{"made and not kept", runOf(journal.Rotate, "bot", begun(botKey), issued), bot, journal.KeyID{}},
		{"kept", runOf(journal.Rotate, "bot", begun(botKey), stored(fresh, now), did(journal.Proved)), bot, made},
		{"named again", runOf(journal.Rotate, "bot", begun("x"), begun(botKey), did(journal.Issuing)), bot, journal.KeyID{}},
		{
			"the old key is not named", runOf(journal.Rotate, "bot", did(journal.Planned), stored(fresh, now)),
			journal.KeyID{},
			made,
		},
	} {
		if old, made := KeysOf(c.run); old != c.old || made != c.new {
			t.Errorf("%s: %v, %v", c.story, old, made)
		}
	}
}

// What is looked at: the named keys when rekey.yaml has them all, else
// everything.
func TestDeclaredOnly(t *testing.T) {
	r := &Runner{Workspace: &Workspace{Entries: worldOf("okx").Entries}}
	for _, c := range []struct{ names, want []string }{
		{[]string{"bot"}, []string{"bot"}},
		{[]string{"bot", "master"}, []string{"bot", "master"}},
		{[]string{"bot", intruderName}, nil},
		{[]string{intruderName}, nil},
	} {
		if got := r.declaredOnly(c.names); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v", c.names, got)
		}
	}
}

// A journal may be missing where a key is killed and that is accepted, and
// nowhere else.
func TestMayLackJournal(t *testing.T) {
	for _, kind := range []journal.Kind{journal.Rotate, journal.Revoke, journal.Contain} {
		for _, accepted := range [][]string{nil, {RiskNoJournal}, {RiskLockOut}} {
			want := kind == journal.Revoke && slices.Contains(accepted, RiskNoJournal)
			if got := (&Runner{Options: Options{Kind: kind, Accepted: accepted}}).mayLackJournal(); got != want {
				t.Errorf("%s, %v: %v", kind, accepted, got)
			}
		}
	}
}

// --due names the unfinished runs of other days: cron finds them, by exit 5.
func TestUnfinishedOfOtherDays(t *testing.T) {
	open, mine := runOf(journal.Rotate, "bot", begun(botKey)), runOf(journal.Rotate, "grid", begun("x"))
	for _, due := range []bool{true, false} {
		doc := report.Changes{Runs: []report.RunLine{{Run: mine}}}
		(&Runner{Options: Options{Due: due}}).addUnfinished(&doc, []journal.Run{open, mine})
		want := 1
		if due {
			want = 2
		}
		if len(doc.Runs) != want || due && (doc.Runs[1].Run.ID != open.ID || EndOf(doc, false) != Cut) {
			t.Errorf("--due %v: %+v", due, doc.Runs)
		}
	}
}

// Workspace.Entry finds keys by their names.
func TestWorkspaceEntry(t *testing.T) {
	w := &Workspace{Entries: []survey.Entry{{Name: "a", Exchange: "okx"}, {Name: "b", Exchange: "kucoin"}}}
	for name, exchange := range map[string]string{"a": "okx", "b": "kucoin", "c": "", "": ""} {
		if e, ok := w.Entry(name); ok != (exchange != "") || e.Exchange != exchange {
			t.Errorf("%q: %+v, %v", name, e, ok)
		}
	}
}

// What rekey.yaml says about reaching an exchange: its first environment where
// none is named.
func TestWorkspaceSetting(t *testing.T) {
	binance, _ := worldOf("binance").Registry.Lookup("binance")
	first := binance.Card.Environs[0]
	for _, c := range []struct{ said, want string }{{"", first}, {"testnet", "testnet"}} {
		w := &Workspace{Settings: map[string]config.ExchangeSettings{"binance": {Environment: c.said, Region: "x"}}}
		if got := w.Setting(binance); got.Environment != c.want || got.Region != "x" {
			t.Errorf("%q: %+v", c.said, got)
		}
	}
	if got := (&Workspace{}).Setting(exchanges.Exchange{}); got.Environment != "" {
		t.Errorf("of an exchange without environments: %+v", got)
	}
}
