// Package prompt asks questions on the terminal, one line each: plain enough
// for a slow line and a screen reader. It never reads a secret; no command
// needs one yet.
package prompt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrNoAnswer says that the terminal went away before a question was answered.
var ErrNoAnswer = errors.New("the terminal was closed before the question was answered")

// A Prompter asks on one terminal.
type Prompter struct {
	w     io.Writer
	lines chan string
}

// New makes a prompter that reads answers from tty and writes questions to it.
// The reading goroutine ends with the terminal.
func New(tty io.ReadWriter) *Prompter {
	p := &Prompter{w: tty, lines: make(chan string)}
	go func() {
		defer close(p.lines)
		for s := bufio.NewScanner(tty); s.Scan(); {
			p.lines <- s.Text()
		}
	}()
	return p
}

// Line asks for a line of text; an empty answer is fine. It returns ErrNoAnswer
// when the terminal closes, and the context's error when that ends first.
func (p *Prompter) Line(ctx context.Context, question string) (string, error) {
	if _, err := fmt.Fprint(p.w, question+" "); err != nil {
		return "", ErrNoAnswer
	}
	select {
	case line, ok := <-p.lines:
		if !ok {
			return "", ErrNoAnswer
		}
		return strings.TrimSpace(line), nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
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
