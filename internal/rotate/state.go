package rotate

import (
	"fmt"
	"maps"

	"rekey/exchanges"
)

// load reads what the journal knows of a job. A job that is not the one of the
// journal is refused: somebody changed rekey.yaml in between.
func (e *Engine) load(j Job) (*run, error) {
	records, err := e.Journal.Records(j.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		if r.Kind != j.Kind || r.Key != j.Key {
			return nil, fmt.Errorf("run %s is a %s of %s in the journal, not a %s of %s", j.ID, r.Kind, r.Key, j.Kind, j.Key)
		}
	}
	r := &run{Engine: e, Job: j, records: records}
	if old := r.data(Planned, Did)["old"]; old != "" && old != exchanges.Fingerprint(j.Old.AccessKey) {
		return nil, fmt.Errorf("run %s is about another access key than %s", j.ID, exchanges.MaskAccessKey(j.Old.AccessKey))
	}
	return r, nil
}

// note appends a record and remembers it.
func (r *run) note(s Stage, p Phase, data map[string]string) error {
	rec := Record{Run: r.ID, Kind: r.Kind, Key: r.Key, Stage: s, Phase: p, Data: maps.Clone(data)}
	if err := r.Journal.Append(rec); err != nil {
		return fmt.Errorf("the journal could not be written, nothing more was done: %w", err)
	}
	r.records = append(r.records, rec)
	return nil
}

// did reports whether a stage is behind the run.
func (r *run) did(s Stage) bool { return r.last(s, Did) != nil }

// started reports whether a stage was begun.
func (r *run) started(s Stage) bool { return r.last(s, Will) != nil || r.did(s) }

func (r *run) last(s Stage, p Phase) *Record {
	for i := len(r.records) - 1; i >= 0; i-- {
		if rec := &r.records[i]; rec.Stage == s && rec.Phase == p {
			return rec
		}
	}
	return nil
}

// data returns what the last such record says, nil when there is none.
func (r *run) data(s Stage, p Phase) map[string]string {
	if rec := r.last(s, p); rec != nil {
		return rec.Data
	}
	return nil
}

// stage is how far the run has come.
func (r *run) stage() Stage {
	if len(r.records) == 0 {
		return Planned
	}
	return r.records[len(r.records)-1].Stage
}

// ended reports whether nothing is left to do. A run that began to take itself
// back has not ended before it did.
func (r *run) ended() bool {
	return len(r.records) > 0 && r.records[len(r.records)-1].Phase == Did && r.stage().Ended()
}

func (r *run) outcome(s Stage, why string) Outcome {
	return Outcome{Run: r.ID, Stage: s, Dead: r.data(Retiring, Did)["dead"] == "proven", New: r.data(Stored, Did)["new"], Why: why}
}
