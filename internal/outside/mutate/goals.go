package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A goal is a package, the percentage of its covered mutants that must be
// killed, and the files that count (none: all).
type goal struct {
	pkg     string
	percent int
	files   []string
}

// parseGoals reads lines "./PACKAGE PERCENT [FILE...]". Lines that begin with
// # are for people.
func parseGoals(text string) ([]goal, error) {
	const file = "goals.txt"
	var out []goal
	for i, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		if len(words) < 2 || !strings.HasPrefix(words[0], "./") {
			return nil, fmt.Errorf("%s:%d: wants \"./PACKAGE PERCENT [FILE...]\"", file, i+1)
		}
		percent, err := strconv.Atoi(words[1])
		if err != nil || percent < 1 || percent > 100 {
			return nil, fmt.Errorf("%s:%d: %q is no percentage", file, i+1, words[1])
		}
		out = append(out, goal{words[0], percent, words[2:]})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s holds no goals", file)
	}
	return out, nil
}

// leftOut returns the files of the goal's package that do not count. A file
// that counts and is not there is an error: the list is stale.
func (g goal) leftOut(root string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(root, g.pkg))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errStale, err)
	}
	var out, there []string
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		there = append(there, name)
		if len(g.files) > 0 && !slices.Contains(g.files, name) {
			out = append(out, name)
		}
	}
	for _, name := range g.files {
		if !slices.Contains(there, name) {
			return nil, fmt.Errorf("%w: %s has no file %s", errStale, g.pkg, name)
		}
	}
	return out, nil
}
