package audit

import (
	"fmt"
	"time"

	"rekey/exchanges"
)

func runRules() []Rule { return []Rule{replacedAlive(), destroyedAlive(), lostKey()} }

// A RunRole is what a run of rekey has to do with a key.
type RunRole string

// The roles.
const (
	RunOld  RunRole = "old"  // the run was to destroy the key
	RunNew  RunRole = "new"  // the run made the key
	RunLost RunRole = "lost" // it carries the label of a key whose making got no answer
)

// A PastRun is what the journal of rekey says about a key.
type PastRun struct {
	ID       string
	Role     RunRole
	Replaces bool // the run puts a new key in the place of the old one
	Made     bool // it made the new key
	Ended    bool
	Stage    string // how far it came
	At       time.Time
}

// goOn is the command that ends an unfinished run, or what to do about an ended
// one.
func (r PastRun) goOn() string {
	if r.Ended {
		return "rekey revoke"
	}
	return "rekey runs resume " + r.ID
}

func (r PastRun) words() string {
	state := "is unfinished, at " + r.Stage
	if r.Ended {
		state = "ended as " + r.Stage
	}
	return fmt.Sprintf("run %s of %s %s", r.ID, r.At.UTC().Format(time.DateOnly), state)
}

// lives says whether a key works, as far as the exchange says: unknown when
// nothing clear was said.
func lives(s Subject) exchanges.Fact[bool] {
	switch s.Key.Status {
	case exchanges.StatusAlive, exchanges.StatusIPRefused, exchanges.StatusDisabled:
		return exchanges.Known(true)
	case exchanges.StatusDead, exchanges.StatusExpired, exchanges.StatusDefunct:
		return exchanges.Known(false)
	case exchanges.StatusUndetermined:
	}
	return exchanges.Unknown[bool]()
}

// aboutRuns judges the runs in which a key has a role; say makes the verdict of one
// whose key lives.
func aboutRuns(s Subject, fits func(PastRun) bool, say func(PastRun) Verdict) []Verdict {
	var out []Verdict
	for _, r := range s.Runs {
		if !fits(r) {
			continue
		}
		alive, told := lives(s).Get()
		switch {
		case !told:
			out = append(out, Verdict{Outcome: CannotTell, Detail: r.words() + "; the exchange says nothing clear of the key"})
		case alive:
			out = append(out, say(r))
		default:
			out = append(out, Verdict{Outcome: Pass})
		}
	}
	return out
}

func withRun(r PastRun) func(*Subject) {
	r.ID, r.At = "01jd9x00000aa", time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	return func(s *Subject) { s.Runs = append(s.Runs, r) }
}

// replacedAlive is INC-07.
func replacedAlive() Rule {
	old := PastRun{Role: RunOld, Replaces: true, Made: true, Stage: "retiring"}
	made := PastRun{Role: RunNew, Replaces: true, Made: true, Stage: "retiring"}
	ended := old
	ended.Ended, ended.Stage = true, "unconfirmed"
	return Rule{
		ID: "INC-07", Title: "Rotated, and the old key still works", Brief: "old key works", Severity: Critical,
		Why: "A rotation ends the old key. While it works, whoever has it has the account, and " +
			"nobody looks at it any more.",
		Remedy: "Go on with the run: `rekey runs resume`. If it has ended, `rekey revoke` the old key.",
		When: "The journal of rekey holds a rotation that made a new key, and the exchange says that the " +
			"old one lives: critical. " +
			"High for the new key while its rotation is unfinished.",
		Refs: []string{"OWASP NHI1:2025", "CWE-324"},
		Check: func(s Subject, _ *Desk) []Verdict {
			rotated := func(r PastRun) bool {
				return r.Replaces && r.Made && (r.Role == RunOld || r.Role == RunNew && !r.Ended)
			}
			return aboutRuns(s, rotated, func(r PastRun) Verdict {
				if r.Role == RunNew {
					return Verdict{Outcome: Fail, Severity: High, Detail: r.words() + ": its old key may still work", Remedy: r.goOn()}
				}
				return Verdict{Outcome: Fail, Detail: r.words() + ": this is its old key, and it works", Remedy: r.goOn()}
			})
		},
		Fires: []Example{
			{Words: "The old key of an unfinished rotation.", Subject: sample("", "binance", orphan,
				withRun(old)), Severity: Critical},
			{
				Words:   "The old key of a rotation that ended without proof.",
				Subject: sample("", "okx", orphan, withRun(ended)), Severity: Critical,
			},
			{Words: "The new key of an unfinished rotation.", Subject: sample("grid", "binance", withRun(made)), Severity: High},
		},
		Silent: []Example{
			{Words: "A key that no run was about.", Subject: sample("grid", "binance")},
			{Words: "The old key is dead.", Subject: sample("grid", "binance", status(exchanges.StatusDead), withRun(old))},
		},
		Unsure: []Example{
			{
				Words:   "The exchange says nothing clear of the old key.",
				Subject: sample("grid", "binance", status(exchanges.StatusUndetermined), withRun(old)),
			},
		},
	}
}

// destroyedAlive is ROT-01.
func destroyedAlive() Rule {
	cut := PastRun{Role: RunOld, Stage: "retiring"}
	ended := PastRun{Role: RunOld, Stage: "unconfirmed", Ended: true}
	return Rule{
		ID: "ROT-01", Title: "Meant to be deleted, and still works", Brief: "not deleted", Severity: Critical,
		Why:    "Somebody wanted this key dead, and it is not.",
		Remedy: "Go on with the run: `rekey runs resume`, or `rekey revoke` the key again.",
		When: "The journal of rekey holds a revocation of the key, or a rotation that made no new one, that " +
			"is unfinished or ended " +
			"without deleting it, and the exchange says that the key lives.",
		Refs: []string{"OWASP NHI1:2025", "CWE-324"},
		Check: func(s Subject, _ *Desk) []Verdict {
			wanted := func(r PastRun) bool { return r.Role == RunOld && (!r.Replaces || !r.Made) }
			return aboutRuns(s, wanted, func(r PastRun) Verdict {
				return Verdict{Outcome: Fail, Detail: r.words() + ", and the key works", Remedy: r.goOn()}
			})
		},
		Fires: []Example{
			{Words: "A revocation that was cut short.", Subject: sample("grid", "binance", withRun(cut)), Severity: Critical},
			{
				Words:   "A revocation without proof, and the key works.",
				Subject: sample("grid", "okx", withRun(ended)), Severity: Critical,
			},
		},
		Silent: []Example{
			{Words: "A key that no run was about.", Subject: sample("grid", "binance")},
			{Words: "It is dead.", Subject: sample("grid", "binance", status(exchanges.StatusDead), withRun(cut))},
		},
		Unsure: []Example{
			{
				Words:   "The exchange says nothing clear of it.",
				Subject: sample("grid", "binance", status(exchanges.StatusUndetermined), withRun(cut)),
			},
		},
	}
}

// lostKey is ROT-08.
func lostKey() Rule {
	lost := PastRun{Role: RunLost, Stage: "unconfirmed", Ended: true}
	return Rule{
		ID: "ROT-08", Title: "Made by rekey, and nobody has its secret", Brief: "secret lost", Severity: Critical,
		Why: "The exchange's answer to making this key was lost, and with it the secret: nobody can use " +
			"the key for anything good.",
		Remedy: "Destroy it: `rekey rotate --due` does, or `rekey revoke`.",
		When:   "The label of the key is the one that a run of rekey gave to a key whose making got no answer.",
		Refs:   []string{"OWASP NHI1:2025"},
		Check: func(s Subject, _ *Desk) []Verdict {
			return aboutRuns(s, func(r PastRun) bool { return r.Role == RunLost }, func(r PastRun) Verdict {
				return Verdict{Outcome: Fail, Detail: "the answer to making it was lost: " + r.words()}
			})
		},
		Fires: []Example{{
			Words:   "It carries the run's label.",
			Subject: sample("", "binance", orphan, withRun(lost)), Severity: Critical,
		}},
		Silent: []Example{{Words: "A key that no run asked for.", Subject: sample("grid", "binance")}},
		Unsure: []Example{{
			Words:   "Nothing clear is said of it.",
			Subject: sample("", "binance", orphan, status(exchanges.StatusUndetermined), withRun(lost)),
		}},
	}
}
