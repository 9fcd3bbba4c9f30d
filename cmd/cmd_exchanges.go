package cmd

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"rekey/exchanges"
	"rekey/internal/nearest"
	"rekey/internal/pages"
	"rekey/internal/report"
)

func newExchangesCmd(a *App) *cobra.Command {
	o := &output{formats: []string{"text", "markdown", "json"}}
	var operations bool
	c := &cobra.Command{
		Use:   "exchanges [NAME...]",
		Short: "Say what can be done with keys at each exchange, by API or by hand",
		Long: `Print the card of each exchange: what can be done with its keys, by API or only
by a person on which page and in which steps, which answer proves that a key is
dead, and when keys end by themselves. Each row has its source and its day.

--operations prints the requests that rekey may send. It can send no other.`,
		ValidArgsFunction: words(func() []string {
			var names []string
			for _, x := range a.Registry.All() {
				names = append(names, x.Card.Name+"\t"+x.Card.Title)
			}
			return names
		}),
		RunE: func(_ *cobra.Command, names []string) error {
			if err := o.check(); err != nil {
				return err
			}
			entries, err := a.entries(names)
			if err != nil {
				return err
			}
			out, err := o.open(a)
			if err != nil {
				return err
			}
			defer out.discard()
			screen := a.screen(out.writer)
			opts := report.Options{Width: screen.Width, Color: screen.Color, Tool: a.tool()}
			if operations {
				err = pages.WriteOperations(out.writer, o.format, entries, opts)
			} else {
				page := pages.Cards{Entries: entries}
				if len(names) == 0 {
					page.ByName = a.Registry.ByName()
				}
				err = page.Write(out.writer, o.format, len(names) > 0, opts)
			}
			if err != nil {
				return failed("could not be written: " + plain(err))
			}
			return out.finish()
		},
	}
	o.add(c.Flags())
	c.Flags().BoolVar(&operations, "operations", false, "print every request that rekey may send")
	return c
}

// entries returns the named entries of the registry, or all.
func (a *App) entries(names []string) ([]exchanges.Exchange, error) {
	if len(names) == 0 {
		return a.Registry.All(), nil
	}
	var out []exchanges.Exchange
	for _, n := range names {
		x, ok := a.Registry.Lookup(n)
		if !ok {
			var have []string
			for _, e := range a.Registry.All() {
				have = append(have, e.Card.Name)
			}
			hints := []string{"rekey knows: " + strings.Join(have, ", ")}
			if near := cmp.Or(a.Registry.Meant(n), nearest.Word(n, a.Registry.Words())); near != "" {
				hints = []string{"did you mean " + near + "? rekey exchanges " + near}
			}
			return nil, usage(fmt.Sprintf("rekey does not know an exchange %s", quote(n)), hints...)
		}
		out = append(out, x)
	}
	return out, nil
}
