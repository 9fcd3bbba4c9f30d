package change

import (
	"fmt"
	"iter"

	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/rotate"
)

// announcing is a journal that says on the screen what it wrote.
type announcing struct {
	rotate.Journal
	terminal Terminal
}

// AppendAll writes first and announces then.
func (t announcing) AppendAll(records ...journal.Record) error {
	if err := t.Journal.AppendAll(records...); err != nil {
		return err
	}
	for _, r := range records {
		if step := stepOf(r, t.byHand); step.Text != "" {
			t.terminal.Step(step)
		}
	}
	return nil
}

// Records are those of the journal.
func (t announcing) Records() iter.Seq[journal.Record] { return t.Journal.Records() }

// byHand reports whether a person deletes the old key of a run.
func (t announcing) byHand(id journal.RunID) bool {
	for r := range t.Journal.Records() {
		if r.Run == id && r.Stage == journal.Planned && r.Phase == journal.Did {
			return r.Data.Person
		}
	}
	return false
}

// stepOf says what a record means for the person who waits. The text is "" when
// nothing is to be said. byHand reports whether a person deletes a run's key.
func stepOf(r journal.Record, byHand func(journal.RunID) bool) Step {
	will, did := r.Phase == journal.Will, r.Phase == journal.Did
	step := func(m Mark, format string, args ...any) Step {
		return Step{Key: r.Key, Mark: m, Text: fmt.Sprintf(format, args...)}
	}
	switch {
	case r.Stage == journal.Stored && did:
		return step(Working, "New key %s, its secret saved encrypted", r.Data.New.AccessKey())
	case r.Stage == journal.Proved && did && r.Kind == journal.Rotate:
		return step(Working, "New key works, and is no wider than asked for")
	case r.Stage == journal.Deployed && will && r.Kind == journal.Rotate:
		return step(Working, "Writing the new key to %s", counted(r.Data.Copies, "place"))
	case r.Stage == journal.Deployed && did && r.Kind == journal.Rotate:
		return step(Ended, "New key is in all its places")
	case r.Stage == journal.Proved && did && r.Data.Result == rotate.Proven:
		return step(Working, "Now read-only (confirmed)")
	case r.Stage == journal.Retiring && will && byHand(r.Run):
		return step(Yours, "Still works; you delete it on the website")
	case r.Stage == journal.Retiring && will:
		return step(Working, "%s", beforeWords(exchanges.Status(r.Data.Result)))
	case r.Stage == journal.Retiring && did && r.Data.Result == rotate.Proven:
		return step(Ended, "Deleted (confirmed dead by the exchange)")
	case r.Stage == journal.Retiring && did:
		return step(Ended, "Deleted (no longer listed; not independently confirmed)")
	case r.Stage == journal.Abandoned && will:
		return step(Working, "Taking it back")
	case r.Stage == journal.Failed && did:
		return step(Left, "Failed; it may still be active")
	default:
		return Step{}
	}
}

// beforeWords say how a key stood right before it was deleted.
func beforeWords(s exchanges.Status) string {
	switch s {
	case exchanges.StatusAlive:
		return "Old key still works; deleting it now"
	case exchanges.StatusUndetermined:
		return "Deleting it now" // nobody here has its secret, or the exchange says nothing clear
	default:
		return "Deleting it now; before that it was " + string(s)
	}
}
