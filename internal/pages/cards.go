package pages

import (
	"io"
	"slices"
	"strings"

	"rekey/exchanges"
	"rekey/internal/text"
)

// Cards are the exchanges and vendors that rekey has something to say of.
type Cards struct {
	Entries []exchanges.Exchange
	// ByName are the exchanges of which it knows the name alone.
	ByName []string
}

// Write prints what can be done with keys at each exchange. The text format is
// a table of all entries, or with full the whole cards; markdown is a page with
// both; JSON has every field.
func (c Cards) Write(w io.Writer, format string, full bool, o text.Options) error {
	switch format {
	case "text":
		t := newText(w, o)
		if full {
			for i, e := range c.Entries {
				if i > 0 {
					t.Line("\n")
				}
				t.printCard(e)
			}
			return t.Print()
		}
		t.printMatrix(c)
		return t.Print()
	case "markdown":
		return c.page().Print(w)
	case "json":
		return text.WriteJSON(w, newCardsDoc(c, o.Tool))
	default:
		return text.UnknownFormat(format)
	}
}

// byNameWords begins the list of the exchanges of which the name is known.
const byNameWords = "Known by name alone. rekey.yaml may name them, and an audit counts each of their keys as a gap: "

// matrixActions are the columns of the table. A freeze is on the whole card.
func matrixActions() []exchanges.Action {
	return []exchanges.Action{
		exchanges.ActInspect,
		exchanges.ActList,
		exchanges.ActIssue,
		exchanges.ActEdit,
		exchanges.ActRevoke,
	}
}

// The words of the table, the strongest first.
const (
	cellAPI    = "api"
	cellLater  = "api*"
	cellPerson = "by hand"
	cellNobody = "no"
	cellUntold = "?"
	cellNoRow  = "-"
)

func matrixLegend() [][2]string {
	return [][2]string{
		{cellAPI, "by API, and rekey does it"},
		{cellLater, "there is an API for it, and this version of rekey does not use it"},
		{cellPerson, "only by a person, on a web page"},
		{cellNobody, "the exchange offers no way"},
		{cellUntold, "no source says how, or whether at all"},
		{cellNoRow, "not on the card"},
	}
}

// A matrixRow is what can be done with the keys of one reach.
type matrixRow struct {
	reach exchanges.Reach
	cells []string // in the order of matrixActions
}

// matrixRows returns the rows of a card that say anything: the known reaches
// first, then those of the card's own.
func matrixRows(c exchanges.Card) []matrixRow {
	reaches := []exchanges.Reach{exchanges.OwnKey, exchanges.Master, exchanges.SubKeys}
	for _, row := range c.Capabilities {
		if !slices.Contains(reaches, row.Reach) {
			reaches = append(reaches, row.Reach)
		}
	}
	var out []matrixRow
	for _, reach := range reaches {
		r := matrixRow{reach: reach}
		for _, action := range matrixActions() {
			r.cells = append(r.cells, matrixCell(c, action, reach))
		}
		if slices.ContainsFunc(r.cells, func(s string) bool { return s != cellNoRow }) {
			out = append(out, r)
		}
	}
	return out
}

// matrixCell is the strongest way that the card has for it.
func matrixCell(c exchanges.Card, action exchanges.Action, reach exchanges.Reach) string {
	order := matrixLegend()
	best := len(order) - 1
	for _, row := range c.Capabilities {
		if row.Action == action && row.Reach == reach {
			word := cellOf(row)
			best = min(best, slices.IndexFunc(order, func(l [2]string) bool { return l[0] == word }))
		}
	}
	return order[best][0]
}

func cellOf(row exchanges.Capability) string {
	switch row.Way {
	case exchanges.ByAPI:
		if row.InRekey {
			return cellAPI
		}
		return cellLater
	case exchanges.ByPerson:
		return cellPerson
	case exchanges.Nobody:
		return cellNobody
	case exchanges.NotTold:
	}
	return cellUntold
}

// cardAlone marks an exchange that rekey has no adapter for.
const cardAlone = "a card alone: its keys are not looked at"

// titleOf is what there is to say beside the name: the title, the kind, and
// whether there is a card alone.
func titleOf(e exchanges.Exchange) string {
	c := e.Card
	var more []string
	if !strings.EqualFold(c.Title, c.Name) {
		more = append(more, c.Title)
	}
	if c.Kind != "exchange" && !strings.Contains(c.Title, c.Kind) {
		more = append(more, c.Kind)
	}
	if e.IsCardAlone() {
		more = append(more, cardAlone)
	}
	return strings.Join(more, ", ")
}

// printMatrix prints a line for each exchange and reach. Where the columns do
// not fit, each line becomes a list.
func (t textWriter) printMatrix(c Cards) {
	const column = 9
	entries := c.Entries
	reaches := 0
	for _, e := range entries {
		for _, r := range matrixRows(e.Card) {
			reaches = max(reaches, text.Width(string(r.reach)))
		}
	}
	table := 2+reaches+len(matrixActions())*column <= t.Options.Width
	if table {
		head := text.Blanks(2 + reaches)
		for _, a := range matrixActions() {
			head += text.Pad("  "+strings.ToUpper(string(a)), column)
		}
		t.Line("%s", t.Style.Faint(strings.TrimRight(head, " ")))
	}
	for _, e := range entries {
		t.printMatrixName(e)
		for _, r := range matrixRows(e.Card) {
			if !table {
				t.printMatrixList(r)
				continue
			}
			line := "  " + text.Pad(text.Sentence(string(r.reach)), reaches)
			for _, c := range r.cells {
				line += text.Pad("  "+c, column)
			}
			t.Line("%s", strings.TrimRight(line, " "))
		}
	}
	t.Line("")
	for _, l := range matrixLegend() {
		t.Item(0, l[0], len(cellPerson), l[1])
	}
	t.Line("")
	t.Prose(
		0,
		"Where a card has several rows for one place, the strongest stands here. The whole card, with pages, steps and "+
			"sources: rekey exchanges NAME",
	)
	if len(c.ByName) > 0 {
		t.Line("")
		t.Prose(0, byNameWords+strings.Join(c.ByName, ", "))
	}
}

func (t textWriter) printMatrixName(e exchanges.Exchange) {
	name := text.Sentence(e.Card.Name)
	if more := titleOf(e); text.Width(name)+2+text.Width(more) <= t.Options.Width && more != "" {
		t.Line("%s  %s", t.Style.Bold(name), t.Style.Faint(text.Sentence(more)))
		return
	}
	t.Title(0, name)
	t.Prose(2, titleOf(e))
}

func (t textWriter) printMatrixList(r matrixRow) {
	var words []string
	for i, a := range matrixActions() {
		if r.cells[i] != cellNoRow {
			words = append(words, string(a)+" "+r.cells[i])
		}
	}
	t.Prose(2, string(r.reach)+": "+strings.Join(words, ", "))
}
