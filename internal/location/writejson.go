package location

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// A jsonScalar is a string or null in a JSON document, in bytes from behind
// the byte order mark.
type jsonScalar struct{ start, end int }

// edit writes characters that are not ASCII as \uXXXX into a file that is all
// ASCII: who wrote it may have escaped them on purpose.
func (s jsonScalar) edit(data []byte, text string) (edit, *Error) {
	bom := bomLength(data)
	return edit{bom + s.start, bom + s.end, quoteJSON(text, isASCII(data[bom:]))}, nil
}

// quoteJSON writes text as a JSON string.
func quoteJSON(text string, ascii bool) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f || ascii && r > 0x7f && r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		case ascii && r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
