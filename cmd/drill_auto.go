package cmd

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"rekey/internal/drill"
)

// unattended are the command lines of --play --auto, in order. What they ask a
// person to delete is deleted by hand, and so is what they leave alive.
func unattended() []string {
	return []string{
		"respond 3commas-2022 --yes --accept-risk last-manager", "revoke kucoin-bot --yes",
	}
}

// How long the stand-in for a person takes.
const (
	typing  = 10 * time.Second // for a command line
	browser = 30 * time.Second // for a key on a web page
)

// playAlone does the player's part too: it runs the commands as they would, and
// deletes by hand what they leave. Its clock goes only when somebody waits.
func (a *App) playAlone(ctx context.Context, o *drillOptions) error {
	out, err := o.scores.open(a)
	if err != nil {
		return err
	}
	defer out.discard()
	clock := drill.NewClock(a.Now())
	g, err := a.newGame(ctx, clock.Now)
	if err != nil {
		return err
	}
	defer g.close()
	clock.Every(drill.Pace, g.play.Act)
	parent, err := os.MkdirTemp("", "rekey-drill-")
	if err != nil {
		return failed("the drill's folder could not be made: " + plain(err))
	}
	defer func() { _ = os.RemoveAll(parent) }()
	folder := filepath.Join(parent, "desk")
	if err := writeDesk(g.stage, folder); err != nil {
		return err
	}
	a.remark("STAGED: fake exchanges on loopback, invented keys, a thief, and a clock that does not wait; nothing is real")
	person := &standIn{app: a, ctx: ctx, game: g, clock: clock}
	err = clock.Sleep(ctx, drill.HeadStart)
	for _, line := range unattended() {
		if err == nil {
			err = clock.Sleep(ctx, typing)
		}
		if err == nil {
			a.remark("STAGED: $ rekey %s", line)
			a.remark("STAGED: it ended with exit code %d", a.inside(folder, clock, person).Run(ctx, strings.Fields(line)))
		}
	}
	if err == nil {
		err = person.clean()
	}
	if err == nil {
		err = clock.Sleep(ctx, 2*drill.Pace) // in which they find out
	}
	switch {
	case errors.Is(err, context.Canceled):
		return a.finishPlay(o, out, g, exitInterrupted)
	case err != nil:
		return failed("the drill could not go on: " + err.Error())
	default:
		return a.finishPlay(o, out, g, exitDone)
	}
}

// inside is an App in the drill's folder, on its clock and terminal, with nothing
// of the environment that could lead to real keys.
func (a *App) inside(folder string, clock *drill.Clock, person *standIn) *App {
	b := &App{
		Stdin: strings.NewReader(
			"",
		), Stdout: a.Stderr, Stderr: a.Stderr, Dir: folder, Now: clock.Now, Sleep: clock.Sleep, Registry: a.Registry,
		Environ:  []string{"HOME=" + folder, "XDG_STATE_HOME=" + filepath.Join(folder, "state"), "XDG_CONFIG_HOME=" + folder},
		Terminal: func() (io.ReadWriteCloser, error) { return person, nil },
	}
	for _, name := range []string{"COLUMNS", "NO_COLOR", "CLICOLOR_FORCE", "TERM"} {
		if value, ok := a.lookup(name); ok {
			b.Environ = append(b.Environ, name+"="+value)
		}
	}
	if a.flags.noColor {
		b.Environ = append(b.Environ, "NO_COLOR=1")
	}
	if a.flags.quiet {
		b.Stdout, b.Stderr = io.Discard, io.Discard
	}
	return b
}
