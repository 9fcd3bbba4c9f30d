package tui

import (
	"slices"
	"strings"

	"rekey/audit"
	"rekey/internal/report"
)

// A keyList is the keys of the last look, those that the filter shows, and the
// place of the cursor among these.
type keyList struct {
	result   *audit.Result // nil before the first look has ended
	rows     []report.KeyRow
	texts    []string // what the filter looks at, by row
	shown    []int    // indexes of rows
	filter   string
	incident string // the ID of an incident, "" for all keys
	cursor
}

// A cursor is a place in a list, and the first line of it on the screen.
type cursor struct{ at, top int }

// move moves by some lines of n, and keeps the cursor on a screen of height
// lines.
func (c *cursor) move(by, n, height int) {
	c.at = max(0, min(c.at+by, n-1))
	height = max(height, 1)
	switch {
	case c.at < c.top:
		c.top = c.at
	case c.at >= c.top+height:
		c.top = c.at - height + 1
	}
	c.top = max(0, min(c.top, n-height))
}

// set shows another result. The cursor stays on its key, where that is still
// there.
func (l *keyList) set(r *audit.Result) {
	name := ""
	if row, ok := l.selected(); ok {
		name = row.Name
	}
	l.result, l.rows = r, report.KeyRows(r)
	l.texts = make([]string, len(l.rows))
	for i, row := range l.rows {
		l.texts[i] = strings.ToLower(strings.Join(append([]string{
			row.Shown, row.Exchange, row.Verdict, row.May, row.From, row.Since, row.Problem,
		}, row.Incidents...), " "))
	}
	l.apply()
	if i := slices.IndexFunc(l.shown, func(i int) bool { return l.rows[i].Name == name }); i >= 0 {
		l.at = i
	}
}

// apply finds the keys that the filter shows: every word of it must occur.
func (l *keyList) apply() {
	words := strings.Fields(strings.ToLower(l.filter))
	l.shown = l.shown[:0]
	for i, row := range l.rows {
		if l.incident != "" && !slices.Contains(row.Incidents, l.incident) {
			continue
		}
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(l.texts[i], w) }) {
			l.shown = append(l.shown, i)
		}
	}
	l.at, l.top = 0, 0
}

// selected is the key of the cursor.
func (l *keyList) selected() (report.KeyRow, bool) {
	if l.at < 0 || l.at >= len(l.shown) {
		return report.KeyRow{}, false
	}
	return l.rows[l.shown[l.at]], true
}
