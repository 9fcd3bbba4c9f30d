package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"rekey/internal/location"
	"rekey/internal/location/yamldoc"
)

// A reader walks the nodes of one file and collects what is wrong with them.
type reader struct {
	file  string
	dir   string // what relative paths of files are relative to
	names Names
	// open reads a file that this one names, nil where none may be read.
	open               func(path string) ([]byte, error)
	problems, warnings []Problem
}

func (r *reader) fail(at *yaml.Node, format string, args ...any) {
	r.problems = append(r.problems, Problem{r.file, at.Line, at.Column, fmt.Sprintf(format, args...)})
}

func (r *reader) warn(at *yaml.Node, format string, args ...any) {
	r.warnings = append(r.warnings, Problem{r.file, at.Line, at.Column, fmt.Sprintf(format, args...)})
}

// kindOf names what a node is, for messages.
func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "nothing"
	}
	return "a single value"
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// An entry is one name of a mapping with its value.
type entry struct {
	name       string
	key, value *yaml.Node
}

// entries returns the entries of a mapping whose names are plain words and
// stand there once. Nothing at all is an empty mapping.
func (r *reader) entries(n *yaml.Node, what string) []entry {
	if isNull(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		r.fail(n, "%s must be a mapping, not %s", what, kindOf(n))
		return nil
	}
	lines := map[string]int{}
	var list []entry
	for _, kv := range yamldoc.Entries(n) {
		if kv.Key.Kind != yaml.ScalarNode {
			r.fail(kv.Key, "%s: a name must be a word, not %s", what, kindOf(kv.Key))
			continue
		}
		name := kv.Key.Value
		if line, twice := lines[name]; twice {
			r.fail(kv.Key, "%s: %s stands there twice, first in line %d", what, quote(name), line)
			continue
		}
		lines[name] = kv.Key.Line
		list = append(list, entry{name, kv.Key, kv.Value})
	}
	return list
}

// A field is one name that a mapping may have.
type field struct {
	name     string
	required bool
	read     func(value *yaml.Node)
}

// fields reads a mapping that may have just these fields. at is where a
// missing one is reported.
func (r *reader) fields(n *yaml.Node, what string, at *yaml.Node, known ...field) {
	if n.Kind != yaml.MappingNode && !isNull(n) {
		r.fail(n, "%s must be a mapping, not %s", what, kindOf(n))
		return
	}
	found := map[string]bool{}
	for _, e := range r.entries(n, what) {
		i := slices.IndexFunc(known, func(f field) bool { return f.name == e.name })
		if i < 0 {
			r.unknownField(e, what, known)
			continue
		}
		found[e.name] = true
		known[i].read(e.value)
	}
	for _, f := range known {
		if f.required && !found[f.name] {
			r.fail(at, "%s: %s is required", what, f.name)
		}
	}
}

func (r *reader) unknownField(e entry, what string, known []field) {
	if holdsSecret(e.name) {
		r.fail(
			e.key,
			"%s: %s: rekey.yaml never holds a secret; put it into a location (a .env file, a bot's own file) and "+
				"name that as the credential",
			what,
			quote(e.name),
		)
		return
	}
	var names []string
	for _, f := range known {
		names = append(names, f.name)
	}
	hint := suggestion(e.name, names)
	if hint == "" {
		hint = "; known are " + strings.Join(names, ", ")
	}
	r.fail(e.key, "%s: unknown field %s%s", what, quote(e.name), hint)
}

// holdsSecret reports whether a field of this name is made for a part of a
// credential.
func holdsSecret(name string) bool {
	if _, ok := location.PartNamed(name); ok {
		return true
	}
	for _, word := range []string{"secret", "passphrase", "password", "apikey", "privatekey", "token"} {
		if strings.Contains(plain(name), word) {
			return true
		}
	}
	return false
}

// text reads a single value as text, whatever YAML takes it for: an account
// may be a number.
func (r *reader) text(n *yaml.Node, what string) (string, bool) {
	switch {
	case isNull(n):
		r.fail(n, "%s is empty; give it a value or leave it out", what)
	case n.Kind != yaml.ScalarNode:
		r.fail(n, "%s must be a single value, not %s", what, kindOf(n))
	case strings.TrimSpace(n.Value) == "":
		r.fail(n, "%s is empty; give it a value or leave it out", what)
	case !printable(n.Value):
		r.fail(n, "%s holds a character that cannot be printed", what)
	default:
		return n.Value, true
	}
	return "", false
}

// list reads a list of single values.
func (r *reader) list(n *yaml.Node, what string, read func(item *yaml.Node, value string)) {
	switch {
	case isNull(n):
		r.fail(n, "%s is empty; give it a value or leave it out", what)
		return
	case n.Kind != yaml.SequenceNode:
		r.fail(n, "%s must be a list, as in [one, two], not %s", what, kindOf(n))
		return
	}
	for _, item := range n.Content {
		if value, ok := r.text(item, what+": an entry"); ok {
			read(item, value)
		}
	}
}

// flag reads true or false.
func (r *reader) flag(n *yaml.Node, what string) bool {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
		r.fail(n, "%s must be true or false", what)
		return false
	}
	return strings.EqualFold(n.Value, "true")
}

// location reads a credential location. The text is not repeated: it may be a
// secret in the wrong place.
func (r *reader) location(n *yaml.Node, what string) location.Location {
	text, ok := r.text(n, what)
	if !ok {
		return location.Location{}
	}
	l, err := location.Parse(text)
	if err != nil {
		r.fail(n, "%s: %s", what, err)
	}
	return l
}
