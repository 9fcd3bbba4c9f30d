// Package gitdb reads git repositories through the git program: all objects of
// one, where an object first came from, and what git thinks of a file.
//
// The repositories are foreign: nothing that their configuration names is run,
// nothing is fetched, and nothing is written.
package gitdb

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// A Repo is a repository.
type Repo struct {
	dir      string // as git -C has it
	env      []string
	patience time.Duration
}

// ErrNoGit is returned where the git program is not there.
var ErrNoGit = errors.New("the git program is not installed")

// patience is how long git may say nothing while somebody waits for it. What it
// waits for then will not come: a pipe, a disk that is gone.
const patience = 2 * time.Minute

// Open returns the repository that a folder is, or lies in. Of the environment
// git gets PATH and HOME, and nothing else. A repository that holds a pipe or a
// device is refused: git would wait for it.
func Open(ctx context.Context, dir string, lookup func(string) string) (*Repo, error) {
	// GIT_ALLOW_PROTOCOL wins over what the repository's configuration allows;
	// GIT_NO_LAZY_FETCH alone is not known to git before 2.44.
	r := &Repo{dir: dir, patience: patience, env: []string{
		"PATH=" + lookup("PATH"), "HOME=" + lookup("HOME"), "SystemRoot=" + lookup("SystemRoot"),
		"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1",
		"GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1",
	}}
	if err := noPipes(dir); err != nil {
		return nil, err
	}
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
	c.WaitDelay = time.Second // what git started may hold its pipes
	return c
}

// run returns what a git command prints.
func (r *Repo) run(ctx context.Context, args ...string) ([]byte, error) {
	return r.ask(ctx, nil, args...)
}

// ask is run for a command that reads its input.
func (r *Repo) ask(ctx context.Context, in io.Reader, args ...string) ([]byte, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	c := r.command(ctx, args...)
	var errs bytes.Buffer
	c.Stdin, c.Stderr = in, &errs
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, wrap(err, "")
	}
	said, failed := io.ReadAll(r.impatient(out, stop))
	ended := c.Wait()
	if errors.Is(context.Cause(ctx), ErrSilent) {
		return said, ErrSilent
	}
	return said, cmp.Or(wrap(ended, errs.String()), failed)
}

// ErrSilent is returned where git said nothing for so long that it was ended.
var ErrSilent = errors.New("git: said nothing for two minutes, and was ended")

// impatient reads what git says, and stops it where that takes too long.
func (r *Repo) impatient(out io.Reader, stop context.CancelCauseFunc) io.Reader {
	return &impatientReader{out, time.AfterFunc(r.patience, func() { stop(ErrSilent) }), r.patience}
}

type impatientReader struct {
	r        io.Reader
	timer    *time.Timer
	patience time.Duration
}

// Read counts the time that it waits. While nobody reads, no time goes by.
func (i *impatientReader) Read(p []byte) (int, error) {
	i.timer.Reset(i.patience)
	defer i.timer.Stop()
	return i.r.Read(p)
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
		return fmt.Errorf("git: %w", err)
	}
	return fmt.Errorf("git: %s", line)
}
