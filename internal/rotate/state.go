package rotate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/journal"
)

// A run is a job with what the journal knows of it.
type run struct {
	*Engine
	Job
	records []journal.Record // those of this run, also the queued ones
	queued  []journal.Record // not in the journal yet, see queue
	// adapters are those that were opened to ask about keys, see opened.
	adapters []openedKey
}

// An openedKey is a key with the adapter that asks about it.
type openedKey struct {
	credential exchanges.Credential
	adapter    exchanges.Adapter
}

// load reads what the journal knows of a job. A job that is not the one of the
// journal is refused: somebody changed rekey.yaml in between.
func (e *Engine) load(ctx context.Context, j Job) (*run, error) {
	var records []journal.Record
	for _, r := range e.recordsOf(j.ID) {
		if r.Kind != j.Kind || r.Key != j.Key {
			return nil, fmt.Errorf("run %s is a %s of %s in the journal, not a %s of %s", j.ID, r.Kind, r.Key, j.Kind, j.Key)
		}
		records = append(records, r)
	}
	r := &run{Engine: e, Job: j, records: records}
	if len(records) > 0 {
		old, ok, err := e.Vault.Get(ctx, r.oldSlot())
		if err != nil {
			return nil, fmt.Errorf("the store could not be read: %w", err)
		}
		if ok {
			r.Old = old.Credential
		}
	}
	if j.Self {
		r.Manager = ownKey{credential: r.Old, open: j.Open}
	}
	plan := r.data(journal.Planned, journal.Did)
	otherKey := r.Old.AccessKey != "" && !plan.Old.Names(r.Old.AccessKey)
	if !plan.Old.IsZero() && (otherKey || plan.Compromised != j.Compromised) {
		return nil, fmt.Errorf("run %s is about another access key, or in another order, than the one of %s",
			j.ID, journal.NameKey(r.Old.AccessKey))
	}
	return r, nil
}

// recordsOf returns what the journal holds of a run.
func (e *Engine) recordsOf(id journal.RunID) []journal.Record {
	var out []journal.Record
	for r := range e.Journal.Records() {
		if r.Run == id {
			out = append(out, r)
		}
	}
	return out
}

// plan is what the journal keeps of a job.
func (j Job) plan() journal.Data {
	return journal.Data{
		Exchange: j.Exchange, Account: j.Account.Name, Old: journal.NameKey(j.Old.AccessKey), Compromised: j.Compromised,
		Permissions: j.Want.Permissions, Whitelist: j.Want.Whitelist, Restricted: j.Want.Restricted, Copies: len(j.Places),
		Risks: j.Risks, Person: j.Manager == nil && !j.Self, Self: j.Self, Cause: j.Cause, Manager: j.ManagerName,
	}
}

// note appends a record, after those that are queued, and returns when they are
// on disk.
func (r *run) note(s journal.Stage, p journal.Phase, data journal.Data) error {
	r.queue(s, p, data)
	return r.flush()
}

// queue appends a record with the next one that is noted, in one write: for
// what only states what is so, and whose loss in a crash makes a resume look
// again and nothing worse.
func (r *run) queue(s journal.Stage, p journal.Phase, data journal.Data) {
	rec := journal.Record{Run: r.ID, Kind: r.Kind, Key: r.Key, Stage: s, Phase: p, Data: data}
	r.records, r.queued = append(r.records, rec), append(r.queued, rec)
}

// atOnce is the most records that are written at once: a line of the journal
// has an end.
const atOnce = 32

// flush writes what is queued. After an error nothing of what was not written
// counts as noted.
func (r *run) flush() error {
	batch := r.queued
	r.queued = nil
	for len(batch) > 0 {
		n := min(len(batch), atOnce)
		if err := r.Journal.AppendAll(batch[:n]...); err != nil {
			r.records = r.records[:len(r.records)-len(batch)]
			return fmt.Errorf("the journal could not be written, nothing more was done: %w", err)
		}
		batch = batch[n:]
	}
	return nil
}

// did reports whether a stage is behind the run.
func (r *run) did(s journal.Stage) bool { return last(r.records, s, journal.Did) != nil }

// started reports whether a stage was begun.
func (r *run) started(s journal.Stage) bool {
	return last(r.records, s, journal.Will) != nil || r.did(s)
}

// data returns what the last such record says, nothing when there is none.
func (r *run) data(s journal.Stage, p journal.Phase) journal.Data {
	return dataOf(r.records, s, p)
}

// last returns the last record of a stage and phase, nil when there is none.
func last(records []journal.Record, s journal.Stage, p journal.Phase) *journal.Record {
	for i := len(records) - 1; i >= 0; i-- {
		if rec := &records[i]; rec.Stage == s && rec.Phase == p {
			return rec
		}
	}
	return nil
}

func dataOf(records []journal.Record, s journal.Stage, p journal.Phase) journal.Data {
	if rec := last(records, s, p); rec != nil {
		return rec.Data
	}
	return journal.Data{}
}

// stage is how far the run has come: one that is being taken back stands where
// it came from until that has ended.
func (r *run) stage() journal.Stage { return stateOfRun(r.records).Stage }

// ended reports whether nothing is left to do. A run that began to take itself
// back has not ended before it did.
func (r *run) ended() bool { return stateOfRun(r.records).Ended }

// stateOfRun is what the records of one run say together.
func stateOfRun(records []journal.Record) journal.Run {
	for _, run := range journal.RunsOf(slices.Values(records)) {
		return run
	}
	return journal.Run{Stage: journal.Planned}
}

func (r *run) outcome(s journal.Stage, why string) Outcome {
	return outcomeAt(r.ID, r.Kind, r.records, s, why)
}

// OutcomeOf is how a run stands, as far as its records tell.
func OutcomeOf(run journal.Run) Outcome {
	return outcomeAt(run.ID, run.Kind, run.Records, run.Stage, "")
}

func outcomeAt(id journal.RunID, kind journal.Kind, records []journal.Record, s journal.Stage, why string) Outcome {
	out := Outcome{
		Run: id, Stage: s, Dead: dataOf(records, journal.Retiring, journal.Did).Result == proven,
		New: dataOf(records, journal.Stored, journal.Did).New, Left: left(records), Why: why,
		TakenBack: s.Final() && s != journal.Closed && last(records, journal.Abandoned, journal.Will) != nil,
	}
	if kind == journal.Rotate {
		proved := dataOf(records, journal.Proved, journal.Did)
		out.Untold, out.AddressesUntold = proved.Permissions, proved.Restricted
	}
	switch {
	case s == journal.Closed:
		out.Alive = aliveAt(records)
	case s == journal.Unconfirmed && why == "":
		out.Why = whyUnconfirmed(kind, records)
	}
	return out
}

// endOf is the stage at which a run ends whose steps are all done. It is done
// only when the proof is there and no create is open.
func endOf(kind journal.Kind, records []journal.Record) journal.Stage {
	proof := journal.Retiring
	if kind == journal.Contain {
		proof = journal.Proved
	}
	if dataOf(records, proof, journal.Did).Result == proven && len(openMarkers(records)) == 0 {
		return journal.Done
	}
	return journal.Unconfirmed
}

// endOfTakingBack is the stage at which a run ends that was taken back, planned
// to end as wanted. A key that may live and that nobody has seen is no clean
// end, and neither is an old key that was killed first, without proof.
func endOfTakingBack(wanted journal.Stage, records []journal.Record) journal.Stage {
	killed := last(records, journal.Retiring, journal.Did)
	unprovenDeath := killed != nil && killed.Data.Result != proven
	if len(openMarkers(records)) > 0 || wanted == journal.Abandoned && unprovenDeath {
		return journal.Unconfirmed
	}
	return wanted
}

// whyUnconfirmed says what is not known at the end of a run, and what a person
// can do about it.
func whyUnconfirmed(kind journal.Kind, records []journal.Record) string {
	var out []string
	if last(records, journal.Abandoned, journal.Will) != nil {
		out = append(out, "the run was taken back")
	}
	killed := last(records, journal.Retiring, journal.Did)
	switch {
	case kind == journal.Contain && dataOf(records, journal.Proved, journal.Did).Result != proven:
		out = append(out, "the manager's list does not show what the key may do now")
	case killed != nil && killed.Data.Result != proven:
		out = append(out, "the exchange gives no proof that the old key is dead: "+
			"check the API page: the key must be gone")
	}
	for _, m := range openMarkers(records) {
		out = append(out, fmt.Sprintf("the answer of making a key labelled %s was lost, and the exchange never listed it: "+
			"look for that label on the exchange's page, and delete the key if it is there", m))
	}
	return strings.Join(out, "; ")
}

func (r *run) newSlot() string { return newSlot(r.ID) }

func (r *run) oldSlot() string { return oldSlot(r.ID) }

// forget removes the run's secrets from the vault. While a create is open, the
// passphrase that its key would have is kept.
func (r *run) forget(ctx context.Context, passphrase exchanges.Secret) error {
	slots := []string{r.newSlot(), r.oldSlot()}
	switch open := len(openMarkers(r.records)) > 0; {
	case !open:
		slots = append(slots, lostSlot(r.ID))
	case !passphrase.IsZero():
		if err := r.Vault.Put(ctx, lostSlot(r.ID), passphraseAlone(passphrase)); err != nil {
			return fmt.Errorf("the store could not be written: %w", err)
		}
	}
	return r.Vault.Forget(ctx, slots...)
}

// passphraseOf returns the passphrase of the keys that a run made, zero where
// there is none or the vault has forgotten it.
func (e *Engine) passphraseOf(ctx context.Context, id journal.RunID) (exchanges.Secret, error) {
	for _, slot := range []string{lostSlot(id), newSlot(id)} {
		entry, ok, err := e.Vault.Get(ctx, slot)
		if err != nil {
			return exchanges.Secret{}, errors.Join(errors.New("the store could not be read"), err)
		}
		if ok {
			return entry.Credential.Passphrase, nil
		}
	}
	return exchanges.Secret{}, nil
}
