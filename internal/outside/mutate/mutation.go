package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A mutation is one change of the program that a test must notice.
type mutation struct {
	id    string
	list  string // the name of its list, without .txt
	user  string // what it would mean for the user
	file  string // relative to the checkout
	old   string // must stand in the file exactly once
	new   string
	tests []target // one of them must fail
}

// A target is a package and the tests of it that are run.
type target struct{ pkg, run string }

func (t target) String() string { return t.pkg + " -run " + t.run }

// readMutations reads every list of a directory, in the order of the names.
func readMutations(dir string) ([]mutation, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	var out []mutation
	seen := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		blocks, err := parseBlocks(filepath.Base(file), string(text))
		if err != nil {
			return nil, err
		}
		for _, b := range blocks {
			m, err := newMutation(b)
			if err != nil {
				return nil, err
			}
			m.list = strings.TrimSuffix(filepath.Base(file), ".txt")
			if first, twice := seen[m.id]; twice {
				return nil, fmt.Errorf("%s: %s stands at %s already", b.at, m.id, first)
			}
			seen[m.id] = b.at
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s holds no mutations", dir)
	}
	return out, nil
}

func newMutation(b block) (mutation, error) {
	m := mutation{
		id: b.name, user: b.fields["user"], file: b.fields["file"], old: b.sections["old"], new: b.sections["new"],
	}
	if m.id == "" || m.user == "" || m.file == "" || m.old == "" {
		return m, fmt.Errorf("%s: an entry needs a name, user, file, a section old and a section new", b.at)
	}
	if _, ok := b.sections["new"]; !ok || m.old == m.new {
		return m, fmt.Errorf("%s: %s changes nothing", b.at, m.id)
	}
	for _, text := range b.repeated["test"] {
		pkg, run, ok := strings.Cut(text, " ")
		run = strings.TrimSpace(run)
		if !ok || run == "" || !strings.HasPrefix(pkg, "./") {
			return m, fmt.Errorf("%s: test wants \"./PACKAGE PATTERN\", and is %q", b.at, text)
		}
		m.tests = append(m.tests, target{pkg, run})
	}
	if len(m.tests) == 0 {
		return m, fmt.Errorf("%s: %s names no test", b.at, m.id)
	}
	return m, nil
}

// errStale says that the list and the program have grown apart.
var errStale = errors.New("the list is stale")

// apply returns the changed text of the mutation's file. The error wraps
// errStale when the old text does not stand in it exactly once.
func (m mutation) apply(text string) (string, error) {
	if n := strings.Count(text, m.old); n != 1 {
		return "", fmt.Errorf("%w: the old text stands %d times in %s, not once", errStale, n, m.file)
	}
	return strings.Replace(text, m.old, m.new, 1), nil
}
