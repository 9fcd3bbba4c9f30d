package change

import (
	"context"
	"errors"
	"strings"
	"testing"

	"rekey/exchanges"
	"rekey/internal/rotate"
)

// A codeScreen answers a question for a code.
type codeScreen struct {
	screen
	asked []string
}

func (s *codeScreen) Secret(_ context.Context, question string) (exchanges.Secret, error) {
	s.asked = append(s.asked, question)
	return exchanges.NewSecret("CANARY123"), nil
}

// The code is asked for at the terminal, when no run is asking; without one
// nobody is asked.
func TestAskCode(t *testing.T) {
	s := &codeScreen{screen: screen{person: true}}
	g, err := NewGuide(s, &Workspace{}, exchanges.NewRegistry(), strings.NewReader(""), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, again := range []bool{false, true} {
		code, err := g.askCode(t.Context(), exchanges.CodeQuestion{Exchange: "deribit", Op: "list keys", Again: again})
		if err != nil || code.Reveal() != "CANARY123" {
			t.Errorf("%v", err)
		}
	}
	if len(s.asked) != 2 || !strings.Contains(s.asked[0], "deribit wants a code of your second factor (list keys)") ||
		!strings.Contains(s.asked[1], "did not take that code") {
		t.Errorf("asked %q", s.asked)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := g.queue.take(ctx, 0); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := g.askCode(ctx, exchanges.CodeQuestion{}); !errors.Is(err, context.Canceled) || len(s.asked) != 2 {
		t.Errorf("while another question waits: %v, asked %q", err, s.asked)
	}
	g.queue.give()
	s.person = false
	if _, err := g.askCode(t.Context(), exchanges.CodeQuestion{}); !errors.Is(err, rotate.ErrNobody) {
		t.Errorf("without a terminal: %v", err)
	}
}
