package change

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"rekey/internal/journal"
	"rekey/internal/parallel"
	"rekey/internal/rotate"
)

// A mistake in one of many runs stops the others where they can go on later,
// begins no further one, and comes out without its text.
func TestPanicInOneOfManyRuns(t *testing.T) {
	b := &runLog{outcomes: map[journal.RunID]rotate.Outcome{}}
	var jobs []job
	for i := range 5 * apiRuns {
		jobs = append(jobs, job{run: &rotate.Job{ID: journal.RunID(fmt.Sprint(i))}})
	}
	var begun atomic.Int64
	do := func(_ *rotate.Engine, ctx context.Context, _ rotate.Job) (rotate.Outcome, error) {
		if begun.Add(1) == apiRuns {
			panic("CANARY")
		}
		<-ctx.Done()
		return rotate.Outcome{Why: "interrupted"}, ctx.Err()
	}
	defer func() {
		if _, ok := recover().(*parallel.Crash); !ok {
			t.Error("the panic did not come out")
		}
		if begun.Load() != apiRuns || len(b.outcomes) != apiRuns-1 {
			t.Errorf(
				"%d runs were begun and %d have an outcome, want %d and %d",
				begun.Load(),
				len(b.outcomes),
				apiRuns,
				apiRuns-1,
			)
		}
	}()
	together(t.Context(), b, jobs, do)
	t.Error("it ended as if nothing was")
}
