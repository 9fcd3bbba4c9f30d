package gitdb

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// An Object is one object of a repository. Its content is read from Body, as
// far as the caller likes, and only until the caller returns.
type Object struct {
	ID     string
	Type   string // blob, commit, tag; trees are not given
	Number int    // counts objects in the order in which git reads them best
	Body   io.Reader
}

// A Reader is given the objects of a repository on several lanes at once, each
// a goroutine with its number, which counts from 0, and a git of its own. Bad
// is told of broken objects.
type Reader struct {
	Lanes  int
	Object func(lane int, o Object)
	Bad    func(lane int, id, detail string)
}

// Objects gives every blob, commit and tag of the repository, each once,
// whether anything leads to it or not.
func (r *Repo) Objects(ctx context.Context, to Reader) error {
	list, err := r.run(
		ctx,
		"cat-file",
		"--batch-all-objects",
		"--batch-check=%(objectname) %(objecttype)",
		"--unordered",
		"--buffer",
	)
	if err != nil && len(list) == 0 {
		return err
	}
	// What git could not list in spite of an error is not known; what it
	// could list is read.
	return cmp.Or(err, r.each(ctx, withoutTrees(list), to))
}

// Blobs gives the blobs with these ids.
func (r *Repo) Blobs(ctx context.Context, ids []string, to Reader) error {
	return r.each(ctx, []byte(strings.Join(append(ids, ""), "\n")), to)
}

// withoutTrees makes a list of ids, one a line, of one of ids and types.
func withoutTrees(list []byte) []byte {
	ids := list[:0]
	for line := range bytes.Lines(list) {
		if id, kind, _ := bytes.Cut(line, []byte(" ")); string(kind) != "tree\n" {
			ids = append(append(ids, id...), '\n')
		}
	}
	return ids
}

// each lets the lanes read the objects of a list of ids.
func (r *Repo) each(ctx context.Context, ids []byte, to Reader) error {
	return share(ctx, to.Lanes, ids, func(ctx context.Context, lane int, p part) error { return r.lane(ctx, lane, p, to) })
}

// lane gives the objects of a list. Where one of them kills git it is named,
// and the rest is read by a new git.
func (r *Repo) lane(ctx context.Context, lane int, p part, to Reader) error {
	for len(p.ids) > 0 {
		a := answer{number: p.first, lane: lane, to: to}
		err := r.stream(ctx, p.ids, &a)
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		rest := p.ids[lineStart(p.ids, a.number-p.first):]
		id, rest, ok := bytes.Cut(rest, []byte{'\n'})
		if !ok {
			return err // not an object's fault
		}
		to.Bad(lane, string(id), err.Error())
		p = part{rest, a.number + 1}
	}
	return nil
}

// stream lets git cat-file answer to ids.
func (r *Repo) stream(ctx context.Context, ids []byte, a *answer) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	c := r.command(ctx, "cat-file", "--batch", "--buffer")
	var errs bytes.Buffer
	c.Stdin, c.Stderr = bytes.NewReader(ids), &errs
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	widen(out)
	if err := c.Start(); err != nil {
		return wrap(err, "")
	}
	failed := a.read(bufio.NewReaderSize(r.impatient(out, stop), 64<<10))
	if failed != nil {
		_ = c.Process.Kill() // it may wait for somebody to read what it says
	}
	ended := c.Wait()
	if errors.Is(context.Cause(ctx), ErrSilent) {
		return ErrSilent
	}
	if failed != nil && (ended == nil || errs.Len() == 0) {
		return failed
	}
	return wrap(ended, errs.String())
}

// An answer is that of git cat-file --batch.
type answer struct {
	number int // of the next object
	lane   int
	to     Reader
}

var errAnswer = errors.New("git: answered something that is no object")

func (a *answer) read(out *bufio.Reader) error {
	for {
		line, err := out.ReadSlice('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		if err != nil {
			return errAnswer
		}
		words := strings.Fields(string(line))
		switch {
		case len(words) == 2 && (words[1] == "missing" || words[1] == "ambiguous"):
			a.to.Bad(a.lane, words[0], "is "+words[1])
		case len(words) == 3:
			size, err := strconv.ParseInt(words[2], 10, 64)
			if err != nil || size < 0 {
				return errAnswer
			}
			body := &io.LimitedReader{R: out, N: size}
			a.to.Object(a.lane, Object{words[0], words[1], a.number, body})
			if err := discard(out, body.N+1); err != nil {
				return fmt.Errorf("git: %w", err)
			}
		default:
			return errAnswer
		}
		a.number++
	}
}

func discard(r *bufio.Reader, n int64) error {
	for n > 0 {
		step, err := r.Discard(int(min(n, 1<<30)))
		n -= int64(step)
		if err != nil {
			return err
		}
	}
	return nil
}
