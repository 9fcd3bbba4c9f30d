package text

import (
	"io"
	"strconv"
	"strings"
)

// A Markdown collects a page in the dialect of GitHub.
type Markdown struct{ out strings.Builder }

// Heading prints a cleaned heading of a level from 1.
func (m *Markdown) Heading(level int, text string) {
	m.gap()
	m.out.WriteString(strings.Repeat("#", level) + " " + MarkdownText(text) + "\n")
}

// Paragraph prints text that is markdown already.
func (m *Markdown) Paragraph(text string) {
	if text == "" {
		return
	}
	m.gap()
	m.out.WriteString(text + "\n")
}

// Labelled prints a cleaned text after a label, nothing for no text.
func (m *Markdown) Labelled(label, text string) {
	if text != "" {
		m.Paragraph("**" + label + ":** " + MarkdownText(text))
	}
}

// List prints items that are markdown already.
func (m *Markdown) List(items []string) {
	for i, item := range items {
		if i == 0 {
			m.gap()
		}
		m.out.WriteString("- " + item + "\n")
	}
}

// Numbered prints cleaned texts as a numbered list.
func (m *Markdown) Numbered(items []string) {
	for i, item := range items {
		if i == 0 {
			m.gap()
		}
		m.out.WriteString(strconv.Itoa(i+1) + ". " + MarkdownText(item) + "\n")
	}
}

// Table prints cells that are markdown already.
func (m *Markdown) Table(head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	m.gap()
	m.row(head)
	m.out.WriteString("|" + strings.Repeat(" --- |", len(head)) + "\n")
	for _, r := range rows {
		m.row(r)
	}
}

func (m *Markdown) row(cells []string) {
	m.out.WriteString("|")
	for _, c := range cells {
		m.out.WriteString(" " + strings.ReplaceAll(c, "|", `\|`) + " |")
	}
	m.out.WriteString("\n")
}

func (m *Markdown) gap() {
	if m.out.Len() > 0 {
		m.out.WriteString("\n")
	}
}

// Print writes the page.
func (m *Markdown) Print(w io.Writer) error {
	_, err := io.WriteString(w, m.out.String())
	return err
}

// MarkdownText makes a text safe inside a page: no markup, link, image or HTML
// of the text's own comes through. Code spans stay, and a web address becomes
// a link that shows itself.
func MarkdownText(text string) string {
	text = strings.Join(strings.Fields(Sentence(text)), " ")
	parts := strings.Split(text, "`")
	if len(parts)%2 == 0 || strings.Contains(text, "``") { // no pairs of single backticks
		parts = []string{text}
	}
	for i, p := range parts {
		if i%2 == 0 {
			parts[i] = markdownProse(p, i == 0)
		}
	}
	return strings.Join(parts, "`")
}

func markdownProse(text string, first bool) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		switch {
		case strings.HasPrefix(w, "https://") || strings.HasPrefix(w, "http://"):
			words[i] = markdownAddress(w)
		case first && i == 0:
			words[i] = markdownFirst(w)
		default:
			words[i] = markdownWord(w)
		}
	}
	return strings.Join(words, " ")
}

// markdownAddress links a web address; punctuation at its end is the
// sentence's. An address with characters that no address has is a word.
func markdownAddress(word string) string {
	address := strings.TrimRight(word, ".,;:)")
	if strings.ContainsAny(address, "<>\"'`\\|") {
		return markdownWord(word)
	}
	return "<" + address + ">" + word[len(address):]
}

// markdownFirst escapes the first word of a text where it would begin a list,
// a heading or a rule.
func markdownFirst(word string) string {
	if word != "" && strings.Trim(word, "-+=#") == "" {
		return `\` + word
	}
	if n := len(word) - 1; n > 0 && (word[n] == '.' || word[n] == ')') && strings.Trim(word[:n], "0123456789") == "" {
		return word[:n] + `\` + word[n:]
	}
	return markdownWord(word)
}

func markdownWord(word string) string {
	var b strings.Builder
	for i, r := range word {
		switch r {
		case '\\', '*', '[', ']', '`', '~':
			b.WriteRune('\\')
		case '_': // inside a word it is no markup
			if i == 0 || i == len(word)-1 || !alphanumeric(word[i-1]) || !alphanumeric(word[i+1]) {
				b.WriteRune('\\')
			}
		case '<':
			b.WriteString("&lt;")
			continue
		case '>':
			b.WriteString("&gt;")
			continue
		case '&':
			b.WriteString("&amp;")
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func alphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

// MarkdownCode shows a text as code.
func MarkdownCode(text string) string {
	return "`" + strings.ReplaceAll(strings.Join(strings.Fields(Sentence(text)), " "), "`", "'") + "`"
}

// MarkdownCodes is a list of code words in one line.
func MarkdownCodes(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = MarkdownCode(w)
	}
	return OrNone(out)
}

// MarkdownLink links to a heading of the same page whose text is the name.
func MarkdownLink(name string) string {
	return "[" + MarkdownText(name) + "](#" + Anchor(name) + ")"
}

// Anchor is the name that GitHub gives a heading.
func Anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || r < 0x80 && alphanumeric(byte(r)): //nolint:gosec // r is below 0x80
			return r
		}
		return -1
	}, strings.ToLower(Sentence(heading)))
}

// MarkdownForeign is [MarkdownText] for sentences that quote what others wrote: a
// word that a forge would make a link, a mention or a reference of is shown as
// code.
func MarkdownForeign(text string) string {
	words := strings.Fields(Sentence(text))
	out := make([]string, len(words))
	for i, w := range words {
		lower := strings.ToLower(w)
		switch {
		case strings.ContainsAny(w, "@#`") || strings.Contains(w, "://") || strings.Contains(lower, "www.") ||
			strings.HasPrefix(lower, "gh-"):
			out[i] = MarkdownCode(w)
		case i == 0:
			out[i] = markdownFirst(w)
		default:
			out[i] = markdownWord(w)
		}
	}
	return strings.Join(out, " ")
}
