package tui

import (
	"fmt"

	"github.com/charmbracelet/bubbles/key"

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
	lines = append(lines, "")
	for _, l := range text.Wrap(keysText, m.width-4) {
		lines = append(lines, "    "+m.style.Bold(l))
	}
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

// keysText says which keys of the keyboard act on a key.
const keysText = "x revoke, R rotate, r respond: the plan is shown first, then you are asked. p shows it alone."

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
	lines := append(text.Wrap(helpText, m.width), "")
	all := m.keys.all()
	half := (len(all) + 1) / 2
	if m.width < 60 {
		half = len(all)
	}
	for i := range half {
		line := "  " + helpOf(all[i])
		if i+half < len(all) {
			line = text.Pad(line, 36) + helpOf(all[i+half])
		}
		lines = append(lines, line)
	}
	return lines
}

func helpOf(b key.Binding) string { return text.Pad(b.Help().Key, 12) + b.Help().Desc }

// helpText is what the page of help begins with.
const helpText = `The keys that you hold, those to deal with first at the top. Looking changes
nothing; it counts as a use of each key. Keys are changed by commands alone: x, R
and r write one into the last line, where flags can be added (--dry-run,
--accept-risk=RISK), and enter runs it on this terminal, with its plan and its
question. Afterwards everything is looked at again.`
