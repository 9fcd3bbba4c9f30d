// Package gitdb reads git repositories through the git program: all objects of
// one, where an object first came from, and what git thinks of a file.
//
// The repositories are foreign: nothing that their configuration names is run,
// nothing is fetched, and nothing is written.
package gitdb

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
)

// A Repo is a repository.
type Repo struct {
	dir string // as git -C has it
	env []string
}

// ErrNoGit is returned where the git program is not there.
var ErrNoGit = errors.New("the git program is not installed")

// Open returns the repository that a folder is, or lies in. Of the environment
// git gets PATH and HOME, and nothing else.
func Open(ctx context.Context, dir string, lookup func(string) string) (*Repo, error) {
	r := &Repo{dir: dir, env: []string{
		"PATH=" + lookup("PATH"), "HOME=" + lookup("HOME"), "SystemRoot=" + lookup("SystemRoot"),
		"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1",
	}}
	if _, err := r.run(ctx, "rev-parse", "--git-dir"); err != nil {
		return nil, err
	}
	return r, nil
}

// command is git with everything off that a foreign repository could have run.
func (r *Repo) command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, "git", append([]string{ //nolint:gosec // the program is git, the arguments are ours
		"-C", r.dir, "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never",
		"-c", "diff.external=", "-c", "log.showSignature=false", "--no-pager",
	}, args...)...)
	c.Env = r.env
	return c
}

// run returns what a git command prints.
func (r *Repo) run(ctx context.Context, args ...string) ([]byte, error) {
	c := r.command(ctx, args...)
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	return out, wrap(err, errs.String())
}

// wrap puts the first line that git said into an error.
func wrap(err error, said string) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, exec.ErrNotFound) {
		return ErrNoGit
	}
	line, _, _ := strings.Cut(strings.TrimSpace(said), "\n")
	if line == "" {
		line = err.Error()
	}
	return fmt.Errorf("git: %s", line)
}

// An Object is one object of a repository. Its content is read from Body, as
// far as the caller likes.
type Object struct {
	ID   string
	Type string // blob, commit, tag; trees are not given
	Size int64
	Body io.Reader
}

// Objects calls f with every blob, commit and tag of the repository, each
// once, whether anything leads to it or not. Objects that are broken are given
// to bad.
func (r *Repo) Objects(ctx context.Context, f func(Object), bad func(id, detail string)) error {
	err := r.stream(ctx, nil, f, bad, "cat-file", "--batch-all-objects", "--batch", "--unordered", "--buffer")
	if err == nil || ctx.Err() != nil {
		return err
	}
	return r.oneByOne(ctx, f, bad)
}

// oneByOne reads a repository in which some object kills git: each time it
// does, the object is named and the rest is read by a new git.
func (r *Repo) oneByOne(ctx context.Context, f func(Object), bad func(id, detail string)) error {
	list, err := r.run(ctx, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)", "--unordered")
	if err != nil && len(list) == 0 {
		return err
	}
	ids := strings.Fields(string(list))
	for len(ids) > 0 {
		done := 0
		seen := func(o Object) { f(o) }
		err := r.stream(ctx, &counted{ids, &done}, seen, bad, "cat-file", "--batch")
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		if done >= len(ids) {
			return err
		}
		bad(ids[done], err.Error())
		ids = ids[done+1:]
	}
	return nil
}

// counted are object ids for git, and how many it has answered.
type counted struct {
	ids  []string
	done *int
}

func (r *Repo) stream(ctx context.Context, ids *counted, f func(Object), bad func(id, detail string), args ...string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c := r.command(ctx, args...)
	var errs bytes.Buffer
	c.Stderr = &errs
	if ids != nil {
		c.Stdin = strings.NewReader(strings.Join(ids.ids, "\n") + "\n")
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	widen(out)
	if err := c.Start(); err != nil {
		return wrap(err, "")
	}
	reader := newAhead(out)
	failed := parse(bufio.NewReaderSize(reader, 64<<10), ids, f, bad)
	if failed != nil {
		stop()
	}
	reader.Close() // before Wait, which closes what it reads from
	err = c.Wait()
	if failed != nil && err == nil {
		return failed
	}
	return wrap(err, errs.String())
}

// parse reads the answer of git cat-file --batch.
func parse(out *bufio.Reader, ids *counted, f func(Object), bad func(id, detail string)) error {
	for {
		line, err := out.ReadSlice('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("git: answered something that is no object")
		}
		words := strings.Fields(string(line))
		switch {
		case len(words) == 2:
			bad(words[0], "is "+words[1])
		case len(words) == 3:
			size, err := strconv.ParseInt(words[2], 10, 64)
			if err != nil || size < 0 {
				return fmt.Errorf("git: answered something that is no object")
			}
			body := &io.LimitedReader{R: out, N: size}
			if words[1] != "tree" {
				f(Object{words[0], words[1], size, body})
			}
			if err := discard(out, body.N+1); err != nil {
				return err
			}
		default:
			return fmt.Errorf("git: answered something that is no object")
		}
		if ids != nil {
			*ids.done++
		}
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
