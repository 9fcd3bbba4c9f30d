// Package catalogue reads incidents from YAML: the list that rekey ships and
// the files that users keep.
//
// It refuses what it does not understand. A misspelt field in a list of
// incidents would silently clear keys, so every field, link type and action
// must be known, and every error names the line.
package catalogue

import (
	_ "embed"
	"slices"

	"rekey/audit"
)

//go:embed catalogue.yaml
var shipped []byte

// Embedded returns the catalogue that this version ships.
func Embedded() (audit.Catalogue, error) { return Parse("catalogue.yaml", shipped) }

// Merge returns base with the incidents of extra: one with the same ID takes
// the place of base's, the others follow. The result is as old as base, unless
// extra holds every incident of base and so is a newer edition of it; a few
// incidents of one's own make nothing up to date.
func Merge(base, extra audit.Catalogue) audit.Catalogue {
	out := audit.Catalogue{Compiled: base.Compiled, Incidents: slices.Clone(base.Incidents)}
	replaced := 0
	for _, in := range extra.Incidents {
		if i := slices.IndexFunc(out.Incidents, func(o audit.Incident) bool { return o.ID == in.ID }); i >= 0 {
			out.Incidents[i] = in
			replaced++
		} else {
			out.Incidents = append(out.Incidents, in)
		}
	}
	if replaced == len(base.Incidents) && extra.Compiled.After(base.Compiled) {
		out.Compiled = extra.Compiled
	}
	return out
}
