package report

import (
	"slices"
	"strings"

	"rekey/internal/text"
)

// A column of a table. Columns are dropped from the highest drop number down
// when they do not fit.
type column struct {
	title    string
	min, max int
	drop     int // 0: always there
	cells    []string
	brief    []string                 // in place of cells that do not fit; nil for none
	late     bool                     // grows when the others have what they need
	paint    func(int, string) string // of a row's number; nil for none
	cut      func(string, int) string // shortens a cell, text.Shorten when nil
}

// printColumns prints a table with so many rows.
func (t textWriter) printColumns(columns []column, rows int) {
	widths := fit(columns, t.Options.Width)
	var head []string
	for i, c := range columns {
		if widths[i] > 0 {
			head = append(head, text.Pad(text.Shorten(c.title, widths[i]), widths[i]))
		}
	}
	t.Line("%s", t.Style.Faint(strings.TrimRight(strings.Join(head, " "), " ")))
	var line strings.Builder
	for r := range rows {
		line.Reset()
		for i, c := range columns {
			if widths[i] == 0 {
				continue
			}
			if line.Len() > 0 {
				line.WriteByte(' ')
			}
			cut := text.Shorten
			if c.cut != nil {
				cut = c.cut
			}
			cell := c.cells[r]
			if c.brief != nil && text.Width(cell) > widths[i] {
				cell = c.brief[r]
			}
			if text.Width(cell) > widths[i] {
				cell = cut(cell, widths[i])
			}
			gap := text.Blanks(widths[i] - text.Width(cell))
			if c.paint != nil {
				cell = c.paint(r, cell)
			}
			line.WriteString(cell + gap)
		}
		t.Line("%s", strings.TrimRight(line.String(), " "))
	}
}

// fit gives each column a width, 0 for a column that is left out. Columns
// begin at their least width; what is left over is given from the left to
// those that need it. On the narrowest screen the widest column gives way.
func fit(columns []column, total int) []int {
	want, widths := make([]int, len(columns)), make([]int, len(columns))
	for i, c := range columns {
		want[i] = text.Width(c.title)
		for _, cell := range c.cells {
			want[i] = max(want[i], text.Width(cell))
		}
		want[i] = min(want[i], c.max)
		widths[i] = min(c.min, want[i])
	}
	for drop := len(columns); drop > 0 && used(widths) > total; drop-- {
		for i, c := range columns {
			if c.drop == drop {
				widths[i] = 0
			}
		}
	}
	for used(widths) > total && slices.Max(widths) > 1 {
		widths[slices.Index(widths, slices.Max(widths))]--
	}
	spare := total - used(widths)
	for _, late := range []bool{false, true} {
		for grown := true; grown && spare > 0; {
			grown = false
			for i, c := range columns {
				if c.late == late && widths[i] > 0 && widths[i] < want[i] && spare > 0 {
					widths[i]++
					spare--
					grown = true
				}
			}
		}
	}
	return widths
}

func used(widths []int) int {
	sum := -1
	for _, w := range widths {
		if w > 0 {
			sum += w + 1
		}
	}
	return sum
}
