package cmd

import (
	"bytes"
	"errors"
	"io"
	"sync"
)

// mostMessages is how many lines are kept of what was said behind a view.
const mostMessages = 200

// Messages are the lines that were written while a view has the screen. It is
// safe for concurrent use.
type messages struct {
	mu    sync.Mutex
	lines []string
	rest  []byte // of a line that has not ended
}

// Write takes lines in.
func (m *messages) Write(b []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rest = append(m.rest, b...)
	for {
		line, rest, ended := bytes.Cut(m.rest, []byte("\n"))
		if !ended {
			return len(b), nil
		}
		m.lines, m.rest = append(m.lines, string(line)), rest
		if more := len(m.lines) - mostMessages; more > 0 {
			m.lines = m.lines[more:]
		}
	}
}

// all returns the lines, the latest last.
func (m *messages) all() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.lines...)
}

// unseen is an App that looks while a view has the screen: what it says is kept,
// and it can ask nothing.
func (a *App) unseen(said *messages) *App {
	b := a.beside()
	b.Stdout, b.Stderr = io.Discard, said
	b.Terminal = func() (io.ReadWriteCloser, error) { return nil, errors.New("the view has the terminal") }
	return b
}
