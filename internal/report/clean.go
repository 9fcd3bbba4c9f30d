package report

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// longest is how many characters of a foreign text are shown.
const longest = 120

// Clean makes foreign text fit for a terminal: escape sequences are removed
// whole, then every control, format and separator character, bidi marks and
// line ends among them; invalid UTF-8 becomes U+FFFD; what is too long is cut.
// ansi.Strip alone is not enough: it keeps U+009B, carriage returns,
// backspaces and bidi marks.
func Clean(text string) string {
	if len(text) > 1<<16 { // a label of a megabyte needs no full parse
		text = text[:1<<16]
	}
	text = ansi.Strip(strings.ToValidUTF8(text, string(utf8.RuneError)))
	var b strings.Builder
	n := 0
	for _, r := range text {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			r = ' '
		case unsafeRune(r):
			continue
		}
		if n == longest {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
		n++
	}
	return strings.TrimSpace(b.String())
}

// unsafeRune reports whether a character changes how others are shown, or
// shows as nothing.
func unsafeRune(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs) ||
		r >= 0xFE00 && r <= 0xFE0F || // variation selectors
		r == 0x115F || r == 0x1160 || r == 0x3164 || r == 0xFFA0 // fillers
}

// escapeJSON rewrites the characters of encoded JSON that a terminal would
// obey as \u escapes. They only occur inside strings, so the document stays
// the same to every parser.
func escapeJSON(doc []byte) []byte {
	var b strings.Builder
	b.Grow(len(doc))
	for _, r := range string(doc) {
		if r == '\n' || !unsafeRune(r) {
			b.WriteRune(r)
			continue
		}
		if r > 0xFFFF {
			r -= 0x10000
			b.WriteString(`\u` + strconv.FormatInt(int64(0xD800+(r>>10)), 16) + `\u` + strconv.FormatInt(int64(0xDC00+(r&0x3FF)), 16))
			continue
		}
		hex := strconv.FormatInt(int64(r), 16)
		b.WriteString(`\u` + strings.Repeat("0", 4-len(hex)) + hex)
	}
	return []byte(b.String())
}
