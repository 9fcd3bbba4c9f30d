package rotate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// watchFor is how long a key is watched for whose making got no answer.
const watchFor = 24 * time.Hour

// A Watch is about a key that may come into being: a run asked for it, the
// answer was lost, and no list has named it yet. Its label is Marker, and nobody
// has its secret.
type Watch struct {
	Run      journal.RunID
	Key      string // of the run, the name in rekey.yaml
	Exchange string
	Account  string // the sub-account that was to get the key
	Manager  string // the name in rekey.yaml of the key that lists and destroys it
	Marker   string
	Since    time.Time
	Until    time.Time // Since and 24 hours
	// Ended says that the run has ended. One that has not looks for the key
	// itself when it is resumed, and may still hold its secret.
	Ended bool
}

// Watches returns what is still watched for at the time now: every create of
// the last 24 hours that was neither refused, stored nor destroyed. Keys that a
// person makes are not among them.
func Watches(runs []journal.Run, now time.Time) []Watch {
	var out []Watch
	for _, run := range runs {
		plan := dataOf(run.Records, journal.Planned, journal.Did)
		for _, c := range createsOf(run.Records) {
			until := c.will.At.Add(watchFor)
			if c.state != createOpen || !now.Before(until) {
				continue
			}
			out = append(out, Watch{
				Run: run.ID, Key: run.Key, Exchange: plan.Exchange, Account: plan.Account, Manager: plan.Manager,
				Marker: c.marker(), Since: c.will.At, Until: until, Ended: run.Ended,
			})
		}
	}
	return out
}

// ErrRunUnfinished says that a run looks for a key itself.
var ErrRunUnfinished = errors.New("its run is unfinished, and looks for the key when it is resumed")

// RemoveWatched looks once for a key that is watched for, and destroys it with
// the manager's key. The journal notes it at the run that asked for it. It
// returns the keys that it destroyed, none where the list names none: the watch
// goes on then. Never destroyed are the keys that the run replaced and made to
// stay, whatever their label. An error says what is not known; keys that were
// destroyed before it are returned beside it.
func (e *Engine) RemoveWatched(ctx context.Context, w Watch, m Manager) ([]journal.KeyID, error) {
	past := stateOfRun(e.recordsOf(w.Run))
	switch {
	case len(past.Records) == 0:
		return nil, fmt.Errorf("the journal has no run %s, nothing was sent", w.Run)
	case !past.Ended:
		return nil, fmt.Errorf("%s: %w", w.Run, ErrRunUnfinished)
	case !slices.Contains(openMarkers(past.Records), w.Marker):
		return nil, nil
	}
	passphrase, err := e.passphraseOf(ctx, w.Run)
	if err != nil {
		return nil, fmt.Errorf("%w; nothing was sent", err)
	}
	plan := dataOf(past.Records, journal.Planned, journal.Did)
	r := &run{Engine: e, records: past.Records, Job: Job{
		ID: past.ID, Kind: past.Kind, Key: past.Key, Exchange: plan.Exchange, Manager: m,
		Account: exchanges.Account{Name: plan.Account, Kind: exchanges.AccountSub},
	}}
	err = r.removeMarked(ctx, []string{w.Marker}, passphrase)
	gone := r.destroyedSince(len(past.Records))
	if err != nil || len(openMarkers(r.records)) > 0 {
		return gone, err
	}
	if err := e.Vault.Forget(ctx, lostSlot(w.Run)); err != nil { // a passphrase of no key: it opens nothing
		return gone, fmt.Errorf("the key was deleted, and its passphrase could not be removed from the store: %w", err)
	}
	return gone, nil
}

// destroyedSince names the keys that were destroyed by their markers since the
// run had so many records.
func (r *run) destroyedSince(n int) []journal.KeyID {
	var out []journal.KeyID
	for _, rec := range r.records[n:] {
		if rec.Data.Result == destroyed {
			out = append(out, rec.Data.New)
		}
	}
	return out
}
