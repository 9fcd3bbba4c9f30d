package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rekey/audit"
	"rekey/internal/pages"
	"rekey/internal/report"
)

func newRulesCmd(a *App) *cobra.Command {
	o := &output{formats: []string{"text", "markdown", "json"}}
	c := &cobra.Command{
		Use:   "rules [ID...]",
		Short: "Print the rules: what each looks for, why, and what to do",
		ValidArgsFunction: words(func() []string {
			var ids []string
			for _, r := range audit.Rules() {
				ids = append(ids, r.ID+"\t"+r.Title)
			}
			return ids
		}),
		RunE: func(_ *cobra.Command, ids []string) error {
			if err := o.check(); err != nil {
				return err
			}
			rules := audit.Rules()
			if len(ids) > 0 {
				var chosen []audit.Rule
				for _, id := range ids {
					i := slices.IndexFunc(rules, func(r audit.Rule) bool { return strings.EqualFold(r.ID, id) })
					if i < 0 {
						return unknownWord("rule", id, ruleIDs(), "rekey rules ", "see: rekey rules")
					}
					chosen = append(chosen, rules[i])
				}
				rules = chosen
			}
			out, err := o.open(a)
			if err != nil {
				return err
			}
			defer out.discard()
			screen := a.screen(out.writer)
			if err := pages.WriteRules(out.writer, o.format, rules, len(ids) > 0,
				report.Options{Width: screen.Width, Color: screen.Color, Tool: a.tool()}); err != nil {
				return failed("could not be written: " + plain(err))
			}
			return out.finish()
		},
	}
	o.add(c.Flags())
	return c
}

func ruleIDs() []string {
	var ids []string
	for _, r := range audit.Rules() {
		ids = append(ids, r.ID)
	}
	return ids
}
