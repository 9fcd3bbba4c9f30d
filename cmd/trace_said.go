package cmd

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// said collects, from several goroutines, what is to be said and done when all
// of them have ended.
type said struct {
	mu    sync.Mutex
	texts []string
	ends  []func() error
	to    time.Time
}

// until notes until when an account was read, where that is not until now.
func (s *said) until(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.to.IsZero() || t.Before(s.to) {
		s.to = t
	}
}

// earliest is until when all accounts were read.
func (s *said) earliest(t time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.to.IsZero() && s.to.Before(t) {
		return s.to
	}
	return t
}

func (s *said) add(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.texts, text) {
		s.texts = append(s.texts, text)
	}
}

func (s *said) finish(end func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ends = append(s.ends, end)
}

func (s *said) sorted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.Sort(s.texts)
	return s.texts
}

// end does what was left for the end.
func (s *said) end() error {
	var all []error
	for _, end := range s.ends {
		all = append(all, end())
	}
	return errors.Join(all...)
}
