package cmd

import (
	"fmt"
	"strings"
	"time"

	"rekey/internal/change"
	"rekey/internal/term"
	"rekey/internal/text"
)

// A below is what stands below everything that is said: a line for each key of a
// response, and the question that waits. On a terminal whose cursor moves it is
// written over in place. Its methods are called with App.voice held.
type below struct {
	app       *App
	following bool
	rows      []*keyRow
	question  string // "" for none
	byKey     bool   // one key answers it; else the prompt has printed it, and a line is typed after it

	drawn   []string // its lines on the screen, the cursor at the end of the last one
	written time.Time
	stale   bool // the question stands further up on a screen that cannot be written over
	again   *time.Timer
}

// A keyRow is the line of one key.
type keyRow struct {
	name    string
	step    change.Step
	since   time.Time // when the key was first dealt with
	checked time.Time // when the step was said
}

// repeatEvery is how often a question is printed again, at most, where it cannot be
// written over.
const repeatEvery = time.Second

// say prints text, which ends in a new line, above what stands below.
func (b *below) say(text string) {
	screen := b.app.screen(b.app.Stderr)
	if screen.Moves {
		b.write(screen, text)
		return
	}
	if b.question != "" && !b.stale {
		text = "\n" + text
	}
	_, _ = fmt.Fprint(b.app.Stderr, text)
	if b.question != "" {
		b.stale = true
		b.repeat()
	}
}

// repeat prints a question again that stands further up: now, or when the last time
// is long enough ago.
func (b *below) repeat() {
	if wait := repeatEvery - b.app.Now().Sub(b.written); wait > 0 {
		if b.again == nil {
			b.again = time.AfterFunc(wait, b.repeatLater)
		}
		return
	}
	b.written, b.stale = b.app.Now(), false
	_, _ = fmt.Fprint(b.app.Stderr, b.question+" ")
}

func (b *below) repeatLater() {
	b.app.voice.Lock()
	defer b.app.voice.Unlock()
	b.again = nil
	if b.question != "" && b.stale {
		b.written = time.Time{}
		b.repeat()
	}
}

// ask makes a question the one that waits, "" when none does any more. A question
// that a line answers is printed by the prompt; byKey prints it here where it can be
// written over, and returns what the prompt must print: the question, or nothing.
func (b *below) ask(question string, byKey bool) (toPrint string) {
	if b.again != nil {
		b.again.Stop()
		b.again = nil
	}
	screen := b.app.screen(b.app.Stderr)
	ends := b.question != "" && !b.byKey // Enter has begun a new line
	if ends {
		b.drawn = nil
	}
	b.stale, b.written = false, b.app.Now()
	if !screen.Moves {
		b.question, b.byKey = question, byKey
		return question
	}
	if byKey || question == "" {
		b.question, b.byKey = question, byKey
		b.write(screen, "")
		return ""
	}
	b.question = ""
	erased := b.erase(screen)
	b.question, b.byKey, b.drawn = question, false, []string{question + " "}
	_, _ = fmt.Fprint(b.app.Stderr, erased)
	return question
}

// unanswered begins a new line after a question that nobody answered with Enter.
func (b *below) unanswered() {
	if b.question != "" && !b.byKey && b.app.screen(b.app.Stderr).TTY {
		_, _ = fmt.Fprint(b.app.Stderr, "\n")
	}
}

// write prints text above what stands below, in one go.
func (b *below) write(screen term.Screen, text string) {
	out := b.erase(screen) + text
	b.drawn = b.lines(screen)
	_, _ = fmt.Fprint(b.app.Stderr, out+strings.Join(b.drawn, "\n"))
}

// erase is what removes the lines that are on the screen, and leaves the cursor
// where the first of them began.
func (b *below) erase(screen term.Screen) string {
	if len(b.drawn) == 0 {
		return ""
	}
	up := -1
	for _, l := range b.drawn { // a terminal that became narrower has broken them
		up += max(1, (text.Width(l)+screen.Width-1)/screen.Width)
	}
	b.drawn = nil
	if up == 0 {
		return "\r\x1b[J"
	}
	return fmt.Sprintf("\r\x1b[%dA\x1b[J", up)
}

// lines are what is to stand below, nil for nothing. The last is that of the
// cursor.
func (b *below) lines(screen term.Screen) []string {
	var out []string
	question := questionLines(b.question, screen.Width)
	if b.following && (b.question == "" || b.byKey) {
		room := len(b.rows)
		if screen.Height > 0 {
			room = max(1, screen.Height-1-len(question))
		}
		out = b.keyLines(screen.Width-1, room)
	}
	switch {
	case b.question != "":
		out = append(out, question...)
	case len(out) > 0:
		out = append(out, "")
	}
	return out
}

// questionLines are a question that stands below, broken between the keys that it
// offers. The cursor stands after a blank at the end of the last one.
func questionLines(question string, columns int) []string {
	var out []string
	line := ""
	for _, part := range strings.Split(question, "  ") {
		if line != "" && text.Width(line)+2+text.Width(part) >= columns {
			out = append(out, line)
			line = ""
		}
		if line != "" {
			line += "  "
		}
		line += part
	}
	return append(out, line+" ")
}

// keyLines are the lines of the keys, of at most so many columns. Where there are
// more than room, those that are over give way first.
func (b *below) keyLines(columns, room int) []string {
	shown := b.rows
	if len(shown) > room {
		shown = nil
		for _, over := range []bool{false, true} {
			for _, r := range b.rows {
				if (r.step.Mark == change.Ended) == over && len(shown) < room-1 {
					shown = append(shown, r)
				}
			}
		}
	}
	widest := 0
	for _, r := range shown {
		widest = max(widest, text.Width(r.name))
	}
	widest = min(widest, max(12, columns/4))
	var out []string
	now := b.app.Now()
	for _, r := range shown {
		name := text.Pad(text.ShortenName(r.name, widest), widest)
		out = append(out, text.Shorten("  ["+markWord(r.step.Mark)+"] "+name+"  "+r.words(now), columns))
	}
	if left := len(b.rows) - len(shown); left > 0 {
		out = append(out, text.Shorten(fmt.Sprintf("  ... and %s more", text.Count(left, "key")), columns))
	}
	return out
}

// markWord is a mark as it is shown, four columns wide.
func markWord(m change.Mark) string {
	switch m {
	case change.Yours:
		return "YOU "
	case change.Ended:
		return "done"
	case change.Left:
		return "LEFT"
	case change.Working:
	}
	return " .. "
}

// words are the text of a line, with how long the key took, or how old the answer
// is while a person is waited for.
func (r *keyRow) words(now time.Time) string {
	switch r.step.Mark {
	case change.Yours:
		return fmt.Sprintf("%s, %s ago", r.step.Text, now.Sub(r.checked).Round(time.Second))
	case change.Ended:
		return fmt.Sprintf("%s, %s", r.step.Text, r.checked.Sub(r.since).Round(100*time.Millisecond))
	case change.Working, change.Left:
	}
	return r.step.Text
}

// step brings the line of a key up to date, and adds one for a key that is new.
func (b *below) step(s change.Step) {
	now, name := b.app.Now(), text.CleanName(s.Key)
	for _, r := range b.rows {
		if r.name == name {
			r.step, r.checked = s, now
			return
		}
	}
	b.rows = append(b.rows, &keyRow{name: name, step: s, since: now, checked: now})
}
