package cmd

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rekey/audit"
	"rekey/internal/config"
	"rekey/internal/pages"
	"rekey/internal/report"
)

type policyOptions struct {
	output
	soon  int
	stale bool
}

func newPolicyCmd(a *App) *cobra.Command {
	c := &cobra.Command{
		Use:   "policy",
		Short: "Look at the policy: what is judged, and what is waived until when",
		Long: `The policy stands in rekey.yaml or in a file of its own (rekey audit --policy
FILE). It can extend one other file and take its waivers from a third, so that
those who own the rules, the desk and the waivers need not be the same:

  extends: ../firm/policy.yaml     # its rules and waivers hold here too
  waivers_file: waivers.yaml       # waivers: [...], in a file of its own
  fail_on: high
  rules:
    LIFE-01: {trade_days: 60}      # what is not named stays as it is there`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(newPolicyCheckCmd(a))
	return c
}

func newPolicyCheckCmd(a *App) *cobra.Command {
	o := &policyOptions{output: output{formats: report.Formats()}}
	c := &cobra.Command{
		Use:   "check [FILE]",
		Short: "Check the policy, and show which rules are on and which waivers end soon",
		Long: `Read the policy of rekey.yaml, or of FILE: another rekey.yaml or a policy by
itself. Nothing is sent and no credential is read. It exits 2 when something is
wrong, and says where.` + "\n\n" + exitHelp,
		Example: `  rekey policy check
  rekey policy check firm/policy.yaml --soon 14
  rekey policy check --fail-on-over         exit 3 when a waiver is over`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return policyCheck(a, o, args) },
	}
	o.add(c.Flags())
	c.Flags().IntVar(&o.soon, "soon", 30, "point out waivers that end within so many `DAYS`")
	c.Flags().BoolVar(&o.stale, "fail-on-over", false, "exit 3 when a waiver is over")
	return c
}

func policyCheck(a *App, o *policyOptions, args []string) error {
	if err := o.check(); err != nil {
		return err
	}
	if o.soon < 0 {
		return usage("--soon must not be below 0")
	}
	file, policy, err := a.policyIn(args)
	if err != nil {
		return err
	}
	out, err := o.open(a)
	if err != nil {
		return err
	}
	defer out.discard()
	screen := a.screen(out.writer)
	page := pages.PolicyPage{File: file, Policy: policy, Now: a.Now(), Soon: time.Duration(o.soon) * 24 * time.Hour}
	if err := page.Write(out.writer, o.format, report.Options{
		Tool: a.tool(), Width: screen.Width,
		Color: screen.Color,
	}); err != nil {
		return failed("could not be written: " + plain(err))
	}
	if err := out.finish(); err != nil {
		return failed("could not be written: " + plain(err))
	}
	today := a.Now().UTC().Truncate(24 * time.Hour)
	for _, w := range policy.Waivers {
		if o.stale && w.Until.Before(today) {
			return silently(exitFindings)
		}
	}
	return nil
}

// policyIn reads the policy of the named file, or of rekey.yaml. A file with a
// version is a rekey.yaml.
func (a *App) policyIn(args []string) (string, audit.Policy, error) {
	names, err := a.names()
	if err != nil {
		return "", audit.Policy{}, err
	}
	file := ""
	if len(args) > 0 {
		file = a.path(args[0])
		if p, err := config.LoadPolicy(file, names); err == nil {
			return args[0], *p, nil
		} else if !strings.Contains(err.Error(), `unknown field "version"`) {
			return "", audit.Policy{}, usage(err.Error())
		}
	} else {
		found, ok, err := config.Find(a.flags.config, a.getenv, a.Dir)
		if err != nil {
			return "", audit.Policy{}, usage(err.Error())
		}
		if !ok {
			return "", audit.Policy{}, usage("there is no rekey.yaml", "name a file: rekey policy check FILE")
		}
		file = found
	}
	c, err := config.Load(file, names)
	if err != nil {
		return "", audit.Policy{}, usage(err.Error())
	}
	for _, w := range c.Warnings {
		a.remark("%s", w)
	}
	return a.sourcePath(file), c.Policy, nil
}
