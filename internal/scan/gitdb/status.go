package gitdb

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"rekey/internal/scan/tree"
)

// A State says what git thinks of a file.
type State string

// The states. The words are those of the audit.
const (
	Outside   State = "outside" // in no work tree
	Tracked   State = "tracked"
	Untracked State = "untracked" // and not ignored
	Ignored   State = "ignored"
)

// Tracked returns which of some paths, relative to the repository's folder
// with slashes, are in its index.
func (r *Repo) Tracked(ctx context.Context, paths []string) (map[string]bool, error) {
	tracked := map[string]bool{}
	for len(paths) > 0 {
		some := paths[:min(len(paths), 500)]
		paths = paths[len(some):]
		args := []string{"ls-files", "-z", "--cached", "--"}
		for _, p := range some {
			args = append(args, ":(literal)"+p)
		}
		out, err := r.run(ctx, args...)
		if err != nil {
			return nil, err
		}
		for p := range strings.SplitSeq(string(out), "\x00") {
			tracked[p] = true
		}
	}
	delete(tracked, "")
	return tracked, nil
}

// Ignored returns which of some paths git leaves out of the repository.
func (r *Repo) Ignored(ctx context.Context, paths []string) (map[string]bool, error) {
	ignored := map[string]bool{}
	if len(paths) == 0 {
		return ignored, nil
	}
	out, err := r.ask(ctx, strings.NewReader(strings.Join(paths, "\x00")+"\x00"), "check-ignore", "-z", "--stdin")
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 { // none is
		err = nil
	}
	if err != nil {
		return nil, err
	}
	for p := range strings.SplitSeq(string(out), "\x00") {
		if p != "" {
			ignored[p] = true
		}
	}
	return ignored, nil
}

// Staged returns the paths of the index that differ from the last commit, with
// the ids of their blobs.
func (r *Repo) Staged(ctx context.Context) (map[string]string, error) {
	base := "HEAD"
	if _, err := r.run(ctx, "rev-parse", "--verify", "-q", "HEAD"); err != nil {
		base = "4b825dc642cb6eb9a060e54bf8d69288fbee4904" // the empty tree, before the first commit
	}
	out, err := r.run(
		ctx,
		"diff-index",
		"--cached",
		"--raw",
		"--no-abbrev",
		"--no-renames",
		"--diff-filter=AMT",
		"-z",
		base,
	)
	if err != nil {
		return nil, err
	}
	staged := map[string]string{}
	fields := strings.Split(string(out), "\x00")
	for i := 0; i+1 < len(fields); i += 2 {
		if words := strings.Fields(fields[i]); len(words) >= 5 {
			staged[fields[i+1]] = words[3]
		}
	}
	return staged, nil
}

// Top returns the folder of the work tree.
func (r *Repo) Top(ctx context.Context) (string, error) {
	out, err := r.run(ctx, "rev-parse", "--show-toplevel")
	return strings.TrimRight(string(out), "\r\n"), err
}

// Dirs returns the folder of the repository itself, and behind that of a
// linked work tree the one that it shares with others.
func (r *Repo) Dirs(ctx context.Context) ([]string, error) {
	out, err := r.run(ctx, "rev-parse", "--absolute-git-dir", "--git-common-dir")
	if err != nil {
		return nil, err
	}
	own, shared, _ := strings.Cut(strings.TrimRight(string(out), "\r\n"), "\n")
	if own, shared = strings.TrimRight(own, "\r"), filepath.FromSlash(shared); !filepath.IsAbs(shared) {
		shared = filepath.Join(r.dir, shared)
	}
	if same, err := sameFile(own, shared); same || err != nil {
		return []string{own}, err
	}
	return []string{own, shared}, nil
}

func sameFile(a, b string) (bool, error) {
	first, err := os.Stat(a)
	if err != nil {
		return false, err
	}
	second, err := os.Stat(b)
	if err != nil {
		return false, err
	}
	return os.SameFile(first, second), nil
}

// Ignores returns the paths of the .rekeyignore files, and how they are read: of
// the work tree, or of the last commit where there is none.
func (r *Repo) Ignores(ctx context.Context) ([]string, func(name string) (string, error), error) {
	top, err := r.Top(ctx)
	if err != nil || top == "" { // no work tree
		read := func(string) (string, error) {
			out, err := r.run(ctx, "cat-file", "blob", "HEAD:.rekeyignore")
			return string(out), err
		}
		if _, err := r.run(ctx, "cat-file", "-e", "HEAD:.rekeyignore"); err != nil {
			return nil, nil, nil //nolint:nilerr // there is none, or no commit
		}
		return []string{".rekeyignore"}, read, nil
	}
	list := &Repo{dir: top, env: r.env, patience: r.patience}
	out, err := list.run(ctx, "ls-files", "-z", "--cached", "--others", "--", ".rekeyignore", ":(glob)**/.rekeyignore")
	if err != nil {
		return nil, nil, err
	}
	var names []string
	for name := range strings.SplitSeq(string(out), "\x00") {
		if _, err := os.Lstat(filepath.Join(top, filepath.FromSlash(name))); name != "" && err == nil {
			names = append(names, name)
		}
	}
	return names, func(name string) (string, error) {
		return tree.ReadRegular(filepath.Join(top, filepath.FromSlash(name)))
	}, nil
}
