package pages

import (
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/text"
)

// page is the table of all entries and a section for each.
func (c Cards) page() *markdown {
	m := &markdown{}
	m.Heading(1, "Exchanges")
	m.Paragraph(
		"What can be done with the API keys of each exchange, by API or only by a person. Every row has its source and " +
			"the day on which it was read. `rekey exchanges NAME` prints the same.",
	)
	head := []string{"exchange", "whose keys"}
	for _, a := range matrixActions() {
		head = append(head, string(a))
	}
	var rows [][]string
	for _, e := range c.Entries {
		matrix := matrixRows(e.Card)
		if len(matrix) == 0 {
			matrix = []matrixRow{{cells: slices.Repeat([]string{cellNoRow}, len(matrixActions()))}}
		}
		for i, r := range matrix {
			name := ""
			if i == 0 {
				name = text.MarkdownLink(e.Card.Name)
			}
			row := []string{name, text.MarkdownText(string(r.reach))}
			for _, cell := range r.cells {
				row = append(row, markdownCell(cell))
			}
			rows = append(rows, row)
		}
	}
	m.Table(head, rows)
	var legend []string
	for _, l := range matrixLegend() {
		legend = append(legend, markdownCell(l[0])+": "+l[1])
	}
	m.List(legend)
	m.Paragraph("Where a card has several rows for one place, the strongest stands in the table.")
	if len(c.ByName) > 0 {
		m.Paragraph(byNameWords + text.MarkdownText(strings.Join(c.ByName, ", ")) + ".")
	}
	for _, e := range c.Entries {
		m.card(e)
	}
	return m
}

// markdownCell keeps the star of "api*" from being markup, and the dash from
// being a list.
func markdownCell(cell string) string {
	return strings.NewReplacer("*", `\*`, "-", "–").Replace(cell)
}

func (m *markdown) card(e exchanges.Exchange) {
	c := e.Card
	m.Heading(2, c.Name)
	title := c.Title
	if c.Kind != "exchange" && !strings.Contains(c.Title, c.Kind) {
		title += ", " + c.Kind
	}
	if e.IsCardAlone() {
		title += ", " + cardAlone
	}
	m.Paragraph("**" + text.MarkdownText(title) + "**")
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
			facts = append(facts, f[0]+": "+text.MarkdownText(f[1]))
		}
	}
	m.List(facts)
	var rows [][]string
	for _, r := range c.Capabilities {
		rows = append(rows, []string{
			string(
				r.Action,
			), text.MarkdownText(string(r.Reach)), wayWords(r), text.MarkdownText(r.Needs), text.MarkdownText(r.Note),
			text.MarkdownText(sourceWords(r.Source, r.Checked)),
		})
	}
	m.Table([]string{"action", "whose keys", "how", "needs", "note", "source"}, rows)
	for _, r := range c.Capabilities {
		if len(r.Steps) > 0 || r.Page != "" && r.Way == exchanges.ByPerson {
			m.Heading(3, c.Name+": "+string(r.Action)+" "+string(r.Reach)+" by hand")
			m.Labelled("Page", r.Page)
			m.Numbered(r.Steps)
		}
	}
	m.covers(c)
	m.expiry(c)
	if len(c.Notes) > 0 {
		m.Heading(3, c.Name+": notes")
		var notes []string
		for _, n := range c.Notes {
			notes = append(notes, text.MarkdownText(n))
		}
		m.List(notes)
	}
}

func (m *markdown) covers(c exchanges.Card) {
	if len(c.Covers) == 0 {
		return
	}
	m.Heading(3, c.Name+": what one permission covers")
	var rows [][]string
	for _, r := range c.Covers {
		rows = append(rows, []string{
			string(r.Permission), text.MarkdownText(strings.Join(r.Words, ", ")), permissionWords(r.Covers, ", "),
			text.MarkdownText(r.Note), text.MarkdownText(sourceWords(r.Source, r.Checked)),
		})
	}
	m.Table([]string{"permission", "words of the exchange", "covers", "note", "source"}, rows)
}

func (m *markdown) expiry(c exchanges.Card) {
	if len(c.Expiry) == 0 {
		return
	}
	m.Heading(3, c.Name+": keys that end by themselves")
	var rows [][]string
	for _, r := range c.Expiry {
		rows = append(rows, []string{
			text.MarkdownCode(
				r.ID,
			), text.MarkdownText(r.Text), expiryWords(r), concernsWords(r), text.MarkdownText(r.Doubt),
			text.MarkdownText(r.Source),
		})
	}
	m.Table([]string{"rule", "what it says", "counts", "concerns", "doubt", "source"}, rows)
}
