package prompt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A hiding terminal notes what happens to it, in order.
type hiding struct {
	*tty
	failure error
}

func (h hiding) Hide() (func() error, error) {
	if h.failure != nil {
		return nil, h.failure
	}
	h.shown.WriteString("<hidden>")
	return func() error {
		h.shown.WriteString("<shown>")
		return nil
	}, nil
}

func TestSecret(t *testing.T) {
	for _, c := range []struct {
		story, typed, want string
		err                error
	}{
		{"an answer", "CANARY\n", "CANARY", nil},
		{"blanks are part of it", "  CANARY \t\r\n", "  CANARY \t", nil},
		{"just Enter", "\n", "", nil},
		{"no Enter before the end", "CANARY", "CANARY", nil},
		{"a closed terminal", "", "", ErrNoAnswer},
		{"a private key of several lines", "-----BEGIN EC PRIVATE KEY-----\nCANARY\r\nCANARY=\n" +
			"-----END EC PRIVATE KEY-----\nls\n", "-----BEGIN EC PRIVATE KEY-----\nCANARY\nCANARY=\n-----END " +
			"EC PRIVATE KEY-----", nil},
		{
			"a private key in one line", "-----BEGIN EC PRIVATE KEY-----\\nCANARY\\n-----END EC PRIVATE KEY-----\\n\nls\n",
			"-----BEGIN EC PRIVATE KEY-----\\nCANARY\\n-----END EC PRIVATE KEY-----\\n", nil,
		},
		{"half a private key", "-----BEGIN EC PRIVATE KEY-----\nCANARY\n", "", ErrNoAnswer},
	} {
		tty := hiding{typed(c.typed), nil}
		got, err := New(tty).Secret(t.Context(), "Secret:")
		if got.Reveal() != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v; want %q, %v", c.story, got.Reveal(), err, c.want, c.err)
		}
		if tty.shown.String() != "<hidden>Secret: \n<shown>" {
			t.Errorf("%s: the terminal shows %q", c.story, tty.shown.String())
		}
		if text := fmt.Sprintf("%v %+v %#v", got, got, got); strings.Contains(text, "CANARY") {
			t.Errorf("%s: it prints as %s", c.story, text)
		}
	}
}

// Where what is typed would be seen, nothing is asked.
func TestSecretOnATerminalThatShows(t *testing.T) {
	plain := typed("CANARY\n")
	broken := hiding{typed("CANARY\n"), errors.New("CANARY")}
	for terminal, tty := range map[io.ReadWriter]*tty{plain: plain, broken: broken.tty} {
		if got, err := New(terminal).Secret(t.Context(), "?"); !got.IsZero() || !errors.Is(err, ErrCannotHide) {
			t.Errorf("got %v, %v", got, err)
		}
		if tty.shown.Len() > 0 {
			t.Errorf("the terminal shows %q", tty.shown.String())
		}
	}
}

// Ctrl-C while nobody types: the terminal shows again what is typed.
func TestSecretInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		keyboard, hands := io.Pipe()
		tty := hiding{&tty{Reader: keyboard}, nil}
		p := New(tty)
		ctx, interrupt := context.WithTimeout(t.Context(), time.Minute)
		defer interrupt()
		if got, err := p.Secret(ctx, "?"); !got.IsZero() || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, %v", got, err)
		}
		if got, err := p.Secret(ctx, "Again?"); !got.IsZero() || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, %v", got, err)
		}
		if tty.shown.String() != "<hidden>? \n<shown>" {
			t.Errorf("the terminal shows %q", tty.shown.String())
		}
		_ = hands.Close()
	})
}

// Lines and secrets may follow each other.
func TestSecretsAmongLines(t *testing.T) {
	p := New(hiding{typed("a name\nCANARY\ny\n"), nil})
	if got, err := p.Line(t.Context(), "?"); got != "a name" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := p.Secret(t.Context(), "?"); got.Reveal() != "CANARY" || err != nil {
		t.Errorf("%q, %v", got.Reveal(), err)
	}
	if ok, err := p.Confirm(t.Context(), "?"); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
}
