package gitdb

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"strings"
)

// An Origin is where a blob first came from.
type Origin struct {
	Commit, Date, Author, Subject string
	Path                          string
}

// Origins finds the first commit and the path of blobs. It looks at every
// commit that a ref, a stash or the reflog leads to, and for what is in none
// of them at all others. A blob that was never in a commit is not in the
// result.
func (r *Repo) Origins(ctx context.Context, blobs map[string]bool) (map[string]Origin, error) {
	found := map[string]Origin{}
	if len(blobs) == 0 {
		return found, nil
	}
	err := r.log(ctx, nil, blobs, found, "--all", "--reflog")
	if err != nil || len(found) == len(blobs) {
		return found, err
	}
	list, err := r.run(ctx, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)", "--unordered")
	if err != nil {
		return found, err
	}
	missing := map[string]bool{}
	for id := range blobs {
		if _, ok := found[id]; !ok {
			missing[id] = true
		}
	}
	var commits bytes.Buffer
	for line := range strings.SplitSeq(string(list), "\n") {
		if id, ok := strings.CutPrefix(line, "commit "); ok {
			commits.WriteString(id + "\n")
		}
	}
	return found, r.log(ctx, &commits, missing, found, "--no-walk=unsorted", "--stdin")
}

// log reads the changes of commits, the newest first, so that the oldest one
// stays.
func (r *Repo) log(ctx context.Context, in io.Reader, blobs map[string]bool, found map[string]Origin, which ...string) error {
	args := append([]string{
		"log", "--format=%x01%H%x00%aI%x00%an%x00%s", "--raw", "--no-abbrev", "--no-renames", "--root", "-c", "-z", "--no-ext-diff", "--no-textconv",
		"--ignore-submodules=all",
	}, which...)
	c := r.command(ctx, args...)
	var errs bytes.Buffer
	c.Stdin, c.Stderr = in, &errs
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	if err := c.Start(); err != nil {
		return wrap(err, "")
	}
	readLog(bufio.NewReaderSize(out, 256<<10), blobs, found)
	return wrap(c.Wait(), errs.String())
}

// readLog reads fields that end in NUL: of a commit, or a change and its path.
func readLog(out *bufio.Reader, blobs map[string]bool, found map[string]Origin) {
	next := func() (string, bool) {
		s, err := out.ReadString(0)
		return strings.TrimSuffix(s, "\x00"), err == nil || s != ""
	}
	var at Origin
	for {
		field, ok := next()
		if !ok {
			return
		}
		field = strings.TrimLeft(field, "\n\x00")
		switch {
		case strings.HasPrefix(field, "\x01"):
			at = Origin{Commit: field[1:]}
			at.Date, _ = next()
			at.Author, _ = next()
			subject, _ := next()
			change, after, hasChange := cutChange(subject)
			at.Subject = change
			if hasChange {
				field = after
			} else {
				continue
			}
			fallthrough
		case strings.HasPrefix(field, ":"):
			path, _ := next()
			if id := newBlob(field); blobs[id] {
				o := at
				o.Path = path
				found[id] = o
			}
		}
	}
}

// cutChange splits a subject from the first change, where git puts only a line
// end between them.
func cutChange(s string) (subject, change string, ok bool) {
	if i := strings.Index(s, "\n:"); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// newBlob returns the blob that a change leads to. A change of a merge has one
// colon, mode and blob more for every parent.
func newBlob(change string) string {
	parents := len(change) - len(strings.TrimLeft(change, ":"))
	words := strings.Fields(change)
	if len(words) < 2*(parents+1)+1 {
		return ""
	}
	return words[2*parents+1]
}
