package main

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// kindArithmetic is the mutator that turns + into -. Where + joins texts, that
// does not compile, and gremlins calls the mutant killed: it waits for exit
// code 2 of "go test", which go 1.26.8 does not give (gremlins executor.go,
// getTestFailedStatus; tried 2026-11-30).
const kindArithmetic = "ARITHMETIC_BASE"

// withoutJoins gives those mutants that join texts by a minus the status of
// what does not compile.
func withoutJoins(ctx context.Context, root, pkg string, mutants []mutant) error {
	joins, err := textJoins(ctx, root, pkg)
	if err != nil {
		return err
	}
	for i, m := range mutants {
		if m.kind == kindArithmetic && joins[place{filepath.Base(m.file), m.line, m.column}] {
			mutants[i].status = statusNotViable
		}
	}
	return nil
}

// A place is where an operator stands in a package.
type place struct {
	file         string
	line, column int
}

// textJoins returns the places of every + of a package that joins texts.
func textJoins(ctx context.Context, root, pkg string) (map[place]bool, error) {
	files, exports, err := listPackage(ctx, root, pkg)
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	var trees []*ast.File
	for _, file := range files {
		tree, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		trees = append(trees, tree)
	}
	found := importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
	info := types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	if _, err := (&types.Config{Importer: found}).Check(pkg, set, trees, &info); err != nil {
		return nil, err
	}
	out := map[place]bool{}
	for _, tree := range trees {
		ast.Inspect(tree, func(n ast.Node) bool {
			if e, ok := n.(*ast.BinaryExpr); ok && e.Op == token.ADD && isText(info.TypeOf(e)) {
				at := set.Position(e.OpPos)
				out[place{filepath.Base(at.Filename), at.Line, at.Column}] = true
			}
			return true
		})
	}
	return out, nil
}

func isText(t types.Type) bool {
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// listPackage returns the files of a package, and the compiled form of every
// package that it needs by import path.
func listPackage(ctx context.Context, root, pkg string) ([]string, map[string]string, error) {
	const form = "{{.ImportPath}}\t{{.Export}}\t{{.DepOnly}}\t{{.Dir}}\t{{join .GoFiles \"\t\"}}"
	cmd := exec.CommandContext(ctx, "go", "list", "-export", "-deps", "-f", form, pkg)
	cmd.Dir = root
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	text, err := cmd.Output()
	if err != nil {
		return nil, nil, fmt.Errorf("go list %s: %w: %s", pkg, err, firstLine(trouble.String()))
	}
	exports := map[string]string{}
	var files []string
	for line := range strings.Lines(string(text)) {
		w := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		exports[w[0]] = w[1]
		if w[2] == "false" {
			for _, name := range w[4:] {
				files = append(files, filepath.Join(w[3], name))
			}
		}
	}
	return files, exports, nil
}
