package location

import (
	"bytes"
	"fmt"
	"strings"

	"rekey/exchanges"
	"rekey/internal/location/textfile"
)

// An assignment is one NAME=value of a .env file. value spans from start to
// end, quotes included, in bytes from the beginning of the file, byte order
// mark included: a writer replaces just these bytes.
type assignment struct {
	name       string
	value      exchanges.Secret
	line       int // of the name, from 1
	start, end int
	quote      byte // ' or ", 0 for a value without quotes
	expands    bool // holds ${ or $( that other programs replace
	dollar     bool // holds a $ that other programs may take for a variable
}

// parseDotEnv reads a .env file:
//
//	file       = line { line }
//	line       = blank | comment | [ "export" ] NAME [ "=" value ] [ comment ]
//	comment    = "#" to the end of the line
//	NAME       = letter or _, then letters, digits, _, . and -
//	value      = unquoted | '…' | "…"
//
// White space may stand around NAME and "=". A NAME without "=" assigns
// nothing. An unquoted value ends at the line's end or at a # after white
// space, and is trimmed. Between single quotes everything stands for itself.
// Between double quotes \n, \r, \t, \", \\ and \$ mean what they mean in C and
// in a shell; any other backslash stands for itself. Both kinds of quotes may
// span lines. Lines end with LF or CRLF; the last one need not end at all.
//
// Variables are not expanded: whether ${X} is replaced differs from program to
// program, so a credential with one in it is refused when it is used.
func parseDotEnv(data []byte) ([]assignment, *Error) {
	p := dotEnvParser{data: data, at: len(data) - len(textfile.TrimBOM(data)), line: 1}
	var all []assignment
	for p.at < len(p.data) {
		a, ok, err := p.parseLine()
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, a)
		}
	}
	return all, nil
}

type dotEnvParser struct {
	data []byte
	at   int // the next byte
	line int // the line of the next byte
}

func (p *dotEnvParser) peek() byte {
	if p.at < len(p.data) {
		return p.data[p.at]
	}
	return '\n'
}

func (p *dotEnvParser) skipBlanks() {
	for p.at < len(p.data) && (p.data[p.at] == ' ' || p.data[p.at] == '\t') {
		p.at++
	}
}

// lineEnd returns the index of the line's end: of its LF, or of the CRs before.
func (p *dotEnvParser) lineEnd() int {
	end := len(p.data)
	if i := bytes.IndexByte(p.data[p.at:], '\n'); i >= 0 {
		end = p.at + i
	}
	for end > p.at && p.data[end-1] == '\r' {
		end--
	}
	return end
}

// nextLine moves behind the end of the line.
func (p *dotEnvParser) nextLine() {
	if i := bytes.IndexByte(p.data[p.at:], '\n'); i >= 0 {
		p.at += i + 1
		p.line++
		return
	}
	p.at = len(p.data)
}

// parseLine reads one line, or the several that a quoted value spans. It
// reports false when the line assigns nothing.
func (p *dotEnvParser) parseLine() (assignment, bool, *Error) {
	defer p.nextLine()
	p.skipBlanks()
	if c := p.peek(); c == '#' || c == '\r' || c == '\n' {
		return assignment{}, false, nil
	}
	a := assignment{line: p.line}
	a.name = p.name()
	if a.name == "export" && (p.peek() == ' ' || p.peek() == '\t') {
		p.skipBlanks()
		if name := p.name(); name != "" {
			a.name = name
		}
	}
	p.skipBlanks()
	if a.name == "" {
		return a, false, p.fail(a.line, "is no NAME=value")
	}
	if c := p.peek(); c != '=' {
		if c == '#' || p.at >= p.lineEnd() {
			return a, false, nil
		}
		return a, false, p.fail(a.line, "is no NAME=value")
	}
	p.at++
	p.skipBlanks()
	a.start = p.at
	if c := p.peek(); c == '\'' || c == '"' {
		a.quote = c
		if err := p.quoted(&a); err != nil {
			return a, false, err
		}
		return a, true, nil
	}
	p.unquoted(&a)
	return a, true, nil
}

func (p *dotEnvParser) fail(line int, what string) *Error {
	return problem(ReasonSyntax, "", fmt.Sprintf("line %d %s", line, what), "")
}

// name reads the name of a variable, "" when there is none.
func (p *dotEnvParser) name() string {
	start := p.at
	for p.at < len(p.data) {
		c := p.data[p.at]
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (p.at == start || c != '.' && c != '-' && (c < '0' || c > '9')) {
			break
		}
		p.at++
	}
	return string(p.data[start:p.at])
}

func (p *dotEnvParser) unquoted(a *assignment) {
	line := p.data[p.at:p.lineEnd()]
	for i, c := range line {
		if c == '#' && (i > 0 && (line[i-1] == ' ' || line[i-1] == '\t') || i == 0 && p.data[p.at-1] != '=') {
			line = line[:i]
			break
		}
	}
	line = bytes.TrimRight(line, " \t\r")
	a.end = a.start + len(line)
	a.noteDollars(string(line))
	a.value = exchanges.NewSecret(string(line))
}

// noteDollars looks for what other programs would expand.
func (a *assignment) noteDollars(text string) {
	a.expands = strings.Contains(text, "${") || strings.Contains(text, "$(")
	for i := range len(text) - 1 {
		if c := text[i+1]; text[i] == '$' && (c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z') {
			a.dollar = true
		}
	}
}

// quoted reads a value in quotes and what may follow it on its line.
func (p *dotEnvParser) quoted(a *assignment) *Error {
	p.at++
	var value, exposed strings.Builder // exposed: what a program may expand
	for {
		if p.at >= len(p.data) {
			return p.fail(a.line, "opens a quote that nothing closes")
		}
		c := p.data[p.at]
		p.at++
		if c == a.quote {
			break
		}
		if c == '\n' {
			p.line++
		}
		if a.quote == '"' && c == '\\' {
			if plain, ok := unescape(p.peek()); ok && p.at < len(p.data) {
				value.WriteByte(plain)
				exposed.WriteByte(' ')
				p.at++
				continue
			}
		}
		value.WriteByte(c)
		exposed.WriteByte(c)
	}
	a.end = p.at
	a.value = exchanges.NewSecret(value.String())
	if a.quote == '"' {
		a.noteDollars(exposed.String())
	}
	p.skipBlanks()
	if p.at < p.lineEnd() && p.peek() != '#' {
		return p.fail(p.line, "goes on after the closing quote")
	}
	return nil
}

// unescape returns the character that a backslash and c stand for between
// double quotes.
func unescape(c byte) (byte, bool) {
	switch c {
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case '"', '\\', '$':
		return c, true
	}
	return 0, false
}
