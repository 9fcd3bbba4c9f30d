package find

import (
	"bytes"
	"strings"

	"rekey/internal/form"
)

// passphrases finds the values that stand behind a name for a passphrase. A
// passphrase has no form, so it is found from its name.
func passphrases(b []byte) []item {
	var items []item
	for i := 0; i+6 < len(b); {
		at := bytes.IndexAny(b[i:], "pPcC")
		if at < 0 {
			break
		}
		i += at
		if !passWord(b[i:]) {
			i++
			continue
		}
		if it, ok := passphraseAt(b, i); ok {
			items = append(items, it)
			i = it.end
			continue
		}
		i += 4
	}
	return items
}

// passWord reports whether text begins with pass, phrase, or clientID, which is
// where GoCryptoTrader keeps it.
func passWord(b []byte) bool {
	if len(b) < 6 {
		return false
	}
	c := func(i int) byte { return b[i] | 0x20 }
	if c(0) == 'c' {
		return c(1) == 'l' && c(2) == 'i' && c(3) == 'e' && c(4) == 'n' && c(5) == 't'
	}
	return c(1) == 'a' && c(2) == 's' && c(3) == 's' ||
		c(1) == 'h' && c(2) == 'r' && c(3) == 'a' && c(4) == 's' && c(5) == 'e'
}

// passphraseAt reads NAME SEPARATOR VALUE, where at is within the name.
func passphraseAt(b []byte, at int) (item, bool) {
	start, end := at, at
	for start > 0 && nameByte(b[start-1]) && at-start < 40 {
		start--
	}
	for end < len(b) && nameByte(b[end]) && end-at < 24 {
		end++
	}
	name := string(bytes.TrimLeft(b[start:end], "-."))
	if role, _ := form.RoleOf(name); role != form.Passphrase && form.Fold(name) != "clientid" {
		return item{}, false
	}
	k, separated, quote := end, start > 1 && b[start] == '-' && b[start+1] == '-', byte(0)
between:
	for ; k < len(b) && k-end < 24; k++ {
		switch c := b[k]; c {
		case '=', ':', '>', '|':
			separated = true
		case ' ', '\t', '\\', ']':
		case '"', '\'', '`':
			if separated {
				quote = c
				k++
				break between
			}
		default:
			break between
		}
	}
	if !separated || k >= len(b) {
		return item{}, false
	}
	stop := valueEnd(b, k, quote)
	value := string(bytes.TrimRight(b[k:stop], " \t\r"))
	if quote == 0 && (len(value) > 64 || callLike(value)) {
		return item{}, false
	}
	stop = k + len(value)
	if quote == '"' {
		value = unquote([]byte(value))
	}
	it, ok := newItem(name, value, k, stop)
	it.near = form.InName(form.Fold(line(b, max(0, start-reach), start)))
	return it, ok && value != ""
}

// valueEnd returns where a value ends: at its quote, or at the end of the word.
func valueEnd(b []byte, k int, quote byte) int {
	for i := k; i < len(b) && i-k < 256; i++ {
		c := b[i]
		switch {
		case c == '\n' || c == '\r':
			return i
		case quote != 0 && (c == quote || c == '\\' && i+1 < len(b) && b[i+1] == quote):
			return i
		case quote == 0 && c == '\\' && i+1 < len(b) && strings.IndexByte(`nrt"'`, b[i+1]) >= 0: // a line end within a string
			return i
		case quote == 0 && (c == ' ' || c == '<' || c == '|' || c == ',' || c == ';' && i > k):
			return i
		}
	}
	return min(len(b), k+256)
}

// callLike reports whether an unquoted value is code rather than text.
func callLike(v string) bool {
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '(', ')', '{', '}', '[', ']':
			return true
		}
	}
	return false
}
