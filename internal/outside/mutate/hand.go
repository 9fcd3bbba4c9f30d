package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// runHand applies every hand-made mutation and prints what became of it. The
// error says how many were not killed.
func runHand(ctx context.Context, s setting, out io.Writer) error {
	all, err := readMutations(filepath.Join(s.list, "hand"))
	if err != nil {
		return err
	}
	var mutations []mutation
	for _, m := range all {
		if s.takes(m) {
			mutations = append(mutations, m)
		}
	}
	if len(mutations) == 0 {
		return fmt.Errorf("no mutation of the lists %q has %q in its id or file", s.lists, s.only)
	}
	dir, err := os.MkdirTemp("", "mutate-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it holds copies
	outcomes := make([]outcome, len(mutations))
	red := checkTargets(ctx, s, mutations)
	side(s.jobs, len(mutations), func(i int) {
		outcomes[i] = try(ctx, s.root, filepath.Join(dir, fmt.Sprint(i)), mutations[i], red)
	})
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := printHand(out, mutations, outcomes); err != nil {
		return err
	}
	return countHand(outcomes)
}

// takes reports whether the flags ask for a mutation.
func (s setting) takes(m mutation) bool {
	listed := s.lists == "" || slices.Contains(strings.Fields(s.lists), m.list)
	return listed && (strings.Contains(m.id, s.only) || strings.Contains(m.file, s.only))
}

// checkTargets runs every test that the list names once on the program as it
// is, and returns what is wrong with those that do not pass.
func checkTargets(ctx context.Context, s setting, mutations []mutation) map[target]string {
	var targets []target
	seen := map[target]bool{}
	for _, m := range mutations {
		for _, t := range m.tests {
			if !seen[t] {
				seen[t] = true
				targets = append(targets, t)
			}
		}
	}
	found := make([]string, len(targets))
	side(s.jobs, len(targets), func(i int) {
		if o := judge(goTest(ctx, s.root, targets[i], "")); o.verdict != survived {
			found[i] = fmt.Sprintf("%s does not pass without the mutation: %s", targets[i], o.detail)
		}
	})
	red := map[target]string{}
	for i, t := range targets {
		if found[i] != "" {
			red[t] = found[i]
		}
	}
	return red
}

// try applies one mutation and runs its tests until one fails. dir is its own.
func try(ctx context.Context, root, dir string, m mutation, red map[target]string) outcome {
	text, err := os.ReadFile(filepath.Join(root, m.file))
	if err != nil {
		return outcome{stale, err.Error()}
	}
	changed, err := m.apply(string(text))
	if err != nil {
		return outcome{stale, err.Error()}
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return outcome{broken, err.Error()}
	}
	list, err := overlay(dir, root, m.file, changed)
	if err != nil {
		return outcome{broken, err.Error()}
	}
	for _, t := range m.tests {
		if red[t] != "" {
			return outcome{broken, red[t]}
		}
	}
	o := outcome{survived, ""}
	for _, t := range m.tests {
		if o = judge(goTest(ctx, root, t, list)); o.verdict != survived {
			return o
		}
	}
	return o
}

func printHand(out io.Writer, mutations []mutation, outcomes []outcome) error {
	rows := [][]string{{"mutation", "file", "verdict", "by"}}
	for i, m := range mutations {
		rows = append(rows, []string{m.id, m.file, string(outcomes[i].verdict), outcomes[i].detail})
	}
	if err := printTable(out, rows); err != nil {
		return err
	}
	for i, m := range mutations {
		if outcomes[i].verdict != killed {
			_, err := fmt.Fprintf(out, "\n%s: %s\n  what it means: %s\n  %s\n", m.id, outcomes[i].verdict, m.user,
				outcomes[i].detail)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// countHand returns nil only when every mutation was killed.
func countHand(outcomes []outcome) error {
	dead := 0
	for _, o := range outcomes {
		if o.verdict == killed {
			dead++
		}
	}
	if dead != len(outcomes) || dead == 0 {
		return fmt.Errorf("%d of %d hand-made mutations were killed", dead, len(outcomes))
	}
	return nil
}

// side calls do for 0 to n-1, at most jobs at a time.
func side(jobs, n int, do func(int)) {
	var group sync.WaitGroup
	slots := make(chan struct{}, max(jobs, 1))
	for i := range n {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
	group.Wait()
}
