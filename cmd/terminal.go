package cmd

import (
	"context"
	"io"

	"rekey/exchanges"
	"rekey/internal/prompt"
	"rekey/internal/report"
)

// A console is the screen of a command that changes keys, and the person in
// front of it: a change.Terminal.
type console struct {
	app       *App
	opensPage bool               // --open
	silent    bool               // no plan is shown: --yes has answered, and --quiet wants none
	tty       io.ReadWriteCloser // nil without a terminal
	prompt    *prompt.Prompter
}

// console opens the terminal, where there is one.
func (a *App) console(o *changeOptions) *console {
	c := &console{app: a, opensPage: o.opensPage, silent: a.flags.quiet && o.yes && !o.dryRun}
	if a.Terminal == nil {
		return c
	}
	if tty, err := a.Terminal(); err == nil {
		c.tty, c.prompt = tty, prompt.New(tty)
	}
	return c
}

func (c *console) close() {
	if c.tty != nil {
		_ = c.tty.Close()
	}
}

// Say prints a line to stderr.
func (c *console) Say(format string, args ...any) { c.app.say(format, args...) }

// Remark prints a line to stderr, unless --quiet.
func (c *console) Remark(format string, args ...any) { c.app.remark(format, args...) }

// Present reports whether there is a terminal.
func (c *console) Present() bool { return c.tty != nil }

// Confirm asks a question that only y or yes answers with yes.
func (c *console) Confirm(ctx context.Context, question string) (bool, error) {
	c.app.asking(question + " [y/N]")
	defer c.app.asking("")
	return c.prompt.Confirm(ctx, question)
}

// Line asks for a line of text.
func (c *console) Line(ctx context.Context, question string) (string, error) {
	c.app.asking(question)
	defer c.app.asking("")
	return c.prompt.Line(ctx, question)
}

// Secret asks for a text that is not shown.
func (c *console) Secret(ctx context.Context, question string) (exchanges.Secret, error) {
	c.app.asking(question)
	defer c.app.asking("")
	return c.prompt.Secret(ctx, question)
}

// Print prints on the terminal that questions are asked on.
func (c *console) Print(text string) {
	_, _ = io.WriteString(c.tty, text) // a terminal that is gone is found at the question
}

// ShowPlan prints a plan to stderr: the answer, what did happen, has stdout for
// itself.
func (c *console) ShowPlan(plan report.Plan) {
	if c.silent {
		return
	}
	_ = plan.Write(c.app.Stderr, c.options(c.app.Stderr)) // that it cannot be read changes nothing
}

// ShowSteps prints what a person does, on the terminal that they are asked on.
func (c *console) ShowSteps(steps report.Plan) {
	_ = steps.WriteSteps(c.tty, c.options(c.app.Stderr)) // as Print
}

// ShowResponse prints what a response is about, and the plan.
func (c *console) ShowResponse(r report.Response, byPerson int, plan report.Plan) {
	if c.silent {
		return
	}
	_ = r.WriteConcerned(c.app.Stderr, byPerson, c.options(c.app.Stderr)) // as ShowPlan
	c.ShowPlan(plan)
}

func (c *console) options(w io.Writer) report.Options {
	screen := c.app.screen(w)
	return report.Options{Width: screen.Width, Color: screen.Color}
}

// OpenPage opens a page of the exchange in the person's browser, when --open
// asks for it. The address is one of the card; nothing of a key is in it.
func (c *console) OpenPage(ctx context.Context, page string) {
	if !c.opensPage || page == "" {
		return
	}
	if program, err := c.app.browse(ctx, page); err != nil {
		c.app.say("rekey: no browser could be opened (%s); open the page yourself", program)
	}
}
