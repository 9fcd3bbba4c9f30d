package change

import (
	"errors"
	"strings"
	"testing"

	"rekey/internal/journal"
)

// The run that a word names, and none that it names only perhaps.
func TestFindRun(t *testing.T) {
	run := func(id, key string, ended bool) journal.Run {
		return journal.Run{ID: journal.RunID(id), Kind: journal.Rotate, Key: key, Ended: ended}
	}
	runs := []journal.Run{
		run("1m8q4s78m3jas", "bot", true), run("1m8q4s78m3jat", "bot", false), run("1m8q4s99zzzzz", "grid", false),
		run("1m9000000aaaa", "grid", false), run("1m9111111aaaa", "main", true), run("1m9111111aaaab", "other", true),
		run("1n0000000aaaa", "1n0", false), run("1p0000000aaaa", "1p1", false), run("1p1000000aaaa", "x", true),
	}
	for _, c := range []struct {
		word string
		want string // "" for none, "?" for several
	}{
		{"1m8q4s78m3jas", "1m8q4s78m3jas"},
		{"1m8q4s78m3ja", "?"},
		{"1m8q4s9", "1m8q4s99zzzzz"},
		{"1m90", "1m9000000aaaa"},
		{"1m9111111aaaa", "1m9111111aaaa"}, // also the beginning of another
		{"1m", "?"},
		{"bot", "1m8q4s78m3jat"}, // the one that has not ended
		{"grid", "?"},
		{"main", ""}, // it has ended
		{"bo", ""},
		{"", ""},
		{"nobody", ""},
		{"1n0", "1n0000000aaaa"}, // the name of a key, and the beginning of its run
		{"1p1", "?"},             // the name of a key, and the beginning of another's run
	} {
		got, err := FindRun(runs, c.word)
		var none *NoRunError
		var many *ManyError
		switch {
		case c.want == "" && (!errors.As(err, &none) || none.Word != c.word || got.ID != ""):
			t.Errorf("%q: %s, %v", c.word, got.ID, err)
		case c.want == "?" && (!errors.As(err, &many) || len(many.Names) < 2 || many.Kind != "run" || got.ID != ""):
			t.Errorf("%q: %s, %v", c.word, got.ID, err)
		case c.want != "" && c.want != "?" && (err != nil || string(got.ID) != c.want):
			t.Errorf("%q: %s, %v, want %s", c.word, got.ID, err, c.want)
		}
	}
	_, err := FindRun(runs, "grid")
	if text := err.Error(); text != `"grid" names 2 runs: 1m8q4s99zzzzz (rotate grid), 1m9000000aaaa (rotate grid)` {
		t.Errorf("it says %q", text)
	}
	if _, err := FindRun(nil, "\x1b[2J"); err == nil || strings.Contains(err.Error(), "\x1b") ||
		!strings.Contains(err.Error(), "the journal has no run") {
		t.Errorf("it says %v", err)
	}
}

// The key of a run that is taken up: of rekey.yaml, else as the journal kept it
// for a key that nobody declared; a name that rekey.yaml lost is not guessed.
func TestEntryOfRun(t *testing.T) {
	w := worldOf("okx")
	r := &Runner{Workspace: &Workspace{Source: "rekey.yaml", Entries: w.Entries}}
	for _, c := range []struct {
		story   string
		run     journal.Run
		manager string
		ok      bool
	}{
		{"declared", runOf(journal.Revoke, "bot", begun(botKey)), "master", true},
		{"declared by nobody", runOf(journal.Revoke, intruderName, begun(intruderKey)), "master", true},
		{"not declared any more", runOf(journal.Revoke, "gone", begun(botKey)), "", false},
		{"declared by nobody, without records", journal.Run{Key: intruderName}, "", false},
	} {
		e, ok := r.entryOfRun(c.run)
		if ok != c.ok || e.Inventory.Manager != c.manager || ok && e.Name != c.run.Key {
			t.Errorf("%s: %+v, %v", c.story, e, ok)
		}
		d, err := r.decisionOf(c.run)
		var mismatch *MismatchError
		if c.ok && (err != nil || d.Verdict != Resume || d.Run != c.run.ID || d.Key != c.run.Key ||
			d.Kind != journal.Revoke) {
			t.Errorf("%s: %+v, %v", c.story, d, err)
		}
		if !c.ok && (!errors.As(err, &mismatch) || d.Verdict.Acts() || !strings.Contains(err.Error(),
			"put it back into rekey.yaml")) {
			t.Errorf("%s: %+v, %v", c.story, d, err)
		}
	}
}
