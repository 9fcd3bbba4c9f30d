package tui

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/key"

	"rekey/audit"
	"rekey/internal/report"
	"rekey/internal/text"
)

// The lines of the screen: a headline, the body, and a last line; where there is
// room, below the list of keys what is said about the one of the cursor.
const (
	fixedLines   = 3  // the headline, the heads of the columns, the last line
	paneLines    = 8  // about the key of the cursor, with the line above it
	tallForAPane = 18 // lines of a terminal that has room for it
)

// bodyHeight is how many lines a list without a pane has.
func (m *model) bodyHeight() int { return max(m.height-fixedLines, 1) }

// listHeight is how many keys are on the screen.
func (m *model) listHeight() int { return max(m.bodyHeight()-m.paneHeight(), 1) }

func (m *model) paneHeight() int {
	if m.height < tallForAPane {
		return 0
	}
	return paneLines
}

// View draws the screen: at most as many lines as it has, none wider than it.
func (m *model) View() string {
	lines := []string{m.headline()}
	switch m.screen {
	case listScreen:
		lines = append(lines, m.listLines()...)
	case incidentsScreen:
		lines = append(lines, m.incidentLines()...)
	case runsScreen:
		lines = append(lines, m.runLines()...)
	case detailsScreen, gapsScreen, messagesScreen, helpScreen:
		lines = append(lines, m.pageTitle())
		lines = append(lines, strings.Split(m.page.View(), "\n")...)
	}
	for len(lines) < m.height-1 {
		lines = append(lines, "")
	}
	lines = append(lines[:max(m.height-1, 0)], m.lastLine())
	for i, l := range lines {
		lines[i] = m.fit(l)
	}
	return strings.Join(lines, "\n")
}

// fit cuts a line to the screen, and to what the terminal can show.
func (m *model) fit(line string) string {
	if m.ASCII {
		line = asciiOnly(line)
	}
	line = strings.TrimRight(line, " ")
	if text.Width(line) <= m.width {
		return line
	}
	line = text.Shorten(line, m.width)
	if m.ASCII {
		line = strings.ReplaceAll(line, "…", "~")
	}
	return line
}

// asciiOnly writes a line without what is not ASCII.
func asciiOnly(line string) string {
	line = strings.NewReplacer(
		"…", "...", "“", `"`, "”", `"`, "→", "->", "─", "-", "▸", ">", "’", "'", "≥", ">=",
	).Replace(line)
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return '?'
		}
		return r
	}, line)
}

// headline says how the audit stands, and of when it is. Nothing is counted
// before it was looked at.
func (m *model) headline() string {
	left := "rekey  "
	if m.list.result != nil {
		left += report.Headline(m.list.result)
	} else {
		left += "no key was looked at yet"
	}
	right := m.when()
	if room := m.width - text.Width(right) - 2; right != "" && room >= 20 {
		return m.style.Bold(text.Pad(text.Shorten(left, room), room)) + "  " + right
	}
	return m.style.Bold(left)
}

// when says of when the keys on the screen are.
func (m *model) when() string {
	switch {
	case m.looking:
		said := "looking"
		if p := m.progress.Load(); p != nil {
			said = fmt.Sprintf("looking: %d of %d", p.Done, p.Total)
		}
		if m.stale {
			said += ", shown is before"
		}
		return said
	case m.lookErr != nil && m.list.result == nil:
		return "the look failed"
	case m.lookErr != nil:
		return "FAILED to look again"
	case m.stale:
		return "as of before the command"
	case m.list.result == nil:
		return ""
	}
	return "seen " + ago(m.Now().Sub(m.lookedAt)) + " ago"
}

func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", max(int(d/time.Second), 0))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d/time.Minute))
	}
	return fmt.Sprintf("%dh", int(d/time.Hour))
}

// columns are the widths of the columns of the list.
type columns struct{ verdict, name, may, from, since int } // 0: it has no room

func (m *model) columns() columns {
	c := columns{verdict: 8, name: 20, may: 14, from: 8}
	switch {
	case m.width >= 160:
		c = columns{8, 40, 40, 18, 10}
	case m.width >= 110:
		c = columns{8, 30, 26, 16, 10}
	case m.width < 60:
		c = columns{verdict: 8, name: 18}
	}
	return c
}

func (c columns) line(mark, verdict, name, may, from, since, problem string) string {
	out := mark + text.Pad(verdict, c.verdict) + " " + text.Pad(text.ShortenName(name, c.name), c.name) + " "
	for _, cell := range []struct {
		text  string
		width int
	}{{may, c.may}, {from, c.from}, {since, c.since}} {
		if cell.width > 0 {
			out += text.Pad(text.Shorten(cell.text, cell.width), cell.width) + " "
		}
	}
	return out + problem
}

// listLines are the keys, and what is said about the one of the cursor.
func (m *model) listLines() []string {
	c := m.columns()
	lines := []string{m.style.Faint(c.line("  ", "", "KEY", "MAY", "FROM", "MADE", "PROBLEM"))}
	height := m.listHeight()
	if len(m.list.shown) == 0 {
		for _, l := range text.Wrap(m.nothing(), max(m.width-2, 20)) {
			lines = append(lines, "  "+l)
		}
		return lines
	}
	for i := m.list.top; i < min(m.list.top+height, len(m.list.shown)); i++ {
		row := m.list.rows[m.list.shown[i]]
		verdict := m.style.Severity(row.Severity, text.Pad(row.Verdict, c.verdict))
		mark := "  "
		if i == m.list.at {
			mark = "▸ "
		}
		line := c.line(mark, verdict, row.Shown, row.May, row.From, row.Since, row.Problem)
		if i == m.list.at {
			line = m.style.Bold(line)
		}
		lines = append(lines, line)
	}
	for len(lines) < height+1 {
		lines = append(lines, "")
	}
	return append(lines, m.pane()...)
}

// nothing says why no key is listed.
func (m *model) nothing() string {
	r := m.list.result
	switch {
	case r == nil && m.lookErr != nil:
		return "The look failed: " + text.Sentence(m.lookErr.Error()) + " (l looks again)"
	case r == nil:
		return "Your keys are being looked at. Nothing is known yet."
	case r.Summary.ExitCode == audit.Interrupted && len(m.list.rows) == 0:
		return "The look was cut short before a key was seen."
	case len(m.list.rows) > 0:
		return fmt.Sprintf("No key matches; %s in all. esc shows them.", text.Count(len(m.list.rows), "key"))
	case r.Summary.Gaps > 0:
		return fmt.Sprintf("No key could be seen, and %s not looked at: n names them.", text.Count(r.Summary.Gaps, "thing"))
	}
	return "There is no key in rekey.yaml, the environment and this folder."
}

// pane is the beginning of what is said about the key of the cursor.
func (m *model) pane() []string {
	height := m.paneHeight()
	row, ok := m.list.selected()
	if height == 0 || !ok {
		return nil
	}
	lines := []string{m.rule(m.position())}
	details := row.Details(m.layout())
	if more := len(details) - (height - 1); more > 0 {
		left := fmt.Sprintf("    ... %s more: enter shows them", text.Count(more+1, "line"))
		details = append(details[:height-2:height-2], m.style.Faint(left))
	}
	return append(lines, details...)
}

// position says which keys are shown.
func (m *model) position() string {
	said := fmt.Sprintf("%d of %d", m.list.at+1, len(m.list.shown))
	if hidden := len(m.list.rows) - len(m.list.shown); hidden > 0 {
		said += fmt.Sprintf(", %d hidden", hidden)
	}
	if m.list.incident != "" {
		said += ", concerned by " + m.list.incident
	}
	if m.list.filter != "" {
		said += ", filter: " + text.Clean(m.list.filter)
	}
	return said
}

func (m *model) rule(title string) string {
	title = text.Shorten(title, max(m.width-6, 1))
	return "── " + title + " " + strings.Repeat("─", max(m.width-text.Width(title)-4, 0))
}

func (m *model) layout() report.Options {
	return report.Options{Width: m.width, Color: m.Color, All: true}
}

// incidentLines are the incidents that concern keys.
func (m *model) incidentLines() []string {
	lines := []string{m.style.Faint("  LEAKS AND OTHER INCIDENTS THAT CONCERN YOUR KEYS")}
	if m.list.result == nil {
		return append(lines, "  "+m.nothing())
	}
	if len(m.incidents) == 0 {
		said := "No incident of the catalogue concerns a key that was seen."
		if m.list.result.Summary.ExitCode == audit.Interrupted {
			said += " The look was cut short."
		}
		if n := m.list.result.Summary.Gaps; n > 0 {
			said += fmt.Sprintf(" %s not looked at, and may be concerned: n names them.", text.Count(n, "thing"))
		}
		for _, l := range text.Wrap(said, max(m.width-2, 20)) {
			lines = append(lines, "  "+l)
		}
		return lines
	}
	for i := m.incident.top; i < min(m.incident.top+m.bodyHeight(), len(m.incidents)); i++ {
		in := m.incidents[i]
		count := text.Count(in.Keys, "key")
		if in.Ended > 0 {
			count += fmt.Sprintf(", %d ended", in.Ended)
		}
		line := text.Pad(text.Shorten(in.ID, 24), 24) + " " + text.Pad(count, 16) + " " + in.Title
		if in.When != "" {
			line += " (" + in.When + ")"
		}
		lines = append(lines, m.mark(i == m.incident.at, line))
	}
	return lines
}

// runLines are the runs that have not ended.
func (m *model) runLines() []string {
	lines := []string{m.style.Faint("  UNFINISHED RUNS AND RESPONSES")}
	switch {
	case m.runsErr != nil:
		for _, l := range text.Wrap("The journal could not be read: "+text.Sentence(m.runsErr.Error()), max(m.width-2, 20)) {
			lines = append(lines, "  "+l)
		}
	case len(m.runs) == 0:
		lines = append(lines, "  The journal of this machine has no unfinished run.")
	}
	for i := m.run.top; i < min(m.run.top+m.bodyHeight(), len(m.runs)); i++ {
		r := m.runs[i]
		lines = append(lines, m.mark(i == m.run.at, fmt.Sprintf("%s  %s  %s at %s, %s ago",
			r.ID, text.Pad(r.Kind, 7), r.Key, r.Stage, ago(m.Now().Sub(r.Updated)))))
	}
	return lines
}

func (m *model) mark(chosen bool, line string) string {
	if chosen {
		return m.style.Bold("▸ " + line)
	}
	return "  " + line
}

// lastLine is what is typed, what came of a command, or the keys that do
// something here.
func (m *model) lastLine() string {
	switch {
	case m.entry == filterEntry:
		return "filter: " + m.typed + "_"
	case m.entry == commandEntry:
		line := CommandLine(m.command) + " " + m.typed + "_"
		help := "   enter runs it, esc leaves it"
		if over := text.Width(line) + text.Width(help) - m.width; over > 0 {
			help = ""
		}
		if over := text.Width(line) - m.width; over > 0 { // the end is where one types
			line = "…" + cutLeft(line, over+1)
		}
		return m.style.Bold(line) + m.style.Faint(help)
	case m.status != "":
		return m.status
	}
	return m.style.Faint(m.hints())
}

func cutLeft(line string, columns int) string {
	for columns > 0 && line != "" {
		r, size := utf8.DecodeRuneInString(line)
		columns -= max(text.Width(string(r)), 0)
		line = line[size:]
	}
	return line
}

// hints name the keys that do something here, as many as fit.
func (m *model) hints() string {
	k := m.keys
	bindings := k.listHints()
	switch m.screen {
	case incidentsScreen:
		keys := k.enter
		keys.SetHelp("enter", "its keys")
		bindings = []key.Binding{keys, k.respond, k.plan, k.back}
	case runsScreen:
		bindings = []key.Binding{k.resume, k.show, k.back}
	case detailsScreen:
		bindings = []key.Binding{k.back, k.revoke, k.rotate, k.respond, k.plan, k.page}
	case gapsScreen, messagesScreen, helpScreen:
		bindings = []key.Binding{k.back}
	case listScreen:
		if len(m.runs) > 0 {
			runs := k.runs
			runs.SetHelp("u", fmt.Sprintf("%d unfinished", len(m.runs)))
			bindings = append([]key.Binding{runs}, bindings...)
		}
	}
	tail := ""
	for _, b := range []key.Binding{k.help, k.quit} {
		tail += "  " + b.Help().Key + " " + b.Help().Desc
	}
	line := ""
	for _, b := range bindings {
		next := strings.TrimPrefix(line+"  "+b.Help().Key+" "+b.Help().Desc, "  ")
		if text.Width(next+tail) > m.width {
			break
		}
		line = next
	}
	return strings.TrimPrefix(line+tail, "  ")
}

// open shows a page.
func (m *model) open(s screen) {
	m.screen = s
	m.fillPage()
	m.page.GotoTop()
}

// fillPage lays the text of the page out for the screen.
func (m *model) fillPage() {
	m.page.Width, m.page.Height = m.width, m.bodyHeight()
	var lines []string
	switch m.screen {
	case detailsScreen:
		lines = m.detailLines()
	case gapsScreen:
		lines = m.gapLines()
	case messagesScreen:
		lines = m.messageLines()
	case helpScreen:
		lines = m.helpLines()
	case listScreen, incidentsScreen, runsScreen:
		return
	}
	for i, l := range lines {
		lines[i] = m.fit(l)
	}
	m.page.SetContent(strings.Join(lines, "\n"))
}

func (m *model) pageTitle() string {
	title := map[screen]string{
		detailsScreen: "one key", gapsScreen: "not looked at, and about no single key",
		messagesScreen: "messages", helpScreen: "help",
	}[m.screen]
	if m.page.TotalLineCount() > m.page.Height {
		title += fmt.Sprintf(" (%d %%)", int(m.page.ScrollPercent()*100))
	}
	return m.rule(title)
}
