package cmd

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
)

// page writes a text to w: through a pager where w is a terminal and the text has
// more lines than it.
func (a *App) page(ctx context.Context, w io.Writer, write func(io.Writer) error) error {
	screen := a.screen(w)
	terminal, isFile := w.(*os.File)
	if !screen.TTY || !isFile || a.getenv("TERM") == "dumb" {
		return write(w)
	}
	var text bytes.Buffer
	if err := write(&text); err != nil {
		return err
	}
	pager := a.pager()
	if bytes.Count(text.Bytes(), []byte("\n")) < screen.Height || len(pager) == 0 {
		_, err := w.Write(text.Bytes())
		return err
	}
	if a.runPager(ctx, pager, terminal, text.Bytes()) {
		return nil
	}
	_, err := w.Write(text.Bytes())
	return err
}

// pager is the command that shows long texts, empty for none: that of PAGER, and
// without one less. Quotes in PAGER have no meaning.
func (a *App) pager() []string {
	value, set := a.lookup("PAGER")
	if !set {
		value = "less"
	}
	words := strings.Fields(value)
	if len(words) == 1 && words[0] == "cat" {
		return nil
	}
	return words
}

// runPager shows a text in a pager, and reports whether it ran. What the pager
// does is the user's business: one that ends early is no error. Nothing of the
// environment reaches it but what a pager needs, since secrets may stand there.
func (a *App) runPager(ctx context.Context, pager []string, terminal *os.File, text []byte) bool {
	path, err := exec.LookPath(pager[0])
	if err != nil {
		return false
	}
	c := exec.CommandContext(context.WithoutCancel(ctx), path, pager[1:]...) //nolint:gosec // the user's own pager
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(text), terminal, a.Stderr
	c.Env = []string{}
	for _, name := range []string{
		"PATH", "HOME", "TERM", "TERMINFO", "LANG", "LC_ALL", "LC_CTYPE", "LESS", "LESSCHARSET", "LESSKEY",
	} {
		if value, ok := a.lookup(name); ok {
			c.Env = append(c.Env, name+"="+value)
		}
	}
	if _, ok := a.lookup("LESS"); !ok { // as git: end for a short text, colours, and leave the text there
		c.Env = append(c.Env, "LESS=FRX")
	}
	if c.Start() != nil {
		return false
	}
	_ = c.Wait() // as above
	return true
}
