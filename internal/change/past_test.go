package change

import (
	"slices"
	"testing"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
)

// What an audit is given of past runs: those whose old key is meant to be dead,
// at the key that they were about and at the one that they made, and the label
// of a key whose making got no answer. A run that left its old key alive on
// purpose is none of them.
func TestAddRuns(t *testing.T) {
	const old, fresh = "OLDoldOLDoldOLDold01", "NEWnewNEWnewNEWnew02"
	const other, label = "OTHERotherOTHERother03", "rekeyabcdefghij"
	taken := []journal.Record{begun(old), stored(fresh, now), will(journal.Abandoned), did(journal.Abandoned)}
	lost := will(journal.Issuing)
	lost.At, lost.Data.Marker = now.Add(-time.Hour), label
	unproven := result(journal.Retiring, "unproven")
	lostKey := []journal.Record{begun(old), lost, result(journal.Retiring, "proven"), did(journal.Unconfirmed)}
	dead := []journal.Record{begun(old), stored(fresh, now), unproven, did(journal.Unconfirmed)}
	unmarked := []journal.Record{begun(old), will(journal.Issuing), did(journal.Unconfirmed)}
	unmarked[1].At = lost.At
	for _, c := range []struct {
		story           string
		kind            journal.Kind
		records         []journal.Record
		accessKey, text string // of the key that is looked at, and its label
		want            []audit.RunRole
	}{
		{"a revocation is under way", journal.Revoke, []journal.Record{begun(old)}, old, "", []audit.RunRole{audit.RunOld}},
		{"of another key", journal.Revoke, []journal.Record{begun(old)}, other, "", nil},
		{"of a key whose access key is not known", journal.Revoke, []journal.Record{begun("")}, "", "", nil},
		{"a rotation has ended", journal.Rotate, dead, old, "", []audit.RunRole{audit.RunOld}},
		{"a rotation made it", journal.Rotate, dead, fresh, "", []audit.RunRole{audit.RunNew}},
		{"a narrowing", journal.Contain, []journal.Record{begun(old)}, old, "", nil},
		{"a rotation was taken back", journal.Rotate, taken, old, "", nil},
		{"a rotation is being taken back", journal.Rotate, taken[:3], old, "", nil},
		{"a revocation was refused", journal.Revoke, []journal.Record{begun(old), did(journal.Failed)}, old, "", nil},
		{
			"a revocation was closed", journal.Revoke,
			[]journal.Record{begun(old), did(journal.Closed)},
			old, "",
			[]audit.RunRole{audit.RunOld},
		},
		{"it has the label of a lost key", journal.Rotate, lostKey, other, label, []audit.RunRole{audit.RunLost}},
		{"it has another label", journal.Rotate, lostKey, other, "rekeyxxxxxxxxxx", nil},
		{"it has no label", journal.Rotate, lostKey, other, "", nil},
		{"it has no label, and neither had the lost key", journal.Rotate, unmarked, other, "", nil},
	} {
		run := runOf(c.kind, "bot", c.records...)
		subjects := []audit.Subject{{Key: exchanges.Key{Label: c.text, Ref: exchanges.KeyRef{AccessKey: c.accessKey}}}}
		AddRuns(subjects, []journal.Run{run}, now)
		var got []audit.RunRole
		for _, r := range subjects[0].Runs {
			got = append(got, r.Role)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.story, got, c.want)
		}
	}
}

// How far a run came is what an audit says of it.
func TestPastRun(t *testing.T) {
	const old, fresh = "OLDoldOLDoldOLDold01", "NEWnewNEWnewNEWnew02"
	open, _ := pastRun(runOf(journal.Rotate, "bot", begun(old), stored(fresh, now)))
	if open.Ended || !open.Replaces || !open.Made {
		t.Errorf("an unfinished rotation: %+v", open)
	}
	over, _ := pastRun(runOf(journal.Revoke, "bot", begun(old), result(journal.Retiring, "proven"), did(journal.Done)))
	if !over.Ended || over.Replaces || over.Made || over.Stage != "done" {
		t.Errorf("a revocation that is done: %+v", over)
	}
}
