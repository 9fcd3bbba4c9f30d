package prompt

import (
	"bufio"
	"context"
	"strings"
)

// A KeyReader is a terminal that gives each key as it is pressed, without Enter
// and without showing it, until back is called.
type KeyReader interface {
	Keys() (back func() error, err error)
}

// What a terminal sends for keys that have a meaning of their own.
const (
	endOfInput = "\x04" // Ctrl-D
	escape     = 0x1b   // begins what an arrow or another such key sends
)

// Key asks a question that one key answers, and returns that key; "" is Enter. A
// terminal that is no [KeyReader] is asked for a line: its answer is returned in
// lower case. Without a question nothing is printed. It returns ErrNoAnswer when
// the terminal closes, or for Ctrl-D, and the context's error when that has ended.
func (p *Prompter) Key(ctx context.Context, question string) (string, error) {
	terminal, ok := p.w.(KeyReader)
	if !ok {
		text, err := p.Line(ctx, question)
		return strings.ToLower(text), err
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	back, err := terminal.Keys()
	if err != nil {
		text, err := p.Line(ctx, question)
		return strings.ToLower(text), err
	}
	p.keys.Store(true)
	// A terminal that is gone cannot be put back, and needs not.
	defer func() { p.keys.Store(false); _ = back() }()
	text, err := p.line(ctx, question)
	if text == endOfInput {
		return "", ErrNoAnswer
	}
	return strings.TrimSpace(text), err
}

// split finds the next answer: a key, or a line.
func (p *Prompter) split(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if !p.keys.Load() || len(data) == 0 {
		return bufio.ScanLines(data, atEOF)
	}
	if data[0] == escape {
		n := sequence(data)
		return n, data[:n], nil
	}
	return bufio.ScanRunes(data, atEOF)
}

// sequence is how many bytes an arrow or another such key sent: what one key sends
// arrives together.
func sequence(data []byte) int {
	switch {
	case len(data) > 2 && data[1] == 'O':
		return 3
	case len(data) > 1 && data[1] == '[':
		for i, c := range data[2:] {
			if c >= '@' && c <= '~' {
				return i + 3
			}
		}
		return len(data)
	default:
		return 1
	}
}
