package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rekey/audit"
	"rekey/exchanges"
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
	cut      func(string, int) string // shortens a cell, shorten when nil
}

// A row is a key as the table shows it.
type row struct {
	place    int // 0: nothing to do
	key      audit.KeyReport
	worst    audit.Severity
	findings []audit.Finding
	unsure   bool // a gap, or a rule that could not judge it
}

func (t *textSink) columns() []column {
	return []column{
		{title: "#", min: 2, max: 4, cell: func(r row) string {
			if r.place == 0 {
				return ""
			}
			return strconv.Itoa(r.place)
		}},
		{title: "WORST", min: 8, max: 8, cell: worstWord, paint: func(r row, s string) string { return t.style.severity(r.worst, s) }},
		{
			title: "KEY", min: 18, max: 44, cell: func(r row) string { return CleanName(r.key.DisplayName()) }, cut: shortenName,
			paint: func(_ row, s string) string { return t.style.bold(s) },
		},
		{title: "EXCHANGE", min: 8, max: 17, drop: 4, cell: func(r row) string { return r.key.Key.Ref.Exchange }},
		{title: "STATUS", min: 6, max: 12, drop: 6, cell: func(r row) string { return statusWord(r.key.Key.Status) }},
		{title: "MAY", min: 12, max: 40, drop: 2, cell: func(r row) string { return mayWords(r.key.Key) }},
		{title: "FROM", min: 8, max: 32, drop: 1, cell: func(r row) string { return fromWords(r.key.Key.Whitelist) }},
		{title: "SINCE", min: 10, max: 10, drop: 3, cell: func(r row) string { return sinceWords(r.key) }},
		{title: "GIVEN TO", min: 8, max: 20, drop: 5, cell: func(r row) string { return Clean(strings.Join(r.key.Inventory.SharedWith, ",")) }},
		{title: "WHY", min: 10, max: 60, late: true, cell: whyWords, brief: whyBrief},
	}
}

// printTable prints a line for each key.
func (t *textSink) printTable(keys []audit.KeyReport) {
	unsure := map[string]bool{}
	for _, u := range t.unknowns {
		unsure[u.Key] = true
	}
	for _, g := range t.gaps {
		unsure[g.Key] = true
	}
	var rows []row
	for i, k := range keys {
		r := row{key: k, unsure: unsure[k.DisplayName()]}
		for _, f := range t.of(k.DisplayName()) {
			if f.Waived == nil {
				r.findings = append(r.findings, f)
			}
		}
		r.worst = worst(r.findings)
		if r.worst > audit.Info {
			r.place = i + 1
		}
		rows = append(rows, r)
	}
	left := 0
	if !t.o.All && len(rows) > shortTable {
		left, rows = len(rows)-shortTable, rows[:shortTable]
	}
	if len(rows) == 0 {
		t.line("no keys")
		return
	}
	t.printRows(t.columns(), rows, left)
}

// printKeyTable prints the keys without a judgement.
func (t *textSink) printKeyTable(keys []audit.KeyReport) {
	var columns []column
	for _, c := range t.columns() {
		if c.title != "#" && c.title != "WORST" && c.title != "WHY" {
			columns = append(columns, c)
		}
	}
	var rows []row
	for _, k := range keys {
		rows = append(rows, row{key: k})
	}
	left := 0
	if !t.o.All && len(rows) > 10*shortTable {
		left, rows = len(rows)-10*shortTable, rows[:10*shortTable]
	}
	if len(rows) == 0 {
		t.line("no keys")
		return
	}
	t.printRows(columns, rows, left)
}

func (t *textSink) printRows(columns []column, rows []row, left int) {
	widths := fit(columns, rows, t.o.Width)
	var head []string
	for i, c := range columns {
		if widths[i] > 0 {
			head = append(head, pad(c.title, widths[i]))
		}
	}
	t.line("%s", t.style.faint(strings.TrimRight(strings.Join(head, " "), " ")))
	for _, r := range rows {
		var cells []string
		for i, c := range columns {
			if widths[i] == 0 {
				continue
			}
			text := c.cell(r)
			if c.brief != nil && widths[i] < 24 {
				text = c.brief(r)
			}
			cut := shorten
			if c.cut != nil {
				cut = c.cut
			}
			text = cut(text, widths[i])
			if c.paint != nil {
				text = c.paint(r, text)
			}
			text = pad(text, widths[i])
			cells = append(cells, text)
		}
		t.line("%s", strings.TrimRight(strings.Join(cells, " "), " "))
	}
	if left > 0 {
		t.note("", fmt.Sprintf("… and %s more; --all shows them", counted(left, "key")))
	}
}

// fit gives each column a width, 0 for a column that is left out. Columns
// begin at their least width; what is left over is given from the left to
// those that need it. On the narrowest screen the widest column gives way.
func fit(columns []column, rows []row, total int) []int {
	want, widths := make([]int, len(columns)), make([]int, len(columns))
	for i, c := range columns {
		want[i] = width(c.title)
		for _, r := range rows {
			want[i] = max(want[i], width(c.cell(r)))
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

// worstWord is the worst finding, or why there is none: nothing was found, or
// there was nothing to find it in, or not everything could be judged.
func worstWord(r row) string {
	switch {
	case r.worst > audit.Info || r.worst == audit.Info && !r.unsure:
		return strings.ToUpper(r.worst.String())
	case r.key.Known > 0: // of the baseline, and still there
		return "known"
	case !r.key.Key.Status.MayLive():
		return "-"
	case r.unsure:
		return "unknown"
	default:
		return "nothing"
	}
}

func statusWord(s exchanges.Status) string { return strings.ReplaceAll(string(s), "_", " ") }

// mayWords says what a key may do, or why that is not known.
func mayWords(k exchanges.Key) string {
	switch k.Status {
	case exchanges.StatusDead, exchanges.StatusExpired, exchanges.StatusDefunct:
		return "nothing (" + string(k.Status) + ")"
	case exchanges.StatusAlive, exchanges.StatusIPRefused, exchanges.StatusDisabled, exchanges.StatusUndetermined:
	}
	granted, known := k.Permissions.Granted()
	if !known {
		return "not told"
	}
	if len(granted) == 0 {
		return "nothing"
	}
	// What hurts most comes first, so that it is not cut off.
	var worst, rest []string
	for _, p := range granted {
		switch p {
		case exchanges.Withdraw, exchanges.ManageKeys, exchanges.Unmapped:
			worst = append(worst, string(p))
		default:
			rest = append(rest, string(p))
		}
	}
	return strings.Join(append(worst, rest...), ",")
}

// fromWords says from where.
func fromWords(w exchanges.IPWhitelist) string {
	restricted, known := w.Restricted.Get()
	switch {
	case !known:
		return "not told"
	case !restricted:
		return "ANYWHERE"
	}
	entries, known := w.Entries.Get()
	if !known {
		return "a list"
	}
	return addresses(entries)
}

func sinceWords(k audit.KeyReport) string {
	if at, known := k.Key.CreatedAt.Get(); known {
		return at.UTC().Format(time.DateOnly)
	}
	if at, known := k.Inventory.Created.Get(); known {
		return at.UTC().Format(time.DateOnly)
	}
	return "not told"
}

// whyWords says what the worst finding is, and how many more there are.
func whyWords(r row) string {
	if len(r.findings) == 0 {
		return ""
	}
	return whyBrief(r) + "  " + Sentence(r.findings[0].Title)
}

// whyBrief names the rule alone.
func whyBrief(r row) string {
	if len(r.findings) == 0 {
		return ""
	}
	text := r.findings[0].Rule
	if n := len(r.findings) - 1; n > 0 {
		text += fmt.Sprintf(" +%d", n)
	}
	return text
}
