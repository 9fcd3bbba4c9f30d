package scan

import (
	"context"
	"maps"
	"path/filepath"
	"slices"

	"rekey/internal/scan/gitdb"
)

// Staged scans what the next commit would hold and the last does not: the
// blobs of the index, as they are there, whatever the work tree has by now.
func Staged(ctx context.Context, o Options) Result {
	if o.Progress == nil {
		o.Progress = &Progress{}
	}
	w := newWorker(o.Progress)
	for _, p := range o.Paths {
		if !filepath.IsAbs(p) {
			p = filepath.Join(o.Dir, p)
		}
		w.index(ctx, p, o)
	}
	r := Result{
		Findings:    w.findings,
		Gaps:        w.gaps,
		Files:       o.Progress.Files.Load(),
		Bytes:       o.Progress.Bytes.Load(),
		Interrupted: ctx.Err() != nil,
	}
	r.sort()
	return r
}

func (w *worker) index(ctx context.Context, dir string, o Options) {
	repo, err := gitdb.Open(ctx, dir, o.Getenv)
	if err != nil {
		w.gap(dir, GapUnreadable, err.Error())
		return
	}
	staged, err := repo.Staged(ctx)
	if err != nil {
		w.gap(dir, GapUnreadable, err.Error())
		return
	}
	names := map[string][]string{}
	for path, id := range staged {
		names[id] = append(names[id], path)
	}
	var broken []Gap
	err = repo.Blobs(ctx, slices.Sorted(maps.Keys(names)), gitdb.Reader{
		Lanes: 1,
		Object: func(_ int, obj gitdb.Object) {
			w.progress.Files.Add(1) // the same content under another name is found once
			w.stream(obj.Body, &source{name: slices.Min(names[obj.ID]), member: true, storage: []string{"STO-01"}})
		},
		Bad: func(_ int, id, detail string) { broken = append(broken, Gap{dir + ":" + id, GapFormat, detail}) },
	})
	w.gaps = append(w.gaps, broken...)
	if err != nil && ctx.Err() == nil {
		w.gap(dir, GapUnreadable, err.Error())
	}
}
