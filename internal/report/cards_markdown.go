package report

import (
	"slices"
	"strings"

	"rekey/exchanges"
)

// cardsPage is the table of all entries and a section for each.
func cardsPage(entries []exchanges.Exchange) *markdown {
	m := &markdown{}
	m.heading(1, "Exchanges")
	m.paragraph("What can be done with the API keys of each exchange, by API or only by a person. Every row has its source and the day on which it was read. `rekey exchanges NAME` prints the same.")
	head := []string{"exchange", "whose keys"}
	for _, a := range matrixActions() {
		head = append(head, string(a))
	}
	var rows [][]string
	for _, e := range entries {
		matrix := matrixRows(e.Card)
		if len(matrix) == 0 {
			matrix = []matrixRow{{cells: slices.Repeat([]string{cellNoRow}, len(matrixActions()))}}
		}
		for i, r := range matrix {
			name := ""
			if i == 0 {
				name = markdownLink(e.Card.Name)
			}
			row := []string{name, markdownText(string(r.reach))}
			for _, c := range r.cells {
				row = append(row, markdownCell(c))
			}
			rows = append(rows, row)
		}
	}
	m.table(head, rows)
	var legend []string
	for _, l := range matrixLegend() {
		legend = append(legend, markdownCell(l[0])+": "+l[1])
	}
	m.list(legend)
	m.paragraph("Where a card has several rows for one place, the strongest stands in the table.")
	for _, e := range entries {
		m.card(e.Card)
	}
	return m
}

// markdownCell keeps the star of "api*" from being markup, and the dash from
// being a list.
func markdownCell(cell string) string {
	return strings.NewReplacer("*", `\*`, "-", "–").Replace(cell)
}

func (m *markdown) card(c exchanges.Card) {
	m.heading(2, c.Name)
	title := c.Title
	if c.Kind != "exchange" && !strings.Contains(c.Title, c.Kind) {
		title += ", " + c.Kind
	}
	m.paragraph("**" + markdownText(title) + "**")
	var facts []string
	for _, f := range [][2]string{
		{"Credential", c.Secret},
		{"Formats", c.Formats},
		{"Regions", firstIsDefault(c.Regions)},
		{"Environments", firstIsDefault(c.Environs)},
		{"Dead when", c.Death},
		{"Checked", c.Checked},
	} {
		if f[1] != "" {
			facts = append(facts, f[0]+": "+markdownText(f[1]))
		}
	}
	m.list(facts)
	var rows [][]string
	for _, r := range c.Capabilities {
		rows = append(rows, []string{
			string(r.Action), markdownText(string(r.Reach)), wayWords(r), markdownText(r.Needs), markdownText(r.Note),
			markdownText(sourceWords(r.Source, r.Checked)),
		})
	}
	m.table([]string{"action", "whose keys", "how", "needs", "note", "source"}, rows)
	for _, r := range c.Capabilities {
		if len(r.Steps) > 0 || r.Page != "" && r.Way == exchanges.ByPerson {
			m.heading(3, c.Name+": "+string(r.Action)+" "+string(r.Reach)+" by hand")
			m.labelled("Page", r.Page)
			m.numbered(r.Steps)
		}
	}
	m.covers(c)
	m.expiry(c)
	if len(c.Notes) > 0 {
		m.heading(3, c.Name+": notes")
		var notes []string
		for _, n := range c.Notes {
			notes = append(notes, markdownText(n))
		}
		m.list(notes)
	}
}

func (m *markdown) covers(c exchanges.Card) {
	if len(c.Covers) == 0 {
		return
	}
	m.heading(3, c.Name+": what one permission covers")
	var rows [][]string
	for _, r := range c.Covers {
		rows = append(rows, []string{
			string(r.Permission), markdownText(strings.Join(r.Words, ", ")), permissionWords(r.Covers, ", "),
			markdownText(r.Note), markdownText(sourceWords(r.Source, r.Checked)),
		})
	}
	m.table([]string{"permission", "words of the exchange", "covers", "note", "source"}, rows)
}

func (m *markdown) expiry(c exchanges.Card) {
	if len(c.Expiry) == 0 {
		return
	}
	m.heading(3, c.Name+": keys that end by themselves")
	var rows [][]string
	for _, r := range c.Expiry {
		rows = append(rows, []string{
			markdownCode(r.ID), markdownText(r.Text), expiryWords(r), concernsWords(r), markdownText(r.Doubt), markdownText(r.Source),
		})
	}
	m.table([]string{"rule", "what it says", "counts", "concerns", "doubt", "source"}, rows)
}
