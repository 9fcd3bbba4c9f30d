package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// The statuses that gremlins 0.6.0 writes
// (internal/mutator/mutator.go, read 2026-11-30).
const (
	statusKilled     = "KILLED"
	statusLived      = "LIVED"
	statusTimedOut   = "TIMED OUT"
	statusNotCovered = "NOT COVERED"
	statusNotViable  = "NOT VIABLE"
)

// A mutant is one change that gremlins made.
type mutant struct {
	file   string // relative to the checkout
	line   int    // from 1
	column int    // from 1
	kind   string // gremlins' mutator
	status string
	fn     string // the function it is in, "" outside of all
	code   string // its line, without the blanks at both ends
	at     int    // its column in code, from 1
}

func (m mutant) String() string { return fmt.Sprintf("%s:%d %s at %d", m.file, m.line, m.kind, m.at) }

// needsReason reports whether no test killed the mutant. One that timed out is
// neither killed nor alive.
func (m mutant) needsReason() bool { return m.status == statusLived || m.status == statusNotCovered }

// readMutants reads gremlins' JSON about one package.
func readMutants(root, pkg string, text []byte) ([]mutant, error) {
	var w struct {
		Files []struct {
			Name      string `json:"file_name"`
			Mutations []struct {
				Type   string `json:"type"`
				Status string `json:"status"`
				Line   int    `json:"line"`
				Column int    `json:"column"`
			} `json:"mutations"`
		} `json:"files"`
	}
	if err := json.Unmarshal(text, &w); err != nil {
		return nil, fmt.Errorf("gremlins' answer could not be read: %w", err)
	}
	var out []mutant
	for _, f := range w.Files {
		file := path.Join(pkg, path.Base(filepath.ToSlash(f.Name)))
		lines, functions, err := source(filepath.Join(root, file))
		if err != nil {
			return nil, err
		}
		for _, m := range f.Mutations {
			if m.Line < 1 || m.Line > len(lines) {
				return nil, fmt.Errorf("gremlins names line %d of %s, which has %d", m.Line, file, len(lines))
			}
			line := lines[m.Line-1]
			code := strings.TrimSpace(line)
			out = append(out, mutant{
				file: file, line: m.Line, column: m.Column, kind: m.Type, status: m.Status, fn: functions[m.Line], code: code,
				at: m.Column - strings.Index(line, code),
			})
		}
	}
	return out, nil
}

// source returns the lines of a file, and the function that each line is in.
func source(file string) ([]string, map[int]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, err
	}
	functions := map[int]string{}
	for _, d := range tree.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			for line := set.Position(f.Pos()).Line; line <= set.Position(f.End()).Line; line++ {
				functions[line] = f.Name.Name
			}
		}
	}
	return strings.Split(string(text), "\n"), functions, nil
}
