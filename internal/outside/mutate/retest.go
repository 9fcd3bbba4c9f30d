package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// retest makes those mutants itself that gremlins left untested for want of
// coverage, and runs the package's tests. gremlins asks Go's coverage, whose
// blocks hold statements: the condition of a case lies in none of them, and so
// gremlins never tests it (tried 2026-11-30 with v0.6.0 and go 1.26.8). What no
// test notices stays not covered.
func retest(ctx context.Context, s setting, pkg string, mutants []mutant) error {
	dir, err := os.MkdirTemp("", "mutate-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it holds copies
	troubles := make([]error, len(mutants))
	side(s.jobs, len(mutants), func(i int) {
		if mutants[i].status != statusNotCovered || ctx.Err() != nil {
			return
		}
		mutants[i].status, troubles[i] = again(ctx, s.root, filepath.Join(dir, fmt.Sprint(i)), pkg, mutants[i])
	})
	for _, err := range troubles {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// again tests one mutant and returns its status.
func again(ctx context.Context, root, dir, pkg string, m mutant) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, m.file))
	if err != nil {
		return m.status, err
	}
	changed, err := m.apply(string(text))
	if err != nil {
		return m.status, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return m.status, err
	}
	list, err := overlay(dir, root, m.file, changed)
	if err != nil {
		return m.status, err
	}
	switch o := judge(goTest(ctx, root, target{pkg, "."}, list)); {
	case o.verdict == killed:
		return statusKilled, nil
	case o.verdict == timedOut:
		return statusTimedOut, nil
	case o.verdict == broken && strings.HasPrefix(o.detail, notCompiled):
		return statusNotViable, nil
	case o.verdict == broken && ctx.Err() == nil:
		return m.status, fmt.Errorf("%s: %s", m, o.detail)
	default:
		return m.status, nil
	}
}

// apply returns the text of the mutant's file with the mutant in it.
func (m mutant) apply(text string) (string, error) {
	lines := strings.Split(text, "\n")
	line := lines[m.line-1]
	before, after := line[:m.column-1], line[m.column-1:]
	for _, swap := range swaps(m.kind) {
		if rest, ok := strings.CutPrefix(after, swap.old); ok {
			lines[m.line-1] = before + swap.new + rest
			return strings.Join(lines, "\n"), nil
		}
	}
	return "", fmt.Errorf("%s: no operator of this mutator stands there", m)
}

// A swap puts one operator in place of another.
type swap struct{ old, new string }

// swaps are the operators that a mutator changes, longer ones first (gremlins
// v0.6.0, internal/engine/mappings.go, read 2026-11-30).
func swaps(kind string) []swap {
	switch kind {
	case "CONDITIONALS_NEGATION":
		return []swap{{"==", "!="}, {"!=", "=="}, {"<=", ">"}, {">=", "<"}, {"<", ">="}, {">", "<="}}
	case "CONDITIONALS_BOUNDARY":
		return []swap{{"<=", "<"}, {">=", ">"}, {"<", "<="}, {">", ">="}}
	case "INCREMENT_DECREMENT":
		return []swap{{"++", "--"}, {"--", "++"}}
	case kindArithmetic:
		return []swap{{"+", "-"}, {"-", "+"}, {"*", "/"}, {"/", "*"}, {"%", "*"}}
	case "INVERT_NEGATIVES":
		return []swap{{"-", "+"}}
	default:
		return nil
	}
}
