package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"rekey/exchanges"
	"rekey/internal/config"
	"rekey/internal/location"
	"rekey/internal/report"
	"rekey/internal/scan"
	"rekey/internal/scan/find"
)

// scanOptions are the flags of scan.
type scanOptions struct {
	output
	paths  []string
	all    bool
	git    bool
	staged bool
}

func newScanCmd(a *App) *cobra.Command {
	o := &scanOptions{output: output{formats: report.ScanFormats()}}
	c := &cobra.Command{
		Use:   "scan [PATH...]",
		Short: "Find every copy of a credential in files, archives and git repositories",
		Long: `Look for credentials of exchanges in files and folders (default: this folder):
access key, secret and passphrase as one finding, with the exchange, the place
of each part, and what is wrong with that place. Nothing is changed, nothing is
sent, and no secret is printed.

Examples that exchanges published, and placeholders, are counted and do not
alarm. In a git work tree, files that .gitignore leaves out are not read, unless
--all is given; .rekeyignore leaves out files always. A line that says
"rekey:ignore REASON" accepts the finding on it.`,
		Example: `  rekey scan                     this folder
  rekey scan --all ~             everything, ignored files too
  rekey scan --format json . | jq '.findings[].parts'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.paths = args
			if len(args) == 0 {
				o.paths = []string{"."}
			}
			if err := o.check(); err != nil {
				return err
			}
			return scanRun(cmd.Context(), a, o)
		},
	}
	f := c.Flags()
	o.add(f)
	f.BoolVar(&o.all, "all", false, "read files that .gitignore leaves out, too")
	f.BoolVar(&o.git, "git", false, "read all objects of the git repositories at PATH instead of files: every commit, stash and lost object")
	f.BoolVar(&o.staged, "staged", false, "read what is staged for the next commit instead of files, for a pre-commit hook")
	c.MarkFlagsMutuallyExclusive("git", "staged", "all")
	return c
}

func scanRun(ctx context.Context, a *App, o *scanOptions) error {
	own, err := a.ownKeys(ctx)
	if err != nil {
		return err
	}
	out, err := o.open(a)
	if err != nil {
		return err
	}
	defer out.discard()
	r := report.ScanReport{Tool: a.tool(), StartedAt: a.Now()}
	look := scan.Run
	switch {
	case o.git:
		look = scan.Git
	case o.staged:
		look = scan.Staged
	}
	r.Result = look(ctx, scan.Options{Paths: o.paths, Dir: a.Dir, All: o.all, Getenv: a.getenv})
	for i := range r.Result.Findings {
		f := &r.Result.Findings[i]
		if f.Credential.AccessKey != "" {
			f.Key = own[f.Credential.AccessKey]
		}
	}
	r.ExitCode, r.FinishedAt = scanCode(r.Result), a.Now()
	screen := a.screen(out.writer)
	err = report.WriteScan(out.writer, o.format, r, report.Options{
		Width: screen.Width, Color: screen.Color, All: a.flags.verbose, Interrupted: r.Result.Interrupted,
	})
	if err != nil {
		return failed("the report could not be written: " + plain(err))
	}
	if err := out.finish(); err != nil {
		return failed("the report could not be written: " + plain(err))
	}
	return silently(r.ExitCode)
}

// scanCode is the one function from the result of a scan to an exit code.
func scanCode(r scan.Result) int {
	alarms := 0
	for _, f := range r.Findings {
		if (f.Kind == find.Credential || f.Kind == find.Partial) && f.Accepted == "" {
			alarms++
		}
	}
	switch {
	case r.Interrupted:
		return exitInterrupted
	case alarms > 0:
		return exitFindings
	case len(r.Gaps) > 0:
		return exitIncomplete
	}
	return exitDone
}

// ownKeys are the names of the inventory's keys by access key. Without a
// configuration there are none.
func (a *App) ownKeys(ctx context.Context) (map[string]string, error) {
	creds, err := a.inventory(ctx)
	own := map[string]string{}
	for name, c := range creds {
		own[c.AccessKey] = name
	}
	return own, err
}

// inventory reads the credentials of rekey.yaml, by name. One that cannot be
// read is remarked on and left out.
func (a *App) inventory(ctx context.Context) (map[string]exchanges.Credential, error) {
	names, err := a.names()
	if err != nil {
		return nil, err
	}
	file, ok, err := config.Find(a.flags.config, a.getenv, a.Dir)
	if err != nil {
		return nil, usage(err.Error())
	}
	if !ok {
		return map[string]exchanges.Credential{}, nil
	}
	c, err := config.Load(file, names)
	if err != nil {
		return nil, usage(err.Error())
	}
	env := location.Env{Dir: c.Dir, Environ: a.Environ}
	all := map[string]exchanges.Credential{}
	for _, k := range c.Keys {
		reading, err := k.Credential.Read(ctx, env)
		if err != nil {
			a.remark("%s: not compared with what is found: %s", k.Name, report.Sentence(err.Error()))
			continue
		}
		all[k.Name] = reading.Credential
	}
	return all, nil
}
