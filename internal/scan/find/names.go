package find

import (
	"bytes"

	"rekey/internal/form"
	"rekey/internal/scan/token"
)

// reach is how far before a value its name is looked for.
const reach = 120

// glue marks the bytes that may stand between a name and its value.
func glue(c byte) bool {
	switch c {
	case '"', '\'', '`', '\\', ' ', '\t', '\r', ':', '=', '>', '|', ',', '(', '[', ']', '{', '*', '&':
		return true
	}
	return false
}

func nameByte(c byte) bool { return token.Byte[c] && c != '/' && c != '+' || c == '.' || c == '$' }

// nameBefore returns the name that stands before a value, and the words of the
// same line before that. Names that say nothing ("value") are skipped. The
// name is "" where there is none.
func nameBefore(b []byte, at int) (name, words string) {
	low := max(0, at-reach)
	k := at - 1
	for range 3 {
		lines, assigned := 0, false
		for k >= low && (glue(b[k]) || b[k] == '\n' && lines < 2 && !assigned) {
			switch b[k] {
			case '\n':
				lines++
			case '=', ':':
				assigned = true
			case ',', '(', '[', '{':
				if !assigned { // a list or a call: what stands before is no name of this value
					return "", line(b, low, k)
				}
			}
			k--
		}
		end := k
		for k >= low && nameByte(b[k]) {
			k--
		}
		if run := runLength(b, end+1); run > end-k && run >= 18 && k >= 0 && token.Byte[b[k]] {
			return "", line(b, low, end+1-run) // the tail of another value
		}
		name = string(bytes.Trim(b[k+1:end+1], "-.$"))
		switch role, _ := form.RoleOf(name); {
		case name == "":
			return "", line(b, low, k+1)
		case role == form.Neutral:
			continue
		case role != form.Other:
			return twoWords(b, low, k, name), line(b, low, k+1)
		case form.Length(end-k) && !form.Of(b[k+1:end+1]).None():
			return "", line(b, low, k+1) // another value
		default:
			return roleAmong(b, low, k, name, assigned)
		}
	}
	return name, line(b, low, k+1)
}

// twoWords joins a name with the word before it where both together name a
// part of another role: the "Key" in "Secret Key".
func twoWords(b []byte, low, k int, name string) string {
	if k < low || b[k] != ' ' {
		return name
	}
	start := k
	for start > low && letter[b[start-1]] {
		start--
	}
	both := string(b[start:k]) + " " + name
	if role, _ := form.RoleOf(both); role == form.Secret || role == form.Passphrase {
		return both
	}
	return name
}

// roleAmong looks for a word with a role among those before an assigned name
// that has none: "API key (read only): ...", "my key is ...".
func roleAmong(b []byte, low, k int, name string, assigned bool) (string, string) {
	words := line(b, low, k+1)
	if assigned && (k < 0 || b[k] == '"' || b[k] == '\'' || b[k] == '\n' || b[k] == '{' || b[k] == '&' || b[k] == '?') {
		return name, words
	}
	fields := bytes.FieldsFunc([]byte(words), func(r rune) bool { return r >= 128 || !nameByte(string(r)[0]) })
	for i := len(fields) - 1; i >= max(0, len(fields)-5); i-- {
		if role, _ := form.RoleOf(string(fields[i])); role == form.AccessKey || role == form.Secret {
			return string(fields[i]), words
		}
	}
	return name, words
}

// line returns the text of the line before k, not further back than low.
func line(b []byte, low, k int) string {
	start := low
	if i := bytes.LastIndexByte(b[low:max(low, k)], '\n'); i >= 0 {
		start = low + i + 1
	}
	return string(b[start:max(start, k)])
}
