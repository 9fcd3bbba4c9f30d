package cmd

import (
	"context"
	"fmt"
	"sync"
	"time"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/change"
	"rekey/internal/prompt"
)

// A progress shows counts on stderr while keys are looked at: one line that is
// written over on a terminal, a line now and then in a log, nothing when the
// run is short or --quiet.
type progress struct {
	app   *App
	tty   bool
	start time.Time

	mu   sync.Mutex
	last time.Time
	line bool // something is on the line
	asks bool // a person is asked something: nothing may write over that

	questions sync.Mutex // one at a time
}

// How often a progress speaks.
const (
	everyTTY  = 100 * time.Millisecond
	everyLog  = 30 * time.Second
	patience  = 700 * time.Millisecond // runs shorter than this need no progress
	clearLine = "\r\x1b[K"
)

func (a *App) newProgress() *progress {
	return &progress{app: a, tty: a.screen(a.Stderr).TTY && a.getenv("TERM") != "dumb", start: a.Now()}
}

func (p *progress) update(at audit.Progress) {
	if p.app.flags.quiet || p.app.flags.verbose {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.app.Now()
	if p.asks {
		return
	}
	every := everyLog
	if p.tty {
		every = everyTTY
	}
	if now.Sub(p.start) < patience || now.Sub(p.last) < every && (p.tty || !p.last.IsZero()) ||
		!p.tty && now.Sub(p.start) < everyLog {
		return
	}
	p.last = now
	text := "rekey: " + standing(at, now.Sub(p.start))
	if !p.tty {
		p.app.say("%s", text)
		return
	}
	p.app.voice.Lock()
	defer p.app.voice.Unlock()
	if len(p.app.below.drawn) > 0 { // the line belongs to a response
		return
	}
	p.line = true
	_, _ = fmt.Fprint(p.app.Stderr, clearLine, cut(text, p.app.screen(p.app.Stderr).Width-1))
}

// clear removes the line, so that the report begins on a clean one.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.line {
		_, _ = fmt.Fprint(p.app.Stderr, clearLine)
		p.line = false
	}
}

// askCode asks for the code of a second factor, on the terminal where there is
// one.
func (p *progress) askCode(ctx context.Context, q exchanges.CodeQuestion) (exchanges.Secret, error) {
	p.questions.Lock()
	defer p.questions.Unlock()
	if p.app.Terminal == nil {
		return exchanges.Secret{}, prompt.ErrNoAnswer
	}
	tty, err := p.app.Terminal()
	if err != nil {
		return exchanges.Secret{}, err
	}
	defer func() { _ = tty.Close() }()
	p.clear()
	p.asking(true)
	defer p.asking(false)
	return prompt.New(tty).Secret(ctx, change.CodeText(q))
}

func (p *progress) asking(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asks = on
}

// standing says how far it is, and how long it may still take at this pace.
func standing(at audit.Progress, elapsed time.Duration) string {
	text := fmt.Sprintf("%d of %d keys", at.Done, at.Total)
	done, total := at.Done, at.Total
	if at.Accounts.Accounts > 0 {
		text += fmt.Sprintf(", %d of %d sub-accounts", at.Accounts.Done, at.Accounts.Accounts)
		done, total = done+at.Accounts.Done, total+at.Accounts.Accounts
	}
	if left, known := remaining(int64(done), int64(total), 10, elapsed); known {
		text += fmt.Sprintf(", about %s left", left)
	}
	return text
}

// remaining is how long the rest may still take at this pace, in whole seconds.
// It is not known before a fiftieth is done, or so many that the pace is known:
// the first answers come late, and would make days of minutes.
func remaining(done, total, enough int64, elapsed time.Duration) (left time.Duration, known bool) {
	if done <= 0 || done >= total || done < min(total/50, enough) {
		return 0, false
	}
	return time.Duration(float64(elapsed) / float64(done) * float64(total-done)).Round(time.Second), true
}

func cut(text string, columns int) string {
	if r := []rune(text); len(r) > columns && columns > 1 {
		return string(r[:columns-1]) + "…"
	}
	return text
}
