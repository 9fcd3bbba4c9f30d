package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rekey/exchanges"
	"rekey/internal/config"
	"rekey/internal/location"
	"rekey/internal/report"
	"rekey/internal/scan"
	"rekey/internal/scan/find"
	"rekey/internal/text"
)

// scanOptions are the flags of scan.
type scanOptions struct {
	output
	paths  []string
	all    bool
	git    bool
	staged bool
	verify bool
	adopt  bool
	yes    bool
}

// stdin reports whether one text from standard input is scanned: as a hook does
// it, for every prompt.
func (o *scanOptions) stdin() bool { return slices.Equal(o.paths, []string{"-"}) }

func newScanCmd(a *App) *cobra.Command {
	o := &scanOptions{output: output{formats: report.ScanFormats()}}
	c := &cobra.Command{
		Use:   "scan [PATH... | -]",
		Short: "Find every copy of a credential in files, archives and git repositories",
		Long: `Look for credentials of exchanges in files and folders (default: this folder):
access key, secret and passphrase as one finding, with the exchange, the place
of each part, and what is wrong with that place. Nothing is changed, nothing is
sent, and no secret is printed.

Examples that exchanges published, and placeholders, are counted and do not
alarm. In a git work tree, files that .gitignore leaves out are not read, unless
--all is given; .rekeyignore leaves out files always, with --git too. A line that
says "rekey:ignore REASON" accepts the finding on it. A single - reads one text
from standard input, and does not look at rekey.yaml.`,
		Example: `  rekey scan                     this folder
  rekey scan --all ~             everything, ignored files too
  rekey scan - < prompt.txt      one text, as a hook of an AI agent has it
  rekey scan --format json . | jq '.findings[].parts'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.paths = args
			if len(args) == 0 {
				o.paths = []string{"."}
			}
			if err := o.check(); err != nil {
				return err
			}
			if slices.Contains(args, "-") && (len(args) > 1 || o.git || o.staged || o.all || o.adopt) {
				return usage("- is one text from standard input, and goes with no other path and none of --all, " +
					"--git, --staged, --import")
			}
			return scanRun(cmd.Context(), a, o)
		},
	}
	f := c.Flags()
	o.add(f)
	f.BoolVar(&o.all, "all", false, "read files that .gitignore leaves out, too")
	f.BoolVar(&o.git, "git", false, "read all objects of the git repositories at PATH instead of files: every "+
		"commit, stash and lost object")
	f.BoolVar(&o.staged, "staged", false, "read what is staged for the next commit instead of "+
		"files, for a pre-commit hook")
	f.BoolVar(&o.verify, "verify", false, "ask the exchange about each key that is found, once and read-only; it "+
		"counts as use of the key")
	f.BoolVar(&o.adopt, "import", false, "add what was found to rekey.yaml, as locations, after showing the change")
	f.BoolVarP(&o.yes, "yes", "y", false, "import without asking")
	c.MarkFlagsMutuallyExclusive("import", "git")
	c.MarkFlagsMutuallyExclusive("import", "staged")
	c.MarkFlagsMutuallyExclusive("git", "staged", "all")
	return c
}

func scanRun(ctx context.Context, a *App, o *scanOptions) error {
	own := owned{}
	if !o.stdin() {
		var err error
		if own, err = a.inventory(ctx); err != nil {
			return err
		}
	}
	out, err := o.open(a)
	if err != nil {
		return err
	}
	defer out.discard()
	r := report.ScanReport{Tool: a.tool(), StartedAt: a.Now()}
	look := scan.Run
	switch {
	case o.stdin():
		look = func(ctx context.Context, so scan.Options) scan.Result { return scan.Reader(ctx, a.Stdin, so) }
	case o.git:
		look = scan.Git
	case o.staged:
		look = scan.Staged
	}
	r.Result = look(ctx, scan.Options{Paths: o.paths, Dir: a.Dir, All: o.all, Getenv: a.getenv})
	if n := r.Result.Left.Ignored; n > 0 {
		a.remark("%s left out by .gitignore: --all reads them too", leftOut(n))
	}
	names := own.names()
	for i := range r.Result.Findings {
		f := &r.Result.Findings[i]
		if f.Credential.AccessKey != "" {
			f.Key = names[f.Credential.AccessKey]
		}
	}
	if o.verify {
		if err := a.verify(ctx, own, &r.Result); err != nil {
			return err
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
	if o.adopt {
		if err := a.importFound(ctx, own, r.Result, o.yes); err != nil {
			return err
		}
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

func leftOut(n int) string {
	if n == 1 {
		return "1 file or folder was"
	}
	return fmt.Sprintf("%d files or folders were", n)
}

// An owned is the inventory as a scan uses it. Without a configuration it is
// empty.
type owned struct {
	config      *config.Config // nil when there is none
	credentials map[string]exchanges.Credential
	taken       []string // further names that are given already
}

// names are the names of the keys by access key.
func (o owned) names() map[string]string {
	names := map[string]string{}
	for name, c := range o.credentials {
		names[c.AccessKey] = name
	}
	return names
}

// inventory reads the credentials of rekey.yaml. One that cannot be read is
// remarked on and left out.
func (a *App) inventory(ctx context.Context) (owned, error) {
	o := owned{credentials: map[string]exchanges.Credential{}}
	names, err := a.names()
	if err != nil {
		return o, err
	}
	file, ok, err := config.Find(a.flags.config, a.getenv, a.Dir)
	if err != nil {
		return o, usage(err.Error())
	}
	if !ok {
		return o, nil
	}
	if o.config, err = config.Load(file, names); err != nil {
		return o, usage(err.Error())
	}
	env := location.Env{Dir: o.config.Dir, Environ: a.Environ}
	var unread []string
	for _, k := range o.config.Keys {
		reading, err := k.Credential.Read(ctx, env)
		if err != nil {
			unread = append(unread, k.Name)
			if a.flags.verbose || len(o.config.Keys) == 1 {
				a.remark("%s: not compared with what is found: %s", k.Name, text.Sentence(err.Error()))
			}
			continue
		}
		o.credentials[k.Name] = reading.Credential
	}
	if n := len(unread); n > 0 && !a.flags.verbose && len(o.config.Keys) > 1 {
		a.remark("what is found was not compared with %s, which could not be read (--verbose says why)",
			text.Sentence(strings.Join(unread, ", ")))
	}
	return o, nil
}
