package cmd_test

import (
	"sync"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

func mkfifo(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: mkfifo FILE")
	}
	ts.Check(syscall.Mkfifo(ts.MkAbs(args[0]), 0o600))
}

// A syncMap holds the theatres of stories that run in parallel.
type syncMap struct {
	mu sync.Mutex
	m  map[string]*theatre
}

func (s *syncMap) get(work string) *theatre {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.m[work]
}

func (s *syncMap) set(work string, t *theatre) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.m == nil {
		s.m = map[string]*theatre{}
	}
	s.m[work] = t
}
