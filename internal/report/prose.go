package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// The reference pages of the text format: cards, operations, rules, incidents.
// What they print was written for people and goes through Sentence, because a
// file of incidents may come from anybody.

// proseLines cleans a text and breaks it into lines.
func proseLines(text string, columns int) []string {
	text = Sentence(text)
	if strings.TrimSpace(text) == "" {
		return nil
	}
	return wrap(text, columns)
}

// prose prints a text with an indent.
func (t *textSink) prose(indent int, text string) {
	for _, l := range proseLines(text, t.o.Width-indent) {
		t.line("%s%s", blanks(indent), l)
	}
}

// title prints a text in bold.
func (t *textSink) title(indent int, text string) {
	for _, l := range proseLines(text, t.o.Width-indent) {
		t.line("%s%s", blanks(indent), t.style.bold(l))
	}
}

// item prints a label and beside it a text that hangs; nothing for no text.
// Where the line is too short for both, the text goes below the label.
func (t *textSink) item(indent int, label string, labels int, text string) {
	hang := indent + labels + 2
	below := t.o.Width-hang < 20
	if below {
		hang = indent + 2
	}
	lines := proseLines(text, t.o.Width-hang)
	if len(lines) == 0 {
		return
	}
	if below {
		t.line("%s%s", blanks(indent), t.style.faint(label))
	} else {
		t.line("%s%s%s", blanks(indent), t.style.faint(label)+blanks(labels+2-width(label)), lines[0])
		lines = lines[1:]
	}
	for _, l := range lines {
		t.line("%s%s", blanks(hang), l)
	}
}

// steps prints what a person does, in order.
func (t *textSink) steps(indent int, steps []string) {
	for i, s := range steps {
		t.item(indent, strconv.Itoa(i+1)+".", 2, s)
	}
}

// bullets prints each text as a point of a list.
func (t *textSink) bullets(indent int, texts []string) {
	for _, s := range texts {
		t.item(indent, "-", 0, s)
	}
}

// print writes what was collected.
func (t *textSink) print() error {
	_, err := io.WriteString(t.w, t.out.String())
	return err
}

func noFormat(format string) error { return fmt.Errorf("there is no format %q", format) }

func blanks(n int) string { return strings.Repeat(" ", max(n, 0)) }

// span words a length of time in its largest whole unit.
func span(d time.Duration) string {
	for _, unit := range []struct {
		of   time.Duration
		word string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if d > 0 && d%unit.of == 0 {
			return counted(int(d/unit.of), unit.word)
		}
	}
	return d.String()
}

// grouped writes a number with a comma after every third digit.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// dayWords writes a time as precisely as it is meant: midnight is a day. The
// zero time is not known.
func dayWords(at time.Time) string {
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

// orNone is for lists that may be empty.
func orNone(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}
