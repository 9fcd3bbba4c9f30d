// Package gitdb reads git repositories through the git program: all objects of
// one, where an object first came from, and what git thinks of a file.
//
// The repositories are foreign: nothing that their configuration names is run,
// nothing is fetched, and nothing is written.
package gitdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
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
