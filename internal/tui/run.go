package tui

import (
	"context"
	"errors"
	"io"

	tea "github.com/charmbracelet/bubbletea"

	_ "charm.rekey/noquery" // before bubbletea asks the terminal
)

// Run shows the view until its user leaves it or ctx ends, and puts the terminal
// back into the state that it was in. in and out are the terminal.
func Run(ctx context.Context, in io.Reader, out io.Writer, o Options) (Result, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // a look that is under way ends with the view
	m := newModel(ctx, o)
	p := tea.NewProgram(m, tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(out), tea.WithAltScreen(),
		tea.WithoutSignalHandler(), tea.WithoutCatchPanics())
	defer func() {
		if r := recover(); r != nil {
			_ = p.ReleaseTerminal() // the panic is what is told
			panic(r)
		}
	}()
	_, err := p.Run()
	if ctx.Err() != nil && errors.Is(err, tea.ErrProgramKilled) {
		m.result.Interrupted, err = true, nil
	}
	return m.result, err
}
