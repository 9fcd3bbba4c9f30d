package report

import (
	"strings"
	"unicode"

	"rekey/internal/text"
)

// drawnName shortens the name of a key until it fits into so many pixels of a
// drawing. Nobody knows the reader's fonts, so a wide one is assumed.
func drawnName(name string, pixels int) string { return drawn(name, pixels, text.ShortenName) }

// drawnText is drawnName for words that keep their beginning.
func drawnText(prose string, pixels int) string { return drawn(prose, pixels, text.Shorten) }

func drawn(prose string, pixels int, cut func(string, int) string) string {
	prose = lowMarks(prose)
	for columns := min(text.Width(prose), 60); columns > 0; columns-- {
		if short := cut(prose, columns); drawnWidth(short) <= pixels {
			return short
		}
	}
	return "…"
}

// drawnWidth is how many pixels a text may take at 13 pixels and bold, about
// as in DejaVu Sans Bold, which is wider than most.
func drawnWidth(prose string) int {
	hundredths := 0
	for _, r := range prose {
		switch {
		case strings.ContainsRune("ijlI.,:;'|!()[]{} -", r):
			hundredths += 48
		case strings.ContainsRune("mwMW@%—…", r):
			hundredths += 112
		case r < 0x80 && (unicode.IsUpper(r) || strings.ContainsRune("+=<>&#~^_", r)):
			hundredths += 88
		case r < 0x80:
			hundredths += 73
		default:
			hundredths += 125
		}
	}
	return hundredths * 13 / 100
}

// lowMarks keeps two combining marks on a letter, as many as scripts write: a
// pile would cover the line above.
func lowMarks(prose string) string {
	marks := 0
	return strings.Map(func(r rune) rune {
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
		} else if marks++; marks > 2 {
			return -1
		}
		return r
	}, prose)
}
