package prompt

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"rekey/exchanges"
)

// ErrCannotHide says that a secret was not asked for, because the terminal
// would show what is typed.
var ErrCannotHide = errors.New("this terminal cannot hide what is typed, so no secret was asked for")

// A Hider is a terminal that can hide what is typed, until show is called.
type Hider interface {
	Hide() (show func() error, err error)
}

// Secret asks for a line that must not be seen: the terminal does not show it,
// and shows again what is typed when Secret returns, also when ctx has ended.
// The line comes as it was typed, with blanks around it and without its end;
// an empty one is fine. Terminals cut a line at some thousand bytes (4095 on
// Linux, 1023 on macOS). A private key in PEM is read to its last line: the rest
// of what was pasted must not go to the next question, or to the shell.
//
// It returns ErrNoAnswer when the terminal closes, the context's error when
// that has ended, and ErrCannotHide, without a question, when the terminal
// that New was given is no [Hider] or fails to hide.
func (p *Prompter) Secret(ctx context.Context, question string) (exchanges.Secret, error) {
	if err := ctx.Err(); err != nil {
		return exchanges.Secret{}, err
	}
	terminal, ok := p.w.(Hider)
	if !ok {
		return exchanges.Secret{}, ErrCannotHide
	}
	show, err := terminal.Hide()
	if err != nil {
		return exchanges.Secret{}, ErrCannotHide
	}
	// A terminal that is gone cannot be put back, and needs not.
	defer func() { _ = show() }()
	text, err := p.line(ctx, question)
	if strings.HasPrefix(strings.TrimSpace(text), "-----BEGIN ") {
		for last := text; err == nil && !strings.Contains(last, "-----END "); text += "\n" + last {
			last, err = p.next(ctx)
		}
	}
	_, _ = fmt.Fprintln(p.w) // the line end that was typed was hidden too
	if err != nil {
		return exchanges.Secret{}, err
	}
	return exchanges.NewSecret(text), nil
}
