package scan

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"rekey/internal/scan/find"
	"rekey/internal/scan/gitdb"
)

// Git scans every object of the repositories at o.Paths, those of their
// submodules too: what refs, stashes and the reflog lead to, and what nothing
// leads to any more. Work trees are not read.
func Git(ctx context.Context, o Options) Result {
	if o.Progress == nil {
		o.Progress = &Progress{}
	}
	var r Result
	w := newWorker(o.Progress)
	for _, p := range o.Paths {
		if !filepath.IsAbs(p) {
			p = filepath.Join(o.Dir, p)
		}
		w.repository(ctx, p, o)
	}
	r.Findings, r.Gaps = w.findings, w.gaps
	r.Files, r.Bytes = o.Progress.Files.Load(), o.Progress.Bytes.Load()
	r.Interrupted = ctx.Err() != nil
	r.sort()
	return r
}

func (w *worker) repository(ctx context.Context, dir string, o Options) {
	repo, err := gitdb.Open(ctx, dir, o.Getenv)
	if err != nil {
		w.gap(dir, GapUnreadable, err.Error())
		return
	}
	w.objects(ctx, repo, dir)
	gitDir, err := repo.Dir(ctx)
	if err != nil {
		w.gap(dir, GapUnreadable, err.Error())
		return
	}
	for _, sub := range submodules(filepath.Join(gitDir, "modules")) {
		if repo, err := gitdb.Open(ctx, sub, o.Getenv); err != nil {
			w.gap(sub, GapUnreadable, err.Error())
		} else {
			w.objects(ctx, repo, sub)
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

// objects scans the objects of one repository: first all of them, without
// names, to see which are worth it; then those again under the path that they
// were first committed at.
func (w *worker) objects(ctx context.Context, repo *gitdb.Repo, dir string) {
	bad := func(id, detail string) { w.gap(dir+":"+id, GapFormat, detail) }
	blobs := map[string]bool{}
	first := len(w.findings)
	err := repo.Objects(ctx, func(obj gitdb.Object) {
		before, gaps := len(w.findings), len(w.gaps)
		s := source{name: obj.ID, member: true, commit: &Commit{}, storage: []string{"STO-02"}}
		w.progress.Files.Add(1)
		w.stream(obj.Body, &s)
		if obj.Type == "blob" {
			if alarming(w.findings[before:]) || len(w.gaps) > gaps || s.unsure {
				blobs[obj.ID] = true
			}
			w.findings, w.gaps = w.findings[:before], w.gaps[:gaps]
			return
		}
		for i := before; i < len(w.findings); i++ { // the message of a commit or a tag
			w.findings[i].Commit = &Commit{Hash: obj.ID}
			w.findings[i].rename(obj.Type + " message")
		}
	}, bad)
	if err != nil && ctx.Err() == nil {
		w.gap(dir, GapUnreadable, err.Error())
	}
	w.progress.Found.Store(int64(len(w.findings) - first))
	origins, err := repo.Origins(ctx, blobs)
	if err != nil && ctx.Err() == nil {
		w.gap(dir, GapUnreadable, "the commits of what was found could not be read: "+err.Error())
	}
	err = repo.Blobs(ctx, slices.Sorted(maps.Keys(blobs)), func(obj gitdb.Object) {
		s := source{name: "blob " + obj.ID, member: true, packed: true, commit: &Commit{}, storage: []string{"STO-02"}}
		if o, ok := origins[obj.ID]; ok {
			s.name, s.commit = o.Path, &Commit{Hash: o.Commit, Date: o.Date, Author: o.Author, Subject: o.Subject}
		}
		w.stream(obj.Body, &s)
	}, bad)
	if err != nil && ctx.Err() == nil {
		w.gap(dir, GapUnreadable, err.Error())
	}
}

// alarming reports whether there is more than samples and placeholders: of those, a history
// has as many as it has versions of a template.
func alarming(some []Finding) bool {
	return slices.ContainsFunc(some, func(f Finding) bool { return f.Kind == find.Credential || f.Kind == find.Partial })
}

// rename changes the path of all places of a finding.
func (f *Finding) rename(path string) {
	for _, p := range []*Place{f.AccessKey, f.Secret, f.Passphrase} {
		if p != nil {
			p.Path = path
		}
	}
}
