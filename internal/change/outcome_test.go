package change

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
)

// jobOf is a run with the number as its id.
func jobOf(n int) *rotate.Job { return &rotate.Job{ID: journal.RunID(fmt.Sprintf("run%d", n))} }

// The end of a command of which one run is all: every stage, ended and not.
func TestEndOfRun(t *testing.T) {
	ended := map[journal.Stage]End{
		journal.Done: Done, journal.Abandoned: Done, journal.Closed: Done,
		journal.Unconfirmed: NeedsPerson, journal.NeedsPerson: NeedsPerson, journal.Failed: Failed,
	}
	for _, stage := range append(journal.Stages(), "", "unheard of") {
		want, final := ended[stage]
		if !final {
			want = Cut
		}
		if got := endOfRun(journal.Run{Stage: stage, Ended: true}); got != want {
			t.Errorf("%q, ended: %v, want %v", stage, got, want)
		}
		open := Cut
		if stage == journal.NeedsPerson {
			open = NeedsPerson
		}
		if got := endOfRun(journal.Run{Stage: stage}); got != open {
			t.Errorf("%q, not ended: %v, want %v", stage, got, open)
		}
	}
}

// How a command ended: the heaviest of its runs decides, and nothing heavier
// than a finished run is ever done.
func TestEndOf(t *testing.T) {
	line := func(stage journal.Stage, ended bool) report.RunLine {
		return report.RunLine{Run: journal.Run{Stage: stage, Ended: ended}}
	}
	done, failed, open := line(journal.Done, true), line(journal.Failed, true), line(journal.Stored, false)
	unconfirmed := line(journal.Unconfirmed, true)
	for _, c := range []struct {
		story  string
		runs   []report.RunLine
		person bool
		want   End
	}{
		{"nothing was to be done", nil, false, Done},
		{"a step for a person", nil, true, NeedsPerson},
		{"done", []report.RunLine{done}, false, Done},
		{"done, and a step for a person", []report.RunLine{done}, true, NeedsPerson},
		{"failed", []report.RunLine{failed}, false, Failed},
		{"failed, and a step for a person", []report.RunLine{failed}, true, Failed},
		{"one failed of two", []report.RunLine{failed, done}, false, Failed},
		{"the other failed of two", []report.RunLine{done, failed}, false, Failed},
		{"no proof", []report.RunLine{unconfirmed, done}, false, NeedsPerson},
		{"no proof, and one failed", []report.RunLine{unconfirmed, failed}, false, Failed},
		{"unfinished", []report.RunLine{open}, false, Cut},
		{"unfinished beside a failed one", []report.RunLine{failed, open, done}, true, Cut},
		{"a run that was not begun", []report.RunLine{{Run: journal.Run{Stage: journal.Planned}}}, false, Cut},
		{"a run of which nothing is known", []report.RunLine{{}}, false, Cut},
	} {
		changes := report.Changes{Runs: c.runs}
		if c.person {
			changes.Person = []report.PersonLine{{Key: "bot"}}
		}
		if got := EndOf(changes, false); got != c.want {
			t.Errorf("%s: %v, want %v", c.story, got, c.want)
		}
		if got := EndOf(changes, true); got != Interrupted {
			t.Errorf("%s, interrupted: %v", c.story, got)
		}
	}
}

// What is not known weighs more than what is done: it is a failure.
func TestHeavier(t *testing.T) {
	order := []End{Done, NeedsPerson, Unknown, Failed, Cut, Interrupted}
	for i, a := range order {
		for j, b := range order {
			if got := heavier(a, b); got != order[max(i, j)] {
				t.Errorf("heavier(%v, %v) is %v", a, b, got)
			}
		}
	}
	var zero End
	if zero != Unknown {
		t.Error("the zero end is known")
	}
}

// A key is proven dead by the run that proved it, of the kinds that destroy.
func TestProvenDead(t *testing.T) {
	dead := result(journal.Retiring, "proven")
	announced := dead
	announced.Phase = journal.Will
	for _, c := range []struct {
		story string
		run   journal.Run
		want  bool
	}{
		{"a revocation proved it", runOf(journal.Revoke, "bot", begun(botKey), dead, did(journal.Done)), true},
		{"a rotation proved it", runOf(journal.Rotate, "bot", begun(botKey), dead), true},
		{"it was destroyed without proof", runOf(journal.Revoke, "bot", begun(botKey), result(journal.Retiring,
			"unproven")), false},
		{"it is announced", runOf(journal.Revoke, "bot", begun(botKey), announced), false},
		{"a narrowing was proven", runOf(journal.Contain, "bot", begun(botKey), result(journal.Proved, "proven")), false},
		{"a narrowing that destroyed", runOf(journal.Contain, "bot", begun(botKey), dead), false},
		{
			"the new key was proven to work", runOf(journal.Rotate, "bot", begun(botKey), result(journal.Proved, "proven")),
			false,
		},
		{"nothing was done", runOf(journal.Revoke, "bot", begun(botKey)), false},
		{"no run", journal.Run{}, false},
	} {
		if got := ProvenDead(c.run); got != c.want {
			t.Errorf("%s: %v", c.story, got)
		}
	}
}

// What becomes of keys that no run changes is said: a step for a person, or why
// they are left. A key that was not looked at is a person's, never skipped.
func TestAnswer(t *testing.T) {
	w := worldOf("okx")
	for _, c := range []struct {
		story           string
		verdict         Verdict
		person, skipped string
		putOff          bool
		exit            End
	}{
		{"undecided", Undecided, "it was not looked at, so nothing was done about it", "", false, NeedsPerson},
		{"a person's", Person, "because", "", false, NeedsPerson},
		{"nothing to do", Skip, "", "because", false, Done},
		{"put off", PutOff, "", "because", true, Done},
		{"by API", ByAPI, "", "", false, Done},
		{"by hand", ByHand, "", "", false, Done},
		{"resumed", Resume, "", "", false, Done},
	} {
		d := Decision{Key: "bot", Kind: journal.Revoke, Entry: w.Entries[1], Seen: w.Survey.Subjects[1].Key}
		d = d.with(c.verdict, Reason{"x", "because"})
		var doc report.Changes
		(&Runner{Registry: w.Registry}).answer(&doc, []Decision{d})
		var person, skipped string
		var putOff bool
		for _, l := range doc.Person {
			person += l.Why
			if l.Steps == nil || l.Key != "bot" {
				t.Errorf("%s: %+v", c.story, l)
			}
		}
		for _, l := range doc.Skipped {
			skipped, putOff = skipped+l.Why, l.PutOff
		}
		if person != c.person || skipped != c.skipped || putOff != c.putOff || EndOf(doc, false) != c.exit {
			t.Errorf("%s: person %q, skipped %q, put off %v, end %v", c.story, person, skipped, putOff, EndOf(doc, false))
		}
	}
}

// What a run leaves for a person: the old key that nothing proves dead, and keys
// that were made for nothing.
func TestStepsLeft(t *testing.T) {
	w := worldOf("okx")
	r := &Runner{Registry: w.Registry, Terminal: &screen{}}
	spare := journal.Record{
		Stage: journal.Issuing, Phase: journal.Note,
		Data: journal.Data{New: journal.NameKey("SPAREspareSPAREspare")},
	}
	for _, c := range []struct {
		story string
		run   journal.Run
		waits bool
		whys  []string
	}{
		{
			"nothing", runOf(journal.Revoke, "bot", begun(botKey), result(journal.Retiring, "proven"), did(journal.Done)),
			false, nil,
		},
		{
			"no proof", runOf(journal.Revoke, "bot", begun(botKey), result(journal.Retiring, "unproven"),
				did(journal.Unconfirmed)),
			false,
			[]string{"the exchange gives no proof"},
		},
		{
			"a narrowing that its list does not show", runOf(journal.Contain, "bot", begun(botKey), did(journal.Unconfirmed)),
			false, nil,
		},
		{
			"a key made for nothing", runOf(journal.Rotate, "bot", begun(botKey), spare, did(journal.Failed)), false,
			[]string{"is not used, and may live"},
		},
		{"it waits for a person", runOf(journal.Revoke, "bot", begun(botKey)), true, []string{"waits"}},
	} {
		out := rotate.OutcomeOf(c.run)
		if c.waits {
			out.Waits, out.Why = true, "it waits"
		}
		j := job{Decision{Entry: w.Entries[1]}, &rotate.Job{ID: c.run.ID}}
		lines := r.stepsLeft(j, c.run, out)
		if len(lines) != len(c.whys) {
			t.Errorf("%s: %+v", c.story, lines)
			continue
		}
		for i, l := range lines {
			if !strings.Contains(l.Why, c.whys[i]) || l.Run != string(c.run.ID) || l.Key != "bot" || len(l.Steps) == 0 {
				t.Errorf("%s: %+v", c.story, l)
			}
		}
	}
}

// A run that was not begun stands in the answer as planned, so the command is cut
// short; one that is unfinished names the command that goes on.
func TestAddRun(t *testing.T) {
	memory := &memoryJournal{terminal: &screen{}, now: func() time.Time { return now }, held: map[string]rotate.Entry{}}
	b := &runLog{memory: memory, outcomes: map[journal.RunID]rotate.Outcome{}}
	w := worldOf("okx")
	begunRun := job{Decision{Entry: w.Entries[1]}, &rotate.Job{ID: "1m8q4s78m3jas", Kind: journal.Revoke}}
	notBegun := job{Decision{Entry: w.Entries[0]}, &rotate.Job{ID: "1m8q4s78m3jat", Kind: journal.Revoke}}
	record := begun(botKey)
	record.Run, record.Kind, record.Key = begunRun.run.ID, journal.Revoke, "bot"
	if err := memory.AppendAll(record); err != nil {
		t.Fatal(err)
	}
	said := &screen{}
	r := &Runner{Registry: w.Registry, Terminal: said}
	var doc report.Changes
	r.addRun(&doc, b, notBegun)
	if l := doc.Runs[0].Run; l.Key != "master" || l.Stage != journal.Planned || l.Kind != journal.Revoke ||
		said.String() != "" {
		t.Errorf("not begun: %+v, said %q", l, said)
	}
	r.addRun(&doc, b, begunRun)
	if l := doc.Runs[1].Run; l.Key != "bot" || len(l.Records) != 1 || EndOf(doc, false) != Cut ||
		!strings.Contains(said.String(), "go on with: rekey runs resume 1m8q4s78m3jas") {
		t.Errorf("unfinished: %+v, said %q", l, said)
	}
}
