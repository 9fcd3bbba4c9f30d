package prompt

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"rekey/internal/parallel"
)

// A tty is a terminal on which a person types what is sent into typed.
type tty struct {
	io.Reader
	shown bytes.Buffer
	deaf  bool // writing fails
}

func (t *tty) Write(b []byte) (int, error) {
	if t.deaf {
		return 0, io.ErrClosedPipe
	}
	return t.shown.Write(b)
}

func typed(text string) *tty { return &tty{Reader: strings.NewReader(text)} }

func TestLine(t *testing.T) {
	for _, c := range []struct {
		story, typed, want string
		err                error
	}{
		{"an answer", "grid bot\n", "grid bot", nil},
		{"blanks around it", "  3commas, cornix \t\r\n", "3commas, cornix", nil},
		{"just Enter", "\n", "", nil},
		{"no Enter before the end", "last words", "last words", nil},
		{"a closed terminal", "", "", ErrNoAnswer},
		{"a line longer than anybody types", strings.Repeat("x", 1<<17), "", ErrNoAnswer},
	} {
		tty := typed(c.typed)
		got, err := New(tty).Line(t.Context(), "To whom?")
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %.40q, %v; want %q, %v", c.story, got, err, c.want, c.err)
		}
		if tty.shown.String() != "To whom? " {
			t.Errorf("%s: the terminal shows %q", c.story, tty.shown.String())
		}
	}
}

// Only yes is yes. What is unclear is no.
func TestConfirm(t *testing.T) {
	for typedText, want := range map[string]bool{
		"y\n": true, "yes\n": true, "YES\n": true, " Y \n": true, "y": true,
		"\n": false, "n\n": false, "no\n": false, "yess\n": false, "yes please\n": false, "j\n": false,
		"1\n": false, "\x1b[Ay\n": false,
	} {
		tty := typed(typedText)
		got, err := New(tty).Confirm(t.Context(), "Write it?")
		if got != want || err != nil {
			t.Errorf("%q is %v, %v; want %v", typedText, got, err, want)
		}
		if tty.shown.String() != "Write it? [y/N] " {
			t.Errorf("the terminal shows %q", tty.shown.String())
		}
	}
	if got, err := New(typed("")).Confirm(t.Context(), "Write it?"); got || !errors.Is(err, ErrNoAnswer) {
		t.Errorf("a closed terminal is %v, %v", got, err)
	}
}

// Questions take one line each, in order; typing ahead is fine.
func TestQuestionsInARow(t *testing.T) {
	p := New(typed("one\ntwo\ny\n"))
	for _, want := range []string{"one", "two"} {
		if got, err := p.Line(t.Context(), "?"); got != want || err != nil {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	if ok, err := p.Confirm(t.Context(), "?"); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	for range 2 { // the end stays the end
		if _, err := p.Line(t.Context(), "?"); !errors.Is(err, ErrNoAnswer) {
			t.Errorf("after the end: %v", err)
		}
	}
}

func TestTerminalThatCannotBeWrittenTo(t *testing.T) {
	tty := typed("y\n")
	tty.deaf = true
	if ok, err := New(tty).Confirm(t.Context(), "Write it?"); ok || !errors.Is(err, ErrNoAnswer) {
		t.Errorf("a question that nobody saw was answered: %v, %v", ok, err)
	}
}

// Nobody types. Ctrl-C ends the wait; the line typed afterwards answers the
// next question; and with the terminal the reader ends too, which the bubble
// checks.
func TestContextEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keyboard, hands := io.Pipe()
		p := New(&tty{Reader: keyboard})
		ctx, stop := context.WithTimeout(t.Context(), time.Hour)
		defer stop()
		began := time.Now()
		if _, err := p.Line(ctx, "?"); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Hour {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
		go func() { _, _ = hands.Write([]byte("late\n")) }()
		if got, err := p.Line(t.Context(), "?"); got != "late" || err != nil {
			t.Errorf("%q, %v", got, err)
		}

		ctx, interrupt := context.WithCancel(t.Context())
		go func() {
			time.Sleep(time.Minute)
			interrupt()
		}()
		if ok, err := p.Confirm(ctx, "?"); ok || !errors.Is(err, context.Canceled) {
			t.Errorf("%v, %v", ok, err)
		}
		_ = hands.Close()
	})
}

// After the end of the context nothing is asked, and no line that lies ready
// counts as an answer.
func TestContextThatHasEnded(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	for range 50 { // a select picks at random
		tty := typed("y\n")
		if ok, err := New(tty).Confirm(ctx, "Write it?"); ok || !errors.Is(err, context.Canceled) || tty.shown.Len() > 0 {
			t.Fatalf("%v, %v, the terminal shows %q", ok, err, tty.shown.String())
		}
	}
}

// Lines that nobody asked for keep nothing alive: the bubble would not end.
func TestTypingAheadLeaksNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keyboard, hands := io.Pipe()
		p := New(&tty{Reader: keyboard})
		go func() {
			_, _ = hands.Write([]byte("one\ntwo\nthree\n"))
			_ = hands.Close()
		}()
		if got, err := p.Line(t.Context(), "?"); got != "one" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// A tty that breaks down while it is read.
type breaksDown struct{ io.Writer }

func (breaksDown) Read([]byte) (int, error) { panic("CANARY") }

// A mistake in the reader comes out where the answer is waited for.
func TestReaderPanics(t *testing.T) {
	defer func() {
		if _, ok := recover().(*parallel.Crash); !ok {
			t.Error("the panic did not come out")
		}
	}()
	answer, err := New(breaksDown{io.Discard}).Line(t.Context(), "?")
	t.Errorf("%q, %v", answer, err)
}
