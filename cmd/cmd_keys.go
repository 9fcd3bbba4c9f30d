package cmd

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"rekey/audit"
	"rekey/internal/report"
)

type keysOptions struct {
	output
	keys   []string
	all    bool
	byName bool // --format was given
}

func newKeysCmd(a *App, run func(context.Context, *keysOptions) error) *cobra.Command {
	o := &keysOptions{output: output{formats: report.Formats()}}
	if run == nil {
		run = func(ctx context.Context, o *keysOptions) error { return keysRun(ctx, a, o) }
	}
	c := &cobra.Command{
		Use:        "keys [KEY...]",
		SuggestFor: []string{"ls", "list", "status"},
		Short:      "List every key with its permissions and IP whitelist, without judging",
		Example: `  rekey keys
  rekey keys --format json | jq '.keys[] | select(.ip_whitelist.restricted == false) | .name'`,
		ValidArgsFunction: a.completeKeys,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.keys, o.byName = args, cmd.Flags().Changed("format")
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
	d, err := a.loadWorkspace(ctx)
	if err != nil {
		return err
	}
	if d.declares(o.keys) {
		d.selected = o.keys
	}
	d.Vendors = nil // vendors hold connections, not keys of their own
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
	if result, err = narrowed(result, d, o.keys); err != nil {
		return err
	}
	list := report.KeyList{
		Tool: a.tool(), StartedAt: started, Keys: audit.Keys(result.Subjects, expiryRules(a.Registry), started),
		Gaps: append(result.Gaps, d.unread...),
	}
	code := lookCode(len(list.Gaps), result.Interrupted)
	if err := a.printKeys(ctx, o, out, list, code, result.Interrupted); err != nil {
		return failed("the list could not be written: " + plain(err))
	}
	if err := out.finish(); err != nil {
		return failed("the list could not be written: " + plain(err))
	}
	return silently(code)
}

// printKeys writes the list. The text is a table on a terminal and where it was
// asked for, and else a line for each key, with the counts on stderr.
func (a *App) printKeys(
	ctx context.Context, o *keysOptions, out *destination, list report.KeyList, code int, cut bool,
) error {
	screen := a.screen(out.writer)
	show := report.Options{
		Width: screen.Width, Color: screen.Color, ASCII: screen.ASCII, All: o.all, Interrupted: cut,
	}
	switch {
	case o.format == "json":
		return list.Write(out.writer, o.format, a.Now(), code, show)
	case o.byName || screen.TTY:
		return a.page(ctx, out.writer, func(w io.Writer) error { return list.Write(w, "text", a.Now(), code, show) })
	}
	if err := list.Write(out.writer, "lines", a.Now(), code, show); err != nil || a.flags.quiet {
		return err
	}
	show.Width = a.screen(a.Stderr).Width
	return list.WriteAside(a.Stderr, show)
}

// number writes a count for people.
func number(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
