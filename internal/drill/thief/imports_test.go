package thief

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Nobody but the drill knows the thief, and of the commands nobody but the drill
// knows the drill: what trades cannot be reached from what is used on real keys.
func TestNobodyElseImportsThem(t *testing.T) {
	root, _ := filepath.Abs("../../..")
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && strings.HasPrefix(e.Name(), ".") && path != root {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		for _, i := range f.Imports {
			name, _ := strconv.Unquote(i.Path.Value)
			switch {
			case name == "rekey/internal/drill/thief" && filepath.ToSlash(filepath.Dir(rel)) != "internal/drill",
				name == "rekey/internal/drill" && !strings.HasPrefix(rel, "cmd/drill") && rel != "cmd/cmd_drill.go",
				strings.HasPrefix(name, "rekey/internal/fake") && !allowed(rel):
				t.Errorf("%s imports %s", rel, name)
			}
			seen[name] = true
		}
		return nil
	})
	if err != nil || !seen["rekey/internal/drill/thief"] || !seen["rekey/internal/drill"] {
		t.Errorf("the drill was not found: %v", err)
	}
}

// allowed are the rooms of the fakes, of the drill, and of tests that ship in no
// binary.
func allowed(file string) bool {
	for _, room := range []string{"internal/fake/", "internal/drill/", "internal/outside/", "exchanges/exchangetest/"} {
		if strings.HasPrefix(file, room) {
			return true
		}
	}
	return false
}
