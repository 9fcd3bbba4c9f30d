package find

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// yamlSize is how large a YAML file may be to be parsed. Others are read by
// proximity.
const yamlSize = 512 << 10

// readYAML reads all documents of a YAML file. It is false when the text is
// none: a template, a window of a file.
func readYAML(b []byte) ([]group, bool) {
	if len(b) > yamlSize {
		return nil, false
	}
	r := &yamlReader{b: b, starts: []int{0}}
	for i, c := range b {
		if c == '\n' {
			r.starts = append(r.starts, i+1)
		}
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	for {
		var doc yaml.Node
		err := d.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return groupsOf(r.scopes), true
		}
		if err != nil {
			return nil, false
		}
		top := newScope(nil, "")
		r.scopes = append(r.scopes, top)
		r.walk(&doc, top, 0)
	}
}

type yamlReader struct {
	b      []byte
	starts []int // of the lines
	scopes []*scope
}

func (r *yamlReader) walk(n *yaml.Node, in *scope, depth int) {
	if depth > deepest {
		return
	}
	switch n.Kind {
	case yaml.DocumentNode:
		for _, c := range n.Content {
			r.walk(c, in, depth+1)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			name, value := n.Content[i], n.Content[i+1]
			if value.Kind == yaml.ScalarNode {
				r.scalar(in, name.Value, value)
				continue
			}
			child := newScope(in, name.Value)
			r.scopes = append(r.scopes, child)
			r.walk(value, child, depth+1)
		}
	case yaml.SequenceNode:
		for _, c := range n.Content {
			if c.Kind == yaml.ScalarNode {
				r.scalar(in, "", c)
				continue
			}
			child := newScope(in, "")
			r.scopes = append(r.scopes, child)
			r.walk(c, child, depth+1)
		}
	case yaml.ScalarNode, yaml.AliasNode:
	}
}

// scalar puts a scalar into a scope. NAME=VALUE in a list, as compose has it,
// is a named value.
func (r *yamlReader) scalar(in *scope, name string, n *yaml.Node) {
	value, pos := n.Value, r.offset(n)
	if name == "" {
		if before, after, ok := strings.Cut(value, "="); ok && before != "" && !strings.ContainsAny(before, " /:") {
			if i := bytes.IndexByte(r.b[pos:min(len(r.b), pos+len(before)+8)], '='); i >= 0 {
				in.put(before, strings.ReplaceAll(after, `\n`, "\n"), pos+i+1, pos+i+1+len(after))
			}
			return
		}
	}
	if strings.HasPrefix(value, "-----BEGIN") {
		value = strings.ReplaceAll(value, `\n`, "\n")
	}
	in.put(name, value, pos, pos+max(1, len(n.Value)))
}

// offset returns where the text of a scalar begins, behind its quote or on the
// line after its |.
func (r *yamlReader) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(r.starts) {
		return 0
	}
	at := r.starts[n.Line-1]
	for range n.Column - 1 {
		if at >= len(r.b) {
			return max(0, len(r.b)-1)
		}
		_, size := utf8.DecodeRune(r.b[at:])
		at += size
	}
	first, _, _ := strings.Cut(n.Value, "\n")
	if first == "" {
		return min(at, max(0, len(r.b)-1))
	}
	first = first[:min(len(first), 24)]
	if i := bytes.Index(r.b[at:min(len(r.b), at+400)], []byte(first)); i >= 0 {
		return at + i
	}
	return min(at, max(0, len(r.b)-1))
}
