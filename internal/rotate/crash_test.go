package rotate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rekey/internal/journal"
)

// worlds are what may go wrong besides the process dying.
func worlds() map[string]trouble {
	return map[string]trouble{
		"all goes well":                   {},
		"the answer of making gets lost":  {issueLost: 1},
		"it gets lost twice":              {issueLost: 2},
		"the answer of killing gets lost": {revokeLost: 1},
		"the list fails at first":         {issueLost: 1, listFails: 2},
		"the vault is full at first":      {vaultFull: 1},
		"the vault stays full":            {vaultFull: 3},
		"a place cannot be written":       {placeFails: 2},
		"the new key is dead on arrival":  {deadOnArrival: 1},
		"every new key is dead":           {deadOnArrival: 9},
		"the new key is too wide":         {wider: 1},
		"the new key works late":          {late: 1},
		"the old key is gone already":     {oldGone: 1},
		"the exchange is vague":           {undetermined: 40},

		"a lost key, in a list behind 2 s":       {issueLost: 1, listLag: 2 * time.Second},
		"a lost key, in a list behind 15 s":      {issueLost: 1, listLag: 15 * time.Second},
		"a lost key, in a list behind 150 s":     {issueLost: 1, listLag: 150 * time.Second},
		"a lost key lands after 90 s":            {issueLost: 1, landsAfter: 90 * time.Second},
		"a lost key lands while the bot settles": {issueLost: 1, landsAfter: 150 * time.Second},
		"a lost key lands after the run":         {issueLost: 1, landsAfter: time.Hour},
		"two lost keys land late":                {issueLost: 2, landsAfter: 10 * time.Minute},
		"the exchange refuses to make a key":     {issueRefused: 1},
		"a key is lost, and the next may less":   {issueLost: 1, landsAfter: time.Hour, narrower: 2},
		"the new key may less":                   {narrower: 1},
		"the exchange keeps silent":              {silent: 9},
		"a killed key lives on":                  {revokeLies: 99},
		"the list goes on naming dead keys":      {ghosts: true, vagueDeath: true},
		"no word for dead":                       {vagueDeath: true},
		"the network fails after the death":      {offlineAfter: true},
		"the manager dies at once":               {managerDies: 1},
		"the manager dies in the middle":         {managerDies: 2},
		"an intruder makes a key":                {intruder: 6},
		"an intruder copies the label":           {intruder: 6, copiesLabel: true, issueLost: 1, listLag: 15 * time.Second},
		"a person edits a place at first":        {edits: 2},
		"a person edits a place later":           {edits: 8},
		"the old credential is put back":         {reverts: 1},
		"the old key carries the label":          {issueLost: 1, namesOld: true},
	}
}

// worlds are those that a kind of run can meet.
func (k kind) worlds() map[string]trouble {
	if k.self {
		return selfWorlds()
	}
	if k == containKind {
		return map[string]trouble{
			"all goes well":                     {},
			"the answer of narrowing gets lost": {editLost: 1},
			"it gets lost twice":                {editLost: 2},
			"the list fails at first":           {editLost: 1, listFails: 2},
			"the old key is gone already":       {oldGone: 1},
			"the manager dies at once":          {managerDies: 1},
		}
	}
	if !k.byHand {
		return worlds()
	}
	return map[string]trouble{
		"all goes well":                     {},
		"nobody is there at first":          {nobody: 2},
		"a typo, and the old key is pasted": {typos: 1, givesOld: 1},
		"the secret of another is pasted":   {deadOnArrival: 1, wrongSecret: 1},
		"says yes and did nothing":          {lies: 1},
		"says yes and puts it off":          {lies: 1, later: 1},
		"the new key is too wide":           {wider: 1},
		"the new key is dead on arrival":    {deadOnArrival: 1},
		"the vault is full at first":        {vaultFull: 1},
		"a place cannot be written":         {placeFails: 2},
		"the old key is gone already":       {oldGone: 1},
		"the exchange has no word for dead": {mute: true},
		"the exchange is vague":             {undetermined: 6},
	}
}

// TestCrashMatrix kills the process before and after every effect of every
// kind of run in every world, and again during the resume, and checks what must
// be true when the dust has settled.
func TestCrashMatrix(t *testing.T) {
	var mu sync.Mutex
	cases, ends := 0, map[journal.Stage]int{}
	for _, kind := range []kind{
		rotateKind, replaceKind, revokeKind, containKind, rotateByHand, replaceByHand,
		revokeByHand, revokeSelf, containSelf,
	} {
		for name, tr := range kind.worlds() {
			t.Run(fmt.Sprintf("%v/%s", kind, name), func(t *testing.T) {
				t.Parallel()
				total := effectsOf(t, kind, tr)
				for first := range 2*total + 1 {
					for second := first % everyOther; second < 2*total+1; second += everyOther {
						w := newWorld(t, tr, 3)
						w.replace = !kind.keepsOld()
						schedule := []int{first, second}
						out := w.settle(kind, schedule)
						mu.Lock()
						cases++
						ends[out.Stage]++
						mu.Unlock()
						when := fmt.Sprintf("crashes at half-effects %v of %d", schedule, 2*total)
						w.check(kind, out, when)
						w.afterwards(kind, out, when)
					}
				}
			})
		}
	}
	t.Cleanup(func() { t.Logf("%d cases, ends: %v", cases, ends) })
}

// everyOther thins out the second deaths of the matrix: each first death meets
// every seventh half-effect, and its neighbours meet the others.
const everyOther = 7

// afterwards looks for the keys that are watched for once they came into being,
// and checks that none outlives that.
func (w *world) afterwards(kind kind, out Outcome, when string) {
	w.t.Helper()
	if out.Stage != journal.Unconfirmed || kind.byHand || kind.self || w.trouble.managerDies > 0 {
		return
	}
	w.clock += 2 * time.Hour
	w.crashAt, w.trouble.revokeLies = 0, 0
	for range 2 { // the second time finds nothing
		for _, watch := range Watches(journal.RunsOf(w.Records()), w.now()) {
			if _, err := w.engine().RemoveWatched(w.t.Context(), watch, w); err != nil {
				w.t.Fatalf("%s: watched for %+v: %v", when, watch, err)
			}
		}
	}
	for access := range w.unknown(kind, out) {
		w.t.Fatalf("%s: key %s outlives the watch\njournal: %v", when, access, w.records)
	}
}

// effectsOf counts the effects of a run that nobody kills.
func effectsOf(t *testing.T, kind kind, tr trouble) int {
	t.Helper()
	w := newWorld(t, tr, 3)
	w.replace = !kind.keepsOld()
	w.settle(kind, nil)
	return w.effects
}

// settle runs and resumes until the run has ended or nothing moves any more.
// Each process dies at its half-effect of the schedule: odd before, even after.
func (w *world) settle(kind kind, schedule []int) Outcome {
	var out Outcome
	for life := range 12 {
		w.crashAt, w.after, w.effects = 0, false, 0
		if life < len(schedule) && schedule[life] > 0 {
			w.crashAt, w.after = (schedule[life]+1)/2, schedule[life]%2 == 0
		}
		var err error
		var died bool
		out, err, died = w.live(func(e *Engine) (Outcome, error) { return e.Run(context.Background(), w.job(kind)) })
		if !died && err == nil {
			return out
		}
	}
	return out
}

// check holds the invariants of the issue: what rekey says at the end, the
// ledger of the exchange says too, also of keys that come into being later.
func (w *world) check(kind kind, out Outcome, when string) {
	w.t.Helper()
	old := w.keys[credential(0).AccessKey]
	fail := func(format string, args ...any) {
		w.t.Helper()
		w.t.Fatalf("%s: outcome %+v: %s\njournal: %v", when, out, fmt.Sprintf(format, args...), w.records)
	}
	ended := out.Stage.Final()
	if out.Dead && (old.alive || !w.askedBefore()) {
		fail("the old key is said to be proven dead; it lives: %v, was asked about before: %v", old.alive, w.askedBefore())
	}
	for access := range w.unknown(kind, out) {
		label := w.keys[access].label
		switch {
		case w.marked(label) && !ended: // its label is in the journal, and a resume looks for it
		case w.marked(label) && kind.byHand && !w.told[access]: // never given to rekey
		case out.Stage == journal.Unconfirmed && w.watched(label) && strings.Contains(out.Why, label):
		default:
			fail("key %s lives and nobody knows it", access)
		}
	}
	w.checkVault(out, fail)
	switch {
	case !ended: // named in the journal; nothing may be lost
		if kind.keepsOld() && !old.alive && w.trouble.oldGone == 0 && !w.begun(journal.Retiring) {
			fail("the old key is dead and the run stands at %s", out.Stage)
		}
	case kind.journal == journal.Contain && out.Stage == journal.Done:
		if !old.alive || !old.narrowed || out.Dead {
			fail("contained, and the old key is %+v", old)
		}
	case kind.journal == journal.Contain && out.Stage == journal.Unconfirmed: // named as such
	case out.TakenBack:
		w.checkTakenBack(kind, out, fail)
	case out.Stage == journal.Done || out.Stage == journal.Unconfirmed:
		if old.alive {
			fail("the old key lives")
		}
		for _, p := range w.places {
			if k := w.keys[p.holds.AccessKey]; kind.journal != journal.Revoke &&
				(!k.alive || p.holds.AccessKey == old.credential.AccessKey) {
				fail("%s does not hold a working new key", p.name)
			}
		}
		if reasons := w.reasons(); (out.Stage == journal.Done) != (len(reasons) == 0) {
			fail("reasons against done: %v", reasons)
		}
		if out.Stage == journal.Done && !out.Dead {
			fail("done without proof")
		}
	default:
		fail("no run ends so")
	}
}

// checkTakenBack checks a run that was taken back.
func (w *world) checkTakenBack(kind kind, out Outcome, fail func(string, ...any)) {
	w.t.Helper()
	old := w.keys[credential(0).AccessKey]
	if kind.keepsOld() && !old.alive && w.trouble.oldGone == 0 {
		fail("taken back, and the old key is dead")
	}
	for _, p := range w.places {
		if kind.keepsOld() && p.holds.AccessKey != old.credential.AccessKey && !w.strange[p.holds.AccessKey] {
			fail("taken back, and %s holds another key", p.name)
		}
	}
	lost := len(w.markersInDoubt()) > 0
	unproven := kind.compromised && w.begun(journal.Retiring) && !out.Dead
	if (out.Stage == journal.Unconfirmed) != (lost || unproven && out.Stage != journal.Failed) {
		fail("taken back; keys in doubt: %v, death unproven: %v", lost, unproven)
	}
}

// checkVault checks that an ended run keeps no secret, and the passphrase of
// watched keys alone.
func (w *world) checkVault(out Outcome, fail func(string, ...any)) {
	w.t.Helper()
	if !out.Stage.Final() {
		return
	}
	for slot, e := range w.vault {
		if slot != "run-run-1-lost" || out.Stage != journal.Unconfirmed || e.made() {
			fail("the vault still holds %s", slot)
		}
	}
}

// unknown returns the keys that live, now or later, and are neither the old
// one, nor in a place or the vault, nor named, nor somebody else's.
func (w *world) unknown(kind kind, out Outcome) map[string]bool {
	known := map[string]bool{credential(0).AccessKey: true}
	if entry, kept := w.vault["run-run-1"]; kept {
		known[entry.Credential.AccessKey] = true
	}
	for _, p := range w.places {
		if !out.TakenBack || !kind.keepsOld() {
			known[p.holds.AccessKey] = true
		}
	}
	unknown := map[string]bool{}
	for access, k := range w.keys {
		if k.alive && !known[access] && !w.strange[access] && !slices.Contains(out.Left, journal.NameKey(access)) {
			unknown[access] = true
		}
	}
	return unknown
}

// watched reports whether a label is among those that are watched for.
func (w *world) watched(label string) bool {
	return slices.ContainsFunc(Watches(journal.RunsOf(w.Records()), w.now()), func(x Watch) bool {
		return x.Marker == label && x.Ended && x.Manager == "master" && x.Account == account && x.Exchange == "sim"
	})
}

// askedBefore reports whether the exchange said something of the old key before
// it was touched, as the journal has it.
func (w *world) askedBefore() bool {
	for _, r := range w.records {
		if r.Stage == journal.Retiring && r.Phase == journal.Will {
			switch r.Data.Result {
			case "alive", "dead", "ip_refused", "disabled", "expired":
				return true
			}
			return false
		}
	}
	return false
}

// markersInDoubt returns the markers of creates of which the journal does not
// say that the exchange refused them, that their key is the one which stays, or
// that it was destroyed.
func (w *world) markersInDoubt() map[string]bool {
	doubt := map[string]bool{}
	for _, r := range w.records {
		switch m := r.Data.Marker; {
		case w.byHand() || m == "":
		case r.Stage == journal.Issuing && r.Phase == journal.Will:
			doubt[m] = true
		case r.Data.Result == "unclear" || r.Data.Result == "unseen":
		default:
			delete(doubt, m)
		}
	}
	return doubt
}

func (w *world) byHand() bool {
	return len(w.records) > 0 && w.records[0].Data.Person
}

// reasons says why a run that did all its steps may not be called done.
func (w *world) reasons() []string {
	var out []string
	if !w.askedBefore() {
		out = append(out, "the old key could not be asked about before")
	}
	if w.trouble.mute || w.trouble.vagueDeath || w.trouble.offlineAfter {
		out = append(out, "the exchange has no word for dead")
	}
	for m := range w.markersInDoubt() {
		out = append(out, "a key labelled "+m+" may come into being")
	}
	return out
}

func (w *world) marked(label string) bool {
	for _, r := range w.records {
		if r.Data.Marker == label {
			return true
		}
	}
	return false
}

// A run can be taken back at every effect before the old key is touched.
func TestAbandonAnywhere(t *testing.T) {
	total := effectsOf(t, rotateKind, trouble{})
	for half := range 2*total + 1 {
		for again := range 2*total + 1 {
			w := newWorld(t, trouble{}, 3)
			w.crashAt, w.after = (half+1)/2, half%2 == 0
			_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Run(t.Context(), w.job(rotateKind)) })
			late := w.begun(journal.Retiring)
			w.effects, w.crashAt, w.after = 0, (again+1)/2, again%2 == 0
			_, _, _ = w.live(func(e *Engine) (Outcome, error) { return e.Abandon(t.Context(), w.job(rotateKind)) })
			w.effects, w.crashAt = 0, 0
			out, err, _ := w.live(func(e *Engine) (Outcome, error) { return e.Abandon(t.Context(), w.job(rotateKind)) })
			if late {
				continue
			}
			if err != nil || !out.TakenBack || out.Stage != journal.Abandoned && out.Stage != journal.Unconfirmed {
				t.Fatalf("killed at %d and %d: %+v, %v", half, again, out, err)
			}
			w.check(rotateKind, out, "abandoned")
			for access, k := range w.keys {
				if k.alive && access != credential(0).AccessKey {
					t.Fatalf("key %s lives after the run was taken back", access)
				}
			}
		}
	}
}

func (w *world) begun(s journal.Stage) bool {
	for _, r := range w.records {
		if r.Stage == s {
			return true
		}
	}
	return false
}
