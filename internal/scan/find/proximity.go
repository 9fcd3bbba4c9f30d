package find

import (
	"bytes"
	"slices"
	"strings"

	"rekey/internal/form"
	"rekey/internal/scan/token"
)

// nearby is how far the parts of one credential may lie apart in a text whose
// structure is not known.
const nearby = 700

// proximity finds the items of a text without regard to its structure: every
// run that has the form of a part, every PEM, and every passphrase, with the
// name that stands before it.
func proximity(b []byte) []item {
	var items []item
	for i := 0; i < len(b); {
		if !token.Byte[b[i]] {
			i++
			continue
		}
		if pem, ok := pemAt(b, i); ok {
			if it, ok := namedItem(b, i, pem, unescape(b[i:pem])); ok {
				items = append(items, it)
			}
			i = pem
			continue
		}
		end := tokenEnd(b, i)
		if it, ok := tokenItem(b, i, end); ok {
			items = append(items, it)
		}
		i = max(end, i+1)
	}
	return withPassphrases(items, passphrases(b))
}

// withPassphrases adds passphrases, and drops the runs that are a piece of one.
func withPassphrases(items, found []item) []item {
	at := map[int]bool{}
	for _, p := range found {
		at[p.pos] = true
	}
	items = slices.DeleteFunc(items, func(it item) bool { return at[it.pos] && !isLong(it) })
	return append(items, slices.DeleteFunc(found, func(p item) bool {
		return slices.ContainsFunc(items, func(it item) bool { return it.pos == p.pos })
	})...)
}

// isLong reports whether a run is too long for a passphrase that somebody
// chose, and is rather an access key under the name client_id.
func isLong(it item) bool { return it.end-it.pos >= shortest }

// tokenEnd returns the end of the run that begins at i, with its padding and
// across the escaped slashes that PHP writes.
func tokenEnd(b []byte, i int) int {
	for i < len(b) && (token.Byte[b[i]] || escapedSlash(b, i)) {
		if b[i] == '\\' {
			i++
		}
		i++
	}
	end := i
	for end < len(b) && b[end] == '=' && end < i+2 {
		end++
	}
	if end > i && end < len(b) && (token.Byte[b[end]] || b[end] == '"' || b[end] == '\'') && !base64Before(b, i) {
		return i // NAME=value, not padding
	}
	return end
}

// base64Before reports whether the run before i is so long that = pads it.
func base64Before(b []byte, i int) bool { return runLength(b, i) >= shortest }

// pemInBase64 is how -----BEGIN looks in base64.
const pemInBase64 = "LS0tLS1CRUdJTi"

func tokenItem(b []byte, start, end int) (item, bool) {
	n := end - start
	text := b[start:end]
	if n < 8 || n < 18 && !hasDigit(text) ||
		n > form.Longest && (n >= 4096 || !bytes.HasPrefix(text, []byte(pemInBase64))) {
		return item{}, false
	}
	if bytes.IndexByte(text, '\\') >= 0 {
		text = bytes.ReplaceAll(text, []byte(`\/`), []byte(`/`))
	}
	return namedItem(b, start, end, string(text))
}

func hasDigit(text []byte) bool {
	for _, c := range text {
		if c >= '0' && c <= '9' {
			return true
		}
	}
	return false
}

// namedItem makes an item of a value with the name that stands before it.
func namedItem(b []byte, start, end int, value string) (item, bool) {
	fit := form.Of([]byte(value))
	if fit.None() && !form.Length(len(strings.TrimRight(value, "="))) && len(value) <= form.Longest {
		return item{}, false
	}
	name, words := nameBefore(b, start)
	it, ok := newItem(name, value, start, end)
	if !ok || it.fit.None() || it.role == form.Passphrase {
		return item{}, false
	}
	if it.role == form.Other && !isCDPName(value) {
		return item{}, false
	}
	it.near = form.InName(form.Fold(words))
	return it, true
}

// pemAt reports whether a private key in PEM begins at i, and where it ends.
func pemAt(b []byte, i int) (int, bool) {
	if b[i] != '-' || !bytes.HasPrefix(b[i:], []byte("-----BEGIN ")) {
		return 0, false
	}
	head := b[i:min(len(b), i+64)]
	if !bytes.Contains(head, []byte("PRIVATE KEY-----")) {
		return 0, false
	}
	body := b[i:min(len(b), i+8192)]
	at := bytes.Index(body, []byte("-----END "))
	if at < 0 {
		return 0, false
	}
	stop := bytes.Index(body[at+9:], []byte("-----"))
	if stop < 0 || stop > 40 {
		return 0, false
	}
	return i + at + 9 + stop + 5, true
}

// unescape turns the \n of a PEM on one line into line ends.
func unescape(b []byte) string {
	s := bytes.ReplaceAll(b, []byte(`\r`), nil)
	s = bytes.ReplaceAll(s, []byte(`\\n`), []byte("\n"))
	s = bytes.ReplaceAll(s, []byte(`\n`), []byte("\n"))
	var lines [][]byte
	for line := range bytes.SplitSeq(s, []byte("\n")) { // indented in YAML
		lines = append(lines, bytes.TrimSpace(line))
	}
	return string(bytes.Join(lines, []byte("\n"))) + "\n"
}
