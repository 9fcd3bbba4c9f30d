package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Lines cleans a text and breaks it into lines.
func Lines(text string, columns int) []string {
	text = Sentence(text)
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return Wrap(text, columns)
}

// Prose prints a text with an indent.
func (t *Writer) Prose(indent int, text string) {
	for _, l := range Lines(text, t.Options.Width-indent) {
		t.Line("%s%s", Blanks(indent), l)
	}
}

// Title prints a text in bold.
func (t *Writer) Title(indent int, text string) {
	for _, l := range Lines(text, t.Options.Width-indent) {
		t.Line("%s%s", Blanks(indent), t.Style.Bold(l))
	}
}

// Item prints a label and beside it a text that hangs; nothing for no text.
// Where the line is too short for both, the text goes below the label.
func (t *Writer) Item(indent int, label string, labels int, text string) {
	hang := indent + labels + 2
	below := t.Options.Width-hang < 20
	if below {
		hang = indent + 2
	}
	lines := Lines(text, t.Options.Width-hang)
	if len(lines) == 0 {
		return
	}
	if below {
		t.Line("%s%s", Blanks(indent), t.Style.Faint(label))
	} else {
		t.Line("%s%s%s", Blanks(indent), t.Style.Faint(label)+Blanks(labels+2-Width(label)), lines[0])
		lines = lines[1:]
	}
	for _, l := range lines {
		t.Line("%s%s", Blanks(hang), l)
	}
}

// Steps prints what a person does, in order.
func (t *Writer) Steps(indent int, steps []string) {
	for i, s := range steps {
		t.Item(indent, strconv.Itoa(i+1)+".", 2, s)
	}
}

// Bullets prints each text as a point of a list.
func (t *Writer) Bullets(indent int, texts []string) {
	for _, s := range texts {
		t.Item(indent, "-", 0, s)
	}
}

// UnknownFormat says that there is no such format.
func UnknownFormat(format string) error { return fmt.Errorf("there is no format %q", format) }

// Blanks are so many blanks, none for a number below 0.
func Blanks(n int) string { return strings.Repeat(" ", max(n, 0)) }

// Span words a length of time in its largest whole unit.
func Span(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		word string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if d > 0 && d%unit.of == 0 {
			return Count(int(d/unit.of), unit.word)
		}
	}
	return d.String()
}

// Grouped writes a number with a comma after every third digit.
func Grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Moment writes a time as precisely as it is meant: midnight is a day. The
// zero time is not known.
func Moment(at time.Time) string {
	at = at.UTC()
	switch {
	case at.IsZero():
		return "not known"
	case at.Equal(at.Truncate(24 * time.Hour)):
		return at.Format(time.DateOnly)
	case at.Second() == 0:
		return at.Format("2006-01-02 15:04 UTC")
	}
	return at.Format("2006-01-02 15:04:05 UTC")
}

// OrNone is for lists that may be empty.
func OrNone(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// Count writes "1 key", "2 keys".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Capital begins a text with a capital letter.
func Capital(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[size:]
}

// Joined writes a list of foreign words.
func Joined(list []string) string {
	clean := make([]string, len(list))
	for i, w := range list {
		clean[i] = Clean(w)
	}
	return strings.Join(clean, ", ")
}
