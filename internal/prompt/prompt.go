// Package prompt asks questions on the terminal, one line each: plain enough
// for a slow line and a screen reader.
package prompt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"rekey/internal/parallel"
)

// ErrNoAnswer says that the terminal went away before a question was answered.
var ErrNoAnswer = errors.New("the terminal was closed before the question was answered")

// A Prompter asks on one terminal, one question at a time.
type Prompter struct {
	w  io.Writer
	in *bufio.Scanner
	// reading is the read under way, nil when there is none. A question whose
	// context ended leaves it to the next one.
	reading *reading
	// keys says that keys are read, not lines.
	keys atomic.Bool
}

// A reading is one line on its way.
type reading struct {
	parallel.Group
	line chan line // closed when there is none
}

// A line is what was read, or that the terminal is closed.
type line struct {
	text string
	ok   bool
}

// New makes a prompter that reads answers from tty and writes questions to it.
// It reads only while a question waits; a read that nobody waits for any more
// ends with the terminal.
func New(tty io.ReadWriter) *Prompter {
	p := &Prompter{w: tty, in: bufio.NewScanner(tty)}
	p.in.Split(p.split)
	return p
}

// Line asks for a line of text; an empty answer is fine, and so is a question
// that stands on the terminal already: "". It returns ErrNoAnswer
// when the terminal closes, and the context's error when that has ended.
func (p *Prompter) Line(ctx context.Context, question string) (string, error) {
	text, err := p.line(ctx, question)
	return strings.TrimSpace(text), err
}

// line is Line, with the blanks around what was typed.
func (p *Prompter) line(ctx context.Context, question string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if question != "" {
		question += " "
	}
	if _, err := fmt.Fprint(p.w, question); err != nil {
		return "", ErrNoAnswer
	}
	return p.next(ctx)
}

// next reads one line.
func (p *Prompter) next(ctx context.Context) (string, error) {
	if p.reading == nil {
		p.reading = read(p.in)
	}
	select {
	case l := <-p.reading.line:
		p.reading.Wait()
		p.reading = nil
		switch {
		case ctx.Err() != nil:
			return "", ctx.Err()
		case !l.ok:
			return "", ErrNoAnswer
		}
		return l.text, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func read(in *bufio.Scanner) *reading {
	r := &reading{line: make(chan line, 1)} // with room, so that it ends also when nobody waits
	r.Go(func() {
		defer close(r.line)
		ok := in.Scan()
		r.line <- line{in.Text(), ok}
	})
	return r
}

// Confirm asks a question that only "y" or "yes" answers with yes.
func (p *Prompter) Confirm(ctx context.Context, question string) (bool, error) {
	answer, err := p.Line(ctx, question+" [y/N]")
	switch strings.ToLower(answer) {
	case "y", "yes":
		return err == nil, err
	default:
		return false, err
	}
}
