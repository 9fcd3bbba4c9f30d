package change

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"rekey/exchanges"
	"rekey/internal/prompt"
	"rekey/internal/report"
)

// A screen is a Terminal that remembers what was printed and answers from a
// list.
type screen struct {
	mu      sync.Mutex
	text    strings.Builder
	person  bool
	answers []bool // of Confirm, in their order; the terminal is closed after them
}

func (s *screen) Say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(&s.text, format+"\n", args...)
}

func (s *screen) Remark(format string, args ...any) { s.Say(format, args...) }

func (s *screen) Present() bool { return s.person }

func (s *screen) Confirm(_ context.Context, question string) (bool, error) {
	s.Say("%s", question)
	if len(s.answers) == 0 {
		return false, prompt.ErrNoAnswer
	}
	answer := s.answers[0]
	s.answers = s.answers[1:]
	return answer, nil
}

func (*screen) Line(context.Context, string) (string, error) { return "", prompt.ErrNoAnswer }

func (*screen) Secret(context.Context, string) (exchanges.Secret, error) {
	return exchanges.Secret{}, prompt.ErrNoAnswer
}

func (s *screen) Print(text string) { s.Say("%s", text) }

func (*screen) ShowPlan(report.Plan) {}

func (*screen) ShowSteps(report.Plan) {}

func (*screen) ShowResponse(report.Response, int, report.Plan) {}

func (*screen) OpenPage(context.Context, string, bool) {}

func (*screen) Key(context.Context, string) (string, error) { return "", prompt.ErrNoAnswer }

func (*screen) Copy(string) {}

func (*screen) Follow(context.Context, []string) func() { return func() {} }

func (s *screen) Step(step Step) { s.Say("%s: %s", step.Key, step.Text) }

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}
