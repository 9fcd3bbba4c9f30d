package rotate

import (
	"context"
	"fmt"

	"rekey/internal/journal"
)

// load reads what the journal knows of a job. A job that is not the one of the
// journal is refused: somebody changed rekey.yaml in between.
func (e *Engine) load(ctx context.Context, j Job) (*run, error) {
	var records []journal.Record
	for r := range e.Journal.Records() {
		if r.Run != j.ID {
			continue
		}
		records = append(records, r)
		if r.Kind != j.Kind || r.Key != j.Key {
			return nil, fmt.Errorf("run %s is a %s of %s in the journal, not a %s of %s", j.ID, r.Kind, r.Key, j.Kind, j.Key)
		}
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
	plan := r.data(journal.Planned, journal.Did)
	if !plan.Old.IsZero() && (r.Old.AccessKey != "" && !plan.Old.Names(r.Old.AccessKey) || plan.Compromised != j.Compromised) {
		return nil, fmt.Errorf("run %s is about another access key, or in another order, than the one of %s", j.ID, journal.NameKey(r.Old.AccessKey))
	}
	return r, nil
}

// plan is what the journal keeps of a job.
func (j Job) plan() journal.Data {
	return journal.Data{
		Exchange: j.Exchange, Account: j.Account.Name, Old: journal.NameKey(j.Old.AccessKey), Compromised: j.Compromised,
		Permissions: j.Want.Permissions, Whitelist: j.Want.Whitelist, Restricted: j.Want.Restricted, Copies: len(j.Places),
		Risks: j.Risks, Person: j.Manager == nil, Cause: j.Cause, Manager: j.ManagerName,
	}
}

// note appends a record and remembers it.
func (r *run) note(s journal.Stage, p journal.Phase, data journal.Data) error {
	rec := journal.Record{Run: r.ID, Kind: r.Kind, Key: r.Key, Stage: s, Phase: p, Data: data}
	if err := r.Journal.Append(rec); err != nil {
		return fmt.Errorf("the journal could not be written, nothing more was done: %w", err)
	}
	r.records = append(r.records, rec)
	return nil
}

// did reports whether a stage is behind the run.
func (r *run) did(s journal.Stage) bool { return r.last(s, journal.Did) != nil }

// started reports whether a stage was begun.
func (r *run) started(s journal.Stage) bool { return r.last(s, journal.Will) != nil || r.did(s) }

func (r *run) last(s journal.Stage, p journal.Phase) *journal.Record {
	for i := len(r.records) - 1; i >= 0; i-- {
		if rec := &r.records[i]; rec.Stage == s && rec.Phase == p {
			return rec
		}
	}
	return nil
}

// data returns what the last such record says, nothing when there is none.
func (r *run) data(s journal.Stage, p journal.Phase) journal.Data {
	if rec := r.last(s, p); rec != nil {
		return rec.Data
	}
	return journal.Data{}
}

// stage is how far the run has come.
func (r *run) stage() journal.Stage {
	if len(r.records) == 0 {
		return journal.Planned
	}
	return r.records[len(r.records)-1].Stage
}

// ended reports whether nothing is left to do. A run that began to take itself
// back has not ended before it did.
func (r *run) ended() bool {
	return len(r.records) > 0 && r.records[len(r.records)-1].Phase == journal.Did && r.stage().Final()
}

func (r *run) outcome(s journal.Stage, why string) Outcome {
	return Outcome{
		Run: r.ID, Stage: s, Dead: r.data(journal.Retiring, journal.Did).Result == proven,
		New: r.data(journal.Stored, journal.Did).New, Left: r.left(), Why: why,
	}
}

func (r *run) newSlot() string { return "run-" + string(r.ID) }

func (r *run) oldSlot() string { return "run-" + string(r.ID) + "-old" }

// forget removes the run's secrets from the vault.
func (r *run) forget(ctx context.Context) error {
	return r.Vault.Forget(ctx, r.newSlot(), r.oldSlot())
}
