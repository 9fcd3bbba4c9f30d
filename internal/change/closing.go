package change

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/report"
	"rekey/internal/survey"
)

// A KeyLook is what is known of a key when a response ends.
type KeyLook struct {
	// Looked says that everything was looked at again after the last effect.
	Looked bool
	// Found says that the key itself was asked about, with its own credential;
	// Status is what the exchange says.
	Found  bool
	Status exchanges.Status
	// Listed says that a manager's list names the key; Unlisted that every list
	// that could name it was read whole and does not.
	Listed, Unlisted bool
	// Proven says that a run of the journal proved it dead, Destroyed that one
	// destroyed it without proof.
	Proven, Destroyed bool
	// Narrow says that all it may do is read, or that it was narrowed to one
	// address.
	Narrow bool
	// Before is the status that was seen when the response began.
	Before exchanges.Status
}

// StateOf says how a key stands. The zero KeyLook is unproven.
func StateOf(l KeyLook) (report.KeyState, string) {
	lives := report.Alive
	if l.Narrow {
		lives = report.Narrowed
	}
	switch {
	case l.Looked && l.Found && l.Status == exchanges.StatusDead && !l.Listed:
		return report.Dead, "the exchange says that it does not exist"
	case l.Looked && l.Found && l.Status == exchanges.StatusDefunct:
		return report.Gone, "the exchange is gone, and the key with it"
	case l.Looked && l.Found && (l.Status == exchanges.StatusAlive || l.Status == exchanges.StatusIPRefused ||
		l.Status == exchanges.StatusDisabled):
		return lives, "the exchange says that it is " + string(l.Status)
	case l.Looked && l.Listed:
		return lives, "the exchange lists it"
	case l.Looked && l.Found && l.Status == exchanges.StatusExpired && !l.Proven:
		return report.Dead, "the exchange says that it has expired"
	case l.Proven:
		return report.Dead, "the exchange proved it dead"
	case l.Unlisted && !l.Found:
		return report.Gone, "no list names it any more, and nobody here has its secret: no proof is possible"
	case l.Destroyed:
		return report.Unproven, "it was deleted, and the exchange gives no proof"
	case !l.Looked && l.Before == exchanges.StatusDead:
		return report.Dead, "the exchange said before that it does not exist"
	case !l.Looked && l.Before == exchanges.StatusDefunct:
		return report.Gone, "the exchange is gone, and the key with it"
	case !l.Looked && l.Before != "" && l.Before != exchanges.StatusUndetermined && l.Before.MayLive():
		return lives, "it was " + string(l.Before) + " when it was last looked at"
	default:
		return report.Unproven, "nothing says whether it lives"
	}
}

// lookOf is what the surveys before and after, and the runs of the journal, say
// about a key. after is nil when nothing was looked at again.
func lookOf(c Concern, first, after *survey.Result, runs []journal.Run) KeyLook {
	ref := c.Subject.Key.Ref
	l := KeyLook{Before: c.Subject.Key.Status}
	if c.ID.IsZero() {
		return l
	}
	narrowed := l.addRuns(c.ID, runs)
	l.Narrow = narrowed
	// A run destroys a key without a secret until no list names it any more.
	l.Unlisted = l.Destroyed && c.undeclared()
	if after == nil {
		return l
	}
	l.Looked = true
	for i := range after.Subjects {
		s := &after.Subjects[i]
		if s.Key.Ref.Exchange != ref.Exchange || !c.is(s.Key.Ref.AccessKey) {
			continue
		}
		if s.Origin == audit.FromInventory {
			l.Found, l.Status = true, s.Key.Status
		}
		l.Narrow = onlyReads(s.Key) || narrowed && !doesMore(s.Key)
	}
	for name, m := range after.Managers {
		if m.Key.Ref.Exchange != ref.Exchange {
			continue
		}
		l.Listed = l.Listed || c.listed(m)
		read := m.Listed && m.Err == nil && m.Key.Status == exchanges.StatusAlive
		l.Unlisted = l.Unlisted || read && c.listed(first.Managers[name])
	}
	l.Unlisted = l.Unlisted && !l.Listed
	return l
}

// undeclared reports whether nobody declared the key.
func (c Concern) undeclared() bool { return strings.Contains(c.Name(), "/") }

// is reports whether this is the key of the concern.
func (c Concern) is(accessKey string) bool {
	if own := c.Subject.Key.Ref.AccessKey; own != "" {
		return own == accessKey
	}
	return c.ID.Names(accessKey)
}

// listed reports whether a manager's list names the key.
func (c Concern) listed(m survey.Manager) bool {
	if own := c.Subject.Key.Ref.AccessKey; own != "" {
		return m.Lists[own]
	}
	for accessKey := range m.Lists {
		if c.ID.Names(accessKey) {
			return true
		}
	}
	return false
}

// addRuns adds what the runs about a key say, and reports whether one narrowed
// it.
func (l *KeyLook) addRuns(id journal.KeyID, runs []journal.Run) (narrowed bool) {
	for _, run := range runs {
		if old, _ := KeysOf(run); old != id {
			continue
		}
		switch {
		case ProvenDead(run):
			l.Proven = true
		case run.Kind == journal.Contain:
			narrowed = narrowed || run.Ended && run.Stage == journal.Done
		case destroyed(run):
			l.Destroyed = true
		}
	}
	return narrowed
}

// destroyed reports whether a run destroyed its old key, as far as it knows.
func destroyed(r journal.Run) bool {
	return slices.ContainsFunc(r.Records, func(rec journal.Record) bool {
		return rec.Stage == journal.Retiring && rec.Phase == journal.Did
	})
}

// Ends counts how keys stand.
func Ends(keys []report.KeyEnd) map[report.KeyState]int {
	out := map[report.KeyState]int{}
	for _, k := range keys {
		out[k.State]++
	}
	return out
}

// EndOfResponse decides how a response ended: well only when every key is dead or
// gone, and nothing is left for a person.
func EndOfResponse(keys []report.KeyEnd, c report.Changes, interrupted bool) End {
	if interrupted {
		return Interrupted
	}
	counts := Ends(keys)
	open := len(keys) == 0 || counts[report.Dead]+counts[report.Gone] < len(keys)
	goesOn := slices.ContainsFunc(c.Runs, func(l report.RunLine) bool { return endOfRun(l.Run) == Cut })
	switch {
	case goesOn:
		return Cut
	case open || len(c.Person) > 0:
		return NeedsPerson
	default:
		return Done
	}
}

// Closing are the last lines of a response: how many keys are dead, which still
// live, what is unproven, and the command that goes on. at is when everything
// was looked at again, zero when it was not.
func Closing(keys []report.KeyEnd, unread []string, at time.Time, next string) []string {
	names := map[report.KeyState][]string{}
	for _, k := range keys {
		names[k.State] = append(names[k.State], k.Key)
	}
	dead, all := len(names[report.Dead]), len(keys)
	first := fmt.Sprintf("%d of %s dead", dead, counted(all, "key"))
	if n := len(names[report.Alive]) + len(names[report.Narrowed]); n > 0 {
		first = fmt.Sprintf("%d of %s still active, %d dead", n, counted(all, "key"), dead)
		if all == 1 {
			first = "the key is still active"
		}
	}
	if dead == all && all > 0 {
		first = fmt.Sprintf("all %s dead", counted(all, "key"))
		if all == 1 {
			first = "the key is dead"
		}
	}
	if at.IsZero() {
		first += "; not everything was looked at again"
	} else {
		first += ", looked at again at " + at.UTC().Format("15:04:05") + " UTC"
	}
	lines := []string{first}
	list := func(state report.KeyState, words string) {
		if len(names[state]) > 0 {
			lines = append(lines, words+": "+strings.Join(names[state], ", "))
		}
	}
	list(report.Alive, "STILL ACTIVE")
	list(report.Narrowed, "STILL ACTIVE, read-only or usable from one address alone")
	list(report.Unproven, "NOT PROVEN DEAD")
	list(report.Gone, "not listed any more, no proof is possible")
	if len(unread) > 0 {
		lines = append(lines, "lists that could not be read again: "+strings.Join(unread, ", ")+
			"; look on the exchange's page whether they name keys that you do not know")
	}
	if next != "" {
		lines = append(lines, "go on with: "+next)
	}
	return lines
}
