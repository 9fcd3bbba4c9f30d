package cmd

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"

	"rekey/exchanges"
	"rekey/internal/drill"
)

// A standIn is the terminal of a drill without a person. It reads what is shown
// to them: where that names a key which a web page still lists, it deletes the key
// there, which takes a while, and presses Enter. It has no other answer: then the
// terminal is closed.
type standIn struct {
	app   *App
	ctx   context.Context
	game  *game
	clock *drill.Clock

	mu    sync.Mutex
	shown strings.Builder // since the last answer
}

// Write takes what is shown, and shows it on stderr too.
func (s *standIn) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown.Write(text)
	if !s.app.flags.quiet {
		_, _ = s.app.Stderr.Write(text)
	}
	return len(text), nil
}

// Read answers what was asked.
func (s *standIn) Read(answer []byte) (int, error) {
	s.mu.Lock()
	asked := s.shown.String()
	s.shown.Reset()
	s.mu.Unlock()
	for _, k := range s.game.play.Listed() {
		if !strings.Contains(asked, exchanges.MaskAccessKey(k.AccessKey)) {
			continue
		}
		if !s.app.flags.quiet {
			s.app.say("") // below the question
		}
		if err := s.delete(k.Name); err != nil {
			return 0, io.EOF
		}
		return copy(answer, "\n"), nil
	}
	return 0, io.EOF
}

// delete deletes a key on the stand-in for the web pages.
func (s *standIn) delete(name string) error {
	if err := s.clock.Sleep(s.ctx, browser); err != nil {
		return err
	}
	if err := s.game.page.Delete(s.ctx, name); err != nil {
		return err
	}
	s.app.remark("STAGED: by hand, on the fake web page: %s is deleted", name)
	return nil
}

// Close does nothing: the next command finds the person where they were.
func (*standIn) Close() error { return nil }

// clean deletes what is still alive, what lost most first.
func (s *standIn) clean() error {
	for {
		rows := s.game.play.Rows()
		worst := -1
		for i, r := range rows {
			if r.Dead.IsZero() && (worst < 0 || r.Lost.GreaterThan(rows[worst].Lost)) {
				worst = i
			}
		}
		if worst < 0 {
			return nil
		}
		if err := s.delete(rows[worst].Name); err != nil {
			if s.ctx.Err() != nil {
				return s.ctx.Err()
			}
			return errors.New(rows[worst].Name + " could not be deleted by hand")
		}
	}
}
