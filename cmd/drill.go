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
	output
	keep bool
	dir  string
	all  bool
}

func newDrillCmd(a *App) *cobra.Command {
	o := &drillOptions{output: output{formats: report.Formats()}}
	c := &cobra.Command{
		Use:   "drill",
		Short: "Practise: a staged trading desk on the night of the leak",
		Long: `Start fake exchanges on this machine's loopback, stage a trading desk on them as
it may look on the night of a leak, and run the real audit against it. Nothing
is real and nothing leaves this machine; the staged keys are good for the fakes
alone.

--keep writes the desk's rekey.yaml and .env into a new folder and leaves the
fakes running until Ctrl-C, so that every other command can be tried.

The drill itself exits 0 when it could be staged; its report says with which
code a real audit would have ended.`,
		Example: `  rekey drill
  rekey drill --keep       and in another terminal: cd rekey-drill && rekey audit`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			return drillRun(cmd.Context(), a, o)
		},
	}
	f := c.Flags()
	o.add(f)
	f.BoolVar(&o.keep, "keep", false, "write rekey.yaml and .env and leave the fakes running until Ctrl-C")
	f.StringVar(&o.dir, "dir", "rekey-drill", "new `FOLDER` for --keep")
	f.BoolVar(&o.all, "all", false, "show every key and every finding")
	return c
}

func drillRun(ctx context.Context, a *App, o *drillOptions) error {
	stage, err := drill.Start(a.Now)
	if err != nil {
		return failed("the drill could not be staged: " + plain(err))
	}
	defer stage.Close()
	if o.keep {
		return a.keep(ctx, stage, a.path(o.dir))
	}
	a.remark("STAGED: fake exchanges on loopback and invented keys; nothing is real")
	d, err := a.stagedDesk(stage)
	if err != nil {
		return err
	}
	code, err := a.auditDesk(ctx, d, &auditOptions{output: o.output, all: o.all})
	if err != nil || code == exitInterrupted {
		return errors.Join(err, silently(code))
	}
	a.remark("STAGED: a real audit of this desk would have ended with exit code %d", code)
	a.remark("to try every command on it: rekey drill --keep")
	return nil
}

// stagedDesk is the desk of the drill, without a file.
func (a *App) stagedDesk(stage *drill.Desk) (*desk, error) {
	names, err := a.names()
	if err != nil {
		return nil, err
	}
	c, err := config.Parse("the drill's rekey.yaml", []byte(stage.Config("env:")), names)
	if err != nil {
		return nil, failed("the drill could not be staged: " + err.Error())
	}
	return a.deskOf(c, names, location.Env{Dir: a.Dir, Environ: stage.Environ()}), nil
}

// keep leaves the fakes running for other commands.
func (a *App) keep(ctx context.Context, stage *drill.Desk, folder string) error {
	if err := stage.Write(folder); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return usage(folder+" is there already, and was left alone", "--dir names another folder")
		}
		return failed("the drill's files could not be written: " + plain(err))
	}
	if _, err := fmt.Fprintf(a.Stdout, "STAGED: the fake exchanges run until Ctrl-C. In another terminal:\n\n  cd %s\n  rekey audit\n  rekey keys\n  rekey doctor\n\n", folder); err != nil {
		return failed("could not be written: " + plain(err))
	}
	<-ctx.Done()
	_, err := fmt.Fprintln(a.Stdout, "The fake exchanges have ended; the folder stays.")
	return err
}
