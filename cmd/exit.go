package cmd

import (
	"context"
	"errors"
)

// The exit codes, the same in every output format.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitFindings    = 3
	exitIncomplete  = 4
	exitUnfinished  = 5
	exitPerson      = 6
	exitInterrupted = 130
)

// exitHelp is what `rekey help exit-codes` prints.
const exitHelp = `Exit codes, the same for every command and every format:
  0    did what was asked; an audit saw everything and found nothing at or
       above the threshold
  1    failed; nothing is left half done
  2    wrong usage or configuration; nothing was sent
  3    findings at or above --fail-on
  4    incomplete: at least one gap (3 wins over 4; the report says both)
  5    a run is unfinished and can be resumed; or another rekey holds the lock
  6    a person must do a step, and none is here to ask
  130  interrupted`

// An exitError ends the program with a code. Without a text nothing more is
// printed: the report has said it.
type exitError struct {
	code  int
	text  string
	hints []string
	cause error // nil where nobody asks for it
}

func (e *exitError) Error() string { return e.text }

func (e *exitError) Unwrap() error { return e.cause }

// usage is an error of the caller; nothing was sent.
func usage(text string, hints ...string) error {
	return &exitError{code: exitUsage, text: text, hints: hints}
}

// failed is an error that leaves nothing half done.
func failed(text string) error { return &exitError{code: exitFailed, text: text} }

// silently ends with a code and no further words.
func silently(code int) error {
	if code == exitDone {
		return nil
	}
	return &exitError{code: code}
}

// codeOf is the one function from an error to an exit code.
func codeOf(err error) int {
	var e *exitError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &e):
		return e.code
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	default:
		return exitFailed
	}
}

// lookCode is the exit code of a look that judges nothing. That of an audit
// stands in its summary, and the format of the report has no say in either.
func lookCode(gaps int, interrupted bool) int {
	switch {
	case interrupted:
		return exitInterrupted
	case gaps > 0:
		return exitIncomplete
	default:
		return exitDone
	}
}
