package location

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A yamlScalar is a text or null in a YAML document.
type yamlScalar struct{ *yaml.Node }

// edit keeps the style. A plain text that YAML would read as something else
// gets quotes; single quotes give way to double ones where text has lines.
func (s yamlScalar) edit(data []byte, text string) (edit, *Error) {
	bom := bomLength(data)
	start, ok := yamlOffset(data[bom:], s.Line, s.Column)
	if ok {
		start, ok = skipYAMLProperties(data, start+bom)
	}
	if !ok {
		return edit{}, unplaced()
	}
	switch s.Style &^ yaml.TaggedStyle {
	case yaml.DoubleQuotedStyle:
		return yamlQuoted(data, start, quoteYAML(text))
	case yaml.SingleQuotedStyle:
		return yamlQuoted(data, start, quoteSimplyYAML(text))
	case yaml.LiteralStyle, yaml.FoldedStyle:
		return yamlBlock(data, start, text)
	default: // plain
	}
	// A text that is written over several lines has other bytes than its value.
	if !bytes.HasPrefix(data[start:], []byte(s.Value)) {
		return edit{}, problem(
			ReasonUnfit,
			"",
			"a value without quotes goes over several lines in the file",
			"put it on one line",
		)
	}
	e := edit{start, start + len(s.Value), text}
	if !isPlainYAML(text) {
		e.text = quoteSimplyYAML(text)
	}
	if e.start == e.end && e.start > 0 && data[e.start-1] == ':' {
		e.text = " " + e.text
	}
	return e, nil
}

// yamlOffset returns the byte of a line and a column, both from 1. Lines end
// where the parser thinks so, columns count characters.
func yamlOffset(text []byte, line, column int) (int, bool) {
	at := 0
	for ; line > 1; line-- {
		end := bytes.IndexFunc(text[at:], isYAMLBreak)
		if end < 0 {
			return 0, false
		}
		at += end + yamlBreak(text[at+end:])
	}
	for ; column > 1; column-- {
		if at >= len(text) {
			return 0, false
		}
		at++
		for at < len(text) && text[at]&0xc0 == 0x80 { // inside a character
			at++
		}
	}
	return at, true
}

// isYAMLBreak reports whether r ends a line for a YAML 1.1 parser.
func isYAMLBreak(r rune) bool { return strings.ContainsRune("\n\r\u0085\u2028\u2029", r) }

// yamlBreak returns the length of the line end that text begins with.
func yamlBreak(text []byte) int {
	switch {
	case bytes.HasPrefix(text, []byte("\r\n")), bytes.HasPrefix(text, []byte("\u0085")):
		return 2
	case bytes.HasPrefix(text, []byte("\u2028")), bytes.HasPrefix(text, []byte("\u2029")):
		return 3
	}
	return 1
}

var yamlProperty = regexp.MustCompile(`^(&[^\s,\[\]{}]+|!!str|!)[ \t]+`)

// skipYAMLProperties moves behind an anchor and a tag that says what is true
// anyway. Any other tag means that the text is not the value itself.
func skipYAMLProperties(data []byte, at int) (int, bool) {
	for {
		if at >= len(data) || data[at] != '&' && data[at] != '!' {
			return at, true
		}
		property := yamlProperty.Find(data[at:])
		if property == nil {
			return 0, false
		}
		at += len(property)
	}
}

// yamlQuoted replaces the text in quotes that begins at start.
func yamlQuoted(data []byte, start int, text string) (edit, *Error) {
	quote := data[start]
	for i := start + 1; i < len(data); i++ {
		switch {
		case quote == '"' && data[i] == '\\':
			i++
		case data[i] == quote && quote == '\'' && i+1 < len(data) && data[i+1] == '\'':
			i++
		case data[i] == quote && (quote == '"' || quote == '\''):
			return edit{start, i + 1, text}, nil
		}
	}
	return edit{}, unplaced()
}

// quoteSimplyYAML writes text between single quotes if they can hold it, else
// between double ones.
func quoteSimplyYAML(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || isHiddenYAML(r) }) {
		return quoteYAML(text)
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// quoteYAML writes text between double quotes.
func quoteYAML(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r < ' ' || isHiddenYAML(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// isHiddenYAML reports whether YAML wants r to be escaped.
func isHiddenYAML(r rune) bool {
	return isYAMLBreak(r) && r > ' ' || r == 0xfeff || r == 0xfffe || r == 0xffff || 0x7f <= r && r < 0xa0
}

var (
	plainYAML = regexp.MustCompile(`^[A-Za-z0-9+/_.][A-Za-z0-9+/_.=@-]*$`)
	// otherYAML is what some parser, of YAML 1.1 or 1.2, reads as something
	// else than text: null, a truth value, a number, a time.
	otherYAML = regexp.MustCompile(`^(?i:null|y|yes|n|no|on|off|true|false|[-+]?\.inf|\.nan|` +
		`[-+]?[0-9][0-9_]*|[-+]?0o[0-7_]+|[-+]?0x[0-9a-f_]+|[-+]?0b[01_]+|` +
		`[-+]?(\.[0-9_]+|[0-9][0-9_]*(\.[0-9_]*)?)(e[-+]?[0-9]+)?|` +
		`[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|[-.+]+)$`)
)

// isPlainYAML reports whether text stays text without quotes.
func isPlainYAML(text string) bool {
	return plainYAML.MatchString(text) && !otherYAML.MatchString(text)
}
