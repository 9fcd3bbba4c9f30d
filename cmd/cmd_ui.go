package cmd

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rekey/audit"
	"rekey/exchanges"
	"rekey/internal/journal"
	"rekey/internal/prompt"
	"rekey/internal/term"
	"rekey/internal/text"
	"rekey/internal/tui"
)

// uiOptions are the flags of ui.
type uiOptions struct {
	web   bool
	open  bool          // the page of --web in the browser
	every time.Duration // between the looks of --web, 0 for one look
}

func newUICmd(a *App) *cobra.Command {
	o := &uiOptions{}
	c := &cobra.Command{
		Use:   "ui",
		Short: "Move through your keys on the full screen, and act on them from there",
		Long: `Show the keys of rekey.yaml on the full screen, those to deal with first at the
top: what each may do, its problems, the leaks that concern it, how it is deleted
by hand, and the runs that are unfinished. It looks as "rekey audit" does, and a
look counts as use of a key.

x, R and r write the command that revokes, rotates or responds into the last
line, where flags can be added; Enter runs it, with its own plan, question and
journal. Afterwards everything is looked at again. ? names all keys of the
keyboard; q and Ctrl-C end it. The exit code is the gravest that a command in it
ended with, and 5 while a run is unfinished.

With --web the page of "rekey audit --format html" is shown to a browser of this
machine in place of the screen, at an address that nobody else can guess, until
Ctrl-C. It can only be read there. Ctrl-C then is no interruption: the exit code is
0 when the last look ended with an audit, 1 when it failed, and 130 before the
first has ended.`,
		Example: `  rekey ui
  rekey ui --web --open
  rekey ui --web --every 1h`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case o.every < 0:
				return usage("--every cannot be negative")
			case !o.web && (o.open || o.every != 0):
				return usage("--open and --every are about the page of --web")
			case o.web:
				return a.web(cmd.Context(), o)
			}
			return a.ui(cmd.Context())
		},
	}
	f := c.Flags()
	f.BoolVar(&o.web, "web", false, "show the page to a browser on this machine, until Ctrl-C")
	f.BoolVar(&o.open, "open", false, "with --web: open it in the browser")
	f.DurationVar(&o.every, "every", 0, "with --web: look again after this `TIME`; each look counts as use of the keys")
	return c
}

// fullScreen reports whether there is a terminal that a full-screen view can be
// shown on and controlled from.
func (a *App) fullScreen() bool {
	in, ok := a.Stdin.(*os.File)
	return ok && term.Look(in, a.lookup).TTY && a.screen(a.Stdout).TTY && a.getenv("TERM") != "dumb"
}

// ui shows the view until its user leaves it.
func (a *App) ui(ctx context.Context) error {
	if !a.fullScreen() {
		return usage("the view needs a terminal with a full screen, for its keyboard and for what it shows; nothing was sent",
			"rekey audit prints the same", "rekey ui --web shows it in a browser")
	}
	d, err := a.loadWorkspace(ctx) // a mistake in it is said before the screen is taken
	if err != nil {
		return err
	}
	if err := a.unlock(ctx, d); err != nil {
		return err
	}
	said := &messages{}
	result, err := tui.Run(ctx, a.Stdin, a.Stdout, tui.Options{
		Color: a.screen(a.Stdout).Color, ASCII: runtime.GOOS != "windows" && !term.UTF8(a.lookup),
		Shell: tui.ShellThere(), Now: a.Now, Messages: said.all,
		Look: func(ctx context.Context, progress func(audit.Progress)) (*audit.Result, error) {
			return a.unseen(said).lookAndJudge(ctx, progress)
		},
		Runs: func() ([]tui.RunRow, error) { return a.unfinishedRows() },
		ByHand: func(exchange string) tui.Steps {
			return byHand(staged(a.Registry, d.Settings), exchange)
		},
		Command:  a.runInView,
		OpenPage: func(ctx context.Context, page string) error { _, err := a.browse(ctx, page); return err },
	})
	if err != nil {
		return failed("the view could not be shown: " + plain(err))
	}
	rows, err := a.unfinishedRows()
	for _, r := range rows {
		a.say("rekey: %s of %s is unfinished, at %s; it goes on with: rekey %s",
			r.Kind, r.Key, r.Stage, strings.Join(r.Resume, " "))
	}
	if result.Interrupted {
		return silently(exitInterrupted)
	}
	if err != nil { // what else is unfinished nobody can say
		return a.changeError(err, "")
	}
	return silently(codeOfView(result.Endings, len(rows)))
}

// codeOfView is the exit code of a view: the gravest of its commands, and that of
// an unfinished run while there is one.
func codeOfView(endings []tui.Ending, unfinished int) int {
	if unfinished > 0 {
		return exitUnfinished
	}
	ended := map[int]bool{}
	code := exitDone
	for _, e := range endings {
		ended[e.Code] = true
		if e.Code != exitDone {
			code = e.Code
		}
	}
	for _, grave := range []int{exitUnfinished, exitPerson, exitFailed, exitIncomplete} {
		if ended[grave] {
			return grave
		}
	}
	return code
}

// beside is an App for one command or one look inside of this one: with what was
// opened and learnt so far, and flags of its own.
func (a *App) beside() *App {
	b := &App{
		Stdin: a.Stdin, Stdout: a.Stdout, Stderr: a.Stderr, Environ: a.Environ, Dir: a.Dir, Now: a.Now, Sleep: a.Sleep,
		Registry: a.Registry, Terminal: a.Terminal, flags: a.flags, bans: a.bans,
	}
	a.room.mu.Lock()
	defer a.room.mu.Unlock()
	b.room.file, b.room.err = a.room.file, a.room.err
	return b
}

// lookAndJudge is an audit of everything, unprinted.
func (a *App) lookAndJudge(ctx context.Context, progress func(audit.Progress)) (*audit.Result, error) {
	d, err := a.loadWorkspace(ctx)
	if err != nil {
		return nil, err
	}
	incidents, err := a.incidents("")
	if err != nil {
		return nil, err
	}
	started := a.Now()
	seen, err := a.surveyWith(ctx, d, progress, nil) // the screen is full
	if err != nil {
		return nil, err
	}
	for _, r := range seen.Remarks {
		a.remark("%s", text.Sentence(r))
	}
	in, err := a.inputOf(ctx, d, seen, started, false)
	if err != nil {
		return nil, err
	}
	in.Policy, in.Incident = d.policy, incidents
	return a.judge(in, seen.Interrupted)
}

// runInView runs a command line as a shell would, and waits for its reader.
func (a *App) runInView(ctx context.Context, args []string) tui.Ending {
	b := a.beside()
	b.say("$ %s", tui.CommandLine(args))
	code := b.Run(ctx, append(a.globalArgs(), args...))
	if code == exitInterrupted || ctx.Err() != nil {
		b.say("rekey: %s: interrupted", tui.CommandLine(args))
	} else {
		if tty, err := a.Terminal(); err == nil {
			said := fmt.Sprintf("\nexit %d: %s\n[Enter] goes back to the keys, which are looked at again",
				code, exitSentence(code))
			_, _ = prompt.New(tty).Line(ctx, said)
			_ = tty.Close()
		}
	}
	return tui.Ending{Code: code, Text: fmt.Sprintf("%s (exit %d)", exitSentence(code), code)}
}

// globalArgs are the global flags of this command line, for another.
func (a *App) globalArgs() []string {
	var args []string
	if a.flags.config != "" {
		args = append(args, "--config", a.flags.config)
	}
	if a.flags.state != "" {
		args = append(args, "--state", a.flags.state)
	}
	for _, f := range []struct {
		name string
		set  bool
	}{{"--quiet", a.flags.quiet}, {"--verbose", a.flags.verbose}, {"--no-color", a.flags.noColor}} {
		if f.set {
			args = append(args, f.name)
		}
	}
	return args
}

// exitSentence is what an exit code says of a command that changes keys. That it
// ended without an error proves nothing about a key: a plan may have been
// declined.
func exitSentence(code int) string {
	switch code {
	case exitDone:
		return "it ended without an error"
	case exitUsage:
		return "refused; nothing was sent"
	case exitFindings, exitIncomplete:
		return "something could not be looked at"
	case exitUnfinished:
		return "unfinished: u names the run and goes on with it; or another rekey is at work"
	case exitPerson:
		return "a person must still do a step"
	case exitInterrupted:
		return "interrupted"
	}
	return "failed"
}

// byHand says how a person deletes a key of an exchange, by its card.
func byHand(registry exchanges.Registry, exchange string) tui.Steps {
	x, ok := registry.Lookup(exchange)
	if !ok {
		return tui.Steps{}
	}
	for _, c := range x.Card.Capabilities {
		if c.Action == exchanges.ActRevoke && c.Way == exchanges.ByPerson && c.Page != "" && len(c.Steps) > 0 {
			return tui.Steps{Page: c.Page, Steps: c.Steps}
		}
	}
	return tui.Steps{}
}

// unfinishedRows are the runs and responses of the journal that have not ended.
// Of a damaged journal they are those that can be read, and the error says so.
func (a *App) unfinishedRows() ([]tui.RunRow, error) {
	v, err := journal.Read(a.stateDir())
	if err != nil {
		return nil, journalError(err, "")
	}
	var rows []tui.RunRow
	for _, r := range v.Responses() {
		if !r.Ended && r.Whole {
			rows = append(rows, tui.RunRow{
				ID: string(r.ID), Kind: "response", Key: text.Clean(r.Cause), Stage: number(len(r.Plan), "key"),
				Updated: r.Updated,
				Resume:  []string{"respond", "--resume"},
			})
		}
	}
	for _, r := range v.Unfinished() {
		rows = append(rows, tui.RunRow{
			ID: string(r.ID), Kind: string(r.Kind), Key: text.CleanName(r.Key), Stage: string(r.Stage), Updated: r.Updated,
			Resume: []string{"runs", "resume", string(r.ID)}, Show: []string{"runs", "show", string(r.ID)},
		})
	}
	return rows, v.Err()
}
