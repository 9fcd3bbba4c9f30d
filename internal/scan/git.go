package scan

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"rekey/internal/scan/gitdb"
)

// Git scans every object of the repositories at o.Paths, those of their
// submodules too: what refs, stashes and the reflog lead to, and what nothing
// leads to any more. Work trees are not read.
func Git(ctx context.Context, o Options) Result {
	if o.Progress == nil {
		o.Progress = &Progress{}
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	var r Result
	for _, p := range o.Paths {
		if !filepath.IsAbs(p) {
			p = filepath.Join(o.Dir, p)
		}
		r.repository(ctx, p, o)
	}
	r.Files, r.Bytes = o.Progress.Files.Load(), o.Progress.Bytes.Load()
	r.Interrupted = ctx.Err() != nil
	r.sort()
	return r
}

func (r *Result) repository(ctx context.Context, dir string, o Options) {
	gap := func(where, detail string) { r.Gaps = append(r.Gaps, Gap{where, GapUnreadable, detail}) }
	repo, err := gitdb.Open(ctx, dir, o.Getenv)
	if err != nil {
		gap(dir, err.Error())
		return
	}
	r.history(ctx, repo, dir, o)
	dirs, err := repo.Dirs(ctx)
	if err != nil {
		gap(dir, err.Error())
		return
	}
	for _, d := range dirs {
		for _, sub := range submodules(filepath.Join(d, "modules")) {
			if repo, err := gitdb.Open(ctx, sub, o.Getenv); err != nil {
				gap(sub, err.Error())
			} else {
				r.history(ctx, repo, sub, o)
			}
		}
	}
}

// submodules are the repositories below the folder where git keeps them.
func submodules(modules string) []string {
	var all []string
	_ = filepath.WalkDir(modules, func(path string, d fs.DirEntry, err error) error { // none there is the usual case
		if err != nil || !d.IsDir() {
			return nil //nolint:nilerr // what cannot be listed is no submodule
		}
		if _, err := os.Stat(filepath.Join(path, "objects")); err == nil {
			all = append(all, path)
		}
		if d.Name() == "objects" || d.Name() == "refs" || d.Name() == "logs" {
			return fs.SkipDir
		}
		return nil
	})
	return all
}
