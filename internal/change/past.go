package change

import (
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/rotate"
)

// AddRuns tells subjects what the journal says about them: runs that were to
// destroy them, or made them, and labels of keys whose making got no answer. A
// run that was taken back left its old key alive on purpose, and is not told.
func AddRuns(subjects []audit.Subject, runs []journal.Run, now time.Time) {
	old, made, lost := map[string][]audit.PastRun{}, map[string][]audit.PastRun{}, map[string][]audit.PastRun{}
	ids := map[journal.RunID]audit.PastRun{}
	for _, run := range runs {
		past, counts := pastRun(run)
		ids[run.ID] = past
		if !counts {
			continue
		}
		before, after := KeysOf(run)
		past.Role = audit.RunOld
		old[before.Fingerprint()] = append(old[before.Fingerprint()], past)
		if !after.IsZero() {
			past.Role = audit.RunNew
			made[after.Fingerprint()] = append(made[after.Fingerprint()], past)
		}
	}
	for _, w := range rotate.Watches(runs, now) {
		past := ids[w.Run]
		past.Role = audit.RunLost
		lost[w.Marker] = append(lost[w.Marker], past)
	}
	for i, s := range subjects {
		if s.Key.Ref.AccessKey == "" {
			continue
		}
		id := exchanges.Fingerprint(s.Key.Ref.AccessKey)
		subjects[i].Runs = append(append(subjects[i].Runs, old[id]...), made[id]...)
		if len(made[id]) == 0 { // a marker is never empty, and so no label of a key without one
			subjects[i].Runs = append(subjects[i].Runs, lost[s.Key.Label]...)
		}
	}
}

// pastRun is a run as an audit reads it, and whether its old key is meant to be
// dead.
func pastRun(run journal.Run) (past audit.PastRun, counts bool) {
	_, made := KeysOf(run)
	past = audit.PastRun{
		ID: string(run.ID), Replaces: run.Kind == journal.Rotate, Made: !made.IsZero(),
		Ended: run.Ended, Stage: string(run.Stage), At: run.Started,
	}
	switch {
	case run.Kind != journal.Rotate && run.Kind != journal.Revoke:
		return past, false
	case !run.Ended:
		return past, !run.TakingBack
	default:
		return past, destroyed(run) || run.Stage == journal.Closed
	}
}

// EndedKey reports whether a run destroyed the key of that fingerprint, with
// proof or, of a key that nobody declared, until no list named it any more.
func EndedKey(runs []journal.Run, fingerprint string) bool {
	for _, run := range runs {
		old, _ := KeysOf(run)
		if fingerprint != "" && old.Fingerprint() == fingerprint && run.Ended && destroyed(run) {
			return true
		}
	}
	return false
}
