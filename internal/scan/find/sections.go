package find

import (
	"bytes"
	"strings"

	"rekey/internal/form"
)

// readSections reads INI, TOML, properties, dotenv, shell and shell history:
// lines of NAME SEPARATOR VALUE under headers in brackets.
func readSections(b []byte) []group {
	top := newScope(nil, "")
	scopes, here := []*scope{top}, top
	for start := 0; start < len(b); {
		end := bytes.IndexByte(b[start:], '\n')
		if end < 0 {
			end = len(b)
		} else {
			end += start
		}
		line := b[start:end]
		if name, ok := header(line); ok {
			here = newScope(top, name)
			scopes = append(scopes, here)
		} else if next := here.assignment(b, start, end, scopes); next > end {
			end = next
		}
		start = end + 1
	}
	return groupsOf(scopes)
}

// header returns the name in [name] or [[name]].
func header(line []byte) (string, bool) {
	s := strings.TrimSpace(string(line))
	if i := strings.IndexAny(s, "#;"); i > 0 {
		s = strings.TrimSpace(s[:i])
	}
	if len(s) < 3 || s[0] != '[' || s[len(s)-1] != ']' || strings.ContainsAny(s, `=",`) && !strings.Contains(s, `."`) {
		return "", false
	}
	return strings.Trim(s, `[]" `), true
}

// assignment reads a line of the section. It returns the end of the value
// where that lies on a later line.
func (s *scope) assignment(b []byte, start, end int, scopes []*scope) int {
	line := b[start:end]
	sep := bytes.IndexAny(line, "=:")
	// zsh: ": 1670000000:0;command"
	for sep == 0 || sep > 0 && strings.HasPrefix(string(bytes.TrimSpace(line)), ": ") && sep < 3 {
		semicolon := bytes.IndexByte(line, ';')
		if semicolon < 0 {
			return end
		}
		start += semicolon + 1
		line = b[start:end]
		sep = bytes.IndexAny(line, "=:")
	}
	if sep < 0 || !hasRole(lastField(line[:sep])) {
		if stop, ok := s.spoken(b, start, end); ok {
			return stop
		}
	}
	if sep < 0 {
		return end
	}
	words := bytes.Fields(line[:sep])
	if len(words) == 0 || len(words) > 4 {
		return end
	}
	name := string(words[len(words)-1])
	if joined := string(bytes.Join(words, []byte(" "))); len(words) > 1 && !isCommand(string(words[0])) {
		name = joined
	}
	name = strings.Trim(name, `"'-`)
	pos := start + sep + 1
	for pos < end && (b[pos] == ' ' || b[pos] == '\t' || b[pos] == '=') {
		pos++
	}
	value, from, stop := valueAt(b, pos, end)
	if value == "" {
		return end
	}
	owner := s
	if s.label != "" && strings.EqualFold(name, "value") && len(scopes) > 1 { // kelp: PARAM="password", VALUE="..."
		owner = scopes[max(0, len(scopes)-2)]
		owner.put(s.label, value, from, stop)
		return max(stop, end)
	}
	if strings.EqualFold(name, "param") {
		s.label = value
	}
	owner.put(name, value, from, stop)
	return max(stop, end)
}

func lastField(b []byte) string {
	words := bytes.Fields(b)
	if len(words) == 0 {
		return ""
	}
	return strings.Trim(string(words[len(words)-1]), `"'-`)
}

// spoken reads NAME VALUE without a sign between: setx NAME "VALUE", ENV NAME
// VALUE of a Dockerfile, set -x NAME VALUE, a file of names and values.
func (s *scope) spoken(b []byte, start, end int) (int, bool) {
	at := start
	word := func() (string, int) {
		for at < end && (b[at] == ' ' || b[at] == '\t') {
			at++
		}
		from := at
		for at < end && b[at] != ' ' && b[at] != '\t' && b[at] != '\r' {
			at++
		}
		return string(b[from:at]), from
	}
	for range 4 {
		name, _ := word()
		switch {
		case name == "":
			return end, false
		case !hasRole(strings.Trim(name, `"'`)):
			if isCommand(name) || strings.HasPrefix(name, "-") || strings.HasPrefix(name, "/") {
				continue
			}
			return end, false
		}
		for at < end && (b[at] == ' ' || b[at] == '\t') {
			at++
		}
		value, from, stop := valueAt(b, at, end)
		if value == "" || strings.ContainsAny(value[:1], "=:") || roleIs(name, form.Passphrase) &&
			len(bytes.Fields(b[stop:end])) > 0 {
			return end, false
		}
		s.put(strings.Trim(name, `"'`), value, from, stop)
		return max(stop, end), true
	}
	return end, false
}

func isCommand(word string) bool {
	switch strings.ToLower(strings.TrimPrefix(word, "-")) {
	case "export",
		"set",
		"setx",
		"env",
		"declare",
		"local",
		"readonly",
		"",
		"const",
		"var",
		"let",
		"arg",
		"setenv",
		"typeset":
		return true
	}
	return false
}

// valueAt returns the value that begins at pos, where it is written, and where
// it ends. A quoted one may go on over further lines.
func valueAt(b []byte, pos, end int) (string, int, int) {
	if pos >= end {
		return "", pos, pos
	}
	for _, q := range []string{`"""`, "'''"} {
		if bytes.HasPrefix(b[pos:], []byte(q)) {
			if i := bytes.Index(b[pos+3:], []byte(q)); i >= 0 && i < 16<<10 {
				return strings.TrimPrefix(string(b[pos+3:pos+3+i]), "\n"), pos + 3, pos + 6 + i
			}
		}
	}
	if q := b[pos]; q == '"' || q == '\'' || q == '`' {
		limit := min(len(b), pos+8192)
		for i := pos + 1; i < limit; i++ {
			switch {
			case b[i] == '\\' && q == '"':
				i++
			case b[i] == q:
				if q == '"' {
					return unquote(b[pos+1 : i]), pos + 1, i + 1
				}
				return strings.ReplaceAll(string(b[pos+1:i]), `\n`, "\n"), pos + 1, i + 1
			case b[i] == '\n' && !bytes.HasPrefix(b[pos+1:], []byte("-----BEGIN")):
				return "", pos, pos
			}
		}
		return "", pos, pos
	}
	text := string(b[pos:end])
	for _, comment := range []string{" #", " ;", "\t#"} {
		if i := strings.Index(text, comment); i >= 0 {
			text = text[:i]
		}
	}
	text = strings.TrimRight(text, " \t\r;")
	if strings.ContainsAny(text, " \t") && !strings.HasPrefix(text, "-----BEGIN") {
		text = strings.Fields(text)[0]
	}
	if strings.HasPrefix(text, "-----BEGIN") {
		return strings.ReplaceAll(text, `\n`, "\n"), pos, pos + len(text)
	}
	return text, pos, pos + len(text)
}
