package text

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

const (
	// longest is how many characters of a foreign text are shown.
	longest = 120
	// stacked is how many combining marks in a row are shown: more than any
	// script writes on a letter, fewer than would cover the lines around it.
	stacked = 4
)

// Clean makes foreign text fit for a terminal: escape sequences are removed
// whole, then every control, format and separator character, bidi marks and
// line ends among them, and what shows as nothing; invalid UTF-8 becomes
// U+FFFD; what is too long is cut. ansi.Strip alone is not enough: it keeps
// U+009B, carriage returns, backspaces and bidi marks.
func Clean(text string) string {
	if len(text) > 1<<16 { // a label of a megabyte needs no full parse
		text = text[:1<<16]
	}
	text = ansi.Strip(strings.ToValidUTF8(text, string(utf8.RuneError)))
	return strings.TrimSpace(visible(text, longest))
}

// Sentence cleans a sentence of rekey's own that may quote foreign text: like
// Clean, without the limit for labels. What follows an escape sequence stays:
// an unfinished one in a quotation must not swallow the rest of the sentence.
func Sentence(text string) string { return visible(text, len(text)) }

// CleanName cleans the display name of a key. Each part of
// EXCHANGE/ACCOUNT/xxxx…yyyy is cleaned by itself, so that no account can have
// a name that swallows the access key behind it or pushes it out.
func CleanName(display string) string {
	first, last := strings.Index(display, "/"), strings.LastIndex(display, "/")
	if first == last {
		return Clean(display)
	}
	return Clean(display[:first]) + "/" + Clean(display[first+1:last]) + "/" + Clean(display[last+1:])
}

// visible drops what a terminal would obey or not show, turns line ends and
// tabs into blanks, and cuts after so many characters.
func visible(text string, most int) string {
	var b strings.Builder
	n, marks := 0, 0
	for _, r := range text {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			r = ' '
		case Unsafe(r):
			continue
		}
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
		} else if marks++; marks > stacked {
			continue
		}
		if n == most {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// Unsafe reports whether a character changes how others are shown, or
// shows as nothing: joiners, fillers, variation selectors and tags can hide a
// message in a label or make two labels look alike.
func Unsafe(r rune) bool {
	if r >= ' ' && r <= '~' { // nearly all of every report
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co, unicode.Cs,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, unicode.Noncharacter_Code_Point) ||
		r == 0x2800 // a braille pattern without a dot
}

// EscapeJSON rewrites the characters of encoded JSON that a terminal would
// obey as \u escapes. They only occur inside strings, so the document stays
// the same to every parser.
func EscapeJSON(doc []byte) []byte {
	if bytes.IndexFunc(doc, func(r rune) bool { return r != '\n' && Unsafe(r) }) < 0 && utf8.Valid(doc) {
		return doc // nearly always
	}
	var b strings.Builder
	b.Grow(len(doc))
	for _, r := range string(doc) {
		if r == '\n' || !Unsafe(r) {
			b.WriteRune(r)
			continue
		}
		if r > 0xFFFF {
			r -= 0x10000
			b.WriteString(
				`\u` + strconv.FormatInt(int64(0xD800+(r>>10)), 16) + `\u` + strconv.FormatInt(int64(0xDC00+(r&0x3FF)), 16),
			)
			continue
		}
		hex := strconv.FormatInt(int64(r), 16)
		b.WriteString(`\u` + strings.Repeat("0", 4-len(hex)) + hex)
	}
	return []byte(b.String())
}
