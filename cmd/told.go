package cmd

import (
	"fmt"
	"iter"

	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/rotate"
)

// told is a journal that tells the person at the screen what it wrote.
type told struct {
	rotate.Journal
	app *App
}

// AppendAll writes first and tells then.
func (t told) AppendAll(records ...journal.Record) error {
	if err := t.Journal.AppendAll(records...); err != nil {
		return err
	}
	for _, r := range records {
		if text := stepWords(r); text != "" {
			t.app.remark("%s: %s", report.CleanName(r.Key), text)
		}
	}
	return nil
}

// Records are those of the journal.
func (t told) Records() iter.Seq[journal.Record] { return t.Journal.Records() }

// stepWords says what a record means for the person who waits, "" when nothing
// is to be said.
func stepWords(r journal.Record) string {
	will, did := r.Phase == journal.Will, r.Phase == journal.Did
	switch {
	case r.Stage == journal.Stored && did:
		return fmt.Sprintf("new key %s, its secret is sealed in the store", r.Data.New.AccessKey())
	case r.Stage == journal.Proved && did && r.Kind == journal.Rotate:
		return "the new key works and is no wider than asked for"
	case r.Stage == journal.Deployed && will && r.Kind == journal.Rotate:
		return fmt.Sprintf("writing the new credential to %s", number(r.Data.Copies, "place"))
	case r.Stage == journal.Deployed && did && r.Kind == journal.Rotate:
		return "the new credential is where it belongs"
	case r.Stage == journal.Proved && did && r.Data.Result == "proven":
		return "narrowed, as its manager's list shows"
	case r.Stage == journal.Retiring && will:
		return "the old key's turn: " + r.Data.Result + " before it is destroyed"
	case r.Stage == journal.Retiring && did && r.Data.Result == "proven":
		return "the old key is proven dead"
	case r.Stage == journal.Retiring && did:
		return "the old key is gone as far as one can see, without proof"
	case r.Stage == journal.Abandoned && will:
		return "taking it back"
	default:
		return ""
	}
}
