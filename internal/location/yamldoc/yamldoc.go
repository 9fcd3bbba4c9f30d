// Package yamldoc parses one YAML document into nodes and says where it is
// wrong. It resolves nothing: no alias is followed, no tag applied, no
// duplicate name merged. Whoever walks the nodes decides about those.
package yamldoc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// An Error is a place where the text is no YAML. Problem quotes nothing of the
// text.
type Error struct {
	Line, Column int // from 1
	Problem      string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Problem) }

// maxDepth is how deep nodes may be nested. No configuration comes near it.
const maxDepth = 200

// Parse returns the root node of the only document in text, or nil when there
// is none: nothing but comments and blank lines. The error is an *Error.
func Parse(text []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, syntaxError(err, text)
	}
	var second yaml.Node
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return nil, syntaxError(err, text)
	default:
		return nil, &Error{second.Line, second.Column, "a second document starts here; only one is allowed in a file"}
	}
	if document.Kind != yaml.DocumentNode || len(document.Content) != 1 {
		return nil, nil
	}
	root := document.Content[0]
	if deep := tooDeep(root, 1); deep != nil {
		return nil, &Error{deep.Line, deep.Column, fmt.Sprintf("nested more than %d levels deep", maxDepth)}
	}
	return root, nil
}

func tooDeep(n *yaml.Node, depth int) *yaml.Node {
	if depth > maxDepth {
		return n
	}
	for _, child := range n.Content {
		if deep := tooDeep(child, depth+1); deep != nil {
			return deep
		}
	}
	return nil
}

// A KeyValue is one entry of a mapping.
type KeyValue struct{ Key, Value *yaml.Node }

// Entries returns the entries of a mapping in the order of the text.
func Entries(mapping *yaml.Node) []KeyValue {
	entries := make([]KeyValue, 0, len(mapping.Content)/2)
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		entries = append(entries, KeyValue{mapping.Content[i], mapping.Content[i+1]})
	}
	return entries
}

// linePrefix is how the parser's errors begin when they name a line.
var linePrefix = regexp.MustCompile(`^line (\d+): `)

// syntaxError translates an error of the parser. The parser counts lines from
// 0 in errors of its grammar and from 1 in errors of its scanner
// (go.yaml.in/yaml/v3 v3.0.6, decode.go, fail).
func syntaxError(err error, text []byte) error {
	problem := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 0
	if m := linePrefix.FindStringSubmatch(problem); m != nil {
		line, _ = strconv.Atoi(m[1])
		problem = problem[len(m[0]):]
	}
	if line == 0 || isGrammar(problem) {
		line++
	}
	lines := bytes.Split(bytes.TrimRight(text, "\r\n"), []byte("\n"))
	line = min(line, len(lines))
	switch {
	case strings.HasPrefix(problem, "unknown anchor"): // its name is text of the file
		return &Error{lineOfAlias(lines), 1, "an alias is used that stands for nothing"}
	case strings.HasPrefix(problem, "exceeded max depth"):
		return &Error{line, 1, "nested too deep"}
	case strings.Contains(problem, "cannot start any token"):
		lines = lines[:line]
		fallthrough
	case strings.Contains(problem, "tab character"):
		// The line named may be the one where the block begins.
		for i := line - 1; i < len(lines); i++ {
			if tab := indentingTab(lines[i]); tab >= 0 {
				return &Error{i + 1, tab + 1, "a tab is used to indent; YAML wants spaces"}
			}
		}
	}
	return &Error{line, 1, "not valid YAML: " + problem}
}

// isGrammar reports whether the parser's grammar found the problem.
func isGrammar(problem string) bool {
	for _, start := range []string{
		"did not find expected key", "did not find expected node content", "did not find expected ',' or",
		"did not find expected '-' indicator", "did not find expected <", "found undefined tag handle",
		"found duplicate %", "found incompatible YAML",
	} {
		if strings.HasPrefix(problem, start) {
			return true
		}
	}
	return false
}

// indentingTab returns the index of the first tab in the white space that line
// begins with, or -1.
func indentingTab(line []byte) int {
	indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
	return bytes.IndexByte(indent, '\t')
}

var aliasShape = regexp.MustCompile(`(^|[\s:\[,{-])\*[^\s*]`)

// lineOfAlias returns the first line that looks as if it held an alias.
func lineOfAlias(lines [][]byte) int {
	for i, line := range lines {
		if aliasShape.Match(line) {
			return i + 1
		}
	}
	return 1
}
