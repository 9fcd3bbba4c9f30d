package report

import (
	"io"
	"slices"
	"strings"

	"rekey/exchanges"
)

// WriteCards prints what can be done with keys at each exchange. The text
// format is a table of all entries, or with full the whole cards; markdown is
// a page with both; JSON has every field.
func WriteCards(w io.Writer, format string, entries []exchanges.Exchange, full bool, o Options) error {
	switch format {
	case "text":
		t := newText(w, o)
		if full {
			for i, e := range entries {
				if i > 0 {
					t.line("\n")
				}
				t.printCard(e.Card)
			}
			return t.print()
		}
		t.printMatrix(entries)
		return t.print()
	case "markdown":
		return cardsPage(entries).print(w)
	case "json":
		return WriteJSON(w, newCardsDoc(entries, o.Tool))
	default:
		return noFormat(format)
	}
}

// matrixActions are the columns of the table. A freeze is on the whole card.
func matrixActions() []exchanges.Action {
	return []exchanges.Action{exchanges.ActInspect, exchanges.ActList, exchanges.ActIssue, exchanges.ActEdit, exchanges.ActRevoke}
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

// titleOf is the name and, where it says more, the title and the kind.
func titleOf(c exchanges.Card) string {
	var more []string
	if !strings.EqualFold(c.Title, c.Name) {
		more = append(more, c.Title)
	}
	if c.Kind != "exchange" && !strings.Contains(c.Title, c.Kind) {
		more = append(more, c.Kind)
	}
	if len(more) == 0 {
		return ""
	}
	return strings.Join(more, ", ")
}

// printMatrix prints a line for each exchange and reach. Where the columns do
// not fit, each line becomes a list.
func (t *textSink) printMatrix(entries []exchanges.Exchange) {
	const column = 9
	reaches := 0
	for _, e := range entries {
		for _, r := range matrixRows(e.Card) {
			reaches = max(reaches, width(string(r.reach)))
		}
	}
	table := 2+reaches+len(matrixActions())*column <= t.o.Width
	if table {
		head := blanks(2 + reaches)
		for _, a := range matrixActions() {
			head += pad("  "+strings.ToUpper(string(a)), column)
		}
		t.line("%s", t.style.faint(strings.TrimRight(head, " ")))
	}
	for _, e := range entries {
		t.printMatrixName(e.Card)
		for _, r := range matrixRows(e.Card) {
			if !table {
				t.printMatrixList(r)
				continue
			}
			line := "  " + pad(Sentence(string(r.reach)), reaches)
			for _, c := range r.cells {
				line += pad("  "+c, column)
			}
			t.line("%s", strings.TrimRight(line, " "))
		}
	}
	t.line("")
	for _, l := range matrixLegend() {
		t.item(0, l[0], len(cellPerson), l[1])
	}
	t.line("")
	t.prose(0, "Where a card has several rows for one place, the strongest stands here. The whole card, with pages, steps and sources: rekey exchanges NAME")
}

func (t *textSink) printMatrixName(c exchanges.Card) {
	name := Sentence(c.Name)
	if more := titleOf(c); width(name)+2+width(more) <= t.o.Width && more != "" {
		t.line("%s  %s", t.style.bold(name), t.style.faint(Sentence(more)))
		return
	}
	t.title(0, name)
	t.prose(2, titleOf(c))
}

func (t *textSink) printMatrixList(r matrixRow) {
	var words []string
	for i, a := range matrixActions() {
		if r.cells[i] != cellNoRow {
			words = append(words, string(a)+" "+r.cells[i])
		}
	}
	t.prose(2, string(r.reach)+": "+strings.Join(words, ", "))
}
