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
	case ".tf", ".tfvars", ".hcl", ".tfstate":
		return readBraces(t.Bytes, true)
	case ".ps1", ".psm1": // assignments and calls
		return append(readSections(t.Bytes), readBraces(t.Bytes, true)...)
	case ".json",
		".jsonc",
		".har",
		".vue",
		".svelte",
		".groovy",
		".gradle",
		".zig",
		".vb",
		".fs",
		".jl",
		".r",
		".ex",
		".exs",
		".pl",
		".mm",
		".cxx",
		".hxx",
		".nim",
		".cr",
		".json5",
		".js",
		".mjs",
		".cjs",
		".ts",
		".tsx",
		".jsx",
		".py",
		".go",
		".rs",
		".java",
		".cs",
		".kt",
		".php",
		".rb",
		".swift",
		".c",
		".h",
		".cc",
		".cpp",
		".hpp",
		".scala",
		".dart",
		".lua",
		".jsonl",
		".ndjson":
		if trimmed := bytes.TrimSpace(t.Bytes); strings.HasPrefix(path.Ext(base), ".json") && len(trimmed) > 0 &&
			trimmed[0] == '[' &&
			!likelyJSON(trimmed) {
			return readSections(t.Bytes) // an INI file under another name
		}
		return readBraces(t.Bytes, strings.Contains(" .py .rb .jl .r .ex .exs .pl .nim .cr ", " "+path.Ext(base)+" "))
	case ".xml", ".config", ".csproj", ".plist", ".resx":
		return readXML(t.Bytes)
	case ".md", ".txt", ".log", ".html", ".htm", ".csv", ".tsv", ".ipynb", ".rst", ".sql":
		return nil
	}
	if trimmed := bytes.TrimSpace(t.Bytes); len(trimmed) > 0 &&
		(trimmed[0] == '{' || trimmed[0] == '[' && likelyJSON(trimmed)) {
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
	list   bool // [ ]
	call   bool // ( )
	args   int  // members of a list or a call without a name, so far
	// label is the name that a value without one has: the X of {name: X, value:
	// Y}, of getenv("X", "Y"), of ["--X", "Y"]; labelled is a value that waits
	// for it.
	label    string
	labelled *item
}

func newScope(parent *scope, name string) *scope { return &scope{parent: parent, name: name, said: -1} }

// put adds a value to a scope, under its name, or under none.
func (s *scope) put(name, value string, pos, end int) {
	if name, value, ok := shellDefault(value); ok {
		s.named(name, value, pos, end)
		return
	}
	folded := form.Fold(name)
	switch folded {
	case "exchange",
		"name",
		"connector",
		"venue",
		"broker",
		"exchangename",
		"exchangeid",
		"platform",
		"provider",
		"gateway",
		"title":
		if x := form.Named(value); x >= 0 && s.said < 0 {
			s.said = x
		}
	}
	switch folded {
	case "name", "param", "key", "k", "id":
		if s.labelled != nil || s.isLabel(value) {
			s.label = value
			if l := s.labelled; l != nil {
				s.labelled = nil
				s.outer().labelledValue(value, l.value, l.pos, l.end)
			}
		}
	}
	role, _ := form.RoleOf(name)
	if role != form.Neutral {
		s.named(name, value, pos, end)
		return
	}
	s.unnamed(name, value, pos, end)
}

// unnamed adds a value whose name says nothing: it may have a label, or the
// scope has the name of a part, or it is itself the label of what follows.
func (s *scope) unnamed(name, value string, pos, end int) {
	first := name == "" && s.args == 0
	if name == "" {
		s.args++
	}
	switch {
	case name == "" && s.isLabel(value):
		s.label = labelIn(value)
		return
	case s.label != "":
		label := s.label
		if name == "" || !s.list && !s.call {
			s.label = ""
		}
		s.outer().labelledValue(label, value, pos, end)
		return
	case s.name != "" && (first && s.call || name != ""):
		if owner := lastWord(s.name); hasRole(owner) { // setApiKey("X"), "api_key": {"value": "X"}
			s.outer().named(owner, value, pos, end)
			return
		}
	}
	third := s.call && name == "" && mayBePassphrase(value) && noPart(value) // the third argument of a client
	if it, ok := newItem(name, value, pos, end); ok {
		it.loose = third
		s.items = append(s.items, it)
	} else if third {
		s.items = append(s.items, item{
			value: value, pos: pos, end: end, role: form.Neutral,
			named: -1, near: -1, loose: true,
		})
	}
	if folded := form.Fold(name); folded == "value" || folded == "v" {
		s.labelled = &item{value: value, pos: pos, end: end}
	}
}

// outer is the scope that labelled values belong to: the one around an object
// {name: X, value: Y} or a call, for a list and at the top the scope itself.
func (s *scope) outer() *scope {
	if s.parent == nil || s.list && !s.call {
		return s
	}
	return s.parent
}

// labelledValue adds a value under its label, which may say the exchange.
func (s *scope) labelledValue(label, value string, pos, end int) {
	switch strings.TrimLeft(form.Fold(label), "-") {
	case "exchange", "title", "name", "url", "broker", "venue", "platform":
		if x := form.Named(value); x >= 0 && s.said < 0 {
			s.said = x
		}
		return
	}
	s.named(label, value, pos, end)
}

// named adds a value under a name.
func (s *scope) named(name, value string, pos, end int) {
	if it, ok := newItem(name, value, pos, end); ok {
		s.items = append(s.items, it)
	}
}

// isLabel reports whether a text can be the label of the value behind it: the
// name of a part, or of the exchange.
func (s *scope) isLabel(value string) bool {
	label := labelIn(value)
	if label == "" {
		return false
	}
	switch strings.TrimLeft(form.Fold(label), "-") {
	case "exchange", "title", "url", "username", "login", "loginusername":
		return true
	}
	return hasRole(label)
}

// labelIn returns the name at the end of a text, "" where it has none: --api-key,
// BINANCE_API_KEY, "here is my Secret key: ".
func labelIn(value string) string {
	if len(value) > 240 {
		return ""
	}
	words := strings.Fields(strings.TrimRight(value, " \t\r\n:=->"))
	if len(words) == 0 || len(words[len(words)-1]) > 60 {
		return ""
	}
	last := words[len(words)-1]
	if i := strings.LastIndexAny(last, ":="); i >= 0 {
		last = last[i+1:]
	}
	for i := 0; i < len(last); i++ {
		if !nameByte(last[i]) {
			return ""
		}
	}
	if n := len(words); n > 1 {
		if both := words[n-2] + " " + last; hasRole(both) && !hasRole(last) {
			return both
		} else if role, _ := form.RoleOf(both); role == form.Secret || role == form.Passphrase {
			return both
		}
	}
	if !form.Of([]byte(last)).None() {
		return ""
	}
	return last
}

func hasRole(name string) bool {
	switch role, _ := form.RoleOf(strings.TrimLeft(name, "-/$")); role {
	case form.AccessKey, form.Secret, form.Passphrase:
		return true
	case form.Neutral, form.Other:
	}
	return false
}

// lastWord is the end of the name of a call: setApiKey of client.setApiKey.
func lastWord(name string) string {
	if i := strings.LastIndexAny(name, " .:>"); i >= 0 {
		return name[i+1:]
	}
	return name
}

// shellDefault takes ${NAME:-value} apart.
func shellDefault(value string) (name, rest string, ok bool) {
	inner, ok := strings.CutPrefix(value, "${")
	if !ok {
		return "", "", false
	}
	name, rest, ok = strings.Cut(strings.TrimSuffix(inner, "}"), "-")
	name = strings.TrimSuffix(name, ":")
	return name, rest, ok && rest != "" && hasRole(name)
}

// mayBePassphrase reports whether an argument may be a passphrase: one word of
// the length that exchanges allow (KuCoin 7 to 32, OKX 8 to 32).
func mayBePassphrase(value string) bool {
	return len(value) >= 4 && len(value) <= 64 && !strings.ContainsAny(value, " \t\r\n") &&
		!strings.Contains(value, "://") &&
		!form.IsPlaceholder(form.Passphrase, value)
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
