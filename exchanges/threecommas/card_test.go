package threecommas

import (
	"slices"
	"testing"

	"rekey/exchanges"
)

// TestCardSaysWhatTheCodeDoes holds the rows that rekey claims to perform
// against the code. "Inspect" is the check of the token, "list" that of the
// connections, "edit" the swap of a stored key; 3Commas' other rows are done by
// nobody here.
func TestCardSaysWhatTheCodeDoes(t *testing.T) {
	entry := Exchange()
	if entry.Card.Kind != "vendor" || entry.Open != nil || entry.OpenVendor == nil || entry.Card.Name != Name {
		t.Fatalf("the entry is not a vendor's: %q of kind %q", entry.Card.Name, entry.Card.Kind)
	}
	if r := exchanges.NewRegistry(entry); len(r.Vendors()) != 1 || len(r.Exchanges()) != 0 ||
		len(r.Guess(credential("alive"))) != 0 {
		t.Error("a vendor's token is taken for an exchange's key")
	}
	type done struct {
		action exchanges.Action
		reach  exchanges.Reach
	}
	performs := []done{{exchanges.ActInspect, exchanges.OwnKey}, {exchanges.ActList, storedKeys}}
	if _, swaps := any(&adapter{}).(exchanges.Updater); swaps {
		performs = append(performs, done{exchanges.ActEdit, storedKeys})
	}
	seen := map[exchanges.Action]bool{}
	for _, row := range entry.Card.Capabilities {
		seen[row.Action] = true
		if got := slices.Contains(performs, done{row.Action, row.Reach}); got != row.InRekey ||
			row.InRekey && row.Way != exchanges.ByAPI {
			t.Errorf("%s of %s: the code can %v, the card says %v, by %s", row.Action, row.Reach, got, row.InRekey, row.Way)
		}
		if row.Source == "" || row.Checked == "" {
			t.Errorf("%s of %s has no source or day", row.Action, row.Reach)
		}
		if row.Way == exchanges.ByPerson && (row.Page == "" || len(row.Steps) < 3) {
			t.Errorf("%s of %s is by a person and names no page or steps", row.Action, row.Reach)
		}
	}
	for _, action := range []exchanges.Action{
		exchanges.ActInspect, exchanges.ActList, exchanges.ActIssue,
		exchanges.ActEdit, exchanges.ActRevoke, exchanges.ActFreeze,
	} {
		if !seen[action] {
			t.Errorf("the card says nothing of %s", action)
		}
	}
	if c := entry.Card; c.Death == "" || c.Secret == "" || c.Formats == "" || c.Checked == "" || c.Title == "" ||
		len(c.Notes) == 0 {
		t.Error("the card leaves something out")
	}
}
