package location

import (
	"bytes"
	"fmt"
	"strings"
)

// A tomlScalar is a string in a TOML document, in bytes from behind the byte
// order mark, quotes included.
type tomlScalar struct{ start, end int }

const (
	tomlLines    = `"""`
	tomlRawLines = `'''`
)

// edit keeps the kind of string: literal or basic, of one line or of several.
// A literal one that cannot hold text becomes a basic one.
func (s tomlScalar) edit(data []byte, text string) (edit, *Error) {
	bom := bomLength(data)
	e := edit{start: bom + s.start, end: bom + s.end}
	old := data[e.start:e.end]
	first, body := "", old[min(len(old), len(tomlLines)):]
	for _, end := range []string{"\r\n", "\n"} { // right behind the quotes it does not count
		if bytes.HasPrefix(body, []byte(end)) {
			first, body = end, body[len(end):]
		}
	}
	raw := !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f || r == '\'' })
	switch {
	case bytes.HasPrefix(old, []byte(tomlRawLines)) && raw:
		e.text = tomlRawLines + first + text + tomlRawLines
	case bytes.HasPrefix(old, []byte(tomlRawLines)), bytes.HasPrefix(old, []byte(tomlLines)):
		e.text = tomlLines + first + escapeTOML(text, bytes.Contains(body, []byte("\n"))) + tomlLines
	case bytes.HasPrefix(old, []byte(`'`)) && raw && !strings.Contains(text, "\n"):
		e.text = `'` + text + `'`
	case bytes.HasPrefix(old, []byte(`'`)), bytes.HasPrefix(old, []byte(`"`)):
		e.text = `"` + escapeTOML(text, false) + `"`
	default:
		return edit{}, unplaced()
	}
	return e, nil
}

// escapeTOML writes text for a basic string, its line ends as they are or as
// \n.
func escapeTOML(text string, lines bool) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n' && !lines:
			b.WriteString(`\n`)
		case r < ' ' && r != '\n' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
