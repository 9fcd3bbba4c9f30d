package tui

import (
	"fmt"
	"strings"

	"rekey/internal/report"
	"rekey/internal/text"
)

// detailLines are all that is said about the key of the cursor, and how a person
// deletes it.
func (m *model) detailLines() []string {
	row, ok := m.list.selected()
	if !ok {
		return []string{"The key is not listed any more."}
	}
	lines := row.Details(m.layout())
	if !row.Lives {
		return lines
	}
	lines = append(lines, "", m.style.Bold("    x revoke, R rotate, r respond: the plan is shown first, then you are asked. p shows it alone."))
	steps := m.ByHand(row.Exchange)
	if steps.Page == "" {
		return lines
	}
	lines = append(lines, "", "    By hand, where no manager can delete it (o opens the page):", "    "+steps.Page)
	for i, s := range steps.Steps {
		for j, l := range text.Wrap(text.Sentence(s), m.width-8) {
			number := "     "
			if j == 0 {
				number = fmt.Sprintf("%3d. ", i+1)
			}
			lines = append(lines, "  "+number+l)
		}
	}
	return lines
}

// gapLines are what could not be looked at, and what concerns no single key.
func (m *model) gapLines() []string {
	r := m.list.result
	if r == nil {
		return []string{m.nothing()}
	}
	lines := report.Unseen(r, m.layout())
	if len(lines) == 0 {
		return []string{"Everything that was asked for was looked at, and no finding is about anything but a key."}
	}
	return lines
}

func (m *model) messageLines() []string {
	var lines []string
	for _, said := range m.Messages() {
		lines = append(lines, text.Wrap(text.Sentence(said), m.width)...)
	}
	if len(lines) == 0 {
		return []string{"Nothing was said."}
	}
	return lines
}

func (m *model) helpLines() []string {
	lines := []string{
		"The keys that you hold, those to deal with first first. Looking changes nothing;",
		"it counts as a use of each key. A key is changed by a command alone: it is written",
		"into the last line, where flags can be added (--dry-run, --accept-risk=RISK);",
		"enter runs it on this terminal, with its plan and its question. Afterwards",
		"everything is looked at again.",
		"",
	}
	for _, b := range m.keys.all() {
		lines = append(lines, "  "+text.Pad(b.Help().Key, 12)+b.Help().Desc)
	}
	return append(lines, "", strings.TrimSpace("A name in the list is the argument of the command: rekey audit NAME says the same as enter."))
}
