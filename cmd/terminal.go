package cmd

import (
	"context"
	"encoding/base64"
	"io"
	"strings"
	"time"

	"rekey/exchanges"
	"rekey/internal/change"
	"rekey/internal/parallel"
	"rekey/internal/prompt"
	"rekey/internal/report"
	"rekey/internal/text"
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
	c.asking(question + " [y/N]")
	ok, err := c.prompt.Confirm(ctx, question)
	c.answered(err)
	return ok, err
}

// Line asks for a line of text.
func (c *console) Line(ctx context.Context, question string) (string, error) {
	c.asking(question)
	answer, err := c.prompt.Line(ctx, question)
	c.answered(err)
	return answer, err
}

// Secret asks for a text that is not shown.
func (c *console) Secret(ctx context.Context, question string) (exchanges.Secret, error) {
	c.asking(question)
	answer, err := c.prompt.Secret(ctx, question)
	c.answered(err)
	return answer, err
}

// Key asks a question that one key answers.
func (c *console) Key(ctx context.Context, question string) (string, error) {
	c.app.voice.Lock()
	question = c.below().ask(question, true)
	c.app.voice.Unlock()
	key, err := c.prompt.Key(ctx, question)
	if question != "" {
		_, _ = io.WriteString(c.tty, "\n") // no key is shown, not even Enter
	}
	c.answered(err)
	return key, err
}

// asking says which question the prompt is about to print.
func (c *console) asking(question string) {
	c.app.voice.Lock()
	defer c.app.voice.Unlock()
	c.below().ask(question, false)
}

// answered says that no question waits any more.
func (c *console) answered(err error) {
	c.app.voice.Lock()
	defer c.app.voice.Unlock()
	if err != nil {
		c.below().unanswered()
	}
	c.below().ask("", false)
}

// below is what stands below what is said. The caller holds App.voice.
func (c *console) below() *below {
	c.app.below.app = c.app
	return &c.app.below
}

// above has something written above what stands below.
func (c *console) above(write func()) {
	c.app.voice.Lock()
	defer c.app.voice.Unlock()
	b, screen := c.below(), c.app.screen(c.app.Stderr)
	if screen.Moves {
		_, _ = io.WriteString(c.app.Stderr, b.erase(screen)) // as Print
	}
	write()
	if screen.Moves {
		b.write(screen, "")
	}
}

// Print prints on the terminal that questions are asked on.
func (c *console) Print(text string) {
	c.above(func() { _, _ = io.WriteString(c.tty, text) }) // a terminal that is gone is found at the question
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
	c.above(func() { _ = steps.WriteSteps(c.tty, c.options(c.app.Stderr)) }) // as Print
}

// ShowResponse prints what a response is about, and the plan.
func (c *console) ShowResponse(r report.Response, byPerson int, plan report.Plan) {
	if c.silent {
		return
	}
	_ = r.WriteConcerned(c.app.Stderr, byPerson, c.options(c.app.Stderr)) // as ShowPlan
	c.ShowPlan(plan)
}

// Follow shows a line for each key until end is called, where lines can be written
// over. What stands there then, stays.
func (c *console) Follow(ctx context.Context, keys []string) (end func()) {
	screen := c.app.screen(c.app.Stderr)
	if !screen.Moves || c.app.flags.quiet || c.app.flags.verbose {
		return func() {}
	}
	c.app.voice.Lock()
	b := c.below()
	b.following = true
	for _, k := range keys {
		b.step(change.Step{Key: k, Text: "waiting"})
	}
	b.write(screen, "")
	c.app.voice.Unlock()
	var redrawing parallel.Group
	ctx, stop := context.WithCancel(ctx)
	redrawing.Go(func() {
		for c.app.Sleep(ctx, time.Second) == nil {
			c.above(func() {})
		}
	})
	return func() {
		stop()
		redrawing.Wait()
		c.above(func() {
			lines := b.keyLines(c.app.screen(c.app.Stderr).Width-1, len(b.rows))
			_, _ = io.WriteString(c.app.Stderr, strings.Join(append(lines, ""), "\n"))
			b.following, b.rows = false, nil
		})
	}
}

// Step shows where a key stands.
func (c *console) Step(s change.Step) {
	c.app.voice.Lock()
	b := c.below()
	following := b.following
	if following {
		b.step(s)
		b.write(c.app.screen(c.app.Stderr), "")
	}
	c.app.voice.Unlock()
	if !following && !s.Again {
		c.app.remark("%s: %s", text.CleanName(s.Key), text.Sentence(s.Text))
	}
}

// Copy puts a text into the clipboard of the person's terminal, which may lie on
// another machine: OSC 52, the sequence of xterm for it.
func (c *console) Copy(words string) {
	words = text.Sentence(words)
	if terminal, _ := c.app.lookup("TERM"); terminal == "dumb" {
		c.Print("  this terminal has no clipboard; copy it yourself: " + words + "\n")
		return
	}
	c.Print("\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(words)) + "\x07" +
		"  copied, if your terminal allows it: " + words + "\n")
}

func (c *console) options(w io.Writer) report.Options {
	screen := c.app.screen(w)
	return report.Options{Width: screen.Width, Color: screen.Color}
}

// OpenPage opens a page of the exchange in the person's browser, when they want it
// now or --open asks for it. The address is one of the card; nothing of a key is in
// it.
func (c *console) OpenPage(ctx context.Context, page string, now bool) {
	if !c.opensPage && !now || page == "" {
		return
	}
	program, err := c.app.browse(ctx, page)
	switch {
	case err != nil:
		c.app.say("rekey: no browser could be opened (%s); open the page yourself: %s", program, page)
	case now:
		c.Print("  opening " + page + "\n")
	}
}
