// Package term knows what a terminal can do. It keeps the three lanes apart:
// answers go to stdout, remarks and progress to stderr, questions to the
// terminal device itself.
package term

import (
	"io"
	"os"
	"strconv"
	"strings"

	xterm "golang.org/x/term"
)

// A Screen is what is known about a writer.
type Screen struct {
	TTY    bool
	Color  bool
	ASCII  bool // a terminal whose locale has no other characters
	Width  int  // columns; 80 when not known
	Height int  // lines; 24 when not known
	Moves  bool // its cursor can be moved, so that lines can be written over
}

// fallback is the width of what is no terminal: a log, a mail from cron.
const (
	fallback = 80
	lines    = 24
)

// Look says what w can show. lookup reads the environment: NO_COLOR switches
// colour off, CLICOLOR_FORCE on, TERM=dumb off; COLUMNS is the width where no
// terminal tells it.
func Look(w io.Writer, lookup func(string) (string, bool)) Screen {
	s := Screen{Width: fallback, Height: lines}
	if text, _ := lookup("COLUMNS"); text != "" {
		if n, err := strconv.Atoi(text); err == nil && n >= 20 && n <= 1000 {
			s.Width = n
		}
	}
	if f, ok := w.(*os.File); ok && xterm.IsTerminal(int(f.Fd())) {
		s.TTY = true
		width, height, err := xterm.GetSize(int(f.Fd()))
		if err == nil && width > 0 {
			s.Width = width
		}
		if err == nil && height > 0 {
			s.Height = height
		}
	}
	s.ASCII = s.TTY && !UTF8(lookup)
	terminal, _ := lookup("TERM")
	s.Moves = s.TTY && terminal != "dumb"
	s.Color = s.TTY && terminal != "dumb"
	if force, ok := lookup("CLICOLOR_FORCE"); ok && force != "" && force != "0" {
		s.Color = true
	}
	if no, ok := lookup("NO_COLOR"); ok && no != "" {
		s.Color = false
	}
	return s
}

// UTF8 reports whether the locale has UTF-8, as far as the environment says
// so. Where it says nothing, most terminals do.
func UTF8(lookup func(string) (string, bool)) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value, _ := lookup(name); value != "" {
			value = strings.ToLower(value)
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return true
}
