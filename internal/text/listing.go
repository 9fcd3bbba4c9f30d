package text

import "strings"

// A Table is a table whose last column is prose: it is broken into lines,
// the others never are.
type Table struct {
	Head  []string
	Rows  [][]string
	Paint func(row, col int, text string) string // nil for none
}

// leastProse is the room below which the last column goes to lines of its own.
const leastProse = 32

// Listing prints a table. Where the last column would get too little
// room, it goes below the others.
func (t *Writer) Listing(l Table) {
	last := len(l.Head) - 1
	widths, used := make([]int, last), 0
	for c := range last {
		widths[c] = Width(l.Head[c])
		for _, r := range l.Rows {
			widths[c] = max(widths[c], Width(Sentence(r[c])))
		}
		used += widths[c] + 2
	}
	if t.Options.Width-used < leastProse {
		t.printStacked(l, widths, used-2 <= t.Options.Width)
		return
	}
	t.Line("%s", t.Style.Faint(headOf(l.Head[:last], widths)+"  "+l.Head[last]))
	for i, r := range l.Rows {
		line := l.cells(i, r, widths) + "  "
		lines := Lines(r[last], t.Options.Width-used)
		if len(lines) == 0 {
			lines = []string{""}
		}
		for _, p := range lines {
			t.Line("%s", strings.TrimRight(line+p, " "))
			line = Blanks(used)
		}
	}
}

// printStacked prints the last column below the others, which stay a table if
// that fits.
func (t *Writer) printStacked(l Table, widths []int, table bool) {
	last := len(l.Head) - 1
	if table {
		t.Line("%s", t.Style.Faint(strings.TrimRight(headOf(l.Head[:last], widths), " ")))
	}
	for i, r := range l.Rows {
		if table {
			t.Line("%s", strings.TrimRight(l.cells(i, r, widths), " "))
		} else {
			t.Prose(0, strings.Join(r[:last], " "))
		}
		t.Prose(4, r[last])
	}
}

func headOf(head []string, widths []int) string {
	var out []string
	for c, h := range head {
		out = append(out, Pad(h, widths[c]))
	}
	return strings.Join(out, "  ")
}

// cells are all columns of a row but the last. Paint never covers padding.
func (l Table) cells(row int, r []string, widths []int) string {
	line := ""
	for c, w := range widths {
		text := Sentence(r[c])
		gap := Blanks(w - Width(text))
		if c > 0 {
			line += "  "
		}
		if l.Paint != nil {
			text = l.Paint(row, c, text)
		}
		line += text + gap
	}
	return line
}
