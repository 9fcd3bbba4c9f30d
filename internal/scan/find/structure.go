package find

import (
	"bytes"
	"path"
	"strings"

	"rekey/internal/form"
)

// structure reads a text by its structure, where it has one that is known by
// the name of the file or by its first character. A text that breaks the rules
// of its format gives the groups that could be read.
func structure(t Text) []group {
	base := path.Base(strings.ToLower(t.Path))
	base = strings.TrimSuffix(strings.TrimSuffix(base, ".bak"), ".back")
	for _, suffix := range []string{".example", ".sample", ".dist", ".template", ".tmpl"} {
		base = strings.TrimSuffix(base, suffix)
	}
	switch path.Ext(base) {
	case ".yml", ".yaml":
		if groups, ok := readYAML(t.Bytes); ok {
			return groups
		}
		return readSections(t.Bytes)
	case ".json", ".jsonc", ".json5", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", ".py", ".go", ".rs", ".java", ".cs", ".kt", ".php", ".rb", ".swift",
		".c", ".h", ".cc", ".cpp", ".hpp", ".scala", ".dart", ".lua", ".jsonl", ".ndjson":
		if trimmed := bytes.TrimSpace(t.Bytes); strings.HasPrefix(path.Ext(base), ".json") && len(trimmed) > 0 && trimmed[0] == '[' && !likelyJSON(trimmed) {
			return readSections(t.Bytes) // an INI file under another name
		}
		return readBraces(t.Bytes, path.Ext(base) == ".py" || path.Ext(base) == ".rb")
	case ".xml", ".config", ".csproj", ".plist", ".resx":
		return readXML(t.Bytes)
	case ".md", ".txt", ".log", ".html", ".htm", ".csv", ".ipynb", ".rst", ".sql":
		return nil
	}
	if trimmed := bytes.TrimSpace(t.Bytes); len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[' && likelyJSON(trimmed)) {
		return readBraces(t.Bytes, false)
	}
	return readSections(t.Bytes)
}

// likelyJSON tells a JSON list from the header of an INI file.
func likelyJSON(b []byte) bool {
	rest := bytes.TrimLeft(b[1:], " \t\r\n")
	return len(rest) > 0 && (rest[0] == '{' || rest[0] == '[' || rest[0] == '"' || rest[0] == ']')
}

// A scope is an object, a list, a call or a section while a text is read.
type scope struct {
	parent *scope
	name   string
	items  []item
	said   int
	list   bool
	// label and labelled are the two halves of {name: X, value: Y}.
	label    string
	labelled *item
}

func newScope(parent *scope, name string) *scope { return &scope{parent: parent, name: name, said: -1} }

// put adds a named value to a scope.
func (s *scope) put(name, value string, pos, end int) {
	switch form.Fold(name) {
	case "exchange", "name", "connector", "venue", "broker", "exchangename", "exchangeid", "platform", "provider", "gateway":
		if x := form.Named(value); x >= 0 && s.said < 0 {
			s.said = x
		}
	}
	switch form.Fold(name) {
	case "name", "param", "key", "k", "id":
		if s.label == "" && !isCDPName(value) && form.Of([]byte(value)).None() {
			s.label = value
		}
	case "value", "v":
		s.labelled = &item{value: value, pos: pos, end: end}
	}
	if it, ok := newItem(name, value, pos, end); ok {
		s.items = append(s.items, it)
	}
	if s.label != "" && s.labelled != nil {
		if it, ok := newItem(s.label, s.labelled.value, s.labelled.pos, s.labelled.end); ok && it.role != form.Neutral {
			to := s
			if s.parent != nil {
				to = s.parent
			}
			to.items = append(to.items, it)
			s.labelled = nil
		}
	}
}

// group is what the scope holds, with the names and the exchange of what is
// around it.
func (s *scope) group() group {
	g := group{items: s.items, said: s.said, exact: true}
	for p := s; p != nil; p = p.parent {
		if p.name != "" {
			g.path = append([]string{p.name}, g.path...)
		}
		if g.said < 0 {
			g.said = p.said
		}
	}
	return g
}

// groupsOf are the groups of the scopes that hold anything.
func groupsOf(scopes []*scope) []group {
	var groups []group
	for _, s := range scopes {
		if len(s.items) > 0 {
			groups = append(groups, s.group())
		}
	}
	return groups
}
