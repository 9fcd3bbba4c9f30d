package scan

import (
	"cmp"
	"context"
	"hash/maphash"
	"path"
	"slices"

	"rekey/internal/parallel"
	"rekey/internal/scan/gitdb"
	"rekey/internal/scan/tree"
)

// history scans the objects of one repository, in two passes. The first sees
// all of them, without names, and sifts out those that are worth a look. Of
// the versions of one file that have the same text around all that may be a
// key only the oldest is looked at, in the second pass, under the path that it
// was first committed at.
func (r *Result) history(ctx context.Context, repo *gitdb.Repo, dir string, o Options) {
	h := history{dir: dir, seed: maphash.MakeSeed()}
	if err := h.readRules(ctx, repo); err != nil {
		h.gap(GapUnreadable, dir, ".rekeyignore: "+err.Error())
	}
	for range o.Workers {
		h.lanes = append(h.lanes, &lane{worker: newWorker(o.Progress)})
	}
	h.scan(ctx, repo)
	for _, l := range h.lanes {
		h.findings, h.gaps = append(h.findings, l.findings...), append(h.gaps, l.gaps...)
	}
	r.Left.Own += h.left
	r.Findings, r.Gaps = append(r.Findings, firsts(h.findings, h.origins)...), append(r.Gaps, h.gaps...)
}

type history struct {
	dir      string
	rules    tree.Rules // of .rekeyignore
	left     int        // blobs that they leave out
	seed     maphash.Seed
	lanes    []*lane
	origins  map[string]gitdb.Origin // by blob
	findings []Finding
	gaps     []Gap
}

// A lane is what one goroutine works with.
type lane struct {
	*worker
	worth []sifted
}

// A sifted is a blob that is worth a look.
type sifted struct {
	id     string
	number int    // in the order in which git reads them best
	sum    uint64 // of the text around its hits
}

func (h *history) gap(kind, where, detail string) {
	h.gaps = append(h.gaps, Gap{where, kind, detail})
}

func (h *history) scan(ctx context.Context, repo *gitdb.Repo) {
	failed := func(doing string, err error) {
		if err != nil && ctx.Err() == nil {
			h.gap(GapUnreadable, h.dir, doing+err.Error())
		}
	}
	reader := func(f func(l *lane, o gitdb.Object)) gitdb.Reader {
		return gitdb.Reader{
			Lanes: len(h.lanes), Object: func(n int, o gitdb.Object) { f(h.lanes[n], o) },
			Bad: func(n int, id, detail string) { h.lanes[n].gap(h.dir+":"+id, GapFormat, detail) },
		}
	}
	var commits gitdb.Commits
	var missing []string
	var unsure error
	var listing parallel.Group // while the objects are listed, which git does on one processor
	listing.Go(func() { commits = repo.Commits(ctx) })
	listing.Go(func() { missing, unsure = repo.Missing(ctx) })
	failed("", repo.Objects(ctx, reader(func(l *lane, o gitdb.Object) {
		l.progress.Files.Add(1)
		if o.Type == "blob" {
			l.siftBlob(o, h.seed)
		} else {
			l.message(o)
		}
	})))
	var worth []sifted
	for _, l := range h.lanes {
		worth = append(worth, l.worth...)
	}
	slices.SortFunc(
		worth,
		func(a, b sifted) int { return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.id, b.id)) },
	)
	blobs := map[string]bool{}
	for _, s := range worth {
		blobs[s.id] = true
	}
	var err error
	listing.Wait()
	for _, m := range missing {
		h.gap(GapMissing, h.dir, m)
	}
	failed("", unsure)
	h.origins, err = repo.Origins(ctx, len(h.lanes), commits, blobs, nil)
	failed("the commits of what was found could not be read: ", err)
	if !h.rules.None() {
		worth = h.withoutIgnored(ctx, repo, commits, worth, failed)
	}
	failed("", repo.Blobs(ctx, oldest(worth, h.origins), reader(func(l *lane, o gitdb.Object) { l.blob(o, h.origins) })))
}

// readRules reads the .rekeyignore files of the work tree, or of the last commit
// where there is none.
func (h *history) readRules(ctx context.Context, repo *gitdb.Repo) error {
	names, read, err := repo.Ignores(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := read(name)
		if err != nil {
			return err
		}
		base := path.Dir(name)
		if base == "." {
			base = ""
		}
		h.rules.ParseRules(text, base)
	}
	return nil
}

// withoutIgnored leaves out the blobs that were only ever at paths that
// .rekeyignore names, and gives the others an origin that it does not.
func (h *history) withoutIgnored(
	ctx context.Context,
	repo *gitdb.Repo,
	commits gitdb.Commits,
	worth []sifted,
	failed func(string, error),
) []sifted {
	ignored := map[string]bool{}
	for id, o := range h.origins {
		if h.rules.LeaveOut(o.Path) {
			ignored[id] = true
		}
	}
	others, err := repo.Origins(ctx, len(h.lanes), commits, ignored, h.rules.LeaveOut)
	failed("whether what .rekeyignore leaves out is elsewhere too is not known: ", err)
	if err != nil {
		return worth
	}
	return slices.DeleteFunc(worth, func(s sifted) bool {
		other, elsewhere := others[s.id]
		if elsewhere {
			h.origins[s.id] = other
		}
		if !ignored[s.id] || elsewhere {
			return false
		}
		h.left++
		return true
	})
}

// siftBlob notes a blob that is worth a look. So is one that cannot be read to
// its end: that is to be said of it under its name.
func (l *lane) siftBlob(o gitdb.Object, seed maphash.Seed) {
	s := sift{}
	s.sum.SetSeed(seed)
	gaps := len(l.gaps)
	l.stream(o.Body, &source{name: o.ID, sift: &s})
	if len(l.gaps) > gaps {
		_, _ = s.sum.WriteString(o.ID) // like no other version: each is to be said
	}
	if s.hits || len(l.gaps) > gaps {
		l.worth = append(l.worth, sifted{o.ID, o.Number, s.sum.Sum64()})
	}
	l.gaps = l.gaps[:gaps]
}

// message looks at the message of a commit or a tag.
func (l *lane) message(o gitdb.Object) {
	l.stream(
		o.Body,
		&source{name: o.Type + " message", member: true, commit: &Commit{Hash: o.ID}, storage: []string{"STO-02"}},
	)
}

// blob looks at a blob under its name.
func (l *lane) blob(o gitdb.Object, origins map[string]gitdb.Origin) {
	s := source{name: "blob " + o.ID, member: true, packed: true, commit: &Commit{}, storage: []string{"STO-02"}}
	if o, ok := origins[o.ID]; ok {
		s.name, s.commit = o.Path, &Commit{Hash: o.Commit, Date: o.Date, Author: o.Author, Subject: o.Subject}
	}
	l.stream(o.Body, &s)
}

// oldest returns the ids of one blob for each path and sum.
func oldest(worth []sifted, origins map[string]gitdb.Origin) []string {
	type version struct {
		path string
		sum  uint64
	}
	chosen := map[version]string{}
	for _, s := range worth {
		o := origins[s.id]
		v := version{o.Path, s.sum}
		if id, ok := chosen[v]; !ok || o.Age > origins[id].Age {
			chosen[v] = s.id
		}
	}
	var ids []string
	for _, s := range worth {
		if v := (version{origins[s.id].Path, s.sum}); chosen[v] == s.id {
			ids = append(ids, s.id)
			delete(chosen, v)
		}
	}
	return ids
}

// firsts leaves of what was found in several versions of one file the oldest.
func firsts(all []Finding, origins map[string]gitdb.Origin) []Finding {
	ages := map[string]int{}
	for _, o := range origins {
		ages[o.Commit] = o.Age
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(ages[b.Commit.Hash], ages[a.Commit.Hash]), cmp.Compare(a.Commit.Hash, b.Commit.Hash))
	})
	type same struct{ path, exchange, kind, accessKey, accepted string }
	seen := map[same][]Finding{}
	return slices.DeleteFunc(all, func(f Finding) bool {
		id := same{f.Place().Path, f.Exchange, string(f.Kind), f.Credential.AccessKey, f.Accepted}
		if slices.ContainsFunc(seen[id], func(g Finding) bool {
			return f.Credential.Secret.Equal(g.Credential.Secret) && f.Credential.Passphrase.Equal(g.Credential.Passphrase)
		}) {
			return true
		}
		seen[id] = append(seen[id], f)
		return false
	})
}

// A sift learns whether a text is worth a look: whether it has hits, and a sum
// of the text around them.
type sift struct {
	hits bool
	sum  maphash.Hash
}

// around is how much text before and behind a hit says what it is.
const around = 4 << 10

func (s *sift) add(b []byte, hits []int) {
	for i := 0; i < len(hits); {
		s.hits = true
		start, last := hits[i], hits[i]
		for i < len(hits) && hits[i]-last < 2*around {
			last = hits[i]
			i++
		}
		_, _ = s.sum.Write(b[max(0, start-around):min(len(b), last+around)]) // it cannot fail
		_ = s.sum.WriteByte(0)
	}
}
