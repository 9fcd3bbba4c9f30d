package location

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"rekey/internal/location/textfile"
)

// A slot is a place in a file that holds a part of a credential.
type slot struct {
	file  *source
	value scalar // nil when its place is not known
}

// A scalar is a value in the text of a file.
type scalar interface {
	// edit returns the change of data, the bytes of the whole file, that puts
	// text in the place of the value. It keeps the quotes and escapes that are
	// there as far as text can be written with them. The error says why the
	// value cannot be replaced.
	edit(data []byte, text string) (edit, *Error)
}

// An edit replaces the bytes from start to end.
type edit struct {
	start, end int
	text       string
}

// splice returns data with the edits made, which are sorted first. It reports
// false when two of them overlap, or one lies outside.
func splice(data []byte, edits []edit) ([]byte, bool) {
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		if e.start < at || e.end < e.start || e.end > len(data) {
			return nil, false
		}
		out.Write(data[at:e.start])
		out.WriteString(e.text)
		at = e.end
	}
	out.Write(data[at:])
	return out.Bytes(), true
}

// lineOf returns the line, from 1, that the byte at is in.
func lineOf(data []byte, at int) int { return 1 + bytes.Count(data[:at], []byte("\n")) }

// bomLength returns how many bytes of data are a byte order mark. Parsers of
// documents count from behind it.
func bomLength(data []byte) int { return len(data) - len(textfile.TrimBOM(data)) }

// likePEM writes a PEM the way old, a PEM in the same place, was written: with
// line ends, or with the two characters \n for them; with or without one at the
// end. Any other text comes back as it is.
func likePEM(text, old string) string {
	if !strings.HasPrefix(text, pemStart) {
		return text
	}
	text = strings.TrimSpace(text)
	inner := strings.TrimSpace(old)
	switch {
	case !strings.HasPrefix(inner, pemStart):
		return text + "\n"
	case strings.Contains(inner, "\n") || !strings.Contains(inner, `\n`):
		if inner != old {
			text += "\n"
		}
		return text
	}
	if strings.HasSuffix(inner, `\n`) {
		text += "\n"
	}
	return strings.ReplaceAll(text, "\n", `\n`)
}

// isASCII reports whether text can be written in ASCII as it is.
func isASCII[T string | []byte](text T) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// unplaced is the error for a value whose bytes cannot be told.
func unplaced() *Error {
	return problem(
		ReasonUnfit,
		"",
		"rekey cannot tell which bytes of the file are the value",
		"write it in quotes, on one line",
	)
}
