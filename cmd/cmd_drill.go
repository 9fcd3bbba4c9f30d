package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"rekey/internal/config"
	"rekey/internal/drill"
	"rekey/internal/location"
	"rekey/internal/report"
)

type drillOptions struct {
	outputs
	scores output // the table of --play
	keep   bool
	play   bool
	auto   bool
	dir    string
	all    bool
}

func newDrillCmd(a *App) *cobra.Command {
	o := &drillOptions{outputs: outputs{screen: true}}
	c := &cobra.Command{
		Use:   "drill",
		Short: "Practise: a staged trading desk on the night of the leak",
		Long: `Start fake exchanges on this machine's loopback, stage a trading desk on them as
it may look on the night of a leak, and run the real audit against it. Nothing
is real and nothing leaves this machine; the staged keys are good for the fakes
alone.

--keep writes the desk's rekey.yaml and .env into a new folder and leaves the
fakes running until Ctrl-C, so that every other command can be tried.

--play does that too, and lets a thief in: 20 seconds later they begin to trade
with the leaked keys against themselves on a thin pair, an order every 5 seconds
and key, and goes on until the fake exchanges refuse them. You contain, revoke
and rotate from another terminal; keys that only a web page can delete are
deleted on a page of the drill's own, or by typing their number into the drill.
It ends when every key that they hold is dead, or with Ctrl-C, and says how long
each one lived and what was lost. --play --auto does your part as well, in a
temporary folder, on a clock that does not wait.

The drill itself exits 0 when it could be staged, and when every key of --play
is dead; its report says with which code a real audit would have ended.`,
		Example: `  rekey drill
  rekey drill --format html=drill.html
  rekey drill --keep       and in another terminal: cd rekey-drill && rekey audit
  rekey drill --play       the same against the clock
  rekey drill --play --auto`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.checkDrill(); err != nil {
				return err
			}
			return drillRun(cmd.Context(), a, o)
		},
	}
	f := c.Flags()
	o.add(f)
	f.BoolVar(&o.keep, "keep", false, "write rekey.yaml and .env and leave the fakes running until Ctrl-C")
	f.BoolVar(&o.play, "play", false, "let a thief use the leaked keys until all of them are dead")
	f.BoolVar(&o.auto, "auto", false, "with --play: unattended, and at once")
	f.StringVar(&o.dir, "dir", "rekey-drill", "new `FOLDER` for --keep and --play")
	f.BoolVar(&o.all, "all", false, "show every key and every finding")
	return c
}

func (o *drillOptions) checkDrill() error {
	switch {
	case o.auto && !o.play:
		return usage("--auto is for --play alone")
	case o.play && o.keep:
		return usage("--play keeps the fakes running by itself: leave --keep out")
	case o.play:
		return o.oneScore()
	default:
		return o.check()
	}
}

// oneScore reads --format for the table of --play, which is no audit.
func (o *drillOptions) oneScore() error {
	o.scores = output{formats: report.Formats(), format: "text", file: o.file}
	if len(o.chosen) > 1 {
		return usage("--play prints one table: give one --format")
	}
	if len(o.chosen) == 1 {
		o.scores.format = o.chosen[0]
	}
	return o.scores.check()
}

func drillRun(ctx context.Context, a *App, o *drillOptions) error {
	switch {
	case o.auto:
		return a.playAlone(ctx, o)
	case o.play:
		return a.playAlong(ctx, o)
	case o.keep:
		return a.keep(ctx, a.path(o.dir))
	}
	stage, err := drill.Start(a.Now)
	if err != nil {
		return failed("the drill could not be staged: " + plain(err))
	}
	defer stage.Close()
	a.remark("STAGED: fake exchanges on loopback and invented keys; nothing is real")
	d, err := a.stagedDesk(stage)
	if err != nil {
		return err
	}
	code, err := a.auditDesk(ctx, d, &auditOptions{outputs: o.outputs, all: o.all, staged: true})
	if err != nil || code == exitInterrupted {
		return errors.Join(err, silently(code))
	}
	a.remark("STAGED: a real audit of this desk would have ended with exit code %d", code)
	a.remark("to try every command on it: rekey drill --keep")
	return nil
}

// stagedDesk is the desk of the drill, without a file.
func (a *App) stagedDesk(stage *drill.Desk) (*workspace, error) {
	names, err := a.names()
	if err != nil {
		return nil, err
	}
	c, err := config.Parse("the drill's rekey.yaml", []byte(stage.Config("env:")), names)
	if err != nil {
		return nil, failed("the drill could not be staged: " + err.Error())
	}
	d := a.workspaceOf(c, names, location.Env{Dir: a.Dir, Environ: stage.Environ()})
	d.staged = true
	return d, nil
}

// keep leaves the fakes running for other commands, and the page on which keys are
// deleted. No thief is at work.
func (a *App) keep(ctx context.Context, folder string) error {
	g, err := a.newGame(ctx, a.Now)
	if err != nil {
		return err
	}
	defer g.close()
	g.stage.WebPage = g.page.URL
	g.stage.Theft()
	if err := writeDesk(g.stage, folder); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(a.Stdout, "STAGED: the fake exchanges run until Ctrl-C. In another terminal:\n\n  cd %s\n"+
		"  export XDG_STATE_HOME=$PWD/state      (so that your own journal stays as it is)\n  rekey audit\n"+
		"  rekey scan home                       a messy home folder\n"+
		"  rekey leak dump.jsonl                 a leaked dump\n"+
		"  rekey trace                           what was done with the keys already\n"+
		"  rekey respond 3commas-2022\n  rekey doctor\n\n"+
		"Keys that only a website can delete are deleted on this page, which stands in\n"+
		"for the exchanges' own (respond leads there):\n\n  %s\n\n", folder, g.page.URL); err != nil {
		return failed("could not be written: " + plain(err))
	}
	<-ctx.Done()
	_, err = fmt.Fprintln(a.Stdout, "The fake exchanges have ended; the folder stays.")
	return err
}

// writeDesk puts the desk's files into a new folder.
func writeDesk(stage *drill.Desk, folder string) error {
	err := stage.Write(folder)
	switch {
	case errors.Is(err, fs.ErrExist):
		return usage(folder+" is there already, and was left alone", "--dir names another folder")
	case err != nil:
		return failed("the drill's files could not be written: " + plain(err))
	default:
		return nil
	}
}
