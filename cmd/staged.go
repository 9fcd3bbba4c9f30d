package cmd

import (
	"slices"

	"rekey/exchanges"
	"rekey/internal/config"
)

// staged are the exchanges with the pages that rekey.yaml names in place of their
// own: those of a drill, on which its keys can be deleted.
func staged(r exchanges.Registry, settings map[string]config.ExchangeSettings) exchanges.Registry {
	entries := r.All()
	for i := range entries {
		page := settings[entries[i].Card.Name].Page
		if page == "" {
			continue
		}
		rows := slices.Clone(entries[i].Card.Capabilities)
		for j := range rows {
			if rows[j].Page == "" {
				continue
			}
			rows[j].Page, rows[j].Steps = page, []string{"STAGED: open " + page}
			if rows[j].Action == exchanges.ActRevoke {
				rows[j].Steps = append(rows[j].Steps, "Press its Delete button")
			} else {
				rows[j].Steps = append(rows[j].Steps, "The drill's page can delete keys, and do nothing else")
			}
		}
		entries[i].Card.Capabilities = rows
	}
	return r.Replacing(entries)
}
