package find

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// deepest is how deep objects may be nested; what is deeper belongs to the
// scope at that depth.
const deepest = 200

// A braceReader reads JSON with all its dialects, and code: whatever nests in
// brackets and names values with : or =. It never fails; text that makes no
// sense makes no groups.
type braceReader struct {
	b      []byte
	hashes bool // # begins a comment
	i      int
	scopes []*scope
	here   *scope
	depth  int
	over   int    // brackets beyond the deepest
	name   string // the name that waits for its value
	hasSep bool
	atom   atom // the last string or word
}

type atom struct {
	text     string
	pos, end int
	quoted   bool
	set      bool
}

// readBraces reads a text by its brackets.
func readBraces(b []byte, hashes bool) []group {
	r := &braceReader{b: b, hashes: hashes, here: newScope(nil, "")}
	r.scopes = []*scope{r.here}
	for r.i < len(r.b) {
		r.step()
	}
	r.flush()
	return groupsOf(r.scopes)
}

func (r *braceReader) step() {
	c := r.b[r.i]
	switch {
	case c == '"' || c == '\'' || c == '`':
		r.text(c)
		return
	case c == '/' && r.i+1 < len(r.b) && (r.b[r.i+1] == '/' || r.b[r.i+1] == '*') || c == '#' && r.hashes:
		r.comment(c)
		return
	case c == '_' || c == '$' || c == '@' || letter[c]:
		r.word()
		return
	case c == '{' || c == '[' || c == '(':
		r.open(c)
	case c == '}' || c == ']' || c == ')':
		r.shut(c)
	case c == ':' || c == '=':
		r.separator(c)
	case c == ',' || c == ';':
		r.flush()
	case c == '\n':
		if !r.hasSep || r.atom.set { // a value may stand on the next line
			r.flush()
		}
	case c == '!' || c == '<' || c == '+' || c == '|' || c == '?':
		r.atom = atom{}
	}
	r.i++
}

// text reads a string. One that has no end on its line is no string, unless
// its quotes span lines.
func (r *braceReader) text(quote byte) {
	start := r.i
	if quote != '`' && start+2 < len(r.b) && r.b[start+1] == quote && r.b[start+2] == quote {
		close := bytes.Index(r.b[start+3:], []byte{quote, quote, quote})
		if close >= 0 {
			r.value(
				atom{text: string(r.b[start+3 : start+3+close]), pos: start + 3, end: start + 3 + close, quoted: true, set: true},
			)
			r.i = start + 6 + close
			return
		}
	}
	for i := start + 1; i < len(r.b); i++ {
		switch c := r.b[i]; {
		case c == '\\' && quote != '`':
			i++
		case c == quote:
			raw := r.b[start+1 : i]
			r.value(atom{text: unquote(raw), pos: start + 1, end: i, quoted: true, set: true})
			r.i = i + 1
			return
		case c == '\n' && quote != '`':
			r.i = start + 1
			return
		}
	}
	r.i = start + 1
}

// unquote resolves the escapes of a string.
func unquote(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw)
	}
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' || i+1 >= len(raw) {
			b.WriteByte(raw[i])
			continue
		}
		i++
		switch c := raw[i]; c {
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case 'u':
			if i+4 < len(raw) {
				if v, err := strconv.ParseUint(string(raw[i+1:i+5]), 16, 16); err == nil {
					b.WriteRune(rune(v))
					i += 4
					continue
				}
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	if s := b.String(); utf8.ValidString(s) {
		return s
	}
	return string(raw)
}

// comment skips a comment. What it holds is for proximity to find.
func (r *braceReader) comment(c byte) {
	end := bytes.IndexByte(r.b[r.i:], '\n')
	if c == '/' && r.b[r.i+1] == '*' {
		if end = bytes.Index(r.b[r.i+2:], []byte("*/")); end >= 0 {
			end += 4
		}
	}
	if end < 0 {
		r.i = len(r.b)
		return
	}
	r.i += end
}

func (r *braceReader) word() {
	start := r.i
	for r.i < len(r.b) && (nameByte(r.b[r.i]) || r.b[r.i] == '@') {
		r.i++
	}
	r.i = max(r.i, start+1)
	if r.hasSep { // an expression, or a word without quotes
		if r.atom.set {
			return
		}
		r.atom = atom{text: string(r.b[start:r.i]), pos: start, end: r.i, set: true}
		return
	}
	r.atom = atom{text: string(r.b[start:r.i]), pos: start, end: r.i, set: true}
}

func (r *braceReader) value(a atom) {
	if r.hasSep && r.name != "" {
		if !r.atom.quoted || !r.atom.set {
			r.here.put(r.name, a.text, a.pos, a.end)
			r.name, r.hasSep, r.atom = "", false, atom{}
		}
		return
	}
	r.atom = a
}

func (r *braceReader) separator(c byte) {
	next := byte(0)
	if r.i+1 < len(r.b) {
		next = r.b[r.i+1]
	}
	if c == '=' && next == '=' || c == ':' && next == ':' {
		r.i++
		r.atom = atom{}
		return
	}
	if r.atom.set && !r.hasSep {
		r.name, r.hasSep, r.atom = r.atom.text, true, atom{}
	} else if r.hasSep && r.atom.set && c == '=' { // name: Type = value
		r.atom = atom{}
	}
}

// flush ends a value. A string without a name is an argument or a member of a
// list.
func (r *braceReader) flush() {
	if r.atom.set && r.atom.quoted && !r.hasSep {
		r.here.put("", r.atom.text, r.atom.pos, r.atom.end)
	}
	r.name, r.hasSep, r.atom = "", false, atom{}
}

func (r *braceReader) open(c byte) {
	name, label := r.name, ""
	switch {
	case r.atom.set && !r.atom.quoted:
		name = strings.TrimSpace(name + " " + r.atom.text)
	case r.atom.set && c == '{' && !r.hasSep: // variable "X" {
		label = r.atom.text
	}
	r.name, r.hasSep, r.atom = "", false, atom{}
	if c == '{' && r.here.list && r.here.label != "" { // ["secret: ", {"text": "X"}]
		label, r.here.label = r.here.label, ""
	}
	if r.depth >= deepest {
		r.over++
		return
	}
	r.depth++
	r.here = newScope(r.here, name)
	r.here.list, r.here.call = c == '[', c == '('
	if label != "" && r.here.isLabel(label) {
		r.here.label = label
	}
	r.scopes = append(r.scopes, r.here)
}

func (r *braceReader) shut(c byte) {
	index := atom{}
	if c == ']' && r.here.list && r.atom.quoted && len(r.here.items) == 0 && !r.hasSep {
		index = r.atom // environ["NAME"] = ...
	} else {
		r.flush()
	}
	r.name, r.hasSep, r.atom = "", false, index
	r.atom.quoted = false
	if r.over > 0 {
		r.over--
		return
	}
	if r.here.parent != nil {
		r.here = r.here.parent
		r.depth--
	}
}
