package catalogue

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A reader walks the nodes of a file and keeps the first error.
type reader struct {
	file string
	err  error
}

func (r *reader) fail(n *yaml.Node, format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%s:%d:%d: %s", r.file, n.Line, n.Column, fmt.Sprintf(format, args...))
	}
}

// fields are the fields that a mapping may have.
type fields map[string]field

type field struct {
	read     func(*yaml.Node)
	required bool
}

func required(read func(*yaml.Node)) field { return field{read, true} }

func optional(read func(*yaml.Node)) field { return field{read, false} }

// mapping reads a mapping field by field, in the order of the file.
func (r *reader) mapping(n *yaml.Node, known fields) {
	if !r.plain(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		r.fail(n, "expected fields like `name: value`, found %s", kindOf(n))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content) && r.err == nil; i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		f, ok := known[key.Value]
		switch {
		case !r.plain(key):
		case key.Kind != yaml.ScalarNode || !ok:
			r.fail(
				key,
				"no field is called %q here (%s)",
				shortened(key.Value),
				strings.Join(slices.Sorted(maps.Keys(known)), ", "),
			)
		case seen[key.Value]:
			r.fail(key, "field %q is here twice", key.Value)
		default:
			seen[key.Value] = true
			f.read(value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if known[name].required && !seen[name] {
			r.fail(n, "field %q is missing (write null where the answer is not known)", name)
		}
	}
}

// list returns the items of a list.
func (r *reader) list(n *yaml.Node, limit int) []*yaml.Node {
	if !r.plain(n) {
		return nil
	}
	switch {
	case n.Kind != yaml.SequenceNode:
		r.fail(n, "expected a list, found %s", kindOf(n))
	case len(n.Content) > limit:
		r.fail(n, "%d items are too many (at most %d)", len(n.Content), limit)
	default:
		return n.Content
	}
	return nil
}

// texts reads a list of texts.
func (r *reader) texts(n *yaml.Node) []string {
	var out []string
	for _, item := range r.list(n, maxItems) {
		out = append(out, r.word(item))
	}
	return out
}

// word reads a text that must not be empty.
func (r *reader) word(n *yaml.Node) string {
	text := r.text(n)
	if strings.TrimSpace(text) == "" {
		r.fail(n, "a text is missing here")
	}
	return text
}

// text reads a scalar as it is written: a date or a number stays the text that
// the file has.
func (r *reader) text(n *yaml.Node) string {
	switch {
	case !r.plain(n):
	case n.Kind != yaml.ScalarNode || r.isNull(n):
		r.fail(n, "expected a text, found %s", kindOf(n))
	case len(n.Value) > maxText:
		r.fail(n, "a text of %d bytes is too long (at most %d)", len(n.Value), maxText)
	default:
		return n.Value
	}
	return ""
}

func (r *reader) isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// plain refuses what a list of facts has no use for: aliases, which let a
// small file grow, and tags.
func (r *reader) plain(n *yaml.Node) bool {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		r.fail(n, "anchors and aliases are not read: write the value out")
	case n.Style&yaml.TaggedStyle != 0:
		r.fail(n, "tags are not read: write the value without %q", shortened(n.Tag))
	default:
		return true
	}
	return false
}

func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "fields"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null":
		return "nothing"
	}
	return "a text"
}

// shortened bounds foreign text inside an error.
func shortened(text string) string {
	if r := []rune(text); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return text
}
