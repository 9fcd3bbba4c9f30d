package cmd

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"rekey/audit"
	"rekey/internal/report"
)

type keysOptions struct {
	output
	keys []string
	all  bool
}

func newKeysCmd(a *App, run func(context.Context, *keysOptions) error) *cobra.Command {
	o := &keysOptions{output: output{formats: report.Formats()}}
	if run == nil {
		run = func(ctx context.Context, o *keysOptions) error { return keysRun(ctx, a, o) }
	}
	c := &cobra.Command{
		Use:   "keys [KEY...]",
		Short: "List every key with its permissions and IP whitelist, without judging",
		Example: `  rekey keys
  rekey keys --format json | jq '.keys[] | select(.ip_whitelist.restricted == false) | .name'`,
		ValidArgsFunction: a.completeKeys,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.keys = args
			if err := o.check(); err != nil {
				return err
			}
			return run(cmd.Context(), o)
		},
	}
	o.add(c.Flags())
	c.Flags().BoolVar(&o.all, "all", false, "show every key, however many")
	return c
}

func keysRun(ctx context.Context, a *App, o *keysOptions) error {
	d, err := a.loadDesk(ctx)
	if err != nil {
		return err
	}
	if err := d.only(o.keys); err != nil {
		return err
	}
	d.vendors = nil // vendors hold connections, not keys of their own
	out, err := o.open(a)
	if err != nil {
		return err
	}
	defer out.discard()
	started := a.Now()
	result, err := a.survey(ctx, d)
	if err != nil {
		return err
	}
	list := report.KeyList{Tool: a.tool(), StartedAt: started, Gaps: append(result.Gaps, d.unread...)}
	for _, s := range result.Subjects {
		list.Keys = append(list.Keys, audit.KeyReport{Subject: s, Derived: audit.DeriveExpiry(s, expiryRules(a.Registry)[s.Key.Ref.Exchange], started)})
	}
	slices.SortFunc(list.Keys, func(x, y audit.KeyReport) int { return audit.Compare(x.Subject, y.Subject) })
	code := auditCode(audit.Summary{Gaps: len(list.Gaps)}, result.Interrupted)
	screen := a.screen(out.writer)
	if err := list.Write(out.writer, o.format, a.Now(), code, report.Options{Width: screen.Width, Color: screen.Color, All: o.all, Interrupted: result.Interrupted}); err != nil {
		return failed("the list could not be written: " + plain(err))
	}
	if err := out.finish(); err != nil {
		return failed("the list could not be written: " + plain(err))
	}
	return silently(code)
}

// number writes a count for people.
func number(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
