package tui

import (
	"io"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"rekey/internal/text"
)

// ask writes a command into the last line, where it is confirmed or left, and
// flags may be added.
func (m *model) ask(command ...string) { m.entry, m.typed, m.command = commandEntry, "", command }

// words are the flags that were added to a command.
func words(typed string) []string { return strings.Fields(typed) }

// printable drops what a terminal would obey from what was typed or pasted.
func printable(typed []rune) string {
	return strings.Map(func(r rune) rune {
		if text.Unsafe(r) {
			return -1
		}
		return r
	}, string(typed))
}

// CommandLine is a command as it is typed in a shell, clean.
func CommandLine(args []string) string {
	out := []string{"rekey"}
	for _, arg := range args {
		arg = text.CleanName(arg)
		if arg == "" || strings.ContainsAny(arg, " \t'\"\\$`&|;<>()*?[]#~!{}") {
			arg = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
		out = append(out, arg)
	}
	return strings.Join(out, " ")
}

// exec gives the terminal to a command until it has ended.
func (m *model) exec(args []string) tea.Cmd {
	m.dropLook()
	run := &onTerminal{}
	run.run = func() { run.ending = m.Command(m.ctx, args) }
	return m.leave(run, func(error) tea.Msg { return endedMsg{args, run.ending} })
}

// commandEnded looks again: what is shown is of before the command.
func (m *model) commandEnded(msg endedMsg) tea.Cmd {
	line := CommandLine(msg.args)
	if i, again := m.ended[line]; again {
		m.result.Endings[i] = msg.ending
	} else {
		m.ended[line] = len(m.result.Endings)
		m.result.Endings = append(m.result.Endings, msg.ending)
	}
	m.status, m.stale = line+": "+msg.ending.Text, true
	return tea.Batch(m.look(), m.readRuns())
}

// onTerminal is a function with the terminal for itself: a tea.ExecCommand. What
// it reads and writes it has of its own.
type onTerminal struct {
	run    func()
	ending Ending
}

func (c *onTerminal) Run() error {
	c.run()
	return nil
}

func (*onTerminal) SetStdin(io.Reader)  {}
func (*onTerminal) SetStdout(io.Writer) {}
func (*onTerminal) SetStderr(io.Writer) {}
