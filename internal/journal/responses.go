package journal

import (
	"iter"
	"slices"
	"time"
)

// A Response is what a journal knows of one response to an incident. Its
// records are, in their order: parts of the plan (Planned, Will), the end of
// the plan (Planned, Did), keys that were found since (Planned, Note), and a
// final stage.
type Response struct {
	ID    RunID
	Cause string // an incident, a vendor, or names of keys
	Stage Stage  // of the last record that is no note
	Phase Phase  // of the same record
	// Plan holds the keys in the order of the plan, and then those that were
	// found since.
	Plan []PlannedKey
	// Whole says that the whole plan was written. Before that nothing was
	// changed in its name.
	Whole    bool
	Risks    []string // accepted by name
	Settle   time.Duration
	Started  time.Time
	Updated  time.Time
	Ended    bool // a final stage was reached
	Doubtful bool // a record stands after the first damage
	Records  []Record
}

// Responses returns every response, in the order of their first records.
func (j *Journal) Responses() []Response { return responsesOf(trusting(j.Records())) }

// Responses returns every response that a readable line names.
func (v View) Responses() []Response { return responsesOf(v.Records()) }

// responsesOf puts the records of responses together.
func responsesOf(records iter.Seq2[Record, bool]) []Response {
	var out []Response
	for _, r := range grouped(records) {
		if r.Kind == Respond {
			out = append(out, responseOf(r))
		}
	}
	return out
}

// responseOf reads the plan out of the records of a response.
func responseOf(r Run) Response {
	out := Response{
		ID: r.ID, Cause: r.Key, Stage: r.Stage, Phase: r.Phase, Started: r.Started, Updated: r.Updated,
		Ended: r.Ended, Doubtful: r.Doubtful, Records: r.Records,
	}
	for _, rec := range r.Records {
		if rec.Stage != Planned {
			continue
		}
		if rec.Phase == Did {
			out.Whole = true
		}
		if len(rec.Data.Risks) > 0 {
			out.Risks = rec.Data.Risks
		}
		if rec.Data.SettleMS > 0 {
			out.Settle = time.Duration(rec.Data.SettleMS) * time.Millisecond
		}
		for _, p := range rec.Data.Plan {
			out.add(p)
		}
	}
	return out
}

// add puts a key into the plan. A key that is in it already, by its exchange,
// its name and its access key, keeps its place and takes the later decision.
func (r *Response) add(p PlannedKey) {
	at := slices.IndexFunc(r.Plan, func(q PlannedKey) bool {
		return q.Exchange == p.Exchange && q.Key == p.Key && q.ID == p.ID
	})
	if at < 0 {
		r.Plan = append(r.Plan, p)
		return
	}
	p.Since = r.Plan[at].Since
	r.Plan[at] = p
}
