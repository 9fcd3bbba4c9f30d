// Command gen writes the pages of docs that are printed from the program
// itself: the cards, the rules, the incidents, the fields of the audit document,
// the commands and their man pages; `gen pictures` makes the pictures of the
// README. Run it in the root of the repository.
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// manFolder is where man pages go. Nothing else is kept there.
const manFolder = "docs/man"

func main() {
	write := func() error { return generate(".") }
	if len(os.Args) > 1 && os.Args[1] == "pictures" {
		write = func() error { return writePictures(context.Background(), ".") }
	}
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// generate writes every page below root, and removes man pages of commands
// that are gone.
func generate(root string) error {
	pages, err := allPages()
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, pages[name], 0o644); err != nil {
			return err
		}
	}
	stale, err := stalePages(root, pages)
	if err != nil {
		return err
	}
	for _, file := range stale {
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}

// allPages returns every generated file by its path in the repository.
func allPages() (map[string][]byte, error) {
	pages, err := referencePages()
	if err != nil {
		return nil, err
	}
	if pages["docs/json.md"], err = schemaPage(); err != nil {
		return nil, fmt.Errorf("docs/json.md: %w", err)
	}
	if pages["docs/finding.md"], err = findingPage(); err != nil {
		return nil, fmt.Errorf("docs/finding.md: %w", err)
	}
	commands, err := commandPages()
	if err != nil {
		return nil, err
	}
	maps.Copy(pages, commands)
	return pages, nil
}

// stalePages returns the man pages that no command has any more.
func stalePages(root string, pages map[string][]byte) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(manFolder), "*.1"))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(files, func(file string) bool {
		_, current := pages[manFolder+"/"+filepath.Base(file)]
		return current
	}), nil
}
