package pages

import (
	"io"
	"testing"

	"rekey/audit"
	"rekey/exchanges/all"
	"rekey/internal/catalogue"
	"rekey/internal/text"
	"rekey/internal/text/texttest"
)

// The pages that rekey ships fit every screen.
func TestShippedPagesFitTheScreen(t *testing.T) {
	incidents, err := catalogue.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	entries, names, rules := all.Registry().All(), all.Registry().ByName(), audit.Rules()
	pages := []referencePage{
		{"cards", func(w io.Writer, f string, o text.Options) error {
			return Cards{Entries: entries, ByName: names}.Write(w, f, false, o)
		}},
		{"cards in full", func(w io.Writer, f string, o text.Options) error {
			return Cards{Entries: entries, ByName: names}.Write(w, f, true, o)
		}},
		{"operations", func(w io.Writer, f string, o text.Options) error { return WriteOperations(w, f, entries, o) }},
		{"rules", func(w io.Writer, f string, o text.Options) error { return WriteRules(w, f, rules, false, o) }},
		{"rules in full", func(w io.Writer, f string, o text.Options) error { return WriteRules(w, f, rules, true, o) }},
		{"incidents", func(w io.Writer, f string, o text.Options) error { return WriteIncidents(w, f, incidents, false, o) }},
		{
			"incidents in full",
			func(w io.Writer, f string, o text.Options) error { return WriteIncidents(w, f, incidents, true, o) },
		},
	}
	for _, p := range pages {
		for _, columns := range []int{40, 80, 200} {
			out := printed(t, p, "text", text.Options{Width: columns})
			if len(out) < 1000 {
				t.Errorf("%s has only %d bytes", p.name, len(out))
			}
			texttest.Lines(t, p.name, columns, out)
		}
		printed(t, p, "json", text.Options{})
		printed(t, p, "markdown", text.Options{})
	}
}

// Every cell of the table is in the words of its legend, and every exchange
// that still exists says something.
func TestShippedCardsFillTheMatrix(t *testing.T) {
	for _, e := range all.Registry().All() {
		if rows := matrixRows(e.Card); len(rows) == 0 && e.Card.Kind != "defunct" {
			t.Errorf("the table says nothing about %s", e.Card.Name)
		}
	}
}
