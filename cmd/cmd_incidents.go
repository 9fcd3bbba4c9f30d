package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rekey/audit"
	"rekey/internal/pages"
	"rekey/internal/report"
)

func newIncidentsCmd(a *App) *cobra.Command {
	o := &output{formats: []string{"text", "markdown", "json"}}
	var file string
	c := &cobra.Command{
		Use:   "incidents [ID...]",
		Short: "Print the known leaks, with sources and what to do",
		Long: `Print the catalogue of incidents that made traders rotate keys, or that look
like it and should raise no alarm. With an ID: everything about that one.`,
		Example: `  rekey incidents
  rekey incidents 3commas-2022`,
		ValidArgsFunction: words(func() []string {
			var ids []string
			if all, err := a.incidents(""); err == nil {
				for _, in := range all.Incidents {
					ids = append(ids, in.ID+"\t"+in.Title)
				}
			}
			return ids
		}),
		RunE: func(_ *cobra.Command, ids []string) error {
			if err := o.check(); err != nil {
				return err
			}
			all, err := a.incidents(file)
			if err != nil {
				return err
			}
			if len(ids) > 0 {
				var chosen []audit.Incident
				for _, id := range ids {
					i := slices.IndexFunc(all.Incidents, func(in audit.Incident) bool { return strings.EqualFold(in.ID, id) })
					if i < 0 {
						hints := append(incidentsWith(all, id, "rekey incidents "), "see: rekey incidents")
						return unknownWord("incident", id, incidentIDs(all), "rekey incidents ", hints...)
					}
					chosen = append(chosen, all.Incidents[i])
				}
				all.Incidents = chosen
			}
			out, err := o.open(a)
			if err != nil {
				return err
			}
			defer out.discard()
			screen := a.screen(out.writer)
			if err := pages.WriteIncidents(out.writer, o.format, all, len(ids) > 0,
				report.Options{Width: screen.Width, Color: screen.Color, Tool: a.tool()}); err != nil {
				return failed("could not be written: " + plain(err))
			}
			return out.finish()
		},
	}
	o.add(c.Flags())
	c.Flags().StringVar(&file, "incidents", "", "`FILE` with further incidents")
	return c
}

// incidentsWith are the commands, each begun with command, of the incidents that have
// a word in their id: that of a vendor.
func incidentsWith(c audit.Catalogue, word, command string) []string {
	var hints []string
	for _, in := range c.Incidents {
		if word != "" && strings.Contains(in.ID, strings.ToLower(word)) {
			hints = append(hints, command+in.ID)
		}
	}
	return hints
}

func incidentIDs(c audit.Catalogue) []string {
	var ids []string
	for _, in := range c.Incidents {
		ids = append(ids, in.ID)
	}
	return ids
}
