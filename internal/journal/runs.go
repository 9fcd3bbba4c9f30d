package journal

import (
	"iter"
	"slices"
	"time"
)

// A Run is what a journal knows of one run, which is about one key.
type Run struct {
	ID   RunID
	Kind Kind
	Key  string
	// Stage and Phase are those of the last record that is no note and does not
	// announce that the run is taken back: a taking-back under way has the stage
	// that it came from.
	Stage   Stage
	Phase   Phase
	Started time.Time
	Updated time.Time
	// Ended says that a final stage was reached.
	Ended bool
	// TakingBack says that the run began to be taken back; it goes on with that,
	// and with nothing else, until it has ended.
	TakingBack bool
	// Doubtful says that a record stands after the first damage.
	Doubtful bool
	Records  []Record // in their order
}

// groupRuns puts the records of runs together, in the order of their first
// records. Those of responses are left out.
func groupRuns(records iter.Seq2[Record, bool]) []Run {
	return slices.DeleteFunc(grouped(records), func(r Run) bool { return r.Kind == Respond })
}

// grouped puts records together, in the order of the first of each run or
// response.
func grouped(records iter.Seq2[Record, bool]) []Run {
	var runs []Run
	index := map[RunID]int{}
	for r, trusted := range records {
		i, known := index[r.Run]
		if !known {
			i = len(runs)
			index[r.Run] = i
			runs = append(runs, Run{ID: r.Run, Kind: r.Kind, Key: r.Key, Stage: r.Stage, Phase: r.Phase, Started: r.At})
		}
		run := &runs[i]
		switch {
		case r.Phase == Note:
		case r.Stage == Abandoned && r.Phase == Will:
			run.TakingBack = true
		default:
			run.Stage, run.Phase = r.Stage, r.Phase
			run.Ended = r.Phase == Did && r.Stage.Final()
		}
		run.Updated = r.At
		run.Doubtful = run.Doubtful || !trusted
		run.Records = append(run.Records, r)
	}
	return runs
}

// unfinished drops the runs that have ended.
func unfinished(runs []Run) []Run {
	return slices.DeleteFunc(runs, func(r Run) bool { return r.Ended })
}

// Runs returns every run of a key, in the order of their first records.
func (j *Journal) Runs() []Run { return RunsOf(j.Records()) }

// Unfinished returns the runs that reached no final stage.
func (j *Journal) Unfinished() []Run { return unfinished(j.Runs()) }

// Records yields every record in its order, up to those that were appended
// when the iteration began.
func (j *Journal) Records() iter.Seq[Record] {
	return func(yield func(Record) bool) {
		j.mu.Lock()
		records := j.records
		j.mu.Unlock()
		for _, r := range records {
			if !yield(r) {
				return
			}
		}
	}
}

// RunsOf puts records together that are not in a journal.
func RunsOf(records iter.Seq[Record]) []Run { return groupRuns(trusting(records)) }

// trusting yields records that are all trusted.
func trusting(records iter.Seq[Record]) iter.Seq2[Record, bool] {
	return func(yield func(Record, bool) bool) {
		for r := range records {
			if !yield(r, true) {
				return
			}
		}
	}
}
