package scan

import (
	"context"
	"io"

	"rekey/internal/parallel"
)

// Reader scans one stream, which is a text without a name: what an agent is
// about to send, what was pasted. It ends when ctx does, also while it waits for
// more.
func Reader(ctx context.Context, in io.Reader, o Options) Result {
	if o.Progress == nil {
		o.Progress = &Progress{}
	}
	w := newWorker(o.Progress)
	o.Progress.Files.Add(1)
	w.stream(parallel.Interruptible(ctx, in), &source{name: "-", member: true})
	r := Result{
		Findings:    w.findings,
		Gaps:        w.gaps,
		Files:       1,
		Bytes:       o.Progress.Bytes.Load(),
		Interrupted: ctx.Err() != nil,
	}
	if r.Interrupted {
		r.Gaps = nil // the report says that it was interrupted
	}
	r.sort()
	return r
}
