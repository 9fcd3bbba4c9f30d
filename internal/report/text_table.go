package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rekey/audit"

	"rekey/internal/text"
)

// A column of the table. Columns are dropped from the highest drop number
// down when they do not fit.
type column struct {
	title    string
	min, max int
	drop     int // 0: always there
	cell     func(row) string
	brief    func(row) string // in place of cell where that does not nearly fit
	late     bool             // grows when the others have what they need
	paint    func(row, string) string
	cut      func(string, int) string // shortens a cell, text.Shorten when nil
}

// A row is a key as the table shows it.
type row struct {
	*keyView
	place int // 0: nothing to do
}

func (t textWriter) columns() []column {
	return []column{
		{title: "#", min: 2, max: 4, cell: func(r row) string {
			if r.place == 0 {
				return ""
			}
			return strconv.Itoa(r.place)
		}},
		{
			title: "WORST",
			min:   8,
			max:   8,
			cell:  worstWord,
			paint: func(r row, s string) string { return t.Style.Severity(r.worst(), s) },
		},
		{
			title: "KEY", min: 18, max: 44, cell: func(r row) string { return text.CleanName(r.name) }, cut: text.ShortenName,
			paint: func(_ row, s string) string { return t.Style.Bold(s) },
		},
		{title: "EXCHANGE", min: 8, max: 17, drop: 4, cell: func(r row) string { return text.Clean(r.Exchange) }},
		{title: "STATUS", min: 6, max: 12, drop: 6, cell: func(r row) string { return statusWord(r.Status) }},
		{title: "MAY", min: 12, max: 40, drop: 2, cell: func(r row) string { return mayWords(r.Key) }},
		{title: "FROM", min: 8, max: 32, drop: 1, cell: func(r row) string { return fromWords(r.Whitelist) }},
		{title: "SINCE", min: 10, max: 10, drop: 3, cell: func(r row) string { return sinceWords(r.Key) }},
		{
			title: "GIVEN TO",
			min:   8,
			max:   20,
			drop:  5,
			cell:  func(r row) string { return text.Clean(strings.Join(r.SharedWith, ",")) },
		},
		{title: "WHY", min: 10, max: 60, late: true, cell: whyWords, brief: func(r row) string { return r.why() }},
	}
}

// printTable prints a line for each key.
func (t auditText) printTable() {
	rows := make([]row, len(t.keys))
	for i, k := range t.keys {
		rows[i] = row{keyView: k}
		if k.worst() > audit.Info {
			rows[i].place = i + 1
		}
	}
	t.printRows(t.columns(), rows, shortTable)
}

// printKeyTable prints the keys without a judgement.
func (t textWriter) printKeyTable(keys []audit.Key) {
	columns := slices.DeleteFunc(
		t.columns(),
		func(c column) bool { return c.title == "#" || c.title == "WORST" || c.title == "WHY" },
	)
	rows := make([]row, len(keys))
	for i, k := range keys {
		rows[i] = row{keyView: &keyView{Key: k, name: k.DisplayName()}}
	}
	t.printRows(columns, rows, 10*shortTable)
}

// printRows prints a table, of which most rows are shown unless all are wanted.
func (t textWriter) printRows(columns []column, rows []row, most int) {
	if len(rows) == 0 {
		t.Line("no keys")
		return
	}
	left := 0
	if !t.Options.All && len(rows) > most {
		left, rows = len(rows)-most, rows[:most]
	}
	widths := fit(columns, rows, t.Options.Width)
	var head []string
	for i, c := range columns {
		if widths[i] > 0 {
			head = append(head, text.Pad(c.title, widths[i]))
		}
	}
	t.Line("%s", t.Style.Faint(strings.TrimRight(strings.Join(head, " "), " ")))
	for _, r := range rows {
		var cells []string
		for i, c := range columns {
			if widths[i] == 0 {
				continue
			}
			prose := c.cell(r)
			if c.brief != nil && widths[i] < 24 {
				prose = c.brief(r)
			}
			cut := text.Shorten
			if c.cut != nil {
				cut = c.cut
			}
			prose = cut(prose, widths[i])
			if c.paint != nil {
				prose = c.paint(r, prose)
			}
			prose = text.Pad(prose, widths[i])
			cells = append(cells, prose)
		}
		t.Line("%s", strings.TrimRight(strings.Join(cells, " "), " "))
	}
	if left > 0 {
		t.Note("", fmt.Sprintf("… and %s more; --all shows them", text.Count(left, "key")))
	}
}

// fit gives each column a width, 0 for a column that is left out. Columns
// begin at their least width; what is left over is given from the left to
// those that need it. On the narrowest screen the widest column gives way.
func fit(columns []column, rows []row, total int) []int {
	want, widths := make([]int, len(columns)), make([]int, len(columns))
	for i, c := range columns {
		want[i] = text.Width(c.title)
		for _, r := range rows {
			want[i] = max(want[i], text.Width(c.cell(r)))
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

// worstWord is the verdict as the table shows it.
func worstWord(r row) string {
	switch word := r.verdict(); {
	case word == "ended":
		return "-"
	case r.worst().String() == word:
		return strings.ToUpper(word)
	default:
		return word
	}
}

// whyWords says what the worst finding is, and how many more there are.
func whyWords(r row) string {
	if r.why() == "" {
		return ""
	}
	return r.why() + "  " + text.Sentence(r.open()[0].Title)
}
