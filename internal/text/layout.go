package text

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"rekey/audit"
)

// A Style paints text, or leaves it plain. The sixteen colours of the terminal
// are used, so that light and dark themes both stay readable; nothing is told
// by colour alone.
type Style struct {
	strong, dim, plain lipgloss.Style
	severities         map[audit.Severity]lipgloss.Style
}

func newStyle(color bool) Style {
	// The renderer is told everything: lipgloss must not ask the terminal.
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.Ascii)
	if color {
		r.SetColorProfile(termenv.ANSI)
	}
	r.SetHasDarkBackground(true)
	s := r.NewStyle
	return Style{
		strong: s().Bold(true), dim: s().Faint(true), plain: s(),
		severities: map[audit.Severity]lipgloss.Style{
			audit.Critical: s().Bold(true).Reverse(true).Foreground(lipgloss.Color("1")),
			audit.High:     s().Bold(true).Foreground(lipgloss.Color("1")),
			audit.Medium:   s().Bold(true).Foreground(lipgloss.Color("5")),
			audit.Low:      s().Foreground(lipgloss.Color("6")),
		},
	}
}

// Bold makes a text strong.
func (s Style) Bold(text string) string { return s.strong.Render(text) }

// Faint makes a text weak.
func (s Style) Faint(text string) string { return s.dim.Render(text) }

// Severity paints a text as a finding of that severity.
func (s Style) Severity(v audit.Severity, text string) string {
	if st, ok := s.severities[v]; ok {
		return st.Render(text)
	}
	return s.plain.Render(text)
}

// Width is how many columns a text takes, escape sequences not counted.
func Width(text string) int { return ansi.StringWidth(text) }

// Pad fills a text up to a width with blanks.
func Pad(text string, to int) string {
	if w := Width(text); w < to {
		return text + strings.Repeat(" ", to-w)
	}
	return text
}

// Shorten cuts a text to a width and keeps its beginning.
func Shorten(text string, to int) string { return ansi.Truncate(text, to, "…") }

// ShortenName cuts the name of a key to a width. A name with slashes keeps both
// ends, because it ends in the access key, which tells keys apart.
func ShortenName(text string, to int) string {
	const tail = 9 // xxxx…yyyy
	w := Width(text)
	if w <= to || to < tail+3 || !strings.Contains(text, "/") {
		return Shorten(text, to)
	}
	end := text
	for from := w - tail; Width(end) > tail; from++ { // once more where a wide character stands at the cut
		end = ansi.TruncateLeft(text, from, "")
	}
	return ansi.Truncate(text, to-1-Width(end), "") + "…" + end
}

// Wrap breaks a text into lines of at most so many columns, at blanks alone: a
// hyphen belongs to a date, an address or a name. A word that is longer than a
// line is cut, but for a URL, which nobody could copy in pieces. Escape
// sequences count for nothing.
func Wrap(text string, columns int) []string {
	columns = max(columns, 20)
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && Width(line)+1+Width(word) <= columns {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for Width(word) > columns && !strings.Contains(word, "://") {
			head := ansi.Truncate(word, columns, "")
			lines = append(lines, head)
			word = ansi.TruncateLeft(word, Width(head), "")
		}
		line = word
	}
	return append(lines, line)
}
