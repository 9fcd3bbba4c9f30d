// Package change decides what is done about keys, and has it done.
//
// Deciding is pure: [Plan] and [Respond] are given what was seen and return
// decisions, which are values; they open nothing, send nothing and read no
// clock. The zero [Decision] does nothing. Carrying out stands beside it: a
// [Runner] looks, writes the plan into the journal, acts through package
// rotate, looks again, and says how every key stands.
//
// The package knows the program around it only as a [Terminal] and a [Runner]'s
// functions.
package change

import (
	"rekey/exchanges"
	"rekey/internal/config"
	"rekey/internal/location"
	"rekey/internal/survey"
)

// A Workspace is what rekey.yaml declares, or what was found without one.
type Workspace struct {
	Source   string // the file, or words for where keys were found without one
	Entries  []survey.Entry
	Vendors  []survey.VendorEntry
	Reloads  map[string][]string // rotate.reload, by key
	Swaps    map[string][]string // rotate.vendors, by key
	Settings map[string]config.ExchangeSettings
	Location location.Env
}

// Entry returns the entry of that name.
func (w *Workspace) Entry(name string) (survey.Entry, bool) {
	for _, e := range w.Entries {
		if e.Name == name {
			return e, true
		}
	}
	return survey.Entry{}, false
}

// Setting returns what rekey.yaml says about reaching an exchange or a vendor,
// with the exchange's first environment where it names none.
func (w *Workspace) Setting(x exchanges.Exchange) config.ExchangeSettings {
	s := w.Settings[x.Card.Name]
	if s.Environment == "" && len(x.Card.Environs) > 0 {
		s.Environment = x.Card.Environs[0]
	}
	return s
}
