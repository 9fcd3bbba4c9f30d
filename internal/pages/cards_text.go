package pages

import (
	"strings"

	"rekey/exchanges"
	"rekey/internal/text"
)

// printCard prints everything on a card.
func (t textWriter) printCard(e exchanges.Exchange) {
	c := e.Card
	const labels = len("environments")
	t.Title(0, c.Title)
	facts := [][2]string{
		{"name", strings.Join(append([]string{c.Name}, c.Aliases...), " or ") + " in rekey.yaml"},
		{"kind", c.Kind},
		{"credential", c.Secret},
		{"formats", c.Formats},
		{"regions", firstIsDefault(c.Regions)},
		{"environments", firstIsDefault(c.Environs)},
		{"dead when", c.Death},
		{"checked", c.Checked},
	}
	if e.IsCardAlone() {
		facts = append(facts, [2]string{"adapter", "none: " + withoutAdapter})
	}
	for _, f := range facts {
		t.Item(2, f[0], labels, f[1])
	}
	t.printCapabilities(c.Capabilities)
	t.printCovers(c.Covers)
	t.printExpiry(c.Expiry)
	if len(c.Notes) > 0 {
		t.Heading("notes")
		t.Bullets(2, c.Notes)
	}
}

// withoutAdapter says what a card alone means for a key.
const withoutAdapter = "nothing is ever sent there, and an audit counts each of its keys as a gap"

func firstIsDefault(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return names[0] + " (default), " + strings.Join(names[1:], ", ")
}

func (t textWriter) printCapabilities(rows []exchanges.Capability) {
	const labels = len("source")
	if len(rows) == 0 {
		return
	}
	t.Heading("what can be done")
	for i, row := range rows {
		if i > 0 {
			t.Line("")
		}
		t.Title(2, capabilityWords(row))
		t.Item(4, "needs", labels, row.Needs)
		t.Item(4, "page", labels, row.Page)
		t.Steps(4, row.Steps)
		t.Item(4, "note", labels, row.Note)
		t.Item(4, "source", labels, sourceWords(row.Source, row.Checked))
	}
}

// capabilityWords is the heading of a row: "revoke keys of sub-accounts: by
// API".
func capabilityWords(row exchanges.Capability) string {
	return string(row.Action) + " " + string(row.Reach) + ": " + wayWords(row)
}

func wayWords(row exchanges.Capability) string {
	switch row.Way {
	case exchanges.ByAPI:
		if row.InRekey {
			return "by API"
		}
		return "by API, which this version of rekey does not use"
	case exchanges.ByPerson:
		return "by hand"
	case exchanges.Nobody:
		return "no way is offered"
	case exchanges.NotTold:
	}
	return "no source says how"
}

// sourceWords adds the day on which a source was read.
func sourceWords(source, day string) string {
	switch {
	case source == "" && day == "":
		return ""
	case source == "":
		return "read on " + day
	case day == "":
		return source
	}
	return source + "; read on " + day
}

func (t textWriter) printCovers(rows exchanges.Covers) {
	const labels = len("source")
	if len(rows) == 0 {
		return
	}
	t.Heading("what one permission covers")
	for i, r := range rows {
		if i > 0 {
			t.Line("")
		}
		t.Title(2, string(r.Permission)+": "+permissionWords(r.Covers, ", "))
		t.Item(4, "words", labels, strings.Join(r.Words, ", "))
		t.Item(4, "note", labels, r.Note)
		t.Item(4, "source", labels, sourceWords(r.Source, r.Checked))
	}
}

func (t textWriter) printExpiry(rules []exchanges.ExpiryRule) {
	const labels = len("concerns")
	if len(rules) == 0 {
		return
	}
	t.Heading("keys that end by themselves")
	for i, r := range rules {
		if i > 0 {
			t.Line("")
		}
		t.Title(2, r.ID)
		t.Item(4, "rule", labels, r.Text)
		t.Item(4, "counts", labels, expiryWords(r))
		t.Item(4, "concerns", labels, concernsWords(r))
		t.Item(4, "doubt", labels, r.Doubt)
		t.Item(4, "source", labels, r.Source)
	}
}

func expiryWords(r exchanges.ExpiryRule) string {
	return text.Span(r.After) + " from " + string(r.Start)
}

func concernsWords(r exchanges.ExpiryRule) string {
	return "keys without an IP whitelist that hold " + permissionWords(r.Powers, " or ")
}

// permissionWords is a list of permissions with a text between each two.
func permissionWords(powers []exchanges.Permission, between string) string {
	return strings.Join(list(powers), between)
}
