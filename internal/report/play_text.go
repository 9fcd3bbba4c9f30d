package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// State says in words how a key stands, so that no colour is needed.
func (k PlayKey) State() string {
	switch {
	case !k.Dead.IsZero():
		return "dead, by " + k.killedBy()
	case !k.Shut.IsZero():
		return "ALIVE, thief shut out"
	case !k.First.IsZero():
		return "ALIVE, THIEF AT WORK"
	default:
		return "ALIVE"
	}
}

// Score returns the standing as lines of a table, none wider than o.Width, but
// never narrower than 40 columns. The lines have the same number and order for
// the same keys.
func (p Play) Score(now time.Time, o Options) []string {
	t := newText(io.Discard, o)
	rows := [][]string{{"#", "KEY", "STATE", "ALIVE FOR", "ORDERS", "LOST", "LEFT"}}
	for i, k := range p.Keys {
		rows = append(rows, []string{
			strconv.Itoa(i + 1), CleanName(k.Name), k.State(), k.lived(now).String(), strconv.Itoa(k.Orders), k.Lost.StringFixed(2), k.Left.StringFixed(2),
		})
	}
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, cell := range r {
			widths[i] = max(widths[i], width(cell))
		}
	}
	// On a narrow screen columns go, and then the name and the state are cut.
	for _, column := range []int{4, 6} {
		if used(widths) > t.o.Width && widths[1]-(used(widths)-t.o.Width) < 18 {
			widths[column] = 0
		}
	}
	for _, least := range []struct{ column, width int }{{1, 14}, {2, 5}, {1, 6}} {
		if over := used(widths) - t.o.Width; over > 0 {
			widths[least.column] = max(widths[least.column]-over, min(least.width, widths[least.column]))
		}
	}
	var out []string
	for i, r := range rows {
		line := t.scoreLine(r, widths)
		if i == 0 {
			line = t.style.faint(line)
		}
		out = append(out, line)
	}
	return out
}

func (t *textSink) scoreLine(cells []string, widths []int) string {
	var out []string
	for i, cell := range cells {
		switch {
		case widths[i] == 0:
		case i == 1:
			out = append(out, t.style.bold(pad(shortenName(cell, widths[i]), widths[i])))
		case i == 2:
			out = append(out, pad(shorten(cell, widths[i]), widths[i]))
		default: // numbers stand to the right
			out = append(out, strings.Repeat(" ", widths[i]-width(cell))+cell)
		}
	}
	return strings.TrimRight(strings.Join(out, " "), " ")
}

func (p Play) writeText(w io.Writer, o Options) error {
	t := newText(w, o)
	for _, l := range p.Score(p.FinishedAt, o) {
		t.line("%s", l)
	}
	t.line("")
	for _, k := range p.Keys {
		if k.Planted {
			t.paragraph("", "  ", fmt.Sprintf("%s was made by the thief %s after the leak.", CleanName(k.Name), k.Since.Sub(p.StartedAt).Round(time.Second)))
		}
	}
	dead, lost := p.dead()
	t.paragraph("", "", fmt.Sprintf("%d of %s dead, %s USDT lost. STAGED: nothing of it is real.", dead, counted(len(p.Keys), "key"), lost.StringFixed(2)))
	_, err := io.WriteString(t.w, t.out.String())
	return err
}
