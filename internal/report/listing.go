package report

import "strings"

// A listing is a table whose last column is prose: it is broken into lines,
// the others never are.
type listing struct {
	head  []string
	rows  [][]string
	paint func(row, col int, text string) string // nil for none
}

// leastProse is the room below which the last column goes to lines of its own.
const leastProse = 32

// printListing prints a table. Where the last column would get too little
// room, it goes below the others.
func (t *textSink) printListing(l listing) {
	last := len(l.head) - 1
	widths, used := make([]int, last), 0
	for c := range last {
		widths[c] = width(l.head[c])
		for _, r := range l.rows {
			widths[c] = max(widths[c], width(Sentence(r[c])))
		}
		used += widths[c] + 2
	}
	if t.o.Width-used < leastProse {
		t.printStacked(l, widths, used-2 <= t.o.Width)
		return
	}
	t.line("%s", t.style.faint(headOf(l.head[:last], widths)+"  "+l.head[last]))
	for i, r := range l.rows {
		line := l.cells(i, r, widths) + "  "
		prose := proseLines(r[last], t.o.Width-used)
		if len(prose) == 0 {
			prose = []string{""}
		}
		for _, p := range prose {
			t.line("%s", strings.TrimRight(line+p, " "))
			line = blanks(used)
		}
	}
}

// printStacked prints the last column below the others, which stay a table if
// that fits.
func (t *textSink) printStacked(l listing, widths []int, table bool) {
	last := len(l.head) - 1
	if table {
		t.line("%s", t.style.faint(strings.TrimRight(headOf(l.head[:last], widths), " ")))
	}
	for i, r := range l.rows {
		if table {
			t.line("%s", strings.TrimRight(l.cells(i, r, widths), " "))
		} else {
			t.prose(0, strings.Join(r[:last], " "))
		}
		t.prose(4, r[last])
	}
}

func headOf(head []string, widths []int) string {
	var out []string
	for c, h := range head {
		out = append(out, pad(h, widths[c]))
	}
	return strings.Join(out, "  ")
}

// cells are all columns of a row but the last. Paint never covers padding.
func (l listing) cells(row int, r []string, widths []int) string {
	line := ""
	for c, w := range widths {
		text := Sentence(r[c])
		gap := blanks(w - width(text))
		if c > 0 {
			line += "  "
		}
		if l.paint != nil {
			text = l.paint(row, c, text)
		}
		line += text + gap
	}
	return line
}
