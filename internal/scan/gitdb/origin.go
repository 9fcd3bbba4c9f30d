package gitdb

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
)

// An Origin is where a blob first came from.
type Origin struct {
	Commit, Date, Author, Subject string
	Path                          string
	// Age is larger the earlier the commit is. Merges count as later than all
	// other commits, and those that nothing leads to as later still.
	Age int
}

// mostCommits is more than any repository has.
const mostCommits = 1 << 40

// Origins finds the first commit and the path of blobs, with so many gits at
// once. It looks at every commit that a ref, a stash or the reflog leads to,
// merges last, and for what is in none of them at all others. A blob that was
// never in a commit is not in the result.
//
// A path that leaveOut names is no origin: a blob that is at such paths alone
// has none. leaveOut may be nil.
func (r *Repo) Origins(
	ctx context.Context,
	lanes int,
	commits Commits,
	blobs map[string]bool,
	leaveOut func(path string) bool,
) (map[string]Origin, error) {
	found := map[string]Origin{}
	if len(blobs) == 0 {
		return found, nil
	}
	var err error
	problems := []error{commits.err} // the history is read as far as it can be
	const all = 2
	for kind, list := range [][]byte{commits.plain, commits.merges, all: nil} {
		missing := map[string]bool{}
		for id := range blobs {
			if _, ok := found[id]; !ok {
				missing[id] = true
			}
		}
		if len(missing) == 0 || ctx.Err() != nil {
			break
		}
		if kind == all {
			list, err = r.allCommits(ctx)
			problems = append(problems, err)
		}
		some := make([]map[string]Origin, lanes)
		err = share(ctx, lanes, list, func(ctx context.Context, lane int, p part) error {
			if some[lane] == nil {
				some[lane] = map[string]Origin{}
			}
			return r.changes(ctx, p, changesOf{missing, some[lane], leaveOut})
		})
		problems = append(problems, err)
		for _, s := range some {
			for id, o := range s {
				o.Age -= kind * mostCommits
				if old, ok := found[id]; !ok || o.Age > old.Age {
					found[id] = o
				}
			}
		}
	}
	return found, cmp.Or(problems...)
}

// Commits are the ids of the commits that something leads to, from new to old.
type Commits struct {
	plain, merges []byte
	err           error // what could not be listed
}

// Commits lists the commits for Origins.
func (r *Repo) Commits(ctx context.Context) Commits {
	list, err := r.run(ctx, "rev-list", "--all", "--reflog", "--parents", "--date-order")
	c := Commits{plain: list[:0], merges: []byte{}, err: err}
	for line := range bytes.Lines(list) {
		line = bytes.TrimSuffix(line, []byte{'\n'})
		id, parents, _ := bytes.Cut(line, []byte(" "))
		if bytes.IndexByte(parents, ' ') >= 0 {
			c.merges = append(append(c.merges, id...), '\n')
		} else {
			c.plain = append(append(c.plain, id...), '\n')
		}
	}
	return c
}

// allCommits lists also the commits that nothing leads to any more.
func (r *Repo) allCommits(ctx context.Context) ([]byte, error) {
	list, err := r.run(ctx, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)", "--unordered")
	if err != nil && len(list) == 0 {
		return nil, err
	}
	commits := list[:0]
	for line := range bytes.Lines(list) {
		if id, kind, _ := bytes.Cut(line, []byte(" ")); string(kind) == "commit\n" {
			commits = append(append(commits, id...), '\n')
		}
	}
	return commits, nil
}

// changesOf says which blobs are looked for in changes, and takes what is found.
type changesOf struct {
	blobs    map[string]bool
	found    map[string]Origin
	leaveOut func(path string) bool
}

// changes reads the changes of commits. Git ends at the first commit of which
// it cannot read all that it needs: the rest is asked for in halves.
func (r *Repo) changes(ctx context.Context, p part, of changesOf) error {
	err := r.log(ctx, p, of)
	lines := bytes.Count(p.ids, []byte{'\n'})
	if err == nil || lines < 2 || ctx.Err() != nil {
		return err
	}
	half := lineStart(p.ids, lines/2)
	return cmp.Or(
		r.changes(ctx, part{p.ids[:half], p.first}, of),
		r.changes(ctx, part{p.ids[half:], p.first + lines/2}, of))
}

// log reads the changes of commits with one git.
func (r *Repo) log(ctx context.Context, p part, of changesOf) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	c := r.command(
		ctx,
		"log",
		"--format=%x01%H%x00%aI%x00%an%x00%s",
		"--raw",
		"--no-abbrev",
		"--no-renames",
		"--root",
		"-c",
		"-z",
		"--no-ext-diff",
		"--no-textconv",
		"--ignore-submodules=all",
		"--no-walk=unsorted",
		"--stdin",
	)
	var errs bytes.Buffer
	c.Stdin, c.Stderr = bytes.NewReader(p.ids), &errs
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return wrap(err, "")
	}
	readLog(bufio.NewReaderSize(r.impatient(out, stop), 256<<10), p.first, of)
	ended := c.Wait()
	if errors.Is(context.Cause(ctx), ErrSilent) {
		return ErrSilent
	}
	return wrap(ended, errs.String())
}

// readLog reads fields that end in NUL: four of a commit, or a change and its
// path. The commits are numbered in their order, which is from new to old; of
// a blob the last one stays.
func readLog(out *bufio.Reader, number int, of changesOf) {
	next := func() ([]byte, bool) {
		s, err := out.ReadSlice(0)
		if errors.Is(err, bufio.ErrBufferFull) {
			s = bytes.Clone(s)
			var rest []byte
			rest, err = out.ReadBytes(0)
			s = append(s, rest...)
		}
		return bytes.TrimSuffix(s, []byte{0}), err == nil || len(s) > 0
	}
	text := func() string {
		s, _ := next()
		return string(s)
	}
	at := Origin{Age: number}
	for {
		field, ok := next()
		if !ok {
			return
		}
		field = bytes.TrimLeft(field, "\n\x00")
		if len(field) > 0 && field[0] == 1 {
			at = Origin{Commit: string(field[1:]), Age: at.Age + 1}
			at.Date, at.Author = text(), text()
			subject, _ := next()
			subject, field, _ = cutChange(subject)
			at.Subject = string(subject)
		}
		if len(field) > 0 && field[0] == ':' {
			id := newBlob(field)
			if wanted := of.blobs[string(id)]; wanted {
				key := string(id) // before the path is read over it
				o := at
				o.Path = text()
				if of.leaveOut == nil || !of.leaveOut(o.Path) {
					of.found[key] = o
				}
			} else {
				_, _ = next()
			}
		}
	}
}

// cutChange splits a subject from the first change, where git puts only a line
// end between them.
func cutChange(s []byte) (subject, change []byte, ok bool) {
	if i := bytes.Index(s, []byte("\n:")); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, nil, false
}

// newBlob returns the blob that a change leads to. A change of a merge has one
// colon, mode and blob more for every parent.
func newBlob(change []byte) []byte {
	words := bytes.TrimLeft(change, ":")
	for n := 2*(len(change)-len(words)) + 1; n > 0; n-- {
		_, words, _ = bytes.Cut(words, []byte(" "))
	}
	id, _, _ := bytes.Cut(words, []byte(" "))
	return id
}
