package report

import "strings"

// A listing is a table whose last column is prose: it is broken into lines,
// the others never are.
type listing struct {
	head  []string
	rows  [][]string
	paint func(row, col int, text string) string // nil for none
}

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
	if t.o.Width-used < 20 {
		t.printStacked(l)
		return
	}
	head := ""
	for c := range last {
		head += pad(l.head[c], widths[c]) + "  "
	}
	t.line("%s", t.style.faint(head+l.head[last]))
	for i, r := range l.rows {
		line := ""
		for c := range last {
			line += l.cell(i, c, pad(Sentence(r[c]), widths[c])) + "  "
		}
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

func (t *textSink) printStacked(l listing) {
	last := len(l.head) - 1
	for i, r := range l.rows {
		var plain, painted []string
		for c := range last {
			plain = append(plain, Sentence(r[c]))
			painted = append(painted, l.cell(i, c, Sentence(r[c])))
		}
		if width(strings.Join(plain, "  ")) <= t.o.Width {
			t.line("%s", strings.Join(painted, "  "))
		} else {
			t.prose(0, strings.Join(plain, "  "))
		}
		t.prose(4, r[last])
	}
}

func (l listing) cell(row, col int, text string) string {
	if l.paint == nil {
		return text
	}
	return l.paint(row, col, text)
}
