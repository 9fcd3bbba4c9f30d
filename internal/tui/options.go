package tui

import (
	"context"
	"time"

	"rekey/audit"
)

// Options say how the view looks, and how it reaches what it shows. All
// functions but Command may be called from any goroutine.
type Options struct {
	Color bool
	ASCII bool // the terminal shows no UTF-8
	Shell bool // a shell with job control waits, that Ctrl-Z goes to
	Now   func() time.Time
	// Look looks at every key and judges them. It returns what was seen also when
	// ctx ends early; the result says so.
	Look func(ctx context.Context, progress func(audit.Progress)) (*audit.Result, error)
	// Runs reads the journal, without its lock.
	Runs func() ([]RunRow, error)
	// ByHand says how a person deletes a key of an exchange.
	ByHand func(exchange string) Steps
	// Messages are the remarks so far, the latest last.
	Messages func() []string
	// Command runs a command of rekey on the terminal, which is its own until it
	// returns. args are the words after "rekey".
	Command func(ctx context.Context, args []string) Ending
	// OpenPage opens a page in the browser.
	OpenPage func(ctx context.Context, page string) error
}

// Steps are what a person does on a page of an exchange. Without a page none is
// known.
type Steps struct {
	Page  string
	Steps []string
}

// A RunRow is a run or a response that has not ended. Its texts are clean.
type RunRow struct {
	ID, Kind, Key, Stage string
	Updated              time.Time
	Resume, Show         []string // the commands that go on with it and show it, after "rekey"
}

// An Ending is how a command ended.
type Ending struct {
	Code int
	Text string // the code in words
}

// A Result is how the view ended.
type Result struct {
	Interrupted bool     // by Ctrl-C, or by the end of the context
	Endings     []Ending // of the commands, a later one of the same words in place of an earlier
}
