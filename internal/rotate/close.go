package rotate

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// mostBecause is the longest reason that a run can be closed with, in bytes.
const mostBecause = 1024

// Close ends a run that can end neither way, because a person says so: a file
// that somebody else changed, a secret that no file can hold. Nothing is
// changed at the exchange or in any place. Each key of the run is asked about
// once more: the Outcome names those that may still work, and the journal does.
// A secret is forgotten only when the exchange says that its key is dead, or
// nobody had it. An error means that the run was not closed.
func (e *Engine) Close(ctx context.Context, j Job, because string) (Outcome, error) {
	r, err := e.load(ctx, j)
	if err != nil {
		return Outcome{Run: j.ID, Why: err.Error()}, err
	}
	because = strings.TrimSpace(because)
	switch {
	case r.ended():
		return r.outcome(r.stage(), ""), nil
	case len(r.records) == 0:
		err = fmt.Errorf("the journal has no run %s, nothing was changed", j.ID)
	case because == "" || len(because) > mostBecause || !utf8.ValidString(because):
		err = fmt.Errorf("the reason to close a run is a text of 1 to %d bytes, nothing was changed", mostBecause)
	}
	if err != nil {
		return r.outcome(r.stage(), err.Error()), err
	}
	stopped := func(err error) (Outcome, error) { return r.outcome(r.stage(), err.Error()), err }
	entry, held, err := r.Vault.Get(ctx, r.newSlot())
	if err != nil {
		return stopped(fmt.Errorf("the store could not be read, the run was not closed: %w", err))
	}
	var forget []string
	if r.closeOld(ctx) {
		forget = append(forget, r.oldSlot())
	}
	if held && entry.made() && r.closeNew(ctx, entry) {
		forget = append(forget, r.newSlot())
	}
	if err := ctx.Err(); err != nil { // an answer that was not waited for says nothing
		return stopped(err)
	}
	r.closeUnheld(held && entry.made())
	r.queue(journal.Closed, journal.Did, journal.Data{Because: because})
	if err := r.flush(); err != nil {
		return stopped(err)
	}
	out := r.outcome(journal.Closed, "")
	if len(forget) > 0 {
		if err := r.Vault.Forget(ctx, forget...); err != nil {
			out.Why = fmt.Sprintf("the run is closed, and the secret of a dead key is still in the store: %v", err)
		}
	}
	return out, nil
}

// closeOld notes what the exchange says of the old key, unless its death was
// proven before. It reports whether its secret opens nothing any more.
func (r *run) closeOld(ctx context.Context) (dead bool) {
	if r.data(journal.Retiring, journal.Did).Result == proven {
		return true
	}
	status := r.lastStatus(ctx, r.Old)
	data := journal.Data{Old: journal.NameKey(r.Old.AccessKey), Result: string(status)}
	if !r.Old.Secret.IsZero() {
		data.Location = storeSlot + r.oldSlot()
	}
	if status == exchanges.StatusDead {
		return true
	}
	if data.Old.IsZero() { // the vault has forgotten it
		data.Old = r.data(journal.Planned, journal.Did).Old
	}
	r.queue(journal.Closed, journal.Note, data)
	return r.Old.Secret.IsZero()
}

// closeNew does the same for the new key.
func (r *run) closeNew(ctx context.Context, e Entry) (dead bool) {
	status := r.lastStatus(ctx, e.Credential)
	if status == exchanges.StatusDead {
		return true
	}
	r.queue(journal.Closed, journal.Note, journal.Data{
		New: journal.NameKey(e.Credential.AccessKey), Marker: e.Marker, Result: string(status), Location: storeSlot + r.newSlot(),
	})
	return false
}

// closeUnheld notes the keys of which the store holds nothing: a new one that
// the journal says was stored, and those of open creates.
func (r *run) closeUnheld(held bool) {
	unknown := string(exchanges.StatusUndetermined)
	stored := r.data(journal.Stored, journal.Did)
	if !held && !stored.New.IsZero() && stateOf(r.records, stored.Marker) != createDestroyed {
		r.queue(journal.Closed, journal.Note, journal.Data{New: stored.New, Result: unknown})
	}
	for _, m := range openMarkers(r.records) {
		r.queue(journal.Closed, journal.Note, journal.Data{Marker: m, Result: unknown})
	}
}

// storeSlot stands before a slot of the store in the journal's Location.
const storeSlot = "store:"

// lastStatus asks once what the exchange says of a key, undetermined where it cannot
// be asked.
func (r *run) lastStatus(ctx context.Context, c exchanges.Credential) exchanges.Status {
	if r.Open == nil || c.Secret.IsZero() && r.byHand() {
		return exchanges.StatusUndetermined
	}
	return r.ask(ctx, c).key.Status
}

// aliveAt returns the keys that may still work when a run was closed, as its
// journal names them.
func aliveAt(records []journal.Record) []Living {
	var out []Living
	for _, rec := range records {
		d := rec.Data
		if rec.Stage != journal.Closed || rec.Phase != journal.Note {
			continue
		}
		l := Living{Key: d.Old, Label: d.Marker, Status: exchanges.Status(d.Result), New: d.Old.IsZero()}
		if l.New {
			l.Key = d.New
		}
		l.Slot = strings.TrimPrefix(d.Location, storeSlot)
		out = append(out, l)
	}
	return out
}
