// Package scan finds the copies of exchange credentials in files, archives and
// git repositories. It reads; it changes nothing and sends nothing.
//
// Package find judges texts and package form knows the exchanges' forms; this
// package brings them the texts, block by block, and turns what they find into
// places that a person can open.
package scan

import (
	"cmp"
	"context"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"rekey/exchanges"
	"rekey/internal/parallel"
	"rekey/internal/scan/find"
	"rekey/internal/scan/tree"
)

// A Place is where a part is written. Line and column count from 1, columns in
// characters.
type Place struct {
	Path   string
	Line   int
	Column int
}

// A Finding is a credential that was found.
type Finding struct {
	Exchange   string
	Kind       find.Kind
	Confidence find.Confidence
	Why        string
	// Credential is what was found. The access key is empty in a partial
	// finding of a secret.
	Credential                    exchanges.Credential
	AccessKey, Secret, Passphrase *Place
	// File is the file on disk, "" where there is none; Member is set for what
	// lies inside it.
	File   string
	Member bool
	// Key names the inventory key it is, "" when it is none.
	Key string
	// Commit is set for what was found in a repository's objects.
	Commit *Commit
	// Storage are the rules about storage that it breaks.
	Storage []string
	// Status is what the exchange said about it, "" when it was not asked.
	Status string
	// Accepted is the reason given in the file for why it may be there.
	Accepted string
}

// A Commit is where an object of a repository first came from.
type Commit struct {
	Hash, Author, Date, Subject string
}

// Place returns the first place of the finding.
func (f Finding) Place() Place {
	for _, p := range []*Place{f.AccessKey, f.Secret, f.Passphrase} {
		if p != nil {
			return *p
		}
	}
	return Place{}
}

// A Gap is something that could not be read, or not to its end.
type Gap struct{ Path, Kind, Detail string }

// The kinds of gaps.
const (
	GapUnreadable = "unreadable"
	GapVanished   = "vanished"
	GapChanged    = "changed"
	GapLimit      = "limit"
	GapFormat     = "format"  // a broken archive, a broken object, a format that is not read
	GapMissing    = "missing" // objects of a repository that are not there
)

// Options say what to scan.
type Options struct {
	Paths   []string
	Dir     string // relative paths are relative to it
	All     bool   // also what .gitignore leaves out
	Workers int    // 0 for one per processor
	// Progress counts while the scan goes on; nil when nobody looks.
	Progress *Progress
	// Getenv reads the environment that git may see a little of.
	Getenv func(string) string
}

// Progress may be read while a scan is running.
type Progress struct{ Files, Bytes, Found atomic.Int64 }

// A Result is what a scan found, sorted.
type Result struct {
	Findings []Finding
	Gaps     []Gap
	Files    int64
	Bytes    int64
	// Left counts what was left out on purpose.
	Left        tree.Counts
	Interrupted bool
}

// Run scans every path. An error of a file is a gap, never the end.
func Run(ctx context.Context, o Options) Result {
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Progress == nil {
		o.Progress = &Progress{}
	}
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	var r Result
	var mu sync.Mutex
	gap := func(g tree.Gap) {
		mu.Lock()
		r.Gaps = append(r.Gaps, Gap{g.Name, g.Kind, g.Detail})
		mu.Unlock()
	}
	files := make(chan []tree.File, 4*o.Workers)
	group, inner := parallel.New(ctx)
	group.Go(func() {
		defer close(files)
		for _, p := range o.Paths {
			if !filepath.IsAbs(p) {
				p = filepath.Join(o.Dir, p)
			}
			c := tree.Walk(inner, p, tree.Options{All: o.All, Gap: gap}, files)
			mu.Lock()
			r.Left.Ignored += c.Ignored
			r.Left.Own += c.Own
			r.Left.Special += c.Special
			mu.Unlock()
		}
	})
	for range o.Workers {
		group.Go(func() {
			w := newWorker(o.Progress)
			for some := range files {
				for _, f := range some {
					if inner.Err() != nil {
						break
					}
					w.file(f)
				}
			}
			mu.Lock()
			r.Findings = append(r.Findings, w.findings...)
			r.Gaps = append(r.Gaps, w.gaps...)
			mu.Unlock()
		})
	}
	group.Wait()
	r.Files, r.Bytes = o.Progress.Files.Load(), o.Progress.Bytes.Load()
	r.Interrupted = ctx.Err() != nil
	r.judgeStorage(ctx, o.Getenv)
	r.sort()
	return r
}

func (r *Result) sort() {
	slices.SortFunc(r.Findings, func(a, b Finding) int {
		p, q := a.Place(), b.Place()
		return cmp.Or(cmp.Compare(p.Path, q.Path), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Column, q.Column),
			cmp.Compare(a.Credential.AccessKey, b.Credential.AccessKey))
	})
	slices.SortFunc(r.Gaps, func(a, b Gap) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Kind, b.Kind)) })
}
