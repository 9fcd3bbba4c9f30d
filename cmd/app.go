// Package cmd holds the commands of rekey: they parse, check, call and print,
// and nothing else. Everything that a command touches of the outside world
// comes through the App.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"

	"rekey/exchanges"
	"rekey/exchanges/all"
	"rekey/exchanges/kucoin"
	"rekey/internal/httpx"
	"rekey/internal/parallel"
	"rekey/internal/report"
	"rekey/internal/term"
)

// An App is what the commands run in. It is built once, in Main or by a test.
type App struct {
	Stdin    io.Reader
	Stdout   io.Writer
	Stderr   io.Writer
	Environ  []string
	Dir      string // the working directory
	Now      func() time.Time
	Sleep    func(context.Context, time.Duration) error
	Registry exchanges.Registry
	// Terminal opens the terminal device for questions. It fails where there
	// is none.
	Terminal func() (io.ReadWriteCloser, error)

	flags globalFlags
	voice sync.Mutex // of what is said
	below below      // what stands below it
	room  storeroom
	bans  *httpx.Bans // of all clients of this run
}

type globalFlags struct {
	config  string
	state   string
	quiet   bool
	verbose bool
	noColor bool
}

// Main runs the program and returns its exit code.
func Main() int {
	debug.SetTraceback("single")
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	app := &App{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Environ: os.Environ(), Dir: dir,
		Now: time.Now, Sleep: httpx.Sleep, Registry: all.Registry(), Terminal: term.Open,
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	go func() { // a second Ctrl-C ends the program at once
		<-ctx.Done()
		stop()
	}()
	return app.Run(ctx, os.Args[1:])
}

// Run runs one command line and returns the exit code. A panic is reported
// without its text, which could hold an answer of an exchange.
func (a *App) Run(ctx context.Context, args []string) (code int) {
	defer func() {
		if r := recover(); r != nil {
			c := parallel.Caught(r)
			a.say("rekey: a mistake in rekey itself (%s); nothing more was sent\n  %s", c.Type, strings.Join(c.Frames, "\n  "))
			code = exitFailed
		}
	}()
	if kucoin.DebugModeSet(a.lookup) {
		return a.fail(
			usage("API_DEBUG_MODE is set: a library that rekey uses would write requests to a file in the temporary folder",
				"run it again as: env -u API_DEBUG_MODE rekey ..."),
		)
	}
	if a.bans == nil {
		a.bans = &httpx.Bans{}
	}
	root := newRoot(a)
	root.SetArgs(args)
	return a.fail(root.ExecuteContext(ctx))
}

// fail prints an error with its hints and returns its code.
func (a *App) fail(err error) int {
	code := codeOf(err)
	if err == nil {
		return code
	}
	text := err.Error()
	var e *exitError
	if errors.As(err, &e) && e.text == "" {
		return code
	}
	a.say("rekey: %s", text)
	if e != nil {
		for _, h := range e.hints {
			a.say("hint: %s", h)
		}
	}
	return code
}

// lookup reads the environment that the App was given.
func (a *App) lookup(name string) (string, bool) {
	value, found := "", false
	for _, entry := range a.Environ {
		if n, v, ok := strings.Cut(entry, "="); ok && n == name {
			value, found = v, true
		}
	}
	return value, found
}

func (a *App) getenv(name string) string {
	value, _ := a.lookup(name)
	return value
}

// screen says what a writer can show, under --no-color.
func (a *App) screen(w io.Writer) term.Screen {
	s := term.Look(w, a.lookup)
	if a.flags.noColor {
		s.Color = false
	}
	return s
}

// remark says something on stderr, unless --quiet.
func (a *App) remark(format string, args ...any) {
	if !a.flags.quiet {
		a.say("rekey: "+format, args...)
	}
}

// say writes a line to stderr, above a question that waits on the terminal and the
// lines of keys. That it cannot be written changes nothing.
func (a *App) say(format string, args ...any) {
	a.voice.Lock()
	defer a.voice.Unlock()
	said := fmt.Sprintf(format, args...)
	if screen := a.screen(a.Stderr); screen.TTY { // a log keeps its lines whole
		said = report.Wrapped(said, screen.Width)
	}
	a.below.app = a
	a.below.say(said + "\n")
}

func (a *App) tool() report.Tool { return report.Tool{Name: "rekey", Version: Version()} }
