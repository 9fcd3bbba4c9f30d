package change

import (
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
	"rekey/internal/text"
)

// An End is how a command ended. The zero End is not known, which is a failure.
type End int

// The ends.
const (
	Unknown     End = iota
	Done            // did what was asked
	Failed          // failed; nothing is left half done
	Cut             // a run is unfinished, and rekey can go on with it
	NeedsPerson     // a person must do a step
	Interrupted
)

// EndOf is the one function from what was done to how the command ended. What
// is unfinished weighs most, a step for a person least.
func EndOf(c report.Changes, interrupted bool) End {
	end := Done
	if len(c.Person) > 0 {
		end = NeedsPerson
	}
	for _, line := range c.Runs {
		end = heavier(end, endOfRun(line.Run))
	}
	if interrupted {
		return Interrupted
	}
	return end
}

// endOfRun is how a command ended of which this is the only run.
func endOfRun(r journal.Run) End {
	switch r.Stage {
	case journal.NeedsPerson:
		return NeedsPerson
	case journal.Done, journal.Abandoned, journal.Closed:
		if r.Ended {
			return Done
		}
	case journal.Unconfirmed:
		if r.Ended {
			return NeedsPerson
		}
	case journal.Failed:
		if r.Ended {
			return Failed
		}
	case journal.Planned, journal.Issuing, journal.Stored, journal.Proved, journal.Deployed, journal.Settling,
		journal.Retiring:
	}
	return Cut
}

// heavier returns the end that weighs more. One that is not known is no good
// end.
func heavier(a, b End) End {
	order := []End{Done, NeedsPerson, Unknown, Failed, Cut, Interrupted}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

// ProvenDead reports whether the journal says that the exchange proved the old
// key of a run dead.
func ProvenDead(r journal.Run) bool { return r.Kind != journal.Contain && rotate.OutcomeOf(r).Dead }

// addRun adds to the answer what became of a job, and what is left for a person.
func (r *Runner) addRun(doc *report.Changes, b *runLog, j job) {
	out, run := b.outcome(j.run.ID), b.run(j.run.ID)
	switch {
	case run.Kind == "": // it was not begun
		run = journal.Run{ID: j.run.ID, Kind: j.run.Kind, Key: j.Entry.Name, Stage: journal.Planned}
		if out.Stage == journal.NeedsPerson { // for something that a person must do first
			run.Stage = journal.NeedsPerson
		}
	case !run.Ended:
		r.Terminal.Remark("run %s (%s %s) is unfinished, go on with: rekey runs resume %s", run.ID, run.Kind, run.Key, run.ID)
	}
	why := out.Why
	if living := describeLiving(out.Alive); living != "" {
		why = living
		r.Terminal.Say("rekey: %s: closed; %s", text.CleanName(run.Key), living)
	}
	doc.Runs = append(doc.Runs, report.RunLine{Run: run, Dead: out.Dead, Why: why})
	doc.Person = append(doc.Person, r.stepsLeft(j, run, out)...)
}

// stepsLeft are what a run leaves for a person.
func (r *Runner) stepsLeft(j job, run journal.Run, out rotate.Outcome) []report.PersonLine {
	x, _ := r.Registry.Lookup(j.Entry.Exchange)
	var lines []report.PersonLine
	add := func(kind journal.Kind, accessKey, why string, steps ...string) {
		d := Decision{Kind: kind, Key: j.Entry.Name, Seen: exchanges.Key{Ref: exchanges.KeyRef{
			Exchange: j.Entry.Exchange, Account: j.run.Account, AccessKey: accessKey,
		}}}
		p := personLine(x, d, why)
		p.Run, p.Steps = string(run.ID), append(p.Steps, steps...)
		lines = append(lines, p)
	}
	old := j.run.Old.AccessKey
	if out.Waits {
		add(run.Kind, old, out.Why, "Then: rekey runs resume "+string(run.ID))
	}
	if run.Stage == journal.Unconfirmed && run.Kind != journal.Contain {
		if out.Dead { // it is about a key whose making got no answer
			old = ""
		}
		add(journal.Revoke, old, out.Why)
	}
	for _, l := range out.Alive {
		// The old key of a rotation that was given up is in use, unless it leaked.
		if l.New || run.Kind == journal.Revoke || j.run.Compromised {
			add(journal.Revoke, "", "the run was closed, and "+describeKey(l)+": delete it, unless you use it")
		}
	}
	for _, id := range out.Left {
		add(journal.Revoke, "", "a key that was made is not used, and may live: delete it",
			"The access key of the unused key is "+id.AccessKey())
	}
	return lines
}

// describeLiving says which keys may still work when a run was closed, "" when
// none may.
func describeLiving(living []rotate.Living) string {
	var out []string
	for _, l := range living {
		out = append(out, describeKey(l))
	}
	return strings.Join(out, "; ")
}

// describeKey says of one key of a closed run how it stands, and where its secret
// is.
func describeKey(l rotate.Living) string {
	name := "the old key "
	if l.New {
		name = "the new key "
	}
	if l.Key.IsZero() {
		return "a key labelled " + l.Label + " may still appear"
	}
	said := name + l.Key.AccessKey() + " may still work"
	if l.Status == exchanges.StatusAlive {
		said = name + l.Key.AccessKey() + " still lives"
	}
	if l.Slot == "" {
		return said + ", and the store does not hold its secret"
	}
	return said + ", and its secret is kept in store:" + l.Slot
}
