package find

import (
	"strings"

	"rekey/internal/form"
	"rekey/internal/scan/token"
)

// shortest is the shortest run that makes a text worth a closer look. Every
// exchange's secret is longer.
const shortest = 24

// letter marks ASCII letters.
var letter = func() (t [256]bool) { //nolint:gochecknoglobals // a table that nothing writes
	for c := range t {
		t[c] = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	return t
}()

// Hits appends to hits the offsets of the runs in b that may be a part of a
// credential, by their length and by what stands before them, and returns it.
// Only runs that begin in b[from:to] are reported.
//
// This is the one function that sees every byte of every file, or rather does
// not: it looks at every 24th byte, and goes back from there when that byte
// may belong to a run. Everything slower happens only around its hits.
func Hits(hits []int, b []byte, from, to int) []int {
	lastEnd, lastLen := -1, 0
	for i := from + shortest - 1; i < len(b); {
		if !token.Byte[b[i]] {
			i += shortest
			continue
		}
		low := i - shortest + 1
		j := i - 1
		for j >= low && token.Byte[b[j]] {
			j--
		}
		if j >= low {
			i = j + shortest
			continue
		}
		if low >= to {
			break
		}
		start := low
		for start > 0 && start <= from && token.Byte[b[start-1]] { // a run that began before from
			start--
		}
		end := token.End(b, i+1, &token.Byte)
		i = end + shortest
		n := end - start
		if start > 0 && b[start-1] == '\\' && b[start] == '/' || escapedSlash(b, end) {
			start, n = joined(b, start, end)
		}
		if b[start] == '-' && start > 0 && b[start-1] == ':' { // ${NAME:-value}
			start, n = start+1, n-1
		}
		if start < from && from > 0 {
			lastEnd, lastLen = end, n
			continue
		}
		if n > form.Longest && packed(b[start:end]) || packedLine(b[start:end]) { // a file in base64
			hits = append(hits, start)
		}
		if !form.Length(n) {
			// Of an exchange whose form is not known, under a name that says what it is.
			if n <= form.Longest && named(b, start) && random(b[start:end]) {
				hits = append(hits, start)
			}
			lastEnd, lastLen = end, n
			continue
		}
		if first := listed(b, start, end, lastEnd, lastLen); (first >= 0 || named(b, start)) && random(b[start:end]) {
			if first >= 0 {
				hits = append(hits, first)
			}
			hits = append(hits, start)
		}
		lastEnd, lastLen = end, n
	}
	return hits
}

// escapedSlash reports whether a run goes on behind \/, as PHP writes base64
// into JSON.
func escapedSlash(b []byte, end int) bool {
	return end+1 < len(b) && b[end] == '\\' && b[end+1] == '/'
}

// joined returns where the pieces of a run begin that escaped slashes cut, and
// how long it is without the backslashes.
func joined(b []byte, start, end int) (int, int) {
	n := end - start
	for start > 0 && b[start] == '/' && b[start-1] == '\\' {
		piece := runLength(b, start-1)
		start -= 1 + piece
		n += piece
	}
	for escapedSlash(b, end) && n < form.Longest {
		end++
		for end < len(b) && token.Byte[b[end]] {
			end++
			n++
		}
	}
	return start, n
}

// named reports whether the text before a run may name it a key or a secret.
// Where the run is plainly the value of some other name, it does not.
func named(b []byte, start int) bool {
	if start+13 < len(b) && b[start] == 'o' && string(b[start:start+14]) == "organizations/" {
		return true
	}
	k, assigned := start-1, false
	low := max(0, start-24)
glue:
	for ; k >= low; k-- {
		switch b[k] {
		case ':', '=':
			assigned = true
		case '"', '\'', '`', '\\', ' ', '\t', '>':
		default:
			break glue
		}
	}
	if assigned && k >= low && token.Byte[b[k]] {
		end := k
		for k >= 0 && end-k < 40 && (token.Byte[b[k]] && b[k] != '/' || b[k] == '.') {
			k--
		}
		name := b[k+1 : end+1]
		return form.MayHaveRole(name) || neutral(name) && form.MayHaveRole(b[max(0, k-320):k+1]) || isLogin(name)
	}
	return form.MayHaveRole(b[max(0, start-96):start])
}

// isLogin reports whether a name is that of an entry of a password manager.
func isLogin(name []byte) bool {
	switch len(name) {
	case 4, 5, 8, 14:
		switch strings.ToLower(string(name)) {
		case "user", "login", "username", "password", "login_username", "login_password":
			return true
		}
	}
	return false
}

// neutral reports whether a name may be one of those that form.RoleOf calls
// Neutral. It is asked for millions of values of logs, hence the long way.
func neutral(name []byte) bool {
	var low [8]byte
	if len(name) > len(low) {
		return false
	}
	for i, c := range name {
		low[i] = c | 0x20
	}
	switch string(low[:len(name)]) {
	case "str",
		"value",
		"val",
		"default",
		"text",
		"string",
		"data",
		"content",
		"contents",
		"is",
		"v",
		"arg",
		"args",
		"source",
		"input",
		"answer":
		return true
	}
	return false
}

// random reports whether a run is no name made of words.
func random(run []byte) bool {
	digits, turns := 0, 0
	for i, c := range run {
		if c >= '0' && c <= '9' {
			digits++
		}
		if i > 0 && (c^run[i-1])&0x20 != 0 {
			turns++
		}
	}
	return form.Random(digits, turns, len(run))
}

// listed returns where the run before this one begins, when nothing but
// punctuation is between, and the two have the forms of a key and its secret:
// arguments of a call, columns, lines of a file. Else it returns -1.
func listed(b []byte, start, end, lastEnd, lastLen int) int {
	if lastEnd < 0 || lastEnd > start || start-lastEnd > 8 {
		if lastEnd = before(b, start); lastEnd < 0 {
			return -1
		}
		lastLen = runLength(b, lastEnd)
	} else {
		for _, c := range b[lastEnd:start] {
			if letter[c] {
				return -1
			}
		}
	}
	if !form.Length(lastLen) {
		return -1
	}
	for end < len(b) && b[end] == '=' {
		end++
	}
	padded := lastEnd
	for padded < start && b[padded] == '=' {
		padded++
	}
	if first := form.Of(b[lastEnd-lastLen : padded]); first.Key != 0 && first.Key&form.Of(b[start:end]).Secret != 0 {
		return lastEnd - lastLen
	}
	return -1
}

// before returns the end of the run that stands before start with only
// punctuation and what wraps a text in code between, or -1. It finds runs
// shorter than Hits looks for.
func before(b []byte, start int) int {
	k := start - 1
	for range 4 {
		low := max(0, k-64)
		for k >= low && !token.Byte[b[k]] {
			if !between[b[k]] {
				return -1
			}
			k--
		}
		if k < low {
			return -1
		}
		end := k + 1
		n := 0
		for k >= 0 && n < 16 && (letter[b[k]] || b[k] == '_') {
			k--
			n++
		}
		if n == 0 || n == 16 || !wraps(string(b[k+1:end])) {
			return end
		}
	}
	return -1
}

// between marks the bytes that stand between two arguments, columns or lines.
var between = func() (t [256]bool) { //nolint:gochecknoglobals // a table that nothing writes
	for _, c := range []byte(" \t\r\n\"'`,;:|()[]{}.&*<>=\\@?!") {
		t[c] = true
	}
	return t
}()

// wraps reports whether a word of code only wraps a text: "x".to_owned().
func wraps(word string) bool {
	switch word {
	case "to_owned",
		"into",
		"to_string",
		"toString",
		"as_str",
		"clone",
		"String",
		"string",
		"std",
		"from",
		"str",
		"Some",
		"b",
		"u",
		"r",
		"f",
		"L",
		"c_str",
		"encode",
		"strip",
		"trim",
		"new",
		"SecretString",
		"QString",
		"text",
		"TEXT",
		"nil",
		"None":
		return true
	}
	return false
}

func runLength(b []byte, end int) int {
	k := end
	for k > 0 && end-k < form.Longest && token.Byte[b[k-1]] {
		k--
	}
	return end - k
}
