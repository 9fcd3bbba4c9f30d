package cmd

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"rekey/internal/drill"
	"rekey/internal/report"
)

// question is what the drill asks on its terminal, short enough to stay in one
// line with its answer.
const question = "delete by hand, number or name:"

// everyScore is how often the whole score is printed where it cannot be written
// over.
const everyScore = 30 * time.Second

// A board shows how a game stands, on stderr: a table that is written over on a
// terminal; elsewhere a line for each change, and the table now and then.
type board struct {
	app  *App
	play *drill.Play
	tty  bool

	mu    sync.Mutex
	drawn int  // lines of the table on the screen
	ask   bool // the question stands below it
	seen  map[string]string
	last  time.Time
}

func (a *App) newBoard(p *drill.Play) *board {
	return &board{
		app:  a,
		play: p,
		tty:  a.screen(a.Stderr).TTY && a.getenv("TERM") != "dumb" && !a.flags.quiet,
		seen: map[string]string{},
		last: p.Began,
	}
}

// show brings the board up to date.
func (b *board) show() {
	if b.app.flags.quiet {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	doc := playReport(b.app, b.play, b.app.Now())
	if b.tty {
		b.draw(doc)
		return
	}
	b.tell(doc)
}

// tell prints what has changed.
func (b *board) tell(doc report.Play) {
	clock := doc.FinishedAt.Sub(doc.StartedAt).Round(time.Second)
	for _, k := range doc.Keys {
		if b.seen[k.Name] == k.State() {
			continue
		}
		if _, known := b.seen[k.Name]; !known && k.Planted {
			b.app.say("rekey: %s: the thief made a key for themselves: %s", clock, k.Name)
		}
		b.seen[k.Name] = k.State()
		b.app.say("rekey: %s: %s: %s, lost %s", clock, k.Name, k.State(), k.Lost.StringFixed(2))
	}
	if doc.FinishedAt.Sub(b.last) >= everyScore {
		b.last = doc.FinishedAt
		for _, l := range b.lines(doc) {
			b.app.say("%s", l)
		}
	}
}

func (b *board) lines(doc report.Play) []string {
	screen := b.app.screen(b.app.Stderr)
	return doc.Score(doc.FinishedAt, report.Options{Width: screen.Width - 1, Color: screen.Color})
}

// draw writes the table over the old one, whose lines stand right above the
// line of the cursor, and leaves the cursor and what is typed there.
func (b *board) draw(doc report.Play) {
	lines := b.lines(doc)
	var out strings.Builder
	if len(lines) == b.drawn {
		fmt.Fprintf(&out, "\x1b7\x1b[%dA", b.drawn)
		for _, l := range lines {
			out.WriteString("\r\x1b[K" + l + "\n")
		}
		out.WriteString("\x1b8")
	} else {
		if b.drawn > 0 { // the thief has one more: what is half typed stays, unseen
			fmt.Fprintf(&out, "\x1b[%dA\r\x1b[J", b.drawn)
		}
		out.WriteString(b.fresh(lines))
		if b.ask {
			out.WriteString(question + " ")
		}
	}
	_, _ = fmt.Fprint(b.app.Stderr, out.String())
}

// fresh is the table from the line of the cursor on.
func (b *board) fresh(lines []string) string {
	b.drawn = len(lines)
	return clearLine + strings.Join(lines, "\n") + "\n"
}

// asking says that the question stands below the table, or no longer does.
func (b *board) asking(yes bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ask = yes
}

// answered prints what became of an answer, and the table anew, because the
// terminal has gone on by a line.
func (b *board) answered(said string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if said != "" {
		b.app.say("%s", said)
	}
	_, _ = fmt.Fprint(b.app.Stderr, b.fresh(b.lines(playReport(b.app, b.play, b.app.Now()))))
}

// end leaves the last line of the terminal clean.
func (b *board) end() {
	if b.tty {
		_, _ = fmt.Fprint(b.app.Stderr, clearLine+"\n")
	}
}
