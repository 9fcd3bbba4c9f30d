package tui

import (
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// pressAll does what keys ask for that arrived together: on a slow line one
// message holds several of them. What is pasted presses nothing.
func (m *model) pressAll(k tea.KeyMsg) tea.Cmd {
	switch {
	case k.Paste && m.entry == noEntry:
		m.status = "nothing is pasted here: / and the commands take text"
		return nil
	case k.Type != tea.KeyRunes || k.Paste || k.Alt:
		return m.press(k)
	}
	var cmds []tea.Cmd
	for _, r := range k.Runes {
		cmds = append(cmds, m.press(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}))
	}
	return tea.Batch(cmds...)
}

// press does what a key asks for.
func (m *model) press(k tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(k, m.keys.interrupt):
		m.result.Interrupted = true
		return tea.Quit
	case key.Matches(k, m.keys.suspend):
		if m.Shell {
			return tea.Suspend
		}
		m.status = "no shell waits for this view; q ends it"
		return nil
	case m.entry != noEntry:
		return m.pressEntry(k)
	case key.Matches(k, m.keys.quit):
		return tea.Quit
	}
	m.status = ""
	switch m.screen {
	case listScreen:
		return m.pressList(k)
	case incidentsScreen:
		return m.pressIncidents(k)
	case runsScreen:
		return m.pressRuns(k)
	case detailsScreen, gapsScreen, messagesScreen, helpScreen:
	}
	return m.pressPage(k)
}

// scroll moves a cursor in a list, and reports whether the key is one of those
// that do.
func (m *model) scroll(k tea.KeyMsg, c *cursor, n, height int) bool {
	switch {
	case key.Matches(k, m.keys.up):
		c.move(-1, n, height)
	case key.Matches(k, m.keys.down):
		c.move(1, n, height)
	case key.Matches(k, m.keys.pageUp):
		c.move(-height, n, height)
	case key.Matches(k, m.keys.pageDown):
		c.move(height, n, height)
	case key.Matches(k, m.keys.home):
		c.move(-n, n, height)
	case key.Matches(k, m.keys.end):
		c.move(n, n, height)
	default:
		return false
	}
	return true
}

// pressList is press where the keys are listed.
func (m *model) pressList(k tea.KeyMsg) tea.Cmd {
	if m.scroll(k, &m.list.cursor, len(m.list.shown), m.listHeight()) {
		return nil
	}
	switch {
	case key.Matches(k, m.keys.enter):
		if _, ok := m.list.selected(); ok {
			m.open(detailsScreen)
		}
	case key.Matches(k, m.keys.filter):
		m.entry, m.typed, m.before = filterEntry, m.list.filter, m.list.filter
	case key.Matches(k, m.keys.back):
		m.list.filter, m.list.incident = "", ""
		m.list.apply()
	default:
		return m.pressAnywhere(k)
	}
	return nil
}

// pressPage is press where a text is shown.
func (m *model) pressPage(k tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(k, m.keys.back), key.Matches(k, m.keys.enter):
		m.screen = listScreen
	case key.Matches(k, m.keys.home):
		m.page.GotoTop()
	case key.Matches(k, m.keys.end):
		m.page.GotoBottom()
	case key.Matches(k, m.keys.up, m.keys.down, m.keys.pageUp, m.keys.pageDown):
		m.page, _ = m.page.Update(k)
	default:
		return m.pressAnywhere(k)
	}
	return nil
}

// pressIncidents is press where the incidents are listed.
func (m *model) pressIncidents(k tea.KeyMsg) tea.Cmd {
	if m.scroll(k, &m.incident, len(m.incidents), m.bodyHeight()) {
		return nil
	}
	there := m.incident.at < len(m.incidents)
	switch {
	case key.Matches(k, m.keys.back):
		m.screen = listScreen
	case key.Matches(k, m.keys.enter) && there:
		m.list.incident, m.list.filter, m.screen = m.incidents[m.incident.at].ID, "", listScreen
		m.list.apply()
	case key.Matches(k, m.keys.respond) && there:
		m.ask("respond", m.incidents[m.incident.at].ID)
	case key.Matches(k, m.keys.plan) && there:
		m.ask("respond", m.incidents[m.incident.at].ID, "--dry-run")
	default:
		return m.pressSwitch(k)
	}
	return nil
}

// pressRuns is press where the runs are listed.
func (m *model) pressRuns(k tea.KeyMsg) tea.Cmd {
	if m.scroll(k, &m.run, len(m.runs), m.bodyHeight()) {
		return nil
	}
	there := m.run.at < len(m.runs)
	switch {
	case key.Matches(k, m.keys.back):
		m.screen = listScreen
	case key.Matches(k, m.keys.resume) && there:
		m.ask(m.runs[m.run.at].Resume...)
	case key.Matches(k, m.keys.show) && there && len(m.runs[m.run.at].Show) > 0:
		m.ask(m.runs[m.run.at].Show...)
	default:
		return m.pressSwitch(k)
	}
	return nil
}

// pressAnywhere is press for what is about the key of the cursor, and for the
// other screens.
func (m *model) pressAnywhere(k tea.KeyMsg) tea.Cmd {
	row, ok := m.list.selected()
	about := ok && (m.screen == listScreen || m.screen == detailsScreen)
	switch {
	case key.Matches(k, m.keys.revoke) && about:
		m.ask("revoke", row.Name)
	case key.Matches(k, m.keys.rotate) && about:
		m.ask("rotate", row.Name)
	case key.Matches(k, m.keys.respond) && about:
		m.ask("respond", row.Name)
	case key.Matches(k, m.keys.plan) && about:
		m.ask("revoke", row.Name, "--dry-run")
	case key.Matches(k, m.keys.page) && about:
		steps := m.ByHand(row.Exchange)
		if steps.Page == "" {
			m.status = "no page of " + row.Exchange + " is known"
			return nil
		}
		return safely(func() tea.Msg { return openedMsg{steps.Page, m.OpenPage(m.ctx, steps.Page)} })
	default:
		return m.pressSwitch(k)
	}
	return nil
}

// pressSwitch is press for what goes to another screen.
func (m *model) pressSwitch(k tea.KeyMsg) tea.Cmd {
	switch {
	case key.Matches(k, m.keys.look):
		return m.look()
	case key.Matches(k, m.keys.incidents):
		m.screen = incidentsScreen
	case key.Matches(k, m.keys.runs):
		m.screen = runsScreen
	case key.Matches(k, m.keys.gaps):
		m.open(gapsScreen)
	case key.Matches(k, m.keys.messages):
		m.open(messagesScreen)
	case key.Matches(k, m.keys.help):
		m.open(helpScreen)
	}
	return nil
}

// pressEntry is press while something is typed in the last line.
func (m *model) pressEntry(k tea.KeyMsg) tea.Cmd {
	switch k.Type {
	case tea.KeyEsc:
		if m.entry == filterEntry {
			m.list.filter = m.before
			m.list.apply()
		}
		m.entry, m.typed = noEntry, ""
		return nil
	case tea.KeyEnter:
		return m.entered()
	case tea.KeyBackspace:
		if r := []rune(m.typed); len(r) > 0 {
			m.typed = string(r[:len(r)-1])
		}
	case tea.KeyCtrlU:
		m.typed = ""
	case tea.KeyRunes, tea.KeySpace:
		if m.typed += printable(k.Runes); m.entry == commandEntry {
			m.typed = strings.TrimLeft(m.typed, " ") // one stands there already
		}
	default:
		return nil
	}
	if m.entry == filterEntry {
		m.list.filter = m.typed
		m.list.apply()
	}
	return nil
}

// entered ends what is typed.
func (m *model) entered() tea.Cmd {
	what, typed := m.entry, m.typed
	m.entry, m.typed = noEntry, ""
	if what != commandEntry {
		return nil
	}
	return m.exec(slices.Concat(m.command, words(typed)))
}
