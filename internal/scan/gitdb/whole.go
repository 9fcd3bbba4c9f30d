package gitdb

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// Missing says what of the history is not in the repository, in sentences: the
// commits that a shallow clone was cut at, the objects that a partial clone
// would fetch, and those that were lost. A clone of a CI system is shallow,
// unless it is asked for all.
func (r *Repo) Missing(ctx context.Context) ([]string, error) {
	var all []string
	dirs, err := r.Dirs(ctx)
	if err != nil {
		return nil, err
	}
	shallow := 0
	for _, dir := range dirs {
		if list, err := os.ReadFile(filepath.Join(dir, "shallow")); err == nil {
			shallow += len(bytes.Fields(list))
		}
	}
	if shallow > 0 {
		all = append(
			all,
			fmt.Sprintf(
				"is a shallow clone: what came before %s is not here; get it with git fetch --unshallow (in CI: fetch-depth: 0)",
				counted(shallow, "commit"),
			),
		)
	}
	lost, err := r.lost(ctx)
	if err != nil {
		return all, fmt.Errorf("whether objects are missing is not known: %w", err)
	}
	if lost > 0 {
		what := "missing in the repository, so what is in there was not read; git fsck names them"
		if r.promised(ctx) {
			what = "left with the server, because the clone is partial: not read; git fetch --refetch " +
				"--no-filter gets everything"
		}
		all = append(all, counted(lost, "object")+" "+what)
	}
	return all, nil
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// lost counts the objects that something leads to and that are not there.
func (r *Repo) lost(ctx context.Context) (int, error) {
	out, err := r.run(ctx, "rev-list", "--objects", "--all", "--reflog", "--missing=print", "--no-object-names")
	n := 0
	for line := range bytes.Lines(out) {
		if line[0] == '?' {
			n++
		}
	}
	if n > 0 {
		return n, nil // it may also end with an error then
	}
	return 0, err
}

// promised reports whether the configuration says that a server keeps objects.
func (r *Repo) promised(ctx context.Context) bool {
	out, err := r.run(
		ctx,
		"config",
		"--get-regexp",
		`^(remote\..*\.(promisor|partialclonefilter)|extensions\.partialclone)$`,
	)
	return err == nil && len(out) > 0
}
